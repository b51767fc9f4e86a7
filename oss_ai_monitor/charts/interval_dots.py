"""Dots with intervals, one row a name, beside a reference line: medians, differences, effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import Scatter, Segment

from ..plurals import counted
from . import alt_text
from .number_formats import GAINS, NumberFormat
from .periods import number_text
from .rows import RowChart, fit_names, style_rows
from .style import add_hover, add_pick, fit, main_layer
from .template import Figure, render, template
from .timeline import shortened

LONGEST, LONGEST_ON_WIDE = 16, 44  # characters of a name: beside it there must be room for intervals
COLOUR = "#4477AA"  # of names that the sender gives none


class IntervalDots(RowChart):
    """One row a name, in the order in which they are sent, the first on top: a dot, and the line of its interval.

    `send` takes name, value, low, high, optional `n` (written behind the name), `label` (a shorter name for the
    axis) and `second` (a second line below the name), and the columns of `details`. A narrow figure has shorter names.
    """

    TICKS = 4

    def __init__(
        self, key: str, *, x_title: str, value_label: str = "value", numbers: NumberFormat = GAINS,
        details: tuple[tuple[str, str], ...] = (), longest: int = LONGEST, can_pick: bool = False,
        **params: Any,
    ) -> None:  # fmt: skip
        """`longest`: characters of a name on a narrow figure.

        With `can_pick` a click on a row tells the page its name; without, one on a dot opens the model of the column
        model_id, if `details` hold it.
        """
        self._value_label, self._numbers, self._longest = value_label, numbers, longest
        self._hover_columns = [column.partition("{")[0] for _, column in details]

        def make() -> Figure:
            return _make(x_title, value_label, numbers, details, can_pick=can_pick)

        parts = ("interval dots", x_title, value_label, numbers, details, can_pick)
        super().__init__(template(parts, make), height=160, key=key, **params)
        self._sent, self._reference = pd.DataFrame(), 0.0

    def send(self, rows: pd.DataFrame, *, reference: float = 0.0, colours: Mapping[str, str] | None = None) -> None:
        """Send new rows; `reference` is where the line is that they are compared with."""
        self._sent, self._reference = rows, reference
        names, narrow = (_row_names(rows, longest) for longest in (max(self._longest, LONGEST_ON_WIDE), self._longest))
        numbers = {column: rows[column].to_numpy("float64", na_value=np.nan) for column in ("value", "low", "high")}
        self._send(
            "rows",
            {
                **numbers,
                "row": names,
                "name": rows["name"].tolist(),
                "colour": [(colours or {}).get(name, COLOUR) for name in rows["name"]],
                **{column: rows[column].tolist() for column in self._hover_columns},
            },
        )
        self._set_rows(names, np.concatenate(list(numbers.values())), reference)
        self._set("y-range", tags=narrow[::-1])
        if "second" in rows:
            self._set_height(66 + int(1.5 * self.ROW) * max(len(names), 2))
        self.is_empty = not np.isfinite(numbers["value"]).any()

    def _describe(self) -> str:
        rows = self._sent[np.isfinite(self._sent["value"].to_numpy("float64", na_value=np.nan))]
        values, low, high = (rows[column].to_numpy("float64", na_value=np.nan) for column in ("value", "low", "high"))
        clear = int(((low > self._reference) | (high < self._reference)).sum())
        text = (
            f"Dots with intervals, {counted(len(rows), 'row')}: {self._value_label}. Highest "
            f"{self._row_text(rows.iloc[int(np.argmax(values))])}"
        )
        if len(rows) > 1:
            text += f"; lowest {self._row_text(rows.iloc[int(np.argmin(values))])}"
        return (
            f"{text}. Intervals that do not hold {alt_text.signed_number(self._reference, 'g')}: {number_text(clear)}."
        )

    def _row_text(self, row: pd.Series) -> str:
        """Return a row's value, interval, name and n as text."""
        value, low, high = (float(row[column]) for column in ("value", "low", "high"))
        interval = f" ({self._numbers(low)} to {self._numbers(high)})" if np.isfinite(low + high) else ""
        n = f", n {number_text(row['n'])}" if "n" in row else ""
        return f"{self._numbers(value)}{interval}, {alt_text.readable(row['name'])}{n}"


def _row_names(rows: pd.DataFrame, longest: int) -> list[str]:
    """Return the names on the axis, all different."""
    names = shortened(rows["label" if "label" in rows else "name"].tolist(), longest)
    if "n" in rows:
        names = [f"{name} ({number_text(n)})" for name, n in zip(names, rows["n"], strict=True)]
    if "second" in rows:
        seconds = [shortened([line], longest)[0] for line in rows["second"]]  # one by one: they may be the same
        names = [f"{name}\n{line}" for name, line in zip(names, seconds, strict=True)]
    return names


def _make(
    x_title: str,
    value_label: str,
    numbers: NumberFormat,
    details: tuple[tuple[str, str], ...],
    *,
    can_pick: bool,
) -> Figure:
    """Make the figure of the template."""
    example = pd.DataFrame({"row": ["a", "b"], "value": [0.0, 1.0]})
    figure = render(example.hvplot.scatter(x="value", y="row", legend=False))
    style_rows(figure, x_title=x_title, x_format=numbers.axis)
    fit_names(figure)
    hover_columns = [column.partition("{")[0] for _, column in details]
    dots = main_layer(figure, "rows", ("row", "name", "value", "low", "high", "colour", *hover_columns))
    dots.glyph = Scatter(x="value", y="row", size=10, fill_color="colour", line_color=None)
    interval = Segment(x0="low", x1="high", y0="row", y1="row", line_color="colour", line_width=3, line_alpha=0.55)
    figure.add_glyph(dots.data_source, interval, level="underlay")
    tooltips = [("", "@name"), (value_label, f"@value{{{numbers.hover}}}")]
    tooltips += [("interval", f"@low{{{numbers.hover}}} to @high{{{numbers.hover}}}")]
    tooltips += [(label, f"@{column}") for label, column in details]
    add_hover(figure, dots, tooltips, opens_hub="model_id" in hover_columns and not can_pick)
    if can_pick:
        add_pick(figure, dots, ["name"])
    fit(figure)
    return figure
