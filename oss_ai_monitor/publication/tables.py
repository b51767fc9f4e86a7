"""The files of a publication that hold data: a copy of the generation, which says so, and its tables as Parquet."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..plurals import counted
from ..warehouse import connect, mark_published
from .manifest import File, Kind, PublicationError

TABLES = "tables"
PART_ROWS = 1_000_000
"""Rows from which on a table is divided into files."""
ROW_GROUP = 122_880
CHUNK = 1 << 20
SCHEMAS = ("core", "marts")


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    kind: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A published table: its relation, what one row is, its columns and its files."""

    relation: str
    comment: str
    rows: int
    columns: tuple[Column, ...]
    files: tuple[File, ...]

    @property
    def pattern(self) -> str:
        """A pattern that all its files match, and no others."""
        return f"{self.files[0].path.rpartition('/')[0]}/*.parquet"


def copy_generation(generation: Path, target: Path, notice: dict[str, object]) -> None:
    """Copy a generation, and write into the copy that it is a published one and what is not in it."""
    temporary = target.with_name(f".{target.name}")
    shutil.copyfile(generation, temporary)
    temporary.chmod(0o644)
    mark_published(temporary, json.dumps(notice, ensure_ascii=False))
    temporary.replace(target)


def export(generation: Path, folder: Path, about: dict[str, str]) -> list[Table]:
    """Write each relation of core and marts as Parquet below `folder`; `about` goes into each file."""
    with connect(generation, read_only=True) as db:
        comments = dict(_comments(db))
        columns: dict[str, list[Column]] = {}
        for relation, name, kind, comment in db.execute(
            """
            select schema_name || '.' || table_name, column_name, data_type, coalesce(comment, '')
            from duckdb_columns()
            where not internal and schema_name in ('core', 'marts') order by 1, column_index
            """
        ).fetchall():
            columns.setdefault(relation, []).append(Column(name, kind, comment))
        return [_export(db, folder, name, comments.get(name, ""), columns[name], about) for name in sorted(columns)]


def _comments(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return db.execute(
        """
        select schema_name || '.' || table_name, coalesce(comment, '') from duckdb_tables() where not internal
        union all
        select schema_name || '.' || view_name, coalesce(comment, '') from duckdb_views() where not internal
        """
    ).fetchall()


def _export(
    db: duckdb.DuckDBPyConnection,
    root: Path,
    relation: str,
    comment: str,
    columns: Sequence[Column],
    about: dict[str, str],
) -> Table:
    """Write one relation, in one file or in several ones of about a million rows."""
    folder = root / TABLES / relation.replace(".", "/")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = int(db.execute(f"select count(*) from {relation}").fetchall()[0][0])
    texts = about | {"relation": relation, "comment": comment}
    metadata = ", ".join(f"{name}: {_literal(text)}" for name, text in texts.items())
    options = f"format parquet, compression zstd, row_group_size {ROW_GROUP}, kv_metadata {{{metadata}}}"
    if rows > PART_ROWS:
        options += f", row_groups_per_file {PART_ROWS // ROW_GROUP}, overwrite true"
        target = folder
    else:
        target = folder / "part-0.parquet"
    db.execute(f"copy (from {relation}) to {_literal(str(target))} ({options})")
    written = sorted(folder.glob("*.parquet"), key=lambda path: (len(path.name), path.name))
    files = []
    for number, path in enumerate(written):
        named = folder / f"part-{number:05}.parquet"
        path.rename(named)
        count = db.execute(
            "select coalesce(sum(num_rows), 0)::bigint from parquet_file_metadata($path)", {"path": str(named)}
        ).fetchall()[0][0]
        files.append(file_of(root, named, "table", relation, int(count)))
    if sum(file.rows for file in files) != rows:
        raise PublicationError(
            f"{relation} has {counted(rows, 'row')}, and its files hold another number: publish again"
        )
    return Table(relation, comment, rows, tuple(columns), tuple(files))


def file_of(root: Path, path: Path, kind: Kind, relation: str = "", rows: int = 0) -> File:
    """Return what the manifest says of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return File(path.relative_to(root).as_posix(), kind, path.stat().st_size, digest.hexdigest(), relation, rows)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
