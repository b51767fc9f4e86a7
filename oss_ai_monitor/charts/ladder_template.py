"""The template of ladders: its layers, its legend, and the names that the browser places at the last rungs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    CustomJS,
    HoverTool,
    MultiLine,
    Quad,
    Span,
)

from .name_styles import NUMBER as MOST_NAMES
from .scripts import once_per_change
from .style import (
    GREY,
    add_hover,
    add_label_layer,
    apply_style,
    empty_source,
    fit,
    follow_legend,
    main_layer,
    tick_formatter,
)
from .styled_lines import add_line_legend, styled_points
from .template import Figure, render

PLACE_LABELS = once_per_change("ladder")
HOVER_COLUMNS = ("model_id", "score", "on", "type", "base_score")
POINT_COLUMNS = ("x", "y", "name", "colour", "marker", "size", "fill", "edge", *HOVER_COLUMNS)


def make(x_title: str, y_title: str, height: int) -> Figure:
    """Make the figure of the template."""
    example = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]})
    figure = render(example.hvplot.scatter(x="x", y="y", legend=False))
    apply_style(figure, x_title=x_title, y_title=y_title, height=height, y_format="+0.[0]", dates=False)
    figure.xaxis[0].update(ticker=BasicTicker(), formatter=tick_formatter("0,0"))
    figure.add_layout(Span(location=0, dimension="width", line_color=GREY, line_width=1, level="underlay"))
    rungs = main_layer(figure, "rungs", POINT_COLUMNS)
    rungs.glyph = styled_points(1.8)
    bands = empty_source("bands", "left", "right", "low", "high", "colour", "name", "summary")
    band = figure.add_glyph(
        bands,
        Quad(
            left="left", right="right", bottom="low", top="high", fill_color="colour", fill_alpha=0.13, line_color=None
        ),
    )
    band.level = "underlay"
    others = figure.add_glyph(empty_source("others", *POINT_COLUMNS), styled_points(1.0))
    lines, tails = (empty_source(name, "xs", "ys", "colour", "name") for name in ("lines", "tails"))
    paths = {"xs": "xs", "ys": "ys", "line_color": "colour"}
    pending = figure.add_glyph(tails, MultiLine(**paths, line_width=1.6, line_alpha=0.75, line_dash=[2, 4]))
    settled = figure.add_glyph(lines, MultiLine(**paths, line_width=2.2, line_join="round"))
    figure.renderers.remove(rungs)
    figure.renderers.append(rungs)
    add_line_legend(figure, MOST_NAMES)
    follow_legend(figure, dict.fromkeys((rungs, others, band, pending, settled), "name"))
    fit(figure)
    tooltips = [("", "@model_id"), ("", "@name"), ("gain", "@y{+0.0}")]
    tooltips += [("score", "@score{0.0} (base @base_score{0.0})")]
    tooltips += [("appeared", "@on{%-d %b %Y}, day @x{0,0}"), ("type", "@type")]
    # where points overlap only one has a tooltip, and the tooltip of a rung never covers that of a point below it
    add_hover(figure, rungs, tooltips, opens_hub=True).update(limit=1, attachment="above")
    add_hover(figure, others, tooltips, opens_hub=True).update(limit=1, attachment="below")
    figure.add_tools(HoverTool(renderers=[band], tooltips=[("", "@name"), ("", "@summary")], visible=False))
    add_labels(figure, points=[rungs.data_source, others.data_source], lines=[lines, tails])
    return figure


def add_labels(
    figure: Figure, *, points: Sequence[ColumnDataSource], lines: Sequence[ColumnDataSource], is_ranked: bool = False
) -> None:  # fmt: skip
    """Add names at points, of which `ladder.js` places those that have room; the source `names` holds all of them.

    No name covers one of the `points`, whose columns are x, y and size; names rather stand beside `lines` than on them.
    The highest name has the first choice, or with `is_ranked` the first that is sent.
    """
    names, labels = empty_source("names", "x", "y", "text"), empty_source("labels", "x", "y", "dx", "dy", "text")
    label_set = add_label_layer(figure, labels, y_offset="dy", text_font_style="bold", text_baseline="bottom")
    arguments: dict[str, Any] = {"figure": figure, "axis": figure.yaxis[0], "label_set": label_set}
    arguments |= {"points": list(points), "lines": list(lines), "is_ranked": is_ranked}
    place_labels = CustomJS(args=arguments | {"candidates": names, "labels": labels}, code=PLACE_LABELS)
    for change in ("inner_width", "inner_height"):
        figure.js_on_change(change, place_labels)
    names.js_on_change("data", place_labels)
    for side in (figure.x_range, figure.y_range):
        side.js_on_change("end", place_labels)
    figure.yaxis[0].js_on_change("major_label_text_color", place_labels)
