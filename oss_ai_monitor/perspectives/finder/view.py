"""Finder: which model should I take? The best up to each size on two dates, candidates, and the smallest at a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import param

from ...charts import (
    DATES_OF_ITS_OWN,
    RATIOS,
    SCORES,
    Chart,
    Frontier,
    IntervalDots,
    StepCurves,
    date_text,
    milliseconds,
    shortened,
    styles_by_name,
)
from .. import regions
from ..address import MOST_NAMED
from ..copies import originals
from ..declaration import Plot, Source
from ..perspective import Perspective
from ..search_list import SearchList
from . import texts
from .sources import CANDIDATES, CHOICES, FRONTIER, SMALLEST

SHOWN = 12
"""Candidates that the chart of candidates draws."""
MOST_BASES = 20
"""Base models that an address may name."""
TIED, NOT_TIED = "#0072B2", "#8A8F98"
LEFT_OUT, BASES = "finder_left_out", "finder_bases"
BITS = {"16 bits": "16", "8 bits": "8", "4 bits": "4"}
CLASSES = ["permissive", "copyleft", "OpenRAIL", "community", "non-commercial", "other", "unknown"]


class Finder(Perspective):
    """Frontiers of score against size, candidates with the spread of their evaluations, the smallest at a score."""

    title, slug, group, order = "Finder", "finder", "Scores", 100
    question = "Which model should I take?"
    parameters = CHOICES
    sources = {"frontier": FRONTIER, "candidates": CANDIDATES, "smallest": SMALLEST}  # noqa: RUF012
    other_queries = (LEFT_OUT, BASES)
    placeholders = {"licenses": "any licence", "regions": "any region", "bases": "any base"}  # noqa: RUF012
    needs_scores = True

    licenses = param.ListSelector(
        default=[], objects=CLASSES, label="Licences", doc="Classes of declared licences; none chosen means all."
    )
    regions = param.ListSelector(
        default=[],
        objects={label: region for region, label in regions.LABELS.items()},
        label="Regions",
        doc="Where the owner has its seat, as reviewed; none chosen means all.",
    )
    organisations = param.Boolean(
        default=False,
        label="Organisations only",
        doc="Only models whose owner is reviewed as an organisation, or which an official provider submitted.",
    )
    without_merges = param.Boolean(
        default=False, label="Without merges", doc="Leave out merges, and what descends from them."
    )
    downloads_at_least = param.Number(
        default=None,
        allow_None=True,
        bounds=(0, 1e12),
        inclusive_bounds=(False, True),
        label="Downloads, at least",
        doc="Only models known to have so many downloads in the 30 days before the listing; None means no limit.",
    )
    memory_gb = param.Number(
        default=None,
        allow_None=True,
        bounds=(0, 1e6),
        inclusive_bounds=(False, True),
        label="Memory, at most (GB)",
        doc="Only models whose weights take at most so many GB; None means no limit.",
    )
    bits = param.Selector(default="16", objects=BITS, label="Bits a weight", doc="How the weights are stored.")
    bases = SearchList(default=[], label="Descends from", doc="Only these models and what descends from them.")
    doubted = param.Boolean(
        default=False, label="Sizes in doubt too", doc="Also models whose size is disputed or not credible."
    )

    def prepare(self) -> None:
        self.frontier, self.smallest, self.reasons = pd.DataFrame(), pd.DataFrame(), pd.DataFrame()
        self._originals = originals(self.warehouse)

    def offer_choices(self) -> None:
        """Every dataset has the same choices."""

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """Models from which scored ones descend and whose name contains what was typed."""
        return self._bases(typed, [])

    def _bases(self, typed: str, names: list[str]) -> list[str]:
        return list(self.warehouse.query(BASES, self.selection.values(), typed=typed, names=names)["model_id"])

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        notices = super().from_query(query)
        if chosen := list(self.bases):
            bases = self._bases("", chosen[:MOST_BASES])
            self.param.update(bases=[name for name in chosen if name in bases])
            absent = shortened([name for name in chosen if name not in bases])
            notices += [f"No scored model descends from “{name}”: it is left out." for name in absent[:MOST_NAMED]]
        return notices

    def fetch(self) -> pd.DataFrame:
        values, choices = self.selection.values(), self._choices()
        self.frontier = self.warehouse.query(FRONTIER.query, values, **choices)
        self.smallest = self.warehouse.query(SMALLEST.query, values, **choices)
        self.reasons = self.warehouse.query(LEFT_OUT, values, **choices)
        return self.warehouse.query(CANDIDATES.query, values, **choices, **CANDIDATES.constants)

    def _choices(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in CHOICES}
        return {name: list(value) if isinstance(value, list) else value for name, value in values.items()}

    def source_for(self, chart: Chart | None = None) -> Source:
        return CANDIDATES if chart is None else super().source_for(chart)

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return {"frontier": self.frontier, "smallest": self.smallest}.get(chart.key, self.answer)

    def draw(self) -> list[Chart]:
        details = (("licence", "license_text"), ("type", "type"), ("seen", "seen_text"))
        self._frontier = Frontier(
            "frontier", by="line", x="parameters_b", value="score", x_title="parameters (billions)",
            y_title="score (points of 100)", details=details, dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        self._candidates = IntervalDots(
            "candidates", x_title="score (points of 100)", value_label="score", numbers=SCORES,
            details=(("", "model_id"), ("size (B)", "parameters_b{0,0.[0]}"), ("weights", "memory"), *details),
            dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        self._smallest = StepCurves(
            "smallest", by="line", value="parameters_b", y_title="parameters (billions)", x="day", has_dates=True,
            x_title="seen (UTC)", numbers=RATIOS, details=(("", "model_id"), ("score", "score{0.0}")),
            dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        return [self._frontier, self._candidates, self._smallest]

    def update(self, answer: pd.DataFrame) -> None:
        self._send_frontier()
        self._send_candidates(answer)
        self._send_smallest()

    def _send_frontier(self) -> None:
        start, end = self.selection.dates
        styles = {f"by {date_text(start)}": ("#E69F00", "square"), f"by {date_text(end)}": (TIED, "circle")}
        rows = _described(self.frontier)
        rows = rows.assign(line=[f"by {date_text(day)}" for day in rows["seen_by"]], low=rows["score"] - rows["spread"])
        self._frontier.param.update(
            title=f"Best {self.selection.score_name} up to each size, on two dates",
            caption=f"Each corner is a candidate that scores more than every smaller one: those seen by "
            f"{date_text(start)}, and those seen by {date_text(end)}.",
            details=f"A bar below a corner is how far repeated evaluations of a model differ. {texts.SIZES} "
            f"{texts.CUT_OFF + ' ' if self.selection.dataset == 'v1' else ''}{texts.SEEN} {texts.CONTAMINATION}",
        )
        self._frontier.send(rows, styles, largest=float(rows["largest_b"].max()) if len(rows) else 0.0)

    def _send_candidates(self, answer: pd.DataFrame) -> None:
        rows = _described(answer.head(SHOWN))
        low = rows["score"] - rows["spread"].fillna(0.0)
        names = [str(name).rpartition("/")[2] for name in rows["model_id"]]
        memory = [texts.memory_text(row) for _, row in rows.iterrows()]
        rows = rows.assign(name=names, value=rows["score"], low=low, high=rows["score"], memory=memory)
        colours = {str(row.name): TIED if row.is_tie or row.place == 1 else NOT_TIED for row in rows.itertuples()}
        self._candidates.param.update(
            title="Candidates, best first",
            caption=texts.candidates_caption(answer, len(rows)),
            details=f"The table has the {CANDIDATES.constants['most']} best. {texts.NOMINAL} {texts.MEMORY} "
            f"{texts.SAME} {texts.CONTAMINATION}",
        )
        self._candidates.send(rows, reference=float(low.iloc[0]) if len(rows) else 0.0, colours=colours)

    def _send_smallest(self) -> None:
        start, end = self.selection.dates
        rows = self.smallest.sort_values(["level", "seen_on"], ascending=[False, True], kind="stable")
        day = rows["seen_on"].where(~rows["is_before"].astype(bool), pd.Timestamp(start))
        rows = rows.assign(line=[f"{level:g} points" for level in rows["level"]], day=day)
        names = list(dict.fromkeys(rows["line"]))
        self._smallest.param.update(
            title=f"The smallest model that reaches a score, {self.selection.score_name}",
            caption="Each line goes down where a smaller candidate than before reached this score.",
            details=f"A line begins with the smallest that was there on the first day. {texts.SEEN} {texts.SIZES}",
        )
        until = float(milliseconds([end])[0])
        self._smallest.send(
            rows, styles_by_name(names, {}), span=self.selection.span, until=dict.fromkeys(names, until), is_log=True
        )

    def sentence(self, answer: pd.DataFrame) -> str:
        return texts.sentence(answer, self.selection, self._choices(), self.reasons, self._originals)

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:
        return [str(name) for name in answer["model_id"].head(2)]

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return texts.left_out(self.reasons, self.selection)

    def empty_reason(self) -> str:
        return texts.empty_reason(self.selection, self._choices())

    def plot(self) -> Plot:
        rows = self.frontier.assign(seen_by=[date_text(day) for day in self.frontier["seen_by"]])
        return Plot(
            rows, "scatter", "parameters_b", "score", "seen_by", self._frontier.title, "score (points of 100)",
            "parameters (billions)", hover=("model_id",),
        )  # fmt: skip


def _described(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with texts for the hover."""
    return rows.assign(
        license_text=rows["license"].fillna("none declared"),
        seen_text=[date_text(day) if pd.notna(day) else "" for day in rows["seen_on"]],
    )
