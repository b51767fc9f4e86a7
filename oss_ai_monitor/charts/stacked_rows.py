"""Bars by name, in the order in which they are sent, each stacked of parts: totals, changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import HBar

from ..plurals import counted
from . import alt_text
from .number_formats import LARGE_COUNTS, NumberFormat
from .rows import RowChart, fit_names, style_rows
from .style import add_hover, fit, follow_legend, legend, main_layer
from .template import Figure, render, template
from .timeline import shortened

LONGEST, LONGEST_ON_NARROW = 40, 18  # characters of a name: beside it there must be room for bars


class StackedRows(RowChart):
    """One row a name, the first on top: a bar of one part, or of several parts one after the other.

    `send` takes one row per name and part, in reading order: name, part, value and the columns of `details`. `colours`
    are those of the parts, in their order from the left.
    """

    TICKS = 4

    def __init__(
        self, key: str, *, colours: Mapping[str, str], x_title: str, numbers: NumberFormat = LARGE_COUNTS,
        details: tuple[tuple[str, str], ...] = (), **params: Any,
    ) -> None:  # fmt: skip
        self._colours, self._numbers, self._x_title = dict(colours), numbers, x_title
        self._hover_columns = [column.partition("{")[0] for _, column in details]

        def make() -> Figure:
            return _make(x_title, self._colours, numbers, details)

        parts = ("stacked rows", x_title, numbers, details, *colours.items())
        super().__init__(template(parts, make), height=160, key=key, **params)
        self._sent, self._shown_title = pd.DataFrame(), x_title

    def send(self, rows: pd.DataFrame, *, notes: Mapping[str, str] | None = None, x_title: str = "") -> None:
        """Send new bars; `notes` are short texts behind names, `x_title` is another title for the axis of numbers."""
        rows = rows[rows["part"].isin(list(self._colours))]
        names = list(dict.fromkeys(rows["name"]))
        label_of, narrow = (
            {
                name: f"{short} {(notes or {}).get(name, '')}".strip()
                for name, short in zip(names, shortened(names, longest), strict=True)
            }
            for longest in (LONGEST, LONGEST_ON_NARROW)
        )
        order = list(self._colours)
        rows = rows.assign(rank=[names.index(name) for name in rows["name"]], part_rank=rows["part"].map(order.index))
        rows = rows.sort_values(["rank", "part_rank"], kind="stable")
        self._sent = rows
        values = rows["value"].to_numpy("float64", na_value=np.nan)
        right = rows.assign(value=np.nan_to_num(values)).groupby("rank")["value"].cumsum().to_numpy("float64")
        left = right - np.nan_to_num(values)
        columns = {
            "row": rows["name"].map(label_of).tolist(),
            "name": rows["name"].tolist(),
            "part": rows["part"].tolist(),
            "value": values,
            "left": left,
            "right": right,
            "colour": rows["part"].map(self._colours).tolist(),
            **{column: rows[column].tolist() for column in self._hover_columns},
        }
        self._send("rows", columns)
        self._shown_title = x_title or self._x_title
        self._set("x-axis", axis_label=self._shown_title)
        self._set_rows(list(label_of.values()), np.concatenate([left, right]))
        self._set("y-range", tags=list(narrow.values())[::-1])
        present = set(rows["part"])
        self._show_names({name: n for n, name in enumerate(order)}, present if len(present) > 1 else set())
        self.is_empty = not np.isfinite(values).any()

    def _describe(self) -> str:
        values = np.nan_to_num(self._sent["value"].to_numpy("float64", na_value=np.nan))
        totals = alt_text.sums_by_name(self._sent["name"], values)
        first = max(totals, key=lambda name: totals[name])
        longest = f"Longest {self._numbers(totals[first])}, {alt_text.readable(first)}"
        parts = alt_text.sums_by_name(self._sent["part"], values)
        shares = f". Parts: {alt_text.shares_text(parts)}" if len(parts) > 1 and values.min() >= 0 else ""
        return f"{counted(len(totals), 'bar')}: {self._shown_title}. {longest}{shares}."


def _make(x_title: str, colours: dict[str, str], numbers: NumberFormat, details: tuple[tuple[str, str], ...]) -> Figure:
    """Make the figure of the template."""
    example = pd.DataFrame({"row": ["a", "b"], "value": [0.0, 1.0]})
    figure = render(example.hvplot.scatter(x="value", y="row", legend=False))
    style_rows(figure, x_title=x_title, x_format=numbers.axis)
    figure.xaxis[0].name = "x-axis"
    fit_names(figure)
    hover_columns = tuple(column.partition("{")[0] for _, column in details)
    bars = main_layer(figure, "rows", ("row", "name", "part", "value", "left", "right", "colour", *hover_columns))
    bars.glyph = HBar(left="left", right="right", y="row", height=0.7, fill_color="colour", line_color=None)
    legend(figure, colours)
    follow_legend(figure, {bars: "part"})
    tooltips = [("", "@name"), ("", "@part"), ("", f"@value{{{numbers.hover}}}")]
    add_hover(figure, bars, [*tooltips, *((label, f"@{column}") for label, column in details)])
    fit(figure)
    return figure
