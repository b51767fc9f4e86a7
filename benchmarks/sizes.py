"""Warehouses of three sizes, landed once and cached, with the time and memory of landing and building them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from oss_ai_monitor.landing import AlreadyLanded, Landing
from oss_ai_monitor.sources import archive, hub, simulated
from oss_ai_monitor.sources.table import Table
from oss_ai_monitor.warehouse import NoWarehouse, current

from .served import ROOT

REAL = ROOT.parent / "shared" / "data" / "hub"
BOARDS = [
    REAL / "datasets" / board / "data" / "train-00000-of-00001.parquet"
    for board in ("open-llm-leaderboard-old/contents", "open-llm-leaderboard/contents")
]
LISTING = REAL / "api" / "models_listing_2024-07-11.jsonl.gz"
CLI = "from oss_ai_monitor.cli import main; main()"


@dataclass(frozen=True)
class Size:
    """A warehouse to measure on."""

    key: str
    title: str
    tables: Callable[[], Iterator[Table]]
    dataset: str
    """The dataset to show; perspectives that need scores show v1."""

    def folder(self) -> Path:
        cache = os.environ.get("OSS_AI_MONITOR_BENCH_CACHE")
        return (Path(cache) if cache else Path.home() / ".cache" / "oss-ai-monitor" / "benchmarks") / self.key


@dataclass(frozen=True)
class Measured:
    """Time, memory and size of a warehouse."""

    rows: int
    rows_per_s: float
    """Landed rows a second; for simulated data, the simulation is included."""
    build_s: float
    build_gb: float
    """The highest resident memory of the build."""
    file_mb: float


def sizes() -> list[Size]:
    """Return the sizes, smallest first. Without the real data the small one is simulated and the listing is missing."""
    small = Size("archive", "both leaderboards, 7,000 + 4,000", lambda: archive.read(BOARDS), "v1")
    if not LISTING.exists():
        small = Size("small", "simulated, 6,000", lambda: simulated.tables(7_000, 1, evaluations=6_000), "v1")
    listing = Size(
        "listing", "the Hub's listing, 760,000", lambda: chain(archive.read(BOARDS), hub.read([LISTING])), "hub"
    )
    million = Size(
        "simulated", "simulated, 3,000,000", lambda: simulated.tables(3_000_000, 1, evaluations=500_000), "hub"
    )
    return [small, *([listing] if LISTING.exists() else []), million]


def land(size: Size) -> None:
    """Land the tables that have not landed yet."""
    landing = Landing(size.folder() / "landing")
    for table in size.tables():
        try:
            landing.land(table)
        except AlreadyLanded:
            continue


def make(size: Size, *, rebuild: bool = True) -> Measured:
    """Land the tables if none has landed, and build as `oss-ai-monitor build` does, each in its own process."""
    folder = size.folder()
    if not Landing(folder / "landing").selected():
        subprocess.run([sys.executable, "-m", "benchmarks", "land", size.key], cwd=ROOT, check=True)
    manifests = Landing(folder / "landing").selected()
    rows = sum(manifest.rows for manifest in manifests)
    seconds = sum((manifest.finished - manifest.started).total_seconds() for manifest in manifests)
    build_s = build_gb = float("nan")
    if rebuild or not _is_built(folder):
        build_s, build_gb = _build(folder)
    return Measured(rows, rows / seconds, build_s, build_gb, current(folder).stat().st_size / 1e6)


def _is_built(folder: Path) -> bool:
    try:
        return current(folder).exists()
    except NoWarehouse:
        return False


def _build(folder: Path) -> tuple[float, float]:
    """Build, and return the seconds and the highest memory in gigabytes."""
    started_at = time.perf_counter()
    command = [sys.executable, "-c", CLI, "--warehouse", str(folder), "build"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{folder} could not be built")
    return time.perf_counter() - started_at, usage.ru_maxrss / 1024**2
