"""The stages of a run: each measures one thing, puts its figures into the table and saves it."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice

from playwright.sync_api import Browser

from .browser import Visitor
from .changes import CONTROLS, VIEWS, Series, changes, median_and_p95
from .crowd import Crowd, crowd
from .inside import PARTS, parts
from .sandbox_overhead import overhead
from .served import NAIVE, PAGE, Server, serving
from .sizes import Size, make
from .table import Table

NAN = float("nan")
QUESTIONS = 20
UNITS = {"week or month": ("week", "month"), "day": ("day",)}
ALONE = {"week or month": (120.0, 200.0), "day": (180.0, 260.0)}
AMONG = dict.fromkeys(UNITS, (NAN, 400.0))
FORGETFUL = ("--unused-session-lifetime", "2000", "--check-unused-sessions", "1000")  # milliseconds
GONE = 25  # seconds after which such a server has let go of a visit that ended: pages look for new data every 15


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    count: int = 20
    crowds: Sequence[int] = (8, 24)
    openings: int = 10
    visits: int = 200
    askers: int = 24
    rebuild: bool = True


@dataclass
class Bench:
    """One run."""

    plan: Plan
    table: Table
    browser: Browser
    say: Callable[[str], None]
    medians: dict[tuple[str, str], float] = field(default_factory=dict)
    """By size and row: what growth and ratios are made of."""
    errors: Counter[str] = field(default_factory=Counter)
    """By size: how often something went wrong in the server."""

    def run(self, sizes: Sequence[Size], stages: Sequence[str]) -> None:
        """Those stages, in the order of the table: all sizes alone, the largest among others."""
        smallest, largest = sizes[0], sizes[-1]
        for size in sizes if "build" in stages else ():
            self.build(size)
        for size in sizes if "alone" in stages else ():
            self.alone(size)
        if "alone" in stages and largest != smallest:
            self.growth(smallest, largest)
        for visitors in self.plan.crowds if "among" in stages else ():
            self.among(largest, visitors)
        for size in sizes if "naive" in stages else ():
            self.naively(size)
        for visitors in self.plan.crowds[-1:] if "naive" in stages else ():
            self.naively_among(largest, visitors)
        for size in sizes if "inside" in stages else ():
            self.inside(size)
        if "questions" in stages:
            self.questions(largest)
        if "openings" in stages:
            self.openings(largest)
        if "visits" in stages and self.plan.visits:
            self.visits(largest)

    def build(self, size: Size) -> None:
        """What it takes to make the warehouse."""
        made = make(size, rebuild=self.plan.rebuild)
        self._put("landed, rows", size, made.rows)
        self._put("landed, rows/s", size, made.rows_per_s)
        self._put("build, s", size, made.build_s, target=(60,))
        self._put("build, most memory, GB", size, made.build_gb, target=(4,))
        self._put("warehouse file, MB", size, made.file_mb, target=(400,))
        self._save(f"built: {size.title}")

    def alone(self, size: Size) -> None:
        """One visitor, all perspectives, all controls."""
        found: dict[str, list[Series]] = {}
        with self._serving(size) as server:
            for view in VIEWS:
                found[view] = list(self._changes(server, size, view))
        series = [one for some in found.values() for one in some]
        for view in VIEWS:
            self._times(VIEWS[view].title, size, found[view], ALONE)
        for control in CONTROLS:
            self._times(f"all, {control}", size, [one for one in series if one.control == control], ALONE)
        self._times("all", size, series, ALONE)
        self._put("server CPU per change, ms", size, _cpu(series), target=(25,))
        self._put("sent per change, kB", size, *_kilobytes(series))
        self._save(f"changed everything: {size.title}")

    def growth(self, smallest: Size, largest: Size) -> None:
        """How much slower changes are on the largest warehouse than on the smallest."""
        for unit in UNITS:
            ratio = self._median(largest, "all", unit) / self._median(smallest, "all", unit)
            self._put(f"largest to smallest, by {unit}", largest, ratio, target=(1.3,))

    def among(self, size: Size, visitors: int) -> None:
        """One timed visitor among others; units only."""
        searches = [f"?view={view}&dataset={_shown(size, view)}" for view in islice(cycle(VIEWS), visitors - 1)]
        series: list[Series] = []
        with self._serving(size, *FORGETFUL) as server:
            for view in VIEWS:
                self._come(server, size, view)
            time.sleep(GONE)
            before = server.memory()
            with crowd(server.address, searches) as others:
                each = (server.memory() - before) / len(searches)
                self._put("memory per visitor, MB", size, each, target=(3,))
                spent = _Spent(server, others)
                for view, kind in VIEWS.items():
                    series += self._changes(server, size, view, CONTROLS[:1])
                    self._times(f"{kind.title}, {visitors} visitors", size, series[-1:], AMONG)
                cpu = spent.per_change(series)
        self._times(f"all, {visitors} visitors", size, series, AMONG)
        self._put(f"server CPU per change, {visitors} visitors, ms", size, cpu, target=(25,))
        self._put(f"the others' own answers, {visitors} visitors, ms", size, *median_and_p95(others.ms))
        self._put(f"answers the others never got, {visitors} visitors", size, others.lost, target=(0,))
        self._save(f"changed among {visitors}: {size.title}")

    def questions(self, size: Size) -> None:
        """What a question in SQL takes beside its own work, and what many of them take from everybody else."""
        took = overhead(size.folder(), QUESTIONS)
        self._put("a question in SQL, overhead, ms", size, *median_and_p95(took), target=(200,))
        if self.plan.askers:
            with self._serving(size) as server:
                quiet = list(self._changes(server, size, "model-types", CONTROLS[:1], 2 * self.plan.count))
                with crowd(server.address, ["?view=sql"] * self.plan.askers) as askers:
                    busy = list(self._changes(server, size, "model-types", CONTROLS[:1], 2 * self.plan.count))
            times = [median_and_p95(change.ms for change in series[0].changes) for series in (quiet, busy)]
            self._put("Model types, nobody asks in SQL, ms", size, *times[0])
            self._put(f"Model types, {self.plan.askers} ask in SQL, ms", size, *times[1])
            self._put("the same, 95th percentile, times as long", size, times[1][1] / times[0][1], target=(1.5,))
            self._put("their own answers, ms", size, *median_and_p95(askers.ms))
            self._put("of their questions, answered", size, len(askers.ms) - askers.refused)
            self._put("of their questions, turned away", size, askers.refused)
        self._save(f"asked in SQL: {size.title}")

    def naively(self, size: Size) -> None:
        """The yardstick, and how many times as long it takes: each in turn, so that both meet the same machine."""
        fewer = max(self.plan.count // 2, 3)
        with self._serving(size) as server, serving(size.folder(), NAIVE) as naive:
            pairs = zip(
                self._changes(server, size, "model-types", CONTROLS[:3], fewer),
                self._changes(naive, size, "model-types", CONTROLS[:3], fewer),
                strict=True,
            )
            ours, theirs = (list(one) for one in zip(*pairs, strict=True))
        self._times("Model types beside the naive way", size, ours)
        self._times("the naive way", size, theirs)
        self._put("the naive way, server CPU per change, ms", size, _cpu(theirs))
        self._put("the naive way, sent per change, kB", size, *_kilobytes(theirs))
        self._times_as_long("the naive way", "Model types beside the naive way", size)
        self._save(f"changed the naive way: {size.title}")

    def naively_among(self, size: Size, visitors: int) -> None:
        """The yardstick with as many visitors as ours had; units only."""
        searches = [f"?dataset={size.dataset}"] * (visitors - 1)
        with serving(size.folder(), NAIVE) as server, crowd(server.address, searches) as others:
            spent = _Spent(server, others)
            few = min(self.plan.count, 3)  # each takes many seconds
            series = list(self._changes(server, size, "model-types", CONTROLS[:1], few))
            cpu = spent.per_change(series)
        self._times(f"the naive way, {visitors} visitors", size, series)
        self._put(f"the naive way, {visitors} visitors, server CPU per change, ms", size, cpu)
        self._times_as_long(f"the naive way, {visitors} visitors", f"Model types, {visitors} visitors", size)
        self._save(f"changed the naive way among {visitors}: {size.title}")

    def inside(self, size: Size) -> None:
        """Where the server's time for a change of dates goes."""
        for unit in ("week", "day"):
            for view, kind in VIEWS.items():
                found = parts(size.folder(), view, _shown(size, view), unit)
                self._put(f"{kind.title}, by {unit}: {', '.join(PARTS)}, ms", size, *found.values())
        self._save(f"looked inside: {size.title}")

    def openings(self, size: Size) -> None:
        """Pages loaded cold and warm, perspectives opened and opened again."""
        loads: dict[str, list[float]] = defaultdict(list)
        first: dict[str, list[float]] = defaultdict(list)
        again: dict[str, list[float]] = defaultdict(list)
        full = Series("unit")
        titles = [kind.title for kind in VIEWS.values()]
        with self._serving(size) as server:
            for n in range(self.plan.openings):
                dataset = ("v1", size.dataset)[n % 2]
                shown = [kind.title for kind in VIEWS.values() if dataset != "hub" or not kind.needs_scores]
                visitor = Visitor(self.browser, server.address)
                loads["cold" if n else "of a server just started"].append(visitor.open(f"?dataset={dataset}") / 1000)
                for title in shown[1:]:
                    first[title].append(visitor.turn_to(title))
                for title in shown:
                    again[title].append(visitor.turn_to(title))
                full.changes += [visitor.press(unit) for unit in ("Day", "Month", "Week")]
                loads["warm"].append(visitor.open(f"?dataset={dataset}") / 1000)
                visitor.close()
        self._put("server start to first answer, s", size, server.start_s, target=(3,))
        for how, took in loads.items():
            self._put(
                f"page load to first plot, {how}, s", size, *median_and_p95(took), target=(1.8,) * (how == "warm")
            )
        for title in titles[1:]:
            self._put(f"{title}, first opening, ms", size, *median_and_p95(first[title]), target=(NAN, 350))
        for title in titles:
            self._put(f"{title}, re-opening, ms", size, *median_and_p95(again[title]), target=(NAN, 120))
        self._times(f"{titles[-1]}, all others opened before", size, [full], ALONE)
        self._save(f"opened everything: {size.title}")

    def visits(self, size: Size) -> None:
        """Real visits that come and go, and what the server keeps of them."""
        with self._serving(size, *FORGETFUL) as server:
            self._put("memory, no visit yet, MB", size, server.memory())
            views, half = cycle(VIEWS), self.plan.visits // 2
            for _ in range(half):
                self._come(server, size, next(views))
            time.sleep(GONE)
            middle, cpu = server.memory(), server.cpu()
            for _ in range(half):
                self._come(server, size, next(views))
            cpu = server.cpu() - cpu
            time.sleep(GONE)
            end = server.memory()
        self._put(f"memory after {half} visits that are gone, MB", size, middle)
        self._put(f"memory after {2 * half} visits that are gone, MB", size, end)
        self._put("growth over the second half of them, MB", size, end - middle, target=(2,))
        self._put("server CPU per visit, s", size, cpu / half, target=(0.15,))
        self._save(f"{2 * half} visits came and went: {size.title}")

    @contextmanager
    def _serving(self, size: Size, *options: str) -> Iterator[Server]:
        """Our page on a warehouse; what goes wrong in it is counted."""
        with serving(size.folder(), PAGE, *options) as server:
            yield server
            self.errors[size.key] += server.errors()
        self._put("tracebacks that the server logged", size, self.errors[size.key], target=(0,))

    def _come(self, server: Server, size: Size, view: str) -> None:
        visitor = Visitor(self.browser, server.address)
        visitor.open(f"?view={view}&dataset={_shown(size, view)}", quiet=100)
        visitor.close()

    def _changes(
        self, server: Server, size: Size, view: str, controls: Sequence[str] = CONTROLS, count: int = 0
    ) -> Iterator[Series]:
        """`count` of each control, by default as many as planned."""
        number, shown = count or self.plan.count, _shown(size, view)
        return changes(server, self.browser, view, count=number, dataset=shown, controls=controls)

    def _times(
        self, row: str, size: Size, series: list[Series], targets: dict[str, tuple[float, float]] | None = None
    ) -> None:
        """Click to repaint, by the unit of the picture."""
        for name, units in UNITS.items():
            took = [change.ms for one in series for change in one.changes if change.unit in units]
            middle, slow = median_and_p95(took)
            self.medians[size.key, f"{row}, by {name}"] = middle
            if took:
                self._put(f"{row}, by {name}, ms", size, middle, slow, target=(targets or {}).get(name, ()))

    def _times_as_long(self, one: str, other: str, size: Size) -> None:
        for unit in UNITS:
            ratio = self._median(size, one, unit) / self._median(size, other, unit)
            self._put(f"{one}, times as long, by {unit}", size, ratio)

    def _median(self, size: Size, row: str, unit: str) -> float:
        return self.medians.get((size.key, f"{row}, by {unit}"), NAN)

    def _put(self, row: str, size: Size, *figures: float, target: Sequence[float] = ()) -> None:
        self.table.put(row, size.title, *figures, target=target)

    def _save(self, done: str) -> None:
        self.table.write()
        self.say(done)


class _Spent:
    """The server's CPU from now on, spread over all changes, the others' too."""

    def __init__(self, server: Server, others: Crowd) -> None:
        self.server, self.others = server, others
        self.cpu, self.changes = server.cpu(), others.changes

    def per_change(self, series: list[Series]) -> float:
        own = sum(len(one.changes) for one in series)
        return 1000 * (self.server.cpu() - self.cpu) / (own + self.others.changes - self.changes)


def _shown(size: Size, view: str) -> str:
    """What a perspective looks at: the Hub has no scores."""
    return "v1" if VIEWS[view].needs_scores else size.dataset


def _cpu(series: list[Series]) -> float:
    return 1000 * sum(one.cpu_s for one in series) / max(sum(len(one.changes) for one in series), 1)


def _kilobytes(series: list[Series]) -> tuple[float, float]:
    return median_and_p95(change.bytes / 1024 for one in series for change in one.changes)
