-- grain: happened_on, dataset, label
-- Dated events that bend the curves: boards opened and closed, rescorings, labels introduced.
select
    date::date as happened_on, /* the day */
    coalesce(leaderboard, 'all') as dataset, /* the dataset it concerns, or all */
    label, /* as shown beside the line */
    kind, /* what sort of event */
    source, /* where the date is from */
from seeds.events
