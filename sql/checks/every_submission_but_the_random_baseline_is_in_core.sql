select source, rows, submissions
from (
    select source, rows, (select count(*) from core.submissions where leaderboard = right(source, 2)) as submissions
    from core.snapshots
    where starts_with(source, 'leaderboard_')
)
where submissions not between rows - 5 and rows
