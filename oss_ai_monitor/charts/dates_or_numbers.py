"""Charts whose x axis holds dates, with events and hatched periods, or else plain numbers, such as days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import BasicTicker, FixedTicker, NoOverlap

from .alt_text import range_of
from .chart import NO_NUMBERS, Chart
from .log_scale import tick_label
from .periods import Span, milliseconds
from .style import fit, mark_lines, range_options, tick_formatter
from .template import Figure, Template

MARGIN = 0.03  # of an axis of numbers, on each side: what is drawn at its ends is whole
MOST_POWERS = 10  # ticks of an axis of powers: up to 1,000,000,000


class DatesOrNumbers(Chart):
    """A chart whose template was finished by `finish_axis` with the same `has_dates`."""

    def __init__(self, template: Template, *, has_dates: bool, x_title: str, height: int, **params: Any) -> None:
        super().__init__(template, height=height, **params)
        self._has_dates, self._x_title = has_dates, x_title
        self._range_text = ""

    def mark(self, events: pd.DataFrame) -> None:
        """Show dated lines; an axis of numbers has no place for them."""
        if self._has_dates:
            super().mark(events)

    def _positions(self, values: pd.Series) -> np.ndarray:
        """Return where dates or numbers are on the axis."""
        return milliseconds(values) if self._has_dates else values.to_numpy("float64", na_value=np.nan)

    def _set_axis(
        self, x: np.ndarray, span: Span | None, filling: tuple[np.ndarray, np.ndarray] | None = None
    ) -> int:  # fmt: skip
        """Fit the axis to a span or else to positions, and return how many rows of labels are above the data."""
        if not self._has_dates:
            finite = x[np.isfinite(x)]
            low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
            margin = MARGIN * ((high - low) or 1.0)
            self._range_text = f"{self._x_title} {low:,g} to {high:,g}"
            self._set("x-range", **range_options(low - margin, high + margin))
            return 0
        assert span is not None, "an axis of dates needs a span"
        self._range_text = range_of(span)
        self._set_span(span)
        left, right = filling or (NO_NUMBERS, NO_NUMBERS)
        self._fill(left, right)
        return self._marks(is_hatched=len(left) > 0)


def finish_axis(figure: Figure, *, has_dates: bool, has_powers: bool = False) -> None:
    """Add the layers of dated lines and hatched periods, or give the axis plain numbers, after everything else."""
    if has_dates:
        mark_lines(figure)
        return
    figure.xaxis[0].update(ticker=BasicTicker(), formatter=tick_formatter("0,0.[00]"))
    if has_powers:
        exponents = range(MOST_POWERS)
        texts = {exponent: tick_label(10.0**exponent) for exponent in exponents}
        figure.xaxis[0].update(
            ticker=FixedTicker(ticks=list(exponents)), major_label_overrides=texts, major_label_policy=NoOverlap()
        )
    fit(figure)
