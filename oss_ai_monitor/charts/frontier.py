"""Frontiers: the best value up to each size, as steps on a logarithmic axis, with names at the corners."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import CustomJS, Segment, TapTool

from ..plurals import counted
from . import alt_text
from .dates_or_numbers import MARGIN
from .ladder_template import add_labels
from .log_scale import log_positions, log_ticks
from .named_lines import NamedLines
from .number_formats import SCORES, NumberFormat
from .points import Path
from .style import OPEN_MODEL, empty_source, follow_legend, range_options
from .styled_lines import Styles
from .template import Figure
from .timeline import shortened
from .trends import steps

LONGEST = 26  # characters of a name at a corner
MOST_TICKS = 7  # of the axis of sizes


class Frontier(NamedLines):
    """One staircase a name over sizes; a bar below each corner says how far its value may differ.

    `send` takes one row per name and corner, in the order of `x`: the columns `by`, `x` (above zero), `value`, `low`
    (the lower end of its bar), model_id, and those of `details`.
    """

    def __init__(
        self, key: str, *, by: str, x: str, value: str, x_title: str, y_title: str, numbers: NumberFormat = SCORES,
        details: tuple[tuple[str, str], ...] = (), height: int = 460, **params: Any,
    ) -> None:  # fmt: skip
        super().__init__(
            key, by=by, value=value, y_title=y_title, x_title=x_title, numbers=numbers,
            details=(*details, ("", "model_id")), height=height, has_dates=False, sends_x_ticks=True, **params,
        )  # fmt: skip
        self._details = details
        self._x = x
        self._sent = pd.DataFrame()

    @staticmethod
    def _add_layers(figure: Figure) -> None:
        """Add the bars below the corners and the names beside them; a click on a corner opens its model."""
        bars = figure.add_glyph(
            empty_source("spreads", "x", "low", "high", "colour", "name"),
            Segment(x0="x", x1="x", y0="low", y1="high", line_color="colour", line_width=3, line_alpha=0.4),
            level="underlay",
        )
        follow_legend(figure, {bars: "name"})
        points, lines = (figure.select_one({"name": name}) for name in ("points", "lines"))
        add_labels(figure, points=[empty_source("corners", "x", "y", "size")], lines=[lines])
        dots = next(layer for layer in figure.renderers if getattr(layer, "data_source", None) is points)
        figure.add_tools(TapTool(renderers=[dots], callback=CustomJS(code=OPEN_MODEL), visible=False))

    def send(self, frame: pd.DataFrame, style_by_name: Styles, *, largest: float) -> None:
        """Send new staircases, in the order of `style_by_name`; the last step of each goes on to the `largest` size."""
        frame = frame[frame[self._by].isin(list(style_by_name))]
        self._sent = frame
        at = log_positions(frame[self._x].to_numpy("float64", na_value=np.nan))
        values, low = (frame[name].to_numpy("float64", na_value=np.nan) for name in (self._value, "low"))
        rows_by_name = frame.groupby(self._by, sort=False).indices
        names = [name for name in style_by_name if name in rows_by_name]
        end = float(np.log10(largest)) if largest > 0 else None
        paths = [Path(name, name, *steps(at[rows_by_name[name]], values[rows_by_name[name]], end)) for name in names]
        some = np.ones(len(frame), bool)
        points = self._point_columns(frame, at, is_open=~some, is_visible=some)
        points["period"] = frame[self._x].to_numpy("float64")
        self._send_lines(paths, [], points, style_by_name)
        colours = [style_by_name[name][0] for name in frame[self._by]]
        self._send(
            "spreads", {"x": at, "low": low, "high": values, "colour": colours, "name": frame[self._by].tolist()}
        )
        self._send("corners", {"x": at, "y": values, "size": np.full(len(frame), 7.0)})
        self._send_names(frame, at, values)
        self._set_sizes(frame[self._x].to_numpy("float64"), largest)
        self._set_tooltips((self._x_title, "@period{0,0.[00]}"), has_band=False)
        self._set("hover", tooltips=[("", "@model_id"), *self.options["hover"]["tooltips"]])
        self._scale_lines([], lanes=1, from_zero=False)

    def _send_names(self, frame: pd.DataFrame, at: np.ndarray, values: np.ndarray) -> None:
        """Send a name for each corner, without its owner; one that stands on several staircases has one name."""
        is_last = ~frame["model_id"].duplicated(keep="last").to_numpy(bool)
        names = [str(name).rpartition("/")[2] for name in frame["model_id"][is_last]]
        self._send("names", {"x": at[is_last], "y": values[is_last], "text": shortened(names, LONGEST)})

    def _set_sizes(self, sizes: np.ndarray, largest: float) -> None:
        """Fit the axis of sizes."""
        finite = np.append(sizes[np.isfinite(sizes) & (sizes > 0)], largest if largest > 0 else [])
        scale = log_ticks(finite if len(finite) else np.array([1.0, 10.0]))
        low, high = (float(np.log10(end)) for end in ((finite.min(), finite.max()) if len(finite) else (1.0, 10.0)))
        self._range_text = f"{self._x_title} {10**low:,.3g} to {10**high:,.3g}"
        self._set("x-ticker", ticks=scale.ticks[:: 1 + (len(scale.ticks) - 1) // MOST_TICKS])
        self._set("x-axis", major_label_overrides=scale.labels)
        margin = MARGIN * ((high - low) or 1.0)
        self._set("x-range", **range_options(low - margin, high + margin))

    def _describe(self) -> str:
        texts = [self._path_text(name, rows) for name, rows in self._sent.groupby(self._by, sort=False)]
        return " ".join([f"{self._count_text()}, in steps, {self._range_text}.", *texts])

    def _path_text(self, name: Any, rows: pd.DataFrame) -> str:
        """Return the number of corners of a staircase, and the first and the last as text."""
        ends = [
            f"{self._numbers(float(row[self._value]))} at {float(row[self._x]):,.3g} by "
            f"{alt_text.readable(row['model_id'])}"
            for _, row in rows.iloc[[0, -1]].iterrows()
        ]
        corners = counted(len(rows), "corner")
        return f"{alt_text.readable(name)}: {corners}, from {ends[0]} to {ends[-1]}."
