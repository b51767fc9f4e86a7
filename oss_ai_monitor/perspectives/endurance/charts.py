"""What the charts of endurance are sent: groups, cells of months, weeks, months of the turnover."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...charts import Span, number_text
from .survival import COLUMNS

MOST_GROUPS = 6  # curves that can be told apart, and rows of numbers below them
FEWEST_READ = 10  # releases of a cell; the share of fewer says little, and jumps from cell to cell
MOST_COHORTS = MOST_MONTHS = 24  # rows and columns of the triangle
TOP = "the hundred most used"
NO_CURVE = pd.DataFrame(columns=[*COLUMNS, "group"])
BY = {
    "none": "",
    "size": ", by size",
    "architecture": ", by architecture",
    "owner": ", by kind of owner",
    "licence": ", by licence",
    "seen": ", by when they were first seen",
}
"""What the title of the curves says of their groups."""


def groups(answer: pd.DataFrame, by: str, sizes: Sequence[str]) -> list[str]:
    """Return the groups with most releases, up to six, the largest first; sizes in their own order."""
    totals = answer.groupby("member")["releases"].sum()
    names = totals.sort_index().sort_values(ascending=False, kind="stable").index[:MOST_GROUPS].tolist()
    if by == "size":
        order = {f"{size} B": n for n, size in enumerate(sizes)}
        names.sort(key=lambda name: order.get(name, len(order)))
    return [str(name) for name in names]


def cells(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return the cells of the triangle, its months since the release, and its cohorts with their sizes."""
    cohorts = rows.drop_duplicates("released_in")[["released_in", "cohort"]].tail(MOST_COHORTS)
    labels = {
        month: f"{month:%b %Y}: {number_text(cohort)}"
        for month, cohort in zip(cohorts["released_in"], cohorts["cohort"], strict=True)
    }
    cells = rows[rows["released_in"].isin(list(labels)) & (rows["months_since"] <= MOST_MONTHS)]
    months = [str(month) for month in sorted(cells["months_since"].unique())]
    is_few = (cells["releases"] < FEWEST_READ).to_numpy(bool)
    shares = cells["share"].map("{:.0%}".format)
    drawn = cells.assign(
        months_since=cells["months_since"].astype(str),
        released_in=cells["released_in"].map(labels),
        share=cells["share"].mask(is_few),
        shown=shares.mask(is_few, f"not shown: fewer than {FEWEST_READ} releases"),
        text=shares.mask(is_few, "n=" + cells["releases"].astype(str)),
        is_uncertain=~cells["is_complete"].to_numpy(bool),
    )
    return drawn, months, list(labels.values())


def with_band(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the rows of launches with the quartiles of a column as a band, which only the median has."""
    is_named = rows["is_named"].to_numpy(bool)
    low, high = (rows[f"{column}_{end}"].where(~is_named, np.nan) for end in ("low", "high"))
    return rows.assign(low=low, high=high)


def every_week(best: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of all 26 weeks, those without a launch as zero; nothing where there is none at all."""
    if best.empty:
        return best
    weeks = best.set_index("week").reindex(range(1, 27))
    return weeks.assign(name=best["name"].iloc[0]).fillna({"share": 0.0, "launches": 0}).reset_index()


def turnover(rows: pd.DataFrame) -> tuple[pd.DataFrame, Span]:
    """Return the months of the turnover as periods of a line, and their span; the month of the last week is open."""
    months = pd.to_datetime(rows["month"])
    is_last = (months == months.max()).to_numpy(bool)
    ended = (pd.to_datetime(rows["week"]) + pd.Timedelta(days=7)).dt.to_period("M") != months.dt.to_period("M")
    frame = rows.assign(
        name=TOP, period=months, is_complete=~is_last | ended.to_numpy(bool), is_filling=False,
        stayed=rows["stayed"].fillna(0).astype("int64"), entered=rows["entered"].fillna(0).astype("int64"),
    )  # fmt: skip
    first, last = (months.min(), months.max()) if len(months) else (pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 1, 1))
    return frame, Span(first.date(), (last + pd.offsets.MonthEnd(0)).date(), "month")
