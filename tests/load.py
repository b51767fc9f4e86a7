"""Visitors, all at it at once, and a real browser timed among them: `python tests/load.py --visitors 100 --minutes 10`.

Each visitor is a websocket client that changes the unit every three seconds and waits for the update that says so. The
browser changes units, datasets and perspectives. Whatever goes wrong anywhere is told; the tests run it for seconds.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.browser import Visitor, chromium
from benchmarks.crowd import crowd
from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.sources import simulated
from tests.server.conftest import Host, serving
from tests.server.test_watching import figures

GIVEN_BACK = 60.0  # seconds after which no visit may be held open any more
TITLES = [kind.title for kind in all_perspectives if not kind.is_summary]


@dataclass
class Load:
    """What was seen: times in ms, memory of the server in MB, over the whole time."""

    visitors: int
    seconds: float = 0.0
    changes: int = 0
    lost: int = 0
    ms: list[float] = field(default_factory=list)
    browser_ms: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Of the browser."""
    errors: list[str] = field(default_factory=list)
    """Of the server's log."""
    turned_away: float = 0.0
    memory: list[float] = field(default_factory=list)
    cpu: float = 0.0
    """Of one core, from 0 to 1."""
    left: float = -1.0
    """Visits held open a while after all have gone."""

    def told(self) -> str:
        """For people."""
        return (
            f"{self.visitors} visitors and a browser, {self.seconds:.0f} s: {self.changes:,} changes, "
            f"{self.lost} lost; answered in {_both(self.ms)} ms; in the browser {len(self.browser_ms)} changes "
            f"in {_both(self.browser_ms)} ms; {len(self.errors)} errors in the log, "
            f"{len(self.complaints)} in the browser, {self.turned_away:.0f} "
            f"turned away; {100 * self.cpu:.0f}% of a core; memory {self.memory[0]:.0f} MB when all had come, "
            f"{max(self.memory):.0f} at most, {self.memory[-1]:.0f} at the end; {self.left:.0f} visits held open after"
        )


def load(
    host: Host, browser: Browser, visitors: int, seconds: float, say: Callable[[str], object] = print, changes: int = 0
) -> Load:
    """Have visitors at it for so long, and on until there were so many changes, two of them in the browser."""
    seen = Load(visitors)
    slugs = itertools.cycle(kind.slug for kind in all_perspectives)
    datasets = itertools.cycle(("v2", "v1"))
    searches = [f"?view={next(slugs)}&dataset={next(datasets)}" for _ in range(visitors)]
    with crowd(f"{host.root}/serve", searches) as others:
        say(f"{visitors} have come")
        began, spent = time.monotonic(), _asked(host, "process_cpu_seconds_total")
        while (now := time.monotonic() - began) < seconds or (
            changes and (others.changes < changes or len(seen.browser_ms) < 2)
        ):
            seen.memory.append(_asked(host, "process_resident_memory_bytes") / 1e6)
            seen.browser_ms += _visit(host, browser, min(30.0, max(seconds - now, 5.0)), seen.complaints)
            say(f"{now:.0f} s: {others.changes:,} changes, {others.lost} lost, {seen.memory[-1]:.0f} MB")
        seen.seconds = time.monotonic() - began
        seen.cpu = (_asked(host, "process_cpu_seconds_total") - spent) / seen.seconds
        seen.memory.append(_asked(host, "process_resident_memory_bytes") / 1e6)
    seen.changes, seen.lost, seen.ms = others.changes, others.lost, others.ms
    seen.errors = [line for line in host.lines().splitlines() if "level=error" in line or "level=critical" in line]
    until = time.monotonic() + GIVEN_BACK
    while (left := _asked(host, "sessions")) and time.monotonic() < until:
        time.sleep(0.5)
    seen.left = left
    told = figures(host.get("/metrics").body)
    seen.turned_away = sum(value for name, value in told.items() if name.startswith("turned_away_total"))
    return seen


def _visit(host: Host, browser: Browser, seconds: float, complaints: list[str]) -> list[float]:
    """One visit of a real browser, which lasts so long; milliseconds of each change."""
    visitor = Visitor(browser, f"{host.root}/serve")
    visitor.page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        until = time.monotonic() + seconds
        visitor.open("?view=model-types&dataset=v2&unit=week")
        ms = []
        for n in itertools.count():
            ms.append(visitor.press(("Day", "Month", "Week")[n % 3]).ms)
            if n % 6 == 5:
                ms.append(visitor.turn_to(TITLES[(n // 6 + 1) % len(TITLES)]))
            if time.monotonic() > until:
                return ms
            time.sleep(0.5)
    finally:
        visitor.close()
    return []


def _asked(host: Host, name: str) -> float:
    """One figure, as the host tells it."""
    told = {line.partition(" ")[0]: line.rpartition(" ")[2] for line in host.get("/metrics").body.splitlines()}
    return float(told.get(name) or told[f"oss_ai_monitor_{name}"])


def _both(ms: list[float]) -> str:
    """Median and 95th percentile."""
    return f"{np.median(ms):.0f} / {np.percentile(ms, 95, method='higher'):.0f}" if ms else "no"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--warehouse", type=Path, help="a simulated one unless given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.warehouse or Path(made)
        if not given.warehouse:
            landing = Landing(folder / "landing")
            for table in simulated.tables(models=6_000, seed=1):
                landing.land(table)
            warehouse.build(folder, landing.selected())
        room = str(given.visitors + 50)
        with serving(folder, "--max-sessions", room, "--log-level", "warning") as host, chromium() as browser:
            seen = load(host, browser, given.visitors, 60 * given.minutes, lambda line: print(line, flush=True))
    print(seen.told())
    for line in seen.errors[:20] + seen.complaints[:20]:
        print(line)
    sys.exit(bool(seen.errors or seen.complaints or seen.lost or seen.turned_away or seen.left))


if __name__ == "__main__":
    main()
