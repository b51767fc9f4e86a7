"""The same landed data, built by DuckDB and on Spark clusters of one and of two workers on this machine: time, time of
the processor, memory, the load of the machine, and whether every value is the same. Prints one line per build.

    python -m benchmarks.scale --models 5000 200000
    python -m benchmarks.scale --landed warehouse/landing
    python -m benchmarks.scale --landed warehouse/landing --repositories 10000000 --without-spark
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
from collections.abc import Mapping
from pathlib import Path

import duckdb
import psutil

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
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

    def stop(self) -> tuple[float, int]:
        """Stop; return seconds of the processor, and the most memory at once, in bytes."""
        self._stopped.set()
        self._thread.join()
        return sum(self._used.values()) - sum(self._before.values()), self.peak


def processor_seconds(*pids: int) -> float:
    """Return what some processes and their children have taken of the processor until now."""
    used = 0.0
    for process in (one for pid in pids for one in _with_children(pid)):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            used += times.user + times.system
    return used


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
    processor, peak = watch.stop()
    load = os.getloadavg()[0]
    return f"{seconds:.0f} s | {processor:.0f} s of the processor | {peak / 1e9:.1f} GB | load {load:.0f}"


def compare_engines(folder: Path, label: str, engines: Mapping[str, str]) -> bool:
    """Build what has landed in a folder by each engine; returns whether all generations hold the same."""
    cost = run(folder, "build", "--full")
    generation = (folder / warehouse.NAME).resolve()
    record = warehouse.build_record(generation)
    assert record
    size = (
        f"a file of {generation.stat().st_size / 1e6:.0f} MB, and at most {record.scratch_bytes / 1e9:.1f} GB beside it"
    )
    print(f"{label} | DuckDB | {cost} | {size}", flush=True)
    if not engines:
        return True
    reference = folder / "by_duckdb.duckdb"
    shutil.copy(generation, reference)
    is_same = True
    for engine, master in engines.items():
        with tempfile.TemporaryDirectory() as scratch:
            server = SparkServer(Path(scratch), master)
            server.start()
            try:
                cost = run(folder, "build", "--engine", "spark", "--spark", server.address, server=server)
            finally:
                server.kill()
        is_same = compared(reference, folder, f"{label} | {engine} | {cost}") and is_same
    reference.unlink()
    return is_same


def compared(reference: Path, folder: Path, label: str) -> bool:
    """Compare a generation with the one that serves, and print how many relations differ; returns whether none does."""
    comparison = warehouse.compare(reference, (folder / warehouse.NAME).resolve())
    outcome = f"{comparison.relations} relations, {comparison.rows:,} rows, {len(comparison.differences)} different"
    print(f"{label} | {outcome}", flush=True)
    for name, differences in comparison.differences.items():
        print(f"  {name}: {'; '.join(differences)}", flush=True)
    return not comparison.differences


def land_copies(source: Path, folder: Path, repositories: int) -> None:
    """Land a listing with so many repositories: those of another one, and again those under other owners."""
    listing = Landing(source).latest("hub_listing")
    if listing is None:
        sys.exit(f"{source}: no listing has landed there")
    owner = "if(contains(id, '/'), replace(id, '/', '-' || copy || '/'), id || '-' || copy)"
    copies = f"""
        select listed.* replace (
            if(copy = 0, id, {owner}) as id,
            row_number + copy * {listing.rows} as row_number
        )
        from range({-(-repositories // listing.rows)}) as copies (copy)
        cross join read_parquet({[str(path) for path in listing.paths]}) as listed
        where row_number + copy * {listing.rows} <= {repositories}
    """
    with duckdb.connect() as db, Landing(folder).run("hub_listing", addresses=["copies"], fingerprint="copies") as run:
        db.execute("set memory_limit = '3GB'")
        run.as_of, run.as_of_rule = listing.as_of, listing.as_of_rule
        run.write(db.sql(copies))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, nargs="*", default=[], help="sizes of simulated communities")
    parser.add_argument("--days", type=int, default=365, help="days of the history of a simulated community")
    parser.add_argument("--landed", type=Path, nargs="*", default=[], help="folders of landed data, which are copied")
    parser.add_argument("--repositories", type=int, help="of landed data the listing alone, repeated up to so many")
    parser.add_argument("--without-spark", action="store_true", help="DuckDB alone")
    arguments = parser.parse_args()
    engines = {} if arguments.without_spark else WORKERS
    if engines and (reason := missing()):
        sys.exit(reason)
    is_same = True
    for models in arguments.models:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), "ingest", "simulated", "--models", str(models), "--days", str(arguments.days))
            label = f"{models:,} simulated models, {arguments.days} days"
            is_same = compare_engines(Path(folder), label, engines) and is_same
    for landed in arguments.landed:
        with tempfile.TemporaryDirectory() as folder:
            label = str(landed)
            if arguments.repositories:
                label = f"{label}, its listing repeated up to {arguments.repositories:,} models"
                land_copies(landed, Path(folder) / "landing", arguments.repositories)
            else:
                shutil.copytree(landed, Path(folder) / "landing")
            is_same = compare_engines(Path(folder), label, engines) and is_same
    sys.exit(not is_same)


if __name__ == "__main__":
    main()
