"""Author activity: who are the most active authors, what do they publish, and how does it score?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import param

from ..charts import Chart, DynamicPoints, Path, Timeline, date_text, milliseconds, number_text, shortened
from .perspective import Perspective, counted
from .search_list import SearchList, from_address, in_address

BY = "Authors are"
A_DAY = 86_400_000.0
MOST = 24  # authors that have a colour of their own
DRAWN = 4_000  # models that a picture draws


class AuthorActivity(Perspective):
    """Who builds what, and how well?"""

    title, slug, query = "Author activity", "author-activity", "author_activity"
    parameters = ("by", "added", "authors", "joined")

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
        self._known: dict[str, int] | None = None
        self._ranked: list[str] = []  # who could be drawn, most models first
        self._shown: list[str] = []  # who is drawn

    def choices(self, name: str) -> list[str]:
        return list(self.authors) if name == "authors" else super().choices(name)

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """Authors of the dataset whose name contains what was typed, most models first."""
        return list(self.warehouse.query("authors", self.filters.values(), by=self.by, typed=typed)["author"])

    def contributed(self) -> int:
        """How many models of the dataset have known contributors."""
        if self._known is None:
            rows = self.warehouse.query("contributors")
            self._known = dict(zip(rows["dataset"], rows["models"], strict=True))
        return self._known.get(self.filters.dataset, 0)

    def controls(self) -> Mapping[str, str]:
        self._offer_contributors()
        return super().controls()

    def draw(self) -> list[Chart]:
        self._lanes = Timeline("time-line", colours=self._colours)
        details = (("type", "type"), ("score", "y{0.0}"), ("appeared", "x{%-d %b %Y}"))
        self._scores = DynamicPoints("scores", by="author", details=details, height=400)
        return [self._lanes, self._scores]

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:  # noqa: ARG002
        asked = {"by": self._by(), "authors": [*self.added, *self.authors]}
        if not self.filters.has_scores:
            return "author_activity_hub", asked
        return self.query, asked | {"most": DRAWN}

    def _by(self) -> str:
        return self.by if self.contributed() else "owners"

    def update(self, answer: pd.DataFrame) -> None:
        self._ranked = list(dict.fromkeys(answer["author"]))
        ticked = set(self.authors) & set(self._ranked)
        self._shown = [name for name in self._ranked if name in ticked or not ticked]
        self._offer(self._ranked)
        rows = answer[answer["author"].isin(self._shown)] if ticked else answer
        self._scores.is_offered = self.filters.has_scores
        if self.filters.has_scores:
            self._show_models(rows)
        else:
            self._show_counts(rows)

    def _show_models(self, rows: pd.DataFrame) -> None:
        score, hatched = f"{self._score()} score", self._hatched(rows)
        self._lanes.param.update(
            title="Every model of the most active authors",
            shows=f"Each point is a model, on the day when it appeared (a click opens it); {self._whom()}, "
            "most models first.",
        )
        self._lanes.send(self.filters.span, self._shown, models=_told(rows), hatched=hatched)
        self._scores.set_names(self._shown, candidates=self._ranked)
        scored = rows[rows["score"].notna()]
        scored = scored.assign(date=scored["appeared_on"])
        grey = f"; beyond the first {MOST} authors points are grey" if len(self._ranked) > MOST else ""
        self._scores.param.update(
            title=f"How well those models do: {score}",
            shows=f"Each point is a model with its {score}, coloured and shaped by author{grey}.",
        )
        self._scores.send(scored, self.filters.span, lines=_lines(scored) if self.joined else [], filling=hatched)

    def _show_counts(self, rows: pd.DataFrame) -> None:
        unit = self.filters.unit
        top = number_text(rows["models"].max()) if len(rows) else "0"
        self._lanes.param.update(
            title=f"New models per {unit} of the most active authors",
            shows=f"A bar's height is the {unit}'s number of new models, on one scale for all lanes (the highest is "
            f"{top}); {self._whom()}, most models first. The Hub's listing holds no scores.",
        )
        self._lanes.send(self.filters.span, self._shown, counts=rows, hatched=self._hatched(rows))
        self._scores.is_empty = True

    def _offer_contributors(self) -> None:
        """Offer contributors where commits tell them; else the control says why not."""
        known = ["owners", "contributors"] if self.contributed() else ["owners"]
        if list(self.param["by"].objects) != known:
            self.param["by"].objects = known
            self.param["by"].label = BY if len(known) > 1 else f"{BY} owners: no commits here tell contributors"
            self.by = self.by if self.by in known else "owners"

    def _offer(self, everyone: list[str]) -> None:
        """Let those be ticked who are ranked or added, and those who are ticked already."""
        names = everyone + [name for name in self.authors if name not in everyone]
        if list(self.param["authors"].objects) != names:
            self.param["authors"].objects = dict(zip(shortened(names), names, strict=True))

    def sentence(self, answer: pd.DataFrame) -> str:
        if answer.empty:
            return "Nobody's model appeared in this range."
        first, top = answer.iloc[0], answer[answer["is_top"]]
        many = top["author"].nunique()
        start, end = self.filters.dates
        share = (
            f"published {number_text(first['of_the_ten'])} of {counted(first['total'], 'new model')} "
            f"({first['of_the_ten'] / first['total']:.0%}) from {date_text(start)} to {date_text(end)}"
        )
        if many == 1:
            said = f"Only {first['author']} {share}."
        else:
            number = "ten" if many == 10 else number_text(many)
            ties = " (ties at ten are all counted)" if many > 10 else ""
            said = f"The {number} most active {self._by()}{ties} {share}; {_leaders(top)}."
        if not self.filters.has_scores or top["score"].isna().all():
            return said
        best = top.loc[top["score"] == top["score"].max()].sort_values("model_id").iloc[-1]
        whose = {1: "these models", 2: "the models of both"}.get(many) or f"the models of all {number}"
        score = f"The best {self.filters.score_name} among {whose}"
        return f"{said} {score}: {best['score']:.1f} points, by {best['model_id']}."

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        asked = dict.fromkeys([*self.added, *self.authors])
        absent = [name for name in asked if name not in self._ranked]
        said = [f"added or ticked without a model here: {', '.join(shortened(absent))}"] if absent else []
        if self.filters.has_scores and len(answer):
            if len(answer) < (told := int(answer["selected"].iloc[0])):
                said.append(
                    f"{number_text(len(answer))} of {number_text(told)} models are drawn and in the table: the best of "
                    "each author, and an even sample of the others"
                )
            unscored = int(answer["unscored"].iloc[0])
            said += [f"{counted(unscored, 'model')} without this score not in the second picture"] if unscored else []
        if len(self._shown) < len(self._ranked):
            said.append(f"{number_text(len(self._ranked) - len(self._shown))} authors not ticked")
        if self._by() == "contributors":
            said.append(f"contributors are known of {counted(self.contributed(), 'model')} only")
        return said

    def table(self, chart: Chart) -> pd.DataFrame:  # noqa: ARG002
        rows = self.answer[self.answer["author"].isin(self._shown)]
        if self.filters.has_scores:
            return rows[["rank", "author", "author_models", "model_id", "type", "appeared_on", "submitted_on", "score"]]
        return rows[["rank", "author", "author_models", "period", "last_day", "models", "is_complete"]]

    def to_query(self) -> dict[str, str]:
        names = {name: in_address(getattr(self, name)) for name in ("added", "authors")}
        return super().to_query() | {name: said for name, said in names.items() if said}

    def from_query(self, said: Mapping[str, str]) -> list[str]:
        names = {name: from_address(said[name]) for name in ("added", "authors") if name in said}
        rest = {name: word for name, word in said.items() if name not in names}
        notices = super().from_query(rest)
        if self.by == "contributors" and not self.contributed():
            self.by = "owners"
            notices.append("No commits have landed that would tell contributors: showing owners.")
        self.param.update(**names)
        if names:
            known = set(self.fetch()["author"])
            absent = [name for name in dict.fromkeys([*self.added, *self.authors]) if name not in known]
            if absent:
                notices.append(f"Without a model here, so left out: {', '.join(shortened(absent))}.")
                self.param.update(**{name: [n for n in getattr(self, name) if n in known] for name in names})
        return notices

    def _hatched(self, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray] | None:
        """The stretches at both ends of the axis whose periods are incomplete, or lack submissions."""
        if rows.empty:
            return None
        span = self.filters.span
        until = milliseconds(rows["hatched_until"].iloc[:1]) + A_DAY
        since = milliseconds(rows["hatched_from"].iloc[:1])
        left, right = np.append(span.left, since), np.append(until, span.right)
        known = np.isfinite(left) & np.isfinite(right)
        return left[known], right[known]

    def _whom(self) -> str:
        if len(self._shown) < len(self._ranked):
            return "the authors that are ticked"
        return "the ten most active, ties included" + (", and those added" if self.added else "")

    def _score(self) -> str:
        labels = {name: label for label, name in self.filters.benchmarks.items()}
        return "average" if self.filters.benchmark == "average" else str(labels[self.filters.benchmark])


def _leaders(top: pd.DataFrame) -> str:
    """Who has most models, be it several."""
    first = top[top["rank"] == 1]
    names, models = list(dict.fromkeys(first["author"])), number_text(first["author_models"].iloc[0])
    if len(names) == 1:
        return f"{names[0]} has most, {models}"
    if len(names) > 3:
        return f"{len(names)} have most, {models} each"
    return f"{', '.join(names[:-1])} and {names[-1]} have most, {models} each"


def _lines(scored: pd.DataFrame) -> list[Path]:
    """Each author's scores, joined in the order of time."""
    author, x, y = scored["author"].to_numpy(object), milliseconds(scored["date"]), scored["score"].to_numpy("float64")
    return [Path(name, name, x[author == name], y[author == name], 1.2) for name in dict.fromkeys(author)]


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores and dates as the hover says them."""
    scores = [f"{score:.1f}" if pd.notna(score) else "none" for score in rows["score"]]
    return rows.assign(score_text=scores, submitted_text=[date_text(day) for day in rows["submitted_on"]])
