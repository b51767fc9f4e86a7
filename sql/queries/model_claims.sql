-- grain: fact, claimant, claim
-- Claims about one model that are not believed.
select fact, claimant, claim, used, rule, why
from core.disputes
where model_key = $model_key
order by fact, claimant, claim
