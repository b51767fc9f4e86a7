-- grain: model_key, claimant, claim
-- scratch
-- Tags that tell another architecture than the model that is copied: one owner tags nearly all of its quantized copies alike.
select
    model_key,
    'model_type among the tags' as claimant,
    overruled_tag as claim,
    architecture as used,
    rule,
    'a quantized copy has the architecture of what it copies' as why,
from core.model_architectures
where overruled_tag is not null
