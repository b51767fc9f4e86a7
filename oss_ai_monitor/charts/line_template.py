"""The template of lines by name over dates or over numbers: bands, lines, points, a legend."""

from __future__ import annotations

import pandas as pd
from bokeh.models import FixedTicker, HoverTool, MultiLine, NoOverlap, Patches

from .dates_or_numbers import finish_axis
from .number_formats import NumberFormat
from .style import add_hover, apply_style, empty_source, follow_legend, main_layer
from .styled_lines import add_line_legend, styled_points
from .template import Figure, render

PLACES = 24  # names that the legend has room for
POINT_COLUMNS = ("at", "y", "name", "colour", "marker", "size", "fill", "edge", "low", "high", "amount")


def make(
    x_title: str, y_title: str, numbers: NumberFormat, hover_columns: tuple[str, ...], height: int, *, dates: bool,
    powers: bool = False, sends_x_ticks: bool = False,
) -> Figure:  # fmt: skip
    """Make the figure of the template; a chart sends the tooltips of its points with its data.

    powers: the axis of numbers holds exponents of ten, and is labelled with the powers. With `sends_x_ticks` a chart
    sends the ticks of an axis of numbers, too.
    """
    example = pd.DataFrame({"at": pd.to_datetime(["2024-01-01", "2024-02-01"]) if dates else [0.0, 1.0], "y": [0.0, 1]})
    figure = render(example.hvplot.scatter(x="at", y="y", legend=False))
    apply_style(figure, x_title=x_title, y_title=y_title, height=height, y_format=numbers.axis, dates=dates)
    points = main_layer(figure, "points", (*POINT_COLUMNS, *hover_columns))
    points.glyph = styled_points(1.4, x="at")
    figure.add_glyph(
        empty_source("bands", "xs", "ys", "colour"),
        Patches(xs="xs", ys="ys", fill_color="colour", fill_alpha=0.16, line_color=None),
        level="underlay",
    )
    lines = figure.add_glyph(
        empty_source("lines", "xs", "ys", "colour", "name"),
        MultiLine(xs="xs", ys="ys", line_color="colour", line_width=2, line_join="round", line_cap="round"),
    )
    figure.renderers.remove(points)
    figure.renderers.append(points)
    add_line_legend(figure, PLACES)
    follow_legend(figure, {points: "name", lines: "name"})
    finish_axis(figure, has_dates=dates, has_powers=powers)
    figure.yaxis[0].name = "y-axis"
    if sends_x_ticks:
        ticker = FixedTicker(ticks=[0, 1], name="x-ticker")
        figure.xaxis[0].update(ticker=ticker, name="x-axis", major_label_policy=NoOverlap())
    hover = add_hover(figure, points, [], name="hover")
    hover.update(formatters={"@period": "datetime", "@at": "datetime"} if dates else {}, limit=3)
    figure.add_tools(HoverTool(renderers=[lines], tooltips=[("", "@name")], visible=False, line_policy="interp"))
    return figure
