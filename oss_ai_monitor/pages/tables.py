"""Tables for readers: periods in rows and names in columns where a chart counts by both, and one text for what is open.

Files for programs hold the columns of the query instead.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import pandas as pd

from ..charts import Chart
from ..perspectives import COMPLETENESS, Perspective

STATE = "state"
STATES = {"is_missing_late_submissions": "late submissions missing", "is_filling": "still filling"}
INCOMPLETE = "incomplete"
VARIABLE = "OSS_AI_MONITOR_LEADERBOARD_ROWS"
OFF_VALUES = {"off", "no", "false", "0"}
WITHHELD = "The operator of this page has switched off tables that name single rows of a leaderboard."


@dataclass(frozen=True)
class ReadingTable:
    """A table as people read it: dates are dates, shares are fractions that are shown as percentages."""

    frame: pd.DataFrame
    is_wide: bool
    """Whether it has one row for each period and one column for each name."""
    shares: tuple[str, ...] = ()
    meanings: dict[str, str] = field(default_factory=dict)
    names_contributors: bool = False
    """Whether its authors are authors of commits, and no owners of repositories."""

    @property
    def is_zero(self) -> pd.Series[bool]:
        """Which rows hold nothing but zeros beside their period and state."""
        if not self.is_wide:
            return pd.Series(False, index=self.frame.index)
        return (self.frame.iloc[:, 1:].drop(columns=STATE, errors="ignore") == 0).fillna(False).all(axis=1)


def reading_table(perspective: Perspective, chart: Chart) -> ReadingTable:
    """Return the table behind a chart as people read it."""
    rows, source, value = perspective.table(chart), perspective.source_for(chart), perspective.wide_column(chart)
    if value:
        wide = _wide(rows, value)
        names = tuple(name for name in wide.columns[1:] if name != STATE)
        return ReadingTable(wide, True, names if value in source.shares else (), {"period": source.columns["period"]})
    marks = [name for name in COMPLETENESS if name in rows]
    frame = rows.drop(columns=marks)
    if marks:
        frame[STATE] = _states(rows)
    frame.columns = frame.columns.str.replace("_", " ")
    meanings = {name.replace("_", " "): meaning for name, meaning in source.columns.items()}
    shares = tuple(name.replace("_", " ") for name in source.shares)
    by = perspective.bound_query(chart)[1].get("by")
    return ReadingTable(frame, False, shares, meanings, names_contributors=by == "contributors")


def withheld(perspective: Perspective, chart: Chart) -> str:
    """Return why the table of a chart is not handed out; empty if it is.

    An operator can switch off tables that name single rows of a leaderboard: under what licence a leaderboard's rows
    may be passed on is not declared.
    """
    names_rows = perspective.source_for(chart).names_models and perspective.selection_for(chart).has_scores
    return WITHHELD if names_rows and are_rows_withheld() else ""


def are_rows_withheld() -> bool:
    """Whether the operator has switched off tables that name single rows of a leaderboard."""
    return os.environ.get(VARIABLE, "").lower() in OFF_VALUES


def _wide(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return one row for each period, with the value of each name, names in the order of the rows."""
    by = next(name for name in rows.columns if rows[name].dtype.kind not in "iufbMm")
    names = list(dict.fromkeys(rows[by]))
    wide = rows.pivot_table(index="period", columns=by, values=value, aggfunc="first", observed=True, dropna=False)
    wide = wide.reindex(columns=names)
    if rows[value].dtype.kind in "iu" and rows[value].notna().all():  # a count that no row holds is none
        wide = wide.fillna(0).astype("int64")
    # somebody may be called as a column of ours is
    wide.columns = pd.Index([f"{name} " if name in ("period", STATE) else str(name) for name in names])
    states = pd.Series(_states(rows).to_numpy(), index=rows["period"].to_numpy())
    states = states[~states.index.duplicated()]
    if states.ne("").any():
        wide[STATE] = states.reindex(wide.index)
    return wide.reset_index()


def _states(rows: pd.DataFrame) -> pd.Series[str]:
    """Return what keeps each row's period from being whole; empty where it is."""
    states = pd.Series("", index=rows.index, dtype=object)
    if "is_complete" in rows:
        states[~rows["is_complete"].astype(bool)] = INCOMPLETE
    for mark, text in reversed(STATES.items()):
        if mark in rows:
            states[rows[mark].astype(bool)] = text
    return states
