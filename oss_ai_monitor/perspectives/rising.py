"""Rising and falling: each architecture's share of new models in thirteen weeks, against the thirteen before."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..charts import date_text
from ..plurals import counted
from ..warehouse import Warehouse
from .phrases import points_text
from .selection import Selection

QUERY = "rising_architectures"
FEWEST_OWNERS = 20  # with fewer in either window a single owner would decide


class Rising:
    """The one measure of what rises and what falls, for every view that speaks of it.

    `rows` has one row per named architecture: architecture, share and share_before (0 to 1), models, owners.
    """

    def __init__(self, warehouse: Warehouse, selection: Selection) -> None:
        rows = warehouse.query(QUERY, selection.values())
        self.rows = rows[rows["has_name"]].assign(
            change=100 * (rows["share"] - rows["share_before"].astype("float64"))  # percentage points
        )
        self._all = rows.iloc[0] if len(rows) else None
        self._noun = f"new {selection.task_text}model"

    @property
    def dates(self) -> str:
        """The dates of the last window, in words; an empty string if nothing appeared in either window."""
        if self._all is None:
            return ""
        return f"{date_text(self._all['window_start'])} to {date_text(self._all['window_end'])}"

    @property
    def counted(self) -> str:
        """What was counted in the last window, in words: 1,234 new models by 321 owners."""
        if self._all is None:
            return f"no {self._noun}"
        return f"{counted(self._all['all_models'], self._noun)} by {counted(self._all['all_owners'], 'owner')}"

    @property
    def too_few(self) -> str:
        """Why nothing is said to lead, rise or fall, as a sentence; an empty string if there are enough owners."""
        if self._all is None:
            return "No model appeared in the last 26 complete weeks."
        last, before = int(self._all["all_owners"]), int(self._all["all_owners_before"])
        if min(last, before) >= FEWEST_OWNERS:
            return ""
        return (
            f"Too few owners to say what rises: {last} with new models from {self.dates}, {before} in the 13 weeks "
            f"before, and {FEWEST_OWNERS} are needed."
        )

    @staticmethod
    def change_text(row: pd.Series) -> str:
        """Return the change of a row in whole points, or in tenths below one: 11 points up."""
        return points_text(row["change"], 0 if abs(row["change"]) >= 1 else 1)

    def leader(self) -> pd.Series | None:
        """Return the row of the named architecture with the largest share; None if there are too few owners."""
        if self.too_few or self.rows.empty or not self.rows["share"].iloc[0]:
            return None
        return self.rows.iloc[0]

    def sentence(self, names: Sequence[str] = ()) -> str:
        """Return a sentence about what rose and what fell most: of `names`, or of all named architectures."""
        if self.too_few:
            return self.too_few
        rows = self.rows[self.rows["architecture"].isin(list(names))] if names else self.rows
        compared = f"in the 13 weeks from {self.dates} against the 13 before ({self.counted})"
        parts = [
            f"{row['architecture']} {verb} most ({self.change_text(row)}, to {row['share']:.0%} of new models)"
            for verb, row in (("rose", _extreme(rows, 1)), ("fell", _extreme(rows, -1)))
            if row is not None
        ]
        if not parts:
            which = "these architectures" if names else "the named architectures"
            return f"None of {which} rose or fell {compared}."
        return f"{' and '.join(parts)} {compared}."


def _extreme(rows: pd.DataFrame, sign: int) -> pd.Series | None:
    """Return the row that rose (1) or fell (-1) most; None if none did."""
    ordered = rows.sort_values("change", ascending=sign < 0, kind="stable")
    return ordered.iloc[0] if len(ordered) and sign * ordered["change"].iloc[0] > 0 else None
