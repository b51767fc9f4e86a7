"""The commits and files of the whole Hub as a generated sample, grown tenfold twice: what they cost on DuckDB and on
Spark clusters of one and of two workers on this machine, and whether every value is the same. Prints a line per build.

    python -m benchmarks.commits --repositories 10000 100000 1000000

Repositories have ten commits on average, half of them at most seven, as the 5,635 that were counted in May 2024 (ten
and six), and thirteen files, as the 8,650 of July 2024. They land as the Hub's answers do: a row of `hub_commits` for
each repository has the number of its commits, the first and the last, and who wrote them; the names of its files are in
`extra` of `hub_details`. A single commit has no row in the warehouse, and no relation reads the files.

DuckDB makes all relations but those that read commits: these are made by the engine that is measured, and timed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from benchmarks.scale import WORKERS, Watch, compared, processor_seconds
from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Keys, Landing
from oss_ai_monitor.warehouse.engines.spark.making import Making
from tests.spark_server import SparkServer, missing

AS_OF = datetime(2026, 11, 1)
COMMITS = {"landing.hub_commits", "staging.hub_commits", "core.contributors_by_key", "core.repository_commits_by_key"}
"""Relations of commits: what reads one of them is measured."""
DRAWN = "hash(i, '{}') % 1000003 / 1000003"
GENERATED = f"""
create table generated as
select
    i + 1 as row_number,
    'owner-' || hash(i, 'owner') % (1 + $repositories // 4) || '/model-' || i as id,
    timestamp '2023-01-01' + to_seconds((hash(i, 'created') % 110000000)::bigint) as created_at,
    (hash(i, 'downloads') % 5000)::bigint as downloads,
    1 + floor(-9.5 * ln(1 - {DRAWN.format("commits")}))::bigint as commits,
    1 + floor(-12.5 * ln(1 - {DRAWN.format("files")}))::bigint as files,
    to_hours((hash(i, 'last') % 2000)::bigint) as worked_for,
    if(hash(i, 'bot') % 4 = 0, ['SFconvertbot'], []) || list_transform(
        range(case when hash(i, 'people') % 100 = 0 then 10 when hash(i, 'people') % 10 = 1 then 1 else 0 end),
        lambda number: 'person-' || hash(i, number) % (1 + $repositories // 4)
    ) as others,
from range($repositories) as numbers (i)
"""
SOURCES = {
    "hub_listing": "select row_number, id, created_at, downloads, from generated order by row_number",
    "hub_commits": """
        select
            row_number,
            id as model_id,
            commits,
            created_at as first_commit_at,
            created_at + worked_for as last_commit_at,
            [split_part(id, '/', 1)] || others as authors,
        from generated
        order by row_number
    """,
    "hub_details": """
        select
            row_number,
            id,
            created_at,
            downloads,
            json_object(
                'siblings',
                list_transform(range(files), lambda number: {'rfilename': 'model-' || number || '.safetensors'})
            ) as extra,
        from generated
        order by row_number
    """,
}
"""What lands of each source; a column that is not there is empty in the warehouse."""


def land(landing: Landing, repositories: int) -> tuple[int, int]:
    """Land so many repositories with their commits and files; returns how many commits and files these are."""
    with duckdb.connect() as db:
        db.execute("set memory_limit = '3GB'")
        db.execute(GENERATED, {"repositories": repositories})
        for source, select in SOURCES.items():
            with landing.run(source, addresses=["generated"], fingerprint=source, is_simulated=True, seed=1) as run:
                run.as_of, run.as_of_rule = AS_OF, "generated"
                run.write(db.sql(select))
        commits, files = db.execute("select sum(commits), sum(files) from generated").fetchall()[0]
    return commits, files


class ReadersOnSpark(warehouse.Cluster):
    """A cluster that makes the relations that read commits alone; DuckDB makes the others."""

    def begin(
        self, db: duckdb.DuckDBPyConnection, inputs: Mapping[str, str], runs: list[warehouse.Snapshot], sql: Path
    ) -> Making:
        super().begin(db, inputs, runs, sql)
        assert self.making
        self.making.exceptions |= {relation.qualified for relation in warehouse.relations(sql)} - readers()
        return self.making


def readers() -> set[str]:
    """Return the relations that read commits."""
    return {relation.qualified for relation in warehouse.relations(warehouse.sql_folder()) if relation.reads & COMMITS}


class Stopwatch:
    """Seconds, and those of the processor, that some relations took among all of a build."""

    def __init__(self, counted: set[str], pids: list[int]) -> None:
        self.counted, self.pids = counted, pids
        self.seconds = self.processor = 0.0
        self._name, self._since = "", self._now()

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), processor_seconds(*self.pids)

    def begin(self, name: str) -> None:
        """A build has begun with a relation."""
        now = self._now()
        if self._name in self.counted:
            self.seconds += now[0] - self._since[0]
            self.processor += now[1] - self._since[1]
        self._name, self._since = name, now


def build(folder: Path, address: str, pid: int) -> None:
    """Build in this process, and print what the relations that read commits took; `pid`: that of the cluster."""
    landing = Landing(folder / "landing")
    pids = [os.getpid(), *([pid] if pid else [])]
    watch = Stopwatch(readers(), pids)
    cluster = ReadersOnSpark(address, folder / "generations" / ".spark") if address else None

    def begin(relation: str) -> None:
        if cluster and cluster.making:
            cluster.making.wait()  # one after the other, so that each has its own time
        watch.begin(relation)

    warehouse.build(
        folder,
        landing.selected(),
        keys=Keys(landing, is_simulated=True),
        is_full=True,
        spark=cluster,
        progress=begin,
    )
    print(json.dumps([watch.seconds, watch.processor]))


@contextlib.contextmanager
def cluster(master: str) -> Iterator[SparkServer | None]:
    """Start a cluster; none without a master."""
    if not master:
        yield None
        return
    with tempfile.TemporaryDirectory() as scratch:
        server = SparkServer(Path(scratch), master)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def measure(folder: Path, master: str) -> str:
    """Build in a process of its own; returns what the relations that read commits took, and the memory of the build."""
    with cluster(master) as server:
        pid = server.process.pid if server and server.process else 0
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.commits"]
        command += ["--build", str(folder), server.address if server else "", str(pid)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        watches = [Watch(process.pid), *([Watch(pid)] if pid else [])]
        output, _ = process.communicate()
        peaks = [watch.stop()[1] for watch in watches]
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    seconds, processor = json.loads(output)
    memory = " + ".join(f"{peak / 1e9:.1f} GB" for peak in peaks)
    return f"{seconds:.1f} s | {processor:.1f} s of the processor | {memory} | load {os.getloadavg()[0]:.0f}"


def compare_engines(repositories: int, engines: Mapping[str, str]) -> bool:
    """Build a sample by each engine; returns whether all generations hold the same."""
    is_same = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commits, files = land(Landing(folder / "landing"), repositories)
        label = f"{repositories:,} repositories, {commits:,} commits, {files:,} files"
        print(f"{label} | DuckDB | {measure(folder, '')} | {len(readers())} relations read commits", flush=True)
        reference = folder / "by_duckdb.duckdb"
        shutil.copy((folder / warehouse.NAME).resolve(), reference)
        for engine, master in engines.items():
            cost = measure(folder, master)
            is_same = compared(reference, folder, f"{label} | {engine} | {cost}") and is_same
    return is_same


def main() -> None:
    if sys.argv[1:2] == ["--build"]:
        build(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repositories", type=int, nargs="+", required=True, help="how many; ten commits each")
    parser.add_argument("--without-spark", action="store_true", help="DuckDB alone")
    arguments = parser.parse_args()
    engines = {} if arguments.without_spark else WORKERS
    if engines and (reason := missing()):
        sys.exit(reason)
    outcomes = [compare_engines(repositories, engines) for repositories in arguments.repositories]
    sys.exit(not all(outcomes))


if __name__ == "__main__":
    main()
