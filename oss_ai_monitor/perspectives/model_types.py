"""Model types: what kinds of models appear, and how fast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import param

from ..charts import GREY, NOT_DRAWN, Chart, StackedBars, date_text, ends, open_rows, period_text
from .declaration import COMPLETENESS, Plot, Source
from .perspective import Perspective
from .phrases import counted, enumerated, of_type, totals

FEWEST = 20  # models of a period below which its shares say nothing

NEW_MODELS = Source(
    "model_types",
    columns={
        "period": "first day of the period, UTC",
        "type": "what kind of model it is; not drawn: all types that are not chosen",
        "models": "new models, a count",
        "share": "of all new models of the period, 0 to 1",
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
        self._colours = self.palette("types") | {NOT_DRAWN: GREY}
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
            caption=f"Each type's share of all new models of the {unit}; {unit}s with fewer than {FEWEST} are pale.",
        )
        self._counts.send(answer, self.selection.span)
        self._shares.send(answer, self.selection.span)

    def sentence(self, answer: pd.DataFrame) -> str:
        complete = answer[~open_rows(answer)]
        by_type = totals(complete["type"], complete["models"])
        if not (total := sum(by_type.values())):
            return "No complete period holds a model of this kind."
        chosen = self.types or [next(iter(by_type))]  # no choice: the type with most models
        share = sum(by_type.get(name, 0) for name in chosen) / total
        first = pd.Timestamp(complete["period"].min())
        last = pd.Timestamp(ends([complete["period"].max()], self.selection.unit)[0] - 1, unit="ms")
        dates = f"{date_text(first)} to {date_text(last)}"
        of_types = of_type(chosen[0]) if len(chosen) == 1 else f"of the types {enumerated(chosen)}"
        summary = f"{counted(total, 'new model')} in complete {self.selection.unit}s ({dates}), {share:.0%} {of_types}"
        shares = _shares(complete, chosen)
        first_share, last_share = _thirds(*shares)
        if not pd.isna(first_share) and not pd.isna(last_share):
            summary += f": {first_share:.0%} in the first third of the range, {last_share:.0%} in the last"
        return f"{summary}{self._first_majority(*shares) if self.types else ''}."

    def _first_majority(self, periods: np.ndarray, models: np.ndarray, of_chosen: np.ndarray) -> str:
        """Return when the chosen types were more than half of the new models for the first time, if it was later on."""
        is_majority = (models >= FEWEST) & (of_chosen > models / 2)
        if not is_majority.any() or is_majority[0]:
            return ""
        return (
            f"; more than half for the first time in {period_text(periods[is_majority.argmax()], self.selection.unit)}"
        )

    def plot(self) -> Plot:
        frame, title = self.table(self._counts), f"New models per {self.selection.unit}"
        return Plot(frame, "bar", "period", "models", "type", title, "new models", colours=self._colours)


def _shares(complete: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the complete periods, the new models of each, and how many of these are of one of the types."""
    periods, index = np.unique(complete["period"].to_numpy(), return_inverse=True)
    models = complete["models"].to_numpy("float64")
    of_chosen = np.where(complete["type"].isin(names), models, 0)
    return periods, np.bincount(index, models, len(periods)), np.bincount(index, of_chosen, len(periods))


def _thirds(periods: np.ndarray, models: np.ndarray, of_chosen: np.ndarray) -> tuple[float, float]:
    """Return the share of the chosen types in the first and in the last third of the periods."""
    third = max(len(periods) // 3, 1)
    return tuple(  # type: ignore[return-value]  # of two
        of_chosen[part].sum() / models[part].sum() if models[part].sum() else float("nan")
        for part in (slice(third), slice(-third, None))
    )
