"""Weeks of ISO 8601: their days, and those of which a warehouse may have something to say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...perspectives.datasets import as_date
from ...warehouse import Warehouse

WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


@dataclass(frozen=True)
class Week:
    """A week of the list, with what there is of it."""

    name: str
    start: dt.date
    end: dt.date
    changes: int
    appeared: int
    submitted: int


def week_dates(week: str) -> tuple[dt.date, dt.date]:
    """Return the Monday and the Sunday of an ISO week such as 2024-W45. Raises ValueError."""
    match = WEEK.fullmatch(week)
    if not match:
        raise ValueError(f"'{week[:40]}' is no week; expected a year and a week of ISO 8601, such as 2024-W45")
    try:
        monday = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return monday, monday + dt.timedelta(days=6)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{week} is no week that the calendar has: {error}") from error


def week_name(day: dt.date) -> str:
    """Return the ISO week of a day: 2024-W45."""
    year, number, _ = day.isocalendar()
    return f"{year:04}-W{number:02}"


def weeks(warehouse: Warehouse) -> list[Week]:
    """Return the weeks of which there may be something to say, the latest first."""
    rows: Iterator[Any] = iter(warehouse.query("digest_weeks").itertuples())
    return [
        Week(
            week_name(as_date(row.week)), as_date(row.week), as_date(row.week) + dt.timedelta(days=6),
            int(row.changes), int(row.appeared), int(row.submitted),
        )
        for row in rows
    ]  # fmt: skip
