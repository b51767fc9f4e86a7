"""Numbers, dates, sizes and sources in words, as all profiles use them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..charts import date_text, number_text
from ..perspectives import rules_text, snapshot_of
from ..warehouse import Warehouse
from .profile import Link

SCORES_WITHHELD = "The operator of this page has switched off scores and ranks of single models of leaderboards."
LEFT_OUT = "left-out/"
"""How the keys of models begin whose owners are not named."""


def day(moment: Any) -> dt.date | None:
    """Return the day of a moment; None where it is missing."""
    return None if moment is None or pd.isna(moment) else pd.Timestamp(moment).date()


def number(value: Any, digits: int = 2) -> float | None:
    """Return a rounded number; None where it is missing."""
    return None if value is None or pd.isna(value) else round(float(value), digits)


def count(value: Any) -> int | None:
    """Return a count; None where it is missing."""
    return None if value is None or pd.isna(value) else int(value)


def text(value: Any) -> str:
    """Return a text; an empty one where it is missing."""
    return "" if value is None or pd.isna(value) else str(value)


def count_text(value: Any, missing: str = "not known") -> str:
    """Return a count in words."""
    return missing if (whole_number := count(value)) is None else number_text(whole_number)


def billions(value: Any) -> str:
    """Return a number of parameters in words: 7.242 billion parameters."""
    return "not known" if (size := number(value, 6)) is None else f"{size:,.4g} billion parameters"


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a frame, with its columns as attributes."""
    return iter(frame.itertuples(index=False))


def first_row(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the first row of a frame, column → value."""
    return {str(column): value for column, value in frame.iloc[0].items()}


def model_link(name: Any) -> Link | str:
    """Return the link to a model; plain words for one whose owner is not named."""
    return "a model of an owner who is not named" if str(name).startswith(LEFT_OUT) else Link("model", str(name))


def original_of(warehouse: Warehouse, model_id: str) -> str:
    """Return the repository of a release of whose weights this is another one; nothing where it is none."""
    rows = warehouse.query("same_weights", model_id=model_id)
    return str(rows["model_id"][0]) if len(rows) else ""


def same_weights_sentence(model_id: str, original: str) -> str:
    """Return where the derivatives of another repository of the same weights are."""
    return f"Models that declare {model_id} are counted under {original}, another repository of the same weights."


def citation(warehouse: Warehouse, title: str) -> str:
    """Return a citation of a profile in one line; the link and the day of access are added by who shows it."""
    simulated = "Simulated data, no statement about the world. " if warehouse.is_simulated else ""
    as_of = f", data of {date_text(warehouse.identity.as_of)}" if warehouse.identity else ""
    snapshot = f"{snapshot_of(warehouse)}{as_of}"
    return f"Open-Source AI Monitor: {title}. {simulated}Snapshot {snapshot}, {rules_text(warehouse)}."


def snapshots(warehouse: Warehouse) -> dict[str, str]:
    """Return the newest snapshot of each source in words: the day that it speaks of, and its id."""
    rows = warehouse.query("latest_snapshots")
    return {str(row.source): f"{date_text(day(row.as_of))} ({row.snapshot_id})" for row in rows_of(rows)}
