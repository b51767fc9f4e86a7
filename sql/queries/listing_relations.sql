-- grain: dataset
-- Whether models of a dataset name bases, and none of them says how it relates to its base (finetune, adapter, quantized or merge): so do
-- older listings of the Hub.
select
    $dataset as dataset,
    coalesce(bool_or(type = 'base without relation') and not bool_or(type in ('finetune', 'adapter', 'quantized', 'merge')), false) as lacks_relations,
from marts.model_counts_by_type
where dataset = $dataset
