select distinct architecture from core.models anti join core.architectures using (architecture)
