"""The same landed data, built by DuckDB and on a Spark cluster: every value of core and marts is the same.

On the way the driver of the cluster is killed, and a worker: what served serves, and the next build goes on.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.cli.group import MAKE_ROOM
from oss_ai_monitor.warehouse.engines.spark.making import exceptions
from oss_ai_monitor.warehouse.engines.spark.session import Session, address_of
from oss_ai_monitor.warehouse.engines.spark.translating import translate

from .spark_constructs import CONSTRUCTS, TEXTS
from .spark_server import FOR_FEW_ROWS, SparkServer, missing, spark_home

REASON = missing()
needs_cluster = pytest.mark.skipif(bool(REASON), reason=REASON or "a Spark can be started")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
MODELS, DAYS = 5_000, 60
LEFT_OUT = ("sim-cobaltshed", "sim-hazeldesk", "sim-amberanvil")
"""Owners who also commit to others' repositories."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of a simulated community of which some are left out, built by DuckDB."""
    folder = tmp_path_factory.mktemp("spark") / "two engines' warehouse"
    simulated = ["ingest", "simulated", "--models", str(MODELS), "--days", str(DAYS)]
    for command in (simulated, ["leave-out", *LEFT_OUT], ["build"]):
        run = CliRunner().invoke(main, ["--warehouse", str(folder), *command], catch_exceptions=False)
        assert run.exit_code == 0, run.stderr
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SparkServer]:
    server = SparkServer(tmp_path, settings=FOR_FEW_ROWS)
    try:
        server.start()
        yield server
    finally:
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
    """Wait until a build has so many tables of Spark in its scratch folder; what DuckDB gives to it is in read.…"""
    scratch = folder / "generations" / ".spark"
    while build.poll() is None and len(list(scratch.glob("[!r]*/_SUCCESS"))) < tables:
        time.sleep(0.1)
    assert build.poll() is None, build.communicate()


@needs_cluster
def test_a_cluster_builds_what_duckdb_builds_though_its_driver_and_a_worker_die(
    built: Path, server: SparkServer
) -> None:
    by_duckdb = (built / warehouse.NAME).resolve()
    keys = sorted((built / "landing" / "repository_keys").iterdir())

    with started_build(built, server) as build:
        wait_for_tables(built, 3, build)
        server.kill()
        _, message = build.communicate()
    assert build.returncode != 0
    assert "Spark at sc://" in message
    assert (built / warehouse.NAME).resolve() == by_duckdb, "yesterday's warehouse serves"
    assert sorted((built / "landing" / "repository_keys").iterdir()) == keys

    server.start()
    with started_build(built, server) as build:
        wait_for_tables(built, 20, build)
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

    of_left_out = "select count(*) from core.contributors where contributor in $names"
    with duckdb.connect(str(on_spark), read_only=True) as db:
        assert db.execute(of_left_out, {"names": LEFT_OUT}).fetchall() == [(0,)]

    record = warehouse.build_record(on_spark)
    assert record
    assert "refused" not in record.engine, "a relation that Spark does not read is listed in sql/spark_exceptions.csv"
    listed = exceptions(warehouse.sql_folder())
    assert f"{len(listed)} by DuckDB" in record.engine
    assert not list((built / "generations" / ".spark").glob("*-*")), "scratch is empty after a build"


@needs_cluster
def test_what_our_sql_makes_of_any_text_is_the_same_on_both_engines(
    server: SparkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_HOME", str(spark_home()))  # its client looks for one where its caller is no file
    figures = ", ".join(f"({construct})::varchar as figure_{n}" for n, construct in enumerate(CONSTRUCTS))
    select = f"select n, {figures} from core.texts order by n"
    landed = tmp_path / "texts"
    landed.mkdir()
    with duckdb.connect() as db:
        db.execute("create schema core")
        db.execute(
            "create table core.texts as select unnest(range(len($texts))) as n, unnest($texts) as x", {"texts": TEXTS}
        )
        db.execute(f"copy core.texts to '{landed}/part.parquet'")
        expected = db.execute(select).fetchall()

        def columns(query: str) -> dict[str, str]:
            return {row[0]: row[1] for row in db.execute(f"describe {query}").fetchall()}

        session = Session(server.address)
        try:
            session.name("core__texts", [address_of(landed)], "n bigint, x string")
            session.write(translate(select, columns), tmp_path / "answers")
        finally:
            session.close()
        answered = db.execute(f"from read_parquet('{tmp_path}/answers/*.parquet') order by n").fetchall()
    different = {
        (construct, text): (one, other)
        for text, expected_row, row in zip(TEXTS, expected, answered, strict=True)
        for construct, one, other in zip(CONSTRUCTS, expected_row[1:], row[1:], strict=True)
        if one != other
    }
    assert different == {}


ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from oss_ai_monitor.cli import main
from tests.spark_server import FOR_FEW_ROWS, SparkServer

disk, folder, beside = map(Path, sys.argv[1:])
server = SparkServer(beside, settings=FOR_FEW_ROWS)
server.start()
try:
    build = ["build", "--engine", "spark", "--spark", server.address, "--scratch", str(disk)]
    main(["--warehouse", str(folder), *build])
finally:
    server.kill()
"""


@needs_cluster
def test_where_scratch_is_full_the_build_says_where_and_what_served_serves(built: Path, tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no user namespaces here, so no small disk without privileges")
    before = (built / warehouse.NAME).resolve()
    disk = tmp_path / "disk"
    disk.mkdir()
    script = tmp_path / "build.py"  # a file, for without one Spark's client takes its caller for a test of its own
    script.write_text(ON_A_SMALL_DISK, encoding="utf-8")
    arguments = [str(path) for path in (script, disk, built, tmp_path)]
    mount = f'mount -t tmpfs -o size=300k none {disk} && exec {sys.executable} -W ignore "$@"'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount, "sh", *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert f"No space left on device in {disk}" in done.stderr
    assert MAKE_ROOM.replace("oss-ai-monitor", f"oss-ai-monitor --warehouse {shlex.quote(str(built))}") in done.stderr
    assert "Traceback" not in done.stderr
    assert (built / warehouse.NAME).resolve() == before
    assert not list((built / "generations").glob(".*.building*"))


def test_without_a_cluster_the_build_says_so_and_what_served_serves(built: Path) -> None:
    before = (built / warehouse.NAME).resolve()
    build = ["build", "--engine", "spark", "--spark", "sc://127.0.0.1:1"]
    run = CliRunner().invoke(main, ["--warehouse", str(built), *build])
    assert run.exit_code != 0
    assert "no Spark answers at sc://127.0.0.1:1" in run.stderr
    assert (built / warehouse.NAME).resolve() == before
