select distinct nominal_b
from core.models
anti join core.nominal_sizes using (nominal_b)
where nominal_b is not null
