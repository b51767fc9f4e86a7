"""The overview's tiles of the history of adoption: the mover of the week, and the change of share of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...plurals import counted
from ...warehouse import Warehouse
from ..datasets import as_date
from ..tile import Link, Tile

QUERY = "overview_adoption"
NO_VALUE = "–"
HUB = "hub"
MOVED, SHIFTED = "Moved most in the last week of data", "Largest change of share in a year"
WEEKS, YEAR = dt.timedelta(days=28), dt.timedelta(days=365)


def adoption_tiles(warehouse: Warehouse, hub: str) -> list[Tile]:
    """Return both tiles, or none where fewer than two days are kept; `hub` is the name of the dataset."""
    rows = warehouse.query(QUERY)
    if rows.empty:
        return []
    facts = {str(name): value for name, value in rows.iloc[0].items()}
    days = (as_date(facts["last_on"]) or dt.date.max) - (as_date(facts["first_on"]) or dt.date.max)
    since = f"The history of listings begins on {date_text(facts['first_on'])}:"
    return [_moved(facts, hub, days, since), _shifted(facts, hub, days, since)]


def _moved(facts: Mapping[str, Any], hub: str, days: dt.timedelta, since: str) -> Tile:
    title, link = f"{MOVED} · {hub}", Link("adoption", HUB)
    if pd.isna(facts["model_id"]):
        reason = (
            f"{since} four weeks are needed to compare." if days < WEEKS
            else f"No model with {counted(facts['floor'], 'new download')} in seven days can be compared."
        )  # fmt: skip
        return Tile(title, NO_VALUE, reason, link)
    sentence = (
        f"{facts['model_id']}: {counted(facts['gained'], 'new download')} in the week to "
        f"{date_text(facts['week_ends_on'])}, {number_text(round(facts['gained_before']))} a week in the three before."
    )
    details = (
        f"Models count that had at least {counted(facts['floor'], 'new download')} in that week or, if they fell, a "
        "week before. A model that rose does not count if more than half of its week came in one day."
    )
    figure = f"{facts['growth']:+,.0%}".replace("-", "−")
    return Tile(title, figure, sentence, link, model=str(facts["model_id"]), details=details)


def _shifted(facts: Mapping[str, Any], hub: str, days: dt.timedelta, since: str) -> Tile:
    title, link = f"{SHIFTED} · {hub}", Link("adoption", HUB)
    if pd.isna(facts["architecture"]):
        reason = (
            f"{since} a year is needed to compare." if days < YEAR
            else "No listing of a year before that compares is kept."
        )  # fmt: skip
        return Tile(title, NO_VALUE, reason, link)
    change = 100 * (facts["share"] - facts["share_before"])
    sentence = (
        f"{facts['architecture']}: from {facts['share_before']:.1%} to {facts['share']:.1%} of all downloads in 30 "
        f"days, {date_text(facts['day_before'])} to {date_text(facts['day'])}."
    )
    figure = f"{change:+.1f} points".replace("-", "−")
    return Tile(title, figure, sentence, link, details="Among architectures, in percentage points.")
