"""A waterfall: from one value to another by steps, a row each; the axis need not begin at zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import HBar, Scatter, Segment

from . import alt_text
from .number_formats import RATIOS, NumberFormat
from .rows import RowChart, fit_names, style_rows
from .style import GREY, add_hover, add_pick, empty_source, fit, main_layer, range_options
from .template import Figure, render, template
from .timeline import shortened

LONGEST, LONGEST_ON_NARROW = 44, 16  # characters of a name: beside it there must be room for bars
MARGIN = 0.02  # of the axis at either end, so that a diamond at its last tick is whole
END, RISE, FALL = "#6C7580", "#1F77B4", "#D55E00"
"""Colours of the two values, and of steps up and down, which the side of their bar tells, too."""


class Waterfall(RowChart):
    """One row a step, in their order, from the value on top to the value at the bottom: bars from before to after.

    `send` takes name, before, after, text (the value or the difference as a reader sees it) and detail, one row each;
    the first and the last are values, drawn as diamonds, and so is one between that `is_value` marks. A click on a row
    tells the page its name.
    """

    TICKS = 5

    def __init__(self, key: str, *, numbers: NumberFormat = RATIOS, can_pick: bool = True, **params: object) -> None:
        self._numbers = numbers
        parts = ("waterfall", numbers, can_pick)
        made_once = template(parts, lambda: _make(numbers, can_pick=can_pick))
        super().__init__(made_once, height=160, key=key, **params)
        self._sent = pd.DataFrame()

    def send(self, rows: pd.DataFrame, *, x_title: str = "") -> None:
        """Send new steps; `x_title` is the unit of the values."""
        self._sent = rows
        before, after = (rows[name].to_numpy("float64", na_value=np.nan) for name in ("before", "after"))
        texts = rows["text"].tolist()
        wide, narrow = (
            [f"{name} {text}" for name, text in zip(shortened(rows["name"].tolist(), longest), texts, strict=True)]
            for longest in (LONGEST, LONGEST_ON_NARROW)
        )
        is_value = self._is_value(rows)
        colours = np.where(is_value, END, np.where(after >= before, RISE, FALL)).tolist()
        columns = {"row": wide, "name": rows["name"].tolist(), "text": texts, "detail": rows["detail"].tolist()}
        # of a value both numbers are the same, so that its bar has no width
        self._send("rows", {**columns, "before": before, "after": after, "colour": colours})
        places = np.flatnonzero(is_value)
        self._send("ends", {"row": [wide[place] for place in places], "value": after[places]})
        self._send("links", {"value": after[:-1], "row": wide[:-1], "next": wide[1:]})
        self._set("x-axis", axis_label=x_title)
        self._set_rows(wide, np.concatenate([before, after]), float(before[0]) if len(rows) else 0.0)
        start, end = (self.options["x-range"][name] for name in ("start", "end"))
        margin = (end - start) * MARGIN
        self._set("x-range", **range_options(start - margin, end + margin))
        self._set("y-range", tags=narrow[::-1])
        self.is_empty = not np.isfinite(after).any()

    @staticmethod
    def _is_value(rows: pd.DataFrame) -> np.ndarray:
        """Return which rows are values, and no steps."""
        is_value: np.ndarray = np.arange(len(rows)) % max(len(rows) - 1, 1) == 0
        if "is_value" in rows:
            is_value |= rows["is_value"].to_numpy(bool)
        return is_value

    def _describe(self) -> str:
        names = [alt_text.readable(f"{row.name} {row.text}") for row in self._sent.itertuples(index=False)]
        first, *later = np.flatnonzero(self._is_value(self._sent)).tolist()
        sentences, start = [], first
        for place in later:
            steps, verb = names[start + 1 : place], "Waterfall" if start == first else "Then"
            between = f" Steps: {'; '.join(steps)}." if steps else " No step."
            sentences.append(f"{verb} from {names[start]} to {names[place]}.{between}")
            start = place
        return " ".join(sentences)


def _make(numbers: NumberFormat, *, can_pick: bool) -> Figure:
    """Make the figure of the template."""
    example = pd.DataFrame({"row": ["a", "b"], "after": [0.0, 1.0]})
    figure = render(example.hvplot.scatter(x="after", y="row", legend=False))
    style_rows(figure, x_title=" ", x_format=numbers.axis)
    figure.xaxis[0].name = "x-axis"
    fit_names(figure)
    bars = main_layer(figure, "rows", ("row", "name", "text", "detail", "before", "after", "colour"))
    bars.glyph = HBar(left="before", right="after", y="row", height=0.66, fill_color="colour", line_color="colour")
    ends = empty_source("ends", "row", "value")
    figure.add_glyph(ends, Scatter(x="value", y="row", marker="diamond", size=15, fill_color=END, line_color=None))
    links = empty_source("links", "value", "row", "next")
    line = Segment(x0="value", x1="value", y0="row", y1="next", line_color=GREY, line_dash=[2, 3])
    figure.add_glyph(links, line, level="underlay")
    add_hover(figure, bars, [("", "@name"), ("", "@text"), ("", "@detail")])
    if can_pick:
        add_pick(figure, bars, ["name"])
    fit(figure)
    return figure
