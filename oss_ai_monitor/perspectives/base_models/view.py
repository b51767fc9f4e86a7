"""Base models: how much derivatives gained over the score of their base, as a ladder over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import param

from ...charts import Chart, date_text
from ...charts.ladder import Ladder
from ...charts.name_styles import styles_by_name
from ...charts.spread import Spread
from ...plurals import counted
from ..copies import originals, with_notes
from ..declaration import COMPLETENESS, Plot, Source
from ..perspective import Perspective
from . import notes, pace
from .derivatives import COLUMNS, summary

MAX_POINTS = 4_000  # derivatives that a chart draws
NONE = "none"  # the value in an address if no base is chosen
SPREAD = {
    "base": "name",
    "best_gain": "best",
    "median_gain": "median",
    "best_model": "model_id",
    "share_above_the_base": "above",
}
# column of the query → column of the ladder
LADDER_COLUMNS = {
    name: name for name in ("days", "gain", "is_rung", "is_unsettled", "model_id", "score", "type", "base_score")
} | {
    "label": "name",
    "appeared_on": "on",
    "is_owners_instruct": "is_own",
}

LADDER = Source(
    "base_models",
    columns={
        "base": "the base model",
        "model": "the repository that derives from it",
        "score": "points of 100",
        "gain": "points above the base's own score",
        "appeared_on": "day on which it appeared, UTC",
        "days": "days since the base's release",
        "is_rung": "whether it beat the base and all derivatives before it",
        "is_filling": COMPLETENESS["is_filling"],
        "is_missing_late_submissions": COMPLETENESS["is_missing_late_submissions"],
        "type": "what kind of model it is",
        "is_merge": "whether it is a merge, or has one among its ancestors",
        "is_resized": "whether it is grown or pruned: beyond 0.8 to 1.25 of the base's size",
        "is_owner's": "whether it is the owner's own instruct model",
        "declarations": "declared steps from the base to it",
        "appeared_rule": "the rule that decided its day",
    },
    parameters=("bases", "merges", "resized"),
    names_models=True,
)
GAINS = Source(
    "base_models",
    columns={name: meaning for name, meaning in COLUMNS.items() if name not in ("lower", "upper")},
    parameters=("bases", "merges", "resized"),
    names_models=True,
)
RENAMED = {
    "label": "base", "model_id": "model", "is_owners_instruct": "is_owner's", "distance": "declarations",
}  # fmt: skip


class BaseModels(Perspective):
    """What derivatives gained over their base: as a ladder over time, as a spread, and by the number of attempts."""

    title, slug, group, order = "Base models", "base-models", "Scores", 50
    question = "How fast does a base model improve, and how far?"
    sources = {"ladder": LADDER, "gains": GAINS, "attempts": pace.ATTEMPTS, "pull": pace.PULL}  # noqa: RUF012
    other_queries = ("bases",)
    parameters = ("bases", "labels", "merges", "resized", "others")
    needs_scores = True
    placeholders = {"bases": "none chosen: search and add"}  # noqa: RUF012

    bases = param.ListSelector(
        default=[], objects=[], label="Base models", doc="The base models whose ladders are shown."
    )
    labels = param.Boolean(default=True, label="Names on the ladders", doc="Name each ladder at its last rung.")
    merges = param.Boolean(default=True, label="Merges", doc="Count merges, and what has one among its ancestors.")
    resized = param.Boolean(
        default=False,
        label="Grown or pruned",
        doc="Count derivatives beyond 0.8 to 1.25 of their base's size: mixtures, upscales, prunes, merges.",
    )
    others = param.Boolean(
        default=True, label="Derivatives off the ladder", doc="All other derivatives, as faint points."
    )

    def prepare(self) -> None:
        boards = self.selection.datasets.boards
        self._bases = {board: self.warehouse.query("bases", {"dataset": board}) for board in boards}
        self._style_indices = notes.style_indices(
            [notes.defaults(bases)["label"].tolist() for bases in self._bases.values()]
        )
        self._originals = originals(self.warehouse)
        self.summary = pd.DataFrame()
        self.attempts, self.pull = pd.DataFrame(), pd.DataFrame()
        self._parts = pd.DataFrame(), pd.DataFrame()  # the answer's bases, and their derivatives
        self._below = 0

    def offer_choices(self) -> None:
        """Offer the bases of the leaderboard, and choose the default ones; labels of unavailable ones say why."""
        bases = self._offered()
        if bases.empty:
            return
        with param.parameterized.batch_call_watchers(self):
            self.param["bases"].objects = notes.labels(bases)
            self.bases = self._defaults()
            cannot = bases.loc[bases["unavailable"].notna(), "base_model_id"]
            self.disabled_options = {"bases": cannot.tolist()}

    def _offered(self) -> pd.DataFrame:
        """Return the bases of the leaderboard; for the Hub those of the first leaderboard."""
        first = next(iter(self._bases.values()), pd.DataFrame())
        return self._bases.get(self.selection.dataset, first)

    def _defaults(self) -> list[str]:
        bases = self._offered()
        return [] if bases.empty else notes.defaults(bases)["base_model_id"].tolist()

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """Query at most as many derivatives as a chart draws."""
        query, parameters = super().query_for(chart)
        return query, parameters | ({"most": MAX_POINTS} if query == LADDER.query else {})

    def fetch(self) -> pd.DataFrame:
        """Query the ladders, the attempts to each record, and the derivatives of the first days."""
        choices = {name: getattr(self, name) for name in pace.CHOICES} | {"bases": list(self.bases)}
        self.attempts = self.warehouse.query(pace.ATTEMPTS.query, self.selection.values(), **choices)
        self.pull = self.warehouse.query(pace.PULL.query, self.selection.values(), **choices)
        return super().fetch()

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return {"attempts": self.attempts, "pull": self.pull}.get(chart.key, self.answer)

    def depends_on(self) -> dict[str, Any]:
        """The ladder counts days: neither the unit nor the dated events change it."""
        values = super().depends_on()
        return {name: value for name, value in values.items() if name not in ("unit", "show_events")}

    def mark_events(self, charts: list[Chart]) -> None:
        """No dated events: this axis has no dates."""

    def draw(self) -> list[Chart]:
        self._ladder = Ladder(
            "ladder", x_title="days since the base's release", y_title="points gained over the base's own score"
        )
        self._gains = Spread("gains", x_title="points gained over the base's own score")
        self._attempts, self._pull = pace.attempts_chart(), pace.pull_chart()
        return [self._ladder, self._gains, self._attempts, self._pull]

    def update(self, answer: pd.DataFrame) -> None:
        self._parts = is_base, rows = answer[answer["is_base"]], answer[~answer["is_base"]]
        styles = styles_by_name(is_base["label"].tolist(), self._style_indices)
        end = min(self.selection.dates[1], self.selection.bounds[1])
        bases = is_base.rename(columns={"label": "name", "spread_low": "low", "spread_high": "high"})
        bases["until"] = [max((end - day.date()).days, 0) for day in bases["released_on"]]
        bases["summary"] = [
            f"its own {counted(n, 'evaluation')} differ by {high - low:.1f} points"
            for n, low, high in zip(bases["evaluations"], bases["low"], bases["high"], strict=True)
        ]
        rows = rows.assign(is_unsettled=rows["is_filling"] | rows["is_missing_late_submissions"])
        points = rows[[*LADDER_COLUMNS]][(rows["days"] >= 0).to_numpy(bool, na_value=False)].rename(
            columns=LADDER_COLUMNS
        )
        self._below = self._ladder.send(points, bases, styles, labels=self.labels, others=self.others)
        self.summary = summary(is_base, rows)
        with_some = self.summary[self.summary["derivatives"] > 0]
        self._gains.send(with_some.rename(columns=SPREAD), styles)
        labels = {"average score": "average", "score": "score"}
        score = labels.get(self.selection.score_name) or self._benchmark()
        self._ladder.param.update(
            title="What derivatives gained over their base",
            caption="Each step is a derivative that beat its base and all derivatives before it, counted from the "
            f"base's own {score} on the day of its release.",
            details="Faint points are all others, stars the owner's own instruct models; "
            f"{self._hollow()}dotted lines go on from the last filled step to the end of the data; a band is how far "
            "the base's own repeated evaluations differ.",
        )
        self._gains.param.update(
            title="How far, base by base",
            caption="The bar holds the middle half of a base's derivatives, the tick is their median, the point the "
            "best rung of its ladder.",
        )

        pace.send_attempts(self._attempts, self.attempts, styles)
        pace.send_pull(self._pull, self.pull)

    def _hollow(self) -> str:
        """Return what hollow points mean; an empty string if there are none."""
        if self.selection.kind == "benchmark":
            return "hollow points are pending results, which set no record; "
        if pd.isna(settled := self.selection.about["settled_on"]):
            return ""
        return f"hollow points appeared after {date_text(settled)} ({self.selection.unsettled}); "

    def _benchmark(self) -> str:
        return next(label for label, name in self.selection.benchmarks.items() if name == self.selection.benchmark)

    def sentence(self, answer: pd.DataFrame) -> str:
        if answer.empty:
            return "No base model is chosen."
        improved = self._improved()
        if improved.empty:
            derivatives = int(self.summary["derivatives"].sum())
            if not derivatives:
                return "No derivative of the chosen base models meets these filters."
            return f"Of {counted(derivatives, 'derivative')} none beat its base."
        first = improved.iloc[0]
        furthest = f"{first['base']} was improved furthest: {first['best_gain']:+.1f} points by " + with_notes(
            first["best_model"],
            self._originals,
            date_text(first["peak_on"]),
            notes.days_after_release(first["days_to_the_peak"]),
        )
        if len(improved) == 1:
            return f"{furthest}."
        days = improved["days_to_the_peak"].median()
        within = "on the day of" if days < 1 else f"within {counted(round(days), 'day')} of"
        return f"{furthest}; half of the {len(improved)} ladders reached their last rung {within} their base's release."

    def _improved(self) -> pd.DataFrame:
        """Return the bases that a derivative beat, the one that was improved furthest first."""
        return self.summary[self.summary["best_gain"] > 0].sort_values("best_gain", ascending=False, kind="stable")

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:
        return [] if answer.empty else [str(name) for name in self._improved()["best_model"][:1]]

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return self.left_out_of(self._ladder)

    def left_out_of(self, chart: Chart) -> list[str]:
        """Return what a chart leaves out; medians and quartiles are over all derivatives."""
        bases, rows = self._parts
        everywhere = notes.left_out(bases, self.summary, self._offered())
        if chart in (self._attempts, self._pull):  # these count dated derivatives only
            undated = int(bases["undated"].sum()) if len(bases) else 0
            return [f"{counted(undated, 'derivative')} undated: in no count", *everywhere] if undated else everywhere
        return everywhere if chart is self._gains else notes.off_the_ladder(bases, rows, self._below) + everywhere

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        """Return the derivatives of the chosen bases whose date or declared base is not as claimed."""
        bases = self._parts[0]
        disputed = int(bases["disputed"].sum()) if len(bases) else 0
        return {"date or base model": disputed} if disputed else {}

    def table(self, chart: Chart) -> pd.DataFrame:
        if chart in (self._attempts, self._pull):
            return super().table(chart)
        if chart is self._gains:
            rows = self.summary.drop(columns=["lower", "upper"])
            days = {name: pd.to_datetime(rows[name]).dt.date for name in ("released_on", "peak_on")}
            return rows.assign(**days)
        rows = self.answer[~self.answer["is_base"]].assign(appeared_on=lambda frame: frame["appeared_on"].dt.date)
        return rows.rename(columns=RENAMED)[list(LADDER.columns)]

    def plot(self) -> Plot:
        rows = self.answer[~self.answer["is_base"] & (self.answer["days"] >= 0)]
        return Plot(
            rows, "scatter", "days", "gain", "label", "What derivatives gained over their base", "points gained",
            "days since the base's release", hover=("model_id",),
        )  # fmt: skip

    def to_query(self) -> dict[str, str]:
        query = super().to_query()
        query.pop("bases", None)
        if self.selection.has_scores and list(self.bases) != self._defaults():
            query["bases"] = ",".join(self.bases) or NONE
        return query

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        names = [name for name in query.get("bases", "").split(",") if name and name != NONE]
        bases = self._offered()
        reasons: dict[Any, Any] = {}
        if not bases.empty:
            reasons = bases.dropna(subset="unavailable").set_index("base_model_id")["unavailable"].to_dict()
        offered = set() if bases.empty else set(bases["base_model_id"]) - set(reasons)
        notices = super().from_query({name: word for name, word in query.items() if name != "bases"})
        if "bases" in query:
            available = [name for name in names if name in offered]
            self.bases = available if available or not names else self._defaults()
            notices += [
                f"“{name}” cannot be chosen: {reasons.get(name, 'it is no base model that is known here')}."
                for name in names
                if name not in offered
            ]
        return notices

    def empty_reason(self) -> str:
        return super().empty_reason() if self.bases else "Choose a base model to see its ladder."
