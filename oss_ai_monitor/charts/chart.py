"""A picture: Bokeh figures made once by hvPlot and then fed with data, and then fed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import param
from bokeh import plotting
from bokeh.models import ColumnDataSource
from panel.io import hold, state

from .periods import milliseconds, round_ticks
from .style import set_range

SHORT = 64  # numbers
DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, DATES_OF_ITS_OWN = "range", "up to its end", "own"
LANE = 16  # pixels that a row of labels takes above the data


class Chart(param.Parameterized):
    """Figures that are kept: `send` hands them new data, and nothing is drawn anew.

    `key` is part of file names; `title` heads the card and may change with the unit; `shows` is the sentence under
    the picture that says what it shows.
    """

    key = param.String(doc="A short name for files: new-models.")
    title = param.String(doc="What heads the card.")
    shows = param.String(doc="What the picture shows, in a sentence.")
    figures = param.List(doc="The Bokeh figures, in reading order.")
    shown = param.Integer(default=None, allow_None=True, doc="How many of the figures are on the page; None means all.")
    is_empty = param.Boolean(default=True, doc="Whether what was last sent holds nothing to draw.")
    is_offered = param.Boolean(default=True, doc="Whether the dataset has what it shows; else its card is away.")
    dates = param.Selector(
        default=DATES_OF_THE_RANGE,
        objects=[DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, DATES_OF_ITS_OWN],
        doc="Which models it shows: those of the chosen dates, all up to their last day, or those of days of its own.",
    )

    def __init__(self, figures: list[plotting.figure], **params: Any) -> None:
        super().__init__(figures=figures, **params)
        self._events = ColumnDataSource({"x": [], "label": [], "source": []})
        self._filling = ColumnDataSource({"x0": [], "x1": []})

    @property
    def figure(self) -> plotting.figure:
        """The only, or the first, figure."""
        return self.figures[0]

    def mark(self, events: pd.DataFrame) -> None:
        """Show dated lines: happened_on (date), label, source. An empty frame takes them away."""
        told = {name: events[name].tolist() if len(events) else [] for name in ("label", "source")}
        set_data(self._events, {"x": milliseconds(events["happened_on"]) if len(events) else np.array([]), **told})

    def alts(self) -> list[str]:
        """Each shown figure in words, for who cannot see it: what, range, peak, last complete value."""
        said = ["Nothing to draw."] if self.is_empty else self._described()
        return [f"{self.title}. {one}" for one in said]

    def _described(self) -> list[str]:
        """What was last sent, in words; one text for each figure that is shown."""
        raise NotImplementedError

    def _name(self, names: set[str]) -> None:
        """Let the legend name those only that the picture holds."""
        for item in self.figure.legend[0].items:
            if item.visible != (item.label.value in names):
                item.visible = item.label.value in names

    def _fill(self, left: np.ndarray, right: np.ndarray) -> None:
        """Hatch the stretches of time that are incomplete, still filling or without their late submissions."""
        set_data(self._filling, {"x0": left, "x1": right})

    def _scale(self, low: float, high: float, *, whole: bool = False, lanes: int = 0, about: int = 5) -> None:
        """Give the y axis round ticks around low..high, with room for rows of labels above."""
        ticks = round_ticks(low, high, about, whole)
        room = lanes * LANE / max(self.figure.height - 90 - lanes * LANE, 100)
        for figure in self.figures:
            figure.yaxis[0].ticker.ticks = ticks
            set_range(figure.y_range, ticks[0], ticks[-1] + (ticks[-1] - ticks[0]) * room)


@contextlib.contextmanager
def batched() -> Iterator[None]:
    """Whatever changes inside reaches the browser as one message, so that it repaints once."""
    if state.curdoc is None:
        yield
        return
    with hold(state.curdoc):
        yield


def set_data(source: ColumnDataSource, columns: dict[str, Any]) -> None:
    """Give a source its columns; where they are what it holds already, nothing is sent.

    Short arrays go as lists: each array is two more messages, which cost the browser more than the numbers in them.
    """
    columns = {name: _short(column) for name, column in columns.items()}
    held = source.data
    if held.keys() != columns.keys() or not all(_same(held[name], columns[name]) for name in columns):
        source.data = columns


def _short(column: Any) -> Any:
    if _is_nested(column):
        return [_short(part) for part in column]
    return column.tolist() if isinstance(column, np.ndarray) and len(column) <= SHORT else column


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if _is_nested(one) and _is_nested(other):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, list) and isinstance(other, list) and one == other


def _is_nested(column: Any) -> bool:
    """Whether it holds a list or an array for each row, as lines do."""
    return isinstance(column, list) and any(isinstance(part, list | np.ndarray) for part in column[:1])
