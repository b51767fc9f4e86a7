"""Charts in words, for readers who cannot see them: what is drawn, over which range, its peak, its last complete value.

Names come from strangers: characters that cannot be seen or that change the direction of a text are left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..plurals import counted
from .periods import Span, date_text, open_rows, period_text

NAMED = 3  # names that a text mentions, the largest first


def readable(name: object) -> str:
    """Return a name without control and direction characters, with single spaces."""
    text = str(name)
    if not text.isprintable():  # else it has none of these
        text = "".join(character if unicodedata.category(character)[0] != "C" else " " for character in text)
    return " ".join(text.split())


def range_of(span: Span) -> str:
    """The dates and the unit of a time axis."""
    return f"{date_text(span.start)} to {date_text(span.end)}, by {span.unit}"


def moment(at: float) -> str:
    """Return the date of a position on a time axis, which counts milliseconds since 1970."""
    return date_text(pd.Timestamp(int(at), unit="ms"))


def shares_text(numbers: Mapping[str, float], digits: str = ".0%") -> str:
    """Return the largest of named numbers as shares of their sum: 45% chat, 30% merge and 4 others."""
    total = sum(numbers.values())
    positive = sorted(((number, name) for name, number in numbers.items() if number > 0), key=lambda pair: -pair[0])
    if not positive or not total:
        return ""
    text = ", ".join(f"{number / total:{digits}} {readable(name)}" for number, name in positive[:NAMED])
    unnamed = len(positive) - NAMED
    return text if unnamed <= 0 else f"{text} and {counted(unnamed, 'other')}"


def peak_and_last(
    periods: np.ndarray, values: np.ndarray, is_complete: np.ndarray, unit: str, form: str = ",.0f"
) -> str:
    """Return the peak of values over periods (dates, in order), and the last value of a complete period.

    `is_complete` marks the complete periods; a gap is NaN.
    """
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return "No value."
    peak = finite[np.argmax(values[finite])]
    text = f"Peak {signed_number(values[peak], form)} in {period_text(periods[peak], unit)}"
    complete_rows = finite[is_complete[finite]]
    if not len(complete_rows):
        return f"{text}; no {unit} is complete."
    last = complete_rows[-1]
    return f"{text}; last complete {unit} ({period_text(periods[last], unit)}) {signed_number(values[last], form)}."


def signed_number(value: float, form: str) -> str:
    """A number in a format, with a true minus."""
    return f"{value:{form}}".replace("-", "−")


def sums_by_name(names: pd.Series | np.ndarray, values: np.ndarray) -> dict[str, float]:
    """Return the sum of each name's values, in the order in which the names first occur."""
    index, unique_names = pd.factorize(names)
    totals = np.bincount(index, values, len(unique_names)) if len(unique_names) else np.array([])
    return {str(name): float(number) for name, number in zip(unique_names, totals, strict=True)}


def period_starts(periods: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each period's rows begin, and for each row the index of its period; rows are ordered by period."""
    is_first = np.append(True, periods[1:] != periods[:-1])[: len(periods)]
    return np.flatnonzero(is_first), np.cumsum(is_first) - 1


def sums_by_period(frame: pd.DataFrame, value: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum a frame with a row per period and name: the periods in order, their sums, and which are complete."""
    periods = frame["period"].to_numpy()
    if (periods[1:] < periods[:-1]).any():
        frame = frame.sort_values("period", kind="stable")
        periods = frame["period"].to_numpy()
    starts, index = period_starts(periods)
    totals = np.bincount(index, frame[value].to_numpy("float64"), len(starts))
    return periods[starts], totals, ~open_rows(frame)[starts]
