"""Architectures: which rise and which fall, each against its own past or against the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import param

from ..charts import Chart, PanelGrid, date_text, number_text
from .declaration import COMPLETENESS, Plot, Source
from .perspective import Perspective
from .phrases import counted
from .rising import QUERY, Rising

MAX_PANELS = 12  # more panels are hard to compare


@dataclass(frozen=True)
class _Measure:
    """A column of the query and the one that it is compared with, with their titles."""

    column: str
    y_title: str
    reference: str
    digits: int
    title: str
    caption: str


_MEASURES = {
    ("before", "difference"): _Measure(
        "change",
        "change (models)",
        "models_before",
        0,
        "Change in new models against {before}",
        "New models less those of {before}.",
    ),
    ("before", "ratio"): _Measure(
        "log2_change",
        "change (log₂)",
        "models_before",
        2,
        "Change in new models against {before}, as log₂ ratio",
        "New models against {before}: +1 is twice as many, −1 half; where either is zero there is no ratio, and a gap.",
    ),
    ("mean", "difference"): _Measure(
        "above_mean",
        "above mean (models)",
        "mean",
        1,
        "New models against the mean of the named architectures",
        "New models less the mean over the named architectures that had appeared by that {unit}, whichever are chosen.",
    ),
    ("mean", "ratio"): _Measure(
        "log2_above_mean",
        "above mean (log₂)",
        "mean",
        2,
        "New models against the mean of the named architectures, as log₂ ratio",
        "New models against the mean over the named architectures that had appeared by that {unit}, whichever are "
        "chosen: +1 is twice the mean, −1 half; where there are none there is no ratio, and a gap.",
    ),
}


class Architectures(Perspective):
    """New models of each architecture compared with its own past, or with the others; one panel each."""

    title, slug, group, order = "Architectures", "architectures", "Models", 40
    question = "Which architectures rise, and which fall?"
    disputed_facts = ("date", "size", "architecture")
    parameters = ("architectures", "against", "scale")
    other_queries = (QUERY,)
    placeholders = {"architectures": "the six with most"}  # noqa: RUF012
    sources = {  # noqa: RUF012
        "change": Source(
            "architectures",
            columns={
                "period": "first day of the period, UTC",
                "architecture": "the family of code that a model is built by",
                "models": "new models, a count",
                "models_before": "new models of the period before (on days the same weekday a week before)",
                "change": "new models less those of the period before",
                "log2_change": "how often the number doubled against the period before, log₂",
                "mean": "new models of a named architecture, on average",
                "above_mean": "new models less that mean",
                "log2_above_mean": "how often the mean was doubled, log₂",
                **COMPLETENESS,
            },
            parameters=("architectures",),
        )
    }

    architectures = param.ListSelector(
        default=[],
        objects=[],
        doc="Architectures to show; none chosen means the named ones with most new models, up to six.",
    )
    against = param.Selector(
        default="before",
        objects={"Period before": "before", "Mean": "mean"},
        label="Against",
        doc="The period before (on days the same weekday a week before), or the mean over the named architectures.",
    )
    scale = param.Selector(
        default="difference",
        objects={"Difference": "difference", "Log₂ ratio": "ratio"},
        label="As",
        doc="Models more or less, or how often they doubled or halved.",
    )

    def prepare(self) -> None:
        self._colours = self.palette("architectures")

    def choices(self, name: str) -> list[str]:  # noqa: ARG002
        """Return the architectures in the dataset; Other are known but not named, Unknown are not known."""
        groups = self.warehouse.query("architecture_groups", self.selection.values())
        return list(groups.loc[groups["models"] > 0, "architecture"])

    def draw(self) -> list[Chart]:
        self._grid = PanelGrid("change", by="architecture", colours=self._colours)
        return [self._grid]

    def update(self, answer: pd.DataFrame) -> None:
        measure, unit = _MEASURES[self.against, self.scale], self.selection.unit
        words = {"unit": unit, "before": "the same weekday a week before" if unit == "day" else f"the {unit} before"}
        panel_models, events = (
            self._panel_models(answer),
            self.selection.events() if self.selection.show_events else pd.DataFrame(),
        )
        dashed = (
            [f"{label} ({date_text(on)})" for label, on in zip(events["label"], events["happened_on"], strict=True)]
            if len(events)
            else []
        )
        self._grid.param.update(
            title=measure.title.format(**words),
            caption=f"{measure.caption.format(**words)} One scale for all panels. Hatched {unit}s are "
            f"{self.selection.incomplete} and take no part; the line is a LOWESS trend over complete {unit}s."
            + (f" Dashed: {', '.join(dashed)}." if dashed else ""),
        )
        self._grid.send(
            answer if len(panel_models) < MAX_PANELS else answer[answer["architecture"].isin(list(panel_models))],
            self.selection.span,
            value=measure.column,
            names={name: f"{name} ({number_text(models)})" for name, models in panel_models.items()},
            y_title=measure.y_title,
            value_label="change" if self.against == "before" else "above mean",
            reference=measure.reference,
            reference_label=words["before"].removeprefix("the ") if self.against == "before" else "mean",
            digits=measure.digits,
        )

    def sentence(self, answer: pd.DataFrame) -> str:  # noqa: ARG002
        return Rising(self.warehouse, self.selection).sentence(self.architectures)

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        if answer.empty:
            return []
        names, panel_models = answer["architecture"].unique(), self._panel_models(answer)
        _, first = np.unique(answer["period"].to_numpy(), return_index=True)
        columns = {"Other": "other_models", "Unknown": "unknown_models", "": "total"}
        totals = {name: answer[column].to_numpy()[first].sum() for name, column in columns.items()}
        outside = {name: totals[name] for name in ("Other", "Unknown")}
        notes = [
            f"{name} ({counted(models, 'model')}) not drawn"
            for name, models in outside.items()
            if models and name not in panel_models
        ]
        undrawn = totals[""] - sum((panel_models | outside).values())
        named = int(answer["named"].max())
        if undrawn:
            notes.append(f"{counted(undrawn, 'model')} of the other named architectures ({named} in all) not drawn")
        if len(names) > MAX_PANELS:
            notes.append(
                f"{len(names) - MAX_PANELS} of the {len(names)} chosen architectures not drawn: "
                f"there is room for {MAX_PANELS}"
            )
        return notes

    def plot(self) -> Plot:
        column = _MEASURES[self.against, self.scale].column
        y_title = column.replace("_", " ")
        return Plot(self.answer, "panels", "period", column, "architecture", "", y_title, "", self._colours)

    def _panel_models(self, answer: pd.DataFrame) -> dict[str, int]:
        """Return the architectures that get a panel, in reading order, with the number of their models in the range."""
        first = ~answer["architecture"].duplicated().to_numpy()
        names, models = answer["architecture"].to_numpy(object)[first], answer["architecture_models"].to_numpy()[first]
        return dict(zip(names[:MAX_PANELS], models[:MAX_PANELS], strict=True))
