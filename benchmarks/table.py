"""The table of results: what was measured of both trees, their ratios and targets, and the machine."""

from __future__ import annotations

import math
import os
import platform
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = ("panel", "panel-material-ui", "bokeh", "holoviews", "hvplot", "param", "pandas", "duckdb")
FLOOR = "floor"
NAN = float("nan")
GROWTH_TARGET = 1.15
MEMORY_GROWTH = "Growth of memory over these visits, MB"
TARGETS: dict[str, tuple[float, ...]] = {
    "First opening, ms": (0.5, 0.6),
    "First opening, Architectures, ms": (0.35,),
    "First opening, server CPU, ms": (0.25,),
    "Re-opening, ms": (0.5,),
    "Change, ms": (0.75, 0.6),
    "Change, Architectures, ms": (0.4,),
    "Change, server CPU, ms": (0.6,),
    "Visit, server CPU, ms": (0.35,),
    "Page load to first chart, ms": (0.9,),
    "Visit, kB": (0.45,),
    "Memory of a visitor, MB": (0.5,),
    "Answers to the crowd, ms": (NAN, 0.6),
    "Question in SQL, ms": (0.6,),
}
"""What the present tree may take of what the other one takes: the median (of CPU the mean), the 95th percentile."""
NEW_TARGETS = ("First opening, ms", "First opening, server CPU, ms", "Change, ms", "Change, server CPU, ms")
"""What a perspective that the other tree lacks may take, as above, of what the other tree takes for all of its own."""
LIMITS = {
    "Size of the file, MB": 700,
    "Size of the history in Parquet, MB": 6_000,
    "Series of a model by week, first, ms": 50,
    "Series of a model by week, later, ms": 50,
    "Series of a model by day, first, ms": 50,
    "Series of a model by day, later, ms": 50,
    "Series of an owner, first, ms": 50,
    "Series of an owner, later, ms": 50,
    "Series of a family, first, ms": 50,
    "Series of a family, later, ms": 50,
    "Series of any model, in Parquet, ms": 50,
}
"""What three years of listings of the largest size may take: the median."""
INTRODUCTION = """# As fast as the machine

Written by `make bench`: the present tree beside commit {baseline}, measured in turns in one run. Machines vary by two
and a half times from day to day, so only the ratios mean anything. A change is timed in a real Chromium, from the
click until the frame in which a canvas was last drawn, before 0.3 s of rest; what leaves the charts as they are is
not timed. An opening ends when the charts are painted, a re-opening when they are seen again. The floor is the same
charts with the same columns on a static page without a server. The crowd are {others} websocket clients beside the
timed visitor, one change of the unit each 3 s. CPU is the server process's; kB are those over HTTP and the websocket,
with a warm cache. Two figures are a median and a 95th percentile; CPU times are means. n is how often this tree was
measured.
"""


class Results:
    """What was measured, by row and side: a size and a tree, or the floor."""

    def __init__(self, sizes: Sequence[str], trees: Sequence[str], browser: str = "", others: int = 23) -> None:
        """`trees`: the present one and the one with which it is compared."""
        self.sizes, (self.present, self.baseline) = list(sizes), trees
        self.browser, self.others = browser, others
        self.started_at, self.loop_ms = datetime.now(UTC), loop_ms()
        self.new_titles: list[str] = []
        """Perspectives that the other tree lacks."""
        self.samples: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, row: str, side: tuple[str, str], value: float) -> None:
        self.samples[row][side].append(value)

    def figures(self, row: str, size: str, tree: str) -> tuple[float, ...]:
        """Return the mean of CPU times, or the median and the 95th percentile of anything else."""
        values = self.samples.get(row, {}).get((size, tree), [])
        return (float(np.mean(values)) if values else NAN,) if "CPU" in row else median_and_p95(values)

    def ratios(self, row: str, size: str, other: str) -> list[float]:
        """Return what the present tree takes of what another tree or the floor takes."""
        pairs = zip(self.figures(row, size, self.present), self.figures(row, size, other), strict=True)
        return [mine / others if others else NAN for mine, others in pairs]

    def answers(self) -> Iterator[tuple[str, float, list[float]]]:
        """Yield each figure with a target, its target, and the ratio at each size."""
        for row, targets in TARGETS.items():
            ratios = [self.ratios(row, size, self.baseline) for size in self.sizes]
            for n, (target, name) in enumerate(zip(targets, ("", ", 95th percentile"), strict=False)):
                if not math.isnan(target):
                    yield row.rpartition(",")[0] + name, target, [ratio[n] for ratio in ratios]
        medians = [self.figures("Change, ms", size, self.present)[0] for size in self.sizes]
        if self.sizes[1:]:
            title = f"Change, {self.sizes[-1]} against {self.sizes[0]} models, this tree"
            yield title, GROWTH_TARGET, [*[NAN] * (len(medians) - 1), medians[-1] / medians[0]]

    def new_answers(self) -> Iterator[tuple[str, float, list[float]]]:
        """Yield each figure of a perspective that the other tree lacks, as `answers` does."""
        for title in self.new_titles:
            for row in NEW_TARGETS:
                name, unit = row.split(", ", 1)
                pairs = [
                    (
                        self.figures(f"{name}, {title}, {unit}", size, self.present),
                        self.figures(row, size, self.baseline),
                    )
                    for size in self.sizes
                ]
                for n, (target, of) in enumerate(zip(TARGETS[row], ("", ", 95th percentile"), strict=False)):
                    text = f"{name}, {title}{unit.rpartition(',')[0] and ', server CPU'}{of}"
                    yield text, target, [mine[n] / others[n] if others[n] else NAN for mine, others in pairs]
            medians = [self.figures(f"Change, {title}, ms", size, self.present)[0] for size in self.sizes]
            if self.sizes[1:]:
                text = f"Change, {title}, {self.sizes[-1]} against {self.sizes[0]} models"
                yield text, GROWTH_TARGET, [*[NAN] * (len(medians) - 1), medians[-1] / medians[0]]

    def markdown(self) -> str:
        """Return the text of RESULTS.md."""
        lines = [
            INTRODUCTION.format(baseline=self.baseline, others=self.others),
            f"{self._machine()}\n",
            f"| this tree / {self.baseline} | target | {' | '.join(f'{size} models' for size in self.sizes)} | |",
            "|---|---|" + "---|" * len(self.sizes) + "---|",
        ]
        lines += [_verdict(*answer) for answer in self.answers()]
        growth = [self.figures(MEMORY_GROWTH, size, self.present)[0] for size in self.sizes]
        lines.append(f"| Growth of memory over visits, MB, this tree | none | {' | '.join(map(number, growth))} | |")
        measured = [row for row in LIMITS if row in self.samples]
        if measured:
            lines += [
                "",
                "| three years of listings, this tree | limit | "
                + " | ".join(f"{size} models" for size in self.sizes)
                + " | |",
            ]
            lines.append("|---|---|" + "---|" * len(self.sizes) + "---|")
        for row in measured:
            medians = [self.figures(row, size, self.present)[0] for size in self.sizes]
            verdict = "met" if max(medians) <= LIMITS[row] else "**missed**"
            lines.append(f"| {row} | ≤ {LIMITS[row]:,} | {' | '.join(map(number, medians))} | {verdict} |")
        if self.new_titles:
            lines += [
                "",
                f"| perspectives of this tree alone / all of {self.baseline} | target "
                f"| {' | '.join(f'{size} models' for size in self.sizes)} | |",
                "|---|---|" + "---|" * len(self.sizes) + "---|",
                *[_verdict(*answer) for answer in self.new_answers()],
            ]
        for size in self.sizes:
            lines += ["", f"## {size} models", ""]
            lines += [
                f"| | this tree | {self.baseline} | ratio | floor | × floor | n |",
                "|---|---|---|---|---|---|---|",
            ]
            lines += [self._line(row, size) for row, sides in self.samples.items() if (size, self.present) in sides]
        return "\n".join(lines) + "\n"

    def _line(self, row: str, size: str) -> str:
        columns = [" / ".join(map(number, self.figures(row, size, tree))) for tree in (self.present, self.baseline)]
        columns.append(" / ".join(map(ratio_text, self.ratios(row, size, self.baseline))))
        has_floor = (size, FLOOR) in self.samples[row]
        columns.append(" / ".join(map(number, self.figures(row, size, FLOOR))) if has_floor else "")
        columns.append(" / ".join(map(ratio_text, self.ratios(row, size, FLOOR))) if has_floor else "")
        return f"| {row} | {' | '.join(columns)} | {len(self.samples[row][size, self.present])} |"

    def _machine(self) -> str:
        minutes = (datetime.now(UTC) - self.started_at).total_seconds() / 60
        return (
            f"{self.started_at:%Y-%m-%d}, {minutes:.0f} minutes; {os.cpu_count()} cores (a loop of ten million steps: "
            f"{self.loop_ms:.0f} ms before, {loop_ms():.0f} ms after), {platform.system()}, Python "
            f"{platform.python_version()}, Chromium {self.browser}; "
            f"{', '.join(f'{name} {version(name)}' for name in PACKAGES)}."
        )


def _verdict(title: str, target: float, ratios: Sequence[float]) -> str:
    """Return the line of one figure: its target, its ratio at each size, and whether all of them meet the target."""
    measured = [ratio for ratio in ratios if not math.isnan(ratio)]
    verdict = ("met" if max(measured) <= target else "**missed**") if measured else ""
    return f"| {title} | ≤ {target:.2f} | {' | '.join(map(ratio_text, ratios))} | {verdict} |"


def median_and_p95(values: Iterable[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile; both are NaN if there is no value."""
    numbers = list(values)
    if not numbers:
        return NAN, NAN
    return float(np.median(numbers)), float(np.percentile(numbers, 95, method="higher"))


def number(figure: float) -> str:
    """Return a figure with at most three significant digits, as people read it."""
    if math.isnan(figure):
        return "–"
    if math.isinf(figure):
        return "never"
    return f"{figure:,.0f}" if abs(figure) >= 20 else f"{figure:.2g}"


def ratio_text(ratio: float) -> str:
    return "–" if math.isnan(ratio) else "never" if math.isinf(ratio) else f"{ratio:.2f}"


def loop_ms() -> float:
    """Return the milliseconds of a fixed amount of work: how quick the machine is at this moment."""
    started_at = time.perf_counter()
    for _ in range(10_000_000):
        pass
    return 1000 * (time.perf_counter() - started_at)
