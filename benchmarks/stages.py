"""The stages of a run: each measures all pages in turns, so that whatever the machine does meets all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser

from oss_ai_monitor.perspectives import Perspective, all_perspectives

from . import crowd, series
from .browser import Change, Visitor, new_context
from .floor import charts, floor
from .reader import CONTROLS, UNITS, Reader, dataset, has_unit, own_choices, search
from .sizes import TITLES, built, land
from .table import FLOOR, Results
from .trees import RELEASE_SECONDS, Server, Tree, serving, serving_naive

T = TypeVar("T")
KINDS: dict[str, type[Perspective]] = {kind.slug: kind for kind in all_perspectives}
ASK_INTERVAL = 1.2  # seconds between two questions in SQL: the visitor reads the last answer meanwhile
SHARES = {"changes": 0.46, "openings": 0.25, "visits": 0.12, "crowd": 0.14, "questions": 0.03}
"""The stages, and their shares of the time of a run."""


@dataclass(frozen=True)
class Plan:
    """How often each thing is measured at most, and the minutes for all of it."""

    minutes: float = 28
    changes: int = 15
    openings: int = 8
    visits: int = 14
    others: int = 23
    """Visitors beside the one who is timed."""
    questions: int = 20
    is_long: bool = False
    """Build again, measure the naive way, and many SQL queries at once too."""


@dataclass(frozen=True)
class Side:
    """A tree with its warehouse of one size, and the server that shows it."""

    size: str
    tree: Tree
    folder: Path
    server: Server

    @property
    def key(self) -> tuple[str, str]:
        return self.size, self.tree.name

    def has(self, kind: type[Perspective]) -> bool:
        return self.tree.has_view(kind.slug)


class Bench:
    """One run over some perspectives: the present tree first, then the one with which it is compared."""

    def __init__(
        self,
        plan: Plan,
        results: Results,
        browser: Browser,
        report: Callable[[str, float], None],
        views: Sequence[str] = (),
    ) -> None:
        """`report` gets what is done and the share of the time that was planned for it."""
        self.plan, self.results, self.browser, self.report = plan, results, browser, report
        self.kinds = [kind for slug, kind in KINDS.items() if slug in views or not views]
        self.new_kinds: list[type[Perspective]] = []
        """The perspectives that only the present tree has."""

    def run(
        self,
        keys: Sequence[str],
        trees: Sequence[Tree],
        stages: Sequence[str] = (),
        *,
        has_history: bool = False,
        is_alone: bool = False,
    ) -> None:
        """Build what has to be built, start a server for each size and tree, and measure.

        `has_history`: the present tree has three years of listings, the other one a single one. `is_alone`: only the
        present tree is measured.
        """
        self.new_kinds = [kind for kind in self.kinds if not trees[-1].has_view(kind.slug)]
        self.results.new_titles = [kind.title for kind in self.new_kinds]
        with ExitStack() as servers:
            sides = []
            for key in keys:
                land(key, trees[-1])
                for tree in trees[:1] if is_alone else trees:
                    is_with_history = has_history and tree == trees[0]
                    folder, build = built(key, tree, rebuild=self.plan.is_long, has_history=is_with_history)
                    if build:
                        self.results.add("Build, s", (TITLES[key], tree.name), build.seconds)
                        self.results.add("Build, most memory, GB", (TITLES[key], tree.name), build.gigabytes)
                        self.results.add("Build, size of the file, MB", (TITLES[key], tree.name), build.file_mb)
                    server = servers.enter_context(serving(tree, folder))
                    sides.append(Side(TITLES[key], tree, folder, server))
                    self.results.add("Server start, s", sides[-1].key, server.start_s)
                    if is_with_history:
                        series.measure(folder, sides[-1].key, self.results)
            self.report("servers started", 0)
            for stage in stages or SHARES:
                getattr(self, stage)(sides, SHARES[stage])
            if self.plan.is_long:
                self.naive(sides[-len(trees)])
                self.many_questions(sides[-len(trees) :])
            for side in sides:
                self.results.add("Tracebacks in the log", side.key, side.server.errors())

    def changes(self, sides: Sequence[Side], share: float) -> None:
        """Time changes of one visitor, with each control of each perspective; and the floor."""
        share /= len(self.kinds)
        for kind in self.kinds:
            readers = {side: Reader(self.browser, side.server.address, kind) for side in sides if side.has(kind)}
            floors = {
                side.size: floor(self.browser, charts(side.folder, kind, dataset(kind)))
                for side in sides
                if side.tree == sides[0].tree
            }
            for control in CONTROLS:
                for n in self._rounds(self.plan.changes, share / len(CONTROLS)):
                    for side, reader in _rotated(list(readers.items()), n):
                        cpu_before = side.server.cpu()
                        if change := reader.change(control, n):
                            self._add_change(side, kind, control, n, change)
                            self._add_cpu("Change", kind, side, cpu_before)
                    for size, still in floors.items() if control == "unit" and has_unit(kind) else ():
                        self._add_unit(kind, n, (size, FLOOR), still.press("Next"))
                for reader in readers.values():
                    reader.restore(control, n)
            if kind in self.new_kinds:
                self._choose(kind, readers, share / len(CONTROLS))
            for visitor in [*readers.values(), *floors.values()]:
                visitor.close()
            self.report(f"changed {kind.title}", share)

    def _choose(self, kind: type[Perspective], readers: Mapping[Side, Reader], share: float) -> None:
        """Time changes with each choice of a perspective's own, one alternative after the other."""
        labels = own_choices(kind)
        for label in labels:
            for n in self._rounds(self.plan.changes, share / len(labels)):
                for side, reader in _rotated(list(readers.items()), n):
                    cpu_before = side.server.cpu()
                    if change := reader.choose(label):
                        self._add_change(side, kind, label, n, change)
                        self._add_cpu("Change", kind, side, cpu_before)

    def openings(self, sides: Sequence[Side], share: float) -> None:
        """Time the load of a page with an empty cache, and perspectives opened and opened again."""
        for n in self._rounds(self.plan.openings, share):
            has_scores = n % 2 == 0
            titles = [kind.title for kind in self.kinds if has_scores or not kind.needs_scores]
            kinds = {kind.title: kind for kind in self.kinds}
            for side in _rotated(sides, n):
                visitor = Visitor(self.browser, side.server.address)
                view = f"?view={kinds[titles[0]].slug}&dataset={'v1' if has_scores else 'hub'}"
                if not side.has(kinds[titles[0]]):
                    continue
                self.results.add("Page load to first chart, empty cache, ms", side.key, visitor.open(view))
                others = [title for title in titles[1:] if side.has(kinds[title])]
                for title in others:
                    cpu_before = side.server.cpu()
                    change = visitor.turn_to(title)
                    self._add_cpu("First opening", kinds[title], side, cpu_before)
                    self._add("First opening", kinds[title], side, change.ms)
                for title in [titles[0], *others] if others else ():
                    self._add("Re-opening", kinds[title], side, visitor.turn_to(title).ms)
                visitor.close()
            self.report(f"opened everything, round {n + 1}", share / self.plan.openings)

    def visits(self, sides: Sequence[Side], share: float) -> None:
        """Measure visits of somebody who was here before, and the memory that the server keeps of them."""
        contexts = {side: new_context(self.browser) for side in sides}
        for side in sides:
            for kind in filter(side.has, self.kinds):
                self._visit(side, contexts[side], kind)
        time.sleep(RELEASE_SECONDS)
        memory_before = {side: side.server.memory() for side in sides}
        for n in self._rounds(self.plan.visits, share):
            for side in _rotated(sides, n):
                cpu_before = side.server.cpu()
                kinds = [kind for kind in self.kinds if kind not in self.new_kinds]
                ms, kilobytes = self._visit(side, contexts[side], kinds[n % len(kinds)])
                self.results.add("Page load to first chart, ms", side.key, ms)
                self.results.add("Visit, kB", side.key, kilobytes)
                self.results.add("Visit, server CPU, ms", side.key, 1000 * (side.server.cpu() - cpu_before))
        time.sleep(RELEASE_SECONDS)
        for side in sides:
            growth = side.server.memory() - memory_before[side]
            self.results.add("Growth of memory over these visits, MB", side.key, growth)
            contexts[side].close()
        self.report("visits came and went", share)

    def crowd(self, sides: Sequence[Side], share: float) -> None:
        """Time one visitor among many, who are websocket clients of a server of their own; all change the unit."""
        share /= len(sides)
        for side in sides:
            with serving(side.tree, side.folder) as server:
                kinds = [kind for kind in self.kinds if kind not in self.new_kinds and has_unit(kind)]
                visitors = {kind: Visitor(self.browser, server.address) for kind in kinds}
                visits = []
                for kind, visitor in visitors.items():
                    frames = visitor.record()
                    visitor.open(search(kind))
                    visits.append((search(kind), crowd.units(visitor, frames)))
                memory_before = server.memory()
                with crowd.crowd(server.address, list(islice(cycle(visits), self.plan.others))) as others:
                    megabytes = (server.memory() - memory_before) / self.plan.others
                    self.results.add("Memory of a visitor, MB", side.key, megabytes)
                    cpu_before, changes = server.cpu(), 0
                    for n in self._rounds(self.plan.changes, share / 2):
                        for visitor in visitors.values():
                            change = visitor.press(UNITS[n % len(UNITS)])
                            changes += 1
                            if change.repaints:
                                self.results.add("Change among the crowd, ms", side.key, change.ms)
                    cpu_ms = 1000 * (server.cpu() - cpu_before) / (changes + others.changes)
                    self.results.add("Change among the crowd, server CPU, ms", side.key, cpu_ms)
                for visitor in visitors.values():
                    visitor.close()
            self._add_answers("Answers to the crowd", side, others)
            self.report(f"changed among {self.plan.others + 1}: {side.size}, {side.tree.name}", share)

    def questions(self, sides: Sequence[Side], share: float) -> None:
        """Time a trivial query of somebody on the SQL page of the largest size: all of it is overhead."""
        sides = [side for side in sides if side.size == sides[-1].size]
        for n in range(2):
            for side in _rotated(sides, n):
                visits = [("?view=sql", crowd.questions("select 1"))]
                with crowd.crowd(side.server.address, visits, interval=ASK_INTERVAL) as others:
                    while others.changes <= self.plan.questions / 2:
                        time.sleep(0.05)
                for ms in others.ms:
                    self.results.add("Question in SQL, ms", side.key, ms)
        self.report("asked in SQL", share)

    def many_questions(self, sides: Sequence[Side]) -> None:
        """Time changes while many others ask the examples of the SQL page."""
        visits = [("?view=sql", crowd.questions())] * self.plan.others
        for side in sides:
            reader = Reader(self.browser, side.server.address, KINDS["model-types"])
            with crowd.crowd(side.server.address, visits) as others:
                for n in range(2 * self.plan.changes):
                    ms = reader.press(UNITS[n % len(UNITS)]).ms
                    self.results.add("Change while the crowd asks in SQL, ms", side.key, ms)
            self._add_answers("Answers in SQL to the crowd", side, others)
            self.results.add("Answers in SQL to the crowd, refused", side.key, others.refused)
            reader.close()
        self.report("many asked in SQL", 0)

    def naive(self, side: Side) -> None:
        """Time Model types as one would write it first, at the largest size."""
        with serving_naive(side.folder) as server:
            visitor = Visitor(self.browser, server.address)
            visitor.open()
            for n in range(self.plan.changes):
                self.results.add("Change of unit the naive way, ms", side.key, visitor.press(UNITS[n % len(UNITS)]).ms)
            visitor.close()
        self.report("changed the naive way", 0)

    def _visit(self, side: Side, context: object, kind: type[Perspective]) -> tuple[float, float]:
        """Return the milliseconds until the first chart, and the kilobytes of the visit."""
        visitor = Visitor(self.browser, side.server.address, context)
        ms, kilobytes = visitor.open(search(kind)), visitor.transferred() / 1024
        visitor.close()
        return ms, kilobytes

    def _rounds(self, count: int, share: float) -> Iterator[int]:
        """Count up to `count`, but after three rounds only until a share of the time is over."""
        until = time.monotonic() + 60 * self.plan.minutes * share
        for n in range(count):
            if n < 3 or time.monotonic() < until:
                yield n

    def _add(self, row: str, kind: type[Perspective], side: Side, ms: float) -> None:
        if kind not in self.new_kinds:
            self.results.add(f"{row}, ms", side.key, ms)
        self.results.add(f"{row}, {kind.title}, ms", side.key, ms)

    def _add_cpu(self, row: str, kind: type[Perspective], side: Side, cpu_before: float) -> None:
        cpu_ms = 1000 * (side.server.cpu() - cpu_before)
        if kind not in self.new_kinds:
            self.results.add(f"{row}, server CPU, ms", side.key, cpu_ms)
        self.results.add(f"{row}, {kind.title}, server CPU, ms", side.key, cpu_ms)

    def _add_change(self, side: Side, kind: type[Perspective], control: str, n: int, change: Change) -> None:
        """Add a change; one that leaves the charts as they are is not timed."""
        is_new = kind in self.new_kinds
        self.results.add(f"Change, {kind.title}, kB" if is_new else "Change, kB", side.key, change.bytes / 1024)
        if change.repaints:
            self._add("Change", kind, side, change.ms)
            of = f"{control}, {kind.title}" if is_new else control
            self.results.add(f"Change of {of}, ms", side.key, change.ms)
        if control == "unit":
            self._add_unit(kind, n, side.key, change)

    def _add_unit(self, kind: type[Perspective], n: int, key: tuple[str, str], change: Change) -> None:
        """Add a change of the unit where the floor has the same one."""
        if change.repaints and (key[1] == FLOOR or UNITS[n % len(UNITS)] != "Day"):
            self.results.add(f"Change to week or month, {kind.title}, ms", key, change.ms)

    def _add_answers(self, row: str, side: Side, others: crowd.Crowd) -> None:
        for ms in others.ms:
            self.results.add(f"{row}, ms", side.key, ms)
        self.results.add(f"{row}, lost", side.key, others.lost)


def _rotated(items: Sequence[T], n: int) -> list[T]:
    """Return the items with another one first in each round."""
    start = n % len(items)
    return [*items[start:], *items[:start]]
