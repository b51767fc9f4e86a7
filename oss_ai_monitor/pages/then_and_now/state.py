"""What the page shows: which ends there are, which of them an address names, and the comparison of the two."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ... import comparing
from ...charts import date_text
from ...comparing import Comparison, End, NoEnd
from ...warehouse import Warehouse

THEN, NOW, FIGURE, DATASET, STEP = "then", "now", "figure", "dataset", "step"
LONGEST = 60
"""Characters of a value of an address that a message repeats."""
CACHED = 64
"""Comparisons that are cached for all visitors, of about 100 kB each."""
ROWS = 100
"""Rows that are listed behind each step."""
_comparisons: OrderedDict[tuple[Path, Path, str, str], Comparison] = OrderedDict()
_lock = threading.Lock()
_computing = threading.Lock()
"""One comparison at a time, of the page and of programs: the other cores stay with the charts."""


@dataclass(frozen=True)
class State:
    """The choices of the page and what can be chosen; `comparison` is None where `message` says why.

    `days` are those that the newest data of the generations speaks of, each with the day of the dataset there.
    """

    dataset: str
    days: tuple[tuple[dt.date, dt.date], ...]
    then: str
    now: str
    figure: str
    figures: tuple[comparing.Figure, ...] = ()
    datasets: tuple[str, ...] = ()
    comparison: Comparison | None = None
    step: str = ""
    message: str = ""
    notices: tuple[str, ...] = ()

    def query(self) -> dict[str, str]:
        """Return its part of an address."""
        values = {DATASET: self.dataset, FIGURE: self.figure, THEN: self.then, NOW: self.now, STEP: self.step}
        return {name: value for name, value in values.items() if value}


def state_of(
    warehouse: Warehouse, query: Mapping[str, str], *, most: int = ROWS, only: str = "", is_strict: bool = False
) -> State:
    """Return what the page shows for a query, which is not trusted; `warehouse` is the newest end without a date.

    `most` rows are listed behind each step, or behind that with the key `only`. With `is_strict` nothing is compared
    where there are notices, for those who refuse such a query.
    """
    notices: list[str] = []
    datasets = [str(name) for name in warehouse.query("datasets")["dataset"]]
    candidates = comparing.ends_beside(warehouse)
    try:
        served = comparing.end_of(warehouse)
    except NoEnd as error:
        return State("", (), "", "", "", message=str(error))
    dataset_days = {name: days_of(candidates, served, name) for name in datasets}
    first = max(datasets, key=lambda name: _variety(dataset_days[name]))  # of equals the first
    dataset = _choice(query, DATASET, datasets, first, notices, warehouse.and_why_no_boards)
    days = dataset_days[dataset]
    now_day = _day(query, NOW, served.as_of, notices)
    earlier = [day for day, _ in days if day < now_day]
    then_day = _day(query, THEN, earlier[-1] if earlier else now_day, notices)
    figures = comparing.offered(warehouse, warehouse, dataset)[dataset]
    names = [figure.name for figure in figures]
    figure = _choice(query, FIGURE, names, names[0], notices)
    state = State(
        dataset, tuple(days), str(then_day), str(now_day), figure, tuple(figures), tuple(datasets),
        notices=tuple(notices),
    )  # fmt: skip
    if notices and is_strict:
        return state
    if THEN not in query and not earlier:
        more = _ALONE_IN_A_COPY if warehouse.copy_of else _ALONE_BUILT_HERE
        return replace(state, message=f"{_ALONE.format(day=date_text(now_day), label=dataset)} {more}")
    try:
        comparison = _compared(warehouse, served, candidates, then_day, now_day, dataset, figure, most, only)
    except ValueError as error:
        return replace(state, message=str(error))
    keys = [step.key for step in comparison.all_steps]
    largest = max(comparison.steps, key=lambda step: (abs(step.difference), step.rows), default=None)
    step = _choice(query, STEP, keys, largest.key if largest else keys[0] if keys else "", []) if keys else ""
    return replace(state, comparison=comparison, step=step)


_ALONE = (
    "On this server there is no other snapshot of {label} than that of {day} that is counted by the present rules: "
    "there is nothing to compare it with."
)
_ALONE_BUILT_HERE = "Who runs the server adds an earlier one with “oss-ai-monitor build --as-of DATE --beside”."
_ALONE_IN_A_COPY = "It shows a copy, which is of one snapshot."


def _compared(
    warehouse: Warehouse, served: End, candidates: list[End], then: dt.date, now: dt.date, dataset: str, figure: str,
    most: int, only: str,
) -> Comparison:  # fmt: skip
    """Return a comparison; with as many rows as the page lists it is cached for all visitors. Raises NoEnd."""
    earlier, later = comparing.ends_on(served, candidates, then, now, dataset)
    key = (earlier.path, later.path, dataset, figure)
    with _computing:
        if (cached := _cached(key)) and most <= ROWS and not only:
            return cached
        comparison = comparing.compare_days(warehouse, then, now, figure, dataset, most=max(most, ROWS), only=only)
    if most <= ROWS and not only:
        with _lock:
            _comparisons[key] = comparison
            while len(_comparisons) > CACHED:
                _comparisons.popitem(last=False)
    return comparison


def _cached(key: tuple[Path, Path, str, str]) -> Comparison | None:
    with _lock:
        if key in _comparisons:
            _comparisons.move_to_end(key)
        return _comparisons.get(key)


def days_of(candidates: list[End], served: End, dataset: str) -> list[tuple[dt.date, dt.date]]:
    """Return the days of the generations that can be compared, each with the day that the dataset speaks of there.

    Of several generations of one day it is the one that is compared: the served one, else the first.
    """
    present = [end for end in candidates if end.has_present_rules and dataset in end.days]
    days = {end.as_of: end.days[dataset] for end in reversed(present)}
    return sorted((days | {served.as_of: served.days[dataset]}).items())


def _variety(days: list[tuple[dt.date, dt.date]]) -> tuple[bool, bool]:
    """Return whether a dataset is of several days, and whether at least several generations have it."""
    return len({day for _, day in days}) > 1, len(days) > 1


def _choice(
    query: Mapping[str, str], name: str, choices: list[str], otherwise: str, notices: list[str], why_absent: str = ""
) -> str:
    value = query.get(name, otherwise)
    if value not in choices:
        notices.append(f"There is no {name} “{value[:LONGEST]}” here{why_absent}: showing {otherwise}.")
        return otherwise
    return value


def _day(query: Mapping[str, str], name: str, otherwise: dt.date, notices: list[str]) -> dt.date:
    value = query.get(name, "")
    try:
        return dt.date.fromisoformat(value) if value else otherwise
    except ValueError:
        notices.append(f"“{value[:LONGEST]}” is no date like 2024-11-04: showing {otherwise}.")
        return otherwise
