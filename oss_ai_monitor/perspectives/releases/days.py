"""Texts about the days around a release: the derivatives that appeared, releases nearby, what is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...charts import date_text, open_rows
from ...plurals import counted
from ..phrases import of_unknown_base
from .reach import NEAR

FIRST_DAY, LAST_DAY = -28, 180  # days around a release


def sentence(
    followed: pd.Series | None, days: pd.DataFrame, near: pd.DataFrame, repository: str, task_text: str = ""
) -> str:
    """Return a sentence about the derivatives after a release, and releases nearby; `repository` if only one counts.

    `task_text` stands before "derivatives" while those of other tasks are hidden.
    """
    if followed is None or days.empty:
        return "No release with a repository of its own falls in these dates: widen them, or choose one."
    complete = np.flatnonzero(~open_rows(days) & (days["day"].to_numpy() >= 0))
    name = f"{followed['label']} ({date_text(followed['released_on'])})"
    of_repository = f" of {repository}" if repository else ""
    if not len(complete):
        return f"{name} is too close to the end of the data for a day after it to be complete."
    derivatives, after = days["derivatives"].to_numpy()[complete], days["day"].to_numpy()[complete]
    total, days_after = int(derivatives.sum()), counted(after.max(), "day")
    summary = (
        f"In the {days_after} after {name}, {counted(total, f'declared {task_text}derivative')}{of_repository} appeared"
    )
    if total:
        peak = int(derivatives.argmax())
        date = days["date"].iloc[complete[peak]]
        summary += f", at most {derivatives[peak]:,} on one day ({date_text(date)}, day {after[peak]})"
    named = [f"{label} ({date_text(day)})" for label, day in zip(near["label"], near["happened_on"], strict=True)]
    if not named:
        return f"{summary}; no other release within {NEAR} days."
    return f"{summary}. Around it, within {NEAR} days: {', '.join(named)}."


def left_out(days: pd.DataFrame, without: pd.Series) -> list[str]:
    """Return notes about derivatives outside of the days, and about releases that cannot be followed."""
    notes = []
    if len(days):
        reasons = {
            "undated": "undated",
            "earlier": f"before day {_day(FIRST_DAY)}",
            "later": f"after day {_day(LAST_DAY)}",
        }
        counts = [f"{n:,} {reason}" for column, reason in reasons.items() if (n := int(days[column].iloc[0]))]
        notes += [f"derivatives of the release not drawn: {', '.join(counts)}"] if counts else []
        if missing := LAST_DAY - FIRST_DAY + 1 - len(days):
            notes.append(f"{counted(missing, 'day')} of the {LAST_DAY - FIRST_DAY + 1} beyond the reach of the data")
    if len(days):
        notes += of_unknown_base(int(days["models_of_unknown_base"].iloc[0]))
    if len(without):
        names = " and ".join(without)
        notes.append(f"cannot be chosen: {names}, without a repository of its own that a model could name as its base")
    return notes


def _day(day: int) -> str:
    return f"{day:+d}".replace("-", "−")
