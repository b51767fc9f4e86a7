"""Step curves by name over days or dates: each value holds until the next one, with an optional interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from . import alt_text
from .chart import NO_NUMBERS
from .named_lines import NamedLines
from .number_formats import SHARES, NumberFormat
from .periods import Span, number_text
from .points import Band, Path
from .styled_lines import Styles
from .trends import steps

MOST_MARKED = 60  # steps up to which every step has a visible point


class StepCurves(NamedLines):
    """One curve a name, such as a survival curve or the best score so far.

    `unit` is what an axis of numbers counts.

    `send` takes one row per name and step, in the order of the steps: the columns `by`, `x` (a date, or days if
    `has_dates` is false) and `value`, those of `details`, and optional `low` and `high`, which are drawn as a band.
    """

    def __init__(
        self, key: str, *, by: str, value: str, y_title: str, x: str = "day", x_title: str = "days",
        unit: str = "day", has_dates: bool = False, numbers: NumberFormat = SHARES,
        details: tuple[tuple[str, str], ...] = (), height: int = 360, **params: Any,
    ) -> None:  # fmt: skip
        super().__init__(
            key, by=by, value=value, y_title=y_title, x_title=x_title, numbers=numbers, details=details, height=height,
            has_dates=has_dates, **params,
        )  # fmt: skip
        self._x, self._unit = x, unit

    def send(
        self, frame: pd.DataFrame, style_by_name: Styles, *, span: Span | None = None,
        until: Mapping[str, float] | None = None, filling: tuple[np.ndarray, np.ndarray] | None = None,
        from_zero: bool = True, is_log: bool = False,
    ) -> None:  # fmt: skip
        """Send new curves, in the order of `style_by_name`; with `is_log` on a logarithmic scale.

        until: name → where its last value ends (days, or milliseconds since 1970); without it, at its last step.
        span: the dates of an axis of dates, which needs it; filling: its stretches that are open, in milliseconds.
        """
        self._set_scale(is_log=is_log, y_title="")
        frame = frame[frame[self._by].isin(list(style_by_name))]
        at = self._positions(frame[self._x])
        columns = {name: frame[name].to_numpy("float64") for name in (self._value, "low", "high") if name in frame}
        rows_by_name = frame.groupby(self._by, sort=False).indices
        paths, bands = [], []
        for name in [name for name in style_by_name if name in rows_by_name]:
            rows, end = rows_by_name[name], (until or {}).get(name)
            x, heights = at[rows], {column: values[rows] for column, values in columns.items()}
            paths.append(Path(name, name, *steps(x, heights[self._value], end)))
            if "low" in heights:
                corners, low = steps(x, heights["low"], end)
                bands.append(Band(name, corners, low, steps(x, heights["high"], end)[1]))
        is_visible = np.full(len(frame), len(frame) <= MOST_MARKED * max(len(paths), 1))
        points = self._point_columns(frame, at, is_open=np.zeros(len(frame), bool), is_visible=is_visible)
        points["period"] = at
        self._send_lines(paths, bands, points, style_by_name)
        lanes = self._set_axis(np.concatenate([NO_NUMBERS, *(path.x for path in paths)]), span, filling)
        at_text = ("", "@at{%-d %b %Y}") if self._has_dates else ("", f"{self._unit} @at{{0,0}}")
        self._set_tooltips(at_text, has_band=bool(bands))
        self._scale_lines(bands, lanes=lanes, from_zero=from_zero)

    def _describe(self) -> str:
        texts = [self._path_text(path) for path in self._paths[: alt_text.NAMED]]
        return " ".join([f"{self._count_text()}, in steps, {self._range_text}.", *texts, *self._unnamed_text()])

    def _path_text(self, path: Path) -> str:
        """Return the first value of a curve, its peak and its last value as text."""
        finite = np.flatnonzero(np.isfinite(path.y))
        first, last, peak = finite[0], finite[-1], finite[np.argmax(path.y[finite])]
        values = [f"{self._numbers(path.y[n])} {self._at_text(path.x[n])}" for n in (first, peak, last)]
        return f"{alt_text.readable(path.name)}: first {values[0]}, peak {values[1]}, last {values[2]}."

    def _at_text(self, at: float) -> str:
        if self._has_dates:
            return f"on {alt_text.moment(at)}"
        return f"{'on' if self._unit == 'day' else 'in'} {self._unit} {number_text(at)}"
