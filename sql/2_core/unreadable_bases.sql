-- grain: model_key
-- scratch
-- Base models that are declared by something that is no id on the Hub: a path, a file, a sentence, an address elsewhere.
select
    model_key,
    left(string_agg(distinct claim, ' | ' order by claim), 200) as claim,
    arg_min(rule, (preference, claim)) as rule,
    min(preference) < 5 as is_declared_on_hub,
from core.declared_bases
where base_model_id is null
group by model_key
