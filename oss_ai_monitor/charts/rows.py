"""What the kinds with one row a name share: an axis of names, an axis of numbers, a line at a reference value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from bokeh.models import CategoricalTicker, CustomJS, CustomJSTickFormatter, FactorRange, FixedTicker
from bokeh.models import Span as ReferenceLine

from .chart import Chart
from .look import LINE
from .periods import round_ticks
from .scripts import script
from .style import GREY, apply_style, range_options, tick_formatter
from .template import Figure

NO_NAMES = ["–"]  # an axis of names has one at least


class RowChart(Chart):
    """One row a name, the first on top; the height follows the number of rows."""

    ROW = 27
    TICKS = 6

    def mark(self, events: pd.DataFrame) -> None:
        """Show no dated lines: there is no axis of dates."""

    def _set_rows(self, labels: Sequence[str], values: np.ndarray, reference: float = 0.0) -> None:
        """Set the labels of the rows, all different, and fit the axis to all values and the reference."""
        self._set("y-range", factors=list(reversed(labels)) or NO_NAMES)
        self._set_height(66 + self.ROW * max(len(labels), 2))
        finite = values[np.isfinite(values)]
        low, high = (finite.min(), finite.max()) if len(finite) else (reference, reference + 1.0)
        ticks = round_ticks(float(min(reference, low)), float(max(reference, high)), self.TICKS)
        self._set("x-ticker", ticks=ticks)
        self._set("x-range", **range_options(ticks[0], ticks[-1]))
        self._set("reference", location=reference)


def style_names(figure: Figure, *, x_title: str, y_title: str, height: int) -> None:
    """Give a figure whose y axis holds names the shared style."""
    formatter = figure.yaxis[0].formatter
    apply_style(figure, x_title=x_title, y_title=y_title, height=height, dates=False)
    figure.y_range = FactorRange(factors=NO_NAMES, name="y-range")
    figure.yaxis[0].update(ticker=CategoricalTicker(), formatter=formatter)
    figure.ygrid.visible = False


def fit_names(figure: Figure) -> None:
    """Show the shorter names, which a chart sends as tags of the y range, where the figure is narrow."""
    axis = figure.yaxis[0]
    axis.formatter = CustomJSTickFormatter(args={"figure": figure}, code=script("row_names"))
    figure.js_on_change("outer_width", CustomJS(args={"figure": figure, "axis": axis}, code=script("row_widths")))


def style_rows(figure: Figure, *, x_title: str, x_format: str) -> None:
    """Give a figure the style of rows: names without a title, numbers with a grid, the reference line."""
    style_names(figure, x_title=x_title, y_title="", height=160)
    figure.yaxis[0].update(axis_label=" ", axis_label_text_font_size="6px", axis_label_standoff=0)
    figure.xaxis[0].update(ticker=FixedTicker(ticks=[0, 1], name="x-ticker"), formatter=tick_formatter(x_format))
    figure.xgrid.update(visible=True, grid_line_color=LINE)
    line = {"dimension": "height", "line_color": GREY, "line_width": 1, "level": "underlay"}
    figure.add_layout(ReferenceLine(location=0, **line, name="reference"))
