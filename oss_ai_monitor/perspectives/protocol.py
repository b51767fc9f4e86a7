"""What a perspective declares and may define: the methods here are called by the machinery, by page, report, notebook.

Each has a default, and says what it is for; `draw`, `update` and `sentence` must be defined.
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
from .selection import Selection
from .tile import Link


class PerspectiveProtocol(param.Parameterized):
    """What makes one perspective differ from another."""

    title: ClassVar[str]
    """What the navigation calls it."""
    slug: ClassVar[str]
    """What addresses and files call it, in lower case with hyphens; a notebook writes underscores."""
    group: ClassVar[str]
    """What it is about, one of declaration.GROUPS."""
    order: ClassVar[int] = 1000
    """Its place in the navigation; those with the same number go by title."""
    question: ClassVar[str]
    """What it answers, in one line."""
    parameters: ClassVar[tuple[str, ...]] = ()
    """Its own parameters: each has a control and a place in the address."""
    sources: ClassVar[Mapping[str, Source | tuple[Source, ...]]]
    """What each chart stands on, by its key, the first chart first; several where that depends on what is chosen."""
    other_queries: ClassVar[tuple[str, ...]] = ()
    """Queries of its own that no chart alone stands on."""
    needs_scores: ClassVar[bool] = False
    """Whether it has nothing to show where a dataset has no scores."""
    is_summary: ClassVar[bool] = False
    """Whether it only sums up the others: then reports and notebooks leave it out."""
    disputed_facts: ClassVar[tuple[str, ...]] = ("date", "size")
    """The claims that decide where it draws a model."""
    placeholders: ClassVar[Mapping[str, str]] = {}
    """By list parameter: what none chosen means, in few words."""

    charts = param.List(doc="The charts, made on the first opening.")
    left_out_text = param.String(doc="What the charts leave out, and how many.")
    answer_text = param.String(doc="One generated sentence that answers the question.")
    disabled_options = param.Dict(
        default={}, doc="By own parameter: choices that cannot be made; their labels say why."
    )
    tiles = param.List(doc="Answers at a glance, above the charts.")
    navigate_to = param.Parameter(doc="The link that a reader chose to follow; the page follows it.")

    warehouse: Warehouse
    filters: Filters
    """Where the shared choices are edited."""
    answer: pd.DataFrame
    """What the query answered last."""

    @property
    def selection(self) -> Selection:
        """The shared choices as they are now."""
        return self.filters.selection

    # Must be defined

    def draw(self) -> list[Chart]:
        """Make the charts, in reading order; called once, on the first opening."""
        raise NotImplementedError

    def update(self, answer: pd.DataFrame) -> None:
        """Send the answer of the query to the charts."""
        raise NotImplementedError

    def sentence(self, answer: pd.DataFrame) -> str:
        """Answer the question in one sentence."""
        raise NotImplementedError

    # May be defined: what is asked

    def prepare(self) -> None:
        """Read what is needed once, such as colours. Nothing by default."""

    def source_for(self, chart: Chart | None = None) -> Source:
        """What a chart, or with none the answer, stands on at the moment: the first source declared for it."""
        sources = next(iter(self.sources.values())) if chart is None else self.sources[chart.key]
        return sources[0] if isinstance(sources, tuple) else sources

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """The query that a chart, or with none the answer, stands on, and what is bound to it besides the filters."""
        source = self.source_for(chart)
        values = {name: getattr(self, name) for name in source.parameters} | dict(source.constants)
        return source.query, {name: list(value) if isinstance(value, list) else value for name, value in values.items()}

    def fetch(self) -> pd.DataFrame:
        """The one query of a change: shared filters and own parameters, bound by their names."""
        query, parameters = self.query_for()
        return self.warehouse.query(query, self.selection.values(), **parameters)

    def depends_on(self) -> dict[str, Any]:
        """What the charts depend on: while it is the same, nothing is asked anew. All choices by default."""
        values = {name: getattr(self, name) for name in self.parameters}
        shared = self.selection.values() | {"show_events": self.selection.show_events}
        return shared | {name: list(value) if isinstance(value, list) else value for name, value in values.items()}

    # May be defined: what can be chosen

    def choices(self, name: str) -> list[str]:
        """What an own list parameter can be chosen from, on the dataset that is looked at."""
        return list(self.param[name].objects)

    def offer_choices(self) -> None:
        """Offer what the dataset has, and forget choices that it has not; called for each dataset."""
        for name in self.parameters:
            if isinstance(self.param[name], param.ListSelector):
                offered = self.choices(name)
                remaining = [choice for choice in getattr(self, name) if choice in offered]
                self.param[name].objects = offered
                setattr(self, name, remaining)

    def adjust_choices(self) -> None:
        """Adjust own parameters to each other and to the filters; called on every change. Nothing by default."""

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """What an own SearchList offers for what was typed. Nothing by default."""
        return []

    def controls(self) -> Mapping[str, str]:
        """Own parameters that get a control, each with its label; all by default."""
        return {name: self.param[name].label for name in self.parameters}

    def to_query(self) -> dict[str, str]:
        """Own parameters as an address holds them; those that differ from their defaults by default."""
        values = {name: getattr(self, name) for name in self.parameters}
        return {name: address.write_value(value) for name, value in values.items() if value != self.param[name].default}

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        """Take over what an address asks for; one sentence for each value that cannot be followed."""
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

    # May be defined: what stands around the charts

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        """What this perspective leaves out beyond what the filters do, each with its number. Nothing by default."""
        return []

    def left_out_of(self, chart: Chart) -> list[str]:  # noqa: ARG002
        """What one of its charts leaves out; by default what all of them do."""
        return [self.left_out_text] if self.left_out_text else []

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        """Of how many models a claim is not believed that would draw them elsewhere or not at all: fact → models."""
        facts, types = list(self.disputed_facts), list(getattr(self, "types", []))
        rows = self.warehouse.query("disputes", self.selection.values(), facts=facts, types=types)
        return dict(zip(rows["fact"], rows["models"].astype(int), strict=True))

    def answer_of(self, chart: Chart) -> pd.DataFrame:  # noqa: ARG002
        """The whole answer of the query that a chart stands on: by default that of the one query."""
        return self.answer

    def table(self, chart: Chart) -> pd.DataFrame:
        """The table behind a chart: by default the declared columns of its query's answer."""
        return self.answer_of(chart)[list(self.source_for(chart).columns)]

    def further_link(self, chart: Chart) -> tuple[str, Link] | None:  # noqa: ARG002
        """Where a chart leads further, with the words of the link. Nowhere by default."""
        return None

    def plot(self) -> Plot:
        """How a notebook draws it: by default the first chart's table as stacked bars, models per period."""
        chart = self.charts[0]
        frame = self.table(chart)
        names = [str(name) for name in frame.columns if name != "period" and frame[name].dtype.kind not in "iufbM"]
        by = names[0] if names else ""
        return Plot(frame, "bar", "period", "models", by, chart.title, "new models")

    def mark_events(self, charts: list[Chart]) -> None:
        """Put the dated events of the dataset on charts; on all of them by default."""
        events = self.selection.events()
        for chart in charts:
            chart.mark(events if self.selection.show_events else events.iloc[:0])

    def empty_reason(self) -> str:
        """Why there is nothing to see, and what to do about it."""
        start, end = self.selection.dates
        return (
            f"No dated model between {date_text(start)} and {date_text(end)} meets these filters. "
            "Widen the dates, choose other sizes, or clear the picture's own choices."
        )

    # Not to be defined anew

    @classmethod
    def all_sources(cls) -> Iterator[Source]:
        """Every source that is declared."""
        for sources in cls.sources.values():
            yield from sources if isinstance(sources, tuple) else (sources,)

    @classmethod
    def queries(cls) -> list[str]:
        """Every query of its own, that of the answer first."""
        return list(dict.fromkeys([*(source.query for source in cls.all_sources()), *cls.other_queries]))

    def palette(self, names: str) -> dict[str, str]:
        """Every name with its colour, in reading order: `names` is "types" or "architectures"."""
        name = names.removesuffix("s")
        rows = self.warehouse.query(f"{name}_colours")
        return dict(zip(rows[name], rows["color"], strict=True))

    def bound_query(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """The select behind a chart, and every value that is bound to it."""
        query, parameters = self.query_for(chart)
        return self.warehouse.bound(query, self.selection.values(), **parameters)
