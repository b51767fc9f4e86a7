"""Why a number differs between two generations: its values at both ends, and the steps between them."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..warehouse import Outdated, Warehouse
from .choosing import figure_of, newest_day, shared_figure
from .details import Details, Row
from .ends import End, NoEnd, end_of, ends_beside, ends_on, later_end_on, older_rules_of, opened, refuse_order
from .figures import Figure
from .steps import Step, leaders_of, steps, value_of

MOST_ROWS = 20
"""Rows that are listed behind a step, by default."""
MOST_DETAILS = 500
"""The highest number of rows that can be listed behind a step."""
LABELS = {
    "gone": "Models gone",
    "rescored": "Scored again",
    "rounding": "Rounded otherwise",
    "evaluation": "Other evaluation",
    "date": "Other date",
    "type": "Other type",
    "licence": "Other licence",
    "merge": "Merge or not",
    "relation": "Other relation",
    "parameters": "Other size",
    "task": "Other task",
    "access": "Other access",
    "downloads": "Other downloads",
    "new": "New models",
}
"""Key of a step → what it is called; they come in this order."""
MEANINGS = {
    "gone": "Models that the earlier snapshot counts and the later one does not.",
    "rescored": "The same evaluation of a model has another score, by more than 0.005 points.",
    "rounding": "The same evaluation of a model has another score, by up to 0.005 points.",
    "evaluation": "Another evaluation of the model is its best one that is not flagged.",
    "date": "The model has a date now and had none, or the reverse.",
    "type": "The model is fine-tuned by its declared type now, or no longer.",
    "licence": "The licence that the model declares is permissive now, or no longer.",
    "merge": "The model is known as a merge now, or no longer.",
    "relation": "The model is a quantized copy or an adapter now, or no longer.",
    "parameters": "The size of the model is known otherwise.",
    "task": "The task that the model declares is text generation now, or no longer.",
    "access": "The model asks for agreement before it is downloaded now, or no longer.",
    "downloads": "The model has other downloads in 30 days.",
    "new": "Models that the later snapshot counts and the earlier one does not.",
}
"""Key of a step → what it means, in one sentence."""


@dataclass(frozen=True)
class Value:
    """A figure at one end: the id of the snapshot, and the model that leads, if any.

    `day` is that of the dataset there. `built_for` is the day that was asked for, else that of the newest data of any
    dataset there.
    """

    day: dt.date
    built_for: dt.date
    snapshot_id: str
    value: float | None
    models: int
    leader: str


@dataclass(frozen=True)
class ExplainedStep:
    """One step with its rows: `listed` are the first of `rows` that there are."""

    key: str
    label: str
    before: float | None
    after: float | None
    difference: float
    leader: str
    rows: int
    listed: tuple[Row, ...]


@dataclass(frozen=True)
class OlderRules:
    """What a generation of the later snapshots says that older rules built."""

    rules: str
    value: float | None
    difference: float


@dataclass(frozen=True)
class Comparison:
    """A figure then and now, both by the present rules, and the steps that add up to the difference."""

    dataset: str
    dataset_label: str
    figure: Figure
    rules: str
    then: Value
    now: Value
    steps: tuple[ExplainedStep, ...]
    older_rules: OlderRules | None = None

    @property
    def difference(self) -> float:
        return (self.now.value or 0.0) - (self.then.value or 0.0)

    def step(self, key: str) -> ExplainedStep | None:
        """Return the step with this key; None if there is none."""
        return next((step for step in self.steps if step.key == key), None)

    def record(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        figure = {name: getattr(self.figure, name) for name in ("name", "title", "unit", "measure")}
        record = asdict(self) | {"figure": figure, "difference": self.difference}
        for end in ("then", "now"):
            record[end] |= {name: record[end][name].isoformat() for name in ("day", "built_for")}
        record["steps"] = [{**asdict(step), "more_rows": step.rows - len(step.listed)} for step in self.steps]
        return record


def compare(
    then: Warehouse,
    now: Warehouse,
    name: str,
    dataset: str = "",
    *,
    most: int = MOST_ROWS,
    older: End | None = None,
    asked_days: tuple[dt.date | None, dt.date | None] = (None, None),
) -> Comparison:
    """Return why a figure differs between two generations of the same rules.

    Without a dataset it is the first one of the later end that has such a figure. `most` rows are listed behind each
    step; `older` is a generation that older rules built of the later snapshots; `asked_days` are those that were asked
    for. Raises UnknownFigure, and NoEnd if the ends cannot be compared.
    """
    _present_rules(then)
    rules = _present_rules(now)
    dataset, figure = shared_figure(then, now, name, dataset)
    if _day(then, dataset) > _day(now, dataset):
        raise NoEnd(
            f"The earlier date comes first: what “then” shows of {dataset}, of {_day(then, dataset)}, is later than "
            f"what “now” shows, of {_day(now, dataset)}. Choose an earlier day for “then”."
        )
    parameters = {"dataset": dataset, "benchmark": figure.benchmark}
    models_then, models_now = (warehouse.query("compared_models", parameters) for warehouse in (then, now))
    renamed = _renamed(then, now, models_then, models_now, is_hub=dataset == "hub")
    former = {old: new for new, old in renamed.items()}
    models_then = models_then.assign(name_hash=models_then["name_hash"].replace(former)) if former else models_then
    all_steps = steps(models_then, models_now, figure)
    most = min(most, MOST_DETAILS)
    leaders_then, leaders_now = leaders_of(models_then, figure), leaders_of(models_now, figure)
    listed = [_first(step, most) for step in all_steps]
    hashes = np.unique(np.concatenate([*listed, *(step.leaders[:most] for step in all_steps), leaders_then[:most]]))
    details = Details(then, now, dataset, hashes, renamed)
    labels = {row["dataset"]: row["label"] for row in now.query("datasets").to_dict("records")}
    return Comparison(
        dataset,
        str(labels[dataset]),
        figure,
        rules,
        Value(
            _day(then, dataset), asked_days[0] or newest_day(then), _snapshot_id(then), value_of(models_then, figure),
            len(models_then), details.leader(leaders_then, "then"),
        ),
        Value(
            _day(now, dataset), asked_days[1] or newest_day(now), _snapshot_id(now), value_of(models_now, figure),
            len(models_now), details.leader(leaders_now, "now"),
        ),
        tuple(_explained(step, most, details, figure) for step in all_steps if _is_worth_a_line(step)),
        _older_rules(older, parameters, figure, value_of(models_now, figure)) if older else None,
    )  # fmt: skip


def compare_days(
    warehouse: Warehouse, then: dt.date, now: dt.date | None, name: str, dataset: str = "", *, most: int = MOST_ROWS
) -> Comparison:
    """Return why a figure differs between two days of which generations are at hand; without `now` up to `warehouse`.

    Raises UnknownFigure, and NoEnd if there is no generation of a day.
    """
    served, candidates = end_of(warehouse), ends_beside(warehouse)
    refuse_order(then, now or served.as_of)
    later = later_end_on(served, candidates, now, dataset)
    with ExitStack() as stack:
        last = warehouse if later is served else stack.enter_context(opened(later))
        dataset = dataset or figure_of(last, name)[0]
        earlier, _ = ends_on(served, candidates, then, now, dataset)
        first = stack.enter_context(opened(earlier))
        older = older_rules_of(candidates, later)
        return compare(first, last, name, dataset, most=most, older=older)


def _present_rules(warehouse: Warehouse) -> str:
    identity = warehouse.identity
    if identity is None or not identity.has_present_rules:
        raise NoEnd(
            "Both ends must be counted by the present rules, and earlier ones built this one: “oss-ai-monitor build” "
            "builds it anew."
        )
    return identity.rules


def _renamed(
    then: Warehouse, now: Warehouse, models_then: pd.DataFrame, models_now: pd.DataFrame, *, is_hub: bool
) -> dict[int, int]:
    """Return the hash of the present name → that of the former one, of models that were renamed between the ends.

    On the Hub another repository may have taken the former name since; a leaderboard may go on with it.
    """
    rows = now.query("compared_renames", since=newest_day(then))
    if rows.empty:
        return {}
    before, after = (set(models["name_hash"].tolist()) for models in (models_then, models_now))
    return {
        int(new): int(old)
        for old, new in zip(rows["former_hash"], rows["name_hash"], strict=True)
        if old in before and new not in before and (is_hub or (new in after and old not in after))
    }


def _snapshot_id(warehouse: Warehouse) -> str:
    return warehouse.identity.snapshot_id if warehouse.identity else ""


def _day(warehouse: Warehouse, dataset: str) -> dt.date:
    """Return the day that a dataset speaks of."""
    rows = warehouse.query("datasets").set_index("dataset")
    return pd.Timestamp(rows["as_of"].to_dict()[dataset]).date()


def _first(step: Step, most: int) -> np.ndarray:
    return step.name_hashes[:most]


def _is_worth_a_line(step: Step) -> bool:
    return len(step.name_hashes) > 0 or step.difference != 0


def _explained(step: Step, most: int, details: Details, figure: Figure) -> ExplainedStep:
    effects = step.effects[:most].tolist() if step.effects is not None else [None] * most
    rows = tuple(
        details.row(int(name), step.key, figure, effect)
        for name, effect in zip(_first(step, most), effects, strict=False)
    )
    return ExplainedStep(
        step.key, LABELS[step.key], step.before, step.after, step.difference,
        details.leader(step.leaders[:most], step.key), len(step.name_hashes), rows,
    )  # fmt: skip


def _older_rules(older: End, parameters: dict[str, str], figure: Figure, value: float | None) -> OlderRules | None:
    """Return what older rules say; None where their generation has not what is read here."""
    try:
        with opened(older) as warehouse:
            by_older = value_of(warehouse.query("compared_models", parameters), figure)
    except (NoEnd, Outdated):
        return None
    return OlderRules(older.rules, by_older, (by_older or 0.0) - (value or 0.0))
