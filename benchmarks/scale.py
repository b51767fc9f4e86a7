"""The same landed data, built by DuckDB and on Spark clusters of one and of two workers on this machine: time, time of
the processor, memory, the load of the machine, and whether every value is the same. Prints one line per build.

    python -m benchmarks.scale --models 5000 200000
    python -m benchmarks.scale --landed warehouse/landing
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from oss_ai_monitor import warehouse
from tests.spark_server import SparkServer, missing

WORKERS = {"Spark, one worker": "local-cluster[1,1,2048]", "Spark, two workers": "local-cluster[2,1,2048]"}


class Watch:
    """What some processes and their children took: the most memory at once, in bytes, and seconds of the processor."""

    def __init__(self, *pids: int) -> None:
        self.peak = 0
        self._used: dict[psutil.Process, float] = {}
        self._before: dict[psutil.Process, float] = {}
        self._pids, self._stopped = pids, threading.Event()
        self._look()
        self._before = dict(self._used)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stopped.wait(0.5):
            self._look()

    def _look(self) -> None:
        resident = 0
        for process in (one for pid in self._pids for one in _with_children(pid)):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self._used[process] = times.user + times.system
                resident += process.memory_info().rss
        self.peak = max(self.peak, resident)

    def stop(self) -> str:
        """Stop; return what was taken."""
        self._stopped.set()
        self._thread.join()
        used = sum(self._used.values()) - sum(self._before.values())
        return f"{used:.0f} s of the processor | {self.peak / 1e9:.1f} GB"


def _with_children(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def run(folder: Path, *arguments: str, server: SparkServer | None = None) -> str:
    """Run a command on a warehouse; returns what it took, the server with it."""
    command = [sys.executable, "-W", "ignore", "-m", "oss_ai_monitor.cli", "--warehouse", str(folder), *arguments]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    watch = Watch(process.pid, *([server.process.pid] if server and server.process else []))
    code = process.wait()
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}")
    seconds = time.monotonic() - started
    return f"{seconds:.0f} s | {watch.stop()} | load {os.getloadavg()[0]:.0f}"


def compare_engines(folder: Path, label: str) -> bool:
    """Build what has landed in a folder by each engine; returns whether all generations hold the same."""
    cost = run(folder, "build", "--full")
    reference = folder / "by_duckdb.duckdb"
    shutil.copy((folder / warehouse.NAME).resolve(), reference)
    print(f"{label} | DuckDB | {cost} |", flush=True)
    is_same = True
    for engine, master in WORKERS.items():
        with tempfile.TemporaryDirectory() as scratch:
            server = SparkServer(Path(scratch), master)
            server.start()
            try:
                cost = run(folder, "build", "--engine", "spark", "--spark", server.address, server=server)
            finally:
                server.kill()
        comparison = warehouse.compare(reference, (folder / warehouse.NAME).resolve())
        is_same = is_same and not comparison.differences
        outcome = f"{comparison.relations} relations, {comparison.rows:,} rows, {len(comparison.differences)} different"
        print(f"{label} | {engine} | {cost} | {outcome}", flush=True)
        for name, differences in comparison.differences.items():
            print(f"  {name}: {'; '.join(differences)}", flush=True)
    reference.unlink()
    return is_same


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, nargs="*", default=[], help="sizes of simulated communities")
    parser.add_argument("--days", type=int, default=365, help="days of the history of a simulated community")
    parser.add_argument("--landed", type=Path, nargs="*", default=[], help="folders of landed data, which are copied")
    arguments = parser.parse_args()
    if reason := missing():
        sys.exit(reason)
    is_same = True
    for models in arguments.models:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), "ingest", "simulated", "--models", str(models), "--days", str(arguments.days))
            is_same = compare_engines(Path(folder), f"{models:,} simulated models, {arguments.days} days") and is_same
    for landed in arguments.landed:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(landed, Path(folder) / "landing")
            is_same = compare_engines(Path(folder), str(landed)) and is_same
    sys.exit(not is_same)


if __name__ == "__main__":
    main()
