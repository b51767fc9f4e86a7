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
    ColumnDataSource,
    HoverTool,
    MultiLine,
    VArea,
)

from . import alt_text
from .chart import Chart, set_data
from .figures import render
from .periods import Span, date_text, milliseconds
from .style import GREY, add_hover, apply_style, glyph_renderers, legend, mark_lines, set_span

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


def mappers(colours: dict[str, str]) -> tuple[CategoricalColorMapper, CategoricalMarkerMapper]:
    """Return mappers by which the browser finds the colour and marker of a name: they were a third of the data."""
    names, markers = list(colours), [MARKERS[n % len(MARKERS)] for n in range(len(colours))]
    return (
        CategoricalColorMapper(factors=names, palette=list(colours.values()), nan_color=GREY),
        CategoricalMarkerMapper(factors=names, markers=markers, default_value="circle"),
    )


class Points(Chart):
    """Points by name, each with its model; a click opens the model's page on the Hub.

    `details` are (label, column) pairs for the hover, after the model's id.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], y: str = "score", y_title: str = "score (points of 100)",
        x_title: str = "appeared (UTC)", y_format: str = "0,0.[0]", details: tuple[tuple[str, str], ...] = (),
        height: int = 360, size: float = 7, **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours, self._y = by, colours, y
        dates = [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]
        example = pd.DataFrame({"date": dates, y: [0.0, 1.0], by: list(colours)[:1] * 2})
        figure = render(
            ("points", y, by, *colours.items()),
            lambda: example.hvplot.scatter(x="date", y=y, c=by, cmap=colours, legend=False, colorbar=False),
        )
        super().__init__([figure], key=key, **params)
        apply_style(figure, x_title=x_title, y_title=y_title, height=height, y_format=y_format)
        points = glyph_renderers(figure)[0]
        self._paint, self._shape = mappers(colours)
        points.glyph.update(x="x", y="y", fill_alpha="alpha", hatch_color=None, line_color=None, size=size)
        points.glyph.fill_color = {"field": by, "transform": self._paint}
        points.glyph.marker = {"field": by, "transform": self._shape}
        points.nonselection_glyph = points.selection_glyph = points.muted_glyph = points.hover_glyph = None
        self._points = points.data_source
        self._lines = ColumnDataSource({"xs": [], "ys": [], "colour": [], "name": [], "wide": []})
        self._trends = ColumnDataSource({"xs": [], "ys": [], "colour": [], "name": []})
        self._bands: list[tuple[ColumnDataSource, VArea]] = []
        line_renderer = figure.add_glyph(
            self._lines, MultiLine(xs="xs", ys="ys", line_color="colour", line_width="wide", line_join="round")
        )
        figure.add_glyph(
            self._trends,
            MultiLine(xs="xs", ys="ys", line_color="colour", line_width=5, line_alpha=0.32, line_cap="round"),
        )
        swatches = legend(figure, colours, marker="circle").items[0].renderers[0]
        swatches.data_source.data["marker"] = self._shape.markers
        swatches.glyph.marker = {"field": "marker"}
        mark_lines(figure, self._events, self._filling)
        tooltips = [("", "@model_id"), ("", f"@{by}")] + [(label, f"@{column}") for label, column in details]
        self._hover_columns = [name for _, column in details if (name := column.partition("{")[0]) not in ("x", "y")]
        self._hover = add_hover(figure, points, tooltips, opens_hub=True)
        figure.add_tools(
            HoverTool(renderers=[line_renderer], tooltips=[("", "@name")], visible=False, line_policy="interp")
        )
        self._sent: tuple[pd.DataFrame, Span, Sequence[Path], float] | None = None
        self._points.data = self._columns(
            pd.DataFrame({name: [] for name in ("date", y, by, "model_id", *self._hover_columns)})
        )

    def send(
        self, points: pd.DataFrame, span: Span, *, lines: Sequence[Path] = (), trends: Sequence[Path] = (),
        bands: Sequence[Band] = (), filling: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:  # fmt: skip
        """Send new points with their lines, trends and bands; the axes follow.

        points: the columns date, `y`, `by`, model_id and those of `details`; optional `alpha`.
        """
        open_from = (
            filling[0][-1] if filling is not None and len(filling[0]) and filling[1][-1] >= span.right else np.inf
        )
        self._sent = points, span, lines, open_from
        set_data(self._points, columns := self._columns(points))
        set_data(self._lines, self._corners(lines) | {"wide": [line.wide for line in lines]})
        set_data(self._trends, self._corners(trends))
        self._send_bands(bands)
        self.is_empty = len(points) == 0 and not lines
        self._name({*columns[self._by], *(line.by for line in lines), *(band.by for band in bands)})
        self._fill(*(filling or (np.array([]), np.array([]))))
        set_span(self.figure, span)
        heights = [columns["y"], *(path.y for path in (*lines, *trends))]
        values = np.concatenate([*heights, *(edge for band in bands for edge in (band.low, band.high))])
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        lanes = min(2, len(self._events.data["x"]) + (filling is not None and len(filling[0]) > 0))
        self._scale(low, high, lanes=lanes)

    def _alt_texts(self) -> list[str]:
        assert self._sent is not None
        points, span, lines, open_from = self._sent
        text = f"{alt_text.count_text(len(points), 'point')} by {self._by}, {alt_text.range_of(span)}."
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
        return [text]

    def _point_text(self, row: int) -> str:
        """Return a point's value, model and day as text."""
        assert self._sent is not None
        point = self._sent[0].iloc[row]
        return f"{point[self._y]:,.1f} by {alt_text.readable(point['model_id'])}, {date_text(point['date'])}"

    def size(self, pixels: float) -> None:
        """Set the size of the points: smaller where there are thousands."""
        glyph_renderers(self.figure)[0].glyph.size = pixels

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
        }

    def _send_bands(self, bands: Sequence[Band]) -> None:
        """Send the bands; a figure gets a new layer only when it has more bands than ever before."""
        while len(self._bands) < len(bands):
            source, area = ColumnDataSource(), VArea(x="x", y1="low", y2="high", fill_alpha=0.16)
            self.figure.add_glyph(source, area, level="underlay")
            self._bands.append((source, area))
        for (source, area), band in zip(self._bands, bands, strict=False):
            area.fill_color = self._colour(band.by)
            set_data(source, {"x": band.x, "low": band.low, "high": band.high})
        for source, _ in self._bands[len(bands) :]:
            set_data(source, {name: np.array([]) for name in ("x", "low", "high")})


def _ends(values: np.ndarray) -> str:
    """Return the first and the last value of a line as text."""
    finite = values[np.isfinite(values)]
    return f"from {finite[0]:,.1f} to {finite[-1]:,.1f}" if len(finite) else "nowhere"
