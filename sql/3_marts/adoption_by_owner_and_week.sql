-- grain: owner, week
-- stored
-- Downloads and likes of the models of the 5,000 owners that are used most in the last week, in each week; of all models that ever had ten downloads in 30 days, fifty of all time, or a like.
with owners as (
    select owner
    from core.latest_adoption
    where not starts_with(owner, 'left-out/')
    group by owner
    order by sum(downloads_30d) desc nulls last, owner
    limit 5000
),
series as (
    select
        adopted.series_id,
        coalesce(models.owner, if(contains(adopted.unlisted_id, '/'), split_part(adopted.unlisted_id, '/', 1), 'Hugging Face')) as owner,
    from core.adopted_by_key as adopted
    left join core.models using (model_key)
),
followed as (
    select series_id, owner from series semi join owners using (owner)
),
figures as (
    select followed.owner, weeks.week, weeks.is_listed, weeks.downloads_30d, weeks.downloads_all_time, weeks.likes, weeks.gained, weeks.is_spread
    from staging.hub_adoption_weeks as weeks
    join followed using (series_id)
    union all
    select owner, week, true, downloads_30d, downloads_all_time, likes, null, false
    from core.latest_adoption
    semi join owners using (owner)
    where is_from_listing
)
select
    owner, /* owner of the repositories */
    week, /* Monday on which the week begins, UTC */
    count(*) filter (is_listed)::int as models, /* repositories in the last listing of the week */
    sum(downloads_30d) filter (is_listed)::bigint as downloads_30d, /* their downloads in 30 days, as last listed in the week; NULL in a week without a listing */
    sum(downloads_all_time) filter (is_listed)::bigint as downloads_all_time, /* their downloads of all time; NULL is unknown */
    sum(likes) filter (is_listed)::bigint as likes, /* their likes */
    sum(gained)::bigint as gained, /* new downloads in the week, by the counter of all time; NULL where nothing compares */
    coalesce(bool_or(is_spread), false) as is_spread, /* part of the gain of a gap, which is spread evenly over its days */
from figures
group by owner, week
order by owner, week
