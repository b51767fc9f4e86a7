"""The figures that can be compared: what each counts, which facts of a model it reads, and how its value is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..warehouse import Warehouse

Columns: TypeAlias = Mapping[str, np.ndarray]
"""The columns of compared_models by name."""
AVERAGE = "average"
SMALL_B = 8.0
"""The largest size of a small model, as people call it, in billions of parameters."""
SMALL = f"nominal_b <= {SMALL_B:g}"
SCORES = ("score", "evaluation_hash")
COLUMNS: Mapping[str, str] = {
    "date": "is_dated",
    "type": "is_fine_tuned",
    "licence": "is_permissive",
    "merge": "is_merge",
    "relation": "is_derived",
    "parameters": "nominal_b",
    "task": "is_text_generation",
    "access": "is_gated",
    "downloads": "downloads_30d",
}
"""Fact → the column that figures read of it; of scores they are SCORES."""


@dataclass(frozen=True)
class Figure:
    """A number about the models of a dataset.

    `measure` is count, sum, share (of all models, in percent), mean, median or highest. `counts` says of each model
    whether it counts, `value` is the column that is summed, averaged or ranked. `facts` are the facts that may change
    it, in the order of the steps.
    """

    name: str
    title: str
    unit: str
    measure: str
    facts: tuple[str, ...]
    shown: str
    """What the rows behind a step show of a model: a key of SHOWN in details.py."""
    counts: Callable[[Columns], np.ndarray] | None = None
    condition: str = ""
    """The same as `counts`, in SQL."""
    value: str = ""
    benchmark: str = AVERAGE

    @property
    def columns(self) -> list[str]:
        """The columns of compared_models that it reads."""
        names = {COLUMNS[fact] for fact in self.facts if fact != "score"}
        return sorted(names | (set(SCORES) if "score" in self.facts else set()))

    @property
    def is_whole_sum(self) -> bool:
        """Whether it is a sum of whole numbers, or a share that follows from two: any part can be summed by itself."""
        return self.measure in ("count", "sum", "share")

    @property
    def expression(self) -> str:
        """The figure as an expression of SQL over the rows of compared_models."""
        chosen = f" filter (where {self.condition})" if self.condition else ""
        return {
            "count": f"count(*){chosen}",
            "sum": f"sum({self.value})",
            "share": f"100.0 * count(*){chosen} / count(*)",
            "mean": f"avg({self.value})",
            "median": f"median({self.value})",
            "highest": f"max({self.value}){chosen}",
        }[self.measure]

    @property
    def has_effects(self) -> bool:
        """Whether the rows behind a step have a part of it each, which add up to it."""
        return self.measure not in ("median", "highest")

    @property
    def names_leader(self) -> bool:
        """Whether one model stands for the value."""
        return self.measure == "highest"

    def text(self, value: float | None, *, is_signed: bool = False) -> str:
        """Return a value with its sign, if it is a difference, and without its unit."""
        if value is None:
            return "none"
        places = {"points": 2, "%": 2}.get(self.unit, 0)
        rounded = round(value, places) + 0.0  # no negative zero
        return f"{rounded:{'+' if is_signed and rounded else ''},.{places}f}".replace("-", "−")


def _column(name: str) -> Callable[[Columns], np.ndarray]:
    return lambda columns: columns[name].astype(bool)


def _is_small(columns: Columns) -> np.ndarray:
    return columns["nominal_b"] <= SMALL_B


def _share(name: str, title: str, fact: str, column: str, shown: str) -> Figure:
    return Figure(name, title, "%", "share", (fact,), shown, _column(column), column)


def _count(name: str, title: str, fact: str, column: str, shown: str) -> Figure:
    return Figure(name, title, "models", "count", (fact,), shown, _column(column), column)


OF_ALL = (
    _count("dated-models", "Models with a date", "date", "is_dated", "date"),
    Figure("small-models", "Models of at most 8 B", "models", "count", ("parameters",), "size", _is_small, SMALL),
    _count("fine-tuned-models", "Fine-tuned models", "type", "is_fine_tuned", "type"),
    _share("merges-share", "Share of merges", "merge", "is_merge", "merge"),
    _share("permissive-share", "Share of permissive licences", "licence", "is_permissive", "licence"),
)
OF_BOARDS = (
    Figure("best-average", "Best average", "points", "highest", ("score",), "score", value="score"),
    Figure(
        "best-small", "Best average at most 8 B", "points", "highest", ("score", "parameters"), "score",
        _is_small, SMALL, "score",
    ),
    Figure("mean-average", "Mean of the averages", "points", "mean", ("score",), "score", value="score"),
    Figure("median-average", "Median of the averages", "points", "median", ("score",), "score", value="score"),
    Figure("evaluated-models", "Evaluated models", "models", "count", (), "score"),
)  # fmt: skip
OF_THE_HUB = (
    Figure("listed-models", "Listed models", "models", "count", (), "downloads"),
    _count("text-generation-models", "Models for text generation", "task", "is_text_generation", "task"),
    _share("derived-share", "Share of quantized copies and adapters", "relation", "is_derived", "relation"),
    _share("gated-share", "Share of gated models", "access", "is_gated", "access"),
    Figure("downloads", "Downloads in 30 days", "downloads", "sum", ("downloads",), "downloads", value="downloads_30d"),
)


def figures(warehouse: Warehouse, dataset: str) -> dict[str, Figure]:
    """Return the figures of a dataset by name, in reading order."""
    if dataset == "hub":
        return {figure.name: figure for figure in (*OF_THE_HUB, *OF_ALL)}
    rows = warehouse.query("benchmarks")
    rows = rows[rows["leaderboard"] == dataset]
    best = [
        Figure(
            f"best-{str(benchmark).replace('_', '-')}", f"Best on {label}", "points", "highest", ("score",), "score",
            value="score", benchmark=str(benchmark),
        )
        for benchmark, label in zip(rows["benchmark"], rows["label"], strict=True)
    ]  # fmt: skip
    return {figure.name: figure for figure in (*OF_BOARDS, *best, *OF_ALL)}


def datasets(warehouse: Warehouse) -> list[str]:
    """Return the datasets of a generation, in the order in which a page offers them."""
    return [str(name) for name in warehouse.query("datasets")["dataset"]]
