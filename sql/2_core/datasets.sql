-- grain: dataset
-- The three datasets that a perspective can show.
select
    dataset, /* hub, v2 or v1 */
    kind, /* hub or leaderboard */
    label, /* full name */
    short_label, /* short name */
    opened_on::date as opened_on, /* first day */
    dated_from::date as dated_from, /* a submission before this day says only that the model is not younger */
    closed_on::date as closed_on, /* last submission, where it is a closed archive */
    source, /* where these dates are from */
from seeds.datasets
