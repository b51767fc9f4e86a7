"""The same landed data, built by DuckDB and on Spark clusters of one and of two workers on this machine: time, memory,
and whether every value is the same. Prints one line per build.

    python -m benchmarks.scale --models 5000 200000
    python -m benchmarks.scale --landed warehouse/landing
"""

from __future__ import annotations

import argparse
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


class Memory:
    """The most that some processes and their children had at once, in bytes."""

    def __init__(self, *pids: int) -> None:
        self.peak = 0
        self._pids, self._stopped = pids, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stopped.wait(0.5):
            self.peak = max(self.peak, sum(map(_resident, self._pids)))

    def stop(self) -> int:
        self._stopped.set()
        self._thread.join()
        return self.peak


def _resident(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)])
    except psutil.Error:
        return 0


def run(folder: Path, *arguments: str, server: SparkServer | None = None) -> tuple[float, int]:
    """Run a command on a warehouse; returns its seconds and the most memory, that of the server with it."""
    command = [sys.executable, "-W", "ignore", "-m", "oss_ai_monitor.cli", "--warehouse", str(folder), *arguments]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    memory = Memory(process.pid, *([server.process.pid] if server and server.process else []))
    code = process.wait()
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}")
    return time.monotonic() - started, memory.stop()


def compare_engines(folder: Path, label: str) -> bool:
    """Build what has landed in a folder by each engine; returns whether all generations hold the same."""
    seconds, peak = run(folder, "build", "--full")
    reference = folder / "by_duckdb.duckdb"
    shutil.copy((folder / warehouse.NAME).resolve(), reference)
    print(f"{label} | DuckDB | {seconds:.0f} s | {peak / 1e9:.1f} GB |", flush=True)
    is_same = True
    for engine, master in WORKERS.items():
        with tempfile.TemporaryDirectory() as scratch:
            server = SparkServer(Path(scratch), master)
            server.start()
            try:
                seconds, peak = run(folder, "build", "--engine", "spark", "--spark", server.address, server=server)
            finally:
                server.kill()
        comparison = warehouse.compare(reference, (folder / warehouse.NAME).resolve())
        is_same = is_same and not comparison.differences
        outcome = f"{comparison.relations} relations, {comparison.rows:,} rows, {len(comparison.differences)} different"
        print(f"{label} | {engine} | {seconds:.0f} s | {peak / 1e9:.1f} GB | {outcome}", flush=True)
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
