"""How many claims are disputed by each rule, in a generation that is built and in the one before it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from .checksums import connect

COUNTS = "select fact || ': ' || rule, count(*) from core.disputes group by all order by all"
FACTS = """
select
    bool_or(is_simulated),
    list(distinct source order by source),
    (select rule_version from core.builds),
from core.snapshots
"""


def count(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the number of disputes of an open generation, by fact and rule."""
    return dict(db.execute(COUNTS).fetchall())


def count_before(db: duckdb.DuckDBPyConnection, before: Path) -> dict[str, int]:
    """Return the disputes of the generation before an open one, of the rules of which a change says something.

    None are comparable if there is no generation before, if it stands on other sources, or if one of both is simulated.
    A rule that it lacks counts as 0, unless the rules themselves have changed since.
    """
    try:
        with connect(before, read_only=True) as earlier:
            counts = count(earlier)
            is_simulated, sources, rules = earlier.execute(FACTS).fetchall()[0]
    except duckdb.Error:  # there is none, or none that this version can read: nothing can be compared
        return {}
    is_simulated_now, sources_now, rules_now = db.execute(FACTS).fetchall()[0]
    if is_simulated != is_simulated_now or sources != sources_now:
        return {}
    return (dict.fromkeys(count(db), 0) if rules == rules_now else {}) | counts
