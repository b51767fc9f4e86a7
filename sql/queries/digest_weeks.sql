-- grain: week
-- Weeks of which there may be something to say, by their Mondays, the latest first: how much changed, how many models appeared on the Hub, and how many evaluations were submitted.
with counted as (
    select date_trunc('week', day)::date as week, count(*) as changes, 0 as appeared, 0 as submitted
    from marts.changes
    where is_confirmed and kind != 'appeared'
    group by all
    union all
    select date_trunc('week', appeared_at)::date, 0, count(*), 0
    from core.models
    where is_listed and appeared_at is not null
    group by all
    union all
    select date_trunc('week', submitted_on)::date, 0, 0, count(*)
    from core.submissions_by_key
    where submitted_on is not null and not is_flagged and not coalesce(is_pending, false) and score is not null
    group by all
)
select week, sum(changes)::bigint as changes, sum(appeared)::bigint as appeared, sum(submitted)::bigint as submitted
from counted
group by week
order by week desc
