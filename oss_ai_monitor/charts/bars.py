"""Bars over dates, stacked by a name: as counts or as shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..plurals import counted
from . import alt_text
from .chart import Chart
from .periods import Span, ends, joined, milliseconds, open_rows, period_text
from .style import (
    NOT_DRAWN,
    NOT_DRAWN_ALPHA,
    add_hover,
    apply_style,
    follow_legend,
    legend,
    main_layer,
    mark_lines,
    swatch_data,
)
from .template import Figure, render, template

PALE = 0.38
FEWEST = 20  # models in a period below which its shares are pale
PERIOD = {"day": "@period{%-d %b %Y}", "week": "week of @period{%-d %b %Y}", "month": "@period{%b %Y}"}


class StackedBars(Chart):
    """Stacked bars over dates, from the first name of `colours` at the bottom to the last.

    `send` takes one row per period and name: period (date), the column `by`, the column `value` (a count),
    is_complete, is_filling. With `share` it draws each count over its period's total, pale below twenty. A name
    NOT_DRAWN is a very pale band: it stands for all that a reader has not chosen.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], value: str = "models", share: bool = False,
        y_title: str = "new models", x_title: str = "appeared (UTC)", height: int = 320, **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours, self._value, self._share = by, colours, value, share
        self._noun, self._adds_up = "models", True
        self._order = {name: n for n, name in enumerate(colours)}
        self._y_title, self._x_title = y_title, x_title
        parts = type(self).__name__, by, value, share, y_title, x_title, height, *colours.items()
        super().__init__(template(parts, lambda: self._make(height)), height=height, key=key, **params)
        self._sent: tuple[pd.DataFrame, Span] | None = None

    def set_names(self, colours: dict[str, str]) -> None:
        """Set which names may come from now on, with their colours, from the bottom up.

        The legend has room for as many as the chart was made with.
        """
        self._order = {name: n for n, name in enumerate(colours)}
        self._set("colours", factors=list(colours), palette=list(colours.values()))
        self._send("swatches", swatch_data(colours))

    def _make(self, height: int) -> Figure:
        """Make the figure of the template."""
        by, value, colours = self._by, self._value, self._colours
        first, second = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")
        example = pd.DataFrame(
            {"period": [first, second] * len(colours), by: [n for n in colours for _ in range(2)], value: 1.0}
        )
        figure = render(example.hvplot.bar(x="period", y=value, by=by, stacked=True, cmap=colours, legend=False))
        y_format = "0%" if self._share else "0,0"
        apply_style(figure, x_title=self._x_title, y_title=self._y_title, height=height, y_format=y_format)
        columns = ("period", "middle", "width", "bottom", "top", "alpha", by, value, "total", "share")
        bars = main_layer(figure, "bars", columns)
        bars.glyph.update(x="middle", width="width", fill_alpha="alpha", line_color=None)
        mapper = bars.glyph.fill_color.transform
        mapper.update(name="colours", factors=list(colours), palette=list(colours.values()), nan_color="#8A8F98")
        figure.yaxis[0].name = "y-axis"
        legend(figure, colours)
        follow_legend(figure, {bars: by})
        mark_lines(figure)
        add_hover(figure, bars, self._tooltips("month"), name="hover")
        return figure

    def send(
        self, frame: pd.DataFrame, span: Span, *, noun: str = "models", y_title: str = "", adds_up: bool = True
    ) -> None:
        """Send new data, and fit the axes to them. `noun` is what is counted, `y_title` a title for the y axis.

        adds_up: whether the counts of several periods are of different things, so that their sum means something.
        """
        self._sent, self._noun, self._adds_up = (frame, span), noun, adds_up
        self._set("y-axis", axis_label=y_title or self._y_title)
        columns = self._columns(frame, span.unit)
        self._send("bars", columns)
        self.is_empty = len(columns["top"]) == 0
        in_legend = {name: position for name, position in self._order.items() if position < len(self._colours)}
        self._show_names(in_legend, set(columns[self._by]))
        self._set_span(span)
        self._set("hover", tooltips=self._tooltips(span.unit))
        open_periods = np.unique(frame["period"].to_numpy()[open_rows(frame)])
        self._fill(*joined(milliseconds(open_periods), ends(open_periods, span.unit)))
        lanes = self._marks(is_hatched=len(open_periods) > 0)
        if self._share:
            self._scale(0, 1, lanes=lanes, tick_count=4)
        else:
            self._scale(0, max(columns["top"], default=1.0), integers=True, lanes=lanes)

    def _describe(self) -> str:
        assert self._sent is not None
        frame, span = self._sent
        periods, totals, is_complete = alt_text.sums_by_period(frame, self._value)
        models = counted(totals.sum(), self._noun.removesuffix("s"))
        counts = counted(len(periods), span.unit) + (f" with {models}" if self._adds_up else "")
        shares = alt_text.shares_text(alt_text.sums_by_name(frame[self._by], frame[self._value].to_numpy("float64")))
        intro = f"Bars stacked by {self._by}, {alt_text.range_of(span)}: {counts}, {shares}."
        if not self._share:
            return f"{intro} {alt_text.peak_and_last(periods, totals, is_complete, span.unit)}"
        return f"{intro} {self._largest_share(periods, totals, is_complete, span.unit)}"

    def _largest_share(self, periods: np.ndarray, totals: np.ndarray, is_complete: np.ndarray, unit: str) -> str:
        """Return the largest share in a complete period with enough models, and the shares of the last such period."""
        eligible = np.flatnonzero(is_complete & (totals >= FEWEST))
        if not len(eligible):
            return f"No complete {unit} has {FEWEST} {self._noun} or more."
        columns, last = self.columns["bars"], periods[eligible[-1]]
        starts, names = np.asarray(columns["period"]), columns[self._by]
        share = np.where(np.isin(starts, milliseconds(periods[eligible])), columns["share"], -1.0)
        peak_row = int(np.argmax(share))
        peak_period = period_text(pd.Timestamp(int(starts[peak_row]), unit="ms"), unit)
        peak = f"{share[peak_row]:.0%} {alt_text.readable(names[peak_row])} in {peak_period}"
        last_rows = np.flatnonzero(starts == milliseconds([last])[0])
        shares = alt_text.shares_text({str(names[n]): float(share[n]) for n in last_rows})
        return f"Largest share {peak}; last complete {unit} ({period_text(last, unit)}) {shares}."

    def _tooltips(self, unit: str) -> list[tuple[str, str]]:
        count = f"@{self._value}{{0,0}} of @total{{0,0}} (@share{{0.0%}})"
        return [("", f"@{self._by}"), ("", PERIOD[unit]), (self._noun, count)]

    def _columns(self, frame: pd.DataFrame, unit: str) -> dict[str, Any]:
        """Return the columns behind the bars; rows with a count of zero draw nothing and are not sent."""
        counts, names = frame[self._value].to_numpy("float64"), frame[self._by].tolist()
        order = self._order | {name: n for n, name in enumerate(sorted({*names} - {*self._order}), len(self._order))}
        rank = np.fromiter(map(order.__getitem__, names), "int64", len(names))
        periods = frame["period"].to_numpy()
        row_order = np.lexsort((rank, periods))
        row_order = row_order[counts[row_order] > 0]
        counts, periods = counts[row_order], periods[row_order]
        left, right = milliseconds(periods), ends(periods, unit)
        total, top = _stacked(left, counts)
        scale = total if self._share else 1.0
        pale = open_rows(frame)[row_order] | ((total < FEWEST) & self._share)
        shown_names = [names[n] for n in row_order.tolist()]
        is_drawn = np.fromiter((name != NOT_DRAWN for name in shown_names), bool, len(shown_names))
        return {
            "period": left,
            "middle": (left + right) / 2,
            "width": (right - left) * (0.94 if unit != "day" else 1.0),
            "bottom": (top - counts) / scale,
            "top": top / scale,
            "alpha": np.where(pale, PALE, 1.0) * np.where(is_drawn, 1.0, NOT_DRAWN_ALPHA),
            self._by: shown_names,
            self._value: counts,
            "total": total,
            "share": counts / total,
        }


def _stacked(periods: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each count the sum of its period and the sum up to itself; counts are ordered by period."""
    starts = np.flatnonzero(np.diff(periods, prepend=-np.inf))
    lengths = np.diff(starts, append=len(periods))
    top = np.cumsum(counts)
    top -= np.repeat(top[starts] - counts[starts], lengths)
    return np.repeat(np.add.reduceat(counts, starts), lengths), top
