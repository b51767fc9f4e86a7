"""Lineage: what stands on a model, and what does it stand on? A family as a graph, its generations, use and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import param

from ...charts import Chart
from ...plurals import counted
from .. import address
from ..declaration import Plot
from ..perspective import Perspective
from ..phrases import between, one_sentence
from ..search_list import SearchList
from ..selection import Selection
from ..whole_hub import listing_note
from . import picture as lineage_picture
from . import sources as sources_of
from . import texts
from .charts import LineageCharts
from .choice import NAMES, FamilyChoice, chosen_of, encodable, notice_of_another_family
from .sources import RELATIONS

HUB = "hub"


class Lineage(Perspective):
    """One family as a layered graph over time; its generations, its use, what changes from base to model."""

    title, slug, group, order = "Lineage", "lineage", "Models", 80
    question = "What stands on this model, and what does it stand on?"
    parameters = ("root", "model", "depth", "relations", "least", "size_by", "dated", "opened")
    placeholders = {  # noqa: RUF012
        "root": "the largest: search another",
        "model": "none: search or click one",
        "opened": "none: click on a bundle",
    }
    sources = {  # noqa: RUF012
        "family": sources_of.FAMILY,
        "generations": sources_of.GENERATIONS,
        "use": sources_of.GENERATIONS,
        "changes": sources_of.CHANGES,
        "unknown-parents": sources_of.UNKNOWN,
    }
    other_queries = ("lineage_links", "lineage_places", "lineage_names", "lineage_disputes")
    disputed_facts = ("date", "base model")
    follows_dates = True

    root = SearchList(default=[], item_type=str, label="Base of the family", doc="The model whose family is shown.")
    model = SearchList(
        default=[],
        item_type=str,
        label="Model that stands out",
        doc="A model whose ancestors and descendants stand out.",
    )
    depth = param.Selector(
        default="0",
        objects={"All": "0", "1": "1", "2": "2", "3": "3", "5": "5", "10": "10"},
        label="Generations",
        doc="How many generations the picture shows.",
    )
    relations = param.ListSelector(
        default=[], objects=list(RELATIONS), label="Relations", doc="Relations to show; none chosen means all."
    )
    least = param.Selector(
        default="0",
        objects={"Any": "0", "10": "10", "100": "100", "1,000": "1000", "10,000": "10000"},
        label="Downloads, at least",
        doc="Only models with so many downloads in 30 days.",
    )
    size_by = param.Selector(
        default="downloads_30d",
        objects={"Downloads": "downloads_30d", "Derivatives": "descendants"},
        label="Size of a point",
        doc="Downloads in 30 days, or how many models stand on it.",
    )
    dated = param.Boolean(default=False, label="Only some dates", doc="Only models that appeared in the chosen dates.")
    opened = SearchList(default=[], item_type=str, label="Opened bundles", doc="Bundles whose models are drawn.")

    def prepare(self) -> None:
        colours = self.palette("types")
        self._colours = {name: colours[name] for name in RELATIONS if name in colours}
        self._choice = FamilyChoice(self.warehouse)
        self._drawn = lineage_picture.Drawn(0, 0, [], 0)
        self._described: str | None = None  # the family that the charts below the picture show

    @property
    def selection(self) -> Selection:
        """The Hub over the chosen dates, on a leaderboard too; filters of models do not act on a family."""
        chosen = self.filters.selection
        hub = chosen.on(HUB) if HUB in chosen.datasets.names else chosen
        return replace(
            hub, dates=chosen.dates, unit=chosen.unit, sizes=(), at_most_b=None, text_generation=False,
            hide_derived=False, downloaded=False,
        )  # fmt: skip

    @property
    def scores_from(self) -> str:
        """On a leaderboard: of which listing the models are."""
        return listing_note(self.selection, self.filters.dataset)

    def uses(self, name: str) -> bool:
        """The dates act only where they are asked for: else the whole family is shown."""
        return super().uses(name) and (name != "dates" or self.dated)

    def depends_on(self) -> dict[str, Any]:
        values = super().depends_on()
        return {name: value for name, value in values.items() if name not in ("unit", "show_events")}

    def mark_events(self, charts: list[Chart]) -> None:
        """No dated events: the picture has lines enough."""

    def search(self, name: str, typed: str) -> list[str]:
        """Models whose name contains what was typed, bases of families first; or bundles of the picture."""
        if name == "opened":
            return [bundle for bundle in self._drawn.bundles if typed.lower() in bundle.lower()][:50]
        return list(self.warehouse.query("lineage_names", typed=encodable(typed)[:200])["name"])

    def base(self) -> str:
        """Return the base of the family that is shown: the chosen one, or the one on which most models stand."""
        return self._choice.base(self.root)

    def chosen(self) -> str:
        """Return the model that stands out; empty for none."""
        return chosen_of(self.model)

    def adjust_choices(self) -> None:
        """Keep one base and one model, the last that were chosen, of one family."""
        adjusted = self._choice.adjusted(self.root, self.model, self.opened)
        if changed := {name: value for name, value in adjusted.items() if value != getattr(self, name)}:
            self.param.update(**changed)

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        query, values = super().query_for(chart)
        return query, values | {name: value for name, value in self._names().items() if name in values}

    def _names(self) -> dict[str, str]:
        """Return whose family is asked for, and whose line: without a chosen model that of the base."""
        return {"root": self.base(), "model": self.chosen() or self.base()}

    def fetch(self) -> pd.DataFrame:
        names = self._names()
        root = {"root": names["root"]}
        self._answers = {
            "links": self.warehouse.query("lineage_links", **names),
            "generations": self.warehouse.query("lineage_generations", **root),
            "changes": self.warehouse.query("lineage_changes", **root),
            "unknown-parents": self.warehouse.query("lineage_unknown_parents"),
        }
        return super().fetch()

    def draw(self) -> list[Chart]:
        self._charts = LineageCharts.draw(self._colours)
        return self._charts.all

    @property
    def numbers(self) -> texts.Family:
        """The numbers of the family that is shown, whatever the picture leaves out."""
        changes = self._answers["changes"]
        within = int(changes.loc[changes["aspect"] == "licence", "pairs"].sum())
        return texts.Family(self.base(), self._answers["generations"], within)

    def update(self, answer: pd.DataFrame) -> None:
        charts, answers, family = self._charts, self._answers, self.numbers
        choices = lineage_picture.Choices(self.base(), self.chosen(), tuple(self.opened), self.size_by)
        self._drawn = lineage_picture.send(charts.family, answer, answers["links"], choices)
        circles = texts.circles_text(texts.circles(answers["links"]))
        weight = "downloads in 30 days" if self.size_by == "downloads_30d" else "models on it"
        charts.family.param.update(
            title=f"The family of {family.root}" + (f", and the line of {choices.model}" if choices.model else ""),
            caption=one_sentence(
                f"{texts.drawn_text(self._drawn)}, each at the day on which it appeared, in the layer of its "
                f"generation; the larger the point, the more {weight}",
                texts.undated_text(self._drawn),
                self._dates_text(),
                circles,
            ),
            details=f"{texts.PICTURE_TEXT} {texts.RELATION_TEXT}",
        )
        if family.root != self._described:
            charts.send_generations(answers["generations"])
            charts.send_changes(answers["changes"])
            charts.send_unknown(answers["unknown-parents"])
            charts.describe(family)
            self._described = family.root

    def _dates_text(self) -> str:
        """Return the dates of the picture as text; empty where they do not act."""
        return f"of {between(*self.selection.dates)}, and undated models, too" if self.dated else ""

    def sentence(self, answer: pd.DataFrame) -> str:
        if answer.empty:
            return self.empty_reason()
        if model := self.chosen():
            return texts.stood_on(model, answer)
        return texts.carried(self.numbers) + texts.above(self.base(), answer)

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:
        return [] if answer.empty else [self.chosen() or self.base()]

    def left_out_of(self, chart: Chart) -> list[str]:
        if chart is not self._charts.family:
            return []
        shown = int((self.answer["generation"] > 0).sum())
        hidden = self.numbers.descendants - shown
        undated = self._drawn.undated
        notes = [f"{counted(hidden, 'model')} hidden by the choices of generations, relations, downloads or dates"]
        return [*notes * (hidden > 0), *[f"{counted(undated, 'model')} undated, at the left end"] * (undated > 0)]

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return self.left_out_of(self._charts.family)

    def disputes_of(self, chart: Chart) -> dict[str, int]:
        """Models of the family whose day or base is not as claimed."""
        if chart is self._charts.unknown:
            return {}
        rows = self.warehouse.query("lineage_disputes", root=self.base())
        return dict(zip(rows["fact"], rows["models"].astype(int), strict=True))

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return (
            self.answer if chart.key == "family" else self._answers["generations" if chart.key == "use" else chart.key]
        )

    def plot(self) -> Plot:
        rows = self._answers["generations"].query("generation > 0")
        rows = rows.assign(generation=rows["generation"].map("generation {}".format))
        return Plot(
            rows, "bar", "generation", "models", "relation", f"What stands on {self.base()}", "models",
            "generation", self._colours,
        )  # fmt: skip

    def to_query(self) -> dict[str, str]:
        lists = {name: getattr(self, name) for name in NAMES}
        return super().to_query() | {name: address.write_names(value) for name, value in lists.items() if value}

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        notices = super().from_query({name: word for name, word in query.items() if name not in NAMES})
        lists, absent = self._choice.read(query)
        self.param.update(**lists)
        return [*notices, *absent, *notice_of_another_family(lists, self.base(), self.chosen())]

    def empty_reason(self) -> str:
        return "There is no model in this data, so there is no family to show."
