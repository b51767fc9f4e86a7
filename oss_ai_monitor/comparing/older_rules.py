"""The last step: from a figure by the present rules to what older ones said of it, with the models behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..warehouse import Warehouse
from .details import REASONS, SHOWN, Facts, Row, facts_of, first_to_appear, score_indexes
from .explained import ExplainedStep
from .figures import Figure
from .labels import LABELS
from .older import NotReadable, Older, older_facts, older_models
from .steps import MOST_LEADERS, RULES, Step, leaders_of, rules_step, value_of

NOT_COUNTED = {True: "older rules do not count it", False: "older rules alone count it"}
UNNAMED = "a model that the present rules do not name"


@dataclass(frozen=True)
class OlderRules:
    """What a generation of the later snapshots says that older rules built; without a step `problem` says why."""

    rules: str
    shape: int
    value: float | None = None
    models: int = 0
    leader: str = ""
    step: ExplainedStep | None = None
    problem: str = ""

    def record(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "rules": self.rules, "shape": self.shape, "value": self.value, "models": self.models,
            "leader": self.leader, "step": self.step.record() if self.step else None, "problem": self.problem,
        }  # fmt: skip


def older_rules(
    older: Older, now: Warehouse, dataset: str, figure: Figure, models_now: pd.DataFrame, most: int
) -> OlderRules:
    """Return what older rules say of the figure, and the step to it from `models_now`, with `most` rows listed."""
    try:
        models = older_models(older, dataset, figure)
    except NotReadable as error:
        return OlderRules(older.rules, older.shape, problem=str(error))
    step, leaders = rules_step(models_now, models, figure), leaders_of(models, figure)[:MOST_LEADERS]
    listed = step.name_hashes[:most]
    names = np.unique(np.concatenate([listed, leaders]))
    rows = _Rows(older, now, dataset, figure, names, models)
    explained = ExplainedStep(
        RULES, LABELS[RULES], step.before, step.after, step.difference, rows.leader(leaders), len(step.name_hashes),
        tuple(rows.row(int(name), effect) for name, effect in zip(listed, _effects(step, most), strict=False)),
    )  # fmt: skip
    return OlderRules(
        older.rules, older.shape, value_of(models, figure), len(models), rows.leader(leaders), explained
    )  # fmt: skip


def _effects(step: Step, most: int) -> list[float | None]:
    return list(step.effects[:most].tolist()) if step.effects is not None else [None] * most


class _Rows:
    """The facts of a few models by the present rules and by older ones, by the hashes of their names."""

    def __init__(
        self, older: Older, now: Warehouse, dataset: str, figure: Figure, names: np.ndarray, models: pd.DataFrame
    ) -> None:
        self._figure, self._index = figure, score_indexes(now, dataset).get(figure.benchmark, 0)
        self._now = facts_of(now, dataset, [int(name) for name in names])
        self._older = older_facts(older, dataset, names)
        self._counted = set(models["name_hash"][models["name_hash"].isin(names)].tolist())

    def row(self, name: int, effect: float | None) -> Row:
        """Return what a model is by the present rules and what it was by older ones."""
        present, past = self._now.get(name), self._older.get(name)
        is_counted_now = bool(present and present["is_counted"])
        before = SHOWN[self._figure.shown](present, self._index) if present and is_counted_now else ""
        if not past:
            why = "counted otherwise" if name in self._counted else NOT_COUNTED[True]
            return Row(self._name(name), before, "", why, effect)
        after = SHOWN[self._figure.shown](past, self._index) if past["is_counted"] else ""
        return Row(self._name(name), before, after, self._why(present, past, is_counted_now=is_counted_now), effect)

    def leader(self, names: np.ndarray) -> str:
        """Return the name of the first of some models with the same value: that which appeared first."""
        facts = self._now | self._older
        named = first_to_appear([facts[int(name)] for name in names if int(name) in facts])
        return named or (UNNAMED if len(names) else "")

    def _name(self, name: int) -> str:
        facts = self._now.get(name) or self._older.get(name)
        return str(facts["model_id"]) if facts else UNNAMED

    def _why(self, present: Facts | None, past: Facts, *, is_counted_now: bool) -> str:
        if present is None or is_counted_now != bool(past["is_counted"]):
            return NOT_COUNTED[is_counted_now]
        reasons = [REASONS[fact](present, past) for fact in self._figure.facts if fact in REASONS]
        if "score" in self._figure.facts:
            reasons.append(REASONS["evaluation"](present, past))
        return ", ".join(reason for reason in reasons if _differs(reason))


def _differs(reason: str) -> bool:
    before, _, after = reason.partition(" → ")
    return before != after
