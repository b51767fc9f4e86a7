"""Time lines: one lane a name, with a point for each model in it, or with bars for each period's count."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool, Quad

from . import alt_text
from .chart import Chart, set_data
from .figures import render
from .periods import Span, date_text, ends, milliseconds, number_text, period_text
from .points import by_name
from .style import add_hover, apply_style, glyph_renderers, legend, mark_lines, set_range, set_span

LONGEST = 22  # characters of a name on an axis
TALL, LOW, MANY = 30, 20, 24  # pixels a lane; above so many lanes they are low
COUNTED = "#4477AA"
APART = 0.0065  # of the span: closer than a point's width, and models of a lane move out of each other's way
SHELVES = (0.0, 0.19, -0.19, 0.38, -0.38)


class Timeline(Chart):
    """One lane a name, the first on top; names too long for an axis are shortened, the hover tells them whole.

    `send` takes either models (author, model_id, appeared_on, type, and the texts score_text and submitted_text), drawn
    as points coloured by type, or counts (author, period, models), drawn as bars on one scale that all lanes share.
    """

    def __init__(self, key: str, *, colours: dict[str, str], **params: Any) -> None:
        example = pd.DataFrame({"x": pd.to_datetime(["2024-01-01", "2024-02-01"]), "y": [0.0, 1.0]})
        figure = render("lanes", lambda: example.hvplot.scatter(x="x", y="y"))
        super().__init__([figure], key=key, **params)
        apply_style(figure, x_title="appeared (UTC)", y_title="author", height=360)
        points = glyph_renderers(figure)[0]
        paint, shape = by_name(colours)
        points.glyph.update(x="x", y="y", fill_alpha=0.85, line_color=None, size=7)
        points.glyph.fill_color = {"field": "type", "transform": paint}
        points.glyph.marker = {"field": "type", "transform": shape}
        points.nonselection_glyph = points.selection_glyph = points.muted_glyph = points.hover_glyph = None
        self._points = points.data_source
        self._points.data = self._as_points(
            _no_models(), {}, Span(pd.Timestamp(0).date(), pd.Timestamp(0).date(), "day")
        )
        self._bars = ColumnDataSource(self._as_bars(_no_counts(), {}, "month"))
        bars = figure.add_glyph(
            self._bars,
            Quad(left="left", right="right", bottom="bottom", top="top", fill_color=COUNTED, line_color=None),
        )
        swatches = legend(figure, colours, marker="circle").items[0].renderers[0]
        swatches.data_source.data["marker"] = shape.markers
        swatches.glyph.marker = {"field": "marker"}
        mark_lines(figure, self._events, self._filling)
        said = [
            ("", "@model_id"), ("", "@author"), ("type", "@type"), ("score", "@score_text"),
            ("appeared", "@x{%-d %b %Y}"), ("submitted", "@submitted_text"),
        ]  # fmt: skip
        add_hover(figure, points, said, opens_hub=True)
        counted = [("", "@author"), ("from", "@left{%-d %b %Y}"), ("new models", "@models{0,0}")]
        figure.add_tools(HoverTool(renderers=[bars], tooltips=counted, formatters={"@left": "datetime"}, visible=False))
        self._sent = _no_models(), _no_counts(), list[str]()
        self._span: Span | None = None

    def send(
        self, span: Span, names: list[str], *, models: pd.DataFrame | None = None, counts: pd.DataFrame | None = None,
        hatched: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:  # fmt: skip
        """New models or new counts, in the lanes that `names` says, first on top."""
        models = _no_models() if models is None else models
        counts = _no_counts() if counts is None else counts
        lane = {name: len(names) - 1 - n for n, name in enumerate(names)}
        self._sent, self._span = (models, counts, names), span
        set_data(self._points, self._as_points(models, lane, span))
        set_data(self._bars, self._as_bars(counts, lane, span.unit))
        self.is_empty = len(models) + len(counts) == 0
        self._name(set(models["type"]))
        self._fill(*(hatched or (np.array([]), np.array([]))))
        set_span(self.figure, span)
        marks = len(self._events.data["x"]) + (hatched is not None and len(hatched[0]) > 0)
        self._rule(names, marks, below=0.25 if len(counts) else 0.5)

    def _described(self) -> list[str]:
        assert self._span is not None
        models, counts, names = self._sent
        head = f"One lane for each of {alt_text.of(len(names), 'author')}, {alt_text.range_of(self._span)}: "
        if len(counts):
            return [head + _counts_in_words(counts, self._span.unit)]
        most = alt_text.by_name(models["author"], np.ones(len(models)))
        name = max(most, key=lambda one: most[one])
        last = models.iloc[int(np.nanargmax(milliseconds(models["appeared_on"])))]
        return [
            f"{head}{alt_text.of(len(models), 'model')}. Most: {alt_text.plainly(name)} with "
            f"{number_text(most[name])}; the latest is {alt_text.plainly(last['model_id'])}, "
            f"{date_text(last['appeared_on'])}."
        ]

    def _rule(self, names: list[str], marks: int, below: float) -> None:
        """Give each name a lane, of which `below` is under its line, and the labels of events room above."""
        axis, rows = self.figure.yaxis[0], max(len(names), 1)
        height = TALL if rows <= MANY else LOW
        room = 18 * min(marks, 2)
        labels = dict(enumerate(reversed(shortened(names))))
        axis.update(major_label_overrides=labels)
        axis.ticker.ticks = list(range(len(names)))
        set_range(self.figure.y_range, -below, rows - below + room / height)
        tall = 96 + height * rows + room
        self.figure.update(height=tall, tags=[*self.figure.tags[:1], tall, *self.figure.tags[2:]])

    def _as_points(self, models: pd.DataFrame, lane: dict[str, int], span: Span) -> dict[str, Any]:
        x = milliseconds(models["appeared_on"])
        y = models["author"].map(lane).to_numpy(dtype="float64") + _shelves(models["author"], x, span)
        return {
            "x": x,
            "y": y,
            **{name: models[name].tolist() for name in ("model_id", "author", "type", "score_text", "submitted_text")},
        }

    def _as_bars(self, counts: pd.DataFrame, lane: dict[str, int], unit: str) -> dict[str, Any]:
        left, right = milliseconds(counts["period"]), ends(counts["period"], unit)
        bottom = counts["author"].map(lane).to_numpy(dtype="float64")
        models = counts["models"].to_numpy(dtype="float64")
        return {
            "left": left,
            "right": left + (right - left) * (0.94 if unit != "day" else 1.0),
            "bottom": bottom,
            "top": bottom + 0.84 * models / max(models, default=1.0),
            "author": counts["author"].tolist(),
            "models": models,
        }


def _counts_in_words(counts: pd.DataFrame, unit: str) -> str:
    """How many there are together, the highest bar, and whose."""
    models = counts["models"].to_numpy("float64")
    top = counts.iloc[int(np.argmax(models))]
    course = alt_text.course(*alt_text.sums(counts, "models"), unit)
    return (
        f"{alt_text.of(models.sum(), 'model')}. Highest bar {number_text(top['models'])} by "
        f"{alt_text.plainly(top['author'])} in {period_text(top['period'], unit)}. Together: {course}"
    )


def shortened(names: list[str]) -> list[str]:
    """Names as an axis shows them: no control or direction signs, long ones cut in the middle, no two alike."""
    shown: list[str] = []
    for name in names:
        plain = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C").strip() or "(no name)"
        short = plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 8]}…{plain[-7:]}"
        again = 2
        while short in shown:
            short = f"{plain[: LONGEST - 8]}… ({again})"
            again += 1
        shown.append(short)
    return shown


def _shelves(names: pd.Series, x: np.ndarray, span: Span) -> np.ndarray:
    """Offsets within a lane, so that models of neighbouring days do not hide each other; the same ones every time."""
    first, last = milliseconds([span.start, span.end])
    slot, author = np.floor((x - first) / max(last - first, 1.0) / APART), pd.factorize(names)[0]
    order = np.lexsort((slot, author))  # of those in one slot the first in the frame comes first
    is_new = (np.diff(author[order], prepend=-1) != 0) | (np.diff(slot[order], prepend=np.nan) != 0)
    starts = np.flatnonzero(is_new)
    place = np.empty(len(x), dtype="int64")
    place[order] = np.arange(len(x)) - np.repeat(starts, np.diff(starts, append=len(x)))
    return np.take(SHELVES, place % len(SHELVES))


def _no_models() -> pd.DataFrame:
    columns = ["author", "model_id", "appeared_on", "type", "score_text", "submitted_text"]
    return pd.DataFrame({name: [] for name in columns})


def _no_counts() -> pd.DataFrame:
    return pd.DataFrame({"author": [], "period": pd.to_datetime([]), "models": []})
