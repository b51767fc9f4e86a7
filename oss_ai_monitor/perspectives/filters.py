"""The filters that all perspectives share, as controls edit them: each change of theirs is another selection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import param

from ..warehouse import Warehouse
from . import address
from .datasets import AVERAGE, Datasets
from .selection import UNITS, Selection

CHOICES = (
    *("dataset", "dates", "unit", "sizes", "benchmark"),
    *("text_generation", "hide_derived", "downloaded", "show_events"),
)


class Filters(param.Parameterized):
    """Edits a selection: what it holds at the moment is `selection`, and that never changes any more."""

    dataset = param.Selector(doc="Where the models were seen.")
    dates = param.Parameter(doc="First and last date, both included: (date, date).")
    unit = param.Selector(default="week", objects=list(UNITS), doc="How long a period is.")
    sizes = param.ListSelector(default=[], objects=[], doc="Parameters in billions; none chosen means all.")
    benchmark = param.Selector(default=AVERAGE, objects=[AVERAGE], doc="The score that is compared.")
    text_generation = param.Boolean(default=True, doc="Only models that generate text.")
    hide_derived = param.Boolean(default=False, doc="Without quantized copies and adapters.")
    downloaded = param.Boolean(default=False, doc="Only models with a download in the last 30 days.")
    show_events = param.Boolean(default=True, doc="Mark when boards opened, closed or changed their scores.")

    def __init__(self, source: Warehouse | Selection, today: dt.date | None = None) -> None:
        """Begin with what a page opens with on a warehouse, or with a selection."""
        super().__init__()
        selection = source if isinstance(source, Selection) else Selection.usual(Datasets(source), today=today)
        self.datasets = selection.datasets
        self.warehouse = self.datasets.warehouse
        self.param["dataset"].objects = self.datasets.names
        self.param["sizes"].objects = list(self.datasets.sizes)
        self.take(selection)

    @property
    def selection(self) -> Selection:
        """What is looked at now."""
        choices = {name: getattr(self, name) for name in CHOICES}
        return Selection(self.datasets, **choices | {"sizes": tuple(self.sizes)})

    def take(self, selection: Selection) -> None:
        """Look at this instead, in one change."""
        self._last_selection = selection
        self.param["benchmark"].objects = list(selection.benchmarks.values())
        choices = {name: getattr(selection, name) for name in CHOICES}
        self.param.update(**choices | {"sizes": list(selection.sizes)})

    @param.depends("dataset", watch=True)  # type: ignore[untyped-decorator]  # Param is not followed
    def _dataset_changed(self) -> None:
        if self.selection != self._last_selection:  # a selection that is taken as a whole is what was meant
            self.take(self.selection.on(self.dataset))

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        """Take over what an address asks for, in one change; one sentence for each value that cannot be followed."""
        selection, notices = address.read_selection(query, self.selection)
        self.take(selection)
        return notices
