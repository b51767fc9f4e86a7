"""Model types: what kinds of models appear, and how fast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import param

from ..charts import Chart, StackedBars, date_text, ends, open_rows
from .declaration import COMPLETENESS, Plot, Source
from .perspective import Perspective
from .phrases import counted, of_type, totals

NEW_MODELS = Source(
    "model_types",
    columns={
        "period": "first day of the period, UTC",
        "type": "what kind of model it is",
        "models": "new models, a count",
        "share": "of the period's new models, 0 to 1",
        **COMPLETENESS,
    },
    parameters=("types",),
)


class ModelTypes(Perspective):
    """New models by type, as counts and as shares."""

    title, slug, group, order = "Model types", "model-types", "Models", 10
    question = "What kinds of models appear, and how fast?"
    parameters = ("types",)
    sources = {"new-models": NEW_MODELS, "shares": NEW_MODELS}  # noqa: RUF012

    types = param.ListSelector(default=[], objects=[], label="Types", doc="Types to show; none chosen means all.")

    def prepare(self) -> None:
        self._colours = self.palette("types")
        self._kinds = self.warehouse.query("type_colours")

    def choices(self, name: str) -> list[str]:  # noqa: ARG002
        return list(self._kinds.loc[self._kinds["dataset_kind"] == self.selection.kind, "type"])

    def draw(self) -> list[Chart]:
        self._counts = StackedBars("new-models", by="type", colours=self._colours)
        self._shares = StackedBars(
            "shares", by="type", colours=self._colours, share=True, y_title="share of new models"
        )
        return [self._counts, self._shares]

    def update(self, answer: pd.DataFrame) -> None:
        unit = self.selection.unit
        self._counts.param.update(
            title=f"New models per {unit}",
            caption=f"Models by the {unit} in which they appeared, stacked by type.",
        )
        self._shares.param.update(
            title=f"Share of new models per {unit}",
            caption=f"Each type's share of the {unit}'s new models; {unit}s with fewer than 20 models are pale.",
        )
        self._counts.send(answer, self.selection.span)
        self._shares.send(answer, self.selection.span)

    def sentence(self, answer: pd.DataFrame) -> str:
        complete = answer[~open_rows(answer)]
        by_type = totals(complete["type"], complete["models"])
        if not (total := sum(by_type.values())):
            return "No complete period holds a model of this kind."
        leader, leader_models = next(iter(by_type.items()))
        first_share, last_share = _thirds(complete, leader)
        first = pd.Timestamp(complete["period"].min())
        last = pd.Timestamp(ends([complete["period"].max()], self.selection.unit)[0] - 1, unit="ms")
        dates = f"{date_text(first)} to {date_text(last)}"
        share = f"{leader_models / total:.0%} {of_type(leader)}"
        summary = f"{counted(total, 'new model')} in complete {self.selection.unit}s ({dates}), {share}"
        if pd.isna(first_share) or pd.isna(last_share):
            return f"{summary}."
        return f"{summary}: {first_share:.0%} in the first third of the range, {last_share:.0%} in the last."

    def plot(self) -> Plot:
        frame, title = self.table(self._counts), f"New models per {self.selection.unit}"
        return Plot(frame, "bar", "period", "models", "type", title, "new models", colours=self._colours)


def _thirds(complete: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return the share of one type in the first and in the last third of the complete periods."""
    period, models = complete["period"].to_numpy(), complete["models"].to_numpy()
    is_type, periods = (complete["type"] == name).to_numpy(), np.unique(period)
    third = max(len(periods) // 3, 1)
    shares = []
    for is_in_third in (period <= periods[third - 1], period >= periods[-third]):
        total = models[is_in_third].sum()
        shares.append(models[is_in_third & is_type].sum() / total if total else float("nan"))
    return shares[0], shares[1]
