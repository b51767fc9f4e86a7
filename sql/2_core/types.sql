-- grain: dataset_kind, type
-- Types of models, in reading order, each with its colour: what a leaderboard declares, on an official benchmark how far a result is trusted, and on the Hub the relation.
select
    dataset_kind, /* hub, leaderboard or benchmark */
    type, /* name of the type */
    rank::int as rank, /* reading order */
    label, /* as shown */
    short_label, /* as shown where room is short */
    color, /* colour in every chart */
    source, /* where the list is from */
from seeds.types
