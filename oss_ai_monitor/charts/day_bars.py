"""Bars over days before and after something, with named lines."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.models import FixedTicker

from ..plurals import counted
from .bars import FEWEST, PALE
from .chart import Chart
from .event_lines import NO_LINES, add_lines, line_columns, lines_text
from .periods import date_text, milliseconds, open_rows
from .style import add_hover, apply_style, empty_source, hatching, main_layer, range_options, tick_formatter
from .template import Figure, render, template

LANES = 5  # at most


class DayBars(Chart):
    """One bar a day from `first` to `last`; day 0 is the day of the release or event.

    `send` takes day, date, models (all of that day), the column `value`, those of `details`, is_complete, is_filling.
    Pale days (few models, or incomplete) do not stretch the scale: `cut_bars` counts the bars that are cut off by it.
    """

    def __init__(
        self, key: str, *, value: str, first: int, last: int, y_title: str, y_format: str = "0,0",
        details: tuple[tuple[str, str], ...] = (), height: int = 270, **params: Any,
    ) -> None:  # fmt: skip
        self.cut_bars = 0
        self._value, self._share, self._y_title = value, y_format.endswith("%"), y_title
        self._hover_columns = [column.partition("{")[0] for _, column in details]
        parts = ("days", first, last, y_title, y_format, details, height)
        super().__init__(
            template(parts, lambda: _make(first, last, y_title, y_format, details, height)),
            height=height, key=key, **params,
        )  # fmt: skip
        self._sent, self._lines = pd.DataFrame(), NO_LINES

    def mark(self, events: pd.DataFrame) -> None:
        """Do nothing: this axis counts days, so dated events have no position on it."""

    def send(self, days: pd.DataFrame, lines: pd.DataFrame, colour: str) -> None:
        """Send new bars; `lines` are named lines with their `day`, the most important first."""
        self._sent = days
        uncertain = open_rows(days)
        pale = uncertain | (days["models"] < FEWEST).to_numpy(bool) if self._share else uncertain
        height = days[self._value].to_numpy("float64", na_value=np.nan)
        certain = height[~pale] if (~pale).sum() >= FEWEST else height
        top = float(np.nanmax(certain, initial=0.0)) or 1.0
        lanes = min(LANES, max(2, len(lines) - 1))
        self._scale(0, top, integers=not self._share, percents=self._share, lanes=lanes)
        self._send("bars", self._columns(days, height, np.where(pale, PALE, 1.0)))
        self._cut()
        self._set("bar", fill_color=colour)
        hatched = days.loc[uncertain, "day"].to_numpy("float64")
        self._fill(hatched - 0.5, hatched + 0.5)
        self.is_empty = not len(days)
        self._lines = line_columns(lines, lines["day"].to_numpy("float64"))
        self._send("lines", self._lines)
        self._set("lines", tags=[lanes])

    @property
    def cut_text(self) -> str:
        """How many bars are cut, for a sentence; empty if none is."""
        return f" ({counted(self.cut_bars, 'bar')} cut at the top)" if self.cut_bars else ""

    def adapt_to_scale(self) -> None:
        """Cut the bars anew; the caption that counts them says so."""
        before = self.cut_text
        self._cut()
        if before:
            self.caption = self.caption.replace(before, self.cut_text)

    def _cut(self) -> None:
        """Cut the bars that are higher than the scale, and count them."""
        height = self._sent[self._value].to_numpy("float64", na_value=np.nan)
        top = self.options["y-ticker"]["ticks"][-1]
        self.cut_bars = int((height > top).sum())
        self.columns["bars"]["top"] = np.minimum(height, top)

    def _describe(self) -> str:
        days, number_format = self._sent, ".1%" if self._share else ",.0f"
        day, values = days["day"].to_numpy("int64"), days[self._value].to_numpy("float64", na_value=np.nan)
        intro = f"Bars of {self._y_title}, one a day, from day {_plus(day[0])} to day {_plus(day[-1])}"
        is_complete = np.isfinite(values) & ~open_rows(days)
        if self._share:
            is_complete &= (days["models"] >= FEWEST).to_numpy(bool)
        complete = np.flatnonzero(is_complete)
        if not len(complete):
            return f"{intro}. No day is complete."
        peak, last = complete[np.argmax(values[complete])], complete[-1]
        days_text = [f"day {_plus(day[n])} ({date_text(days['date'].iloc[n])})" for n in (peak, last)]
        lines = lines_text(self._lines)
        return (
            f"{intro}. Peak {values[peak]:{number_format}} on {days_text[0]}; last complete day "
            f"{values[last]:{number_format}}, {days_text[1]}." + (f" Lines: {lines}." if lines else "")
        )

    def _columns(self, days: pd.DataFrame, top: Any, alpha: Any) -> dict[str, Any]:
        day = days["day"].to_numpy("float64")
        return {
            "day": day,
            "left": day - 0.5,
            "right": day + 0.5,
            "top": np.asarray(top, dtype="float64"),
            "alpha": np.asarray(alpha, dtype="float64"),
            "on": milliseconds(days["date"]),
            **{column: days[column].to_numpy("float64", na_value=np.nan) for column in self._hover_columns},
        }


def _make(
    first: int, last: int, y_title: str, y_format: str, details: tuple[tuple[str, str], ...], height: int
) -> Figure:
    """Make the figure of the template."""
    figure = render(hv.Histogram((np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0]))))
    apply_style(
        figure, x_title="days since the release", y_title=y_title, height=height, y_format=y_format, dates=False
    )
    figure.x_range.update(**range_options(first - 0.5, last + 0.5))
    figure.xaxis[0].update(
        ticker=FixedTicker(ticks=list(range(first, last + 1, 28))),
        formatter=tick_formatter("+0,0"),
    )
    hover_columns = [column.partition("{")[0] for _, column in details]
    bars = main_layer(figure, "bars", ("day", "left", "right", "top", "alpha", "on", *hover_columns))
    bars.glyph.update(left="left", right="right", top="top", bottom=0, fill_alpha="alpha", line_color=None, name="bar")
    figure.add_glyph(*hatching(empty_source("filling", "x0", "x1")), level="annotation")
    add_hover(figure, bars, [("", "@on{%-d %b %Y}, day @day"), *((label, f"@{column}") for label, column in details)])
    add_lines(figure)
    return figure


def _plus(day: int) -> str:
    return f"{day:+d}".replace("-", "−") if day else "0"
