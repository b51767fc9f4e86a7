"""Lines and points whose colours and markers come with the data: their glyphs, and a legend with room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.models import Scatter, Segment

from .style import GREY, legend
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
    new_legend = legend(figure, {str(n): GREY for n in range(places)}, markers=["circle"] * places)
    swatches = new_legend.items[0].renderers[0]
    swatches.glyph.size = 11
    swatches.data_source.data = {"x": [np.nan], "y": [np.nan], "colour": [GREY], "marker": ["circle"]}
    line = Segment(x0="x", y0="y", x1="x", y1="y", line_color="colour", line_width=2.2)
    swatch_lines = figure.add_glyph(swatches.data_source, line)
    for item in new_legend.items:
        item.renderers = [swatch_lines, swatches]
    new_legend.update(glyph_width=28, glyph_height=26, label_standoff=4)


def swatch_columns(style_by_name: Styles, places: int) -> dict[str, Any]:
    """Return the columns of the source `swatches` for the first names."""
    styles = list(style_by_name.values())[:places]
    blank = np.full(len(styles), np.nan)
    return {
        "x": blank,
        "y": blank,
        "colour": [colour for colour, _ in styles],
        "marker": [marker for _, marker in styles],
    }
