"""Models as points over two numbers, each on its own scale, with lines beside them; a click opens a model's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import CustomJS, TapTool

from ..plurals import counted
from . import alt_text
from .dates_or_numbers import MARGIN
from .log_scale import tick_label
from .named_lines import NamedLines
from .number_formats import RATIOS
from .periods import round_ticks
from .points import Path
from .style import OPEN_MODEL, range_options
from .styled_lines import Styles
from .template import Figure

LINEAR, LOG, COUNTS = "linear", "log", "counts"
"""Scales: as it is; logarithms of positive numbers; logarithms of one more than a count, so that 0 has a place."""
MANY = 1_000  # points from which on they are small and pale


@dataclass(frozen=True)
class Scale:
    """The title of an axis, and how numbers are placed on it."""

    title: str
    kind: str = LINEAR

    def positions(self, numbers: np.ndarray) -> np.ndarray:
        """Return where numbers are; NaN for those that have no place."""
        if self.kind == LINEAR:
            return numbers
        shifted = numbers + (self.kind == COUNTS)
        return np.log10(np.where(shifted > 0, shifted, np.nan))

    def ticks(self, numbers: np.ndarray) -> tuple[list[float], dict[float, str]]:
        """Return the positions of ticks around finite numbers, the outermost ones first and last, and their labels."""
        low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (float(self.kind == LOG), 1.0)
        if self.kind == LINEAR:
            ticks = round_ticks(low, high, 5)
            return ticks, {tick: alt_text.signed_number(tick, ",.10g") for tick in ticks}
        first = int(np.floor(np.log10(low))) if self.kind == LOG else 0
        last = max(int(np.ceil(np.log10(high))) if high > 0 else 1, first + 1)
        steps = [*([0.0] if self.kind == COUNTS else []), *(10.0**power for power in range(first, last + 1))]
        positions = self.positions(np.array(steps)).tolist()
        return positions, {at: tick_label(step) for at, step in zip(positions, steps, strict=True)}


class ModelPoints(NamedLines):
    """One point a model, coloured by name.

    `send` takes the columns `by`, `x`, `value`, `model_id` and those of `details`. Models with a missing number, or one
    without a place on its scale, are not drawn: the sender says how many.
    """

    def __init__(
        self, key: str, *, by: str, details: tuple[tuple[str, str], ...] = (), height: int = 400, **params: Any
    ) -> None:
        super().__init__(
            key, by=by, value="value", y_title="value", x_title="number", numbers=RATIOS,
            details=(("", "model_id"), *details), height=height, has_dates=False, sends_x_ticks=True, **params,
        )  # fmt: skip
        self._points = pd.DataFrame()
        self._titles = "", ""

    @staticmethod
    def _add_layers(figure: Figure) -> None:
        layers = {renderer.data_source.name: renderer for renderer in figure.renderers}
        points, lines = layers["points"], layers["lines"]
        figure.add_tools(TapTool(renderers=[points], callback=CustomJS(code=OPEN_MODEL), visible=False))
        figure.renderers.remove(lines)
        figure.renderers.append(lines)  # above the points
        lines.glyph.line_width = 3

    def send(
        self, frame: pd.DataFrame, style_by_name: Styles, *, x: Scale, y: Scale, lines: Sequence[Path] = (),
        hover: str = "0,0.[00]",
    ) -> None:  # fmt: skip
        """Send new points, and lines in the numbers of the axes, named in the legend as they are styled."""
        self.options.clear()
        at, heights = (
            scale.positions(frame[column].to_numpy("float64", na_value=np.nan))
            for scale, column in ((x, "x"), (y, "value"))
        )
        has_place = np.isfinite(at) & np.isfinite(heights)
        frame, at, heights = frame[has_place], at[has_place], heights[has_place]
        self._points, self._titles = frame, (x.title, y.title)
        rows_by_name = frame.groupby(self._by, sort=False).indices
        names = [name for name in style_by_name if name in rows_by_name]
        paths = [Path(name, name, at[rows_by_name[name]], heights[rows_by_name[name]]) for name in names]
        drawn_lines = [Path(line.name, line.by, x.positions(line.x), y.positions(line.y)) for line in lines]
        points = self._point_columns(
            frame, at, is_open=np.zeros(len(frame), bool), is_visible=np.ones(len(frame), bool)
        )
        is_crowded = len(frame) > MANY
        opacity = np.full(len(frame), 0.35 if is_crowded else 0.75)
        points |= {
            "period": frame["x"].to_numpy("float64"),
            "y": heights,
            "fill": opacity,
            "edge": np.zeros(len(frame)),
        }
        points["size"] = np.full(len(frame), 5.0 if is_crowded else 7.0)
        self._send_lines([*paths, *drawn_lines] if paths else [], [], points, style_by_name)
        styled = [(line, style_by_name[line.name][0]) for line in drawn_lines] if paths else []
        self._send(
            "lines",
            {
                "xs": [line.x for line, _ in styled],
                "ys": [line.y for line, _ in styled],
                "colour": [colour for _, colour in styled],
                "name": [line.name for line, _ in styled],
            },
        )
        self._set_axes(x, y, frame, drawn_lines)
        amounts = [(x.title, f"@period{{{hover}}}"), (y.title, f"@amount{{{hover}}}")]
        self._set("hover", tooltips=[("", "@name"), *((label, f"@{name}") for label, name in self._details), *amounts])

    def _set_axes(self, x: Scale, y: Scale, frame: pd.DataFrame, lines: Sequence[Path]) -> None:
        """Fit both axes to the points and lines that are drawn."""
        x_ticks, x_labels = x.ticks(frame["x"].to_numpy("float64"))
        self._set("x-ticker", ticks=x_ticks)
        self._set("x-axis", major_label_overrides=x_labels, axis_label=x.title)
        margin = MARGIN * (x_ticks[-1] - x_ticks[0])
        self._set("x-range", **range_options(x_ticks[0] - margin, x_ticks[-1] + margin))
        y_ticks, y_labels = y.ticks(frame["value"].to_numpy("float64"))
        low = min([y_ticks[0], *(float(np.nanmin(line.y)) for line in lines if y.kind == LINEAR and len(line.y))])
        self._set_ticks(y_ticks, lanes=1)
        self._set("y-axis", major_label_overrides=y_labels, axis_label=y.title)
        range_end = self.options["y-range"]["end"]
        self._set("y-range", **range_options(low - MARGIN * (y_ticks[-1] - y_ticks[0]), range_end))

    def _describe(self) -> str:
        x_title, y_title = self._titles
        text = f"{counted(len(self._points), 'model')} as points, {y_title} over {x_title}."
        values = self._points["value"].to_numpy("float64")
        highest, lowest = (self._points.iloc[int(find(values))] for find in (np.argmax, np.argmin))
        return f"{text} Highest {self._point_text(highest)}; lowest {self._point_text(lowest)}."

    def _point_text(self, point: pd.Series) -> str:
        values = [alt_text.signed_number(float(point[name]), ",.10g") for name in ("value", "x")]
        return f"{values[0]} at {values[1]}, {alt_text.readable(point['model_id'])}"
