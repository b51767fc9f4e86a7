"""The filters that all perspectives share, as parameters that controls edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import param

from ..warehouse import Warehouse
from . import address
from .datasets import AVERAGE, Datasets
from .selection import MAX_SIZE_B, UNITS, Selection

CHOICES = (
    *("dataset", "dates", "unit", "sizes", "at_most_b", "benchmark"),
    *("text_generation", "hide_derived", "downloaded", "show_events"),
)


class Filters(param.Parameterized):
    """The shared filters as parameters; `selection` is an immutable copy of their current values."""

    dataset = param.Selector(doc="The dataset: the Hub, a leaderboard or a benchmark.")
    dates = param.Parameter(doc="First and last date, both included: (date, date).")
    unit = param.Selector(
        default="week", objects={unit.capitalize(): unit for unit in UNITS}, doc="How long a period is."
    )
    sizes = param.ListSelector(
        default=[], objects=[], label="Size (B parameters)", doc="Parameters in billions; none chosen means all."
    )
    at_most_b = param.Number(
        default=None,
        allow_None=True,
        bounds=(0, MAX_SIZE_B),
        inclusive_bounds=(False, True),
        label="At most (B parameters)",
        doc="Only models of at most so many billion parameters, as people call their size; None means no limit.",
    )
    benchmark = param.Selector(default=AVERAGE, objects=[AVERAGE], label="Score", doc="The score that is compared.")
    text_generation = param.Boolean(default=True, label="Text generation only", doc="Only models that generate text.")
    hide_derived = param.Boolean(
        default=False, label="Hide quantized and adapters", doc="Without quantized copies and adapters."
    )
    downloaded = param.Boolean(
        default=False, label="Downloaded in 30 days", doc="Only models with a download in the last 30 days."
    )
    show_events = param.Boolean(
        default=True, label="Dated events", doc="Mark when boards opened, closed or changed their scores."
    )

    def __init__(self, source: Warehouse | Selection, today: dt.date | None = None) -> None:
        """Start with the defaults of a warehouse, or with a selection."""
        super().__init__()
        selection = source if isinstance(source, Selection) else Selection.defaults(Datasets(source), today=today)
        self.datasets = selection.datasets
        self.warehouse = self.datasets.warehouse
        self.param["dataset"].objects = self.datasets.names
        self.param["sizes"].objects = list(self.datasets.sizes)
        self.take(selection)

    _selection: Selection | None = None

    def __setattr__(self, name: str, value: object) -> None:
        """Set a choice; before those who follow it hear of it, the last selection is forgotten."""
        if name in CHOICES:
            self._selection = None
        super().__setattr__(name, value)

    @property
    def selection(self) -> Selection:
        """The current choices; a change is followed by dozens of questions for them, so they are read once."""
        if self._selection is None:
            choices = {name: getattr(self, name) for name in CHOICES}
            self._selection = Selection(self.datasets, **choices | {"sizes": tuple(self.sizes)})
        return self._selection

    def take(self, selection: Selection) -> None:
        """Set all choices from a selection, in one change."""
        self._last_selection = selection
        self.param["benchmark"].objects = dict(selection.benchmarks)
        choices = {name: getattr(selection, name) for name in CHOICES}
        self.param.update(**choices | {"sizes": list(selection.sizes)})

    @param.depends("dataset", watch=True)  # type: ignore[untyped-decorator]  # Param is not followed
    def _dataset_changed(self) -> None:
        if self.selection != self._last_selection:  # not while `take` sets all choices
            before = replace(self.selection, dataset=self._last_selection.dataset)
            self.take(before.on(self.dataset))

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        """Set the choices from the query of an address, in one change; returns a notice for each invalid value."""
        selection, notices = address.read_selection(query, self.selection)
        self.take(selection)
        return notices
