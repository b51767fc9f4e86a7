"""Gain: how much a derivative scores above its base, by kind, base, training data, owner and size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import param

from ...charts import DATES_OF_ITS_OWN, GREY, Chart, IntervalDots, ModelPoints, Path, Scale, shortened
from ..address import read_names, write_names
from ..declaration import Plot
from ..perspective import Perspective
from ..phrases import one_sentence
from ..search_list import SearchList
from . import texts
from .sources import BY_BASE_SCORE, CONTRAST, FEWEST, GAINS, LEFT_OUT, PAIRS

BY = {"Kind": "kind", "Base": "base", "Training data": "training data", "Owner": "owner", "Size": "size"}
MEDIANS = "median of all pairs"
MOST_CHOSEN = 12  # names whose pairs can be drawn at once


class Gain(Perspective):
    """What derivatives gain over the base that they declare, or over their nearest pretrained ancestor."""

    title, slug, group, order = "Gain over the base", "gain", "Scores", 90
    question = "What does a derivative gain over its base?"
    sources = {"gains": GAINS, "contrast": CONTRAST, "pairs": PAIRS}  # noqa: RUF012
    other_queries = (LEFT_OUT, BY_BASE_SCORE)
    parameters = ("by", "basis", "doubtful", "pairs_of")
    needs_scores = True
    is_dated, disputed_facts = False, ()
    placeholders = {"pairs_of": "all pairs: click a row, or search"}  # noqa: RUF012

    by = param.Selector(default="kind", objects=BY, label="Gain by", doc="What derivatives are grouped by.")
    basis = param.Selector(
        default="declared",
        objects={"Declared base": "declared", "Pretrained": "pretrained"},
        label="Compared with",
        doc="The one base that a model declares, or its nearest ancestor that is evaluated as pretrained.",
    )
    doubtful = param.Boolean(
        default=False,
        label="Disputed and re-sized too",
        doc="Count models whose declared base is disputed, and those beyond 0.8 to 1.25 of their base's size.",
    )
    pairs_of = SearchList(
        default=[], item_type=str, label="Pairs of", doc="The rows whose pairs are drawn; none chosen means all."
    )

    def prepare(self) -> None:
        self._colours = {name: (colour, "circle") for name, colour in self.palette("types").items()}
        self._by_before, self._names_before = self.by, list[str]()
        self.counts = self.contrast = self.pairs = self.bands = pd.DataFrame()

    def adjust_choices(self) -> None:
        """Drop the chosen rows when the grouping changes: they were those of another one."""
        if self.by != self._by_before and self.pairs_of and self.pairs_of == self._names_before:
            self._by_before, self._names_before = self.by, []
            self.param.update(pairs_of=[])
        self._by_before, self._names_before = self.by, list(self.pairs_of)

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """Rows whose name contains what was typed, those with most pairs first."""
        names = [] if self.answer.empty else self.answer["name"].tolist()
        return [each for each in names if typed.casefold() in each.casefold()][:20]

    def pick(self, chart: Chart, names: list[str]) -> None:
        """Draw the pairs of a clicked row alone, and after a second click those of all."""
        if chart.key in ("gains", "contrast") and names[0] in set(self.answer["name"]):
            self.param.update(pairs_of=[] if self.pairs_of == names[:1] else names[:1])

    def depends_on(self) -> dict[str, Any]:
        """Neither dates nor the unit nor the dated events change it."""
        return {
            name: value
            for name, value in super().depends_on().items()
            if name not in ("start", "end", "unit", "show_events")
        }

    def mark_events(self, charts: list[Chart]) -> None:
        """No dated events: no axis has dates."""

    def draw(self) -> list[Chart]:
        counts = (("bases", "bases{0,0}"), ("owners", "owners{0,0}"))
        share = ("above the base", "share_above{0.0%}")
        self._gains = IntervalDots(
            "gains", x_title="points gained", value_label="median gain", longest=20,
            can_pick=True, dates=DATES_OF_ITS_OWN,
            details=(("pairs", "n{0,0}"), share, *counts, ("mean", "mean_gain{+0,0.00}")),
        )  # fmt: skip
        self._contrast = IntervalDots(
            "contrast", x_title="points over the others", value_label="median contrast", longest=20,
            can_pick=True, dates=DATES_OF_ITS_OWN,
            details=(("models", "n{0,0}"), *counts, ("above the others", "share_above{0.0%}")),
        )  # fmt: skip
        self._pairs = ModelPoints(
            "pairs", by="type", dates=DATES_OF_ITS_OWN,
            details=(("base", "base_model"), ("its own score", "score{0,0.00}")),
        )  # fmt: skip
        return [self._gains, self._contrast, self._pairs]

    def update(self, answer: pd.DataFrame) -> None:
        values, choices = self.selection.values(), {"basis": self.basis, "doubtful": self.doubtful}
        self.counts = self.warehouse.query(LEFT_OUT, values, **choices)
        self.bands = self.warehouse.query(BY_BASE_SCORE, values, **choices)
        for name, chart in (("contrast", self._contrast), ("pairs", self._pairs)):
            query, parameters = self.query_for(chart)
            setattr(self, name, self.warehouse.query(query, values, **parameters))
        self._send_gains(answer)
        self._send_contrast()
        self._send_pairs()

    def _send_gains(self, answer: pd.DataFrame) -> None:
        rows = texts.drawn(answer, self.by)
        details = texts.GAINS_DETAILS + texts.DATA_DETAILS * (self.by == "training data")
        self._gains.param.update(
            title=f"Gain over the base, by {self.by}",
            caption=texts.gains_caption(self.counts, self.basis),
            details=details + texts.PRETRAINED_DETAILS * (self.basis == "pretrained"),
        )
        colours = {name: colour for name, (colour, _) in self._colours.items()} if self.by == "kind" else {}
        colours |= {} if self.by == "owner" else _grey(rows[texts.is_of_one_owner(rows)])
        self._gains.send(_as_dots(rows, "median_gain", "pairs"), colours=colours)

    def _send_contrast(self) -> None:
        rows = self.contrast[self.contrast["models"] >= FEWEST].head(texts.MOST_ROWS)
        rows = rows.sort_values(["median_contrast", "name"], ascending=[False, True], kind="stable")
        self._contrast.is_offered = self.by == "training data"
        self._contrast.param.update(
            title="Training data, within the same base",
            caption=texts.contrast_caption(rows),
            details=texts.CONTRAST_DETAILS,
        )
        of_few_owners = rows[rows["owners"] < texts.FEWEST_OWNERS]
        self._contrast.send(_as_dots(rows, "median_contrast", "models"), colours=_grey(of_few_owners))

    def _send_pairs(self) -> None:
        bands = self.bands[self.bands["pairs"] >= FEWEST]
        x, y = (bands[name].to_numpy("float64") for name in ("median_base_score", "median_gain"))
        names = shortened(list(self.pairs_of), 40)
        self._pairs.param.update(
            title=f"Gain against the base's own score: {', '.join(names) if names else 'all pairs'}",
            caption=one_sentence(texts.pairs_caption(self.pairs, names), texts.weak_and_strong(self.bands)),
            details=texts.PAIRS_DETAILS,
        )
        frame = self.pairs.rename(columns={"base_score": "x", "gain": "value"})
        self._pairs.send(
            frame, self._colours | {MEDIANS: (GREY, "circle")}, lines=[Path(MEDIANS, MEDIANS, x, y)],
            x=Scale(f"{self._score()} of the base"), y=Scale("points gained"),
        )  # fmt: skip

    def _score(self) -> str:
        return self.selection.score_name.replace("average score", "average")

    def sentence(self, answer: pd.DataFrame) -> str:
        return texts.sentence(answer, self.counts, self.by, self.basis)

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:
        rows = texts.comparable(answer, self.by)
        return [str(rows["name"].iloc[position]) for position in (0, -1)] if self.by == "base" and len(rows) > 1 else []

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return texts.left_out(self.counts, self.basis)

    def left_out_of(self, chart: Chart) -> list[str]:
        notes = texts.left_out(self.counts, self.basis)
        return [*texts.not_drawn(self.answer, self.by), *notes] if chart.key == "gains" else notes

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        """Return nothing: what is disputed is among what is left out."""
        return {}

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return {"contrast": self.contrast, "pairs": self.pairs}.get(chart.key, self.answer)

    def plot(self) -> Plot:
        return Plot(
            self.pairs, "scatter", "base_score", "gain", "type", "Gain over the base", "points gained",
            "score of the base", hover=("model_id", "base_model"),
        )  # fmt: skip

    def empty_reason(self) -> str:
        return "No evaluated model of these sizes has a base that is evaluated on the same leaderboard, too."

    def to_query(self) -> dict[str, str]:
        query = super().to_query()
        query.pop("pairs_of", None)
        return query | ({"pairs_of": write_names(self.pairs_of)} if self.pairs_of else {})

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        notices = super().from_query({name: word for name, word in query.items() if name != "pairs_of"})
        if "pairs_of" in query:
            names = [name[:300] for name in read_names(query["pairs_of"])[:MOST_CHOSEN]]
            offered = set(self.fetch()["name"]) if self.selection.has_scores else set()
            self.param.update(pairs_of=[name for name in names if name in offered])
            absent = shortened([name for name in names if name not in offered])
            notices += [f"There is no row “{name}” here: it is left out." for name in absent]
        return notices


def _grey(rows: pd.DataFrame) -> dict[str, str]:
    """Return the colour of rows that few owners decide."""
    return dict.fromkeys(rows["name"], GREY)


def _as_dots(rows: pd.DataFrame, median: str, count: str) -> pd.DataFrame:
    """Return rows as a chart of dots and intervals takes them."""
    renamed = rows.rename(columns={median: "value", "lower_quartile": "low", "upper_quartile": "high", count: "n"})
    labels = [str(name).rpartition("/")[2] for name in renamed["name"]]
    return renamed.assign(value=renamed["value"].astype(np.float64), label=labels)
