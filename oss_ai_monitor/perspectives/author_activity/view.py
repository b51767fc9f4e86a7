"""Author activity: who are the most active authors, what do they publish, and how does it score?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import param

from ...charts import Chart, DynamicPoints, Timeline, number_text, shortened
from ...plurals import counted
from .. import address
from ..declaration import COMPLETENESS, Plot, Source
from ..perspective import Perspective
from ..phrases import CLICK, between
from ..search_list import SearchList
from ..selection import Selection
from .models import best_of, hatched_ranges, joined_lines, most_active, with_texts

BY = "Authors are"
MAX_COLOURS = 24  # authors that have a colour of their own
MAX_POINTS = 4_000  # models that a chart draws


_AUTHORS = {
    "rank": "rank among the authors, by models in the dates; ties share one",
    "author": "owner of the repository, or author of commits",
    "author_models": "models of the author in the dates, a count",
}
SCORED = Source(
    "author_activity",
    columns={
        **_AUTHORS,
        "model_id": "the repository",
        "type": "what kind of model it is",
        "appeared_on": "day on which it appeared, UTC",
        "submitted_on": "day of its first submission to the leaderboard, UTC",
        "score": "points of 100",
    },
    parameters=("by", "authors"),
    names_models=True,
)
COUNTED = Source(
    "author_activity_hub",
    columns={
        **_AUTHORS,
        "period": "first day of the period, UTC",
        "last_day": "last day of the period, UTC",
        "models": "new models, a count",
        "is_complete": COMPLETENESS["is_complete"],
    },
    parameters=("by", "authors"),
)


class AuthorActivity(Perspective):
    """The ten most active authors: each of their models on a time line, and how it scores."""

    title, slug, group, order = "Author activity", "author-activity", "People", 20
    question = "Who builds what, and how well?"
    parameters = ("by", "added", "authors", "joined")
    sources = {"time-line": (SCORED, COUNTED), "scores": SCORED}  # noqa: RUF012
    other_queries = ("authors", "contributors")

    by = param.Selector(
        default="owners",
        objects=["owners", "contributors"],
        label=BY,
        doc="Owners of repositories, or authors of commits.",
    )
    added = SearchList(
        default=[], item_type=str, label="Add an author", doc="Authors shown beside the ten most active."
    )
    authors = param.ListSelector(
        default=[], objects=[], check_on_set=False, label="Authors", doc="Authors to show; none ticked means all."
    )
    joined = param.Boolean(
        default=False, label="Join each author's models", doc="Join an author's scores in the order of time."
    )

    def prepare(self) -> None:
        self._colours = self.palette("types")
        self._contributed: dict[str, int] | None = None  # models with contributors, by dataset
        self._ranked: list[str] = []  # authors that could be drawn, most models first
        self._visible_authors: list[str] = []  # authors that are drawn
        self._scored = pd.DataFrame()  # the rows behind the scores, where the dataset has none itself

    def choices(self, name: str) -> list[str]:
        return list(self.authors) if name == "authors" else super().choices(name)

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """Authors of the dataset whose name contains what was typed, most models first."""
        return list(self.warehouse.query("authors", self.selection.values(), by=self.by, typed=typed)["author"])

    def models_with_contributors(self) -> int:
        """Return how many models of the dataset have contributors from commits."""
        if self._contributed is None:
            rows = self.warehouse.query("contributors")
            self._contributed = dict(zip(rows["dataset"], rows["models"], strict=True))
        return self._contributed.get(self.selection.dataset, 0)

    def controls(self) -> Mapping[str, str]:
        self._offer_contributors()
        return super().controls()

    def draw(self) -> list[Chart]:
        self._time_line = Timeline("time-line", colours=self._colours)
        details = (("type", "type"), ("score", "y{0.0}"), ("appeared", "x{%-d %b %Y}"))
        self._scores = DynamicPoints("scores", by="author", details=details, height=400)
        return [self._time_line, self._scores]

    def source_for(self, chart: Chart | None = None) -> Source:
        return SCORED if self.selection_for(chart).has_scores else COUNTED

    def selection_for(self, chart: Chart | None = None) -> Selection:
        """Return the choices behind a chart: on the Hub, the scores are those of the newest leaderboard."""
        return self.selection.with_scores() if chart and chart.key == "scores" else self.selection

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """Query added and ticked authors together, and at most as many models as a chart draws."""
        is_elsewhere = self.selection_for(chart) != self.selection
        authors = self._visible_authors if is_elsewhere else [*self.added, *self.authors]
        parameters: dict[str, Any] = {"by": self._by(), "authors": list(authors)}
        if self.selection_for(chart).has_scores:
            parameters["most"] = MAX_POINTS
        return self.source_for(chart).query, parameters

    def _by(self) -> str:
        return self.by if self.models_with_contributors() else "owners"

    def update(self, answer: pd.DataFrame) -> None:
        self._ranked = list(dict.fromkeys(answer["author"]))
        ticked = set(self.authors) & set(self._ranked)
        self._visible_authors = [name for name in self._ranked if name in ticked or not ticked]
        self._offer(self._ranked)
        rows = answer[answer["author"].isin(self._visible_authors)] if ticked else answer
        self._scores.is_offered = self.selection_for(self._scores).has_scores
        if self.selection.has_scores:
            self._show_models(rows)
            self._show_scores(rows)
            return
        self._show_counts(rows)
        if self._scores.is_offered:
            query, parameters = self.query_for(self._scores)
            self._scored = self.warehouse.query(query, self.selection_for(self._scores).values(), **parameters)
            scored = self._scored[self._scored["author"].isin(self._visible_authors)]
            self._scores.is_offered = bool(scored["score"].notna().any())
            self._show_scores(scored)
        else:
            self._scores.is_empty = True

    def _show_models(self, rows: pd.DataFrame) -> None:
        hatched = hatched_ranges(rows, self.selection.span)
        self._time_line.param.update(
            title="Every model of the most active authors",
            caption=f"Each point is a model, on the day when it appeared; {self._authors_text()}, most models first.",
            details=CLICK,
        )
        self._time_line.send(self.selection.span, self._visible_authors, models=with_texts(rows), hatched=hatched)

    def _show_scores(self, rows: pd.DataFrame) -> None:
        """Show the score of each model, on the Hub those of its authors' models on the newest leaderboard."""
        selection = self.selection_for(self._scores)
        score, hatched = f"{self._score()} score", hatched_ranges(rows, selection.span)
        is_elsewhere = selection != self.selection
        named = set(rows["author"]) if is_elsewhere else set(self._visible_authors)
        names = [name for name in self._visible_authors if name in named]
        self._scores.set_names(names, candidates=self._ranked)
        scored = rows[rows["score"].notna()]
        scored = scored.assign(date=scored["appeared_on"])
        grey = f"; beyond the first {MAX_COLOURS} authors points are grey" if len(self._ranked) > MAX_COLOURS else ""
        self._scores.param.update(
            title=f"How well their models do on {selection.about['label']}, {between(*selection.dates)}: {score}"
            if is_elsewhere
            else f"How well those models do: {score}",
            caption=f"Each point is a model with its {score}, coloured and shaped by author{grey}.",
        )
        lines = joined_lines(scored) if self.joined else []
        self._scores.send(scored, selection.span, lines=lines, filling=hatched)

    def _show_counts(self, rows: pd.DataFrame) -> None:
        unit = self.selection.unit
        top = number_text(rows["models"].max()) if len(rows) else "0"
        self._time_line.param.update(
            title=f"New models per {unit} of the most active authors",
            details="",
            caption=f"A bar's height is the {unit}'s number of new models, on one scale for all lanes (the highest is "
            f"{top}); {self._authors_text()}, most models first.",
        )
        hatched = hatched_ranges(rows, self.selection.span)
        self._time_line.send(self.selection.span, self._visible_authors, counts=rows, hatched=hatched)

    def _offer_contributors(self) -> None:
        """Offer contributors if commits name them; else the label says why not."""
        offered = ["owners", "contributors"] if self.models_with_contributors() else ["owners"]
        if list(self.param["by"].objects) != offered:
            self.param["by"].objects = offered
            self.param["by"].label = BY if len(offered) > 1 else f"{BY} owners: the data names no contributors"
            self.by = self.by if self.by in offered else "owners"

    def _offer(self, ranked: list[str]) -> None:
        """Offer the authors that are ranked, added or ticked already."""
        names = ranked + [name for name in self.authors if name not in ranked]
        if list(self.param["authors"].objects) != names:
            self.param["authors"].objects = dict(zip(shortened(names), names, strict=True))

    def sentence(self, answer: pd.DataFrame) -> str:
        return most_active(answer, self.selection, self._by())

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:
        best = None if answer.empty else best_of(answer, self.selection)
        return [] if best is None else [str(best["model_id"])]

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        names = dict.fromkeys([*self.added, *self.authors])
        absent = [name for name in names if name not in self._ranked]
        notes = [f"added or ticked without a model here: {', '.join(shortened(absent))}"] if absent else []
        if self.selection.has_scores and len(answer):
            if len(answer) < (models := int(answer["selected"].iloc[0])):
                notes.append(
                    f"{number_text(len(answer))} of {number_text(models)} models are drawn and in the table: the best "
                    "of each author, and an even sample of the others"
                )
            unscored = int(answer["unscored"].iloc[0])
            notes += [f"{counted(unscored, 'model')} without this score not in the second chart"] if unscored else []
        if len(self._visible_authors) < len(self._ranked):
            notes.append(f"{counted(len(self._ranked) - len(self._visible_authors), 'author')} not ticked")
        if self._by() == "contributors":
            notes.append(f"contributors are known of {counted(self.models_with_contributors(), 'model')} only")
        return notes

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return self.answer if self.selection_for(chart) == self.selection else self._scored

    def table(self, chart: Chart) -> pd.DataFrame:
        rows = self.answer_of(chart)
        return rows.loc[rows["author"].isin(self._visible_authors), list(self.source_for(chart).columns)]

    def wide_column(self, chart: Chart) -> str:
        return "models" if self.source_for(chart) is COUNTED else ""

    def plot(self) -> Plot:
        frame, title = self.answer, f"New models per {self.selection.unit} of the most active"
        if self.authors:
            frame = frame[frame["author"].isin([*self.authors, *self.added])]
        if not self.selection.has_scores:
            return Plot(frame, "line", "period", "models", "author", title)
        return Plot(
            frame, "scatter", "appeared_on", "author", "type", "Models of the most active",
            colours=self._colours, hover=("model_id",),
        )  # fmt: skip

    def to_query(self) -> dict[str, str]:
        names = {name: address.write_names(getattr(self, name)) for name in ("added", "authors")}
        return super().to_query() | {name: word for name, word in names.items() if word}

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        names = {name: address.read_names(query[name]) for name in ("added", "authors") if name in query}
        remaining = {name: word for name, word in query.items() if name not in names}
        notices = super().from_query(remaining)
        if self.by == "contributors" and not self.models_with_contributors():
            self.by = "owners"
            notices.append("No commits have landed that would tell contributors: showing owners.")
        self.param.update(**names)
        if names:
            authors = set(self.fetch()["author"])
            absent = [name for name in dict.fromkeys([*self.added, *self.authors]) if name not in authors]
            if absent:
                notices.append(f"Without a model here, so left out: {', '.join(shortened(absent))}.")
                self.param.update(**{name: [n for n in getattr(self, name) if n in authors] for name in names})
        return notices

    def _authors_text(self) -> str:
        if len(self._visible_authors) < len(self._ranked):
            return "the authors that are ticked"
        return "the ten most active, ties included" + (", and those added" if self.added else "")

    def _score(self) -> str:
        labels = {name: label for label, name in self.selection.benchmarks.items()}
        return "average" if self.selection.benchmark == "average" else str(labels[self.selection.benchmark])
