"""Architectures: which rise and which fall, each against its own past and against the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import param

from ..charts import GREY, NOT_DRAWN, Chart, PanelGrid, StackedBars, number_text
from ..plurals import counted
from .declaration import COMPLETENESS, Plot, Source
from .perspective import Perspective
from .phrases import enumerated
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


_PERIOD = {
    "period": "first day of the period, UTC",
    "architecture": "the family of code that a model is built by",
    "models": "new models, a count",
}
BY_PERIOD = Source(
    "architectures",
    columns=_PERIOD
    | {
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


class Architectures(Perspective):
    """New models of each architecture compared with its own past, and with the others, one panel each; and shares."""

    title, slug, group, order = "Architectures", "architectures", "Models", 40
    question = "Which architectures rise, and which fall?"
    disputed_facts = ("date", "size", "architecture")
    parameters = ("architectures", "scale")
    other_queries = (QUERY,)
    placeholders = {"architectures": "the nine with most, and Other"}  # noqa: RUF012
    sources = {  # noqa: RUF012
        "change": BY_PERIOD,
        "above-mean": BY_PERIOD,
        "shares": Source(
            "architectures",
            columns=_PERIOD | {"share": "of all new models of the period, 0 to 1", **COMPLETENESS},
            parameters=("architectures",),
        ),
    }

    architectures = param.ListSelector(
        default=[],
        objects=[],
        doc="Architectures to show; none chosen means the nine named ones with most new models, and Other.",
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

    def wide_column(self, chart: Chart) -> str:
        column = {"change": "change", "above-mean": "above_mean", "shares": "share"}[chart.key]
        return f"log2_{column}" if self.scale == "ratio" and column != "share" else column

    def draw(self) -> list[Chart]:
        self._changes = PanelGrid("change", by="architecture", colours=self._colours)
        self._above_mean = PanelGrid("above-mean", by="architecture", colours=self._colours)
        self._shares = StackedBars(
            "shares", by="architecture", colours=self._colours | {NOT_DRAWN: GREY}, share=True,
            y_title="share of new models",
        )  # fmt: skip
        return [self._changes, self._above_mean, self._shares]

    def update(self, answer: pd.DataFrame) -> None:
        panel_models, unit = self._panel_models(answer), self.selection.unit
        drawn = answer[answer["architecture"].isin(list(panel_models))]
        before = "the same weekday a week before" if unit == "day" else f"the {unit} before"
        labels = {"before": ("change", before.removeprefix("the ")), "mean": ("above mean", "mean")}
        for chart, against in ((self._changes, "before"), (self._above_mean, "mean")):
            measure = _MEASURES[against, self.scale]
            caption = measure.caption.format(unit=unit, before=before).removesuffix(".")
            chart.param.update(
                title=measure.title.format(unit=unit, before=before),
                caption=f"{caption}{self._dashed()}.",
                details=f"One scale for all panels. Hatched {unit}s are {self.selection.incomplete} and take no part; "
                f"the line is a LOWESS trend over complete {unit}s.",
            )
            value_label, reference_label = labels[against]
            chart.send(
                drawn, self.selection.span,
                value=measure.column, y_title=measure.y_title, value_label=value_label, digits=measure.digits,
                names={name: f"{name} ({number_text(models)})" for name, models in panel_models.items()},
                reference=measure.reference, reference_label=reference_label,
            )  # fmt: skip
        self._shares.param.update(
            title=f"Share of new models per {unit}",
            caption=f"Each architecture's share of all new models of the {unit}; {unit}s with fewer than 20 are pale.",
        )
        self._shares.send(_with_the_undrawn(drawn), self.selection.span)

    def _dashed(self) -> str:
        """Return which events the dashed lines of the panels mark, from left to right: they have no room for names."""
        events = self.selection.events()
        if not self.selection.show_events or events.empty:
            return ""
        return f"; dashed: {enumerated(list(events.sort_values('happened_on')['label']))}"

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
        column = _MEASURES["before", self.scale].column
        y_title = column.replace("_", " ")
        return Plot(self.answer, "panels", "period", column, "architecture", "", y_title, "", self._colours)

    def _panel_models(self, answer: pd.DataFrame) -> dict[str, int]:
        """Return the architectures that get a panel, in reading order, with the number of their models in the range."""
        first = ~answer["architecture"].duplicated().to_numpy()
        names, models = answer["architecture"].to_numpy(object)[first], answer["architecture_models"].to_numpy()[first]
        return dict(zip(names[:MAX_PANELS], models[:MAX_PANELS], strict=True))


def _with_the_undrawn(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return models by period and architecture, with a row per period for all the models that are not drawn."""
    undrawn = drawn.groupby("period", as_index=False).agg(
        {"models": "sum", "total": "first"} | dict.fromkeys(COMPLETENESS, "first")
    )
    undrawn = undrawn.assign(models=undrawn["total"] - undrawn["models"], architecture=NOT_DRAWN)
    return pd.concat([drawn, undrawn], ignore_index=True)[["period", "architecture", "models", *COMPLETENESS]]
