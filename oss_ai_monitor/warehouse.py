"""The warehouse: built from sql/ into generations, checked, swapped; then read by named queries.

Knows DuckDB and the files under sql/, and nothing of where landed files come from or who asks.
"""

from __future__ import annotations

import contextlib
import functools
import graphlib
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pandas as pd

NAME = "oss_ai_monitor.duckdb"
GRAIN = "-- grain: "
LAYERS = ("landing", "seeds", "staging", "core", "marts")
SCRATCH = "-- scratch"  # a relation that only the build needs
STORED = "-- stored"  # a mart that is a table, since as a view it is too slow
COMPATIBLE = "v1.5.0"  # the oldest DuckDB that reads our files
_COLUMN_COMMENT = re.compile(r"(\w+),?[ \t]*/\*\s*(.*?)\s*\*/", re.DOTALL)


class WarehouseError(Exception):
    """Anything that the warehouse refuses, in words for a reader."""


class BuildFailed(WarehouseError):
    """A relation could not be made; the generation before it still serves."""


class CheckFailed(BuildFailed):
    """Rows exist that must not: the message holds up to five of them."""


class NoWarehouse(WarehouseError):
    """There is nothing to open yet; the message says what to run."""


class Snapshot(Protocol):
    """What a build must know of a landed snapshot."""

    @property
    def source(self) -> str: ...
    @property
    def snapshot_id(self) -> str: ...
    @property
    def paths(self) -> list[Path]: ...
    @property
    def as_of(self) -> datetime: ...
    @property
    def as_of_rule(self) -> str: ...
    @property
    def finished(self) -> datetime: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> int: ...
    @property
    def polarity(self) -> dict[str, str] | None: ...
    @property
    def left_out(self) -> dict[str, int]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def is_simulated(self) -> bool: ...
    @property
    def seed(self) -> int | None: ...
    @property
    def tool_version(self) -> str: ...


@dataclass(frozen=True)
class Relation:
    """One file under sql/: its relation, its grain, its select and what its header says."""

    layer: str
    name: str
    path: Path
    select: str

    @property
    def qualified(self) -> str:
        return f"{self.layer}.{self.name}"

    @property
    def header(self) -> list[str]:
        return [line for line in self.select.splitlines() if line.startswith("--")]

    @property
    def grain(self) -> str:
        if not self.select.startswith(GRAIN):
            raise BuildFailed(f"{self.path}: the first line must declare the grain: '{GRAIN}<columns>'")
        return self.select.partition("\n")[0].removeprefix(GRAIN)

    @property
    def is_scratch(self) -> bool:
        return any(line.startswith(SCRATCH) for line in self.header)

    @property
    def is_shipped(self) -> bool:
        return self.layer in ("core", "marts") and not self.is_scratch

    @property
    def kind(self) -> str:
        if self.layer == "core" or (self.layer == "marts" and any(line.startswith(STORED) for line in self.header)):
            return "table"
        return "view"

    @property
    def comment(self) -> str:
        told = [line for line in self.header if not line.startswith((GRAIN, SCRATCH, STORED))]
        return " ".join(line.removeprefix("--").strip() for line in told)

    def column_comments(self) -> dict[str, str]:
        return {name: " ".join(text.split()) for name, text in _COLUMN_COMMENT.findall(self.select)}


def sql_folder() -> Path:
    """The SQL beside the package in a checkout, inside it in an installed wheel."""
    inside = Path(__file__).parent / "sql"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "sql"


def relations(sql: Path) -> list[Relation]:
    """Every relation under sql/<n>_<layer>/, in the order in which they can be made.

    Raises BuildFailed for a cycle, an unknown name or a relation that reads a later layer.
    """
    found = {}
    for folder in sorted(sql.glob("[0-9]_*")):
        for path in sorted(folder.glob("*.sql")):
            relation = Relation(folder.name.partition("_")[2], path.stem, path, path.read_text(encoding="utf-8"))
            found[relation.qualified] = relation
    seeds = {f"seeds.{path.stem}" for path in (sql / "seeds").glob("*.csv")}
    graph: dict[str, set[str]] = {}
    with duckdb.connect() as parser:
        for name, relation in found.items():
            read = tables(parser, relation.path)
            for other in read:
                layer = other.partition(".")[0]
                known = other in found or other in seeds or other == "landing.snapshots"
                if not known or LAYERS.index(layer) > LAYERS.index(relation.layer):
                    raise BuildFailed(f"{relation.path}: reads {other}, which no earlier layer makes")
            graph[name] = read & found.keys()
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise BuildFailed(f"sql/: these relations read each other in a circle: {' → '.join(error.args[1])}") from error
    return sorted((found[name] for name in order), key=lambda relation: LAYERS.index(relation.layer))


def tables(parser: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    """The qualified names that DuckDB's parser finds in the select of a file."""
    row = parser.execute("select json_serialize_sql($select::varchar)", {"select": _read(path)}).fetchall()[0]
    tree = json.loads(row[0])
    if tree["error"]:
        raise BuildFailed(f"{path}: {tree['error_message']}")
    found: set[str] = set()
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes.extend(node)
        elif isinstance(node, dict):
            if node.get("type") == "BASE_TABLE" and node["schema_name"] not in ("", "recurring"):
                found.add(f"{node['schema_name']}.{node['table_name']}")
            nodes.extend(node.values())
    return found


def build(
    folder: Path,
    snapshots: Iterable[Snapshot],
    *,
    sql: Path | None = None,
    memory_limit: str = "3GB",
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Build one generation from landed snapshots, hold it to grains and checks, then swap it in.

    Returns the generation's file. Raises BuildFailed or CheckFailed; what served before then still serves.
    """
    sql = sql or sql_folder()
    generations = folder / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target, made = generations / f"{stamp}.duckdb", generations / f".{stamp}.building"
    try:
        with _workshop(made, memory_limit) as db:
            found = relations(sql)
            _land(db, sql, [relation for relation in found if relation.layer == "landing"], list(snapshots))
            made_here = [relation for relation in found if relation.layer != "landing"]
            for relation in made_here:
                progress(relation.qualified)
                create(db, relation)
            check(db, sql)
            _ship(db, made, [relation for relation in made_here if relation.is_shipped])
        _sync(made)
        made.rename(target)
    except BaseException:
        made.unlink(missing_ok=True)
        made.with_name(made.name + ".wal").unlink(missing_ok=True)
        raise
    swap(folder, target)
    return target


def create(db: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Create one relation and hold it to the grain that its first line declares."""
    keys = relation.grain
    try:
        db.execute(f"create {relation.kind} {relation.qualified} as\n{relation.select}")
        if relation.layer == "staging":
            return  # a view of what was landed: duplicates are what core is there to fold
        twice = f"select {keys} from {relation.qualified} group by {keys} having count(*) > 1"
        offenders = db.execute(twice).fetchmany(5)
    except duckdb.Error as error:
        raise BuildFailed(f"{relation.path}: {error}") from error
    if offenders:
        raise CheckFailed(f"{relation.qualified}: more than one row per {keys}: {offenders}")


def check(db: duckdb.DuckDBPyConnection, sql: Path) -> None:
    """Run every sql/checks/<sentence>.sql; each selects rows that must not exist."""
    for path in sorted((sql / "checks").glob("*.sql")):
        try:
            offenders = db.execute(path.read_text(encoding="utf-8")).fetchmany(5)
        except duckdb.Error as error:
            raise BuildFailed(f"{path}: {error}") from error
        if offenders:
            raise CheckFailed(f"not true that {path.stem.replace('_', ' ')}: {offenders}")


def swap(folder: Path, generation: Path) -> None:
    """Point the stable name at a generation by one rename, and drop generations that nobody reads."""
    stable, beside = folder / NAME, folder / f".{NAME}.{os.getpid()}"
    beside.unlink(missing_ok=True)
    try:
        beside.symlink_to(generation.relative_to(folder))
    except OSError:  # no right to make links (Windows): a second name of the same file does
        os.link(generation, beside)
    beside.replace(stable)
    for old in sorted((folder / "generations").glob("*.duckdb")):
        if old != generation and not _is_read(old):
            old.unlink(missing_ok=True)


class Warehouse:
    """One generation, opened read-only; safe to share between threads, each query has its own cursor."""

    def __init__(self, path: Path, sql: Path | None = None) -> None:
        self.path = path
        self.sql = sql or sql_folder()
        self._db = connect(path, read_only=True)
        self.generation = path.stem
        self.is_simulated = bool(self._db.execute("select bool_or(is_simulated) from core.snapshots").fetchall()[0][0])

    @classmethod
    def open(cls, folder: Path, sql: Path | None = None) -> Warehouse:
        """Open the generation that the stable name points at. Raises NoWarehouse where there is none."""
        return cls(current(folder), sql)

    def query(self, name: str, parameters: Mapping[str, Any] | None = None, /, **own: Any) -> pd.DataFrame:
        """Run sql/queries/<name>.sql with bound parameters; returns its rows.

        `parameters` are those that all perspectives share: what a query does not name of them is not bound.
        Everything in `own` must be used by the query, else DuckDB refuses it.
        """
        select = _read(self.sql / "queries" / f"{name}.sql")
        used = _named(select)
        bound = {key: value for key, value in (parameters or {}).items() if key in used} | own
        return self._db.cursor().execute(select, bound).df()

    def sql_frame(self, select: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The rows of one select of the caller's own."""
        return self._db.cursor().execute(select, dict(parameters or {})).df()

    def close(self) -> None:
        self._db.close()


def current(folder: Path) -> Path:
    """The file behind the stable name. Raises NoWarehouse, saying what to run."""
    stable = folder / NAME
    if not stable.exists():
        raise NoWarehouse(
            f"{stable} is not there: run 'oss-ai-monitor refresh' (with a network), or 'oss-ai-monitor ingest "
            "simulated' and 'oss-ai-monitor build', or choose the folder with --warehouse or OSS_AI_MONITOR_WAREHOUSE"
        )
    return stable.resolve()


@functools.cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def _named(select: str) -> frozenset[str]:
    with duckdb.connect() as parser:
        return frozenset(parser.extract_statements(select)[0].named_parameters)


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    db = duckdb.connect(str(path), read_only=read_only, config=config)  # type: ignore[arg-type]
    db.execute("set timezone = 'UTC'")
    return db


@contextlib.contextmanager
def _workshop(made: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database to work in, beside the one that is made; it goes when the work is done."""
    with (
        tempfile.TemporaryDirectory(prefix=".building-", dir=made.parent) as scratch,
        connect(Path(":memory:"), read_only=False) as db,
    ):
        db.execute("set memory_limit = $limit", {"limit": memory_limit})
        db.execute("set temp_directory = $folder", {"folder": f"{scratch}/spill"})
        db.execute(f"attach {_literal(f'{scratch}/work.duckdb')} as work")
        db.execute("use work")
        for layer in LAYERS:
            db.execute(f"create schema {layer}")
        yield db


def _ship(db: duckdb.DuckDBPyConnection, made: Path, shipped: list[Relation]) -> None:
    """Copy what people read into a file of its own, readable by older clients, with the comments of the SQL.

    A file that had scratch tables in it would keep their room for ever.
    """
    db.execute(f"attach {_literal(str(made))} as warehouse (storage_version '{COMPATIBLE}')")
    for layer in ("core", "marts"):
        db.execute(f"create schema warehouse.{layer}")
    db.execute("use warehouse")
    db.execute("begin")  # one write to the disk instead of one per comment
    for relation in shipped:
        source = f"from work.{relation.qualified}" if relation.kind == "table" else relation.select
        db.execute(f"create {relation.kind} {relation.qualified} as\n{source}")
        about = _literal(f"{relation.comment} Grain: {relation.grain}.")
        db.execute(f"comment on {relation.kind} {relation.qualified} is {about}")
        for column, text in relation.column_comments().items():
            db.execute(f"comment on column {relation.qualified}.{column} is {_literal(text)}")
    db.execute("commit")
    db.execute("use memory")
    db.execute("detach warehouse")


def _land(db: duckdb.DuckDBPyConnection, sql: Path, shapes: list[Relation], snapshots: list[Snapshot]) -> None:
    """Make landing.<source> over the parts of its snapshot, landing.snapshots, and the seeds."""
    by_source = {snapshot.source: snapshot for snapshot in snapshots}
    for relation in shapes:
        snapshot = by_source.get(relation.name)
        parts = [str(path) for path in snapshot.paths] if snapshot else []
        landed = f"select *, null::varchar as snapshot_id from ({relation.select})"
        if snapshot and parts:
            paths = ", ".join("'" + part.replace("'", "''") + "'" for part in parts)
            landed += (
                f"\nunion all by name\nselect *, '{snapshot.snapshot_id}' as snapshot_id from read_parquet([{paths}])"
            )
        db.execute(f"create view {relation.qualified} as\n{landed}")
    _snapshots(db, snapshots)
    for path in sorted((sql / "seeds").glob("*.csv")):
        read = f"read_csv({_literal(str(path))}, header = true, all_varchar = true, delim = ',', quote = '\"')"
        db.execute(f"create table seeds.{path.stem} as from {read}")


def _snapshots(db: duckdb.DuckDBPyConnection, snapshots: list[Snapshot]) -> None:
    db.execute(
        "create table landing.snapshots (source varchar, snapshot_id varchar, as_of timestamp, as_of_rule varchar,"
        " fetched_at timestamp, revision varchar, address varchar, rows bigint, polarity varchar, left_out json,"
        " notes varchar[], is_simulated boolean, seed bigint, tool_version varchar)"
    )
    for snapshot in snapshots:
        polarity = snapshot.polarity and ", ".join(f"{flag} {how}" for flag, how in snapshot.polarity.items())
        row = [
            snapshot.source,
            snapshot.snapshot_id,
            snapshot.as_of.replace(tzinfo=None),
            snapshot.as_of_rule,
            snapshot.finished.replace(tzinfo=None),
            snapshot.revision,
            ", ".join(snapshot.addresses),
            snapshot.rows,
            polarity,
            json.dumps(snapshot.left_out),
            list(snapshot.notes),
            snapshot.is_simulated,
            snapshot.seed,
            snapshot.tool_version,
        ]
        db.execute(f"insert into landing.snapshots values ({', '.join('?' * len(row))})", row)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _is_read(path: Path) -> bool:
    """Whether any process, this one included, holds a generation open: then it cannot be opened for writing."""
    try:
        duckdb.connect(str(path)).close()
    except duckdb.Error:
        return True
    return False


def watch(folder: Path, every: float = 5.0) -> Callable[[], Path]:
    """A cheap `current(folder)` that looks at the disk at most once in `every` seconds."""
    seen: list[Any] = [0.0, None]

    def latest() -> Path:
        if seen[1] is None or time.monotonic() - seen[0] > every:
            seen[:] = [time.monotonic(), current(folder)]
        return seen[1]

    return latest
