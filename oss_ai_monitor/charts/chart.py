"""A chart: Bokeh figures that hvPlot made once, and the methods that send them new data."""

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

LIST_LENGTH = 64  # arrays of at most so many numbers are sent as lists
DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, DATES_OF_ITS_OWN = "range", "up to its end", "own"
LABEL_ROW = 16  # height in pixels of a row of labels above the data


class Chart(param.Parameterized):
    """One or more figures of a page: `send` gives them new data without creating new figures.

    `key` is part of file names; `title` is the title of the card and may change with the unit; `caption` is the text
    under the chart that describes it.
    """

    key = param.String(doc="A short name for files: new-models.")
    title = param.String(doc="The title of the card.")
    caption = param.String(doc="The text under the chart, which describes what it shows.")
    figures = param.List(doc="The Bokeh figures, in reading order.")
    is_empty = param.Boolean(default=True, doc="Whether the last data had nothing to draw.")
    is_offered = param.Boolean(default=True, doc="Whether the dataset has data for it; its card is hidden otherwise.")
    dates = param.Selector(
        default=DATES_OF_THE_RANGE,
        objects=[DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, DATES_OF_ITS_OWN],
        doc="Which models it shows: those of the chosen dates, all up to their last day, or those of its own dates.",
    )

    def __init__(self, figures: list[plotting.figure], **params: Any) -> None:
        super().__init__(figures=figures, **params)
        self._events = ColumnDataSource({"x": [], "label": [], "source": []})
        self._filling = ColumnDataSource({"x0": [], "x1": []})

    @property
    def figure(self) -> plotting.figure:
        """The first figure, which is the only one of most charts."""
        return self.figures[0]

    def mark(self, events: pd.DataFrame) -> None:
        """Show dated lines: happened_on (date), label, source. An empty frame removes them."""
        texts = {name: events[name].tolist() if len(events) else [] for name in ("label", "source")}
        set_data(self._events, {"x": milliseconds(events["happened_on"]) if len(events) else np.array([]), **texts})

    def alts(self) -> list[str]:
        """Return a text for each figure on the page: what it shows, its range, its peak, its last complete value."""
        texts = ["Nothing to draw."] if self.is_empty else self._alt_texts()
        return [f"{self.title}. {text}" for text in texts]

    def _alt_texts(self) -> list[str]:
        """Return one text for each figure on the page, about the data that were last sent."""
        raise NotImplementedError

    def _name(self, names: set[str]) -> None:
        """Let the legend name only what the chart shows."""
        for item in self.figure.legend[0].items:
            if item.visible != (item.label.value in names):
                item.visible = item.label.value in names

    def _fill(self, left: np.ndarray, right: np.ndarray) -> None:
        """Hatch the periods that are incomplete, still filling or without their late submissions."""
        set_data(self._filling, {"x0": left, "x1": right})

    def _scale(self, low: float, high: float, *, integers: bool = False, lanes: int = 0, tick_count: int = 5) -> None:
        """Give the y axis round ticks around low..high, with room for rows of labels above."""
        ticks = round_ticks(low, high, tick_count, integers)
        margin = lanes * LABEL_ROW / max(self.figure.height - 90 - lanes * LABEL_ROW, 100)
        for figure in self.figures:
            figure.yaxis[0].ticker.ticks = ticks
            set_range(figure.y_range, ticks[0], ticks[-1] + (ticks[-1] - ticks[0]) * margin)


@contextlib.contextmanager
def batched() -> Iterator[None]:
    """Send all changes made inside to the browser as one message, so that it repaints once."""
    if state.curdoc is None:
        yield
        return
    with hold(state.curdoc):
        yield


def set_data(source: ColumnDataSource, columns: dict[str, Any]) -> None:
    """Give a source its columns; if it holds the same already, nothing is sent.

    Short arrays go as lists: each array is two more messages, which cost the browser more than the numbers in them.
    """
    columns = {name: _short(column) for name, column in columns.items()}
    current = source.data
    if current.keys() != columns.keys() or not all(_is_equal(current[name], columns[name]) for name in columns):
        source.data = columns


def _short(column: Any) -> Any:
    if _is_nested(column):
        return [_short(part) for part in column]
    return column.tolist() if isinstance(column, np.ndarray) and len(column) <= LIST_LENGTH else column


def _is_equal(first: Any, second: Any) -> bool:
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.dtype == second.dtype and np.array_equal(first, second, equal_nan=first.dtype.kind == "f")
    if _is_nested(first) and _is_nested(second):
        return len(first) == len(second) and all(map(_is_equal, first, second))
    return isinstance(first, list) and isinstance(second, list) and first == second


def _is_nested(column: Any) -> bool:
    """Whether a column holds a list or an array for each row, as columns of lines do."""
    return isinstance(column, list) and any(isinstance(part, list | np.ndarray) for part in column[:1])
