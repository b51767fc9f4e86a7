"""Lines by name over numbers, straight from corner to corner: a Lorenz curve, a share by rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..plurals import counted
from . import alt_text
from .named_lines import NamedLines
from .number_formats import SHARES, NumberFormat
from .points import Path
from .styled_lines import Styles

MOST_MARKED = 12  # corners of a line up to which every one is visible


class Curves(NamedLines):
    """One line a name over numbers, not over dates; with `has_powers` the axis has a tick at each power of ten.

    `send` takes one row per name and corner, in the order of `x`: the columns `by`, `x` and `value`, and those of
    `details`, which the hover shows. On an axis of powers every `x` is above zero.
    """

    def __init__(
        self, key: str, *, by: str, x: str, value: str, x_title: str, y_title: str, numbers: NumberFormat = SHARES,
        details: tuple[tuple[str, str], ...] = (), has_powers: bool = False, height: int = 360, **params: Any,
    ) -> None:  # fmt: skip
        super().__init__(
            key, by=by, value=value, y_title=y_title, x_title=x_title, numbers=numbers, details=details, height=height,
            has_dates=False, has_powers=has_powers, **params,
        )  # fmt: skip
        self._x, self._has_powers = x, has_powers

    def send(self, frame: pd.DataFrame, style_by_name: Styles) -> None:
        """Send new lines, in the order of `style_by_name`."""
        frame = frame[frame[self._by].isin(list(style_by_name))]
        x, value = (frame[name].to_numpy("float64", na_value=np.nan) for name in (self._x, self._value))
        at = np.log10(x) if self._has_powers else x
        rows_by_name = frame.groupby(self._by, sort=False).indices
        names = [name for name in style_by_name if name in rows_by_name]
        paths = [Path(name, name, at[rows_by_name[name]], value[rows_by_name[name]]) for name in names]
        is_visible = np.zeros(len(frame), bool)
        for rows in rows_by_name.values():
            is_visible[rows] = len(rows) <= MOST_MARKED
        points = self._point_columns(frame, at, is_open=np.zeros(len(frame), bool), is_visible=is_visible)
        points["period"] = at
        self._send_lines(paths, [], points, style_by_name)
        self._set_axis(at, None)
        self._set_line_tooltips()
        self._scale_lines([], lanes=0)

    def _set_line_tooltips(self) -> None:
        """Set the texts of the hover: the name, the value and the details; the position is one of these."""
        value = self._value.replace("_", " "), f"@y{{{self._numbers.hover}}}"
        self._set("hover", tooltips=[("", "@name"), *((label, f"@{column}") for label, column in self._details), value])

    def _describe(self) -> str:
        texts = [self._path_text(path) for path in self._paths[: alt_text.NAMED]]
        lines = counted(len(self._paths), "line")
        return " ".join([f"{lines} over {self._x_title}.", *texts, *self._unnamed_text()])

    def _path_text(self, path: Path) -> str:
        """Return a line's ends, and its value in the middle of its corners, as text."""
        finite = np.flatnonzero(np.isfinite(path.y))
        corners = dict.fromkeys([finite[0], finite[len(finite) // 2], finite[-1]])
        values = [f"{self._numbers(path.y[n])} at {self._at_text(path.x[n])}" for n in corners]
        return f"{alt_text.readable(path.name)}: {', '.join(values)}."

    def _at_text(self, at: float) -> str:
        return f"{10**at:,.0f}" if self._has_powers else f"{at:,.4g}"
