"""Bars over dates, stacked by a name: as counts or as shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import alt_text
from .chart import Chart, set_data
from .figures import render
from .periods import Span, ends, joined, milliseconds, open_rows, period_text
from .style import add_hover, apply_style, glyph_renderers, legend, mark_lines, set_span

PALE = 0.38
FEW = 20  # models in a period below which its shares are pale
PERIOD = {"day": "@period{%-d %b %Y}", "week": "week of @period{%-d %b %Y}", "month": "@period{%b %Y}"}


class StackedBars(Chart):
    """Stacked bars over dates, from the first name of `colours` at the bottom to the last.

    `send` takes one row per period and name: period (date), the column `by`, the column `value` (a count),
    is_complete, is_filling. With `share` it draws each count over its period's total, pale below twenty.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], value: str = "models", share: bool = False,
        y_title: str = "new models", x_title: str = "appeared (UTC)", height: int = 320, **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours, self._value, self._share = by, colours, value, share
        self._order = {name: n for n, name in enumerate(colours)}
        first, second = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")
        example = pd.DataFrame(
            {"period": [first, second] * len(colours), by: [n for n in colours for _ in range(2)], value: 1.0}
        )
        figure = render(
            ("bars", by, value, *colours.items()),
            lambda: example.hvplot.bar(x="period", y=value, by=by, stacked=True, cmap=colours, legend=False),
        )
        super().__init__([figure], key=key, **params)
        apply_style(figure, x_title=x_title, y_title=y_title, height=height, y_format="0%" if share else "0,0")
        bars = glyph_renderers(figure)[0]
        bars.glyph.update(x="middle", width="width", fill_alpha="alpha", line_color=None)
        bars.nonselection_glyph = bars.selection_glyph = bars.muted_glyph = bars.hover_glyph = None
        mapper = bars.glyph.fill_color.transform
        mapper.update(factors=list(colours), palette=list(colours.values()), nan_color="#8A8F98")
        self._bars = bars.data_source
        legend(figure, colours)
        mark_lines(figure, self._events, self._filling)
        self._hover = add_hover(figure, bars, self._said("month"))
        self._bars.data = self._columns(example.iloc[:0].assign(is_complete=True, is_filling=False), "month")
        self._sent: tuple[pd.DataFrame, Span] | None = None

    def send(self, frame: pd.DataFrame, span: Span) -> None:
        """New data for the kept figure, and the axes that fit it."""
        self._sent = frame, span
        set_data(self._bars, columns := self._columns(frame, span.unit))
        self.is_empty = len(columns["top"]) == 0
        self._name(set(columns[self._by]))
        set_span(self.figure, span)
        self._hover.tooltips = self._said(span.unit)
        open_periods = np.unique(frame["period"].to_numpy()[open_rows(frame)])
        self._fill(*joined(milliseconds(open_periods), ends(open_periods, span.unit)))
        lanes = min(2, len(self._events.data["x"]) + (len(open_periods) > 0))
        if self._share:
            self._scale(0, 1, lanes=lanes, about=4)
        else:
            self._scale(0, max(columns["top"], default=1.0), whole=True, lanes=lanes)

    def _described(self) -> list[str]:
        assert self._sent is not None
        frame, span = self._sent
        periods, totals, whole = alt_text.sums(frame, self._value)
        held = f"{alt_text.of(len(periods), span.unit)} with {alt_text.of(totals.sum(), 'model')}"
        over_all = alt_text.parts(alt_text.by_name(frame[self._by], frame[self._value].to_numpy("float64")))
        head = f"Bars stacked by {self._by}, {alt_text.range_of(span)}: {held}, {over_all}."
        if not self._share:
            return [f"{head} {alt_text.course(periods, totals, whole, span.unit)}"]
        return [f"{head} {self._leading(periods, totals, whole, span.unit)}"]

    def _leading(self, periods: np.ndarray, totals: np.ndarray, whole: np.ndarray, unit: str) -> str:
        """The largest share of any name in a complete period of enough models, and the shares of the last of these."""
        sound = np.flatnonzero(whole & (totals >= FEW))
        if not len(sound):
            return f"No complete {unit} has {FEW} models or more."
        drawn, last = self._bars.data, periods[sound[-1]]
        left, names = np.asarray(drawn["period"]), drawn[self._by]
        share = np.where(np.isin(left, milliseconds(periods[sound])), drawn["share"], -1.0)
        top = int(np.argmax(share))
        when = period_text(pd.Timestamp(int(left[top]), unit="ms"), unit)
        peak = f"{share[top]:.0%} {alt_text.plainly(names[top])} in {when}"
        own = np.flatnonzero(left == milliseconds([last])[0])
        made_of = alt_text.parts({str(names[n]): float(share[n]) for n in own})
        return f"Largest share {peak}; last complete {unit} ({period_text(last, unit)}) {made_of}."

    def _said(self, unit: str) -> list[tuple[str, str]]:
        counted = f"@{self._value}{{0,0}} of @total{{0,0}} (@share{{0.0%}})"
        return [("", f"@{self._by}"), ("", PERIOD[unit]), ("models", counted)]

    def _columns(self, frame: pd.DataFrame, unit: str) -> dict[str, Any]:
        """The columns behind the bars; rows of zero draw nothing and are not sent."""
        counts, names = frame[self._value].to_numpy("float64"), frame[self._by].tolist()
        order = self._order | {name: n for n, name in enumerate(sorted({*names} - {*self._order}), len(self._order))}
        rank = np.array([order[name] for name in names], dtype="int64")
        periods = frame["period"].to_numpy()
        shown = np.lexsort((rank, periods))
        shown = shown[counts[shown] > 0]
        counts, periods = counts[shown], periods[shown]
        left, right = milliseconds(periods), ends(periods, unit)
        total, top = _stacked(left, counts)
        scale = total if self._share else 1.0
        pale = open_rows(frame)[shown] | ((total < FEW) & self._share)
        return {
            "period": left,
            "middle": (left + right) / 2,
            "width": (right - left) * (0.94 if unit != "day" else 1.0),
            "bottom": (top - counts) / scale,
            "top": top / scale,
            "alpha": np.where(pale, PALE, 1.0),
            self._by: [names[n] for n in shown],
            self._value: counts,
            "total": total,
            "share": counts / total,
        }


def _stacked(periods: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of the counts, in the order of their periods, the sum of its period, and the sum up to itself."""
    starts = np.flatnonzero(np.diff(periods, prepend=-np.inf))
    lengths = np.diff(starts, append=len(periods))
    top = np.cumsum(counts)
    top -= np.repeat(top[starts] - counts[starts], lengths)
    return np.repeat(np.add.reduceat(counts, starts), lengths), top
