"""Points over dates that name their model, with lines, trends and bands around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import (
    CategoricalColorMapper,
    CategoricalMarkerMapper,
    HoverTool,
    MultiLine,
    VArea,
)

from ..plurals import counted
from . import alt_text
from .chart import NO_NUMBERS, Chart
from .periods import Span, date_text, milliseconds
from .style import GREY, add_hover, apply_style, empty_source, follow_legend, legend, main_layer, mark_lines
from .styled_lines import draw_as_lines
from .template import Figure, render, template

MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex", "star", "plus")


@dataclass(frozen=True)
class Path:
    """A line through its corners in order, coloured as `by` is; `x` in milliseconds, `wide` is its width in pixels."""

    name: str
    by: str
    x: np.ndarray
    y: np.ndarray
    wide: float = 2.0


@dataclass(frozen=True)
class Band:
    """The area between `low` and `high` at each `x` (milliseconds), coloured as `by` is."""

    by: str
    x: np.ndarray
    low: np.ndarray
    high: np.ndarray


TREND = "trend (LOWESS)"
NO_BAND = Band("", NO_NUMBERS, NO_NUMBERS, NO_NUMBERS)


def markers(number: int) -> list[str]:
    """Return a marker for each of so many names, in their order."""
    return [MARKERS[n % len(MARKERS)] for n in range(number)]


def mappers(colours: dict[str, str], shapes: Sequence[str]) -> tuple[CategoricalColorMapper, CategoricalMarkerMapper]:
    """Return mappers by which the browser finds the colour and marker of a name: they were a third of the data."""
    names = list(colours)
    return (
        CategoricalColorMapper(factors=names, palette=list(colours.values()), nan_color=GREY, name="colours"),
        CategoricalMarkerMapper(factors=names, markers=list(shapes), default_value="circle", name="markers"),
    )


class Points(Chart):
    """Points by name, each with its model; a click opens the model's page on the Hub.

    `details` are (label, column) pairs for the hover, after the model's id. The legend names what `colours` has: those
    that are `lines_only` by a line, TREND among them if it shall name the trends.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], y: str = "score", y_title: str = "score (points of 100)",
        x_title: str = "appeared (UTC)", y_format: str = "0,0.[0]", details: tuple[tuple[str, str], ...] = (),
        height: int = 360, size: float = 7, lines_only: tuple[str, ...] = (), **params: Any,
    ) -> None:  # fmt: skip
        self._lines_only = lines_only
        self._by, self._colours, self._y = by, colours, y
        self._order = {name: n for n, name in enumerate(colours)}
        self._hover_columns = [name for _, column in details if (name := column.partition("{")[0]) not in ("x", "y")]

        def make() -> Figure:
            return self._make(x_title, y_title, y_format, details, height, size)

        parts = (
            by,
            y,
            x_title,
            y_title,
            y_format,
            details,
            height,
            size,
            self._markers(),
            lines_only,
            *colours.items(),
        )
        super().__init__(template(("points", *parts), make), height=height, key=key, **params)
        self._sent: tuple[pd.DataFrame, Span, Sequence[Path], float] | None = None

    def _markers(self) -> tuple[str, ...]:
        """Return the marker of each name in the legend."""
        return tuple(markers(len(self._colours)))

    def _make(
        self, x_title: str, y_title: str, y_format: str, details: tuple[tuple[str, str], ...], height: int, size: float
    ) -> Figure:
        """Make the figure of the template."""
        by, colours = self._by, self._colours
        dates = [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]
        example = pd.DataFrame({"date": dates, self._y: [0.0, 1.0], by: list(colours)[:1] * 2})
        figure = render(example.hvplot.scatter(x="date", y=self._y, c=by, cmap=colours, legend=False, colorbar=False))
        apply_style(figure, x_title=x_title, y_title=y_title, height=height, y_format=y_format)
        points = main_layer(figure, "points", ("x", "y", "alpha", by, "model_id", *self._hover_columns))
        colour, marker = mappers(colours, self._markers())
        points.glyph.update(x="x", y="y", fill_alpha="alpha", hatch_color=None, line_color=None, size=size, name="dots")
        points.glyph.fill_color = {"field": by, "transform": colour}
        points.glyph.marker = {"field": by, "transform": marker}
        figure.add_glyph(
            empty_source("band", "x", "low", "high"),
            VArea(x="x", y1="low", y2="high", fill_alpha=0.16, fill_color=GREY, name="band-area"),
            level="underlay",
        )
        paths: dict[str, Any] = {"xs": "xs", "ys": "ys", "line_color": "colour"}
        line_columns = ("xs", "ys", "colour", "name", by)
        lines = figure.add_glyph(
            empty_source("lines", *line_columns, "wide"), MultiLine(**paths, line_width="wide", line_join="round")
        )
        trends = figure.add_glyph(
            empty_source("trends", *line_columns), MultiLine(**paths, line_width=5, line_alpha=0.32, line_cap="round")
        )
        draw_as_lines(figure, legend(figure, colours, markers=self._markers()), self._lines_only, wide={TREND: 5.0})
        follow_legend(figure, dict.fromkeys((points, lines, trends), by))
        trends.tags[0]["name"] = TREND
        mark_lines(figure)
        tooltips = [("", "@model_id"), ("", f"@{by}")] + [(label, f"@{column}") for label, column in details]
        add_hover(figure, points, tooltips, opens_hub=True)
        figure.add_tools(HoverTool(renderers=[lines], tooltips=[("", "@name")], visible=False, line_policy="interp"))
        return figure

    def send(
        self, points: pd.DataFrame, span: Span, *, lines: Sequence[Path] = (), trends: Sequence[Path] = (),
        band: Band | None = None, filling: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:  # fmt: skip
        """Send new points with their lines, trends and a band; the axes follow.

        points: the columns date, `y`, `by`, model_id and those of `details`; optional `alpha`.
        """
        open_from = (
            filling[0][-1] if filling is not None and len(filling[0]) and filling[1][-1] >= span.right else np.inf
        )
        self._sent = points, span, lines, open_from
        columns = self._columns(points)
        self._send("points", columns)
        self._send("lines", self._corners(lines) | {"wide": [line.wide for line in lines]})
        self._send("trends", self._corners(trends))
        band = band or NO_BAND
        self._send("band", {"x": band.x, "low": band.low, "high": band.high})
        self._set("band-area", fill_color=self._colour(band.by))
        self.is_empty = len(points) == 0 and not lines
        self._show_names(
            self._order, {*columns[self._by], *(line.by for line in lines), band.by, *[TREND] * bool(trends)}
        )
        self._fill(*(filling or (NO_NUMBERS, NO_NUMBERS)))
        self._set_span(span)
        values = np.concatenate([columns["y"], *(path.y for path in (*lines, *trends)), band.low, band.high])
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        self._scale(low, high, lanes=self._marks(is_hatched=filling is not None and len(filling[0]) > 0))

    def _describe(self) -> str:
        assert self._sent is not None
        points, span, lines, open_from = self._sent
        text = f"{counted(len(points), 'point')} by {self._by}, {alt_text.range_of(span)}."
        x, y = milliseconds(points["date"]), points[self._y].to_numpy("float64")
        finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        if len(finite):
            text += f" Peak {self._point_text(finite[np.argmax(y[finite])])}"
            complete = finite[x[finite] < open_from]
            text += (
                f"; the last that is complete {self._point_text(complete[np.argmax(x[complete])])}."
                if len(complete)
                else "."
            )
        if len(lines) <= alt_text.NAMED:
            text += "".join(f" {alt_text.readable(line.name)}: {_ends(line.y)}." for line in lines if len(line.y))
        return text

    def _point_text(self, row: int) -> str:
        """Return a point's value, model and day as text."""
        assert self._sent is not None
        point = self._sent[0].iloc[row]
        return f"{point[self._y]:,.1f} by {alt_text.readable(point['model_id'])}, {date_text(point['date'])}"

    def size(self, pixels: float) -> None:
        """Set the size of the points: smaller where there are thousands."""
        self._set("dots", size=pixels)

    def _colour(self, name: str) -> str:
        return self._colours.get(name, GREY)

    def _columns(self, points: pd.DataFrame) -> dict[str, Any]:
        alpha = points["alpha"].to_numpy("float32") if "alpha" in points else np.full(len(points), 0.85, "float32")
        return {
            "x": milliseconds(points["date"]),
            "y": points[self._y].to_numpy(dtype="float64"),
            "alpha": alpha,
            **{column: points[column].tolist() for column in (self._by, "model_id", *self._hover_columns)},
        }

    def _corners(self, paths: Sequence[Path]) -> dict[str, Any]:
        return {
            "xs": [path.x for path in paths],
            "ys": [path.y for path in paths],
            "colour": [self._colour(path.by) for path in paths],
            "name": [path.name for path in paths],
            self._by: [path.by for path in paths],
        }


def _ends(values: np.ndarray) -> str:
    """Return the first and the last value of a line as text."""
    finite = values[np.isfinite(values)]
    return f"from {finite[0]:,.1f} to {finite[-1]:,.1f}" if len(finite) else "nowhere"
