-- grain: model_id
-- The most used of the models that appeared on the Hub in seven days, with how many did in all, and in the middle one of the eight times seven days before, where models appeared in each of these, and the five owners whose models rose most against the mean of these. Quantized copies by relation, library, tag or name are aside, and repositories of which no source counts weights and that nobody likes and give no licence: they hold tests or nothing. Who is left out is counted and not named.
with listed as (
    select
        model_id,
        owner,
        appeared_at::date as appeared_on,
        relation,
        relation = 'quantized'
            or coalesce(library_name, '') in ('gguf', 'llamafile', 'mlx')
            or model_key in (select model_key from core.quantized_copies) as is_quantized,
        coalesce(likes, 0) = 0 and license is null and not starts_with(parameters_rule, 'safetensors') as is_unused,
        downloads_30d,
        ($start - appeared_at::date + 6) // 7 as weeks_before,
    from core.models
    where is_listed and appeared_at >= $start::date - 56 and appeared_at < $end::date + 1
),
weeks as (
    select weeks_before, count(*) as models from listed group by weeks_before
),
summed as (
    select
        max(models) filter (weeks_before = 0) as models_in_all,
        if(count(*) filter (weeks_before > 0) = 8, median(models) filter (weeks_before > 0), null) as models_usually,
    from weeks
),
owners as (
    select owner, count(*) filter (weeks_before = 0) - count(*) filter (weeks_before > 0) / 8 as rise
    from listed
    where not starts_with(model_id, 'left-out/')
    group by owner
    having rise > 0
    order by rise desc, owner
    limit 5
),
risen as (
    select list(owner order by rise desc, owner) as risen_owners, list(rise order by rise desc, owner) as owner_rises from owners
)
select
    listed.model_id,
    listed.appeared_on,
    listed.relation,
    listed.downloads_30d,
    summed.models_in_all,
    summed.models_usually,
    (select sum(downloads_30d)::bigint from listed where weeks_before = 0) as downloads_in_all,
    risen.risen_owners,
    risen.owner_rises,
from listed
cross join summed
cross join risen
where listed.weeks_before = 0 and not listed.is_quantized and not listed.is_unused and not starts_with(listed.model_id, 'left-out/')
order by listed.downloads_30d desc nulls last, listed.model_id
limit 5
