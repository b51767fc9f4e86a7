"""The style that all figures share: axes, legend, hover, dated lines and hatched periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    CustomJSFilter,
    CustomJSTickFormatter,
    DatetimeTicker,
    FixedTicker,
    GlyphRenderer,
    HoverTool,
    LabelSet,
    Legend,
    LegendItem,
    Range1d,
    Rect,
    Scatter,
    Segment,
    TapTool,
    TickFormatter,
    VStrip,
)

from .look import LABEL_FONT, LINE
from .periods import Span, milliseconds
from .scripts import once_per_change, script
from .template import Figure

GREY = "#8A8F98"  # readable on the light and on the dark theme
NOT_DRAWN = "not drawn"  # the name of the pale band of all that is not among the chosen names
NOT_DRAWN_ALPHA = 0.22
FIT, OPEN_MODEL, DATE_TICKS = once_per_change("fit"), script("open_model"), script("date_ticks")
PICK = script("pick")
LEGEND, SHOWN_NAMES = script("legend"), script("shown_names")


def apply_style(
    figure: Figure, *, x_title: str, y_title: str, height: int, y_format: str = "0,0", dates: bool = True
) -> None:
    """Give a figure the shared style: no frame, horizontal grid, round ticks, the toolbar only on hover.

    Fonts and colours are in look.py. The figure, its ranges and the ticker of its y axis get the names by which a chart
    sends options to them.
    """
    figure.update(
        name="figure",
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
    figure.ygrid.grid_line_color = LINE
    x, y = figure.xaxis[0], figure.yaxis[0]
    for axis, title in ((x, x_title), (y, y_title)):
        axis.update(axis_label=title, minor_tick_line_color=None, major_tick_out=0, major_label_standoff=8)
    figure.x_range, figure.y_range = Range1d(0, 1, name="x-range"), Range1d(0, 1, name="y-range")
    y.update(ticker=FixedTicker(ticks=[0, 1], name="y-ticker"), formatter=tick_formatter(y_format))
    if dates:
        x.update(ticker=DatetimeTicker(desired_num_ticks=6), formatter=date_ticks())


def tick_formatter(numeral: str) -> TickFormatter:
    """Format ticks by a numeral format; one that ends in a letter for thousands and millions gives 20K and 1.5M.

    Numeral's own letters are small, where m reads as metres, and its minus is a hyphen.
    """
    if numeral.endswith("a"):
        return CustomJSTickFormatter(code=script("short_ticks"))
    return CustomJSTickFormatter(args={"format": numeral}, code=script("number_ticks"))


def date_ticks() -> CustomJSTickFormatter:
    """Format dates as Jan 2024; where several ticks fall into one month, with the day; a year stands once."""
    return CustomJSTickFormatter(code=DATE_TICKS)


def legend(figure: Figure, colours: dict[str, str], *, markers: Sequence[str] = ()) -> Legend:
    """Add a legend above the plot in the order of `colours`, whose items a chart makes visible by their position.

    It has a source of its own, `swatches`, so that the data never change it: squares, or `markers` in their order. A
    click on a name hides what layers draw of it that `follow_legend` names.
    """
    names = list(colours)
    source = ColumnDataSource(
        swatch_data(colours) | {"marker": list(markers) or ["square"] * len(names)}, name="swatches"
    )
    if markers:
        swatch: Any = Scatter(
            x="x", y="y", marker={"field": "marker"}, size=14, fill_color="colour", fill_alpha="alpha", line_color=None,
            name="swatch",
        )  # fmt: skip
    else:
        swatch = Rect(
            x="x", y="y", width=0, height=0, fill_color="colour", fill_alpha="alpha", line_color=None, name="swatch"
        )
    swatches = figure.add_glyph(source, swatch)
    for old_legend in list(figure.legend):
        for side in ("above", "below", "left", "right", "center"):
            if old_legend in getattr(figure, side):
                getattr(figure, side).remove(old_legend)
    new_legend = Legend(
        items=[
            LegendItem(label=name, renderers=[swatches], index=i, visible=False, name=f"legend-{i}")
            for i, name in enumerate(names)
        ],
        orientation="horizontal",
        location="top_left",
        padding=0,
        margin=4,
        border_line_color=None,
        ncols=4,
    )
    figure.add_layout(new_legend, "above")
    code = CustomJS(args={"figure": figure, "legend": new_legend, "swatches": source}, code=LEGEND)
    new_legend.js_on_event("legend_item_click", code)
    source.js_on_change("data", code)
    return new_legend


def follow_legend(figure: Figure, columns: Mapping[GlyphRenderer, str]) -> None:
    """Let layers draw no row whose name is hidden in the legend; each layer with the column that holds the names."""
    for layer, column in columns.items():
        layer.tags = [{"column": column}]
        layer.view.filter = CustomJSFilter(args={"legend": figure.legend[0], "column": column}, code=SHOWN_NAMES)


def swatch_data(colours: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of the legend's swatches, in the order of `colours`."""
    alpha = np.array([NOT_DRAWN_ALPHA if name == NOT_DRAWN else 1.0 for name in colours])
    return {
        "x": np.full(len(colours), np.nan),
        "y": np.full(len(colours), np.nan),
        "name": list(colours),
        "colour": list(colours.values()),
        "alpha": alpha,
        "shown": alpha,
    }


def hatching(source: ColumnDataSource) -> tuple[ColumnDataSource, VStrip]:
    """Return the layer that hatches stretches of the x axis, from x0 to x1."""
    return source, VStrip(
        x0="x0", x1="x1", fill_alpha=0, line_color=None,
        hatch_pattern="right_diagonal_line", hatch_color=GREY, hatch_alpha=0.35, hatch_scale=9, hatch_weight=1,
    )  # fmt: skip


def empty_source(name: str, *columns: str) -> ColumnDataSource:
    """Return a source without rows, which a chart sends columns to by its name."""
    return ColumnDataSource({column: [] for column in columns}, name=name)


def add_label_layer(figure: Figure, labels: ColumnDataSource, **options: Any) -> LabelSet:
    """Add small grey labels over everything else, which a script places: x, y, dx (pixels to the right), text.

    The scripts measure them in the font that is set here.
    """
    layer = LabelSet(
        source=labels, x="x", y="y", x_offset="dx", text="text", level="overlay", text_color=GREY,
        text_font=value(LABEL_FONT), text_font_size="11px", **options,
    )  # fmt: skip
    figure.add_layout(layer)
    return layer


def mark_lines(figure: Figure) -> None:
    """Add layers for dated lines and hatched periods; `fit.js` places their names, and draws lines that have one."""
    events, filling = empty_source("events", "x", "label", "source"), empty_source("filling", "x0", "x1")
    figure.add_glyph(*hatching(filling), level="annotation")
    drawn = ColumnDataSource({"x": [], "y0": [], "y1": [], "label": [], "source": []})
    segment = Segment(x0="x", y0="y0", x1="x", y1="y1", line_color=GREY, line_dash=[3, 3], line_width=1)
    lines = figure.add_glyph(drawn, segment, level="annotation")
    labels = ColumnDataSource({"x": [], "dx": [], "y": [], "text": []})
    add_label_layer(figure, labels, y_units="screen", text_baseline="top")
    hover = HoverTool(
        renderers=[lines],
        tooltips=[("", "@label"), ("", "@x{%-d %b %Y}"), ("source", "@source")],
        formatters={"@x": "datetime"},
    )
    hover.visible = False
    figure.add_tools(hover)
    fit(figure, events=events, lines=drawn, filling=filling, labels=labels, watched=[events, filling])


def fit(figure: Figure, *, watched: Sequence[ColumnDataSource] = (), **sources: ColumnDataSource) -> None:
    """Let the browser fit ticks, legend columns and labels to the width of the figure."""
    arguments = {"events": None, "lines": None, "filling": None, "labels": None, **sources}
    legend_model = figure.legend[0] if len(figure.legend) else None
    figure.tags = [figure.height]
    code = CustomJS(args={"figure": figure, "legend": legend_model, "axis": figure.xaxis[0], **arguments}, code=FIT)
    for change in ("inner_width", "inner_height"):
        figure.js_on_change(change, code)
    for source in watched:
        source.js_on_change("data", code)
    for item in legend_model.items if legend_model else ():
        for change in ("visible", "label"):
            item.js_on_change(change, code)
    figure.js_on_change("tags", code)
    for axis in (figure.x_range, figure.y_range):
        for end in ("start", "end") if isinstance(axis, Range1d) else ():
            axis.js_on_change(end, code)


def add_hover(
    figure: Figure,
    renderer: GlyphRenderer,
    tooltips: list[tuple[str, str]],
    *,
    opens_hub: bool = False,
    name: str | None = None,
) -> HoverTool:
    """Show `tooltips` on hover; with `opens_hub`, open the model's page on the Hub on a click."""
    moments = {"@period": "datetime", "@x": "datetime", "@on": "datetime"}
    hover = HoverTool(
        renderers=[renderer], tooltips=tooltips, formatters=moments, point_policy="follow_mouse", name=name
    )
    hover.visible = False
    figure.add_tools(hover)
    if opens_hub:
        figure.add_tools(TapTool(renderers=[renderer], callback=CustomJS(code=OPEN_MODEL), visible=False))
    return hover


def add_pick(figure: Figure, renderer: GlyphRenderer, columns: Sequence[str]) -> None:
    """Tell the page on a click which row or cell it was, by these columns; see `Perspective.pick`.

    The source of the layer has a column `row`, and where the x axis holds names, too, a column `column`.
    """
    picked = empty_source("picked", "names", "at")
    arguments = {"figure": figure, "source": renderer.data_source, "picked": picked, "columns": list(columns)}
    figure.js_on_event("tap", CustomJS(args=arguments, code=PICK))


def main_layer(figure: Figure, name: str, columns: Sequence[str]) -> GlyphRenderer:
    """Return the layer that hvPlot made, with an empty source of this name; it looks the same when it is selected."""
    layer = next(renderer for renderer in figure.renderers if isinstance(renderer, GlyphRenderer))
    layer.data_source = empty_source(name, *columns)
    layer.nonselection_glyph = layer.selection_glyph = layer.muted_glyph = layer.hover_glyph = None
    return layer


def settled_tags(span: Span) -> list[Any]:
    """Return the tags of a time axis: from when on submissions are lacking, in milliseconds, and the words for it."""
    if span.settled_on is None:
        return []
    return [*milliseconds([span.settled_on + dt.timedelta(days=1)]).tolist(), span.unsettled]


def range_options(start: float, end: float) -> dict[str, float]:
    """Return the options that move a range, and the range that the reset tool restores."""
    return {"start": start, "end": end, "reset_start": start, "reset_end": end}
