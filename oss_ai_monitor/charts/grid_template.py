"""The template of grids of panels: one figure whose hidden axes count pixels, filled by `panels.js`."""

from __future__ import annotations

import pandas as pd
from bokeh.core.properties import field, value
from bokeh.model import Model
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    CustomJSHover,
    DatetimeTicker,
    Glyph,
    MultiLine,
    Patches,
    Quad,
    Range1d,
    Segment,
    Text,
)

from .look import FONT, INK
from .scripts import once_per_change, script
from .style import GREY, add_hover, apply_style, date_ticks, empty_source, tick_formatter
from .template import Figure, render

MARGIN = 14  # pixels to the left and to the right of the panels
SOURCES = {
    "cells": ("panel", "period", "end", "value", "models", "before", "trend"),
    "panels": ("title", "colour"),
    "events": ("x",),
    "filling": ("x0", "x1"),
}
"""The sources that a chart sends columns to."""
EDGES = ("left", "right", "top", "bottom")
LABELS = ("x", "y", "text", "align", "baseline")


def make(x_title: str, row_height: int) -> Figure:
    """Make the figure of the template."""
    example = pd.DataFrame({"x": pd.to_datetime(["2024-01-01", "2024-02-01"]), "y": [0.0, 1.0]})
    figure = render(example.hvplot.area(x="x", y="y"))
    apply_style(figure, x_title=x_title, y_title="", height=2 * row_height, dates=False)
    figure.renderers = []
    figure.toolbar.tools = []
    figure.update(toolbar_location=None, min_border_left=MARGIN, min_border_right=MARGIN)
    figure.update(min_border_top=0, min_border_bottom=0)
    # models that draw nothing: panels.js takes titles, ticks and formats from the axes, and the colours of the theme
    # from the y axis (axis_label_text_color, major_label_text_color) and the grid (grid_line_color)
    figure.xaxis[0].update(visible=False, ticker=DatetimeTicker(desired_num_ticks=3), formatter=date_ticks())
    figure.yaxis[0].update(visible=False, formatter=tick_formatter("0,0.[000]"), name="y-axis")
    figure.ygrid.visible = False
    _draw_panels(figure, row_height)
    return figure


def _draw_panels(figure: Figure, row_height: int) -> None:
    """Add what is drawn, from the back to the front, and the script that fills its sources."""
    glyphs = _glyphs()
    sources = {name: ColumnDataSource({column: [] for column in columns}) for name, (_, columns) in glyphs.items()}
    renderers = {name: figure.add_glyph(sources[name], glyph) for name, (glyph, _) in glyphs.items()}
    themed = {
        "panel_titles": renderers["title_texts"].glyph,
        "axis_titles": renderers["axis_title_texts"].glyph,
        "labels": renderers["label_texts"].glyph,
        "trend_line": renderers["trends"].glyph,
        "tick_line": renderers["rules"].glyph,
    }
    x_axis, y_axis, y_grid = figure.xaxis[0], figure.yaxis[0], figure.ygrid[0]
    data = {name: empty_source(name, *columns) for name, columns in SOURCES.items()}
    dates = Range1d(0, 1, name="dates")
    axes = {"dates": dates, "x_axis": x_axis, "y_axis": y_axis, "y_grid": y_grid}
    arguments = {"figure": figure, "row_height": row_height} | axes | data | sources | themed
    code = CustomJS(args=arguments, code=once_per_change("panels"))
    changes: list[tuple[Model, str]] = [
        (figure, "inner_width"), (dates, "start"), (dates, "end"), (y_axis, "axis_label"),
        (y_axis.ticker, "ticks"), *((source, "data") for source in data.values()),
        (y_axis, "axis_label_text_color"), (y_axis, "major_label_text_color"), (y_grid, "grid_line_color"),
    ]  # fmt: skip
    for model, change in changes:
        model.js_on_change(change, code)
    hover = add_hover(figure, renderers["hits"], [], name="hover")
    number_format = CustomJSHover(code=script("number_hover"))
    hover.formatters = {"@period": "datetime", "@value": number_format, "@before": number_format}


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
    trend = MultiLine(xs="xs", ys="ys", line_color=INK, line_width=1.8, line_cap="round", line_join="round")
    hit = Quad(**edges, fill_color=None, line_color=None)
    text = {"text_align": field("align"), "text_baseline": field("baseline"), "text_font": value(FONT)}
    # a font has no fields: while such a source is empty, Bokeh asks the browser for a font "undefined"
    title = Text(**text, text_font_size="13px", text_font_style="bold")
    axis_title = Text(**text, angle="angle", text_font_size="12px")
    return {
        "rules": (across, ("x0", "x1", "y")),
        "hatches": (hatch, EDGES),
        "dashes": (dash, ("x", "y0", "y1")),
        "areas": (area, ("xs", "ys", "colour")),
        "zeros": (across.clone(), ("x0", "x1", "y")),
        "trends": (trend, ("xs", "ys")),
        "hits": (hit, (*EDGES, "period", "value", "models", "before")),
        "title_texts": (title, LABELS),
        "axis_title_texts": (axis_title, (*LABELS, "angle")),
        "label_texts": (Text(**text, text_font_size="11px"), LABELS),
    }
