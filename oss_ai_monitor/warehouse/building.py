"""Build a generation from landed snapshots, check it, and point the stable name at it."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock

from . import checksums, disputes, left_out, macros
from .catalog import PINNED_FOLDER, left_out_of
from .checksums import NAME, connect
from .comments import column_comments
from .engines.contract import Making, Spark
from .engines.duckdb import numbering
from .engines.duckdb.beginning import STORAGE_VERSION, begin
from .engines.duckdb.creating import check
from .engines.duckdb.decided import FILE as DECIDED
from .engines.duckdb.decided import Decided
from .engines.duckdb.landed import Keys, Snapshot, create_landing, literal
from .engines.duckdb.taking_over import TakingOver
from .identity import rule_version
from .plan.relations import Relation, relations, sql_folder

log = logging.getLogger("oss_ai_monitor")


@contextlib.contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Let only one build of a folder run at a time, so that a slow old one never replaces a newer one.

    Select the snapshots inside the block. Files of killed builds are removed; the lock ends with its process.
    """
    generations = folder / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    with FileLock(generations / ".lock"):
        for leftover in generations.glob(".*.building*"):
            leftover.unlink()
        for leftover in generations.glob(".building-*"):
            shutil.rmtree(leftover)
        for leftover in folder.glob(f".{NAME}.*"):
            leftover.unlink()
        for leftover in generations.glob("*.json"):
            if not leftover.with_suffix(".duckdb").exists():
                leftover.unlink()
        yield


def build(
    folder: Path,
    snapshots: Iterable[Snapshot],
    *,
    sql: Path | None = None,
    memory_limit: str = "3GB",
    progress: Callable[[str], None] = lambda _: None,
    is_pinned: bool = False,
    keys: Keys | None = None,
    is_full: bool = False,
    spark: Spark | None = None,
    begins_as_copy: bool = True,
) -> Path:
    """Build one generation from landed snapshots, verify its grains, run the checks, then swap it in.

    What has not changed since the served generation is taken over, unless `is_full`.
    `progress` is told the name of each relation, and of one with many days how far it has come, after a space.
    `keys` are the numbers that stand for ids, and get those of new ids; without them a build numbers anew,
    and takes nothing over.
    With `spark` a cluster makes the tables, and nothing is taken over.
    Without `begins_as_copy` no byte of the file before is in the new one: for files that are passed on, since what
    was replaced in a copy can still be read in its blocks until something else is written there.
    With `is_pinned` the served generation stays; the new one is kept for links that pin it until its file is removed.
    Returns the generation's file. Raises BuildFailed or CheckFailed; then the previous generation still serves.
    """
    sql, snapshots = sql or sql_folder(), list(snapshots)
    generations = folder / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target, unfinished = (
        (generations / PINNED_FOLDER if is_pinned else generations) / f"{stamp}.duckdb",
        generations / f".{stamp}.building",
    )
    try:
        record = checksums.BuildRecord()
        with _build_connection(generations, memory_limit) as (db, scratch):
            ordered = relations(sql)
            shapes = [relation for relation in ordered if relation.layer == "landing"]
            to_create = [relation for relation in ordered if relation.layer != "landing"]
            key_runs, names = list(keys.runs) if keys else [], left_out.entries(folder, sql)
            previous = None if is_full or spark or not keys else checksums.served(folder)
            decided = None
            if keys and not is_pinned and not spark:
                rules = repr([rule_version(sql), left_out.list_version(names), duckdb.__version__, STORAGE_VERSION])
                run_ids = [run.snapshot_id for run in key_runs]
                file = generations / DECIDED
                decided = Decided(db, file, to_create, rules, run_ids, is_full=is_full, progress=progress)
            is_of_previous = decided is not None and previous is not None and decided.generation == previous.name
            beginning = begin(db, unfinished, previous, is_copied=begins_as_copy and is_of_previous)
            if decided:
                decided.begin(beginning.standing)
            inputs = create_landing(db, sql, shapes, snapshots, key_runs, names)
            making: Making
            if spark:
                making = spark.begin(db, inputs, [*snapshots, *key_runs], sql)
            else:
                making = TakingOver(db, to_create, inputs, beginning, decided, is_recorded=keys is not None)
            for number, relation in enumerate(to_create, 1):
                progress(relation.qualified)
                making.make(relation)
                record.scratch_bytes = max(record.scratch_bytes, _size(scratch))
                making.drop_unread(to_create[number:])
            making.detach()
            record.fingerprints = making.now if keys and not spark else {}
            record.taken_over = len(making.taken_over)
            record.notice, record.engine = making.notice, making.engine
            check(db, sql)
            record.disputes = disputes.count(db)
            record.disputes_before = disputes.count_before(db, checksums.served(folder) or folder / NAME)
            macros.store(db, sql)
            numbering.collect(db)
            _finish(db, ordered)
            target.parent.mkdir(exist_ok=True)
            checksums.sync(unfinished)
            checksums.write(unfinished, checksums.path_of(target), None if is_pinned else before(folder), record)
            if keys:  # once the generation is on the disk, and before anybody sees it
                numbering.land(db, keys)
            if decided:
                decided.finish(target.name)
                decided.detach()
        unfinished.rename(target)
        if spark:
            spark.finish()
        checksums.sync(target.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        checksums.path_of(target).unlink(missing_ok=True)
        unfinished.with_name(unfinished.name + ".wal").unlink(missing_ok=True)
        raise
    if not is_pinned:
        swap(folder, target)
    return target


def swap(folder: Path, generation: Path) -> None:
    """Point the stable name at a generation by one rename, and delete generations that nobody reads.

    The last undamaged one before it stays as a fallback, in case the new file is damaged on the disk, unless it was
    built with another list of names to leave out.
    """
    stable, link = folder / NAME, folder / f".{NAME}.{os.getpid()}"
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(generation.relative_to(folder))
    except OSError:  # no right to create symlinks (Windows): use a hard link
        os.link(generation, link)
    if stable.is_dir() and not stable.is_symlink():
        _move_aside(stable)
    link.replace(stable)
    checksums.sync(folder)
    sound = (path for path in checksums.predecessors(generation) if not checksums.damage(path))
    fallback = next((path for path in sound if left_out_of(path) == left_out_of(generation)), None)
    for old in checksums.generations(folder):
        if old not in (generation, fallback):
            _remove_unread(old)


def remove_other_names(folder: Path) -> None:
    """Delete generations with another list of names to leave out than the served one, unless somebody reads them.

    One that was read when it was replaced would else stay until the next one is swapped in. Call it under the lock of
    builds.
    """
    served = checksums.served(folder)
    if not served or not served.exists():
        return
    for old in checksums.generations(folder):
        if old != served and left_out_of(old) != left_out_of(served):
            _remove_unread(old)


def _remove_unread(generation: Path) -> None:
    if not _is_read(generation):
        generation.unlink(missing_ok=True)
        checksums.path_of(generation).unlink(missing_ok=True)


def before(folder: Path) -> list[str]:
    """Return the names of the generations that a new one follows: the one that serves now, and those before it."""
    served = checksums.served(folder)
    before = [served, *checksums.predecessors(served)] if served else checksums.generations(folder)
    return [path.name for path in before if path.exists()]


def _move_aside(stable: Path) -> None:
    """Make room for the stable name, where a folder has it: an empty one goes, any other gets another name."""
    try:
        stable.rmdir()
    except OSError:
        number = next(
            number for number in itertools.count(1) if not stable.with_name(f"{NAME}.aside-{number}").exists()
        )
        aside = stable.rename(stable.with_name(f"{NAME}.aside-{number}"))
        log.warning("%s was a folder, and is %s now: a file has that name", stable, aside.name)


@contextlib.contextmanager
def _build_connection(generations: Path, memory_limit: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Connect to a database in memory, for the new file and for scratch tables, which may spill.

    Yields the connection and the folder that it spills to.

    Scratch tables in the file itself would leave empty space in it.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".building-", dir=generations) as scratch,
        connect(Path(":memory:"), read_only=False) as db,
    ):
        db.execute("set memory_limit = $limit", {"limit": memory_limit})
        db.execute("set temp_directory = $folder", {"folder": f"{scratch}/spill"})
        db.execute("set parquet_metadata_cache = true")  # many relations read the files of all days
        yield db, Path(scratch)


def _finish(db: duckdb.DuckDBPyConnection, ordered: list[Relation]) -> None:
    """Drop everything but core and marts, and set those comments of relations and columns that are not there yet, from
    the SQL."""
    db.execute("begin")  # one write to the disk instead of one per comment
    comments, present = column_comments(ordered), _present_comments(db)
    statements = []
    for relation in ordered:
        if relation.is_shipped:
            name = relation.qualified
            comment = f"{relation.comment} Grain: {relation.grain}."
            if present.get((name, "")) != comment:
                statements.append(f"comment on {relation.kind} {name} is {literal(comment)}")
            for column, text in comments[name].items():
                if present.get((name, column)) != text:
                    statements.append(f"comment on column {name}.{column} is {literal(text)}")
    if statements:
        db.execute(";\n".join(statements))
    for layer in ("landing", "seeds", "staging"):
        db.execute(f"drop schema {layer} cascade")
    db.execute("commit")
    db.execute("use memory")
    db.execute("detach warehouse")


def _present_comments(db: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Return the comments that the new file has, by relation and column, "" for the relation itself."""
    rows = db.execute(
        """
        select schema_name || '.' || table_name, column_name, comment
        from duckdb_columns()
        where database_name = 'warehouse' and comment is not null
        union all
        select schema_name || '.' || table_name, '', comment
        from duckdb_tables()
        where database_name = 'warehouse' and comment is not null
        union all
        select schema_name || '.' || view_name, '', comment
        from duckdb_views()
        where database_name = 'warehouse' and comment is not null
        """
    ).fetchall()
    return {(name, column): comment for name, column, comment in rows}


def _size(folder: Path) -> int:
    """Return the bytes of the files in a folder; DuckDB may remove some meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _is_read(path: Path) -> bool:
    """Whether any process, this one included, has a generation open: then it cannot be opened for writing."""
    try:
        duckdb.connect(str(path)).close()
    except duckdb.Error as error:
        return not checksums.damage(path, error)
    return False
