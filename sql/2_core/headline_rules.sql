-- grain: rule
-- The rules under which headline figures are counted, one of them changed at a time: a curated list.
select
    rule, /* name of the rule; default changes none */
    rank::int as rank, /* reading order */
    label, /* the rule, as the beginning of a sentence */
    meaning, /* what it counts otherwise */
    counted_by, /* how a model that it moves counts, after its name; NULL where a rule only leaves models out, or is about their bases */
    source, /* where this is from */
from seeds.headline_rules
