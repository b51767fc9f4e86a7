"""What is changed, and in which order: unit, dates, a filter of the perspective's own, dataset."""

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
SIZES = "Size (B parameters)"  # the filter of perspectives that have none of their own


@dataclass
class Series:
    """Changes of one kind, and what the server spent on them."""

    control: str
    changes: list[Change] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def cpu_ms(self) -> float:
        """Of the server, per change."""
        return 1000 * self.cpu_s / max(len(self.changes), 1)


def filter_of(view: str) -> str:
    """The label of the list that a perspective is filtered by."""
    kind = VIEWS[view]
    lists = [kind.param[name] for name in kind.parameters if isinstance(kind.param[name], param.ListSelector)]
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
    """One visit of a perspective that makes `count` changes with each control, one after the other."""
    visitor = Visitor(browser, server.address)
    where = f"&dataset={dataset}" if dataset else "&dataset=v1" if VIEWS[view].needs_scores else ""
    visitor.open(f"?view={view}{where}&unit=week")
    for control in controls:
        series = Series(control)
        for act in STEPS[control](visitor, view, count):
            before = server.cpu()
            series.changes.append(act())
            series.cpu_s += server.cpu() - before
        if series.changes:
            yield series
    visitor.close()


Steps = Iterator[Callable[[], Change]]


def _units(visitor: Visitor, view: str, count: int) -> Steps:  # noqa: ARG001
    for n in range(count):
        yield partial(visitor.press, ("Day", "Week", "Month")[n % 3])


def _dates(visitor: Visitor, view: str, count: int) -> Steps:  # noqa: ARG001
    """Another range each time, so that no answer has been given before: the last third of them by day."""
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
    """One choice, it and its neighbour, the next two so, and what was chosen at first; the last third by day."""
    label = filter_of(view)
    offered, held = visitor.options(label), visitor.value(label)
    sets = [pair for one, two in pairwise(offered) for pair in ([one], [one, two])]
    last = held
    for n in range(count):
        if n == count * 2 // 3:
            visitor.press("Day")
        wanted = held if n % 4 == 3 or not sets else sets[n % len(sets)]
        if wanted == last:
            continue
        last = wanted
        yield partial(visitor.set, label, wanted, "filter")
    if last != held:
        visitor.set(label, held, "filter")
    visitor.press("Week")


def _datasets(visitor: Visitor, view: str, count: int) -> Steps:
    """There and back, where there is more than one with what the perspective shows."""
    names = visitor.options("Dataset")
    here = visitor.value("Dataset")
    fit = [name for name in names if name != here and not (VIEWS[view].needs_scores and "Leaderboard" not in name)]
    for n in range(count if fit else 0):
        yield partial(visitor.set, "Dataset", here if n % 2 else fit[0], "dataset")


STEPS: dict[str, Callable[[Visitor, str, int], Steps]] = {
    "unit": _units, "dates": _dates, "filter": _filter, "dataset": _datasets,
}  # fmt: skip


def median_and_p95(values: Iterable[float]) -> tuple[float, float]:
    """Both NaN where there is no value."""
    known = list(values)
    if not known:
        return float("nan"), float("nan")
    return float(np.median(known)), float(np.percentile(known, 95, method="higher"))


def told(view: str, series: Iterable[Series]) -> Iterator[str]:
    """Lines for people: one per control and unit."""
    for one in series:
        for unit in ("day", "week", "month"):
            found = [change for change in one.changes if change.unit == unit]
            if found:
                middle, slow = median_and_p95(change.ms for change in found)
                sent = np.median([change.bytes for change in found]) / 1024
                paints = np.median([change.repaints for change in found])
                yield (
                    f"{view:16} {one.control:8} {unit:6} n={len(found):3} {middle:6.0f} / {slow:.0f} ms"
                    f"   server {one.cpu_ms:.0f} ms   {sent:.0f} kB   {paints:.0f} repaints"
                )
