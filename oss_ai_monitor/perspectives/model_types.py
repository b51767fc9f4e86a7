"""Model types: what kinds of models appear, and how fast; on the Hub also by task, library and licence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import param

from ..charts import (
    GREY,
    NOT_DRAWN,
    Chart,
    StackedBars,
    date_text,
    ends,
    number_text,
    open_rows,
    period_text,
    styles_by_name,
)
from .declaration import COMPLETENESS, Plot, Source
from .perspective import Perspective
from .phrases import NO_RELATIONS, enumerated, of_type, totals
from .selection import Selection

MOST_USED = "model_types_most_used"
FEWEST = 20  # models of a period below which its shares say nothing

CUTS = {"Relation": "type", "Task": "task", "Library": "library", "Licence": "licence"}
WEIGHTS = {"Models": "models", "Downloads": "downloads"}
NOUNS = {"task": "task", "library": "library", "licence": "licence class"}
PLURALS = {"task": "tasks", "library": "libraries", "licence": "licence classes"}
OTHER, UNKNOWN = "other", "unknown"
_PERIOD = {
    "period": "first day of the period, UTC",
    "type": "what kind of model it is; not drawn: all that are not chosen",
    "models": "new models, a count",
}
_PARAMETERS = ("types", "by", "weight")
NEW_MODELS = Source(
    "model_types",
    columns={**_PERIOD, "share": "of all new models of the period, 0 to 1", **COMPLETENESS},
    parameters=_PARAMETERS,
)
DOWNLOADS = Source(
    "model_types",
    columns={
        **_PERIOD,
        "downloads": "their downloads in the 30 days before the snapshot, a count",
        "share": "of the downloads of all new models of the period, 0 to 1",
        **COMPLETENESS,
    },
    parameters=_PARAMETERS,
)


class ModelTypes(Perspective):
    """New models by type, as counts and as shares; on the Hub also by task, library or licence, and by downloads."""

    title, slug, group, order = "Model types", "model-types", "Models", 10
    question = "What kinds of models appear, and how fast?"
    parameters = ("by", "weight", "types")
    sources = {"new-models": (NEW_MODELS, DOWNLOADS), "shares": (NEW_MODELS, DOWNLOADS)}  # noqa: RUF012
    other_queries = ("names_by_models", MOST_USED)

    by = param.Selector(
        default="type", objects=CUTS, label="By", doc="What models of the Hub are stacked by: one of these."
    )
    weight = param.Selector(
        default="models",
        objects=WEIGHTS,
        label="Count",
        doc="Models of the Hub, or their downloads in the 30 days before the snapshot.",
    )
    types = param.ListSelector(default=[], objects=[], label="Types", doc="Types to show; none chosen means all.")

    def prepare(self) -> None:
        self._types = self.palette("types")
        kinds = self.warehouse.query("type_colours")
        self._types_by_kind = {str(kind): list(part["type"]) for kind, part in kinds.groupby("dataset_kind")}
        self._most_used: pd.Series | None = None
        self._names: dict[str, list[str]] = {}  # the names of each cut of the Hub, most models first

    def choices(self, name: str) -> list[str]:
        if name != "types":
            return super().choices(name)
        if (by := self._cut()[0]) != "type":
            return self._names_of(by)
        return list(self._types_by_kind.get(self.selection.kind, []))

    def _cut(self) -> tuple[str, str]:
        """Return what models are stacked by and what is counted; on a leaderboard always models by type."""
        return (self.by, self.weight) if self.selection.kind == "hub" else ("type", "models")

    @property
    def selection(self) -> Selection:
        """The shared choices; by task models of every task are counted, not those alone that generate text."""
        chosen = super().selection
        return replace(chosen, text_generation=False) if self._is_by_task(chosen) else chosen

    def uses(self, name: str) -> bool:
        return super().uses(name) and not (name == "text_generation" and self._is_by_task(self.selection))

    def _is_by_task(self, selection: Selection) -> bool:
        return self.by == "task" and selection.kind == "hub"

    def _names_of(self, by: str) -> list[str]:
        if not self._names:
            rows = self.warehouse.query("names_by_models", self.selection.values())
            self._names = {str(cut): list(part["name"]) for cut, part in rows.groupby("cut")}
        return self._names.get(by, [])

    def controls(self) -> Mapping[str, str]:
        offered = self.parameters if self.selection.kind == "hub" else ("types",)
        return {name: self.param[name].label for name in offered} | {
            "types": PLURALS.get(self._cut()[0], "types").capitalize()
        }

    def adjust_choices(self) -> None:
        if list(self.param["types"].objects) != self.choices("types"):
            self.offer_choices()

    def source_for(self, chart: Chart | None = None) -> Source:  # noqa: ARG002
        return DOWNLOADS if self._cut()[1] == "downloads" else NEW_MODELS

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        query, parameters = super().query_for(chart)
        return query, parameters | dict(zip(("by", "weight"), self._cut(), strict=True))

    def wide_column(self, chart: Chart) -> str:
        return "share" if chart is self._shares else self._cut()[1]

    def draw(self) -> list[Chart]:
        colours = self._types | {NOT_DRAWN: GREY}
        self._counts = StackedBars("new-models", by="type", colours=colours)
        self._shares = StackedBars("shares", by="type", colours=colours, share=True, y_title="share of new models")
        return [self._counts, self._shares]

    def update(self, answer: pd.DataFrame) -> None:
        unit, (by, weight) = self.selection.unit, self._cut()
        cut = {"type": "type", "licence": "class of licence"}.get(by, by)
        of_all = f"all new models of the {unit}"
        counts, shares = f"New models per {unit}", f"Share of new models per {unit}"
        caption = f"Models by the {unit} in which they appeared, stacked by {cut}."
        if weight == "downloads":
            of_all = f"the downloads of {of_all}"
            counts, shares = f"Downloads by the {unit} of appearing", f"Share of downloads by the {unit} of appearing"
            caption = (
                f"Downloads in the 30 days before the snapshot, by the {unit} in which the model appeared, stacked by "
                f"{cut}."
            )
        if by == "type" and self.selection.datasets.lacks_relations(self.selection.dataset):
            caption += f" {NO_RELATIONS}"
        is_cut = by in ("task", "library") and not self.types
        details = "The nine with most have a name, all others are together." if is_cut else ""
        self._counts.param.update(title=counts, caption=caption, details=details)
        self._shares.param.update(
            title=shares,
            caption=f"Each {cut}'s share of {of_all}; {unit}s with fewer than {FEWEST} {weight} are pale.",
        )
        self._most_used = self._read_most_used(answer) if weight == "downloads" else None
        answer = answer if weight == "models" else answer.assign(models=answer[weight])
        for chart in (self._counts, self._shares):
            chart.set_names(self._colours(answer))
        self._counts.send(
            answer, self.selection.span, noun=weight, y_title="new models" if weight == "models" else "downloads"
        )
        self._shares.send(answer, self.selection.span, noun=weight, y_title=f"share of {_noun(weight)}")

    def _colours(self, answer: pd.DataFrame) -> dict[str, str]:
        """Return the names in the answer with their colours; one that is chosen has the colour that it had before."""
        by = self._cut()[0]
        if by == "type":
            return self._types | {NOT_DRAWN: GREY}
        names = [name for name in self._names_of(by) if name != UNKNOWN]
        drawn = set(answer["type"])
        styles = styles_by_name([name for name in names if name in drawn], {name: n for n, name in enumerate(names)})
        grey_names = {OTHER: self._types[OTHER], UNKNOWN: self._types[UNKNOWN], NOT_DRAWN: GREY}
        return {name: colour for name, (colour, _) in styles.items()} | grey_names

    def _read_most_used(self, answer: pd.DataFrame) -> pd.Series | None:
        """Return the most used model of the complete periods (model_id, name, downloads), if any was downloaded."""
        periods = answer.loc[~open_rows(answer), "period"]
        if periods.empty:
            return None
        days = {"start": periods.min(), "end": self._last_day(periods.max())}
        rows = self.warehouse.query(MOST_USED, self.selection.values() | days, by=self._cut()[0])
        return None if rows.empty else rows.iloc[0]

    def _last_day(self, period: Any) -> pd.Timestamp:
        return pd.Timestamp(ends([period], self.selection.unit)[0] - 1, unit="ms")

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return [] if self._most_used is None else [str(self._most_used["model_id"])]

    def sentence(self, answer: pd.DataFrame) -> str:
        by, weight = self._cut()
        is_complete = ~open_rows(answer)
        periods, names = (
            answer[name].to_numpy(dtype)[is_complete] for name, dtype in (("period", None), ("type", object))
        )
        models = answer[weight].to_numpy("float64")[is_complete]
        by_type = totals(names, models)
        if not (total := sum(by_type.values())):
            return "No complete period holds a model of this kind."
        chosen = self.types or [next(iter(by_type))]  # no choice: the one with most
        share = sum(by_type.get(name, 0) for name in chosen) / total
        first = pd.Timestamp(periods.min())
        last = self._last_day(periods.max())
        of_chosen, noun = _of(by, chosen), _noun(weight, self.selection.task_text)
        summary = (
            f"{number_text(total)} {noun} in complete {self.selection.unit}s ({date_text(first)} to "
            f"{date_text(last)}), {share:.0%} {of_chosen}{self._without_most_used(by_type, chosen)}"
        )
        shares = _shares(periods, models, [name in chosen for name in names])
        first_share, last_share = _thirds(*shares)
        if not pd.isna(first_share) and not pd.isna(last_share):
            summary += f": {first_share:.0%} in the first third of the range, {last_share:.0%} in the last"
        return f"{summary}{self._majority(*shares) if self.types else ''}."

    def _without_most_used(self, by_name: Mapping[str, float], chosen: Sequence[str]) -> str:
        """Return what the share of the chosen names is without the most used model, which alone may decide it."""
        if self._most_used is None:
            return ""
        name, downloads = self._most_used["name"], int(self._most_used["downloads"])
        drawn_as = name if name in by_name else NOT_DRAWN if NOT_DRAWN in by_name else OTHER
        others = sum(by_name.values()) - downloads
        of_chosen = sum(by_name.get(one, 0) for one in chosen) - (downloads if drawn_as in chosen else 0)
        share = f"{of_chosen / others:.0%}" if others else "nothing"
        return f" ({share} without {self._most_used['model_id']}, the most used)"

    def _majority(self, periods: np.ndarray, models: np.ndarray, of_chosen: np.ndarray) -> str:
        """Return when the chosen types were more than half of the new models, of the periods with enough models."""
        unit, is_enough = self.selection.unit, models >= FEWEST
        of_these = "" if is_enough.all() else f" with at least {FEWEST} {_noun(self._cut()[1])}"
        periods, is_majority = periods[is_enough], of_chosen[is_enough] > models[is_enough] / 2
        times = int(is_majority.sum())
        if not len(periods):
            return ""
        if not times or times == len(periods):
            return f"; more than half in {'every' if times else 'no'} {unit}{of_these}"
        first, after_last_minority = int(is_majority.argmax()), len(periods) - int((~is_majority[::-1]).argmax())
        text = f"; more than half in {times} of {len(periods)} {unit}s{of_these}"
        text += f", first in {period_text(periods[first], unit)}"
        if after_last_minority == len(periods):
            return text
        if first == after_last_minority:
            return f"{text} and in each since"
        return f"{text}, and in each since {period_text(periods[after_last_minority], unit)}"

    def plot(self) -> Plot:
        weight = self._cut()[1]
        return Plot(
            self.table(self._counts), "bar", "period", weight, "type", self._counts.title, _noun(weight),
            colours=self._colours(self.answer),
        )  # fmt: skip


def _noun(weight: str, task_text: str = "") -> str:
    return f"{'' if weight == 'models' else 'downloads of '}new {task_text}models"


def _of(by: str, names: Sequence[str]) -> str:
    """Return names as text after a share of models: of type merge, of the tasks fill-mask and unknown."""
    if by == "type":
        return of_type(names[0]) if len(names) == 1 else f"of the types {enumerated(names)}"
    noun = NOUNS[by]
    if len(names) > 1:
        return f"of the {PLURALS[by]} {enumerated(names)}"
    return {UNKNOWN: f"of no known {noun}", OTHER: f"of other {PLURALS[by]}"}.get(names[0], f"of the {noun} {names[0]}")


def _shares(
    periods: np.ndarray, models: np.ndarray, is_chosen: list[bool]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the periods in order, the new models of each, and how many of these are of one of the chosen types."""
    unique, index = np.unique(periods, return_inverse=True)
    of_chosen = np.where(np.array(is_chosen, bool), models, 0)
    return unique, np.bincount(index, models, len(unique)), np.bincount(index, of_chosen, len(unique))


def _thirds(periods: np.ndarray, models: np.ndarray, of_chosen: np.ndarray) -> tuple[float, float]:
    """Return the share of the chosen types in the first and in the last third of the periods."""
    third = max(len(periods) // 3, 1)
    return tuple(  # type: ignore[return-value]  # of two
        of_chosen[part].sum() / models[part].sum() if models[part].sum() else float("nan")
        for part in (slice(third), slice(-third, None))
    )
