-- grain: fact, rule, why
-- Which claims are not believed, by rule: how many, of how many models, why, and the first example by name.
select
    fact,
    rule,
    count(*) as claims,
    count(distinct model_id) as models,
    why,
    arg_min({'model_id': model_id, 'claimant': claimant, 'claim': claim, 'used': used}, {'model_id': model_id, 'claim': claim}) as example,
from core.disputes
group by fact, rule, why
order by fact, claims desc, rule, why
