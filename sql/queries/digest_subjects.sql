-- grain: leaderboard, subject
-- What a digest of some days can speak of: kinds of changes, and evaluations that were submitted, with how many there are; the listings of the Hub have no leaderboard.
select leaderboard, kind as subject, count(*) as rows_in_all
from marts.changes
where is_confirmed and day between $start and $end
group by all
union all
select leaderboard, 'submitted', count(*)
from core.submissions_by_key
where submitted_on between $start and $end and not is_flagged and not coalesce(is_pending, false) and score is not null
group by leaderboard
order by leaderboard, subject
