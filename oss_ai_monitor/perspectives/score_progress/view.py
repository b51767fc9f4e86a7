"""Score progress: the best model of each type and period, the best so far, and the number of models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import param

from ...charts import (
    DATES_UP_TO_ITS_END,
    GREY,
    NOT_DRAWN,
    TREND,
    Chart,
    Points,
    StackedAreas,
    date_text,
    ends,
    joined,
    milliseconds,
    number_text,
    open_rows,
)
from ...plurals import counted
from ..copies import originals
from ..declaration import Plot, Source
from ..perspective import Perspective
from ..phrases import CLICK
from . import coverage
from .firsts import FIRSTS, firsts_chart, send_firsts
from .lines import SUMMARY, best_models, best_so_far, holder, spread_of, trends_of
from .sources import ALL_MODELS, BEST, SO_FAR

MAX_POINTS = 4_000  # points in the chart of every model
OTHERS = {"firsts": FIRSTS, "pending": coverage.PENDING, "coverage": coverage.COVERAGE}
"""The charts after the first two: each has a query without choices of its own."""


class ScoreProgress(Perspective):
    """The best score of each type and period, the records, and the number of models."""

    title, slug, group, order = "Score progress", "score-progress", "Scores", 30
    question = "Is open AI getting better?"
    parameters = ("what", "types")
    sources = {  # noqa: RUF012
        "best": (BEST, ALL_MODELS),
        "so-far": SO_FAR,
        "firsts": FIRSTS,
        "pending": coverage.PENDING,
        "coverage": coverage.COVERAGE,
    }
    other_queries = ("score_progress_records",)
    needs_scores = True
    wide_columns = {"so-far": "cumulative"}  # noqa: RUF012

    what = param.Selector(
        default="best",
        objects={"Best of each period": "best", "Every model": "every"},
        label="What to show",
        doc="The best model of each type and period, or every model.",
    )
    types = param.ListSelector(default=[], objects=[], label="Types", doc="Types to show; none chosen means all.")

    def prepare(self) -> None:
        kinds = self.warehouse.query("type_colours")
        kinds = kinds[kinds["dataset_kind"] != "hub"]
        self._kinds = kinds.groupby("dataset_kind")["type"].agg(list).to_dict()
        self._colours = dict(zip(kinds["type"], kinds["color"], strict=True))
        self._bands = self._colours | {NOT_DRAWN: GREY}
        self._originals = originals(self.warehouse)
        self.models = pd.DataFrame()
        self.records = pd.DataFrame()
        self.others: dict[str, pd.DataFrame] = {}  # the answers of the charts after the first two, by key

    def choices(self, name: str) -> list[str]:  # noqa: ARG002
        return list(self._kinds.get(self.selection.kind, []))

    def draw(self) -> list[Chart]:
        details = (("score", "y{0.0}"), ("appeared", "x{%-d %b %Y}"))
        self._points = Points(
            "best", by="type", colours=self._colours | SUMMARY | {TREND: GREY}, lines_only=(*SUMMARY, TREND),
            details=details, height=420,
        )  # fmt: skip
        self._areas = StackedAreas("so-far", by="type", colours=self._bands, dates=DATES_UP_TO_ITS_END)
        self._firsts, self._pending, self._coverage = (
            firsts_chart(),
            coverage.pending_chart(),
            coverage.coverage_chart(),
        )
        return [self._points, self._areas, self._firsts, self._pending, self._coverage]

    def fetch(self) -> pd.DataFrame:
        """Query the periods by type, the records and the other charts; every model too, if they are shown."""
        if self.what == "every":
            query, parameters = self._query_of(ALL_MODELS)
            self.models = self.warehouse.query(query, self.selection.values(), **parameters)
        self.records = self.warehouse.query("score_progress_records", self.selection.values())
        self.others = {
            key: self.warehouse.query(source.query, self.selection.values(), **source.constants)
            for key, source in OTHERS.items()
        }
        return super().fetch()

    def source_for(self, chart: Chart | None = None) -> Source:
        if chart is not None and chart.key != "best":
            return OTHERS.get(chart.key, SO_FAR)
        return ALL_MODELS if chart is not None and self.what == "every" else BEST

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        return self._query_of(self.source_for(chart))

    def _query_of(self, source: Source) -> tuple[str, dict[str, Any]]:
        if source in OTHERS.values():
            return source.query, dict(source.constants)
        return source.query, {"types": self.types} | ({"most": MAX_POINTS} if source is ALL_MODELS else {})

    def update(self, answer: pd.DataFrame) -> None:
        if self.what == "every":
            self._show_every(answer)
        else:
            self._show_best(answer)
        self._areas.param.update(
            title="Models so far, by type",
            caption=f"All models up to the end of each {self.selection.unit}, stacked by type, those from before the "
            "range included.",
        )
        self._areas.send(answer, self.selection.span)
        send_firsts(self._firsts, self.others["firsts"], self.selection)
        is_official = self.selection.kind == "benchmark"
        coverage.send_pending(self._pending, self.others["pending"], is_offered=is_official)
        coverage.send_coverage(self._coverage, self.others["coverage"], is_offered=is_official)

    def _show_best(self, answer: pd.DataFrame) -> None:
        unit, best = self.selection.unit, best_models(answer)
        self._points.param.update(
            title=f"Best {self.selection.score_name} of each type and {unit}",
            caption=f"Each point is the best model of its type and {unit}, on the day when it appeared; the stepped "
            f"line is the best so far of all models{self.selection.of_these_sizes}.",
            details=f"{CLICK} Each step of the line is a record. The broad lines are smooth trends (LOWESS) of each "
            f"type over its complete {unit}s, where it has eight or more. Pale points are of {unit}s that are "
            f"{self.selection.incomplete}.",
        )
        self._points.size(7)
        self._points.send(
            best, self.selection.span,
            lines=best_so_far(self.records, self.selection, self._originals),
            trends=trends_of(best), filling=self._hatched(answer),
        )  # fmt: skip

    def _show_every(self, answer: pd.DataFrame) -> None:
        unit, plotted = self.selection.unit, self._plotted_models(answer)
        total = int(self.models["models"].iloc[0]) if len(self.models) else 0
        thinned = (
            f" {number_text(len(plotted))} of {number_text(total)} are drawn: the best of each type and {unit}, and an "
            "even sample of the others; median and quartiles are over all."
        )
        self._points.param.update(
            title=f"{self.selection.score_name[:1].upper()}{self.selection.score_name[1:]} of every model",
            caption=f"Each point is a model, on the day when it appeared; the strong line is the {unit}'s median, the "
            "band its middle half, where there are at least ten models.",
            details=CLICK + (thinned if len(plotted) < total else ""),
        )
        self._points.size(4.5)
        lines, band = spread_of(self.models, unit)
        self._points.send(plotted, self.selection.span, lines=lines, band=band, filling=self._hatched(answer))

    def _plotted_models(self, answer: pd.DataFrame) -> pd.DataFrame:
        """Return the sample, and the best models of each type and period."""
        columns = ["model_id", "type", "score", "appeared_on"]
        if self.models.empty:
            return best_models(answer)[[*columns, "date"]].assign(alpha=0.45)
        sample = self.models.loc[self.models["model_id"].notna(), columns]
        bests = best_models(answer)[columns]
        plotted = pd.concat([sample[~sample["model_id"].isin(bests["model_id"])], bests], ignore_index=True)
        return plotted.assign(date=plotted["appeared_on"], alpha=0.45)

    def _hatched(self, answer: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        periods = np.unique(answer["period"].to_numpy()[open_rows(answer)])
        return joined(milliseconds(periods), ends(periods, self.selection.unit))

    def sentence(self, answer: pd.DataFrame) -> str:  # noqa: ARG002
        records, score = self.records.to_dict("records"), self.selection.score_name
        if sizes := self.selection.of_these_sizes:
            score = f"{score} of models{sizes}"
        if not records:
            return f"No dated model until {date_text(self.selection.dates[1])} has this score under these filters."
        first, last = records[0], records[-1]
        by_first, by_last = (holder(record, self._originals) for record in (first, last))
        if first is last:
            beaten = "no model in these dates scored more" if last["is_before"] else "no later model scored more"
            return f"The best {score} is {last['score']:.1f} points, by {by_last}; {beaten}."
        gain, times = last["score"] - first["score"], counted(len(records) - 1, "record")
        before = ", reached before these dates," if first["is_before"] else ""
        return (
            f"The best {score} rose by {gain:.1f} points in {times}: from {first['score']:.1f}{before} "
            f"by {by_first} to {last['score']:.1f} by {by_last}."
        )

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return [str(name) for name in self.records["model_id"].iloc[[0, -1]]] if len(self.records) else []

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        unscored = int((answer["models"].to_numpy() - answer["scored"].to_numpy()).clip(min=0).sum())
        notes = [f"{counted(unscored, 'dated model')} without this score"] if unscored else []
        open_models = answer["scored"].to_numpy()[open_rows(answer)].sum()
        if open_models and self.what == "best":
            unit = self.selection.unit
            notes.append(
                f"{counted(open_models, 'model')} of {unit}s that are {self.selection.incomplete}: in no trend"
            )
        return notes

    def left_out_of(self, chart: Chart) -> list[str]:
        """Return what a chart leaves out; the models so far are counted with and without a score."""
        return super().left_out_of(chart) if chart is self._points else []

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        if chart.key in self.others:
            return self.others[chart.key]
        return self.models if self.source_for(chart) is ALL_MODELS else self.answer

    def table(self, chart: Chart) -> pd.DataFrame:
        source = self.source_for(chart)
        if source not in (BEST, ALL_MODELS):
            return super().table(chart)
        if source is ALL_MODELS:
            return self._plotted_models(self.answer)[list(ALL_MODELS.columns)].sort_values(["appeared_on", "model_id"])
        rows = self.answer[self.answer["score"].notna()].sort_values("last_day", kind="stable")
        holders = self.records[["appeared_on", "model_id"]].add_prefix("best_so_far_")
        rows = pd.merge_asof(rows, holders, left_on="last_day", right_on="best_so_far_appeared_on")
        return rows[list(BEST.columns)]

    def plot(self) -> Plot:
        frame, title = self.answer[self.answer["score"].notna()], f"Best model of each type and {self.selection.unit}"
        return Plot(
            frame, "scatter", "appeared_on", "score", "type", title,
            colours=self.palette("types"), hover=("model_id",),
        )  # fmt: skip
