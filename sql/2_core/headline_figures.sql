-- grain: view, figure
-- The headline figures of each view: how they are written, and which rules can move them. A figure has no row in marts.headlines for a rule that cannot: a curated list.
select
    view, /* the view that says it */
    figure, /* name of the figure */
    rank::int as rank, /* reading order in its view; the first is that of the answer */
    label, /* what it is, as a heading */
    subject, /* what it is of, in a sentence */
    unit, /* what it counts or measures */
    decimals::int as decimals, /* how many decimals are written */
    is_signed::boolean as is_signed, /* whether a plus is written */
    turns_by, /* what another rule turns round: name (another model, type, architecture or owner), sign, half (above 50 or not) or nothing */
    rules, /* the rules that can move it, with ; between them */
    source, /* where this is from */
from seeds.headlines
