"""Lines and points whose colours and markers come with the data: their glyphs, and a legend with room for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.models import Legend, Scatter, Segment

from .style import GREY, swatch_data
from .style import legend as add_legend
from .template import Figure

Styles = Mapping[str, tuple[str, str]]
"""Name → colour and marker, in the order of the legend; `name_styles.styles_by_name` makes them."""


def styled_points(line_width: float, *, x: str = "x") -> Scatter:
    """Return points that take colour, marker, size and the opacity of filling and edge from columns."""
    return Scatter(
        x=x, y="y", size="size", marker={"field": "marker"}, fill_color="colour", fill_alpha="fill",
        line_color="colour", line_alpha="edge", line_width=line_width,
    )  # fmt: skip


def add_line_legend(figure: Figure, places: int) -> None:
    """Add a legend with room for this many names; each item has a short line behind its marker."""
    new_legend = add_legend(figure, {str(n): GREY for n in range(places)}, markers=["circle"] * places)
    swatches = new_legend.items[0].renderers[0]
    swatches.glyph.size = 11
    swatches.data_source.data = swatch_data({"": GREY}) | {"marker": ["circle"]}
    line = Segment(x0="x", y0="y", x1="x", y1="y", line_color="colour", line_alpha="alpha", line_width=2.2)
    swatch_lines = figure.add_glyph(swatches.data_source, line)
    for item in new_legend.items:
        item.renderers = [swatch_lines, swatches]
    new_legend.update(glyph_width=28, glyph_height=26, label_standoff=4)


def draw_as_lines(figure: Figure, legend: Legend, names: Sequence[str], *, wide: Mapping[str, float]) -> None:
    """Let the legend show these names as lines, without a marker; `wide` are the widths other than 2.2 pixels."""
    if not names:
        return
    swatches = legend.items[0].renderers[0]
    source = swatches.data_source
    source.data = {**source.data, "wide": [wide.get(name, 2.2) for name in source.data["name"]]}
    line = Segment(
        x0="x", y0="y", x1="x", y1="y", line_color="colour", line_alpha="alpha", line_width="wide", line_cap="butt"
    )
    lines = figure.add_glyph(source, line)
    for item in legend.items:
        if source.data["name"][item.index] in names:
            item.renderers = [lines]


def swatch_columns(style_by_name: Styles, places: int) -> dict[str, Any]:
    """Return the columns of the source `swatches` for the first names."""
    styles = dict(list(style_by_name.items())[:places])
    colours = {name: colour for name, (colour, _) in styles.items()}
    return swatch_data(colours) | {"marker": [marker for _, marker in styles.values()]}
