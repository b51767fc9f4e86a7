"""Why a number differs between two generations: its values at both ends, and the steps between them."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..warehouse import Warehouse
from .choosing import figure_of, newest_day, shared_figure
from .details import Details
from .ends import NoEnd, end_of, ends_beside, ends_on, later_end_on, opened, refuse_order
from .explained import ExplainedStep
from .figures import Figure
from .labels import LABELS
from .models import models_of, renamed, with_latest_names
from .older import Older, older_rules_of
from .older_rules import OlderRules, older_rules
from .steps import MOST_LEADERS, RULES, Step, leaders_of, steps, value_of

MOST_ROWS = 20
"""Rows that are listed behind a step, by default."""
MOST_DETAILS = 500
"""The highest number of rows that can be listed behind each step."""
MOST_OF_ONE = 10_000
"""The highest number of rows that can be listed behind one step alone."""


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
    is_simulated: bool = False
    copy_of: dict[str, str] | None = None
    """Who published the data of now, if they are a copy."""

    @property
    def difference(self) -> float:
        return (self.now.value or 0.0) - (self.then.value or 0.0)

    @property
    def is_of_board(self) -> bool:
        """Whether its rows are those of a leaderboard, which an operator may withhold."""
        return self.dataset != "hub"

    def step(self, key: str) -> ExplainedStep | None:
        """Return the step with this key, that of older rules too; None if there is none."""
        return next((step for step in self.all_steps if step.key == key), None)

    @property
    def all_steps(self) -> tuple[ExplainedStep, ...]:
        """The steps, and after them that from the value now to what older rules said of it, if there is one."""
        older = self.older_rules.step if self.older_rules else None
        return (*self.steps, older) if older else self.steps

    def record(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        figure = {name: getattr(self.figure, name) for name in ("name", "title", "unit", "measure")}
        record = asdict(self) | {"figure": figure, "difference": self.difference}
        for end in ("then", "now"):
            record[end] |= {name: record[end][name].isoformat() for name in ("day", "built_for")}
        record["steps"] = [step.record() for step in self.steps]
        if self.older_rules:
            record["older_rules"] = self.older_rules.record()
        return record


def compare(
    then: Warehouse,
    now: Warehouse,
    name: str,
    dataset: str = "",
    *,
    most: int = MOST_ROWS,
    only: str = "",
    older: Older | None = None,
    asked_days: tuple[dt.date | None, dt.date | None] = (None, None),
) -> Comparison:
    """Return why a figure differs between two generations of the same rules.

    Without a dataset it is the first one of the later end that has such a figure. `most` rows are listed behind each
    step, or behind that with the key `only`; `older` is a generation that older rules built of the later snapshots;
    `asked_days` are those that were asked for. Raises UnknownFigure, and NoEnd if the ends cannot be compared.
    """
    rules_of(then)
    rules = rules_of(now)
    dataset, figure = shared_figure(then, now, name, dataset)
    if _day(then, dataset) > _day(now, dataset):
        raise NoEnd(
            f"The earlier date comes first: what “then” shows of {dataset}, of {_day(then, dataset)}, is later than "
            f"what “now” shows, of {_day(now, dataset)}. Choose an earlier day for “then”."
        )
    models_then, models_now = (models_of(warehouse, dataset, figure) for warehouse in (then, now))
    former_of = renamed(now, newest_day(then), models_then, models_now, is_hub=dataset == "hub")
    models_then = with_latest_names(models_then, former_of)
    all_steps = steps(models_then, models_now, figure)
    most = min(most, MOST_OF_ONE if only else MOST_DETAILS)
    leaders_then, leaders_now = leaders_of(models_then, figure), leaders_of(models_now, figure)
    most_of = {step.key: most if only in ("", step.key) else 0 for step in all_steps}
    listed = [step.name_hashes[: most_of[step.key]] for step in all_steps]
    leaders = [of_step[:MOST_LEADERS] for of_step in (leaders_then, *(step.leaders for step in all_steps))]
    hashes = np.unique(np.concatenate([*listed, *leaders]))
    details = Details(then, now, dataset, hashes, former_of)
    labels = {row["dataset"]: row["label"] for row in now.query("datasets").to_dict("records")}
    return Comparison(
        dataset,
        str(labels[dataset]),
        figure,
        rules,
        Value(
            _day(then, dataset), asked_days[0] or newest_day(then), _snapshot_id(then), value_of(models_then, figure),
            len(models_then), details.leader(leaders_then[:MOST_LEADERS], "then"),
        ),
        Value(
            _day(now, dataset), asked_days[1] or newest_day(now), _snapshot_id(now), value_of(models_now, figure),
            len(models_now), details.leader(leaders_now[:MOST_LEADERS], "now"),
        ),
        tuple(_explained(step, most_of[step.key], details, figure) for step in all_steps if _is_worth_a_line(step)),
        older_rules(older, now, dataset, figure, models_now, most if only in ("", RULES) else 0)
        if older
        else None,
        now.is_simulated,
        now.copy_of,
    )  # fmt: skip


def compare_days(
    warehouse: Warehouse,
    then: dt.date,
    now: dt.date | None,
    name: str,
    dataset: str = "",
    *,
    most: int = MOST_ROWS,
    only: str = "",
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
        return compare(first, last, name, dataset, most=most, only=only, older=older_rules_of(last))


def rules_of(warehouse: Warehouse) -> str:
    """Return the rules of an end, which are the present ones. Raises NoEnd for a generation of earlier ones."""
    identity = warehouse.identity
    if identity is None or not identity.has_present_rules:
        raise NoEnd(
            f"Both ends must be counted by the present rules, and the generation of {newest_day(warehouse)} was built "
            "by earlier ones: “oss-ai-monitor build” builds it anew."
        )
    return identity.rules


def _snapshot_id(warehouse: Warehouse) -> str:
    return warehouse.identity.snapshot_id if warehouse.identity else ""


def _day(warehouse: Warehouse, dataset: str) -> dt.date:
    """Return the day that a dataset speaks of."""
    rows = warehouse.query("datasets").set_index("dataset")
    return pd.Timestamp(rows["as_of"].to_dict()[dataset]).date()


def _is_worth_a_line(step: Step) -> bool:
    return len(step.name_hashes) > 0 or step.difference != 0


def _explained(step: Step, most: int, details: Details, figure: Figure) -> ExplainedStep:
    effects = step.effects[:most].tolist() if step.effects is not None else [None] * most
    rows = tuple(
        details.row(int(name), step.key, figure, effect)
        for name, effect in zip(step.name_hashes[:most], effects, strict=False)
    )
    return ExplainedStep(
        step.key, LABELS[step.key], step.before, step.after, step.difference,
        details.leader(step.leaders[:MOST_LEADERS], step.key), len(step.name_hashes), rows,
    )  # fmt: skip
