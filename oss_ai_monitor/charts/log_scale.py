"""Logarithmic scales: values are drawn at their decimal logarithms, and ticks are labelled with the values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

FEW_DECADES = 2
"""Up to so many decades, 2 and 5 of each have a tick."""


@dataclass(frozen=True)
class LogTicks:
    """Positions of ticks, from the lower end of an axis to its upper one, and their labels by position."""

    ticks: list[float]
    labels: dict[float, str]


def log_positions(values: np.ndarray) -> np.ndarray:
    """Return the decimal logarithms; there is none of zero and of negative numbers."""
    positive = np.where(values > 0, values, np.nan)
    return np.log10(positive)


def tick_label(number: float) -> str:
    """Return a number as the label of a tick: 0.01, 20,000, 1M, 5B. Neighbours in full would not fit on a telephone."""
    for size, letter in ((1e9, "B"), (1e6, "M")):
        if number >= size:
            return f"{number / size:,.10g}{letter}"
    return f"{number:,.10g}"


def log_ticks(values: np.ndarray) -> LogTicks:
    """Return ticks around positive values: at each power of ten, and at 2 and 5 times it where these are few."""
    positive = values[np.isfinite(values) & (values > 0)]
    low, high = (float(positive.min()), float(positive.max())) if len(positive) else (1.0, 10.0)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    factors = (1, 2, 5) if last - first <= FEW_DECADES else (1,)
    steps = [factor * 10.0**power for power in range(first, last) for factor in factors] + [10.0**last]
    below = max((n for n, step in enumerate(steps) if step <= low), default=0)
    above = min((n for n, step in enumerate(steps) if step >= high), default=len(steps) - 1)
    steps = steps[below : max(above, below + 1) + 1]
    return LogTicks([math.log10(step) for step in steps], {math.log10(step): tick_label(step) for step in steps})
