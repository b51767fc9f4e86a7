"""The table of results: figures, their targets, and the machine."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = ("panel", "panel-material-ui", "bokeh", "holoviews", "hvplot", "param", "pandas", "duckdb")
INTRODUCTION = """# As fast as the machine

Written by `make bench`. Two figures are a median and a 95th percentile; a figure in **bold** misses its target, which
is in the second column. A change is timed in a real Chromium, from the click to the end of the frame in which a canvas
was last drawn; the units by a mouse click, dates, datasets and filters through the model of their control, as its own
click does; a re-opening until the frame in which its charts are seen. Server, browser and
the other visitors (websocket clients, one change each 3 s) share the machine. CPU is
the server process's; bytes are the messages of the websocket. The naive way is `benchmarks/naive.py`: a new hvPlot
object per change, the query straight on `core`, the two charts of Model types.
"""


class Table:
    """Rows of figures with a column for each size; written after each stage, so that nothing is lost."""

    def __init__(self, columns: Sequence[str], browser: str = "", path: Path | None = None) -> None:
        self.columns = list(columns)
        self.browser, self.path = browser, path
        self.started_at = datetime.now(UTC)
        self.rows: dict[str, dict[str, str]] = {}
        self.targets: dict[str, str] = {}

    def record(self, row: str, column: str, *figures: float, target: Sequence[float] = ()) -> None:
        """Set the figures of one cell. Targets are compared with them in order; more is worse."""
        text = " / ".join(map(number, figures))
        missed = any(figure > limit for figure, limit in zip(figures, target, strict=False))
        self.rows.setdefault(row, {})[column] = f"**{text}**" if missed else text
        self.targets[row] = " / ".join(map(number, target)) and "≤ " + " / ".join(map(number, target))

    def markdown(self) -> str:
        """Return the text of RESULTS.md."""
        lines = [f"| | target | {' | '.join(self.columns)} |", "|---|---|" + "---|" * len(self.columns)]
        for row, cells in self.rows.items():
            lines.append(
                f"| {row} | {self.targets[row]} | {' | '.join(cells.get(column, '') for column in self.columns)} |"
            )
        return f"{INTRODUCTION}\n{self._machine()}\n\n" + "\n".join(lines) + "\n"

    def write(self) -> None:
        if self.path:
            self.path.write_text(self.markdown(), encoding="utf-8")

    def _machine(self) -> str:
        packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
        minutes = (datetime.now(UTC) - self.started_at).total_seconds() / 60
        memory = int(_line("/proc/meminfo", "MemTotal").split()[0]) / 1024**2
        return (
            f"{self.started_at:%Y-%m-%d}, {minutes:.0f} minutes; {os.cpu_count()} cores "
            f"({_line('/proc/cpuinfo', 'model name')}), {memory:.0f} GB; {platform.system()}, "
            f"Python {platform.python_version()}, Chromium {self.browser}; {packages}."
        )


def number(figure: float) -> str:
    """Return a figure with at most three significant digits, as people read it."""
    if math.isnan(figure):
        return "–"
    if math.isinf(figure):
        return "never"
    return f"{figure:,.0f}" if abs(figure) >= 20 else f"{figure:.2g}"


def _line(path: str, name: str) -> str:
    """Return the value on the first line that begins with a name; a dash if the system has no such file."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return "0 -"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "0 -")
