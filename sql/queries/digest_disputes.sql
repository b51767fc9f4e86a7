-- grain: model_id, fact, claimant, claim
-- Claims about models that are not believed, with what is used instead, and why.
select model_id, fact, claimant, claim, used, rule, why
from core.disputes
where model_id in (select unnest($models))
order by model_id, fact, claimant, claim
