"""Areas over dates, stacked by a name: cumulative counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import HoverTool, Line

from ..plurals import counted
from . import alt_text
from .chart import Chart
from .periods import Span, ends, joined, milliseconds, number_text, open_rows
from .style import NOT_DRAWN, NOT_DRAWN_ALPHA, apply_style, empty_source, legend, mark_lines
from .template import Figure, render, template

TOTAL = "so far"  # the column that holds the sum of all names


class StackedAreas(Chart):
    """Stacked areas, from the first name of `colours` at the bottom to the last; each corner is the end of a period.

    `send` takes one row per period and name: period (date), the columns `by`, `value` (as at the period's end) and
    `increase` (what the period added), is_complete, is_filling. One column per name is all that reaches the browser.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], value: str = "cumulative", increase: str = "models",
        y_title: str = "models so far", x_title: str = "appeared (UTC)", height: int = 320, **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours, self._value, self._increase = by, colours, value, increase
        self._order = {name: n for n, name in enumerate(colours)}
        self._titles = x_title, y_title
        super().__init__(
            template(("areas", x_title, y_title, height, *colours.items()), lambda: self._make(height)),
            height=height, key=key, **params,
        )  # fmt: skip
        self._sent: tuple[pd.DataFrame, Span] | None = None

    def _make(self, height: int) -> Figure:
        """Make the figure of the template."""
        example = pd.DataFrame({"x": pd.to_datetime(["2024-01-01", "2024-02-01"]), "y": [0.0, 1.0]})
        figure = render(example.hvplot.area(x="x", y="y"))
        apply_style(figure, x_title=self._titles[0], y_title=self._titles[1], height=height)
        figure.renderers = []
        names = list(self._colours)
        areas = empty_source("areas", "x", TOTAL, *names)
        layers = figure.varea_stack(
            names, x="x", source=areas, color=[self._colours[name] for name in names], fill_alpha=0.9
        )
        for name, layer in zip(names, layers, strict=True):
            layer.name = None
            layer.tags = [{"name": name}]
            if name == NOT_DRAWN:
                layer.glyph.fill_alpha = NOT_DRAWN_ALPHA
        top = figure.add_glyph(areas, Line(x="x", y=TOTAL, line_alpha=0))
        legend(figure, self._colours)
        mark_lines(figure)
        figure.add_tools(
            HoverTool(renderers=[top], mode="vline", visible=False, formatters={"@x": "datetime"}, name="hover")
        )
        return figure

    def send(self, frame: pd.DataFrame, span: Span) -> None:
        """Send new data, and fit the axes to them."""
        self._sent = frame, span
        periods, first_rows, index = np.unique(frame["period"].to_numpy(), return_index=True, return_inverse=True)
        value, increase = (frame[column].to_numpy("float64") for column in (self._value, self._increase))
        right = ends(periods, span.unit)
        columns: dict[str, Any] = {"x": np.append(span.left, right) if len(periods) else right}
        names = frame[self._by].to_numpy(object)
        for name in self._colours:
            is_name = names == name
            totals = np.bincount(index[is_name], value[is_name], len(periods))
            opening = (value - increase)[is_name & (index == 0)].sum()  # the sum before the first period
            columns[name] = np.append(opening, totals) if len(periods) else totals
        columns[TOTAL] = np.sum([columns[name] for name in self._colours], axis=0)
        self._send("areas", columns)
        visible = [name for name in self._colours if len(periods) and columns[name][-1] > 0]
        self.is_empty = not visible
        self._show_names(self._order, set(visible))
        tooltips = [("by", "@x{%-d %b %Y}"), *((name, f"@{{{name}}}{{0,0}}") for name in reversed(visible))]
        self._set("hover", tooltips=[*tooltips, ("together", f"@{{{TOTAL}}}{{0,0}}")])
        self._set_span(span)
        is_open = open_rows(frame)[first_rows]
        self._fill(*joined(milliseconds(periods)[is_open], right[is_open]))
        lanes = self._marks(is_hatched=bool(is_open.any()))
        self._scale(0, max(columns[TOTAL], default=1.0), integers=True, lanes=lanes)

    def _describe(self) -> str:
        assert self._sent is not None
        frame, span = self._sent
        periods, totals, is_complete = alt_text.sums_by_period(frame, self._value)
        opening = totals[0] - frame.loc[frame["period"] == periods[0], self._increase].sum()
        at_end = frame[frame["period"] == periods[-1]]
        shares = alt_text.shares_text(alt_text.sums_by_name(at_end[self._by], at_end[self._value].to_numpy("float64")))
        intro = f"Areas stacked by {self._by}, {alt_text.range_of(span)}: from {counted(opening, 'model')} at the start"
        peak = alt_text.peak_and_last(periods, totals, is_complete, span.unit)
        return f"{intro} to {number_text(totals[-1])} at the end, {shares}. {peak}"
