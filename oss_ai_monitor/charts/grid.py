"""A grid of small panels, one for each name, on a shared scale: an area down to zero, with a trend over it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.properties import field, value
from bokeh.model import Model
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    CustomJSHover,
    CustomJSTickFormatter,
    DatetimeTicker,
    Glyph,
    HoverTool,
    MultiLine,
    Patches,
    Quad,
    Range1d,
    Segment,
    Text,
)

from . import alt_text
from .bars import PERIOD
from .chart import Chart, set_data
from .figures import render
from .grid_columns import cell_columns, row_ranges, scale_ticks
from .periods import Span, ends, milliseconds, open_rows
from .scripts import script
from .style import FONT, GREY, add_hover, apply_style, date_ticks, glyph_renderers, set_range

TREND_COLOUR = "#1B1E23"
MARGIN = 14  # pixels to the left and to the right of the panels
CELLS = ("panel", "period", "end", "value", "models", "before", "trend")
EDGES = ("left", "right", "top", "bottom")
LABELS = ("x", "y", "text", "align", "baseline")


class PanelGrid(Chart):
    """Small panels that share both axes, `height` pixels each; each `send` sets the names that they show.

    They are drawn by one figure, on one pair of hidden axes that count pixels: `panels.js` decides how many columns fit
    and moves the data of each panel to its place. Gaps stay gaps: where a value is missing there is neither area nor
    outline, though the trend may pass over it.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], x_title: str = "appeared (UTC)", height: int = 196,
        **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours = by, colours
        example = pd.DataFrame({"x": pd.to_datetime(["2024-01-01", "2024-02-01"]), "y": [0.0, 1.0]})
        figure = render("panels", lambda: example.hvplot.area(x="x", y="y"))
        super().__init__([figure], key=key, **params)
        apply_style(figure, x_title=x_title, y_title="", height=2 * height, dates=False)
        figure.renderers.remove(glyph_renderers(figure)[0])
        figure.toolbar.tools = []
        figure.update(x_range=Range1d(0, 1), toolbar_location=None)
        figure.update(min_border_left=MARGIN, min_border_right=MARGIN, min_border_top=0, min_border_bottom=0)
        # models that draw nothing: panels.js takes titles, ticks and formats from the axes, and the colours of the
        # theme from the y axis (axis_label_text_color, major_label_text_color) and the grid (grid_line_color)
        figure.yaxis[0].axis_label_text_color = TREND_COLOUR  # where no page sets it: in reports, whose titles are pale
        figure.xaxis[0].update(visible=False, ticker=DatetimeTicker(desired_num_ticks=3), formatter=date_ticks())
        figure.yaxis[0].update(visible=False, formatter=CustomJSTickFormatter(code=script("number_ticks")))
        figure.ygrid.visible = False
        self._cells, self._panels = _source(*CELLS), _source("title", "colour")
        self._dates = Range1d(0, 1)
        self._hover, self._hover_texts = self._draw_panels(height), ("",) * 4
        self._sent: tuple[dict[str, np.ndarray], np.ndarray, list[str], Span, str, int] | None = None

    def send(
        self, frame: pd.DataFrame, span: Span, *, value: str, names: dict[str, str], y_title: str, value_label: str,
        reference: str, reference_label: str, digits: int,
    ) -> None:  # fmt: skip
        """Send new data to every panel, on one scale.

        frame: one row per period and name, with period (date), `by`, models, `value` (NaN is a gap), the column
        `reference` that it is compared with, is_complete, is_filling, and has_appeared: before that no trend begins.
        names: name → title of its panel, in reading order. `y_title` names the measure; `value_label` and
        `reference_label` are what the hover calls `value` and `reference`.
        """
        self.is_empty = not len(frame)
        hover_texts = (PERIOD[span.unit], value_label, reference_label, str(digits))
        if self._hover_texts != hover_texts:
            self._hover_texts, self._hover.tooltips = hover_texts, _tooltips(*hover_texts)
        cells = cell_columns(
            frame, frame[self._by].map({name: n for n, name in enumerate(names)}), span, value, reference
        )
        uncertain = np.unique(frame["period"].to_numpy()[open_rows(frame)])
        self._sent = cells, milliseconds(uncertain), list(names.values()), span, y_title, digits
        colours = [self._colours.get(name, GREY) for name in names]
        set_data(self._panels, {"title": list(names.values()), "colour": colours})
        set_data(self._cells, cells)
        self._fill(milliseconds(uncertain), ends(uncertain, span.unit))
        set_range(self._dates, span.left, span.right)
        axis = self.figure.yaxis[0]
        if axis.axis_label != y_title:
            axis.axis_label = y_title
        axis.ticker.ticks = scale_ticks(cells["value"])

    def _alt_texts(self) -> list[str]:
        assert self._sent is not None
        cells, uncertain, titles, span, y_title, digits = self._sent
        texts = [f"Small panels by {self._by} on one scale: {y_title}, {alt_text.range_of(span)}."]
        for rows in row_ranges(cells["panel"]):
            title = titles[cells["panel"][rows.start]]
            starts, values = cells["period"][rows], cells["value"][rows].astype("float64")
            periods, is_complete = starts.astype("datetime64[ms]"), ~np.isin(starts, uncertain)
            peak = alt_text.peak_and_last(periods, values, is_complete, span.unit, f"+,.{digits}f")
            low = np.nanmin(values, initial=np.inf)
            lowest = f" Lowest {alt_text.signed_number(low, f'+,.{digits}f')}." if np.isfinite(low) else ""
            texts.append(f"{alt_text.readable(title)}: {peak}{lowest}")
        return [" ".join(texts)]

    def _draw_panels(self, row_height: int) -> HoverTool:
        """Add what is drawn, from the back to the front, and the script that fills its sources; return the hover."""
        figure, glyphs = self.figure, _glyphs()
        sources = {name: _source(*columns) for name, (_, columns) in glyphs.items()}
        renderers = {name: figure.add_glyph(sources[name], glyph) for name, (glyph, _) in glyphs.items()}
        themed = {
            "headings": renderers["heading_texts"].glyph,
            "labels": renderers["label_texts"].glyph,
            "trend_line": renderers["trends"].glyph,
            "tick_line": renderers["rules"].glyph,
        }
        x_axis, y_axis, y_grid = figure.xaxis[0], figure.yaxis[0], figure.ygrid[0]
        data = {"cells": self._cells, "panels": self._panels, "events": self._events, "filling": self._filling}
        axes = {"dates": self._dates, "x_axis": x_axis, "y_axis": y_axis, "y_grid": y_grid}
        arguments = {"figure": figure, "row_height": row_height} | axes | data | sources | themed
        code = CustomJS(args=arguments, code=script("panels"))
        changes: list[tuple[Model, str]] = [
            (figure, "inner_width"), (self._dates, "start"), (self._dates, "end"), (y_axis, "axis_label"),
            (y_axis.ticker, "ticks"), *((source, "data") for source in data.values()),
            (y_axis, "axis_label_text_color"), (y_axis, "major_label_text_color"), (y_grid, "grid_line_color"),
        ]  # fmt: skip
        for model, change in changes:
            model.js_on_change(change, code)
        hover = add_hover(figure, renderers["hits"], [])
        number_format = CustomJSHover(code=script("number_hover"))
        hover.formatters = {"@period": "datetime", "@value": number_format, "@before": number_format}
        return hover


def _glyphs() -> dict[str, tuple[Glyph, tuple[str, ...]]]:
    """Return each kind of mark with the columns of its source, from the back to the front."""
    edges, grey_line = {edge: edge for edge in EDGES}, {"line_color": GREY, "line_width": 1}
    across = Segment(x0="x0", x1="x1", y0="y", y1="y", **grey_line)
    hatch = Quad(
        **edges, fill_alpha=0, line_color=None,
        hatch_pattern="right_diagonal_line", hatch_color=GREY, hatch_alpha=0.35, hatch_scale=9, hatch_weight=1,
    )  # fmt: skip
    dash = Segment(x0="x", x1="x", y0="y0", y1="y1", **grey_line, line_alpha=0.7, line_dash=[3, 3])
    area = Patches(xs="xs", ys="ys", fill_color="colour", fill_alpha=0.75, line_color="colour", line_width=1)
    trend = MultiLine(xs="xs", ys="ys", line_color=TREND_COLOUR, line_width=1.8, line_cap="round", line_join="round")
    hit = Quad(**edges, fill_color=None, line_color=None)
    text = {"text_align": field("align"), "text_baseline": field("baseline"), "text_font": value(FONT)}
    heading = Text(**text, angle="angle", text_font_size=field("size"), text_font_style=field("style"))
    return {
        "rules": (across, ("x0", "x1", "y")),
        "hatches": (hatch, EDGES),
        "dashes": (dash, ("x", "y0", "y1")),
        "areas": (area, ("xs", "ys", "colour")),
        "zeros": (across.clone(), ("x0", "x1", "y")),
        "trends": (trend, ("xs", "ys")),
        "hits": (hit, (*EDGES, "period", "value", "models", "before")),
        "heading_texts": (heading, (*LABELS, "size", "style", "angle")),
        "label_texts": (Text(**text, text_font_size="11px"), LABELS),
    }


def _source(*columns: str) -> ColumnDataSource:
    return ColumnDataSource({name: [] for name in columns})


def _tooltips(period: str, value_label: str, reference_label: str, digits: str) -> list[tuple[str, str]]:
    return [
        ("", period),
        (value_label, f"@value{{+{digits}}}"),
        ("new models", "@models{0,0}"),
        (reference_label, "@before{1}"),
    ]
