-- grain: model_id
-- The models whose downloads rose most in a week against the mean of the three weeks before, of those that were listed in all four and have new downloads enough, with what all models that are followed gained in both.
with weeks as (
    select
        series_id,
        max(gained) filter (week = $start) as gained,
        avg(gained) filter (week < $start) as gained_before,
        count(gained) as weeks,
        bool_or(is_spread) filter (week = $start) as is_spread,
    from core.weekly_adoption
    where week between $start::date - 21 and $start::date
    group by series_id
),
compared as (
    from weeks where weeks = 4
),
in_all as (
    select
        count(*) as models_in_all,
        sum(gained)::bigint as gained_in_all,
        sum(gained_before) as gained_before_in_all,
        if(count(*) filter (gained >= 10000) >= 10, 10000, 1000) as least_gained,
    from compared
)
select
    adopted.model_id,
    compared.gained,
    compared.gained_before,
    compared.gained / compared.gained_before - 1 as growth,
    in_all.models_in_all,
    in_all.gained_in_all,
    in_all.gained_before_in_all,
    in_all.least_gained,
from compared
cross join in_all
join core.adopted using (series_id)
where compared.gained >= in_all.least_gained
    and compared.gained > compared.gained_before
    and compared.gained_before > 0
    and not compared.is_spread
    and not starts_with(adopted.model_id, 'left-out/')
qualify row_number() over (partition by adopted.model_id order by compared.gained desc, adopted.series_id) = 1
order by growth desc, compared.gained desc, adopted.model_id
limit 5
