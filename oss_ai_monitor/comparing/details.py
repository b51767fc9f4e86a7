"""The rows behind a step: what each was, what it is, and why that is so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..warehouse import Warehouse
from .figures import Figure
from .steps import ADDED, REMOVED, TOLERANCE

Facts = Mapping[str, Any]
"""A row of compared_details."""
LONGEST = 60
"""Characters of a licence or a revision that a reason repeats."""


@dataclass(frozen=True)
class Row:
    """One model behind a step. `effect` is its part in the step, where the figure has such parts."""

    model_id: str
    before: str
    after: str
    why: str
    effect: float | None


class Details:
    """The facts of a few models in both generations, by the hashes of their names."""

    def __init__(
        self, then: Warehouse, now: Warehouse, dataset: str, names: np.ndarray, renamed: dict[int, int]
    ) -> None:
        """`renamed`: hash of a name in the later generation → hash of the name in the earlier one."""
        hashes = [int(name) for name in names]
        former = [renamed.get(name, name) for name in hashes]
        benchmarks = _benchmarks(now, dataset)
        self._indexes = score_indexes(now, dataset)
        self._labels = [str(label) for label in benchmarks["label"]]
        self._then = facts_of(then, dataset, former)
        self._then |= {name: self._then[old] for name, old in renamed.items() if old in self._then}
        self._now = facts_of(now, dataset, hashes)

    def row(self, name_hash: int, key: str, figure: Figure, effect: float | None) -> Row:
        """Return the row of a model behind the step with this key."""
        before, after = self._then.get(name_hash), self._now.get(name_hash)
        named = (before if key == REMOVED else None) or after or before or {"model_id": "unknown"}
        text = SHOWN[figure.shown]
        index = self._indexes.get(figure.benchmark, 0)
        return Row(
            str(named["model_id"]),
            text(before, index) if before and before["is_counted"] and key != ADDED else "",
            text(after, index) if after and after["is_counted"] and key != REMOVED else "",
            self._why(key, before, after),
            effect,
        )

    def leader(self, name_hashes: np.ndarray, at: str) -> str:
        """Return the name of the first of some models with the same value: that which appeared first.

        `at` is the end whose facts are read first: then, else now.
        """
        facts = self._now | self._then if at == "then" else self._then | self._now
        return first_to_appear([facts[int(name)] for name in name_hashes if int(name) in facts])

    def _why(self, key: str, before: Facts | None, after: Facts | None) -> str:
        if key == REMOVED:
            return _absent(after, "no longer listed")
        if key == ADDED:
            submitted = after and not pd.isna(after["submitted_on"])
            reason = f", submitted {_day(after['submitted_on'])}" if after and submitted else ""
            return f"{_absent(before, 'not listed')} then{reason}"
        if before is None or after is None:
            return ""
        if key in ("rescored", "rounding"):
            return self._scores(before, after)
        return REASONS[key](before, after)

    def _scores(self, before: Facts, after: Facts) -> str:
        """Return the scores that differ, of each benchmark, and of the mean where there are no others."""
        pairs = zip(["average", *self._labels], before["scores"], after["scores"], strict=False)
        texts = [
            f"{label} {_score(old)} → {_score(new)}"
            for label, old, new in pairs
            if not _is_same(old, new) and (label != "average" or len(self._labels) == 0)
        ]
        return ", ".join(texts) or "rounded otherwise"


def first_to_appear(models: Iterable[Facts]) -> str:
    """Return the id of the model that appeared first, undated ones last; empty without models."""
    order = [(pd.isna(row["appeared_on"]), str(row["appeared_on"]), str(row["model_id"])) for row in models]
    return min(order)[-1] if order else ""


def facts_of(warehouse: Warehouse, dataset: str, names: list[int]) -> dict[int, dict[str, Any]]:
    """Return the rows of compared_details by the hashes of names."""
    rows = warehouse.query("compared_details", dataset=dataset, names=names)
    records: Any = rows.to_dict("records")
    return {int(row["name_hash"]): row | {"scores": _numbers(row["scores"])} for row in records}


def score_indexes(warehouse: Warehouse, dataset: str) -> dict[str, int]:
    """Return by benchmark where its score stands in the scores of a model; the mean is the first."""
    return {str(name): n for n, name in enumerate(_benchmarks(warehouse, dataset)["benchmark"], 1)}


def _benchmarks(warehouse: Warehouse, dataset: str) -> pd.DataFrame:
    rows = warehouse.query("benchmarks")
    return rows[rows["leaderboard"] == dataset]


def _numbers(scores: Any) -> list[float]:
    """Return scores as numbers, missing ones as NaN: DuckDB gives a masked array of a list with NULLs."""
    if not isinstance(scores, np.ndarray):
        return []
    return [float(score) for score in np.ma.filled(np.ma.asarray(scores, "float64"), np.nan)]


def _absent(facts: Facts | None, otherwise: str) -> str:
    if facts is not None and facts["flagged"] and not facts["is_counted"]:
        return "flagged by the leaderboard"
    return otherwise


def _is_same(old: Any, new: Any) -> bool:
    if pd.isna(old) or pd.isna(new):
        return bool(pd.isna(old) and pd.isna(new))
    return bool(abs(new - old) <= TOLERANCE)


def _score(value: Any) -> str:
    return "none" if pd.isna(value) else f"{value:.2f}"


def _day(value: Any) -> str:
    return "no date" if pd.isna(value) else pd.Timestamp(value).date().isoformat()


def _size(facts: Facts) -> str:
    return "no size" if pd.isna(facts["nominal_b"]) else f"{facts['nominal_b']:g} B"


def _merge(facts: Facts) -> str:
    return "merge" if facts["is_merge"] else "no merge"


def _licence(facts: Facts) -> str:
    return f"{str(facts['license'])[:LONGEST]} ({facts['license_class']})"


def _downloads(facts: Facts) -> str:
    return "not known" if pd.isna(facts["downloads_30d"]) else f"{facts['downloads_30d']:,.0f}"


def _evaluation(facts: Facts) -> str:
    return f"revision {str(facts['revision'])[:7]} in {facts['precision']} of {_day(facts['submitted_on'])}"


def _arrow(text: Callable[[Facts], str]) -> Callable[[Facts, Facts], str]:
    return lambda before, after: f"{text(before)} → {text(after)}"


REASONS: Mapping[str, Callable[[Facts, Facts], str]] = {
    "evaluation": _arrow(_evaluation),
    "date": _arrow(lambda facts: f"{_day(facts['appeared_on'])} ({facts['appeared_rule']})"),
    "type": _arrow(lambda facts: str(facts["type"])),
    "licence": _arrow(_licence),
    "merge": _arrow(lambda facts: str(facts["merge_rule"])),
    "relation": _arrow(lambda facts: str(facts["relation"])),
    "parameters": _arrow(_size),
    "task": _arrow(lambda facts: str(facts["task"])),
    "access": _arrow(lambda facts: str(facts["gated"])),
    "downloads": _arrow(_downloads),
}
"""Key of a step → why a model is behind it."""


def _score_text(facts: Facts, index: int) -> str:
    scores = facts["scores"]
    return _score(scores[index]) if index < len(scores) else "none"


SHOWN: Mapping[str, Callable[[Facts, int], str]] = {
    "score": _score_text,
    "date": lambda facts, *_: _day(facts["appeared_on"]),
    "size": lambda facts, *_: _size(facts),
    "type": lambda facts, *_: str(facts["type"]),
    "merge": lambda facts, *_: _merge(facts),
    "licence": lambda facts, *_: _licence(facts),
    "relation": lambda facts, *_: str(facts["relation"]),
    "task": lambda facts, *_: str(facts["task"]),
    "access": lambda facts, *_: str(facts["gated"]),
    "downloads": lambda facts, *_: _downloads(facts),
}
"""What the rows of a figure show of a model before and after."""
