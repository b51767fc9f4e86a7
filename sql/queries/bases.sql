-- grain: base_model_id
-- Base models that can be asked about on a leaderboard, and why some cannot.
select base_model_id, label, family, score, released_on, released_rule, derivatives, is_default, unavailable
from marts.bases
where dataset = $dataset
order by rank
