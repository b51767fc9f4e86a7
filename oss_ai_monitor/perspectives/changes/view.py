"""Changes: what differs between two snapshots, by kind and day, the changes of the most used models first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import param

from ...charts import DATES_OF_ITS_OWN, Chart, StackedBars, StackedRows, date_text, shortened
from ..address import MOST_NAMED
from ..copies import originals
from ..declaration import Plot, Source
from ..licences.sources import CLASSES
from ..perspective import Perspective
from ..search_list import SearchList
from ..selection import Selection
from . import texts
from .sources import BY_KIND, CHOICES, COLOURS, LABELS, LINES

REACH = "changes_reach"
OFFERED = {"owners": "changes_owners", "families": "changes_families"}
OF_BOARDS = ("rescored", "record", "first place")
SHOWN = 12
"""Changes that the second chart draws."""
BY_LABEL = {LABELS[kind]: colour for kind, colour in COLOURS.items()}


class Changes(Perspective):
    """Changes per period and kind, and those of the most used models."""

    title, slug, group, order = "Changes", "changes", "Data", 160
    question = "What changed, and when?"
    parameters = CHOICES
    sources = {"by-kind": BY_KIND, "most-used": LINES}  # noqa: RUF012
    other_queries = (REACH, *OFFERED.values())
    is_dated, disputed_facts, has_feed = False, (), True
    wide_columns = {"by-kind": "changes"}  # noqa: RUF012
    placeholders = {"kinds": "all kinds", "owners": "any owner", "families": "any family", "licences": "any licence"}  # noqa: RUF012

    kinds = param.ListSelector(
        default=[],
        objects={label: kind for kind, label in LABELS.items() if kind != "appeared"},
        label="Kinds",
        doc="Kinds of changes; none chosen means all.",
    )
    with_new = param.Boolean(default=False, label="New models too", doc="Also models that appear for the first time.")
    owners = SearchList(default=[], label="Owners", doc="Only repositories of these owners.")
    families = SearchList(default=[], label="Families", doc="Only these base models and what descends from them.")
    licences = param.ListSelector(
        default=[],
        objects=list(CLASSES),
        label="Licences",
        doc="Classes of licences as declared today; none chosen means all.",
    )
    text = param.String(default="", label="Contains", doc="Only changes with this text in the name, before or after.")

    def prepare(self) -> None:
        self.lines, self.reach = pd.DataFrame(), pd.Series(dtype="object")
        self._originals = originals(self.warehouse)

    def offer_choices(self) -> None:
        """The listings of the Hub have no scores: kinds of change in these are offered on leaderboards only."""
        left_out = ("appeared", *(OF_BOARDS if self.filters.dataset == "hub" else ()))
        offered = {label: kind for kind, label in LABELS.items() if kind not in left_out}
        self.param["kinds"].objects = offered
        self.kinds = [kind for kind in self.kinds if kind in offered.values()]

    def search(self, name: str, typed: str) -> list[str]:
        """Owners with changes, or bases of families, whose name contains what was typed."""
        return [str(member) for member in self.warehouse.query(OFFERED[name], typed=typed).iloc[:, 0]]

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        notices = super().from_query(query)
        for name, noun in (("owners", "owner with a change"), ("families", "family")):
            absent = [one for one in getattr(self, name) if one not in self.search(name, one)]
            self.param.update({name: [one for one in getattr(self, name) if one not in absent]})
            notices += [f"There is no {noun} named “{one}”: it is left out." for one in shortened(absent)[:MOST_NAMED]]
        return notices

    @property
    def selection(self) -> Selection:
        """The dataset, the dates and the unit: what changed, changed whatever the size and the task."""
        return replace(
            super().selection, sizes=(), at_most_b=None, text_generation=False, hide_derived=False, downloaded=False,
            show_events=False,
        )  # fmt: skip

    def uses(self, name: str) -> bool:
        return name != "show_events" and super().uses(name)

    def mark_events(self, charts: list[Chart]) -> None:
        """Mark nothing: events are of the boards, and changes say themselves when those scored again."""

    def fetch(self) -> pd.DataFrame:
        values = self.selection.values()
        query, parameters = self.query_for(None)
        counts = self.warehouse.query(query, values, **parameters)
        self.reach = self.warehouse.query(REACH, values).iloc[0]
        query, parameters = LINES.query, parameters | dict(LINES.constants)
        self.lines = self.warehouse.query(query, values, **parameters)
        return counts

    def source_for(self, chart: Chart | None = None) -> Source:
        return BY_KIND if chart is None else super().source_for(chart)

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return self.lines if chart.key == "most-used" else self.answer

    def draw(self) -> list[Chart]:
        self._bars = StackedBars(
            "by-kind", by="kind", colours=BY_LABEL, value="changes", y_title="changes", x_title="day (UTC)",
            dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        self._rows = StackedRows(
            "most-used", colours=BY_LABEL, x_title="downloads in 30 days",
            details=(("", "change"), ("", "day_text")), dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        return [self._bars, self._rows]

    def update(self, answer: pd.DataFrame) -> None:
        unit = self.selection.unit
        self._bars.param.update(
            title=f"Changes per {unit}, by kind",
            caption=f"Changes by the {unit} of the snapshot that shows them first.",
            details=texts.DETAILS,
        )
        labelled = answer.assign(kind=answer["kind"].map(LABELS))
        self._bars.send(labelled, replace(self.selection.span, settled_on=None), noun="changes")
        used = self.lines[self.lines["downloads_30d"].notna()]
        self._send_rows((used if len(used) else self.lines).head(SHOWN), has_downloads=len(used) > 0)
        self._rows.is_offered = not self._rows.is_empty

    def _send_rows(self, lines: pd.DataFrame, *, has_downloads: bool) -> None:
        rows = zip(lines["model_id"].astype(str), lines["owner"], lines["subject_text"], lines["models"], strict=True)
        names = [
            f"{number}. {name.rpartition('/')[2] if count == 1 else subject or owner}"
            for number, (name, owner, subject, count) in enumerate(rows, 1)
        ]
        drawn = lines.assign(
            name=names,
            part=lines["kind"].map(LABELS),
            value=lines["downloads_30d" if has_downloads else "models"],
            change=[texts.change_text(row, self._originals) for row in lines.itertuples()],
            day_text=[date_text(day) for day in lines["day"]],
        )
        self._rows.param.update(
            title="Changes of the most used models" if has_downloads else "Changes of most models, then the latest",
            caption="The changes of the models with most downloads in the 30 days before the snapshot."
            if has_downloads
            else "Without a listing of the Hub no downloads are known: changes of many models at once stand first.",
            details="The table has more, with what was before and after. Ten repositories or more of one owner that "
            "changed in one way on one day are one line with their number, as are models that a board rescored.",
        )
        self._rows.send(drawn, x_title="" if has_downloads else "models")

    def sentence(self, answer: pd.DataFrame) -> str:
        return texts.sentence(answer, self.lines, self.selection.dates, dict(self.reach), self._originals)

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return [str(name) for name in self.lines["model_id"].head(1)]

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return texts.left_out(dict(self.reach))

    def empty_reason(self) -> str:
        return texts.empty_reason(dict(self.reach), self.selection.dates)

    def plot(self) -> Plot:
        rows: Any = self.answer.assign(kind=self.answer["kind"].map(LABELS))
        return Plot(
            rows, "bar", "period", "changes", "kind", self._bars.title, "changes", x_title="day (UTC)", colours=BY_LABEL
        )
