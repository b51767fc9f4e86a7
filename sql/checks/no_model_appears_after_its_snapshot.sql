select model_id, appeared_at, last_seen_at
from core.models
where appeared_at > last_seen_at + interval 1 day
