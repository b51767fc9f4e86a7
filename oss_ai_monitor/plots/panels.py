"""Small multiples: one small panel a name on a shared scale, the area filled to zero, never stacked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, Line, Title, VArea

from .picture import FONT, Picture, dress, fit, glyphs, render, span_of, tell
from .spans import Span, milliseconds


PANEL = 300  # pixels: one column at 390, three beside the sidebar at 1280


class SmallPanels(Picture):
    """One small panel a name of `colours`, on one shared scale.

    `send` takes one row per period and name: period (date), the column `by`, the column `value` (negative ones too),
    and optionally `trend`. Names that the frame does not hold are hidden.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], value: str, y_title: str, y_format: str = "0,0",
        x_title: str = "appeared (UTC)", height: int = 170, details: tuple[tuple[str, str], ...] = (), **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._value = by, value
        self._told = [column.partition("{")[0] for _, column in details]
        self._sources: dict[str, ColumnDataSource] = {}
        self._smooth: dict[str, ColumnDataSource] = {}
        figures = []
        example = pd.DataFrame({"period": pd.to_datetime(["2024-01-01", "2024-02-01"]), value: [0.0, 1.0]})
        for name, colour in colours.items():
            figure = render(example.hvplot.area(x="period", y=value, color=colour, alpha=0.75, line_width=0))
            dress(figure, x_title=x_title, y_title=y_title, height=height, y_format=y_format)
            figure.update(sizing_mode="fixed", width=PANEL, min_border_right=16)
            figure.xaxis[0].axis_label = figure.yaxis[0].axis_label = None
            figure.add_layout(Title(text=name, text_font=FONT, text_font_style="bold"), "above")
            area = glyphs(figure)[0]
            source = ColumnDataSource({"period": [], value: [], **{column: [] for column in self._told}})
            self._sources[name], self._smooth[name] = source, ColumnDataSource({"x": [], "y": []})
            figure.renderers.remove(area)
            drawn = figure.add_glyph(source, VArea(x="period", y1=0, y2=value, fill_color=colour, fill_alpha=0.7))
            edge = figure.add_glyph(source, Line(x="period", y=value, line_color=colour, line_width=1.5))
            figure.add_glyph(self._smooth[name], Line(x="x", y="y", line_color=colour, line_width=4, line_alpha=0.35))
            tell(
                figure, edge, [("", "@period{%-d %b %Y}"), (y_title, f"@{{{value}}}{{0,0.[00]}}"), *_as_fields(details)]
            )
            edge.name = drawn.name = name
            fit(figure)
            figures.append(figure)
        super().__init__(figures, key=key, **params)
        self._axis_titles = x_title, y_title

    def send(self, frame: pd.DataFrame, span: Span) -> None:
        """New data for every panel, on one scale."""
        shown = set(frame[self._by])
        for (name, source), figure in zip(self._sources.items(), self.figures, strict=True):
            rows = frame[frame[self._by] == name].sort_values("period")
            x = milliseconds(rows["period"])
            told = {column: rows[column].tolist() for column in self._told}
            source.data = {"period": x, self._value: rows[self._value].to_numpy(dtype="float64"), **told}
            smooth = rows["trend"].to_numpy(dtype="float64") if "trend" in rows else np.full(len(rows), np.nan)
            self._smooth[name].data = {"x": x[np.isfinite(smooth)], "y": smooth[np.isfinite(smooth)]}
            figure.visible = name in shown
            span_of(figure, span)
        self.is_empty = not len(frame)
        known = frame[self._value].replace([np.inf, -np.inf], np.nan).dropna()
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        self._scale(min(low, 0.0), max(high, 0.0), about=3)


def _as_fields(details: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(label, f"@{column}") for label, column in details]
