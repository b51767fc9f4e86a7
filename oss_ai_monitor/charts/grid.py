"""A grid of small panels: one a name on a shared scale, the area filled to zero, never stacked, a trend over it."""

from __future__ import annotations

from itertools import pairwise
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
from .periods import Span, ends, milliseconds, open_rows, round_ticks
from .style import GREY, add_hover, apply_style, date_ticks, set_range, set_span
from .trends import FEWEST, trend

INK = "#1B1E23"
# Zero is always a tick; with figure spaces before it, it is the widest: new ticks need no new layout, the slowest step.
AS_WIDE_AS_EVER = """
return tick === 0 ? "\\u2007".repeat(5) + "0" : tick.toLocaleString("en-GB").replace("-", "−");
"""
# The page's theme sets the colour of titles, dark on light and light on dark; the trend has the same.
FOLLOW_INK = "line.setv({line_color: title.text_color?.value ?? title.text_color}, {sync: false})"
OWN = "return Array.from(source.data.panel, (panel) => panel === number)"
# Bokeh filters no glyph that connects its points: for those, what is not a panel's own is a gap.
OWN_ELSE_GAP = """
const {panel} = this.data, values = this.data[column];
return Float64Array.from(values, (value, i) => panel[i] === number ? value : NaN);
"""
CELLS = ("panel", "period", "end", "middle", "value", "models", "before", "trend")
ZERO, GAP = np.array([0.0]), np.array([np.nan])
KNOWN = """
if (!Number.isFinite(value)) return "none";
const digits = Number(format.slice(-1)), sign = format.startsWith("+") && value > 0 ? "+" : "";
return sign + value.toLocaleString("en-GB", {maximumFractionDigits: digits}).replace("-", "−");
"""


class PanelGrid(Chart):
    """Up to `most` small panels that share both axes; each `send` says which names they show.

    Gaps stay gaps: where a value is missing there is neither area nor outline, and the trend is no evidence for it.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], most: int = 12, x_title: str = "appeared (UTC)",
        height: int = 196, **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours, self.most = by, colours, most
        self._x, self._y = Range1d(0, 1), Range1d(0, 1)
        self._ticks, self._format = FixedTicker(ticks=[0, 1]), CustomJSTickFormatter(code=AS_WIDE_AS_EVER)
        self._dates, self._said_dates = DatetimeTicker(desired_num_ticks=3), date_ticks()
        self._apart = NoOverlap(min_distance=6)
        # one source for all panels: a message takes the browser as long by its arrays as by their length
        self._cells = ColumnDataSource({name: [] for name in CELLS})
        self._outlines = ColumnDataSource({name: [] for name in ("panel", "x", "y")})
        super().__init__([], key=key, **params)
        self._panels = [self._panel(n, x_title, height) for n in range(most)]
        self.figures, self.shown = [panel.figure for panel in self._panels], 0
        self._sent: tuple[dict[str, np.ndarray], np.ndarray, list[str], Span, str, int] | None = None

    def send(
        self, frame: pd.DataFrame, span: Span, *, value: str, names: dict[str, str], y_title: str, said: str,
        before: str, against: str, digits: int,
    ) -> None:  # fmt: skip
        """New data for every panel, on one scale.

        frame: one row per period and name, with period (date), `by`, models, `value` (NaN is a gap), the column
        `before` that it is measured against, is_complete, is_filling, and has_appeared: before that no trend begins.
        names: name → title of its panel, in reading order. `y_title` names the measure; `said` and `against` are what
        the hover calls `value` and `before`.
        """
        self.is_empty = not len(frame)
        hover = (PERIOD[span.unit], said, against, str(digits))
        for panel, (name, title) in zip(self._panels, names.items(), strict=False):
            panel.show(title, self._colours.get(name, GREY), y_title)
            if panel.said != hover:
                panel.said, panel.hover.tooltips = hover, _tooltips(*hover)
        self.shown = min(len(names), self.most)  # a figure that is not on the page costs nothing
        cells = _cells(frame, frame[self._by].map({name: n for n, name in enumerate(names)}), span, value, before)
        uncertain = np.unique(frame["period"].to_numpy()[open_rows(frame)])
        self._sent = cells, milliseconds(uncertain), list(names.values()), span, y_title, digits
        set_data(self._cells, cells)
        set_data(self._outlines, _outlines(cells))
        self._fill(milliseconds(uncertain), ends(uncertain, span.unit))
        set_span(self.figure, span)
        known = cells["value"][np.isfinite(cells["value"])]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        ticks = round_ticks(min(low, 0.0), max(high, 0.0), 3)
        self._ticks.ticks = ticks
        set_range(self._y, ticks[0], ticks[-1])

    def _described(self) -> list[str]:
        assert self._sent is not None
        cells, uncertain, titles, span, y_title, digits = self._sent
        said = []
        for title, own in zip(titles, _runs(cells["panel"]), strict=False):
            starts, values = cells["period"][own], cells["value"][own].astype("float64")
            periods, whole = starts.astype("datetime64[ms]"), ~np.isin(starts, uncertain)
            course = alt_text.course(periods, values, whole, span.unit, f"+,.{digits}f")
            low = np.nanmin(values, initial=np.inf)
            lowest = f" Lowest {alt_text.signed(low, f'+,.{digits}f')}." if np.isfinite(low) else ""
            said.append(f"{alt_text.plainly(title)}: {y_title}, {alt_text.range_of(span)}. {course}{lowest}")
        return said

    def _panel(self, number: int, x_title: str, height: int) -> _Panel:
        """A figure on the shared axes; models that do not differ between panels are made once, for a quick opening."""
        figure = Figure(tools="")
        apply_style(figure, x_title=x_title, y_title="", height=height, dates=False)
        figure.update(
            x_range=self._x,
            y_range=self._y,
            min_width=150,
            toolbar_location=None,
        )
        figure.xaxis[0].update(ticker=self._dates, formatter=self._said_dates, major_label_policy=self._apart)
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
    """One small figure with what is drawn in it: of each source the rows with its number."""

    def __init__(self, figure: Figure, number: int, cells: ColumnDataSource, outlines: ColumnDataSource) -> None:
        self.figure, self.said = figure, ("",) * 4
        height, through = (
            expr(CustomJSExpr(args={"number": number, "column": column}, code=OWN_ELSE_GAP))
            for column in ("y", "trend")
        )
        self._title = Title(text="", text_font_size="13px", text_font_style="bold")
        figure.add_layout(self._title, "above")
        self._area = figure.add_glyph(outlines, Patch(x="x", y=height, fill_alpha=0.75, line_color=None)).glyph
        self._edge = figure.add_glyph(outlines, Line(x="x", y=height, line_width=1)).glyph
        line = Line(x="middle", y=through, line_color=INK, line_width=1.8, line_cap="round", line_join="round")
        figure.add_glyph(cells, line)
        follow = CustomJS(args={"title": self._title, "line": line}, code=FOLLOW_INK)
        self._title.js_on_change("text_color", follow)
        strip = VStrip(x0="period", x1="end", fill_alpha=0, line_color=None)
        own = CDSView(filter=CustomJSFilter(args={"number": number}, code=OWN))
        self.hover = add_hover(figure, figure.add_glyph(cells, strip, view=own), [])
        known = CustomJSHover(code=KNOWN)  # one a grid: a model belongs to one document
        self.hover.formatters = {"@period": "datetime", "@value": known, "@before": known}

    def show(self, title: str, colour: str, y_title: str) -> None:
        """Whose panel it is; what did not change is not sent."""
        if self._title.text != title:
            self._title.text = title
        if self._area.fill_color != colour:
            self._area.fill_color = self._edge.line_color = colour
        if self.figure.yaxis[0].axis_label != y_title:
            self.figure.yaxis[0].axis_label = y_title


def _cells(frame: pd.DataFrame, panels: pd.Series, span: Span, value: str, before: str) -> dict[str, np.ndarray]:
    """One row per panel and period, the rows of a panel together and in order."""
    place = panels.to_numpy("int8")
    order = np.argsort(place, kind="stable")
    rows = frame.iloc[order]
    left, right = milliseconds(rows["period"]), ends(rows["period"], span.unit)
    height, middle = rows[value].to_numpy("float64", na_value=np.nan), (left + right) / 2
    appeared = np.where(rows["has_appeared"].to_numpy(bool), height, np.nan)
    through = [
        _through(middle[own], *trend(middle[own], appeared[own], _share_of(appeared[own])))
        for own in _runs(place[order])
    ]
    return {
        "panel": place[order],
        "period": left,
        "end": right,
        "middle": middle,
        "value": height.astype("float32"),
        "models": rows["models"].to_numpy("int32"),
        "before": rows[before].to_numpy("float32", na_value=np.nan),
        "trend": np.concatenate([*through, np.array([])]).astype("float32"),
    }


def _outlines(cells: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Where the area of each panel goes along, the corners of a panel together and in order."""
    columns = [cells[name] for name in ("panel", "period", "end", "value")]
    made = [
        (panel[0], *_steps_to_zero(left, right, height))
        for panel, left, right, height in ([column[own] for column in columns] for own in _runs(cells["panel"]))
    ]
    return {
        "panel": np.repeat(np.array([n for n, _, _ in made], "int8"), [len(x) for _, x, _ in made]),
        "x": np.concatenate([*(x for _, x, _ in made), np.array([])]),
        "y": np.concatenate([*(y for _, _, y in made), np.array([])]).astype("float32"),
    }


def _runs(panel: np.ndarray) -> list[slice]:
    """Where the rows of each panel are."""
    edges = np.flatnonzero(np.diff(panel, prepend=-1, append=-1))
    return [slice(start, end) for start, end in pairwise(edges)]


def _steps_to_zero(left: np.ndarray, right: np.ndarray, height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outline of an area that stands on zero, one step a period; each gap ends it, and NaN parts the pieces."""
    known = np.flatnonzero(np.isfinite(height))
    pieces = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1) if len(known) else []
    xs: list[np.ndarray] = []
    ys: list[np.ndarray] = []
    for piece in pieces:
        x, y = np.column_stack([left[piece], right[piece]]).ravel(), np.repeat(height[piece], 2)
        xs += [x[:1], x, x[-1:], GAP]
        ys += [ZERO, y, ZERO, GAP]
    return (np.concatenate(xs), np.concatenate(ys)) if xs else (np.array([]), np.array([]))


def _share_of(height: np.ndarray) -> float:
    """How much of the points a trend leans on: half of them, or eight where half is fewer."""
    return min(1.0, max(0.5, FEWEST / max(int(np.isfinite(height).sum()), 1)))


def _through(x: np.ndarray, known_x: np.ndarray, known_y: np.ndarray) -> np.ndarray:
    """A trend at every x between its first and its last point, nothing beyond them."""
    if len(known_x) == 0:
        return np.full(len(x), np.nan)
    return np.interp(x, known_x, known_y, left=np.nan, right=np.nan)


def _tooltips(period: str, said: str, against: str, digits: str) -> list[tuple[str, str]]:
    return [
        ("", period),
        (said, f"@value{{+{digits}}}"),
        ("new models", "@models{0,0}"),
        (against, "@before{1}"),
    ]
