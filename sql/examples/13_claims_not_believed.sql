-- Which claims about a model do we not believe?
-- grain: model_id, fact, claimant, claim
-- Each row is a claim, who makes it, what is used instead and why. Change the fact: date, size, base model, name or architecture.
select model_id, fact, claimant, claim, used, rule, why
from core.disputes
where fact = 'date'
order by model_id, claimant, claim
