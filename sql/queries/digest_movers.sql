-- grain: model_id
-- The models whose downloads rose most in a week against the mean of the three weeks before, of those that were listed on every kept day of the four and have new downloads enough, with what all models that are followed gained in both, and the five owners whose models' sums rose most. A rise made by one day, with more than half of the new downloads of the week, is left out, as far back as days are kept one by one.
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
owners as (
    select split_part(adopted.model_id, '/', 1) as owner, sum(compared.gained - compared.gained_before) as rise
    from compared
    join core.adopted using (series_id)
    where contains(adopted.model_id, '/') and not starts_with(adopted.model_id, 'left-out/')
    group by owner
    having rise > 0
    order by rise desc, owner
    limit 5
),
risen as (
    select list(owner order by rise desc, owner) as risen_owners, list(rise order by rise desc, owner) as owner_rises from owners
),
bursts as (
    select series_id
    from core.adoption
    join compared using (series_id)
    where adoption.day between $start::date and $start::date + 6
    group by series_id
    having max(adoption.gained) > 0.5 * any_value(compared.gained)
),
interrupted as (
    select distinct series_id
    from core.adoption
    where day between $start::date - 21 and $start::date + 6 and change in ('first', 'known', 'back', 'gone')
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
    risen.risen_owners,
    risen.owner_rises,
from compared
cross join in_all
cross join risen
join core.adopted using (series_id)
where compared.gained >= in_all.least_gained
    and compared.gained > compared.gained_before
    and compared.gained_before > 0
    and not compared.is_spread
    and adopted.first_on <= $start::date - 21
    and compared.series_id not in (from bursts)
    and compared.series_id not in (from interrupted)
    and not starts_with(adopted.model_id, 'left-out/')
qualify row_number() over (partition by adopted.model_id order by compared.gained desc, adopted.series_id) = 1
order by growth desc, compared.gained desc, adopted.model_id
limit 5
