"""A sentence of a digest: its text, the figures in it, the query behind them, and the view that shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ...charts import number_text
from ...perspectives import Datasets, address
from ...plurals import counted
from ...sandbox import fill_parameters
from ...warehouse import Warehouse
from .marks import FAMILY, MODEL, OWNER, marked_names, name_text, plain

DISPUTES, DISPUTES_COUNTED, PAGES = "digest_disputes", "digest_disputes_counted", "digest_pages"
KINDS = {MODEL: "models", OWNER: "owners", FAMILY: "families"}
"""Kinds of names → the parameters of the query that says which have a page."""


@dataclass(frozen=True)
class Figure:
    """One number of a sentence."""

    label: str
    value: float
    unit: str


@dataclass(frozen=True)
class Bar:
    """A row of the picture beside a sentence: a name, its value, and the value in words."""

    label: str
    value: float
    text: str
    is_before: bool = False
    """Whether it is what stood in the place of the bar above it."""


@dataclass(frozen=True)
class Query:
    """A named query with what is bound to it, and its text with the values filled in, to run on the page for SQL."""

    name: str
    parameters: dict[str, Any]
    sql: str

    @property
    def link(self) -> str:
        """The query of the address that opens it on the page for SQL."""
        return address.write({address.VIEW: "sql", "q": self.sql})


@dataclass(frozen=True)
class Sentence:
    """A sentence with numbers."""

    subject: str
    marked: str
    """Its text, in which names that lead to a page are marked."""
    query: Query
    figures: tuple[Figure, ...]
    view: dict[str, str]
    """The query of the address of the view that shows it."""
    bars_title: str = ""
    bars: tuple[Bar, ...] = ()
    models: tuple[str, ...] = ()
    """The models that are named."""
    news: float = 0.0
    """How much it is news: about the power of ten of the downloads that it concerns."""
    view_text: str = ""
    """What the link to the view says, where the view shows something else than the sentence."""
    disputes: int = 0
    """Claims about the named models that are not believed."""
    disputes_query: Query | None = field(default=None)

    counts: str = ""
    """Which models it counts besides those that it names: appeared, submitted, or a kind of change."""
    disputes_counted: int = 0
    """Claims about the counted models that are not believed."""
    counted_query: Query | None = field(default=None)
    key: str = ""
    """Its name within the digest, for addresses."""

    @property
    def text(self) -> str:
        """The sentence without marks."""
        return plain(self.marked)

    @property
    def link(self) -> str:
        """The query of the address that opens the view."""
        return address.write(self.view)


@dataclass(frozen=True)
class Days:
    """A warehouse and the days that a digest is about; what rules of sentences ask for rows and addresses."""

    warehouse: Warehouse
    datasets: Datasets
    start: dt.date
    end: dt.date

    def ask(self, name: str, **parameters: Any) -> tuple[pd.DataFrame, Query]:
        """Return the rows of a query for these days, and the query itself."""
        values = {"start": self.start, "end": self.end, **parameters}
        select, bound = self.warehouse.bound(name, values)
        return self.warehouse.query(name, values), Query(name, bound, fill_parameters(select, bound))

    def disputes(self, models: tuple[str, ...]) -> tuple[int, Query]:
        """Return how many claims about models are not believed, and the query that lists them."""
        rows, query = self.ask(DISPUTES, models=list(models))
        return len(rows), query

    def disputes_counted(self, subject: str, dataset: str) -> tuple[int, Query]:
        """Return how many claims about all models that a sentence counts are not believed, and the query."""
        rows, query = self.ask(DISPUTES_COUNTED, subject=subject, dataset=dataset)
        return int(rows["claims"].sum()), query

    def pages(self, marked: str) -> set[tuple[str, str]]:
        """Return the kind and the name of each marked name that has a page."""
        names = {parameter: marked_names(marked, kind) for kind, parameter in KINDS.items()}
        return {(str(row.kind), str(row.name)) for row in tuples(self.warehouse.query(PAGES, names))}

    def view(self, slug: str, dataset: str, *, weeks_before: int = 0, **choices: str) -> dict[str, str]:
        """Return the address of a view on these days, and on so many weeks before them, cut to those of the dataset."""
        first, last = self.datasets.bounds(dataset)
        start = max(first, self.start - dt.timedelta(weeks=weeks_before))
        end = min(last, self.end)
        dates = {"from": start.isoformat(), "to": end.isoformat()} if start < end else {}
        return {address.VIEW: slug, address.DATASET: dataset, **dates, **choices}

    def is_whole(self, dataset: str) -> bool:
        """Return whether the data of a dataset reach to the end of these days."""
        return self.datasets.bounds(dataset)[1] >= self.end


def tuples(rows: pd.DataFrame) -> Iterator[Any]:
    """Yield rows with their columns as attributes."""
    return iter(rows.itertuples())


def size_text(parameters_b: Any) -> str:
    """Return the size of a model as a remark behind its name; empty where it is not known."""
    return "" if pd.isna(parameters_b) else f" ({float(parameters_b):.3g} B parameters)"


def downloads_text(downloads: Any) -> str:
    """Return downloads as a remark behind a name; empty where they are not known."""
    return "" if pd.isna(downloads) else f" ({counted(float(downloads), 'download')} in 30 days)"


def downloads_bars(rows: pd.DataFrame, name: str = "model_id", value: str = "downloads_30d") -> tuple[Bar, ...]:
    """Return a bar for each row with a value."""
    return tuple(
        Bar(name_text(label), float(number), number_text(float(number)))
        for label, number in zip(rows[name], rows[value], strict=True)
        if pd.notna(number)
    )


def figures(values: Mapping[str, tuple[Any, str]]) -> tuple[Figure, ...]:
    """Return the figures that are known; label → value and unit."""
    return tuple(
        Figure(label, float(value), unit)
        for label, (value, unit) in values.items()
        if value is not None and pd.notna(value)
    )
