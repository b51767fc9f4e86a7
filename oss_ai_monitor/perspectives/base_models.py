"""Base models: the ladder that derivatives climb above each base's own score."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import pandas as pd
import param

from ..charts import Chart, date_text, number_text
from ..charts.ladder import Ladder, looks
from ..charts.spread import Spread
from .derivative_summary import summary
from .perspective import Perspective, counted

MOST = 4_000  # derivatives that a picture draws
MANY = 12  # ladders beyond which colours come twice and a picture is hard to read
FEW = 10  # derivatives below which a base's ladder says more about the lineage that is declared than about the base
NONE = "none"
SHOWN = {
    "base": "name",
    "best_gain": "best",
    "median_gain": "median",
    "best_model": "model_id",
    "share_above_the_base": "above",
}
# what the ladder draws of a derivative, by the names that it knows
DRAWN = {
    name: name for name in ("days", "gain", "is_rung", "is_unsettled", "model_id", "score", "type", "base_score")
} | {
    "label": "name",
    "appeared_on": "on",
    "is_owners_instruct": "is_own",
}


class BaseModels(Perspective):
    """How fast does a base model improve, and how far?"""

    title, slug, query = "Base models", "base-models", "base_models"
    parameters = ("bases", "labels", "merges", "resized", "others")
    needs_scores = True

    bases = param.ListSelector(
        default=[], objects=[], label="Base models", doc="The base models whose ladders are shown."
    )
    labels = param.Boolean(default=True, label="Names on the ladders", doc="Name each ladder at its last rung.")
    merges = param.Boolean(default=True, label="Merges", doc="Count merges, and what has one among its ancestors.")
    resized = param.Boolean(
        default=True,
        label="Grown or pruned",
        doc="Count derivatives beyond 0.8 to 1.25 of their base's size: mixtures, upscales and prunes.",
    )
    others = param.Boolean(
        default=True, label="Derivatives off the ladder", doc="All other derivatives, as faint points."
    )

    def prepare(self) -> None:
        boards = [name for name in self.filters.datasets.index if name != "hub"]
        self._known = {board: self.warehouse.query("bases", {"dataset": board}) for board in boards}
        self._places = _places([_usual(frame)["label"].tolist() for frame in self._known.values()])
        self.summary = pd.DataFrame()
        self._parts = pd.DataFrame(), pd.DataFrame()  # the answer's bases, and their derivatives
        self._below = 0

    def _choose(self) -> None:
        """Offer the bases of the leaderboard, and choose the usual ones; one that cannot be chosen says why."""
        self._dataset = self.filters.dataset
        known = self._bases_known()
        if known.empty:
            return
        can, cannot = known[known["unavailable"].isna()], known[known["unavailable"].notna()]
        labels = dict(zip(can["label"], can["base_model_id"], strict=True))
        told = [f"{label} ({_why(why)})" for label, why in zip(cannot["label"], cannot["unavailable"], strict=True)]
        labels |= dict(zip(told, cannot["base_model_id"], strict=True))
        with param.parameterized.batch_call_watchers(self):
            self.param["bases"].objects = labels
            self.bases = self._defaults()
            self.disabled_options = {"bases": cannot["base_model_id"].tolist()}

    def _bases_known(self) -> pd.DataFrame:
        """The bases of the leaderboard; on the Hub those of the first one, which it offers."""
        first = next(iter(self._known.values()), pd.DataFrame())
        return self._known.get(self.filters.dataset, first)

    def _defaults(self) -> list[str]:
        known = self._bases_known()
        return [] if known.empty else _usual(known)["base_model_id"].tolist()

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:  # noqa: ARG002
        return self.query, {"bases": list(self.bases), "merges": self.merges, "resized": self.resized, "most": MOST}

    def _wanted(self) -> dict[str, Any]:
        """The ladder counts days: neither the unit nor the dated events change it."""
        wanted = super()._wanted()
        return {name: value for name, value in wanted.items() if name not in ("unit", "show_events")}

    def _mark(self, charts: list[Chart]) -> None:
        """No dated events: this axis has no dates."""

    def draw(self) -> list[Chart]:
        self._ladder = Ladder(
            "ladder", x_title="days since the base's release", y_title="points gained over the base's own score"
        )
        self._gains = Spread("gains", x_title="points gained over the base's own score")
        return [self._ladder, self._gains]

    def update(self, answer: pd.DataFrame) -> None:
        self._parts = is_base, rows = answer[answer["is_base"]], answer[~answer["is_base"]]
        look = looks(is_base["label"].tolist(), self._places)
        end = min(self.filters.dates[1], self.filters.bounds[1])
        bases = is_base.rename(columns={"label": "name", "spread_low": "low", "spread_high": "high"})
        bases["until"] = [max((end - day.date()).days, 0) for day in bases["released_on"]]
        bases["summary"] = [
            f"its own {counted(n, 'evaluation')} differ by {high - low:.1f} points"
            for n, low, high in zip(bases["evaluations"], bases["low"], bases["high"], strict=True)
        ]
        rows = rows.assign(is_unsettled=rows["is_filling"] | rows["is_missing_late_submissions"])
        drawn = rows[[*DRAWN]][(rows["days"] >= 0).to_numpy(bool, na_value=False)].rename(columns=DRAWN)
        self._below = self._ladder.send(drawn, bases, look, labels=self.labels, others=self.others)
        self.summary = summary(is_base, rows)
        with_some = self.summary[self.summary["derivatives"] > 0]
        self._gains.send(with_some.rename(columns=SHOWN), look)
        plain = {"average score": "average", "score": "score"}
        score = plain.get(self.filters.score_name) or self._benchmark()
        self._ladder.param.update(
            title="What derivatives gained over their base",
            shows="Each step is a derivative that beat its base and all derivatives before it, counted from the base's "
            f"own {score} on the day of its release. Faint points are all others, stars the owner's own instruct "
            f"models; {self._hollow()}dotted lines go on from the last filled step to the end of the data; a band is "
            "how far the base's own repeated evaluations differ.",
        )
        self._gains.param.update(
            title="How far, base by base",
            shows="The bar holds the middle half of a base's derivatives, the tick is their median, the point the best "
            "rung of its ladder.",
        )

    def _hollow(self) -> str:
        """What hollow points mean; empty where there are none."""
        if self.filters.kind == "benchmark":
            return "hollow points are pending results, which set no record; "
        if pd.isna(settled := self.filters.about["settled_on"]):
            return ""
        return f"hollow points appeared after {date_text(settled)} ({self.filters.unsettled}); "

    def _benchmark(self) -> str:
        return next(label for label, name in self.filters.benchmarks.items() if name == self.filters.benchmark)

    def sentence(self, answer: pd.DataFrame) -> str:
        if answer.empty:
            return "No base model is chosen."
        told = self.summary[self.summary["best_gain"] > 0].sort_values("best_gain", ascending=False, kind="stable")
        if told.empty:
            derivatives = int(self.summary["derivatives"].sum())
            if not derivatives:
                return "No derivative of the chosen base models meets these filters."
            return f"Of {counted(derivatives, 'derivative')} none beat its base."
        first = told.iloc[0]
        said = (
            f"{first['base']} was improved furthest: {first['best_gain']:+.1f} points by {first['best_model']} "
            f"({date_text(first['peak_on'])}, {_after(first['days_to_the_peak'])})"
        )
        if len(told) == 1:
            return said + "."
        days = told["days_to_the_peak"].median()
        within = "on the day of" if days < 1 else f"within {counted(round(days), 'day')} of"
        return f"{said}; half of the {len(told)} ladders reached their last rung {within} their base's release."

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        off_the_ladder, everywhere = self._left_out()
        return off_the_ladder + everywhere

    def left_out_of(self, chart: Chart) -> list[str]:
        """Derivatives off the ladder are still in the medians and quartiles."""
        off_the_ladder, everywhere = self._left_out()
        return everywhere if chart is self._gains else off_the_ladder + everywhere

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        """Among the derivatives of the chosen bases: a date or a declared base that is not as claimed."""
        bases = self._parts[0]
        disputed = int(bases["disputed"].sum()) if len(bases) else 0
        return {"date or base model": disputed} if disputed else {}

    def _left_out(self) -> tuple[list[str], list[str]]:
        """What the ladder alone does not draw, and what no picture counts."""
        bases, rows = self._parts
        merged, sized, dated = (int(bases[f"hidden_{name}"].sum()) for name in ("merges", "by_size", "by_date"))
        undeclared = int(bases["instruct_undeclared"].sum())
        before, undated = int(bases["before_release"].sum()), int(bases["undated"].sum())
        ladder = [
            (before, "derivative", "dated before the base's release: in the table, not drawn"),
            (undated, "derivative", "undated: in the table, not drawn"),
            (self._below, "derivative", "further below the base than the picture goes"),
        ]
        parts = [
            (merged, "merge", "left out"),
            (
                int(bases["hidden_resized"].sum()),
                "derivative",
                "grown or pruned (beyond 0.8 to 1.25 of the base's size) left out",
            ),
            (
                int(bases["resized"].sum()),
                "derivative",
                "grown or pruned (beyond 0.8 to 1.25 of the base's size): counted, a switch leaves them out",
            ),
            (sized, "derivative", "of other sizes left out"),
            (dated, "derivative", "outside the chosen dates left out"),
            (undeclared, "owner's instruct model", "without a declared base, so no derivative here"),
        ]
        off_the_ladder, said = (
            [f"{counted(n, noun)} {what}" for n, noun, what in kind if n] for kind in (ladder, parts)
        )
        if len(rows) < (known := int(bases["derivatives"].sum())):
            off_the_ladder.insert(
                0,
                f"{number_text(len(rows))} of {number_text(known)} derivatives are drawn and in the table of "
                "models: all rungs, the owners' own, and an even sample of the others; figures are over all",
            )
        poor = self.summary[self.summary["derivatives"] < FEW]
        if len(poor):
            few = ", ".join(f"{base} {n}" for base, n in zip(poor["base"], poor["derivatives"], strict=True))
            said.append(f"only declared base models count, and few declare these: {few}")
        absent = _missing(self._bases_known())["label"].tolist() if len(self._bases_known()) else []
        if absent:
            said.append(f"usual bases without an own evaluation here: {', '.join(absent)}")
        if len(bases) > MANY:
            said.append(
                f"{len(bases)} base models at once are hard to tell apart: colours come twice, markers tell them"
            )
        return off_the_ladder, said

    def table(self, chart: Chart) -> pd.DataFrame:
        if chart is self._gains:
            told = self.summary.drop(columns=["lower", "upper"])
            return told.assign(released_on=told["released_on"].dt.date, peak_on=pd.to_datetime(told["peak_on"]).dt.date)
        rows = self.answer[~self.answer["is_base"]].assign(appeared_on=lambda frame: frame["appeared_on"].dt.date)
        names = {"label": "base", "model_id": "model", "is_owners_instruct": "is_owner's", "distance": "declarations"}
        order = [
            "label",
            "model_id",
            "score",
            "gain",
            "appeared_on",
            "days",
            "is_rung",
            "is_filling",
            "is_missing_late_submissions",
            "type",
            "is_merge",
            "is_resized",
        ]
        order += ["is_owners_instruct", "distance", "appeared_rule"]
        return rows[order].rename(columns=names)

    def to_query(self) -> dict[str, str]:
        said = super().to_query()
        said.pop("bases", None)
        if self.filters.has_scores and list(self.bases) != self._defaults():
            said["bases"] = ",".join(self.bases) or NONE
        return said

    def from_query(self, said: Mapping[str, str]) -> list[str]:
        wanted = [word for word in said.get("bases", "").split(",") if word and word != NONE]
        known = self._bases_known()
        why = (
            {}
            if known.empty
            else known.dropna(subset="unavailable").set_index("base_model_id")["unavailable"].to_dict()
        )
        offered = set() if known.empty else set(known["base_model_id"]) - set(why)
        notices = super().from_query({name: value for name, value in said.items() if name != "bases"})
        if "bases" in said:
            kept = [word for word in wanted if word in offered]
            self.bases = kept if kept or not wanted else self._defaults()
            notices += [
                f"“{word}” cannot be chosen: {why.get(word, 'it is no base model that is known here')}."
                for word in wanted
                if word not in offered
            ]
        return notices

    def _nothing(self) -> str:
        return super()._nothing() if self.bases else "Choose a base model to see its ladder."


def _places(boards: list[list[str]]) -> dict[str, int]:
    """A place among the looks for each usual base: the same on every leaderboard, and none twice on any of them."""
    places: dict[str, int] = {}
    for name in dict.fromkeys(name for names in boards for name in names):
        taken = {places[other] for names in boards if name in names for other in names if other in places}
        places[name] = next(n for n in count() if n not in taken)
    return places


def _usual(known: pd.DataFrame) -> pd.DataFrame:
    return known[known["is_default"] & known["unavailable"].isna()]


def _missing(known: pd.DataFrame) -> pd.DataFrame:
    return known[known["is_default"] & known["unavailable"].notna()] if len(known) else known


def _why(unavailable: str) -> str:
    return {"no evaluation of its own on this leaderboard": "no own evaluation here"}.get(unavailable, unavailable)


def _after(days: float) -> str:
    return "on the day of its release" if days < 1 else f"{counted(round(days), 'day')} after its release"
