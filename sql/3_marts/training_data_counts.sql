-- grain: dataset, data_id, type, relation, size, nominal_b, is_text_generation, is_derived, is_downloaded
-- stored
-- How many models of each kind declare each dataset as training data; the model counts once, under however many names it declares it.
with declared as (
    select distinct training_data.model_key, names.data_id
    from core.training_data_by_key as training_data
    join marts.training_data_names as names on names.name = training_data.dataset_id
)
select
    models.dataset,
    declared.data_id, /* dataset that they declare, as in marts.training_data_names */
    models.type,
    models.relation,
    models.size,
    models.nominal_b,
    models.is_text_generation,
    models.is_derived,
    models.is_downloaded,
    count(*) as models, /* models */
    sum(models.downloads_30d)::bigint as downloads, /* their downloads in the 30 days before the snapshot */
from declared
join marts.models using (model_key)
group by all
order by all
