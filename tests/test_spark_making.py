"""What a build does with the answers of a cluster, which come while it goes on; a session answers in a cluster's place.

No Spark is needed here: tests/test_spark_build.py runs one.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.warehouse.engines.spark.making import Making
from oss_ai_monitor.warehouse.engines.spark.scratch import Scratch
from oss_ai_monitor.warehouse.engines.spark.session import Refused, Session

LISTED = [
    {"id": "tin/base", "created_at": "2024-04-03", "downloads": 70},
    {"id": "tin/tuned", "created_at": "2024-05-01", "tags": ["base_model:tin/base", "license:mit"]},
]
COMMITTED = [{"model_id": "tin/tuned", "commits": 3, "authors": ["tin", "zinc"]}]
CLUSTER_FAILED = "Spark at sc://127.0.0.1:1 failed: out of memory"


class RefusingSession(Session):
    """A cluster that refuses every select, once it has been given two of them; at `failing` it fails instead."""

    version = "4.2.0"

    def __init__(self, failing: str) -> None:
        self.failing, self.is_closed = failing, False
        self.selects: list[str] = []
        self._lock, self._two = threading.Lock(), threading.Barrier(2)

    def write(self, select: str, path: Path) -> None:
        with self._lock:
            self.selects.append(select)
            number = len(self.selects)
        if number <= self._two.parties:
            self._two.wait(timeout=60)
        if self.failing and path.name.startswith(f"{self.failing}-"):
            raise warehouse.BuildFailed(CLUSTER_FAILED)
        raise Refused("[PARSE_SYNTAX_ERROR]")

    def name(self, view: str, paths: list[str], schema: str, folder_column: str = "") -> None:
        """Name nothing: no select is read."""

    def close(self) -> None:
        self.is_closed = True


class RefusingCluster:
    def __init__(self, scratch: Path, failing: str = "") -> None:
        self.session, self.scratch = RefusingSession(failing), scratch

    def begin(
        self, db: duckdb.DuckDBPyConnection, inputs: Mapping[str, str], runs: list[warehouse.Snapshot], sql: Path
    ) -> Making:
        return Making(db, inputs, runs, sql, self.session, Scratch(self.scratch))

    def finish(self) -> None:
        """Leave the folder: it is the test's."""


@pytest.fixture
def folder(built_rows: Callable[..., Path], tmp_path: Path) -> Path:
    """A warehouse of two models, built by DuckDB, that may be built again."""
    return shutil.copytree(built_rows(hub_listing=LISTED, hub_commits=COMMITTED), tmp_path / "warehouse", symlinks=True)


def test_what_a_cluster_refuses_later_is_made_by_duckdb_before_another_relation_reads_it(
    folder: Path, tmp_path: Path
) -> None:
    by_duckdb = (folder / warehouse.NAME).resolve()
    cluster = RefusingCluster(tmp_path / "scratch")
    built = warehouse.build(folder, Landing(folder / "landing").selected(), spark=cluster)
    comparison = warehouse.compare(by_duckdb, built)
    assert comparison.differences == {}
    assert comparison.rows
    record = warehouse.build_record(built)
    assert record
    refused = f"({len(cluster.session.selects)} of them because Spark refused them)"
    assert record.engine.startswith("Spark 4.2.0: 0 tables by Spark, ")
    assert record.engine.endswith(refused)
    assert cluster.session.is_closed


def test_where_a_cluster_fails_the_build_names_the_relation_and_what_served_serves(
    folder: Path, tmp_path: Path
) -> None:
    before = (folder / warehouse.NAME).resolve()
    cluster = RefusingCluster(tmp_path / "scratch", failing="core.names")
    with pytest.raises(warehouse.BuildFailed, match=rf"names\.sql: {CLUSTER_FAILED}"):
        warehouse.build(folder, Landing(folder / "landing").selected(), spark=cluster)
    assert (folder / warehouse.NAME).resolve() == before
    assert cluster.session.is_closed


class ElsewhereSession(RefusingSession):
    """A cluster that writes into folders of its own, which this machine does not see."""

    def write(self, select: str, path: Path) -> None:
        with self._lock:
            self.selects.append(f"{path}: {select}")


def test_a_scratch_folder_that_the_cluster_does_not_share_is_said(folder: Path, tmp_path: Path) -> None:
    before = (folder / warehouse.NAME).resolve()
    cluster = RefusingCluster(tmp_path / "scratch")
    cluster.session = ElsewhereSession("")
    with pytest.raises(warehouse.BuildFailed, match="this machine does not see it: the scratch folder must be shared"):
        warehouse.build(folder, Landing(folder / "landing").selected(), spark=cluster)
    assert (folder / warehouse.NAME).resolve() == before
    Scratch(cluster.scratch).release()
