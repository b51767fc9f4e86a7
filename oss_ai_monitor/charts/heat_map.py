"""Heat maps: a cell for each pair of two categories, coloured by its value, with the number where it has room."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.properties import value as constant
from bokeh.models import (
    ColorBar,
    CustomJS,
    CustomJSTickFormatter,
    FactorRange,
    FixedTicker,
    Text,
)

from ..plurals import counted
from . import alt_text
from .chart import Chart
from .colour_scales import AROUND_ZERO, FROM_ZERO, colour_at, text_colour
from .look import FONT
from .number_formats import SHARES, NumberFormat
from .periods import number_text
from .rows import NO_NAMES, style_names
from .scripts import once_per_change, script
from .style import GREY, add_hover, add_pick, main_layer, tick_formatter
from .template import Figure, render, template
from .timeline import shortened

ROW, LINE, LOW_LINE, ABOVE, BELOW = (
    30,
    16,
    12,
    48,
    62,
)  # heights in pixels: of a row, of each further line of its texts,
# of each where all are small enough to stand in narrow cells, of the scale above, of labels and title below
LONGEST, LONGEST_ROW = 18, 22  # characters of the name of a column, which may stand upright, and of a row
WITHOUT_VALUE = "#D5D8DD"  # no colour of a scale, and pale on a light surface
COLUMNS = ("column", "row", "x_name", "y_name", "value", "text", "first_line", "ink", "hatch", "alpha")
PALE = 0.3  # opacity of a cell that stands on little


class HeatMap(Chart):
    """Cells of two categories; `low` and `high` are the ends of the scale, which is two-sided where `low` is negative.

    `send` takes one row a cell: the columns `x`, `y` and `value`, those of `details`, optional `is_uncertain`, which
    hatches a cell, `is_pale`, for one that stands on little, and `text`, which stands in it instead of the value. Of a
    text of several lines only the first is shown where cells are narrow; with `shows_all_lines` the map is never so
    narrow, and scrolls sideways in its card instead. A cell without a row or without a value is
    left blank. `shown` is a column of texts that the hover has for the value: then a cell without a value is grey, and
    may have a text.
    """

    def __init__(
        self, key: str, *, x: str, y: str, value: str, x_title: str, y_title: str, low: float = 0.0, high: float = 1.0,
        numbers: NumberFormat = SHARES, cell_format: str = ".0%", details: tuple[tuple[str, str], ...] = (),
        shown: str = "", can_pick: bool = False, shows_all_lines: bool = False, **params: Any,
    ) -> None:  # fmt: skip
        """With `can_pick` a click on a cell tells the page the names of its column and its row."""
        self._x, self._y, self._value, self._low, self._high = x, y, value, low, high
        self._numbers, self._cell_format = numbers, cell_format
        self._palette = AROUND_ZERO if low < 0 else FROM_ZERO
        self._shown, self._shows_all_lines = shown, shows_all_lines
        self._hover_columns = [*([shown] if shown else []), *(column.partition("{")[0] for _, column in details)]
        self._titles = x_title, y_title

        def make() -> Figure:
            return self._make(details, can_pick=can_pick)

        parts = (
            "heat map",
            x,
            y,
            value,
            x_title,
            y_title,
            low,
            high,
            numbers,
            shown,
            details,
            can_pick,
            shows_all_lines,
        )
        super().__init__(template(parts, make), height=ABOVE + ROW + BELOW, key=key, **params)
        self._sent = pd.DataFrame()

    def _make(self, details: tuple[tuple[str, str], ...], *, can_pick: bool) -> Figure:
        """Make the figure of the template."""
        example = pd.DataFrame({"column": ["a", "b"], "row": ["c", "d"], "value": [0.0, 1.0]})
        figure = render(example.hvplot.heatmap(x="column", y="row", C="value", colorbar=True))
        style_names(figure, x_title=self._titles[0], y_title=self._titles[1], height=ABOVE + ROW + BELOW)
        figure.x_range = FactorRange(factors=NO_NAMES, name="x-range")
        figure.xaxis[0].formatter = CustomJSTickFormatter(args={"figure": figure}, code=script("column_names"))
        figure.tags = [figure.height]
        cells = main_layer(figure, "cells", (*COLUMNS, *self._hover_columns))
        mapper = cells.glyph.fill_color.transform
        mapper.update(palette=list(self._palette), low=self._low, high=self._high)
        mapper.nan_color = WITHOUT_VALUE if self._shown else "rgba(0, 0, 0, 0)"
        mapper.name = "scale"
        cells.glyph.update(
            x="column", y="row", width=0.96, height=0.92, fill_color={"field": "value", "transform": mapper},
            fill_alpha={"field": "alpha"}, line_color=None, hatch_pattern={"field": "hatch"},
            hatch_color={"field": "ink"}, hatch_alpha=0.25, hatch_scale=9, hatch_weight=1,
        )  # fmt: skip
        text = Text(
            x="column", y="row", text="text", text_color={"field": "ink"}, text_align="center",
            text_baseline="middle", text_font=constant(FONT), text_font_size=constant("12px"),
        )  # fmt: skip
        numbers = figure.add_glyph(cells.data_source, text)
        arguments = {"figure": figure, "axis": figure.xaxis[0], "y_axis": figure.yaxis[0], "numbers": numbers}
        arguments |= {"shows_all_lines": self._shows_all_lines, "scale": self._add_scale(figure)}
        code = CustomJS(args=arguments, code=once_per_change("heat_map"))
        for change in ("inner_width", "inner_height", "tags"):
            figure.js_on_change(change, code)
        for model, change in ((figure.x_range, "factors"), (cells.data_source, "data")):
            model.js_on_change(change, code)
        pair = [(self._y.replace("_", " "), "@y_name"), (self._x.replace("_", " "), "@x_name")]
        value = f"@{self._shown}" if self._shown else f"@value{{{self._numbers.hover}}}"
        number = (self._value.replace("_", " "), value)
        add_hover(figure, cells, [*pair, number, *((label, f"@{column}") for label, column in details)])
        if can_pick:
            add_pick(figure, cells, ["x_name", "y_name"])
        return figure

    def mark(self, events: pd.DataFrame) -> None:
        """Show no dated lines: there is no axis of dates."""

    def _add_scale(self, figure: Figure) -> ColorBar:
        """Move the colour bar above the cells, with ticks at its ends and in its middle."""
        bar = next(part for part in figure.right if isinstance(part, ColorBar))
        figure.right.remove(bar)
        bar.update(
            title=None, height=8, width=180, padding=16, margin=0, location="top_left", orientation="horizontal",
            background_fill_alpha=0, bar_line_color=None, ticker=FixedTicker(ticks=self._ticks(), name="scale-ticks"),
            formatter=tick_formatter(self._numbers.axis), major_label_text_color=GREY,
            major_label_text_font_size="11px", major_tick_line_color=None, label_standoff=4,
        )  # fmt: skip
        figure.add_layout(bar, "above")
        return bar

    def _ticks(self) -> list[float]:
        return [self._low, (self._low + self._high) / 2, self._high]

    def set_scale(self, high: float) -> None:
        """Set the upper end of the scale for what is sent next: larger values have its strongest colour."""
        self._high = high
        self._set("scale", high=high)
        self._set("scale-ticks", ticks=self._ticks())

    @property
    def scale_end(self) -> float:
        """The upper end of the scale."""
        return self._high

    def rescale(self, high: float) -> None:
        """Set the upper end of the scale for what was sent before."""
        self.set_scale(high)
        cells = self.columns["cells"]
        pairs = zip(cells["value"], cells["ink"], cells["alpha"], strict=True)
        cells["ink"] = [ink if alpha < 1 else self._ink(value) for value, ink, alpha in pairs]

    def send(self, cells: pd.DataFrame, *, x_names: list[str], y_names: list[str]) -> None:
        """Send new cells; `x_names` from left to right and `y_names` from the top are what the axes show."""
        cells = cells[cells[self._x].isin(x_names) & cells[self._y].isin(y_names)]
        self._sent = cells
        columns, rows = shortened(x_names, LONGEST), shortened(y_names, LONGEST_ROW)
        values = cells[self._value].to_numpy("float64", na_value=np.nan)
        texts = cells["text"].tolist() if "text" in cells else self._texts(values)
        further_lines = max((text.count("\n") for text in texts), default=0)
        is_uncertain = cells["is_uncertain"].to_numpy(bool) if "is_uncertain" in cells else np.zeros(len(cells), bool)
        is_pale = cells["is_pale"].to_numpy(bool) if "is_pale" in cells else np.zeros(len(cells), bool)
        self._send(
            "cells",
            {
                "column": cells[self._x].map(dict(zip(x_names, columns, strict=True))).tolist(),
                "row": cells[self._y].map(dict(zip(y_names, rows, strict=True))).tolist(),
                "x_name": cells[self._x].tolist(),
                "y_name": cells[self._y].tolist(),
                "value": values,
                "text": texts,
                "first_line": [text.partition("\n")[0] for text in texts],
                "ink": [GREY if pale else self._ink(v) for v, pale in zip(values, is_pale, strict=True)],
                "alpha": np.where(is_pale, PALE, 1.0),
                "hatch": np.where(is_uncertain & np.isfinite(values), "right_diagonal_line", "blank").tolist(),
                **{column: cells[column].tolist() for column in self._hover_columns},
            },
        )
        self._set("x-range", factors=columns or NO_NAMES)
        self._set("y-range", factors=rows[::-1] or NO_NAMES)
        line = LINE if further_lines < 3 else LOW_LINE
        self._set_height(ABOVE + (ROW + line * further_lines) * max(len(rows), 1) + BELOW)
        self.is_empty = not np.isfinite(values).any()

    def _texts(self, values: np.ndarray) -> list[str]:
        return [alt_text.signed_number(v, self._cell_format) if np.isfinite(v) else "" for v in values]

    def _ink(self, value: float) -> str:
        share = (value - self._low) / (self._high - self._low)
        colour = colour_at(share, self._palette) if np.isfinite(value) else WITHOUT_VALUE
        return text_colour(colour)

    def _describe(self) -> str:
        finite = self._sent[np.isfinite(self._sent[self._value].to_numpy("float64", na_value=np.nan))]
        pairs = finite[(finite[self._x] != finite[self._y]).to_numpy(bool)]  # a name with itself says nothing
        pairs = pairs if len(pairs) else finite
        values = pairs[self._value].to_numpy("float64")
        low, high = pairs.iloc[int(np.argmin(values))], pairs.iloc[int(np.argmax(values))]
        return (
            f"Heat map of {self._y.replace('_', ' ')} by {self._x.replace('_', ' ')}, "
            f"{counted(len(finite), 'cell')}, on a scale from {self._numbers(self._low)} to "
            f"{self._numbers(self._high)}. Highest {self._cell_text(high)}; lowest {self._cell_text(low)}."
            + self._uncertain_text(finite)
        )

    def _cell_text(self, cell: pd.Series) -> str:
        names = f"{alt_text.readable(cell[self._y])}, {alt_text.readable(cell[self._x])}"
        return f"{self._numbers(float(cell[self._value]))} ({names})"

    def _uncertain_text(self, cells: pd.DataFrame) -> str:
        counts = {"Hatched, because it is uncertain": "is_uncertain", "Pale, because it stands on little": "is_pale"}
        numbers = {text: int(cells[name].sum()) for text, name in counts.items() if name in cells}
        return "".join(f" {text}: {number_text(number)}." for text, number in numbers.items() if number)
