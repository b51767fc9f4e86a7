"""Pictures in words, for readers who cannot see them: what is drawn, over which range, its peak, its last whole value.

Whoever made up a name said anything in it: signs that change the direction of a text, or cannot be seen, are left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from .periods import Span, date_text, number_text, open_rows, period_text

FEW = 3  # names that a description gives, the largest first


def plainly(name: object) -> str:
    """A name as it can be read out."""
    return " ".join("".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in str(name)).split())


def range_of(span: Span) -> str:
    """The dates and the unit of a time axis."""
    return f"{date_text(span.start)} to {date_text(span.end)}, by {span.unit}"


def of(number: float, thing: str) -> str:
    """A number with its noun: 1 week, 12 weeks."""
    return f"{number_text(number)} {thing}{'' if number == 1 else 's'}"


def moment(at: float) -> str:
    """A place on a time axis, as a date."""
    return date_text(pd.Timestamp(int(at), unit="ms"))


def parts(sums: Mapping[str, float], digits: str = ".0%") -> str:
    """The largest of named numbers as shares of all of them: 45% chat, 30% merge and 4 others."""
    total = sum(sums.values())
    known = sorted(((number, name) for name, number in sums.items() if number > 0), key=lambda one: -one[0])
    if not known or not total:
        return ""
    said = ", ".join(f"{number / total:{digits}} {plainly(name)}" for number, name in known[:FEW])
    rest = len(known) - FEW
    return said if rest <= 0 else f"{said} and {of(rest, 'other')}"


def course(periods: np.ndarray, values: np.ndarray, whole: np.ndarray, unit: str, form: str = ",.0f") -> str:
    """The peak of numbers over periods (dates, in order), and the last of a complete one that no longer fills.

    `whole` tells which are; a gap is NaN.
    """
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return "No value."
    top = known[np.argmax(values[known])]
    said = f"Peak {signed(values[top], form)} in {period_text(periods[top], unit)}"
    sure = known[whole[known]]
    if not len(sure):
        return f"{said}; no {unit} is complete."
    last = sure[-1]
    return f"{said}; last complete {unit} ({period_text(periods[last], unit)}) {signed(values[last], form)}."


def signed(value: float, form: str) -> str:
    """A number in a format, with a true minus."""
    return f"{value:{form}}".replace("-", "−")


def by_name(names: pd.Series | np.ndarray, values: np.ndarray) -> dict[str, float]:
    """The sum of each name's values, in the order of their first."""
    place, known = pd.factorize(names)
    totals = np.bincount(place, values, len(known)) if len(known) else np.array([])
    return {str(name): float(number) for name, number in zip(known, totals, strict=True)}


def places(periods: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each period's rows begin, and the number of the period of each row; rows are in the order of periods."""
    is_first = np.append(True, periods[1:] != periods[:-1])[: len(periods)]
    return np.flatnonzero(is_first), np.cumsum(is_first) - 1


def sums(frame: pd.DataFrame, value: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of a frame with a row per period and name: the periods in order, their sums, and which are complete."""
    periods = frame["period"].to_numpy()
    if (periods[1:] < periods[:-1]).any():
        frame = frame.sort_values("period", kind="stable")
        periods = frame["period"].to_numpy()
    first, place = places(periods)
    totals = np.bincount(place, frame[value].to_numpy("float64"), len(first))
    return periods[first], totals, ~open_rows(frame)[first]
