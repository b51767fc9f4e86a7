"""Dates, periods, numbers and round ticks, in the formats of all charts."""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..plurals import counted

MILLISECONDS_A_DAY = 86_400_000.0
STILL_FILLING, LATE_SUBMISSIONS_MISSING = "still filling", "late submissions missing"


@dataclass(frozen=True)
class Span:
    """The dates that a chart covers (both included), the unit of its periods, and from when on submissions are lacking.

    `settled_on`: periods that end after this day are `unsettled` (still filling, or late submissions missing); None
    where no period is.
    """

    start: dt.date
    end: dt.date
    unit: str
    settled_on: dt.date | None = None
    unsettled: str = STILL_FILLING

    @property
    def left(self) -> float:
        """The start of the first period, in milliseconds since 1970, as Bokeh's time axes count."""
        return float(milliseconds([period_start(self.start, self.unit)])[0])

    @property
    def right(self) -> float:
        """The end of the last period, in milliseconds since 1970."""
        return float(ends([period_start(self.end, self.unit)], self.unit)[0])


def period_start(day: dt.date, unit: str) -> dt.date:
    """Return the first day of the period that contains `day`; weeks start on Monday."""
    if unit == "month":
        return day.replace(day=1)
    return day - dt.timedelta(days=day.weekday()) if unit == "week" else day


Dates = pd.Series | np.ndarray | Sequence[dt.date]


def milliseconds(dates: Dates) -> np.ndarray:
    """Return dates as Bokeh's time axes count them; missing ones are NaN."""
    moments = _moments(dates)
    return np.where(np.isnat(moments), np.nan, moments.astype("int64").astype("float64"))


def ends(starts: Dates, unit: str) -> np.ndarray:
    """Return the ends, in milliseconds, of periods that begin at `starts`."""
    moments = _moments(starts)
    if unit == "month":
        return (moments.astype("datetime64[M]") + 1).astype("datetime64[ms]").astype("int64").astype("float64")
    days = 7 if unit == "week" else 1
    return moments.astype("int64") + days * MILLISECONDS_A_DAY


def _moments(dates: Dates) -> np.ndarray:
    if isinstance(dates, pd.Series) and dates.dtype.kind != "M":  # an empty one, or one of objects
        dates = pd.to_datetime(dates)
    return np.asarray(dates, dtype="datetime64[ms]")


def open_rows(frame: pd.DataFrame) -> np.ndarray:
    """Return which rows belong to periods that are left out of changes and trends.

    Incomplete ones (is_complete) and, where a frame has these columns, those that are still filling (is_filling) or
    miss late submissions (is_missing_late_submissions).
    """
    is_open = ~frame["is_complete"].to_numpy(bool)
    for name in ("is_filling", "is_missing_late_submissions"):
        if name in frame:
            is_open |= frame[name].to_numpy(bool)
    return is_open


def joined(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Merge adjacent ranges."""
    if len(left) == 0:
        return left, right
    is_start = np.append(True, left[1:] > right[:-1])
    return left[is_start], right[np.append(is_start[1:], True)]


def round_ticks(low: float, high: float, about: int = 5, integers: bool = False, percents: bool = False) -> list[float]:
    """Round tick values (1, 2, 2.5, 5 × 10ⁿ) that enclose low..high, about that many of them.

    `integers` allows whole numbers only, for counts; `percents` whole hundredths only, for shares.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        low, high = (low, low + 1.0) if math.isfinite(low) else (0.0, 1.0)
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    factors = [factor for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999]
    if percents:
        factors = [factor for factor in factors if round(100 * factor * power, 6).is_integer()]
    step = factors[0] * power if factors else 0.01
    if integers:
        step = max(1.0, float(math.ceil(step)))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


@functools.lru_cache(maxsize=10_000)
def date_text(day: dt.date | pd.Timestamp | None) -> str:
    """Return a date as a reader writes it: 8 Jan 2024."""
    if day is None or pd.isna(day):
        return "an unknown date"
    return f"{day.day} {day:%b %Y}"


def period_text(start: dt.date | np.datetime64 | pd.Timestamp, unit: str) -> str:
    """Return a period as a reader names it: 8 Jan 2024, the week of 8 Jan 2024, January 2024."""
    day = pd.Timestamp(start)
    return {"day": date_text(day), "week": f"the week of {date_text(day)}"}.get(unit, f"{day:%B %Y}")


def number_text(number: float) -> str:
    """Return a count as a reader writes it: 12,345."""
    return f"{number:,.0f}"


def age_text(day: dt.date, now: dt.date) -> str:
    """Return the age of a day: today, 1 day old, 12 days old."""
    days = (now - day).days
    return "today" if days <= 0 else f"{counted(days, 'day')} old"
