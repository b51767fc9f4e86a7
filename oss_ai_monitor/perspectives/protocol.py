"""What a perspective declares and may define; the page, reports and notebooks call these methods.

All have defaults, except `draw`, `update` and `sentence`, which must be defined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pandas as pd
import param

from ..charts import Chart, date_text
from ..warehouse import Warehouse
from . import address
from .declaration import Plot, Source
from .filters import Filters
from .phrases import between
from .selection import Selection
from .tile import Link


class PerspectiveProtocol(param.Parameterized):
    """The declarations and methods of a single perspective."""

    title: ClassVar[str]
    """Its title in the navigation."""
    slug: ClassVar[str]
    """Its name in addresses and files, in lower case with hyphens; in notebooks with underscores."""
    group: ClassVar[str]
    """Its subject, one of declaration.GROUPS."""
    order: ClassVar[int] = 1000
    """Its position in the navigation; equal ones are sorted by title."""
    question: ClassVar[str]
    """The question that it answers, in one line."""
    parameters: ClassVar[tuple[str, ...]] = ()
    """Its own parameters: each has a control, and is part of the address."""
    sources: ClassVar[Mapping[str, Source | tuple[Source, ...]]]
    """The source of each chart, by its key, the first chart first; several if it depends on the choices."""
    other_queries: ClassVar[tuple[str, ...]] = ()
    """Its other queries, which belong to no single chart."""
    needs_scores: ClassVar[bool] = False
    """Whether it draws scores: on a dataset without any it shows those of the newest leaderboard."""
    is_summary: ClassVar[bool] = False
    """Whether it only summarises the others: then reports and notebooks leave it out."""
    follows_dates: ClassVar[bool] = False
    """Whether the chosen dates act although it shows another dataset than the chosen one."""
    is_dated: ClassVar[bool] = True
    """Whether the days on which models appeared decide what it draws: then it says by which rules they are dated."""
    disputed_facts: ClassVar[tuple[str, ...]] = ("date", "size")
    """The facts that decide where it draws a model."""
    wide_columns: ClassVar[Mapping[str, str]] = {}
    """By chart with one row for each period and name: the column of which tables for readers have a row for each period
    and a column for each name; tables of other charts are as the query answers."""
    has_feed: ClassVar[bool] = False
    """Whether what it shows can be had as a feed, at `/feed/<slug>.atom` with the query of its address."""
    placeholders: ClassVar[Mapping[str, str]] = {}
    """By list parameter: a short text about what no choice means."""

    charts = param.List(doc="The charts, created when it is first opened.")
    left_out_text = param.String(doc="What the charts leave out, and how many.")
    answer_text = param.String(doc="One generated sentence that answers the question.")
    answer_models = param.List(default=[], doc="The ids of the models that the sentence names.")
    disabled_options = param.Dict(default={}, doc="By parameter: unavailable choices; their labels say why.")
    tiles = param.List(doc="The tiles above the charts.")
    headlines = param.List(doc="Its headline figures under other rules; none under other choices than at first.")
    headlines_note = param.String(doc="Why there are none: other choices, or no rule that changes the answer.")
    navigate_to = param.Parameter(doc="The link that a reader has clicked; the page follows it.")

    warehouse: Warehouse
    filters: Filters
    """The shared choices as parameters."""
    answer: pd.DataFrame
    """The last result of the query."""

    @property
    def selection(self) -> Selection:
        """The choices that it shows: the shared ones, or with scores of the newest leaderboard if it needs scores."""
        chosen = self.filters.selection
        return chosen.with_scores() if self.needs_scores else chosen

    @property
    def scores_from(self) -> str:
        """The leaderboard whose scores it shows, and its dates if they act; empty if that is the chosen dataset."""
        selection = self.selection
        if selection.dataset == self.filters.selection.dataset:
            return ""
        dates = f", {between(*selection.dates)}" if self.uses("dates") else ""
        return f"Scores of {selection.about['label']}{dates}"

    # Must be defined

    def draw(self) -> list[Chart]:
        """Create the charts, in reading order; called once, when it is first opened."""
        raise NotImplementedError

    def update(self, answer: pd.DataFrame) -> None:
        """Send the result of the query to the charts."""
        raise NotImplementedError

    def sentence(self, answer: pd.DataFrame) -> str:
        """Return one sentence that answers the question."""
        raise NotImplementedError

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        """Return the ids of the models that the sentence names. None by default."""
        return []

    # May be defined: queries

    def prepare(self) -> None:
        """Read what is needed only once, such as colours. Does nothing by default."""

    def source_for(self, chart: Chart | None = None) -> Source:
        """Return the current source of a chart, or of the answer: by default the first one that is declared for it."""
        sources = next(iter(self.sources.values())) if chart is None else self.sources[chart.key]
        return sources[0] if isinstance(sources, tuple) else sources

    def selection_for(self, chart: Chart | None = None) -> Selection:  # noqa: ARG002
        """Return the choices behind a chart, or behind the answer; by default those of the perspective."""
        return self.selection

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """Return the query behind a chart, or behind the answer, and its parameters besides the shared ones."""
        source = self.source_for(chart)
        values = {name: getattr(self, name) for name in source.parameters} | dict(source.constants)
        return source.query, {name: list(value) if isinstance(value, list) else value for name, value in values.items()}

    def fetch(self) -> pd.DataFrame:
        """Run the query of the answer with the shared filters and the own parameters, bound by name."""
        query, parameters = self.query_for()
        return self.warehouse.query(query, self.selection.values(), **parameters)

    def depends_on(self) -> dict[str, Any]:
        """Return the values that the charts depend on; equal ones are not queried again. All choices by default."""
        values = {name: getattr(self, name) for name in self.parameters}
        selection = self.selection
        shared = selection.values() | {"show_events": selection.show_events}
        return shared | {name: list(value) if isinstance(value, list) else value for name, value in values.items()}

    # May be defined: choices

    def choices(self, name: str) -> list[str]:
        """Return the choices of an own list parameter for the current dataset."""
        return list(self.param[name].objects)

    def offer_choices(self) -> None:
        """Offer the choices of the dataset, and drop others that were made; called for each dataset."""
        for name in self.parameters:
            if isinstance(self.param[name], param.ListSelector):
                offered = self.choices(name)
                remaining = [choice for choice in getattr(self, name) if choice in offered]
                self.param[name].objects = offered
                setattr(self, name, remaining)

    def adjust_choices(self) -> None:
        """Adjust own parameters to each other and to the filters; called on every change. Does nothing by default."""

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """Return the names that an own SearchList offers for a typed text. None by default."""
        return []

    def controls(self) -> Mapping[str, str]:
        """Return the own parameters that get a control, with their labels; all by default."""
        return {name: self.param[name].label for name in self.parameters}

    def uses(self, name: str) -> bool:
        """Return whether a shared filter changes what it shows: then the filter has a control beside it.

        A filter is used if one of the queries has a parameter of its name, dated events if there are any in the dates.
        """
        parameters = {"dates": {"start", "end"}}.get(name, {name})
        if not parameters & self.depends_on().keys():
            return False
        if name == "show_events":
            return not self.selection.events().empty
        if name == "benchmark" and len(self.selection.benchmarks) < 2:
            return False
        return any(parameters & self.warehouse.parameters_of(query) for query in self.queries())

    def to_query(self) -> dict[str, str]:
        """Return own parameters as a query; by default those that differ from their defaults."""
        values = {name: getattr(self, name) for name in self.parameters}
        return {name: address.write_value(value) for name, value in values.items() if value != self.param[name].default}

    def reset(self) -> None:
        """Set own parameters to what they were at first: addresses leave that out."""
        self.param.update(**{name: self.param[name].default for name in self.parameters})
        self.offer_choices()

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        """Set own parameters from a query; returns a notice for each invalid value."""
        notices: list[str] = []
        values: dict[str, Any] = {}
        for name in self.parameters:
            if name not in query:
                continue
            value, rejected = address.read_value(self.param[name], query[name])
            notices += [f"{self.title} has no {name.replace('_', ' ')} “{word}”: it is left out." for word in rejected]
            if value is not None:
                values[name] = value
        self.param.update(**values)
        return notices

    # May be defined: texts and data around the charts

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        """Return notes about what it leaves out besides the filters, with counts. None by default."""
        return []

    def left_out_of(self, chart: Chart) -> list[str]:  # noqa: ARG002
        """Return what one of its charts leaves out; by default what all of them leave out."""
        return self.left_out(self.answer)

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        """Return the number of models that a rejected claim would draw elsewhere or not at all: fact → models."""
        facts, types = list(self.disputed_facts), list(getattr(self, "types", []))
        rows = self.warehouse.query("disputes", self.selection.values(), facts=facts, types=types)
        return dict(zip(rows["fact"], rows["models"].astype(int), strict=True))

    def answer_of(self, chart: Chart) -> pd.DataFrame:  # noqa: ARG002
        """Return the result of the query behind a chart: by default that of the one query."""
        return self.answer

    def table(self, chart: Chart) -> pd.DataFrame:
        """Return the table behind a chart: by default the declared columns of its query's result."""
        return self.answer_of(chart)[list(self.source_for(chart).columns)]

    def data_of(self, chart: Chart) -> str:
        """Return the day that the data behind a chart speaks of, as text: by default that of its dataset."""
        return date_text(self.selection_for(chart).about["as_of"])

    def wide_column(self, chart: Chart) -> str:
        """Return the column that the table of a chart spreads over periods and names; empty for a table as it is."""
        return self.wide_columns.get(chart.key, "")

    def further_link(self, chart: Chart) -> tuple[str, Link] | None:  # noqa: ARG002
        """Return the text and the target of a link from a chart to more. None by default."""
        return None

    def pick(self, chart: Chart, names: list[str]) -> None:
        """Follow a click on a row or a cell, which its names identify; they are from a browser. Nothing by default."""

    def plot(self) -> Plot:
        """Return how a notebook draws it: by default the first chart's table as stacked bars, models per period."""
        chart = self.charts[0]
        frame = self.table(chart)
        names = [str(name) for name in frame.columns if name != "period" and frame[name].dtype.kind not in "iufbM"]
        by = names[0] if names else ""
        return Plot(frame, "bar", "period", "models", by, chart.title, "new models")

    def mark_events(self, charts: list[Chart]) -> None:
        """Mark the dated events of the dataset on the charts."""
        events = self.selection.events()
        for chart in charts:
            chart.mark(events if self.selection.show_events else events.iloc[:0])

    def empty_reason(self) -> str:
        """Return why there is nothing to show, and what to do about it."""
        start, end = self.selection.dates
        return (
            f"No dated model between {date_text(start)} and {date_text(end)} meets these filters. "
            "Widen the dates, choose other sizes, or clear the perspective's own choices."
        )

    # Not to be overridden

    @classmethod
    def all_sources(cls) -> Iterator[Source]:
        """Yield every declared source."""
        for sources in cls.sources.values():
            yield from sources if isinstance(sources, tuple) else (sources,)

    @classmethod
    def queries(cls) -> list[str]:
        """Return the names of its queries, that of the answer first."""
        return list(dict.fromkeys([*(source.query for source in cls.all_sources()), *cls.other_queries]))

    def palette(self, names: str) -> dict[str, str]:
        """Return every name with its colour, in reading order: `names` is "types" or "architectures"."""
        name = names.removesuffix("s")
        rows = self.warehouse.query(f"{name}_colours")
        return dict(zip(rows[name], rows["color"], strict=True))

    def page_query(self) -> dict[str, str]:
        """Return the query of the page's address that shows it as it is now."""
        return {address.VIEW: self.slug} | address.write_selection(self.filters.selection) | self.to_query()

    def bound_query(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """Return the select behind a chart, and all its bound parameters."""
        query, parameters = self.query_for(chart)
        return self.warehouse.bound(query, self.selection_for(chart).values(), **parameters)
