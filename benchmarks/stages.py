"""The stages of a benchmark run: each measures one thing, puts its figures into the table and saves the table."""

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
ALONE_TARGETS = {"week or month": (120.0, 200.0), "day": (180.0, 260.0)}
AMONG_TARGETS = dict.fromkeys(UNITS, (NAN, 400.0))
SHORT_SESSIONS = ("--unused-session-lifetime", "2000", "--check-unused-sessions", "1000")  # milliseconds
RELEASE_SECONDS = 25  # seconds after which such a server has freed a closed session: pages look for new data every 15


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
    report: Callable[[str], None]
    medians: dict[tuple[str, str], float] = field(default_factory=dict)
    """By size and row; growth and ratios are computed from them."""
    errors: Counter[str] = field(default_factory=Counter)
    """By size: the number of tracebacks in the server's log."""

    def run(self, sizes: Sequence[Size], stages: Sequence[str]) -> None:
        """Run stages in the order of the table: all sizes with one visitor, the largest also among others."""
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
        measured = make(size, rebuild=self.plan.rebuild)
        self._record("landed, rows", size, measured.rows)
        self._record("landed, rows/s", size, measured.rows_per_s)
        self._record("build, s", size, measured.build_s, target=(60,))
        self._record("build, most memory, GB", size, measured.build_gb, target=(4,))
        self._record("warehouse file, MB", size, measured.file_mb, target=(400,))
        self._save(f"built: {size.title}")

    def alone(self, size: Size) -> None:
        """One visitor, all perspectives, all controls."""
        series_by_view: dict[str, list[Series]] = {}
        with self._serving(size) as server:
            for view in VIEWS:
                series_by_view[view] = list(self._changes(server, size, view))
        series = [
            changes_of_control for series_of_view in series_by_view.values() for changes_of_control in series_of_view
        ]
        for view in VIEWS:
            self._times(VIEWS[view].title, size, series_by_view[view], ALONE_TARGETS)
        for control in CONTROLS:
            self._times(
                f"all, {control}",
                size,
                [changes_of_control for changes_of_control in series if changes_of_control.control == control],
                ALONE_TARGETS,
            )
        self._times("all", size, series, ALONE_TARGETS)
        self._record("server CPU per change, ms", size, _cpu(series), target=(25,))
        self._record("sent per change, kB", size, *_kilobytes(series))
        self._save(f"changed everything: {size.title}")

    def growth(self, smallest: Size, largest: Size) -> None:
        """How much slower changes are on the largest warehouse than on the smallest."""
        for unit in UNITS:
            ratio = self._median(largest, "all", unit) / self._median(smallest, "all", unit)
            self._record(f"largest to smallest, by {unit}", largest, ratio, target=(1.3,))

    def among(self, size: Size, visitors: int) -> None:
        """One timed visitor among others; units only."""
        searches = [f"?view={view}&dataset={_dataset_of(size, view)}" for view in islice(cycle(VIEWS), visitors - 1)]
        series: list[Series] = []
        with self._serving(size, *SHORT_SESSIONS) as server:
            for view in VIEWS:
                self._visit(server, size, view)
            time.sleep(RELEASE_SECONDS)
            memory_before = server.memory()
            with crowd(server.address, searches) as others:
                megabytes = (server.memory() - memory_before) / len(searches)
                self._record("memory per visitor, MB", size, megabytes, target=(3,))
                cpu_meter = _CpuMeter(server, others)
                for view, perspective_class in VIEWS.items():
                    series += self._changes(server, size, view, CONTROLS[:1])
                    self._times(f"{perspective_class.title}, {visitors} visitors", size, series[-1:], AMONG_TARGETS)
                cpu = cpu_meter.per_change(series)
        self._times(f"all, {visitors} visitors", size, series, AMONG_TARGETS)
        self._record(f"server CPU per change, {visitors} visitors, ms", size, cpu, target=(25,))
        self._record(f"the others' own answers, {visitors} visitors, ms", size, *median_and_p95(others.ms))
        self._record(f"answers the others never got, {visitors} visitors", size, others.lost, target=(0,))
        self._save(f"changed among {visitors}: {size.title}")

    def questions(self, size: Size) -> None:
        """Measure the overhead of a SQL query, and how much many of them slow down everybody else."""
        milliseconds = overhead(size.folder(), QUESTIONS)
        self._record("a question in SQL, overhead, ms", size, *median_and_p95(milliseconds), target=(200,))
        if self.plan.askers:
            with self._serving(size) as server:
                quiet = list(self._changes(server, size, "model-types", CONTROLS[:1], 2 * self.plan.count))
                with crowd(server.address, ["?view=sql"] * self.plan.askers) as askers:
                    busy = list(self._changes(server, size, "model-types", CONTROLS[:1], 2 * self.plan.count))
            times = [median_and_p95(change.ms for change in series[0].changes) for series in (quiet, busy)]
            self._record("Model types, nobody asks in SQL, ms", size, *times[0])
            self._record(f"Model types, {self.plan.askers} ask in SQL, ms", size, *times[1])
            self._record("the same, 95th percentile, times as long", size, times[1][1] / times[0][1], target=(1.5,))
            self._record("their own answers, ms", size, *median_and_p95(askers.ms))
            self._record("of their questions, answered", size, len(askers.ms) - askers.refused)
            self._record("of their questions, turned away", size, askers.refused)
        self._save(f"asked in SQL: {size.title}")

    def naively(self, size: Size) -> None:
        """Time the naive page and ours in turn, so that the load of the machine is the same for both."""
        count = max(self.plan.count // 2, 3)
        with self._serving(size) as server, serving(size.folder(), NAIVE) as naive:
            pairs = zip(
                self._changes(server, size, "model-types", CONTROLS[:3], count),
                self._changes(naive, size, "model-types", CONTROLS[:3], count),
                strict=True,
            )
            our_series, naive_series = (list(part) for part in zip(*pairs, strict=True))
        self._times("Model types beside the naive way", size, our_series)
        self._times("the naive way", size, naive_series)
        self._record("the naive way, server CPU per change, ms", size, _cpu(naive_series))
        self._record("the naive way, sent per change, kB", size, *_kilobytes(naive_series))
        self._times_as_long("the naive way", "Model types beside the naive way", size)
        self._save(f"changed the naive way: {size.title}")

    def naively_among(self, size: Size, visitors: int) -> None:
        """Time the naive page among as many visitors as ours had; units only."""
        searches = [f"?dataset={size.dataset}"] * (visitors - 1)
        with serving(size.folder(), NAIVE) as server, crowd(server.address, searches) as others:
            cpu_meter = _CpuMeter(server, others)
            count = min(self.plan.count, 3)  # each takes many seconds
            series = list(self._changes(server, size, "model-types", CONTROLS[:1], count))
            cpu = cpu_meter.per_change(series)
        self._times(f"the naive way, {visitors} visitors", size, series)
        self._record(f"the naive way, {visitors} visitors, server CPU per change, ms", size, cpu)
        self._times_as_long(f"the naive way, {visitors} visitors", f"Model types, {visitors} visitors", size)
        self._save(f"changed the naive way among {visitors}: {size.title}")

    def inside(self, size: Size) -> None:
        """Measure the parts of the server's time for a change of dates."""
        for unit in ("week", "day"):
            for view, perspective_class in VIEWS.items():
                milliseconds = parts(size.folder(), view, _dataset_of(size, view), unit)
                self._record(
                    f"{perspective_class.title}, by {unit}: {', '.join(PARTS)}, ms", size, *milliseconds.values()
                )
        self._save(f"looked inside: {size.title}")

    def openings(self, size: Size) -> None:
        """Time cold and warm page loads, and perspectives opened and re-opened."""
        loads: dict[str, list[float]] = defaultdict(list)
        first_openings: dict[str, list[float]] = defaultdict(list)
        re_openings: dict[str, list[float]] = defaultdict(list)
        all_opened = Series("unit")
        titles = [perspective_class.title for perspective_class in VIEWS.values()]
        with self._serving(size) as server:
            for n in range(self.plan.openings):
                dataset = ("v1", size.dataset)[n % 2]
                shown_titles = [
                    perspective_class.title
                    for perspective_class in VIEWS.values()
                    if dataset != "hub" or not perspective_class.needs_scores
                ]
                visitor = Visitor(self.browser, server.address)
                loads["cold" if n else "of a server just started"].append(visitor.open(f"?dataset={dataset}") / 1000)
                for title in shown_titles[1:]:
                    first_openings[title].append(visitor.turn_to(title))
                for title in shown_titles:
                    re_openings[title].append(visitor.turn_to(title))
                all_opened.changes += [visitor.press(unit) for unit in ("Day", "Month", "Week")]
                loads["warm"].append(visitor.open(f"?dataset={dataset}") / 1000)
                visitor.close()
        self._record("server start to first answer, s", size, server.start_s, target=(3,))
        for load_kind, seconds in loads.items():
            self._record(
                f"page load to first plot, {load_kind}, s",
                size,
                *median_and_p95(seconds),
                target=(1.8,) * (load_kind == "warm"),
            )
        for title in titles[1:]:
            self._record(f"{title}, first opening, ms", size, *median_and_p95(first_openings[title]), target=(NAN, 350))
        for title in titles:
            self._record(f"{title}, re-opening, ms", size, *median_and_p95(re_openings[title]), target=(NAN, 120))
        self._times(f"{titles[-1]}, all others opened before", size, [all_opened], ALONE_TARGETS)
        self._save(f"opened everything: {size.title}")

    def visits(self, size: Size) -> None:
        """Measure the memory that the server keeps after visits that have ended."""
        with self._serving(size, *SHORT_SESSIONS) as server:
            self._record("memory, no visit yet, MB", size, server.memory())
            views, half = cycle(VIEWS), self.plan.visits // 2
            for _ in range(half):
                self._visit(server, size, next(views))
            time.sleep(RELEASE_SECONDS)
            halfway, cpu = server.memory(), server.cpu()
            for _ in range(half):
                self._visit(server, size, next(views))
            cpu = server.cpu() - cpu
            time.sleep(RELEASE_SECONDS)
            end = server.memory()
        self._record(f"memory after {half} visits that are gone, MB", size, halfway)
        self._record(f"memory after {2 * half} visits that are gone, MB", size, end)
        self._record("growth over the second half of them, MB", size, end - halfway, target=(2,))
        self._record("server CPU per visit, s", size, cpu / half, target=(0.15,))
        self._save(f"{2 * half} visits came and went: {size.title}")

    @contextmanager
    def _serving(self, size: Size, *options: str) -> Iterator[Server]:
        """Serve our page on a warehouse, and count its tracebacks."""
        with serving(size.folder(), PAGE, *options) as server:
            yield server
            self.errors[size.key] += server.errors()
        self._record("tracebacks that the server logged", size, self.errors[size.key], target=(0,))

    def _visit(self, server: Server, size: Size, view: str) -> None:
        visitor = Visitor(self.browser, server.address)
        visitor.open(f"?view={view}&dataset={_dataset_of(size, view)}", quiet=100)
        visitor.close()

    def _changes(
        self, server: Server, size: Size, view: str, controls: Sequence[str] = CONTROLS, count: int = 0
    ) -> Iterator[Series]:
        """Make `count` changes with each control, by default as many as planned."""
        number, shown_dataset = count or self.plan.count, _dataset_of(size, view)
        return changes(server, self.browser, view, count=number, dataset=shown_dataset, controls=controls)

    def _times(
        self, row: str, size: Size, series: list[Series], targets: dict[str, tuple[float, float]] | None = None
    ) -> None:
        """Put the times from click to repaint into the table, by the unit of the chart."""
        for name, units in UNITS.items():
            milliseconds = [
                change.ms
                for series_of_control in series
                for change in series_of_control.changes
                if change.unit in units
            ]
            median, p95 = median_and_p95(milliseconds)
            self.medians[size.key, f"{row}, by {name}"] = median
            if milliseconds:
                self._record(f"{row}, by {name}, ms", size, median, p95, target=(targets or {}).get(name, ()))

    def _times_as_long(self, slower: str, faster: str, size: Size) -> None:
        for unit in UNITS:
            ratio = self._median(size, slower, unit) / self._median(size, faster, unit)
            self._record(f"{slower}, times as long, by {unit}", size, ratio)

    def _median(self, size: Size, row: str, unit: str) -> float:
        return self.medians.get((size.key, f"{row}, by {unit}"), NAN)

    def _record(self, row: str, size: Size, *figures: float, target: Sequence[float] = ()) -> None:
        self.table.record(row, size.title, *figures, target=target)

    def _save(self, done: str) -> None:
        self.table.write()
        self.report(done)


class _CpuMeter:
    """The server's CPU time since its creation, divided by all changes, those of other visitors too."""

    def __init__(self, server: Server, others: Crowd) -> None:
        self.server, self.others = server, others
        self.cpu, self.changes = server.cpu(), others.changes

    def per_change(self, series: list[Series]) -> float:
        own_changes = sum(len(series_of_control.changes) for series_of_control in series)
        return 1000 * (self.server.cpu() - self.cpu) / (own_changes + self.others.changes - self.changes)


def _dataset_of(size: Size, view: str) -> str:
    """Return the dataset that a perspective shows: the Hub has no scores."""
    return "v1" if VIEWS[view].needs_scores else size.dataset


def _cpu(series: list[Series]) -> float:
    return (
        1000
        * sum(series_of_control.cpu_s for series_of_control in series)
        / max(sum(len(series_of_control.changes) for series_of_control in series), 1)
    )


def _kilobytes(series: list[Series]) -> tuple[float, float]:
    return median_and_p95(change.bytes / 1024 for series_of_control in series for change in series_of_control.changes)
