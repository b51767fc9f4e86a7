"""A grid of small panels, one for each name, on a shared scale: an area down to zero, with a trend over it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.properties import expr
from bokeh.models import (
    CDSView,
    ColumnDataSource,
    CustomJS,
    CustomJSExpr,
    CustomJSFilter,
    CustomJSHover,
    CustomJSTickFormatter,
    DatetimeTicker,
    FixedTicker,
    Line,
    NoOverlap,
    Patch,
    Range1d,
    Title,
    VSpan,
    VStrip,
)
from bokeh.models import Span as ZeroLine
from bokeh.plotting import figure as Figure  # noqa: N812

from . import alt_text
from .bars import PERIOD
from .chart import Chart, set_data
from .grid_columns import cell_columns, outlines, row_ranges
from .periods import Span, ends, milliseconds, open_rows, round_ticks
from .scripts import script
from .style import GREY, add_hover, apply_style, date_ticks, set_range, set_span

TREND_COLOUR = "#1B1E23"
CELLS = ("panel", "period", "end", "middle", "value", "models", "before", "trend")


class PanelGrid(Chart):
    """Up to `max_panels` small panels that share both axes; each `send` sets the names that they show.

    Gaps stay gaps: where a value is missing there is neither area nor outline, though the trend may pass over it.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], max_panels: int = 12, x_title: str = "appeared (UTC)",
        height: int = 196, **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours, self.max_panels = by, colours, max_panels
        self._x, self._y = Range1d(0, 1), Range1d(0, 1)
        self._ticks, self._format = FixedTicker(ticks=[0, 1]), CustomJSTickFormatter(code=script("panel_ticks"))
        self._dates, self._date_format = DatetimeTicker(desired_num_ticks=3), date_ticks()
        self._label_policy = NoOverlap(min_distance=6)
        # all panels share one source: for the browser each array of a message costs as much as its numbers
        self._cells = ColumnDataSource({name: [] for name in CELLS})
        self._outlines = ColumnDataSource({name: [] for name in ("panel", "x", "y")})
        super().__init__([], key=key, **params)
        self._panels = [self._panel(n, x_title, height) for n in range(max_panels)]
        self.figures, self.visible_figures = [panel.figure for panel in self._panels], 0
        self._sent: tuple[dict[str, np.ndarray], np.ndarray, list[str], Span, str, int] | None = None

    def send(
        self, frame: pd.DataFrame, span: Span, *, value: str, names: dict[str, str], y_title: str, value_label: str,
        reference: str, reference_label: str, digits: int,
    ) -> None:  # fmt: skip
        """Send new data to every panel, on one scale.

        frame: one row per period and name, with period (date), `by`, models, `value` (NaN is a gap), the column
        `reference` that it is compared with, is_complete, is_filling, and has_appeared: before that no trend begins.
        names: name → title of its panel, in reading order. `y_title` names the measure; `value_label` and
        `reference_label` are what the hover calls `value` and `reference`.
        """
        self.is_empty = not len(frame)
        hover_texts = (PERIOD[span.unit], value_label, reference_label, str(digits))
        for panel, (name, title) in zip(self._panels, names.items(), strict=False):
            panel.show(title, self._colours.get(name, GREY), y_title)
            if panel.hover_texts != hover_texts:
                panel.hover_texts, panel.hover.tooltips = hover_texts, _tooltips(*hover_texts)
        self.visible_figures = min(len(names), self.max_panels)  # figures that are not on the page cost nothing
        cells = cell_columns(
            frame, frame[self._by].map({name: n for n, name in enumerate(names)}), span, value, reference
        )
        uncertain = np.unique(frame["period"].to_numpy()[open_rows(frame)])
        self._sent = cells, milliseconds(uncertain), list(names.values()), span, y_title, digits
        set_data(self._cells, cells)
        set_data(self._outlines, outlines(cells))
        self._fill(milliseconds(uncertain), ends(uncertain, span.unit))
        set_span(self.figure, span)
        finite = cells["value"][np.isfinite(cells["value"])]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        ticks = round_ticks(min(low, 0.0), max(high, 0.0), 3)
        self._ticks.ticks = ticks
        set_range(self._y, ticks[0], ticks[-1])

    def _alt_texts(self) -> list[str]:
        assert self._sent is not None
        cells, uncertain, titles, span, y_title, digits = self._sent
        texts = []
        for title, rows in zip(titles, row_ranges(cells["panel"]), strict=False):
            starts, values = cells["period"][rows], cells["value"][rows].astype("float64")
            periods, is_complete = starts.astype("datetime64[ms]"), ~np.isin(starts, uncertain)
            peak = alt_text.peak_and_last(periods, values, is_complete, span.unit, f"+,.{digits}f")
            low = np.nanmin(values, initial=np.inf)
            lowest = f" Lowest {alt_text.signed_number(low, f'+,.{digits}f')}." if np.isfinite(low) else ""
            texts.append(f"{alt_text.readable(title)}: {y_title}, {alt_text.range_of(span)}. {peak}{lowest}")
        return texts

    def _panel(self, number: int, x_title: str, height: int) -> _Panel:
        """Return a panel on the shared axes; models that all panels can share are made once, which opens faster."""
        figure = Figure(tools="")
        apply_style(figure, x_title=x_title, y_title="", height=height, dates=False)
        figure.update(
            x_range=self._x,
            y_range=self._y,
            min_width=150,
            toolbar_location=None,
        )
        figure.xaxis[0].update(ticker=self._dates, formatter=self._date_format, major_label_policy=self._label_policy)
        figure.yaxis[0].update(ticker=self._ticks, formatter=self._format)
        for axis in (*figure.xaxis, *figure.yaxis):
            axis.update(
                axis_label_text_font_size="11px",
                major_label_text_font_size="11px",
                axis_label_standoff=2,
                major_label_standoff=4,
            )
        hatch = VStrip(
            x0="x0", x1="x1", fill_alpha=0, line_color=None,
            hatch_pattern="right_diagonal_line", hatch_color=GREY, hatch_alpha=0.35, hatch_scale=9, hatch_weight=1,
        )  # fmt: skip
        figure.add_glyph(self._filling, hatch)
        figure.add_glyph(self._events, VSpan(x="x", line_color=GREY, line_alpha=0.7, line_dash=[3, 3], line_width=1))
        figure.add_layout(ZeroLine(location=0, dimension="width", line_color=GREY, line_width=1))
        return _Panel(figure, number, self._cells, self._outlines)


class _Panel:
    """One small figure, which draws the rows with its number from the shared sources."""

    def __init__(self, figure: Figure, number: int, cells: ColumnDataSource, outlines: ColumnDataSource) -> None:
        self.figure, self.hover_texts = figure, ("",) * 4
        height, trend_values = (
            expr(CustomJSExpr(args={"number": number, "column": column}, code=script("panel_values")))
            for column in ("y", "trend")
        )
        self._title = Title(text="", text_font_size="13px", text_font_style="bold")
        figure.add_layout(self._title, "above")
        self._area = figure.add_glyph(outlines, Patch(x="x", y=height, fill_alpha=0.75, line_color=None)).glyph
        self._outline = figure.add_glyph(outlines, Line(x="x", y=height, line_width=1)).glyph
        line = Line(
            x="middle", y=trend_values, line_color=TREND_COLOUR, line_width=1.8, line_cap="round", line_join="round"
        )
        figure.add_glyph(cells, line)
        set_colour = CustomJS(args={"title": self._title, "line": line}, code=script("panel_trend_colour"))
        self._title.js_on_change("text_color", set_colour)
        strip = VStrip(x0="period", x1="end", fill_alpha=0, line_color=None)
        own_rows = CDSView(filter=CustomJSFilter(args={"number": number}, code=script("panel_rows")))
        self.hover = add_hover(figure, figure.add_glyph(cells, strip, view=own_rows), [])
        number_format = CustomJSHover(
            code=script("panel_number")
        )  # not shared between grids: a Bokeh model belongs to one document
        self.hover.formatters = {"@period": "datetime", "@value": number_format, "@before": number_format}

    def show(self, title: str, colour: str, y_title: str) -> None:
        """Set title, colour and axis title; what did not change is not sent."""
        if self._title.text != title:
            self._title.text = title
        if self._area.fill_color != colour:
            self._area.fill_color = self._outline.line_color = colour
        if self.figure.yaxis[0].axis_label != y_title:
            self.figure.yaxis[0].axis_label = y_title


def _tooltips(period: str, value_label: str, reference_label: str, digits: str) -> list[tuple[str, str]]:
    return [
        ("", period),
        (value_label, f"@value{{+{digits}}}"),
        ("new models", "@models{0,0}"),
        (reference_label, "@before{1}"),
    ]
