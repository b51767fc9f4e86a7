"""What the kinds of lines by name share: a template, how lines and their intervals are sent, a legend, a hover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..plurals import counted
from . import alt_text
from .dates_or_numbers import MARGIN, DatesOrNumbers
from .line_template import PLACES, make
from .log_scale import log_positions, log_ticks
from .number_formats import NumberFormat
from .points import Band, Path
from .styled_lines import Styles, swatch_columns
from .template import Figure, template
from .timeline import LONGEST_IN_LEGEND, shortened


class NamedLines(DatesOrNumbers):
    """What kinds of lines by name share: one template for dates and one for numbers, and how lines are sent.

    `value` is the column of the height; where a frame has `low` and `high` too, they are drawn as a band. `details` are
    (label, column) pairs for the hover. Names, colours and markers come with the data.
    """

    def __init__(
        self, key: str, *, by: str, value: str, y_title: str, x_title: str, numbers: NumberFormat,
        details: tuple[tuple[str, str], ...], height: int, has_dates: bool, has_powers: bool = False,
        sends_x_ticks: bool = False, **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._value, self._numbers, self._details = by, value, numbers, details
        columns = ("period", *(column.partition("{")[0] for _, column in details))
        self._hover_columns = columns[1:]

        def make_figure() -> Figure:
            figure = make(
                x_title, y_title, numbers, columns, height,
                dates=has_dates, powers=has_powers, sends_x_ticks=sends_x_ticks,
            )  # fmt: skip
            self._add_layers(figure)
            return figure

        parts = (
            "lines", type(self)._add_layers, x_title, y_title, numbers, columns, height, has_dates, has_powers,
            sends_x_ticks,
        )  # fmt: skip
        super().__init__(
            template(parts, make_figure), has_dates=has_dates, x_title=x_title, height=height, key=key, **params
        )
        self._paths: Sequence[Path] = ()
        self._is_log, self._amount_label = False, value.replace("_", " ")

    def _set_scale(self, *, is_log: bool, y_title: str) -> None:
        """Choose a logarithmic scale, and a title for the y axis and the hover, for what is sent next."""
        self._is_log = is_log
        self.options.pop("y-axis", None)
        self._amount_label = y_title or self._value.replace("_", " ")
        if y_title:
            self._set("y-axis", axis_label=y_title)

    def _heights(self, values: np.ndarray) -> np.ndarray:
        """Return where values are on the y axis."""
        return log_positions(values) if self._is_log else values

    @staticmethod
    def _add_layers(figure: Figure) -> None:
        """Add what a kind draws besides to the figure of the template. Nothing by default."""

    def _send_lines(
        self, paths: Sequence[Path], bands: Sequence[Band], points: dict[str, Any], style_by_name: Styles
    ) -> None:
        """Send lines, bands, points and the legend; names without a line are not in the legend."""
        self._paths = drawn = [path for path in paths if np.isfinite(path.y).any()]
        styles = {path.name: style_by_name[path.name] for path in drawn}
        corners: dict[str, Any] = {"xs": [path.x for path in drawn], "ys": [self._heights(path.y) for path in drawn]}
        names = [path.name for path in drawn]
        self._send("lines", corners | {"colour": [styles[name][0] for name in names], "name": names})
        on_scale = [Band(band.by, band.x, self._heights(band.low), self._heights(band.high)) for band in bands]
        outlines = [(band.by, *outline) for band in on_scale for outline in _outlines(band)]
        self._send(
            "bands",
            {
                "xs": [x for _, x, _ in outlines],
                "ys": [y for _, _, y in outlines],
                "colour": [style_by_name[name][0] for name, _, _ in outlines],
            },
        )
        looks = [style_by_name[name] for name in points["name"]]
        self._send(
            "points", points | {"colour": [colour for colour, _ in looks], "marker": [marker for _, marker in looks]}
        )
        self._send("swatches", swatch_columns(styles, PLACES))
        self._show_legend(dict(enumerate(shortened(names[:PLACES], LONGEST_IN_LEGEND))))
        self.is_empty = not drawn

    def _set_tooltips(self, at: tuple[str, str], *, has_band: bool) -> None:
        """Set the texts of the hover: the name, the position `at`, the value, its interval and the details."""
        hover = self._numbers.hover
        value = f"@amount{{{hover}}}" + (f" (@low{{{hover}}} to @high{{{hover}}})" if has_band else "")
        details = [(label, f"@{column}") for label, column in self._details]
        self._set("hover", tooltips=[("", "@name"), at, (self._amount_label, value), *details])

    def _count_text(self) -> str:
        return f"{counted(len(self._paths), 'line')} by {self._by}"

    def _unnamed_text(self) -> list[str]:
        """Return that there are more lines than a description names, if there are."""
        unnamed = len(self._paths) - alt_text.NAMED
        return [f"And {counted(unnamed, 'other')}."] if unnamed > 0 else []

    def _scale_lines(self, bands: Sequence[Band], *, lanes: int, from_zero: bool = True) -> None:
        parts = [*(path.y for path in self._paths), *(part for band in bands for part in (band.low, band.high))]
        values = np.concatenate([*parts, np.zeros(1 if from_zero else 0)])
        values = values[np.isfinite(values)]
        if self._is_log:
            scale = log_ticks(values)
            self._set_ticks(scale.ticks, lanes=max(lanes, 1))
            self._set("y-axis", major_label_overrides=scale.labels)
            return
        low, high = min(values, default=0.0), max(values, default=1.0)
        margin = 0.0 if from_zero else MARGIN * (high - low)  # the lowest point is whole
        self._scale(low - margin, high, percents=self._numbers.axis.endswith("%"), lanes=max(lanes, 1))

    def _point_columns(
        self, rows: pd.DataFrame, at: np.ndarray, *, is_open: np.ndarray, is_visible: np.ndarray
    ) -> dict[str, Any]:
        """Return the columns of points; those of open periods are hollow, and hidden ones are for the hover only."""
        blank = np.full(len(rows), np.nan)
        return {
            "at": at,
            "y": self._heights(rows[self._value].to_numpy("float64", na_value=np.nan)),
            "amount": rows[self._value].to_numpy("float64", na_value=np.nan),
            "name": rows[self._by].tolist(),
            "size": np.where(is_visible, 6.0, 5.0),
            "fill": np.where(is_visible & ~is_open, 1.0, 0.0),
            "edge": np.where(is_visible, 1.0, 0.0),
            **{
                name: rows[name].to_numpy("float64", na_value=np.nan) if name in rows else blank
                for name in ("low", "high")
            },
            **{name: rows[name].tolist() for name in self._hover_columns},
        }


def finite_runs(values: np.ndarray) -> list[slice]:
    """Return the stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.isfinite(values).astype("int8"), prepend=0, append=0))
    return [slice(start, end) for start, end in edges.reshape(-1, 2).tolist()]


def _outlines(band: Band) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the outline of each stretch of a band: along its low edge and back along its high one."""
    return [
        (
            np.concatenate([band.x[run], band.x[run][::-1]]),
            np.concatenate([band.low[run], band.high[run][::-1]]),
        )
        for run in finite_runs(band.low + band.high)
    ]
