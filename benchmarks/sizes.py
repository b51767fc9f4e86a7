"""Warehouses of several sizes: landed once, built by each tree for itself, and cached."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.landing.runs import KEYS
from oss_ai_monitor.warehouse import current

from . import history
from .land import LISTING
from .trees import ROOT, Tree

TITLES = {"small": "7,000", **({"listing": "760,000"} if LISTING.exists() else {}), "simulated": "3,000,000"}
"""The number of models of each size, smallest first. The listing is real, and missing without the real data."""


LARGEST = "simulated"
WEEKS = "hub_adoption_weeks"


@dataclass(frozen=True)
class Build:
    """Time, memory and size of a build."""

    seconds: float
    gigabytes: float
    """The highest resident memory."""
    file_mb: float


def cache() -> Path:
    """Return the folder that is kept between runs."""
    named = os.environ.get("OSS_AI_MONITOR_BENCH_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "oss-ai-monitor" / "benchmarks"


def land(key: str, tree: Tree) -> None:
    """Land the data of a size, if it has not landed yet."""
    landing = cache() / key / "landing"
    if not Landing(landing).selected():
        landing.mkdir(parents=True, exist_ok=True)
        command = [tree.python, "-P", str(ROOT / "benchmarks" / "land.py"), key, str(landing)]
        subprocess.run(command, cwd=tree.root, env=tree.environment(), check=True)


def land_history(key: str) -> Path:
    """Return a folder with the landed data of a size and three years of listings, which take a while at first."""
    landing = cache() / key / "landing-with-history"
    if not Landing(landing).manifests(WEEKS):
        shutil.rmtree(landing, ignore_errors=True)
        shutil.copytree(cache() / key / "landing", landing, ignore=shutil.ignore_patterns("hub_adoption*"))
        if key == LARGEST:
            history.evaluate_fewer(Landing(landing), 100)
        history.land(Landing(landing))
    return landing


def built(key: str, tree: Tree, *, rebuild: bool = False, has_history: bool = False) -> tuple[Path, Build | None]:
    """Return the folder of a tree's warehouse, built in a process of its own unless it is in the cache."""
    folder = cache() / key / (f"{tree.name}-with-history" if has_history else tree.name)
    landing = land_history(key) if has_history else cache() / key / "landing"
    fingerprint, stamp = _fingerprint(tree), folder / "built-from"
    if not rebuild and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return folder, None
    _link(folder / "landing", landing)
    build = _build(folder, tree)
    stamp.write_text(fingerprint, encoding="utf-8")
    return folder, build


def _link(folder: Path, landing: Path) -> None:
    """Make a landing folder whose sources are those of another one; what a build lands itself stays in it.

    An earlier commit cannot read the keys of repositories, which builds land.
    """
    if folder.is_symlink():
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for source in landing.iterdir():
        if source.is_dir() and source.name != KEYS and not (folder / source.name).exists():
            (folder / source.name).symlink_to(source)


def _fingerprint(tree: Tree) -> str:
    """Return a checksum of what a build depends on."""
    files = [*(tree.root / "sql").rglob("*.*"), *(tree.root / "oss_ai_monitor" / "warehouse").glob("*.py")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()


def _build(folder: Path, tree: Tree) -> Build:
    started_at = time.perf_counter()
    command = tree.command(folder, "build")
    process = subprocess.Popen(command, cwd=tree.root, env=tree.environment(), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{folder} could not be built")
    seconds = time.perf_counter() - started_at
    return Build(seconds, usage.ru_maxrss / 1024**2, current(folder).stat().st_size / 1e6)
