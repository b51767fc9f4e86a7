"""Points that name their model, with lines, trends and bands around them: over dates, days, or a list of names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    FactorRange,
    HoverTool,
    MultiLine,
    NumeralTickFormatter,
    Range1d,
    VArea,
)

from .dress import dress, glyphs, legend, mark_lines, move, span_of, tell
from .figures import render
from .picture import Picture, feed
from .spans import Span, milliseconds

MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex", "star", "plus")


class Points(Picture):
    """Points by name, each with its model; a click opens the model's page on the Hub.

    `x` is "date" (a time axis) or "days" (a number axis from 0); with `names` the y axis lists names, top first.
    `details` are (label, column) pairs for the hover, after the model's id.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], x: str = "date", y: str = "score",
        y_title: str = "score (points of 100)", x_title: str = "appeared (UTC)", y_format: str = "0,0.[0]",
        names: bool = False, details: tuple[tuple[str, str], ...] = (), height: int = 360, size: float = 7,
        **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours, self._x, self._y, self._names = by, colours, x, y, names
        self._row_height = 30
        when: list[Any] = [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")] if x == "date" else [0.0, 1.0]
        what: list[Any] = ["a", "b"] if names else [0.0, 1.0]
        example = pd.DataFrame({x: when, y: what, by: list(colours)[:1] * 2})
        figure = render(
            ("points", x, y, by, names, *colours.items()),
            lambda: example.hvplot.scatter(x=x, y=y, c=by, cmap=colours, legend=False, colorbar=False),
        )
        super().__init__([figure], key=key, **params)
        rows = figure.y_range, figure.yaxis[0].ticker, figure.yaxis[0].formatter
        dress(figure, x_title=x_title, y_title=y_title, height=height, y_format=y_format, dates=x == "date")
        if names:
            figure.y_range = FactorRange(factors=["–"])
            figure.yaxis[0].update(ticker=rows[1], formatter=rows[2])
        if x != "date":
            figure.x_range = Range1d(0, 1)
            figure.xaxis[0].update(ticker=BasicTicker(), formatter=NumeralTickFormatter(format="0,0"))
        points = glyphs(figure)[0]
        points.glyph.update(
            x="x", y="y", fill_color="colour", fill_alpha="alpha", hatch_color="colour", line_color=None, size=size
        )
        points.glyph.marker = {"field": "marker"}
        points.nonselection_glyph = points.selection_glyph = points.muted_glyph = points.hover_glyph = None
        self._points = points.data_source
        self._lines = ColumnDataSource({"xs": [], "ys": [], "colour": [], "name": [], "wide": []})
        self._trends = ColumnDataSource({"xs": [], "ys": [], "colour": [], "name": []})
        self._band_glyphs: list[ColumnDataSource] = []
        drawn = figure.add_glyph(
            self._lines, MultiLine(xs="xs", ys="ys", line_color="colour", line_width="wide", line_join="round")
        )
        smooth = figure.add_glyph(
            self._trends,
            MultiLine(xs="xs", ys="ys", line_color="colour", line_width=5, line_alpha=0.32, line_cap="round"),
        )
        drawn.level = smooth.level = "underlay" if names else "glyph"
        swatches = legend(figure, colours, marker="circle").items[0].renderers[0]
        swatches.data_source.data["marker"] = [MARKERS[n % len(MARKERS)] for n in range(len(colours))]
        swatches.glyph.marker = {"field": "marker"}
        mark_lines(figure, self._events, self._filling)
        shown = [("", "@model_id"), ("", f"@{by}")] + [(label, f"@{column}") for label, column in details]
        self._columns_told = [column.partition("{")[0] for _, column in details]
        self._hover = tell(figure, points, shown, opens_hub=True)
        figure.add_tools(HoverTool(renderers=[drawn], tooltips=[("", "@name")], visible=False, line_policy="interp"))
        self._points.data = self._point_columns(
            pd.DataFrame({c: [] for c in [x, y, by, "model_id", *self._columns_told]})
        )

    def send(
        self, points: pd.DataFrame, span: Span | tuple[float, float], *, lines: pd.DataFrame | None = None,
        trends: pd.DataFrame | None = None, bands: pd.DataFrame | None = None, rows: list[str] | None = None,
        filling: tuple[np.ndarray, np.ndarray] | None = None, from_zero: bool = False,
    ) -> None:  # fmt: skip
        """New points, and what goes with them; the axes follow.

        points: the columns `x`, `y`, `by`, model_id and those of `details`; optional `marker`, `alpha`.
        lines, trends: name, `by`, `x`, `y` with one row per corner, in order; lines may have `wide` (pixels).
        bands: name, `by`, `x`, low, high, one row per corner. rows: the names on the y axis, first on top.
        """
        feed(self._points, self._point_columns(points))
        self._lines.data = self._line_columns(lines, wide=True)
        self._trends.data = self._line_columns(trends)
        self._send_bands(bands)
        self.is_empty = len(points) == 0 and (lines is None or len(lines) == 0)
        drawn = [points, *(frame for frame in (lines, bands) if frame is not None)]
        self._name(set().union(*(frame[self._by] for frame in drawn)))
        self._fill(*(filling or (np.array([]), np.array([]))))
        if isinstance(span, Span):
            span_of(self.figure, span)
        else:
            move(self.figure.x_range, *span)
        if self._names:
            self.figure.y_range.factors = list(reversed(rows or ["–"]))
            self.figure.height = 110 + self._row_height * max(len(rows or []), 3)
            return
        heights = [points[self._y], *(frame[self._y] for frame in (lines, trends) if frame is not None)]
        heights += [bands[column] for column in ("low", "high")] if bands is not None and len(bands) else []
        known = pd.concat([pd.Series(h, dtype="float64") for h in heights]).dropna()
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        lanes = min(2, len(self._events.data["x"]) + (filling is not None and len(filling[0]) > 0))
        self._scale(min(0.0, low) if from_zero else low, high, lanes=lanes)

    def size(self, pixels: float) -> None:
        """How large points are from now on: small ones where there are thousands."""
        glyphs(self.figure)[0].glyph.size = pixels

    def _place(self, values: pd.Series) -> Any:
        return milliseconds(values) if self._x == "date" else values.to_numpy(dtype="float64")

    def _colour(self, names: pd.Series) -> list[str]:
        return [self._colours.get(name, "#8A8F98") for name in names]

    def _point_columns(self, points: pd.DataFrame) -> dict[str, Any]:
        order = {name: MARKERS[n % len(MARKERS)] for n, name in enumerate(self._colours)}
        told = {column: points[column].tolist() for column in self._columns_told if column in points}
        return {
            "x": self._place(points[self._x]),
            "y": points[self._y].tolist() if self._names else points[self._y].to_numpy(dtype="float64"),
            "colour": self._colour(points[self._by]),
            "marker": points["marker"].tolist()
            if "marker" in points
            else [order.get(n, "circle") for n in points[self._by]],
            "alpha": points["alpha"].to_numpy() if "alpha" in points else np.full(len(points), 0.85),
            self._by: points[self._by].tolist(),
            "model_id": points["model_id"].tolist(),
            **told,
        }

    def _line_columns(self, lines: pd.DataFrame | None, *, wide: bool = False) -> dict[str, Any]:
        groups = list(lines.groupby("name", sort=False)) if lines is not None and len(lines) else []
        columns: dict[str, Any] = {
            "xs": [self._place(group[self._x]) for _, group in groups],
            "ys": [
                group[self._y].tolist() if self._names else group[self._y].to_numpy("float64") for _, group in groups
            ],
            "colour": [self._colour(group[self._by].iloc[:1])[0] for _, group in groups],
            "name": [str(name) for name, _ in groups],
        }
        if wide:
            columns["wide"] = [float(group["wide"].iloc[0]) if "wide" in group else 2.0 for _, group in groups]
        return columns

    def _send_bands(self, bands: pd.DataFrame | None) -> None:
        """Bands are few; a figure grows one layer per band that it has ever had to show."""
        groups = list(bands.groupby("name", sort=False)) if bands is not None and len(bands) else []
        while len(self._band_glyphs) < len(groups):
            source = ColumnDataSource({"x": [], "low": [], "high": []})
            area = VArea(x="x", y1="low", y2="high", fill_alpha=0.16)
            drawn = self.figure.add_glyph(source, area)
            drawn.level = "underlay"
            self._band_glyphs.append(source)
        for n, source in enumerate(self._band_glyphs):
            if n >= len(groups):
                source.data = {"x": [], "low": [], "high": []}
                continue
            _, group = groups[n]
            area = next(r.glyph for r in glyphs(self.figure) if r.data_source is source)
            area.fill_color = self._colour(group[self._by].iloc[:1])[0]
            source.data = {
                "x": self._place(group[self._x]),
                "low": group["low"].to_numpy(),
                "high": group["high"].to_numpy(),
            }
