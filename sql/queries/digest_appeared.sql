-- grain: model_id
-- The most used of the models that appeared on the Hub in seven days, quantized copies by relation, library or name aside, with how many did in all, and in the middle one of the eight times seven days before, where models appeared in each of these.
with listed as (
    select
        model_id,
        appeared_at::date as appeared_on,
        relation,
        relation = 'quantized'
            or coalesce(library_name, '') in ('gguf', 'mlx')
            or regexp_matches(model_id, '(?i)gguf|ggml|llamafile|gptq|awq|exl2|bnb|[2-8][-_. ]?bit|int[48]|mlx|hqq|fp8|bpw') as is_quantized,
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
)
select
    listed.model_id,
    listed.appeared_on,
    listed.relation,
    listed.downloads_30d,
    summed.models_in_all,
    summed.models_usually,
    (select sum(downloads_30d)::bigint from listed where weeks_before = 0) as downloads_in_all,
from listed
cross join summed
where listed.weeks_before = 0 and not listed.is_quantized
order by listed.downloads_30d desc nulls last, listed.model_id
limit 5
