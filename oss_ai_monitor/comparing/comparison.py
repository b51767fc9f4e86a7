"""Why a number differs between two generations: its values at both ends, and the steps between them."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..warehouse import Outdated, Warehouse
from .details import Details, Row
from .ends import End, NoEnd, end_of, ends_beside, ends_on, older_rules_of, opened
from .figures import Figure, datasets, figures
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


class UnknownFigure(ValueError):
    """There is no figure of this name in the dataset; the message lists those that there are."""


@dataclass(frozen=True)
class Value:
    """A figure at one end: the day of the dataset there, the id of the snapshot, and the model that leads, if any."""

    day: dt.date
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
            record[end]["day"] = record[end]["day"].isoformat()
        record["steps"] = [{**asdict(step), "more_rows": step.rows - len(step.listed)} for step in self.steps]
        return record


def compare(
    then: Warehouse, now: Warehouse, name: str, dataset: str = "", *, most: int = MOST_ROWS, older: End | None = None
) -> Comparison:
    """Return why a figure differs between two generations of the same rules.

    Without a dataset it is the first one of both that has such a figure. `most` rows are listed behind each step;
    `older` is a generation that older rules built of the later snapshots. Raises UnknownFigure, and NoEnd if the ends
    cannot be compared.
    """
    _present_rules(then)
    rules = _present_rules(now)
    dataset, figure = _figure(then, now, name, dataset)
    if _day(then, dataset) > _day(now, dataset):
        raise NoEnd(f"The earlier date comes first: {_day(now, dataset)} is before {_day(then, dataset)}.")
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
        _at_end(then, dataset, value_of(models_then, figure), len(models_then), details.leader(leaders_then, "then")),
        _at_end(now, dataset, value_of(models_now, figure), len(models_now), details.leader(leaders_now, "now")),
        tuple(_explained(step, most, details, figure) for step in all_steps if _is_worth_a_line(step)),
        _older_rules(older, parameters, figure, value_of(models_now, figure)) if older else None,
    )


def compare_days(
    warehouse: Warehouse, then: dt.date, now: dt.date | None, name: str, dataset: str = "", *, most: int = MOST_ROWS
) -> Comparison:
    """Return why a figure differs between two days of which generations are at hand; without `now` up to `warehouse`.

    Raises UnknownFigure, and NoEnd if there is no generation of a day.
    """
    shown, candidates = end_of(warehouse), ends_beside(warehouse)
    dataset, _ = _figure(warehouse, warehouse, name, dataset)
    earlier, later = ends_on(shown, candidates, then, now, dataset)
    with ExitStack() as stack:
        first = stack.enter_context(opened(earlier))
        last = warehouse if later is shown else stack.enter_context(opened(later))
        older = older_rules_of(candidates, later)
        return compare(first, last, name, dataset, most=most, older=older)


def offered(then: Warehouse, now: Warehouse, dataset: str = "") -> dict[str, list[Figure]]:
    """Return the figures that can be compared, by the datasets that both generations have."""
    both = [name for name in datasets(now) if name in datasets(then) and dataset in ("", name)]
    return {name: list(figures(now, name).values()) for name in both}


def _present_rules(warehouse: Warehouse) -> str:
    identity = warehouse.identity
    if identity is None or not identity.has_present_rules:
        raise NoEnd(
            "Both ends must be counted by the present rules, and earlier ones built this one: “oss-ai-monitor build” "
            "builds it anew."
        )
    return identity.rules


def _figure(then: Warehouse, now: Warehouse, name: str, dataset: str) -> tuple[str, Figure]:
    """Return the dataset and the figure with a name. Raises UnknownFigure and NoEnd."""
    by_dataset = offered(then, now, dataset)
    if not by_dataset:
        raise NoEnd(f"There is no dataset {dataset[:60]} in both snapshots." if dataset else "They share no dataset.")
    for offered_dataset, choices in by_dataset.items():
        for figure in choices:
            if figure.name == name:
                return offered_dataset, figure
    lists = "; ".join(f"{one}: {', '.join(figure.name for figure in choices)}" for one, choices in by_dataset.items())
    raise UnknownFigure(f"There is no figure “{name[:60]}”. There are, of {lists}.")


def _renamed(
    then: Warehouse, now: Warehouse, models_then: pd.DataFrame, models_now: pd.DataFrame, *, is_hub: bool
) -> dict[int, int]:
    """Return the hash of the present name → that of the former one, of models that were renamed between the ends.

    On the Hub another repository may have taken the former name since; a leaderboard may go on with it.
    """
    rows = now.query("compared_renames", since=then.identity.as_of.date() if then.identity else dt.date.min)
    if rows.empty:
        return {}
    before, after = (set(models["name_hash"].tolist()) for models in (models_then, models_now))
    return {
        int(new): int(old)
        for old, new in zip(rows["former_hash"], rows["name_hash"], strict=True)
        if old in before and new not in before and (is_hub or (new in after and old not in after))
    }


def _at_end(warehouse: Warehouse, dataset: str, value: float | None, models: int, leader: str) -> Value:
    snapshot_id = warehouse.identity.snapshot_id if warehouse.identity else ""
    return Value(_day(warehouse, dataset), snapshot_id, value, models, leader)


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
