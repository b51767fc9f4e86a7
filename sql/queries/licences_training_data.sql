-- grain: data_id, type
-- The thirty datasets that most models declare as training data, or the models of most downloads, by type of model, whenever they appeared;
-- with the other names under which they are declared, and of all rows alike how many models declare any, of those of which it is known.
with filtered as (
    select data_id, type, if($weight = 'models', models, downloads) as weight, models, downloads
    from marts.training_data_counts
    where dataset = $dataset
        and $relation in ('all', relation)
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
most_declared as (
    select data_id, sum(models)::bigint as data_models, row_number() over (order by sum(weight) desc, data_id) as place
    from filtered
    group by data_id
    having sum(weight) > 0
    qualify place <= 30
),
counted as (
    select data_id, type, sum(models)::bigint as models, sum(downloads)::bigint as downloads
    from filtered
    group by all
),
everybody as (
    select
        coalesce(sum(if($weight = 'models', models, downloads)) filter (has_training_data is not null), 0)::bigint as of_all,
        coalesce(sum(if($weight = 'models', models, downloads)) filter (has_training_data), 0)::bigint as declaring,
    from marts.licence_counts
    where dataset = $dataset
        and $relation in ('all', relation)
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
aliases as (
    select names.data_id, string_agg(names.name, ', ' order by names.models desc, names.name) as also_declared_as
    from marts.training_data_names as names
    semi join most_declared using (data_id)
    where names.name != names.data_id
    group by names.data_id
)
select
    most_declared.place,
    most_declared.data_id,
    counted.type,
    counted.models,
    counted.downloads,
    most_declared.data_models,
    coalesce(aliases.also_declared_as, '') as also_declared_as,
    everybody.declaring,
    everybody.of_all,
from most_declared
join counted using (data_id)
left join aliases using (data_id)
cross join everybody
where if($weight = 'models', counted.models, counted.downloads) > 0
order by most_declared.place, counted.type
