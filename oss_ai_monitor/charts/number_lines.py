"""Lines or single points by name over numbers, such as an age in days, on plain or logarithmic scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..plurals import counted
from . import alt_text
from .dates_or_numbers import MARGIN
from .log_scale import log_positions, log_ticks, tick_label
from .named_lines import NamedLines
from .number_formats import COUNTS, NumberFormat
from .periods import round_ticks
from .points import Path
from .style import GREY, range_options
from .styled_lines import Styles

MOST_TICKS = 5  # of a logarithmic axis below the chart


class NumberLines(NamedLines):
    """One line a name over numbers, or only its points; missing values are gaps.

    `send` takes one row per name and number, in the order of the numbers: the columns `by`, `x`, `value` and those of
    `details`. Rows with a false `is_complete` are hollow.
    """

    def __init__(
        self, key: str, *, by: str, x: str, value: str, x_title: str, y_title: str, numbers: NumberFormat = COUNTS,
        details: tuple[tuple[str, str], ...] = (), height: int = 360, **params: Any,
    ) -> None:  # fmt: skip
        super().__init__(
            key, by=by, value=value, y_title=y_title, x_title=x_title, numbers=numbers, details=details, height=height,
            has_dates=False, sends_x_ticks=True, **params,
        )  # fmt: skip
        self._x = x
        self._is_joined = True

    def send(
        self, frame: pd.DataFrame, style_by_name: Styles, *, is_log: bool = False, is_log_x: bool = False,
        x_ticks: Sequence[float] = (), y_title: str = "", reference: tuple[str, float] | None = None,
        is_joined: bool = True,
    ) -> None:  # fmt: skip
        """Send new lines, in the order of `style_by_name`.

        reference: the name and the value of a grey line that others are compared with. x_ticks: numbers that have a
        tick; without them round ones have. is_joined: whether points are joined.
        """
        self._set_scale(is_log=is_log, y_title=y_title)
        self._is_joined = is_joined
        frame = frame[frame[self._by].isin(list(style_by_name))]
        numbers = frame[self._x].to_numpy("float64", na_value=np.nan)
        at = log_positions(numbers) if is_log_x else numbers
        values = frame[self._value].to_numpy("float64", na_value=np.nan)
        rows_by_name = frame.groupby(self._by, sort=False).indices
        names = [name for name in style_by_name if name in rows_by_name]
        paths = [Path(name, name, at[rows_by_name[name]], values[rows_by_name[name]]) for name in names]
        is_open = ~frame["is_complete"].to_numpy(bool) if "is_complete" in frame else np.zeros(len(frame), bool)
        points = self._point_columns(frame, at, is_open=is_open, is_visible=np.ones(len(frame), bool))
        points["period"] = numbers
        styles = dict(style_by_name)
        ends = self._set_x(numbers, is_log_x=is_log_x, x_ticks=x_ticks)
        if reference is not None and paths:
            name, value = reference
            styles[name] = (GREY, "circle")
            paths.append(Path(name, name, np.array(ends), np.array([value, value])))
        self._send_lines(paths, [], points, styles)
        if not is_joined:
            self._send("lines", {column: [] for column in ("xs", "ys", "colour", "name")})
        self._set_tooltips((self._x_title, "@period{0,0}"), has_band=False)
        self._scale_lines([], lanes=0)

    def _set_x(self, numbers: np.ndarray, *, is_log_x: bool, x_ticks: Sequence[float]) -> tuple[float, float]:
        """Fit the x axis to numbers, and return its ends."""
        finite = numbers[np.isfinite(numbers) & ((numbers > 0) | (not is_log_x))]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (1.0, 10.0)
        self._range_text = f"{self._x_title} {low:,g} to {high:,g}"
        self.options.pop("x-axis", None)
        if is_log_x:
            scale = log_ticks(np.array([low, high]))
            labels = {float(np.log10(number)): tick_label(number) for number in x_ticks} or scale.labels
            # labels of many decades would cover each other on a narrow screen
            ticks = list(labels) if x_ticks else scale.ticks[:: 1 + (len(scale.ticks) - 1) // MOST_TICKS]
            self._set("x-axis", major_label_overrides=labels)
            low, high = float(np.log10(low)), float(np.log10(high))
        else:
            ticks = list(x_ticks) or [tick for tick in round_ticks(low, high, 6) if tick <= high]
        self._set("x-ticker", ticks=ticks)
        margin = MARGIN * ((high - low) or 1.0)
        self._set("x-range", **range_options(low - margin, high + margin))
        return low - margin, high + margin

    def _describe(self) -> str:
        kind = "line" if self._is_joined else "group of points"
        texts = [self._path_text(path) for path in self._paths[: alt_text.NAMED]]
        count = f"{counted(len(self._paths), kind)} by {self._by}" if self._is_joined else "Points"
        return " ".join([f"{count}, {self._range_text}.", *texts, *self._unnamed_text()])

    def _path_text(self, path: Path) -> str:
        """Return the peak and the last value of a line, or the number of points of a group, as text."""
        finite = path.y[np.isfinite(path.y)]
        if not self._is_joined:
            return f"{alt_text.readable(path.name)}: {counted(len(finite), 'point')}."
        values = f"peak {self._numbers(float(finite.max()))}, last {self._numbers(float(finite[-1]))}"
        return f"{alt_text.readable(path.name)}: {values}."
