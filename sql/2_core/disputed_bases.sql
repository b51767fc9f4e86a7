-- grain: model_key, claimant, claim
-- scratch
-- Declared bases that are not used as declared. A release has other sizes and generations, and models are often filed under the wrong
-- one; what is no id of a repository names no base.
select
    replaced.model_key,
    edges.rule as claimant,
    declared.model_id as claim,
    used.model_id as used,
    replaced.rule,
    if(
        replaced.rule = 'name tells another generation',
        'its name tells a generation that the declared base is not of',
        'its size is not the declared base''s, and the same release has a model of its size'
    ) as why,
from core.replaced_bases as replaced
join core.declared_edges as edges using (model_key, base_model_key)
join (select distinct base_model_key, model_id from core.parents) as declared on declared.base_model_key = replaced.base_model_key
join (select distinct base_model_key, model_id from core.parents) as used on used.base_model_key = replaced.used_base_key
union all
select
    model_key,
    rule,
    claim,
    'none',
    'declared, not an id',
    'a path, a file, a sentence or an address elsewhere: it does not name a repository on the Hub',
from core.unreadable_bases
