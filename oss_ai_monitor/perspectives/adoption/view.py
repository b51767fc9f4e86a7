"""Adoption: what is used, and what gains? Downloads and likes over time, movers, families, attention against use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import param

from ...charts import DATES_OF_ITS_OWN, Chart, shortened
from .. import address
from ..declaration import Plot, Source
from ..perspective import Perspective
from ..search_list import SearchList
from ..selection import Selection
from . import names as adoption_names
from . import sources as sources_of
from .members import AdoptionMembers
from .pictures import AdoptionPictures
from .texts import AdoptionTexts, History

HUB = "hub"
OF_HISTORY = ("axis", "log", "families", "movers")
"""Choices that act only where the history of adoption has several weeks."""


class Adoption(Perspective):
    """Downloads and likes of models, families, owners and groups; who gains; who is liked and who is used."""

    title, slug, group, order = "Adoption", "adoption", "Use", 120
    question = "What is used, what gains?"
    parameters = ("by", "measure", "members", "axis", "log", "families", "movers", "most")
    placeholders = {"members": "the ten most used"}  # noqa: RUF012
    sources = {  # noqa: RUF012
        "lines": (*sources_of.LINES, sources_of.LEVELS),
        "by-age": sources_of.LINES,
        "levels": sources_of.LEVELS,
        "families": sources_of.FAMILIES,
        "movers": sources_of.MOVERS,
        "relative": sources_of.RELATIVE,
        "attention": sources_of.ATTENTION,
    }
    other_queries = ("adoption_dates", "adoption_agreement", "adoption_bursts")

    by = param.Selector(
        default="model", objects=sources_of.GROUPINGS, label="By", doc="What a line stands for."
    )  # fmt: skip
    measure = param.Selector(
        default="downloads_30d", objects=sources_of.MEASURES, label="Measure", doc="What a line shows."
    )
    members = SearchList(
        default=[],
        item_type=str,
        label="Show only",
        doc="Names that are shown; none chosen means the ten most used. Search to choose others.",
    )
    axis = param.Selector(
        default="calendar",
        objects={"Calendar": "calendar", "Age": "age"},
        label="Time",
        doc="Dates, or days since each appeared.",
    )
    log = param.Boolean(default=False, label="Logarithmic scale", doc="Equal steps of the scale are equal factors.")
    families = param.Selector(
        default="size",
        objects={"Biggest": "size", "Grew most": "growth"},
        label="Families",
        doc="The families with most downloads, or those whose downloads grew most in a year.",
    )
    movers = param.Selector(
        default="growth",
        objects={"Growth": "growth", "New in the top 100": "entries"},
        label="Movers of the week",
        doc="Models whose new downloads rose or fell most, or those that are new among the hundred most downloaded.",
    )
    most = param.Selector(
        default="100", objects=["10", "100", "1000"], label="Top lists", doc="How many models each top list has."
    )

    def prepare(self) -> None:
        self.history = History.of(self.warehouse.query("adoption_dates"))
        self._answers: dict[str, tuple[dict[str, Any], pd.DataFrame]] = {}  # by chart: its parameters and answer
        self._names = AdoptionMembers(self.warehouse)
        self._members_are_of = self.by
        relations = self.palette("types")
        self.pictures = AdoptionPictures(relations)

    @property
    def selection(self) -> Selection:
        """The Hub over the chosen dates, as far as there is a history; filters of models do not act on sums."""
        chosen = self.filters.selection
        if HUB not in chosen.datasets.names:
            return chosen
        hub = chosen if chosen.dataset == HUB else replace(chosen.on(HUB, reset_dates=True), unit=chosen.unit)
        return replace(
            hub, dates=self._dates(hub), sizes=(), at_most_b=None, text_generation=False, hide_derived=False,
            downloaded=False,
        )  # fmt: skip

    def _dates(self, hub: Selection) -> tuple[dt.date, dt.date]:
        """Return the dates; with those that the page opens with, to the last day of the history."""
        start, end = hub.dates
        first, last = self.history.first_on, self.history.last_on
        if first is None or last is None:
            return start, end
        if hub.dates == hub.datasets.defaults(HUB)[0] or end >= hub.bounds[1]:
            end = max(end, last)
        start = start if start <= last else first
        return max(start, first), max(end, first)

    @property
    def scores_from(self) -> str:
        """On a leaderboard: whose use this is, and its dates."""
        if self.filters.dataset == HUB or self.selection.dataset != HUB:
            return ""
        return f"Use of the models on the Hub, {self.history.dates_text or 'as last listed'}"

    @property
    def has_lines(self) -> bool:
        """Whether the history has more than one week."""
        return self.history.weeks > 1

    def controls(self) -> Mapping[str, str]:
        return {name: label for name, label in super().controls().items() if self.has_lines or name not in OF_HISTORY}

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """Members of the grouping whose name contains what was typed, the most used first."""
        return self._names.search(self.by, typed)

    def adjust_choices(self) -> None:
        """Keep of the chosen members those that the grouping has, when it changes."""
        if self.by != self._members_are_of:
            self._members_are_of = self.by
            self.param.update(members=self._names.offered(self.by, list(self.members)))

    def shown_members(self) -> list[str]:
        """Return the chosen members, or the ten most used, as they are stored."""
        return self._names.drawn(self.by, list(self.members))

    def draw(self) -> list[Chart]:
        charts = self.pictures.charts()
        for chart in charts:
            chart.dates = DATES_OF_ITS_OWN
        return charts

    def source_for(self, chart: Chart | None = None) -> Source:
        return self._source_of("lines" if chart is None else chart.key)

    def _source_of(self, key: str) -> Source:
        if key in ("lines", "by-age") and self.has_lines:
            of = {"model": sources_of.OF_MODELS} | dict.fromkeys(sources_of.WEEKLY, sources_of.BY_WEEK)
            return of.get(self.by, sources_of.OF_GROUPS)
        others = {"families": sources_of.FAMILIES, "movers": sources_of.MOVERS, "relative": sources_of.RELATIVE}
        return (others | {"attention": sources_of.ATTENTION}).get(key, sources_of.LEVELS)

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        return self._query_of("lines" if chart is None else chart.key)

    def _query_of(self, key: str) -> tuple[str, dict[str, Any]]:
        source = self._source_of(key)
        values = {name: getattr(self, name) for name in source.parameters} | dict(source.constants)
        if "members" in values:
            values["members"] = self.shown_members()
        if source is sources_of.RELATIVE:
            values["models"] = self.shown_members() if self.by == "model" and self.members else []
        return source.query, values

    def fetch(self) -> pd.DataFrame:
        for key in ("levels", "families", "movers", "relative", "attention"):
            self._fetch(key, *self._query_of(key))
        self._fetch("agreement", "adoption_agreement", {})
        self._fetch("bursts", "adoption_bursts", {"movers": self.movers})
        self._fetch("moved", "adoption_movers", {"movers": "growth"})
        self._fetch("grown", "adoption_families", {"families": "growth"})
        return super().fetch()

    def _fetch(self, key: str, query: str, parameters: dict[str, Any]) -> None:
        """Query what a chart needs, unless its parameters are those of its last answer."""
        bound = self.warehouse.bound(query, self.selection.values(), **parameters)[1]
        if key not in self._answers or self._answers[key][0] != bound:
            self._answers[key] = bound, self.warehouse.query(query, self.selection.values(), **parameters)

    def rows_of(self, key: str) -> pd.DataFrame:
        """Return the last answer of one of the charts besides the lines."""
        return self._answers[key][1]

    @property
    def texts(self) -> AdoptionTexts:
        """The sentences about the present answer."""
        return AdoptionTexts(
            self.selection, self.history, self.by, self.measure, self.answer,
            {key: rows for key, (_, rows) in self._answers.items()}, len(self.members),
        )  # fmt: skip

    def update(self, answer: pd.DataFrame) -> None:  # noqa: ARG002
        self.pictures.send(
            self.texts, self.shown_members(), is_by_age=self.axis == "age", is_log=self.log, has_lines=self.has_lines,
            has_chosen=bool(self.members), families=self.families, movers=self.movers, most=int(self.most),
        )  # fmt: skip

    def sentence(self, answer: pd.DataFrame) -> str:  # noqa: ARG002
        return self.texts.sentence()

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return self.texts.models_of_sentence()

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return self.texts.left_out("lines" if self.has_lines else "levels")

    def left_out_of(self, chart: Chart) -> list[str]:
        return self.texts.left_out(chart.key)

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        """None: sums are of all models, wherever a dispute would draw them."""
        return {}

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return self.answer if chart.key in ("lines", "by-age") else self.rows_of(chart.key)

    def table(self, chart: Chart) -> pd.DataFrame:
        return self.answer_of(chart)[list(self.source_for(chart).columns)]

    def plot(self) -> Plot:
        if not self.has_lines:
            return Plot(
                self.answer, "bar", "member", "downloads_30d", title="Most used", y_title="downloads in 30 days"
            )
        return Plot(
            self.answer, "line", "period", self.measure, "member", "Adoption", self.texts.measure_label, "date (UTC)"
        )

    def to_query(self) -> dict[str, str]:
        query = super().to_query()
        return query | ({"members": address.write_names(self.shown_members())} if self.members else {})

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        notices = super().from_query({name: word for name, word in query.items() if name != "members"})
        names = address.read_names(query.get("members", ""))
        self.param.update(members=self._names.offered(self.by, names))
        if absent := [name for name in adoption_names.stored(self.by, names) if name not in self.shown_members()]:
            notices.append(f"Not among the {self.texts.noun(2)} here, so left out: {', '.join(shortened(absent))}.")
        return notices

    def empty_reason(self) -> str:
        return "No listing of the Hub has landed, and no history of adoption: so it is not known what is used."
