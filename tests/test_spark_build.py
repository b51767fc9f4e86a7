"""The same landed data, built by DuckDB and on a Spark cluster: every value of core and marts is the same.

On the way the driver of the cluster is killed, and a worker: what served serves, and the next build goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.warehouse.engines.spark.making import exceptions

from .spark_server import SparkServer, missing

REASON = missing() if os.environ.get("SPARK") == "1" else "a cluster takes ten minutes: make scale, or SPARK=1"
needs_cluster = pytest.mark.skipif(bool(REASON), reason=REASON or "a Spark can be started")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MODELS, DAYS = 5_000, 60


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of a simulated community, built by DuckDB."""
    folder = tmp_path_factory.mktemp("spark") / "warehouse"
    for command in (["ingest", "simulated", "--models", str(MODELS), "--days", str(DAYS)], ["build"]):
        run = CliRunner().invoke(main, ["--warehouse", str(folder), *command], catch_exceptions=False)
        assert run.exit_code == 0, run.stderr
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SparkServer]:
    server = SparkServer(tmp_path)
    server.start()
    yield server
    server.kill()


@contextmanager
def started_build(folder: Path, server: SparkServer) -> Iterator[subprocess.Popen[str]]:
    arguments = ["--warehouse", str(folder), "build", "--engine", "spark", "--spark", server.address]
    command = [sys.executable, "-W", "ignore", "-m", "oss_ai_monitor.cli", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as build:
        try:
            yield build
        finally:
            build.kill()


def wait_for_tables(folder: Path, tables: int, build: subprocess.Popen[str]) -> None:
    scratch = folder / "generations" / ".spark"
    while build.poll() is None and len(list(scratch.glob("[sc][to][ar][ge]*/_SUCCESS"))) < tables:
        time.sleep(0.1)
    assert build.poll() is None, build.communicate()


@needs_cluster
def test_a_cluster_builds_what_duckdb_builds_though_its_driver_and_a_worker_die(
    built: Path, server: SparkServer
) -> None:
    by_duckdb = (built / warehouse.NAME).resolve()
    keys = sorted((built / "landing" / "repository_keys").iterdir())

    with started_build(built, server) as build:
        wait_for_tables(built, 30, build)
        server.kill()
        _, message = build.communicate()
    assert build.returncode != 0
    assert "Spark at sc://" in message
    assert (built / warehouse.NAME).resolve() == by_duckdb, "yesterday's warehouse serves"
    assert sorted((built / "landing" / "repository_keys").iterdir()) == keys

    server.start()
    with started_build(built, server) as build:
        wait_for_tables(built, 60, build)
        server.executors()[0].kill()
        _, message = build.communicate()
    assert build.returncode == 0, message
    assert "this build went on where one before it had ended" in message

    on_spark = (built / warehouse.NAME).resolve()
    assert on_spark != by_duckdb
    comparison = warehouse.compare(by_duckdb, on_spark)
    assert comparison.differences == {}
    shipped = [relation for relation in warehouse.relations(warehouse.sql_folder()) if relation.is_shipped]
    assert comparison.relations == len(shipped)

    record = warehouse.build_record(on_spark)
    assert record
    assert "refused" not in record.engine, "a relation that Spark does not read is listed in sql/spark_exceptions.csv"
    listed = exceptions(warehouse.sql_folder())
    assert f"{len(listed)} by DuckDB" in record.engine
    assert not list((built / "generations" / ".spark").glob("*-*")), "scratch is empty after a build"


def test_without_a_cluster_the_build_says_so_and_what_served_serves(built: Path) -> None:
    before = (built / warehouse.NAME).resolve()
    build = ["build", "--engine", "spark", "--spark", "sc://127.0.0.1:1"]
    run = CliRunner().invoke(main, ["--warehouse", str(built), *build])
    assert run.exit_code != 0
    assert "no Spark answers at sc://127.0.0.1:1" in run.stderr
    assert (built / warehouse.NAME).resolve() == before
