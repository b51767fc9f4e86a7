"""Spark makes the relations: each lands as Parquet in a scratch folder, and DuckDB puts it into the generation.

Relations that are listed in sql/spark_exceptions.csv, and those that a Spark refuses to read, DuckDB makes from the
Parquet of the others. Every row of a build on Spark is made anew: nothing is taken over.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ....patterns import pattern
from ....plurals import counted
from ...errors import BuildFailed
from ...plan.fingerprints import Fingerprint, of_inputs, of_text
from ...plan.relations import Relation
from ..duckdb.creating import create, create_from, verify_grain
from ..duckdb.landed import Snapshot, literal
from .scratch import COMPLETE, Scratch
from .session import INSTALL, NO_ROOM, Refused, Session, address_of
from .types import exported, schema, spark_type

log = logging.getLogger("oss_ai_monitor")
EXCEPTIONS = "spark_exceptions.csv"
AT_ONCE = 4
"""Relations that Spark makes at the same time, where none reads another: while the driver plans one, workers compute
others."""


@dataclass(frozen=True)
class Pending:
    """A relation that Spark makes, and DuckDB has not read yet."""

    relation: Relation
    path: Path
    types: Mapping[str, str]
    written: Future[None] | None


class Making:
    """Creates the relations of one build, in order."""

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        inputs: Mapping[str, str],
        runs: Iterable[Snapshot],
        sql: Path,
        session: Session,
        scratch: Scratch,
    ) -> None:
        """`inputs`: fingerprints of what is landed and of the seeds, by relation. `runs`: what has landed."""
        try:
            from .translating import translate, view_name
        except ImportError as error:
            raise BuildFailed(INSTALL) from error
        self.translate, self.view_name = translate, view_name
        self.rules = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))
        """What decides of a relation beside its SQL and what it reads: this folder."""
        self.db, self.session, self.scratch, self.inputs = db, session, scratch, inputs
        self.runs = list(runs)
        self.exceptions = exceptions(sql)
        self.now: dict[str, Fingerprint] = {}
        self.taken_over: list[str] = []
        self.on_spark: list[str] = []
        self.by_duckdb: list[str] = []
        self.refused: dict[str, str] = {}
        """Relations that this Spark would not read though they are not listed, with its reason."""
        self._writers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="spark")
        self._pending: dict[str, Pending] = {}
        self._named: set[str] = set()
        self._scratch_relations: list[str] = []
        """Relations of core and marts that only the build needs."""
        self._written: dict[str, tuple[Path, Mapping[str, str]]] = {}
        """Where Spark wrote a relation, and its columns as DuckDB has them."""

    @property
    def engine(self) -> str:
        """Return who made what."""
        others = f", {len(self.by_duckdb)} by DuckDB" if self.by_duckdb else ""
        refused = f" ({len(self.refused)} of them because Spark refused them)" if self.refused else ""
        return f"Spark {self.session.version}: {counted(len(self.on_spark), 'table')} by Spark{others}{refused}"

    @property
    def notice(self) -> str:
        return self.scratch.notice()

    def make(self, relation: Relation) -> None:
        """Create a relation: a view that is shipped, and what is listed, in DuckDB; every other one on Spark.

        What Spark makes is waited for where another relation reads it.
        """
        try:
            self._make(relation)
        except BaseException:
            self._writers.shutdown(wait=False, cancel_futures=True)
            self.session.close()
            self.scratch.release()
            raise

    def wait(self) -> None:
        """Wait for everything that Spark still makes."""
        for name in list(self._pending):
            self._finish(name)

    def _make(self, relation: Relation) -> None:
        name = relation.qualified
        self.now[name] = Fingerprint(of_text(of_inputs(relation, self.now, self.inputs) + self.rules))
        for other in sorted(relation.reads & self._pending.keys()):
            self._finish(other)
        if relation.is_scratch and relation.layer in ("core", "marts"):  # checks read those of staging
            self._scratch_relations.append(name)
        is_view = relation.is_shipped and relation.kind == "view"
        if is_view:
            create(self.db, relation)
        elif name in self.exceptions:
            self._make_by_duckdb(relation)
        else:
            self._begin(relation)

    def _make_by_duckdb(self, relation: Relation, reason: str = "") -> None:
        """`reason`: why Spark, which was to make it, refuses it."""
        if reason:
            log.warning("%s is made by DuckDB, for Spark refuses it: %s", relation.qualified, reason)
            self.refused[relation.qualified] = reason
        create(self.db, relation)
        self.by_duckdb.append(relation.qualified)

    def _begin(self, relation: Relation) -> None:
        """Let Spark make a relation, unless its Parquet is there."""
        path = self.scratch.path(relation.qualified, self.now[relation.qualified].of_inputs)
        try:
            types = self._columns(relation.select)
            written = None
            if not self.scratch.is_complete(path):
                for other in sorted(relation.reads):
                    self._name(other)
                select = self.translate(relation.select, self._columns_of_part)
                columns = ", ".join(
                    f"cast(`{column}` as {spark_type(kind)}) as `{column}`" for column, kind in types.items()
                )
                written = self._writers.submit(self.session.write, f"select {columns} from (\n{select}\n)", path)
        except duckdb.Error as error:
            raise BuildFailed(f"{relation.path}: {error}") from error
        except BuildFailed as error:
            raise BuildFailed(f"{relation.path}: {error}") from error
        except ValueError as error:  # no rule for a construct, or a type that Spark has not
            self._make_by_duckdb(relation, str(error))
            return
        self._pending[relation.qualified] = Pending(relation, path, types, written)
        if written is None:
            self._finish(relation.qualified)

    def _finish(self, name: str) -> None:
        """Wait until Spark has made a relation, and create it from that; by DuckDB if Spark cannot read the select."""
        pending = self._pending.pop(name)
        try:
            if pending.written:
                pending.written.result()
        except Refused as error:
            self._make_by_duckdb(pending.relation, str(error))
        except BuildFailed as error:
            raise BuildFailed(f"{pending.relation.path}: {error}") from error
        else:
            self._load(pending.relation, pending.path, pending.types)
            self.on_spark.append(name)

    def _load(self, relation: Relation, path: Path, types: Mapping[str, str]) -> None:
        """Put the Parquet of a relation into the generation, in DuckDB's own types."""
        name = relation.qualified
        if not any(path.glob("*.parquet")):
            raise BuildFailed(
                f"{relation.path}: Spark wrote {path}, and this machine does not see it: the scratch folder must be "
                "shared, under the same path as here; name one that is with --scratch"
            )
        casts = ", ".join(f"{column}::{kind} as {column}" for column, kind in types.items())
        select = f"select {casts} from read_parquet({literal(str(pattern(path)) + '/*.parquet')})"
        try:
            if relation.is_shipped:
                create_from(self.db, relation, select)
            else:
                self.db.execute(f"create view {name} as\n{select}")
            verify_grain(self.db, relation)
        except duckdb.Error as error:
            raise BuildFailed(f"{relation.path}: {error}") from error
        self._written[name] = path, types

    def _name(self, name: str) -> None:
        """Let Spark read a relation under its name, where it cannot yet."""
        if name in self._named:
            return
        if name in self._written:
            path, types = self._written[name]
            self.session.name(self.view_name(name), [address_of(path)], schema(types))
            self._named.add(name)
            return
        types = self._columns(f"select * from {name}")
        landed = [run for run in self.runs if f"landing.{run.source}" == name and run.paths]
        if landed and all(run.read_to is None for run in landed):
            self._name_landed(name, landed, types)
        else:
            path = self.scratch.path(f"read.{name}", self._fingerprint(name))
            if not self.scratch.is_complete(path):
                self._export(name, types, path)
            self.session.name(self.view_name(name), [address_of(path)], schema(types))
        self._named.add(name)

    def _export(self, name: str, types: Mapping[str, str], path: Path) -> None:
        """Write what DuckDB has of a relation as Parquet, for Spark to read."""
        try:
            path.mkdir(parents=True)
            file = literal(str(path / "part-00000.parquet"))
            self.db.execute(f"copy (select {exported(types)} from {name}) to {file} (format parquet)")
            (path / COMPLETE).touch()
        except (duckdb.Error, OSError) as error:
            if NO_ROOM in str(error):
                raise BuildFailed(f"{NO_ROOM} in {path.parent}") from error
            raise

    def _name_landed(self, name: str, landed: list[Snapshot], types: Mapping[str, str]) -> None:
        """Let Spark read landed files as they are; the folder of each names the snapshot of its rows."""
        columns = {column: kind for column, kind in types.items() if column != "snapshot_id"}
        paths = [address_of(path.resolve()) for run in landed for path in run.paths]
        self.session.name(self.view_name(name), paths, schema(columns), "snapshot_id")

    def _fingerprint(self, name: str) -> str:
        fingerprint = self.now.get(name)
        return fingerprint.of_inputs if fingerprint else of_text(self.inputs.get(name, ""))

    def _columns(self, select: str) -> dict[str, str]:
        return {row[0]: row[1] for row in self.db.execute(f"describe {select}").fetchall()}

    def _columns_of_part(self, select: str) -> dict[str, str]:
        try:
            return self._columns(select)
        except duckdb.Error as error:
            raise ValueError(" ".join(str(error).split())[:200]) from error

    def drop_unread(self, remaining: Iterable[Relation]) -> None:
        """Nothing to drop yet: DuckDB may have to make, from any of them, what Spark is still asked for."""

    def detach(self) -> None:
        """Wait for what Spark still makes, drop what only the build needs, and let go of the cluster."""
        try:
            self.wait()
            for name in self._scratch_relations:
                self.db.execute(f"drop view {name}")
                self.db.execute(f"drop table if exists work.{name}")
        finally:
            self._writers.shutdown(wait=False, cancel_futures=True)
            self.session.close()


def exceptions(sql: Path) -> set[str]:
    """Return the relations that DuckDB makes in a build on Spark."""
    with (sql / EXCEPTIONS).open(encoding="utf-8", newline="") as file:
        return {row["relation"] for row in csv.DictReader(file)}
