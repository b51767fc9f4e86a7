"""The changes that are timed, in their order: unit, dates, one filter of the perspective, dataset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
import param
from playwright.sync_api import Browser

from oss_ai_monitor.perspectives import Perspective, all_perspectives

from .browser import Change, Visitor
from .served import Server

VIEWS: dict[str, type[Perspective]] = {kind.slug: kind for kind in all_perspectives}
CONTROLS = ("unit", "dates", "filter", "dataset")
SIZES = "Size (B parameters)"  # the filter for perspectives without filters of their own


@dataclass
class Series:
    """Changes with one control, and the server's CPU time for them."""

    control: str
    changes: list[Change] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def cpu_ms(self) -> float:
        """Return the server's CPU time per change."""
        return 1000 * self.cpu_s / max(len(self.changes), 1)


def filter_of(view: str) -> str:
    """Return the label of the list by which a perspective is filtered."""
    perspective_class = VIEWS[view]
    lists = [
        perspective_class.param[name]
        for name in perspective_class.parameters
        if isinstance(perspective_class.param[name], param.ListSelector)
    ]
    return str(lists[0].label) if lists else SIZES


def changes(
    server: Server,
    browser: Browser,
    view: str,
    *,
    count: int,
    dataset: str = "",
    controls: Sequence[str] = CONTROLS,
) -> Iterator[Series]:
    """Visit a perspective and make `count` changes with each control, one after the other."""
    visitor = Visitor(browser, server.address)
    dataset_query = f"&dataset={dataset}" if dataset else "&dataset=v1" if VIEWS[view].needs_scores else ""
    visitor.open(f"?view={view}{dataset_query}&unit=week")
    for control in controls:
        series = Series(control)
        for step in STEPS[control](visitor, view, count):
            cpu_before = server.cpu()
            series.changes.append(step())
            series.cpu_s += server.cpu() - cpu_before
        if series.changes:
            yield series
    visitor.close()


Steps = Iterator[Callable[[], Change]]


def _units(visitor: Visitor, view: str, count: int) -> Steps:  # noqa: ARG001
    for n in range(count):
        yield partial(visitor.press, ("Day", "Week", "Month")[n % 3])


def _dates(visitor: Visitor, view: str, count: int) -> Steps:  # noqa: ARG001
    """Yield another range each time, so that no answer is cached; the last third by day."""
    visitor.press("Week")
    first, last = (dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date() for ms in visitor.value("Dates"))
    for n in range(count):
        if n == count * 2 // 3:
            visitor.press("Day")
        start = first + dt.timedelta(days=(n + 1) * max((last - first).days // (3 * count), 1))
        yield partial(visitor.set, "Dates", [str(start), str(last)], "dates")
    visitor.set("Dates", [str(first), str(last)], "dates")
    visitor.press("Week")


def _filter(visitor: Visitor, view: str, count: int) -> Steps:
    """Yield an option, it and its neighbour, the same for the next one, the initial choice; the last third by day."""
    label = filter_of(view)
    options, initial = visitor.options(label), visitor.value(label)
    choices = [pair for first, second in pairwise(options) for pair in ([first], [first, second])]
    previous = initial
    for n in range(count):
        if n == count * 2 // 3:
            visitor.press("Day")
        choice = initial if n % 4 == 3 or not choices else choices[n % len(choices)]
        if choice == previous:
            continue
        previous = choice
        yield partial(visitor.set, label, choice, "filter")
    if previous != initial:
        visitor.set(label, initial, "filter")
    visitor.press("Week")


def _datasets(visitor: Visitor, view: str, count: int) -> Steps:
    """Yield another dataset and the initial one in turn, if there is another one that the perspective can show."""
    names = visitor.options("Dataset")
    initial = visitor.value("Dataset")
    others = [
        name for name in names if name != initial and not (VIEWS[view].needs_scores and "Leaderboard" not in name)
    ]
    for n in range(count if others else 0):
        yield partial(visitor.set, "Dataset", initial if n % 2 else others[0], "dataset")


STEPS: dict[str, Callable[[Visitor, str, int], Steps]] = {
    "unit": _units, "dates": _dates, "filter": _filter, "dataset": _datasets,
}  # fmt: skip


def median_and_p95(values: Iterable[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile; both are NaN if there is no value."""
    numbers = list(values)
    if not numbers:
        return float("nan"), float("nan")
    return float(np.median(numbers)), float(np.percentile(numbers, 95, method="higher"))


def lines(view: str, series: Iterable[Series]) -> Iterator[str]:
    """Yield a line of text for each control and unit."""
    for changes_of_control in series:
        for unit in ("day", "week", "month"):
            changes_of_unit = [change for change in changes_of_control.changes if change.unit == unit]
            if changes_of_unit:
                median, p95 = median_and_p95(change.ms for change in changes_of_unit)
                kilobytes = np.median([change.bytes for change in changes_of_unit]) / 1024
                repaints = np.median([change.repaints for change in changes_of_unit])
                yield (
                    f"{view:16} {changes_of_control.control:8} {unit:6} n={len(changes_of_unit):3} "
                    f"{median:6.0f} / {p95:.0f} ms   server {changes_of_control.cpu_ms:.0f} ms   "
                    f"{kilobytes:.0f} kB   {repaints:.0f} repaints"
                )
