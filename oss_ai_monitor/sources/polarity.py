"""Whether a leaderboard's flags say what their names say, decided per file from anchors in its own rows.

Exports of the v1 page carry `Flagged`, `MoE` and `Merged` inverted (True means *not*); the final v2 table does not.
"""

from dataclasses import dataclass

import duckdb

FEWEST_ROWS = 50
"""Below this many rows no share is evidence."""
FEWEST_ANCHORS = 5
FLAGGED_AT_MOST = 0.2
LEAST_DIFFERENCE = 0.2
"""Between the shares of true among the anchors and among the other rows."""
ANCHORS = {
    "moe": ("Mixtral rows", "architecture ilike '%mixtral%'"),
    "merged": ("rows of a merge type", "type ilike '%merge%'"),
}


@dataclass(frozen=True)
class Decision:
    """What was decided for one flag, and the evidence."""

    is_inverted: bool
    note: str

    @property
    def polarity(self) -> str:
        """As the manifest words it."""
        return "inverted" if self.is_inverted else "as sent"


def decide(db: duckdb.DuckDBPyConnection, usually_inverted: bool, merged_is_negated: bool) -> dict[str, Decision]:
    """For flagged, moe and merged of the table `evaluations`; the default counts where the anchors are too few."""
    return {
        "flagged": _flagged(db, usually_inverted),
        "moe": _by_anchor(db, "moe", usually_inverted),
        "merged": _by_anchor(db, "merged", merged_is_negated or usually_inverted),
    }


def _flagged(db: duckdb.DuckDBPyConnection, default: bool) -> Decision:
    """Flagged models are a tiny minority."""
    true, rows = _counts(db, "select count(*) filter (flagged), count(flagged) from evaluations")
    evidence = f"{true:,} of {rows:,} rows say true"
    if rows >= FEWEST_ROWS and min(true, rows - true) <= FLAGGED_AT_MOST * rows:
        return _decision("flagged", true > rows - true, evidence)
    return _defaulted("flagged", default, evidence)


def _by_anchor(db: duckdb.DuckDBPyConnection, flag: str, default: bool) -> Decision:
    """The anchors are what the flag says, more often than the other rows."""
    what, anchor = ANCHORS[flag]
    true, rows, other_true, others = _counts(
        db,
        f"""
        select
            count(*) filter ({flag} and is_anchor), count(*) filter ({flag} is not null and is_anchor),
            count(*) filter ({flag} and not is_anchor), count(*) filter ({flag} is not null and not is_anchor),
        from (select {flag}, coalesce({anchor}, false) as is_anchor from evaluations)
        """,
    )
    evidence = f"true on {true:,} of {rows:,} {what} and on {other_true:,} of {others:,} others"
    if rows >= FEWEST_ANCHORS and rows + others >= FEWEST_ROWS and others:
        difference = true / rows - other_true / others
        if abs(difference) >= LEAST_DIFFERENCE:
            return _decision(flag, difference < 0, evidence)
    return _defaulted(flag, default, evidence)


def _decision(flag: str, is_inverted: bool, evidence: str) -> Decision:
    return Decision(is_inverted, f"{flag}: {'inverted' if is_inverted else 'as sent'}, for {evidence}")


def _defaulted(flag: str, default: bool, evidence: str) -> Decision:
    word = "inverted" if default else "as sent"
    return Decision(default, f"{flag}: the rows cannot decide ({evidence}); taken {word}, this board's default")


def _counts(db: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return db.execute(query).fetchall()[0]
