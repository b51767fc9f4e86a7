"""Whether a leaderboard's flags are inverted, decided for each file from anchors in its own rows.

Exports of the v1 page, and early ones of v2, carry `Flagged` and `MoE` inverted (True means *not*), those of v1
`Merged` too; the final v2 table does not.
"""

from dataclasses import dataclass

import duckdb

from oss_ai_monitor.plurals import counted, verb_after

FEWEST_ROWS = 50
"""With fewer rows the share among the anchors is no evidence."""
FEWEST_ANCHORS = 5
FLAGGED_AT_MOST = 0.2
LEAST_DIFFERENCE = 0.2
"""The least difference between the shares of true among the anchors and among the other rows that is evidence."""
ANCHORS = {
    "moe": ("with Mixtral", "architecture ilike '%mixtral%'"),
    "merged": ("of a merge type", "type ilike '%merge%'"),
}


@dataclass(frozen=True)
class Decision:
    """What was decided for one flag, and the evidence."""

    is_inverted: bool
    note: str
    is_evident: bool = True

    @property
    def polarity(self) -> str:
        """The text in the manifest."""
        return "inverted" if self.is_inverted else "as sent"


def decide(db: duckdb.DuckDBPyConnection, usually_inverted: bool, merged_is_negated: bool) -> dict[str, Decision]:
    """Decide for the columns flagged, moe and merged of the table `evaluations`.

    With too few anchors, moe and merged follow flagged, because one program wrote all three. If the rows do not decide
    flagged either, the board's default applies, and for merged the name of a column that negates itself.
    """
    flagged = _flagged(db, usually_inverted)
    fallback = (
        ("as flagged is", flagged.is_inverted) if flagged.is_evident else ("this board's default", usually_inverted)
    )
    return {
        "flagged": flagged,
        "moe": _by_anchor(db, "moe", *fallback),
        "merged": _by_anchor(db, "merged", *(("as its name says", True) if merged_is_negated else fallback)),
    }


def _flagged(db: duckdb.DuckDBPyConnection, default: bool) -> Decision:
    """Choose the reading with fewer flagged models, because they are a tiny minority; this holds for a small file, and
    for one whose rows are all equal, too."""
    true_count, rows = _counts(db, "select count(*) filter (flagged), count(flagged) from evaluations")
    evidence = f"{true_count:,} of {counted(rows, 'row')} {verb_after(true_count, 'says', 'say')} true"
    if true_count * 2 == rows:
        return _defaulted("flagged", "this board's default", default, evidence)
    is_inverted = true_count * 2 > rows
    fewest = min(true_count, rows - true_count)
    decision = _decision("flagged", is_inverted, evidence)
    if fewest <= FLAGGED_AT_MOST * rows:
        return decision
    return Decision(is_inverted, f"{decision.note}; attention: even so {fewest:,} are flagged, which is no minority")


def _by_anchor(db: duckdb.DuckDBPyConnection, flag: str, reason: str, default: bool) -> Decision:
    """Decide by the anchors: read rightly, the flag is true for them more often than for the other rows."""
    description, anchor = ANCHORS[flag]
    true_count, anchor_rows, other_true_count, other_rows = _counts(
        db,
        f"""
        select
            count(*) filter ({flag} and is_anchor), count(*) filter ({flag} is not null and is_anchor),
            count(*) filter ({flag} and not is_anchor), count(*) filter ({flag} is not null and not is_anchor),
        from (select {flag}, coalesce({anchor}, false) as is_anchor from evaluations)
        """,
    )
    evidence = (
        f"true on {true_count:,} of {counted(anchor_rows, 'row')} {description} and on {other_true_count:,} of "
        f"{counted(other_rows, 'other')}"
    )
    if anchor_rows >= FEWEST_ANCHORS and anchor_rows + other_rows >= FEWEST_ROWS and other_rows:
        difference = true_count / anchor_rows - other_true_count / other_rows
        if abs(difference) >= LEAST_DIFFERENCE:
            return _decision(flag, difference < 0, evidence)
    return _defaulted(flag, reason, default, evidence)


def _decision(flag: str, is_inverted: bool, evidence: str) -> Decision:
    return Decision(is_inverted, f"{flag}: {'inverted' if is_inverted else 'as sent'}, for {evidence}")


def _defaulted(flag: str, reason: str, default: bool, evidence: str) -> Decision:
    word = "inverted" if default else "as sent"
    return Decision(default, f"{flag}: the rows cannot decide ({evidence}); taken {word}, {reason}", is_evident=False)


def _counts(db: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return db.execute(query).fetchall()[0]
