"""Many visitors at once, and a real browser timed among them: `python tests/load.py --visitors 100 --minutes 10`.

Each visitor is a websocket client that changes the unit every three seconds and waits for the update that says so. The
browser changes units, datasets and perspectives. Whatever goes wrong anywhere is told; the tests run it for seconds.
With `--asking 20` it runs twice as long: the second time as many more visitors ask wide and slow SQL meanwhile.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.browser import Visitor, chromium
from benchmarks.crowd import Choices, crowd, questions, units
from benchmarks.reader import has_unit
from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.sources import simulated
from tests.server.conftest import Host, serving
from tests.server.test_watching import figures

CLOSE_TIMEOUT = 60.0  # seconds after which no session may be open any more
WIDE_AND_SLOW = [
    f"select {', '.join(f'(n * {k})::varchar as a{k}' for k in range(160))} from range(5000) t(n)",
    "select sum(a.i * b.i) from range(10_000_000) a(i), range(10_000_000) b(i)",
    f"select {', '.join('1' for _ in range(1000))}",
    "select count(distinct md5(i::varchar)) from range(20_000_000) t(i)",
]
TITLES = [kind.title for kind in all_perspectives if not kind.is_summary]


@dataclass
class Load:
    """What was measured: times in ms, memory of the server in MB."""

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
    asking: int = 0
    """Visitors who asked SQL meanwhile."""
    questions: int = 0
    refused: int = 0
    """Questions of theirs that were not answered, most of them because others were waiting."""
    open_sessions: float = -1.0
    """Sessions that are open a while after all visitors have left."""

    def summary(self) -> str:
        """Return the result as a sentence."""
        askers = f", {self.asking} asking ({self.questions} questions, {self.refused} refused)" if self.asking else ""
        return (
            f"{self.visitors} visitors and a browser{askers}, {self.seconds:.0f} s: {self.changes:,} changes, "
            f"{self.lost} lost; answered in {_median_and_p95(self.ms)} ms; in the browser "
            f"{len(self.browser_ms)} changes in {_median_and_p95(self.browser_ms)} ms; "
            f"{len(self.errors)} errors in the log, {len(self.complaints)} in the browser, "
            f"{self.turned_away:.0f} turned away; {100 * self.cpu:.0f}% of a core; "
            f"memory {self.memory[0]:.0f} MB when all had come, {max(self.memory):.0f} at most, "
            f"{self.memory[-1]:.0f} at the end; {self.open_sessions:.0f} sessions open after"
        )


def load(
    host: Host,
    browser: Browser,
    visitors: int,
    seconds: float,
    report: Callable[[str], object] = print,
    changes: int = 0,
    asking: int = 0,
) -> Load:
    """Run visitors for `seconds`, and longer until there were `changes` changes, two of them in the browser.

    So many more as are `asking` do nothing but ask wide and slow SQL, one after the other.
    """
    result = Load(visitors, asking=asking)
    slugs = itertools.cycle(kind.slug for kind in all_perspectives if has_unit(kind))
    datasets = itertools.cycle(("v2", "v1"))
    searches = [f"?view={next(slugs)}&dataset={next(datasets)}&unit=week" for _ in range(visitors)]
    choices = {search: _choices(host, browser, search) for search in dict.fromkeys(searches)}
    with ExitStack() as visits:
        others = visits.enter_context(crowd(f"{host.root}/serve", [(search, choices[search]) for search in searches]))
        of_sql = [("?view=sql", questions(*WIDE_AND_SLOW))] * asking
        askers = visits.enter_context(crowd(f"{host.root}/serve", of_sql, seed=visitors, interval=0.5))
        report(f"{visitors} have come")
        started_at, cpu_before = time.monotonic(), _metric(host, "process_cpu_seconds_total")
        while (elapsed := time.monotonic() - started_at) < seconds or (
            changes and (others.changes < changes or len(result.browser_ms) < 2)
        ):
            result.memory.append(_metric(host, "process_resident_memory_bytes") / 1e6)
            result.browser_ms += _visit(host, browser, min(30.0, max(seconds - elapsed, 5.0)), result.complaints)
            report(f"{elapsed:.0f} s: {others.changes:,} changes, {others.lost} lost, {result.memory[-1]:.0f} MB")
        result.seconds = time.monotonic() - started_at
        result.cpu = (_metric(host, "process_cpu_seconds_total") - cpu_before) / result.seconds
        result.memory.append(_metric(host, "process_resident_memory_bytes") / 1e6)
    result.changes, result.lost, result.ms = others.changes, others.lost, others.ms
    result.questions, result.refused = askers.changes, askers.refused
    result.errors = [line for line in host.lines().splitlines() if "level=error" in line or "level=critical" in line]
    end = time.monotonic() + CLOSE_TIMEOUT
    while (open_sessions := _metric(host, "sessions")) and time.monotonic() < end:
        time.sleep(0.5)
    result.open_sessions = open_sessions
    metrics = figures(host.get("/metrics").body)
    result.turned_away = sum(value for name, value in metrics.items() if name.startswith("turned_away_total"))
    return result


def _choices(host: Host, browser: Browser, search: str) -> Choices:
    """Return the units that visitors of a search can choose, as a browser chooses them."""
    visitor = Visitor(browser, f"{host.root}/serve")
    frames = visitor.record()
    visitor.open(search)
    choices = units(visitor, frames)
    visitor.close()
    return choices


def _visit(host: Host, browser: Browser, seconds: float, complaints: list[str]) -> list[float]:
    """Visit with a real browser for some seconds; return the milliseconds of each change."""
    visitor = Visitor(browser, f"{host.root}/serve")
    visitor.page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        end = time.monotonic() + seconds
        visitor.open("?view=model-types&dataset=v2&unit=week")
        ms = []
        for n in itertools.count():
            ms.append(visitor.press(("Day", "Month", "Week")[n % 3]).ms)
            if n % 6 == 5:
                ms.append(visitor.turn_to(TITLES[(n // 6 + 1) % len(TITLES)]).ms)
            if time.monotonic() > end:
                return ms
            time.sleep(0.5)
    finally:
        visitor.close()
    return []


def _metric(host: Host, name: str) -> float:
    """Return one metric of the host."""
    values = {line.partition(" ")[0]: line.rpartition(" ")[2] for line in host.get("/metrics").body.splitlines()}
    return float(values.get(name) or values[f"oss_ai_monitor_{name}"])


def _median_and_p95(ms: list[float]) -> str:
    """Return median and 95th percentile as text."""
    return f"{np.median(ms):.0f} / {np.percentile(ms, 95, method='higher'):.0f}" if ms else "no"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--asking", type=int, default=0, help="visitors who ask SQL in a second run of as many minutes")
    parser.add_argument("--warehouse", type=Path, help="a simulated one unless given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.warehouse or Path(temporary)
        if not options.warehouse:
            landing = Landing(folder / "landing")
            for table in simulated.tables(models=6_000, seed=1):
                landing.land(table)
            warehouse.build(folder, landing.selected())
        max_sessions = str(options.visitors + options.asking + 50)
        with serving(folder, "--max-sessions", max_sessions, "--log-level", "warning") as host, chromium() as browser:
            seconds, report = 60 * options.minutes, partial(print, flush=True)
            results = [
                load(host, browser, options.visitors, seconds, report, asking=asking)
                for asking in ([0, options.asking] if options.asking else [0])
            ]
    for result in results:
        print(result.summary())
        for line in result.errors[:20] + result.complaints[:20]:
            print(line)
    if options.asking:
        without, meanwhile = (np.percentile(result.ms, 95, method="higher") for result in results)
        print(
            f"95th percentile of the visitors' changes: {without:.0f} ms without questions, {meanwhile:.0f} ms while "
            f"{options.asking} ask: {meanwhile / without:.2f} times"
        )
    sys.exit(
        any(
            result.errors or result.complaints or result.lost or result.turned_away or result.open_sessions
            for result in results
        )
    )


if __name__ == "__main__":
    main()
