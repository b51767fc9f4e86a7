"""The steps from one value of a figure to another: models that are gone, facts that changed, models that are new.

One table of models is turned into the other, a step at a time, and the figure is counted after each: so the steps add
up to the difference, of counts to the unit, of averages up to the last digits of a floating point number. Models that
are the same at both ends are summed once, where a figure is a sum, and only the others are counted after each step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from .figures import COLUMNS, SCORES, Figure

TOLERANCE = 0.005
"""Points of 100 up to which two scores of an evaluation are the same: half of the last digit of rounded exports."""
REMOVED, ADDED, RULES = "gone", "new", "rules"
MOST_LEADERS = 100
"""Models with the same highest value among which the one that appeared first is named."""
Counted: TypeAlias = tuple[np.ndarray, np.ndarray]
"""Which models take part in a figure, and the value of each."""


@dataclass(frozen=True)
class Step:
    """One step: what it is, the value before and after it, and the rows behind it, those that matter most first.

    `effects` are the parts of the rows in the step, where the figure has them.
    """

    key: str
    before: float | None
    after: float | None
    leaders: np.ndarray
    """Where one model stands for the value: the hashes of the names of those with the highest value after it."""
    name_hashes: np.ndarray
    effects: np.ndarray | None

    @property
    def difference(self) -> float:
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass
class _Table:
    """Models of both ends by position, with the columns as they are at this point, and which of them are there."""

    is_present: np.ndarray
    columns: dict[str, np.ndarray]

    def with_rows(self, positions: np.ndarray, of: _Table, names: tuple[str, ...]) -> _Table:
        """Return a table that has some columns of some rows from another one."""
        columns = dict(self.columns)
        for name in names:
            columns[name] = np.where(positions, of.columns[name], columns[name])
        return _Table(self.is_present, columns)


@dataclass(frozen=True)
class _Same:
    """The models that are the same at both ends: how many take part in the figure, and the sum of their values."""

    models: int = 0
    total: float = 0.0


def value_of(rows: pd.DataFrame, figure: Figure) -> float | None:
    """Return the figure over the rows of compared_models; None for a highest, mean or median of no model."""
    return _value(_counted(_Table(np.ones(len(rows), bool), _columns(rows, figure)), figure), figure, _Same())


def steps(then: pd.DataFrame, now: pd.DataFrame, figure: Figure) -> list[Step]:
    """Return the steps from `then` to `now`, both rows of compared_models: gone, each changed fact, new."""
    names, first, last, same = _ends(then, now, figure)
    both = first.is_present & last.is_present
    tables = [("", first), (REMOVED, _Table(both, first.columns))]
    for fact in figure.facts:
        changes = _score_steps(first, last, both) if fact == "score" else [(fact, both, (COLUMNS[fact],))]
        for key, positions, columns in changes:
            tables.append((key, tables[-1][1].with_rows(positions, last, columns)))
    tables.append((ADDED, last))
    return _steps(tables, names, figure, same)


def rules_step(now: pd.DataFrame, older: pd.DataFrame, figure: Figure) -> Step:
    """Return the step from `now`, counted by the present rules, to what older ones said of the same snapshots."""
    names, first, last, same = _ends(now, older, figure)
    (step,) = _steps([("", first), (RULES, last)], names, figure, same)
    return step


def leaders_of(rows: pd.DataFrame, figure: Figure) -> np.ndarray:
    """Return the hashes of the names of the models with the highest value; none where no model stands for it."""
    counted = _counted(_Table(np.ones(len(rows), bool), _columns(rows, figure)), figure)
    return _leaders(rows["name_hash"].to_numpy(), counted, figure)


def _steps(tables: list[tuple[str, _Table]], names: np.ndarray, figure: Figure, same: _Same) -> list[Step]:
    """Return the step to each table, with its key, from the one before it."""
    counted_before = _counted(tables[0][1], figure)
    before = _value(counted_before, figure, same)
    result: list[Step] = []
    for key, table in tables[1:]:
        counted = _counted(table, figure)
        after = _value(counted, figure, same)
        rows, effects = _rows(counted_before, counted, before, figure, same)
        result.append(Step(key, before, after, _leaders(names, counted, figure), names[rows], effects))
        before, counted_before = after, counted
    return result


def _ends(then: pd.DataFrame, now: pd.DataFrame, figure: Figure) -> tuple[np.ndarray, _Table, _Table, _Same]:
    """Return the hashes of names, the tables of both ends by them, and the models that are in neither table.

    These are the same at both ends, and only left out where the figure is a sum of whole numbers, so that it stays
    exact.
    """
    (then_names, then_columns), (now_names, now_columns) = _ordered(then, figure), _ordered(now, figure)
    same = _Same()
    if figure.is_whole_sum:
        places = np.searchsorted(now_names, then_names)
        places[places == len(now_names)] = 0
        is_same = now_names[places] == then_names if len(now_names) else np.zeros(len(then_names), bool)
        for name, column in then_columns.items():
            other = now_columns[name][places] if len(now_names) else column
            is_same &= (column == other) | ((column != column) & (other != other))
        is_new = np.ones(len(now_names), bool)
        is_new[places[is_same]] = False
        left_out = {name: column[is_same] for name, column in then_columns.items()}
        weights, values = _counted(_Table(np.ones(int(is_same.sum()), bool), left_out), figure)
        same = _Same(int(weights.sum()), float(values[weights].sum()))
        then_names, then_columns = _chosen(then_names, then_columns, ~is_same)
        now_names, now_columns = _chosen(now_names, now_columns, is_new)
    names = np.sort(np.concatenate([then_names, now_names]))
    names = names[np.concatenate([[True], names[1:] != names[:-1]])] if len(names) else names
    return names, _aligned(then_names, then_columns, names), _aligned(now_names, now_columns, names), same


def _score_steps(first: _Table, last: _Table, both: np.ndarray) -> list[tuple[str, np.ndarray, tuple[str, ...]]]:
    """Return the steps of scores: of the same evaluation rescored or rounded otherwise, or another evaluation."""
    is_same = first.columns["evaluation_hash"] == last.columns["evaluation_hash"]
    difference = np.abs(last.columns["score"] - first.columns["score"])
    is_rescored = ~(difference <= TOLERANCE) & ~(np.isnan(first.columns["score"]) & np.isnan(last.columns["score"]))
    return [
        ("rescored", both & is_same & is_rescored, SCORES),
        ("rounding", both & is_same & ~is_rescored, SCORES),
        ("evaluation", both & ~is_same, SCORES),
    ]


def _columns(rows: pd.DataFrame, figure: Figure) -> dict[str, np.ndarray]:
    """Return the columns that a figure reads, as arrays; missing numbers are NaN."""
    return {
        name: rows[name].to_numpy()
        if rows[name].dtype.kind in "bu"
        else rows[name].to_numpy("float64", na_value=np.nan)
        for name in figure.columns
    }


def _ordered(rows: pd.DataFrame, figure: Figure) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the hashes of the names in ascending order, and the columns that the figure reads."""
    names, columns = rows["name_hash"].to_numpy(), _columns(rows, figure)
    if (names[1:] > names[:-1]).all():
        return names, columns
    return _chosen(names, columns, np.argsort(names, kind="stable"))


def _chosen(
    names: np.ndarray, columns: dict[str, np.ndarray], rows: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    return names[rows], {name: column[rows] for name, column in columns.items()}


def _aligned(own_names: np.ndarray, own_columns: dict[str, np.ndarray], names: np.ndarray) -> _Table:
    """Return the rows at the positions of their names; where there is no row, any value stands."""
    positions = np.searchsorted(names, own_names)
    is_present = np.zeros(len(names), bool)
    is_present[positions] = True
    columns = {}
    for name, column in own_columns.items():
        columns[name] = np.zeros(len(names), column.dtype)
        columns[name][positions] = column
    return _Table(is_present, columns)


def _counted(table: _Table, figure: Figure) -> Counted:
    condition = figure.counts(table.columns) if figure.counts else np.ones(len(table.is_present), bool)
    if figure.measure == "share":  # all models take part, with 100 or nothing
        return table.is_present, np.where(condition, 100.0, 0.0)
    values = table.columns[figure.value].astype("float64") if figure.value else np.ones(len(table.is_present))
    return table.is_present & condition & ~np.isnan(values), values


def _value(counted: Counted, figure: Figure, same: _Same) -> float | None:
    weights, values = counted
    chosen = values[weights]
    if figure.measure in ("count", "sum"):
        return float(same.total + chosen.sum())
    if not (models := same.models + len(chosen)):
        return None
    if figure.measure == "share":
        return float((same.total + chosen.sum()) / models)
    if figure.measure == "median":
        return float(np.median(chosen))
    return float(chosen.max() if figure.measure == "highest" else chosen.mean())


def _leaders(names: np.ndarray, counted: Counted, figure: Figure) -> np.ndarray:
    weights, values = counted
    if not (figure.names_leader and weights.any()):
        return names[:0]
    leaders: np.ndarray = names[weights & (values == values[weights].max())]
    return leaders


def _rows(
    before: Counted, after: Counted, value: float | None, figure: Figure, same: _Same
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the positions of the rows that a step changes, those that matter most first, and the part of each in it.

    Of a mean m of n values the part of a row is (w'x' - wx - (w' - w) m) / n', where w is 1 for a model that takes part
    and n' their number after the step: over all rows that is the new mean less the old one.
    """
    (weights, values), (new_weights, new_values) = before, after
    is_changed = (weights != new_weights) | (weights & new_weights & (values != new_values))
    rows = np.flatnonzero(is_changed)
    old = np.where(weights[rows], values[rows], 0.0)
    new = np.where(new_weights[rows], new_values[rows], 0.0)
    if not figure.has_effects:
        rank = np.maximum(old, new) if figure.measure == "highest" else np.abs(new - old)
        return rows[np.argsort(-rank, kind="stable")], None
    effects = new - old
    if figure.measure in ("mean", "share"):
        change = new_weights[rows].astype("float64") - weights[rows]
        effects = (effects - change * (value or 0.0)) / max(same.models + int(new_weights.sum()), 1)
    order = np.argsort(-np.abs(effects), kind="stable")
    return rows[order], effects[order]
