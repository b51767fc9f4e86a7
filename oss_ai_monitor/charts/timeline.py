"""Time lines: one lane a name, with a point for each model, or a bar for each period's count."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import HoverTool, Quad

from ..plurals import counted
from . import alt_text
from .chart import NO_NUMBERS, Chart
from .periods import Span, date_text, ends, milliseconds, number_text, period_text
from .points import mappers, markers
from .style import add_hover, apply_style, empty_source, follow_legend, legend, main_layer, mark_lines, range_options
from .template import Figure, render, template

LONGEST = 22  # characters of a name on an axis
LONGEST_IN_LEGEND = 36  # there a name may have a row of its own, on a phone too
FEWEST_OF_OWNER = 3
LANE_HEIGHT, LOW_LANE_HEIGHT, MANY_LANES = 30, 20, 24  # heights in pixels; the low one stands above so many lanes
BAR_COLOUR = "#4477AA"
SLOT_WIDTH = 0.0065  # share of the span, about a point's width: models of a lane in one slot get different offsets
OFFSETS = (0.0, 0.19, -0.19, 0.38, -0.38)


class Timeline(Chart):
    """One lane a name, the first on top; names too long for an axis are shortened, the hover shows them in full.

    `send` takes either models (author, model_id, appeared_on, type, and the texts score_text and submitted_text), drawn
    as points coloured by type, or counts (author, period, models), drawn as bars on one scale that all lanes share.
    """

    def __init__(self, key: str, *, colours: dict[str, str], **params: Any) -> None:
        self._order = {name: n for n, name in enumerate(colours)}
        super().__init__(
            template(("time line", *colours.items()), lambda: _make(colours)), height=360, key=key, **params
        )
        self._sent = _no_models(), _no_counts(), list[str]()
        self._span: Span | None = None

    def send(
        self, span: Span, names: list[str], *, models: pd.DataFrame | None = None, counts: pd.DataFrame | None = None,
        hatched: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:  # fmt: skip
        """Send new models or new counts, in one lane for each of `names`, the first on top."""
        models = _no_models() if models is None else models
        counts = _no_counts() if counts is None else counts
        lane = {name: len(names) - 1 - n for n, name in enumerate(names)}
        self._sent, self._span = (models, counts, names), span
        self._send("points", self._as_points(models, lane, span))
        self._send("bars", self._as_bars(counts, lane, span.unit))
        self.is_empty = len(models) + len(counts) == 0
        self._show_names(self._order, set(models["type"]))
        self._fill(*(hatched or (NO_NUMBERS, NO_NUMBERS)))
        self._set_span(span)
        marks = self._marks(is_hatched=hatched is not None and len(hatched[0]) > 0)
        self._set_lanes(names, marks, below=0.25 if len(counts) else 0.5)

    def _describe(self) -> str:
        assert self._span is not None
        models, counts, names = self._sent
        intro = f"One lane for each of {counted(len(names), 'author')}, {alt_text.range_of(self._span)}: "
        if len(counts):
            return intro + _counts_text(counts, self._span.unit)
        counts_by_author = alt_text.sums_by_name(models["author"], np.ones(len(models)))
        top_author = max(counts_by_author, key=lambda author: counts_by_author[author])
        latest = models.iloc[int(np.nanargmax(milliseconds(models["appeared_on"])))]
        return (
            f"{intro}{counted(len(models), 'model')}. Most: {alt_text.readable(top_author)} with "
            f"{number_text(counts_by_author[top_author])}; the latest is {alt_text.readable(latest['model_id'])}, "
            f"{date_text(latest['appeared_on'])}."
        )

    def _set_lanes(self, names: list[str], marks: int, below: float) -> None:
        """Give each name a lane, of which `below` is under its line, and leave room above for `marks` labels."""
        lanes = max(len(names), 1)
        height = LANE_HEIGHT if lanes <= MANY_LANES else LOW_LANE_HEIGHT
        label_room = 18 * marks
        self._set("y-axis", major_label_overrides=dict(enumerate(reversed(shortened(names)))))
        self._set("y-ticker", ticks=list(range(len(names))))
        self._set("y-range", **range_options(-below, lanes - below + label_room / height))
        self._set_height(96 + height * lanes + label_room)

    def _as_points(self, models: pd.DataFrame, lane: dict[str, int], span: Span) -> dict[str, Any]:
        x = milliseconds(models["appeared_on"])
        y = models["author"].map(lane).to_numpy(dtype="float64") + _offsets(models["author"], x, span)
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


def _make(colours: dict[str, str]) -> Figure:
    """Make the figure of the template."""
    example = pd.DataFrame({"x": pd.to_datetime(["2024-01-01", "2024-02-01"]), "y": [0.0, 1.0]})
    figure = render(example.hvplot.scatter(x="x", y="y"))
    apply_style(figure, x_title="appeared (UTC)", y_title="author", height=360)
    figure.yaxis[0].name = "y-axis"
    points = main_layer(figure, "points", ("x", "y", "model_id", "author", "type", "score_text", "submitted_text"))
    shapes = markers(len(colours))
    colour, marker = mappers(colours, shapes)
    points.glyph.update(x="x", y="y", fill_alpha=0.85, line_color=None, size=7)
    points.glyph.fill_color = {"field": "type", "transform": colour}
    points.glyph.marker = {"field": "type", "transform": marker}
    bars = figure.add_glyph(
        empty_source("bars", "left", "right", "bottom", "top", "author", "models"),
        Quad(left="left", right="right", bottom="bottom", top="top", fill_color=BAR_COLOUR, line_color=None),
    )
    legend(figure, colours, markers=shapes)
    follow_legend(figure, {points: "type"})
    mark_lines(figure)
    point_tooltips = [
        ("", "@model_id"), ("", "@author"), ("type", "@type"), ("score", "@score_text"),
        ("appeared", "@x{%-d %b %Y}"), ("submitted", "@submitted_text"),
    ]  # fmt: skip
    add_hover(figure, points, point_tooltips, opens_hub=True)
    bar_tooltips = [("", "@author"), ("from", "@left{%-d %b %Y}"), ("new models", "@models{0,0}")]
    figure.add_tools(
        HoverTool(renderers=[bars], tooltips=bar_tooltips, formatters={"@left": "datetime"}, visible=False)
    )
    return figure


def _counts_text(counts: pd.DataFrame, unit: str) -> str:
    """Return the sum, the highest bar and its author as text."""
    models = counts["models"].to_numpy("float64")
    peak = counts.iloc[int(np.argmax(models))]
    peak_text = alt_text.peak_and_last(*alt_text.sums_by_period(counts, "models"), unit)
    return (
        f"{counted(models.sum(), 'model')}. Highest bar {number_text(peak['models'])} by "
        f"{alt_text.readable(peak['author'])} in {period_text(peak['period'], unit)}. Together: {peak_text}"
    )


def shortened(names: list[str], longest: int = LONGEST) -> list[str]:
    """Return names for an axis: no control or direction characters, long ones cut, no two alike.

    Of `owner/model` the owner is cut first. What remains too long is cut where all that makes it differ from the other
    names can still be read, if there is such a place.
    """
    visible = ["".join(c for c in name if unicodedata.category(c)[0] != "C").strip() or "(no name)" for name in names]
    choices = [_cuts(name, longest) for name in visible]
    uses = Counter(cut for cuts in choices for cut in set(cuts))
    short_names: list[str] = []
    for name, cuts in zip(visible, choices, strict=True):
        free = [cut for cut in cuts if cut not in short_names]
        short, number = next((cut for cut in free if uses[cut] == 1), free[0] if free else ""), 2
        while not short or short in short_names:
            short = f"{name[: longest - 8]}… ({number})"
            number += 1
        short_names.append(short)
    return short_names


def _cuts(name: str, longest: int) -> list[str]:
    """Return a name as it is if it is short enough, else ways to cut it, the best first."""
    if len(name) <= longest:
        return [name]
    owner, slash, model = name.partition("/")
    owner_length = longest - len(model) - 2  # characters of the owner beside the sign of the cut and the slash
    if slash and model and owner_length >= FEWEST_OF_OWNER:
        return [f"{owner[:owner_length]}…/{model}"]
    head = f"{owner[:FEWEST_OF_OWNER]}…/" if slash and model else ""
    cut, length = (model, longest - len(head) - 1) if head else (name, longest - 1)
    if len(cut) <= length:
        return [f"{head}{cut}"]
    ends = [end for end in (7, length // 2, length - 2, 2 * length // 3, length // 3) if 0 < end < length]
    return [f"{head}{cut[: length - end]}…{cut[-end:]}" for end in dict.fromkeys(ends)]


def _offsets(names: pd.Series, x: np.ndarray, span: Span) -> np.ndarray:
    """Return offsets within a lane that keep models of neighbouring days apart; always the same for the same input."""
    first, last = milliseconds([span.start, span.end])
    slot, author = np.floor((x - first) / max(last - first, 1.0) / SLOT_WIDTH), pd.factorize(names)[0]
    order = np.lexsort((slot, author))  # within a slot, models keep their order in the frame
    is_new = (np.diff(author[order], prepend=-1) != 0) | (np.diff(slot[order], prepend=np.nan) != 0)
    starts = np.flatnonzero(is_new)
    position = np.empty(len(x), dtype="int64")
    position[order] = np.arange(len(x)) - np.repeat(starts, np.diff(starts, append=len(x)))
    return np.take(OFFSETS, position % len(OFFSETS))


def _no_models() -> pd.DataFrame:
    columns = ["author", "model_id", "appeared_on", "type", "score_text", "submitted_text"]
    return pd.DataFrame({name: [] for name in columns})


def _no_counts() -> pd.DataFrame:
    return pd.DataFrame({"author": [], "period": pd.to_datetime([]), "models": []})
