"""The style that all figures share: axes, legend, hover, dated lines and hatched periods."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from bokeh import plotting
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    DatetimeTicker,
    FixedTicker,
    GlyphRenderer,
    HoverTool,
    LabelSet,
    Legend,
    LegendItem,
    NumeralTickFormatter,
    Range1d,
    Rect,
    Scatter,
    TapTool,
    VSpan,
    VStrip,
)

from .periods import Span, milliseconds
from .scripts import script

GREY = "#8A8F98"  # readable on the light and on the dark theme
FONT = "system-ui, 'DejaVu Sans', sans-serif"
FIT, OPEN_ON_HUB, DATE_TICKS = script("fit"), script("open_on_hub"), script("date_ticks")


def apply_style(
    figure: plotting.figure, *, x_title: str, y_title: str, height: int, y_format: str = "0,0", dates: bool = True
) -> None:
    """Give a figure the shared style: no frame, horizontal grid, round ticks, the toolbar only on hover.

    Colours of surfaces and texts come from the page's theme, light or dark.
    """
    figure.update(
        height=height,
        min_width=200,
        sizing_mode="stretch_width",
        outline_line_color=None,
        min_border_left=0,
        min_border_right=12,
        min_border_top=0,
        title=None,
        styles={"font-size": "14px"},
        lod_threshold=None,
    )
    figure.toolbar.update(autohide=True, logo=None, active_drag=None, active_scroll=None)
    figure.toolbar_location = "right"
    figure.xgrid.grid_line_color = None
    figure.xgrid.visible = False
    figure.ygrid.visible = True
    figure.ygrid.grid_line_color = "#E3E6EA"
    x, y = figure.xaxis[0], figure.yaxis[0]
    for axis, title in ((x, x_title), (y, y_title)):
        axis.update(axis_label=title, minor_tick_line_color=None, major_tick_out=0, major_label_standoff=8)
    figure.y_range = Range1d(0, 1)
    y.update(ticker=FixedTicker(ticks=[0, 1]), formatter=NumeralTickFormatter(format=y_format))
    if dates:
        figure.x_range = Range1d(0, 1)
        x.update(ticker=DatetimeTicker(desired_num_ticks=6), formatter=date_ticks())


def date_ticks() -> CustomJSTickFormatter:
    """Format dates as Jan 2024; where several ticks fall into one month, with the day; a year stands once."""
    return CustomJSTickFormatter(code=DATE_TICKS)


def legend(figure: plotting.figure, colours: dict[str, str], *, marker: str = "square") -> Legend:
    """Add a legend above the plot in the order of `colours`; it has its own renderer, so data never change it."""
    names = list(colours)
    source = ColumnDataSource(
        {"x": [np.nan] * len(names), "y": [np.nan] * len(names), "colour": list(colours.values())}
    )
    if marker == "square":
        swatch: Any = Rect(x="x", y="y", width=0, height=0, fill_color="colour", line_color=None)
    else:
        swatch = Scatter(x="x", y="y", marker=marker, size=14, fill_color="colour", line_color=None)
    swatches = figure.add_glyph(source, swatch)
    for old_legend in list(figure.legend):
        for side in ("above", "below", "left", "right", "center"):
            if old_legend in getattr(figure, side):
                getattr(figure, side).remove(old_legend)
    new_legend = Legend(
        items=[LegendItem(label=name, renderers=[swatches], index=i) for i, name in enumerate(names)],
        orientation="horizontal",
        location="top_left",
        padding=0,
        margin=4,
        border_line_color=None,
        ncols=4,
    )
    figure.add_layout(new_legend, "above")
    return new_legend


def mark_lines(figure: plotting.figure, events: ColumnDataSource, filling: ColumnDataSource) -> None:
    """Add layers for dated lines and for hatched periods, with labels that `fit.js` places."""
    hatch = VStrip(
        x0="x0", x1="x1", fill_alpha=0, line_color=None,
        hatch_pattern="right_diagonal_line", hatch_color=GREY, hatch_alpha=0.35, hatch_scale=9, hatch_weight=1,
    )  # fmt: skip
    figure.add_glyph(filling, hatch, level="annotation")
    lines = figure.add_glyph(events, VSpan(x="x", line_color=GREY, line_dash=[3, 3], line_width=1), level="annotation")
    lines.name = "events"
    labels = ColumnDataSource({"x": [], "dx": [], "y": [], "text": []})
    figure.add_layout(
        LabelSet(
            source=labels,
            x="x",
            y="y",
            x_offset="dx",
            text="text",
            y_units="screen",
            text_color=GREY,
            text_font_size="11px",
            text_baseline="top",
            level="overlay",
        )
    )
    hover = HoverTool(
        renderers=[lines],
        tooltips=[("", "@label"), ("", "@x{%-d %b %Y}"), ("source", "@source")],
        line_policy="nearest",
        formatters={"@x": "datetime"},
    )
    hover.visible = False
    figure.add_tools(hover)
    fit(figure, events=events, filling=filling, labels=labels, watched=[events, filling])


def fit(figure: plotting.figure, *, watched: list[ColumnDataSource] | None = None, **sources: ColumnDataSource) -> None:
    """Let the browser fit ticks, legend columns and labels to the width of the figure."""
    arguments = {"events": None, "filling": None, "labels": None, **sources}
    legend_model = figure.legend[0] if len(figure.legend) else None
    figure.tags = ["", figure.height]
    code = CustomJS(args={"figure": figure, "legend": legend_model, "axis": figure.xaxis[0], **arguments}, code=FIT)
    for change in ("inner_width", "inner_height"):
        figure.js_on_change(change, code)
    for source in watched or []:
        source.js_on_change("data", code)
    if legend_model:
        legend_model.js_on_change("items", code)
    for end in ("start", "end"):
        if isinstance(figure.x_range, Range1d):
            figure.x_range.js_on_change(end, code)


def add_hover(
    figure: plotting.figure, renderer: GlyphRenderer, tooltips: list[tuple[str, str]], *, opens_hub: bool = False
) -> HoverTool:
    """Show `tooltips` on hover; with `opens_hub`, open the model's page on the Hub on a click."""
    for tool in list(figure.toolbar.tools):
        if isinstance(tool, HoverTool) and tool.renderers == "auto":
            figure.toolbar.tools.remove(tool)
    moments = {"@period": "datetime", "@x": "datetime", "@on": "datetime"}
    hover = HoverTool(renderers=[renderer], tooltips=tooltips, formatters=moments, point_policy="follow_mouse")
    hover.visible = False
    figure.add_tools(hover)
    if opens_hub:
        figure.add_tools(TapTool(renderers=[renderer], callback=CustomJS(code=OPEN_ON_HUB), visible=False))
    return hover


def glyph_renderers(figure: plotting.figure) -> list[GlyphRenderer]:
    """Return the glyph renderers of a figure, in drawing order."""
    return [renderer for renderer in figure.renderers if isinstance(renderer, GlyphRenderer)]


def set_span(figure: plotting.figure, span: Span) -> None:
    """Move the time axis to a span; tags of the axis tell `fit.js` from when on submissions are lacking, and why."""
    settled = (
        [*milliseconds([span.settled_on + dt.timedelta(days=1)]).tolist(), span.unsettled] if span.settled_on else []
    )
    if figure.x_range.tags != settled:
        figure.x_range.tags = settled
    set_range(figure.x_range, span.left, span.right)


def set_range(axis_range: Range1d, start: float, end: float) -> None:
    """Move a range, and the range that the reset tool restores."""
    axis_range.update(start=start, end=end, reset_start=start, reset_end=end)
