"""A chart: a template that hvPlot made once, and the columns and options that one visitor's choices give it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
import pandas as pd
import param
from panel.io import hold, state

from .periods import Span, milliseconds, round_ticks
from .style import range_options, settled_tags
from .template import Figure, Template

DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, DATES_OF_ITS_OWN = "range", "up to its end", "own"
LABEL_ROW = 16  # height in pixels of a row of labels above the data
NO_NUMBERS = np.array([])


class Chart(param.Parameterized):
    """One chart of a page: `send` turns an answer into `columns` and `options`; it holds no figure.

    `key` is part of file names; `title` is the title of the card and may change with the unit; `caption` is the one
    sentence under the chart that describes it, `details` what else helps to read it. Columns go to the sources of the
    template, options to its models, both by name.
    """

    key = param.String(doc="A short name for files: new-models.")
    title = param.String(doc="The title of the card.")
    caption = param.String(doc="The sentence under the chart, which describes what it shows.")
    details = param.String(doc="What else helps to read it: a reader opens it.")
    empty_text = param.String(
        default="Nothing to draw: these data hold nothing that meets these choices.",
        doc="What stands in its place while it is empty.",
    )
    is_empty = param.Boolean(default=True, doc="Whether the last data had nothing to draw.")
    is_offered = param.Boolean(default=True, doc="Whether the dataset has data for it; its card is hidden otherwise.")
    dates = param.Selector(
        default=DATES_OF_THE_RANGE,
        objects=[DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, DATES_OF_ITS_OWN],
        doc="Which models it shows: those of the chosen dates, all up to their last day, or those of its own dates.",
    )

    def __init__(self, template: Template, *, height: int, **params: Any) -> None:
        super().__init__(**params)
        self.template, self.height = template, height
        self.columns: dict[str, dict[str, Any]] = {}
        self.options: dict[str, dict[str, Any]] = {}

    def figure(self) -> Figure:
        """Return a new Bokeh figure with the last data, for a report or an embed."""
        return self.template.figure(self.columns, self.options)

    def mark(self, events: pd.DataFrame) -> None:
        """Show dated lines: happened_on (date), label, source. An empty frame removes them."""
        texts = {name: events[name].tolist() if len(events) else [] for name in ("label", "source")}
        self._send("events", {"x": milliseconds(events["happened_on"]) if len(events) else NO_NUMBERS, **texts})

    def adapt_to_scale(self) -> None:
        """Change what depends on the scale, once another chart shares it. Does nothing by default."""

    def description(self) -> str:
        """Return the chart in words: what it shows, its range, its peak, its last complete value."""
        return f"{self.title}. {'Nothing to draw.' if self.is_empty else self._describe()}"

    def _describe(self) -> str:
        """Return the data that were last sent in words."""
        raise NotImplementedError

    def _send(self, source: str, columns: Mapping[str, Any]) -> None:
        """Give a source of the template its columns."""
        self.columns[source] = dict(columns)

    def _set(self, model: str, **options: Any) -> None:
        """Set options of a model of the template."""
        self.options.setdefault(model, {}).update(options)

    def _show_legend(self, texts: Mapping[int, str]) -> None:
        """Let the legend show the items at these positions with these texts, and no others."""
        for model in [model for model in self.options if model.startswith("legend-")]:
            del self.options[model]
        for position, text in texts.items():
            self._set(f"legend-{position}", visible=True, label={"value": text})

    def _show_names(self, positions: Mapping[str, int], names: Set[str]) -> None:
        """Let the legend name only what the chart shows."""
        self._show_legend({position: name for name, position in positions.items() if name in names})

    def _fill(self, left: np.ndarray, right: np.ndarray) -> None:
        """Hatch the periods that are incomplete, still filling or without their late submissions."""
        self._send("filling", {"x0": left, "x1": right})

    def _marks(self, *, is_hatched: bool) -> int:
        """Return how many rows of labels stand above the data."""
        events = self.columns.get("events", {}).get("x", NO_NUMBERS)
        return min(3, len(events) + is_hatched)

    def _set_span(self, span: Span) -> None:
        """Move the time axis to a span; its tags tell fit.js from when on submissions are lacking, and why."""
        self._set("x-range", **range_options(span.left, span.right), tags=settled_tags(span))

    def _scale(
        self, low: float, high: float, *, integers: bool = False, percents: bool = False, lanes: int = 0,
        tick_count: int = 5,
    ) -> None:  # fmt: skip
        """Give the y axis round ticks around low..high, with room for rows of labels above."""
        self._set_ticks(round_ticks(low, high, tick_count, integers, percents), lanes)

    def _set_ticks(self, ticks: Sequence[float], lanes: int) -> None:
        """Give the y axis ticks, from its lower end to its upper one, with room for rows of labels above."""
        margin = lanes * LABEL_ROW / max(self.height - 90 - lanes * LABEL_ROW, 100)
        self._set("y-ticker", ticks=list(ticks))
        self._set("y-range", **range_options(ticks[0], ticks[-1] + (ticks[-1] - ticks[0]) * margin))

    def _set_height(self, height: int) -> None:
        """Set the height of the figure; fit.js adds what the legend needs to the one in its tags."""
        self._set("figure", height=height, tags=[height])


@contextlib.contextmanager
def batched() -> Iterator[None]:
    """Send all changes made inside to the browser as one message, so that it repaints once."""
    if state.curdoc is None:
        yield
        return
    with hold(state.curdoc):
        yield
