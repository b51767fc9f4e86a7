"""What the file of a new generation begins with: a copy of the one before, of which the build replaces what changed, or
nothing.

A copy is made block by block, and what stays is neither read nor written again. What is replaced leaves room, which
DuckDB gives to what is written next. Where a quarter of the file before is such room, or its rules were others, the new
one begins empty, and tables that are taken over are written into it row by row.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ... import checksums
from ...plan.fingerprints import Fingerprint
from ...plan.relations import LAYERS
from .landed import literal

STORAGE_VERSION = "v1.5.0"  # the oldest DuckDB that reads our files
MAX_FREE = 0.25
"""Share of a file that is room and nothing else, above which a new one begins empty."""
LARGE = 2_000
"""Rows of a table from which on its room is given back at once."""
SMALL_FILE = 4 << 20
"""Bytes up to which a file may be room for the most part: DuckDB's blocks are of 256 kB."""


@dataclass
class Beginning:
    """What a build finds of the generation before."""

    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)
    """Those of the generation before, where it can be taken over from."""
    standing: set[str] = field(default_factory=set)
    """Relations that are in the new file from the beginning, as the generation before has them."""
    is_attached: bool = False
    """Whether the generation before is attached as `previous`, to be read row by row."""
    notice: str = ""
    """Why nothing is taken over, where there is a generation before this one."""


def begin(db: duckdb.DuckDBPyConnection, file: Path, previous: Path | None, *, is_copied: bool) -> Beginning:
    """Attach the file of a new generation as `warehouse`, and use it.

    `previous`: the generation to take over from, None for none. `is_copied`: whether the file may begin as a copy of
    it, which must have been built by the same SQL and the same DuckDB as this one will be.
    """
    beginning = _of(previous)
    if previous is not None and beginning.fingerprints:
        try:
            db.execute(f"attach {literal(str(previous))} as previous (read_only)")
            beginning.is_attached = True
            if is_copied and not _has_too_much_room(db):
                db.execute("detach previous")
                beginning.is_attached = False
                shutil.copyfile(previous, file)
        except (duckdb.Error, OSError) as error:
            beginning.fingerprints = {}
            beginning.notice = f"the generation before it cannot be read ({' '.join(str(error).split())[:200]})"
            file.unlink(missing_ok=True)
    has_content = file.exists()
    db.execute(f"attach {literal(str(file))} as warehouse (storage_version '{STORAGE_VERSION}')")
    db.execute("attach ':memory:' as work")
    db.execute("use warehouse")
    for layer in LAYERS:
        db.execute(f"create schema if not exists warehouse.{layer}")
        db.execute(f"create schema work.{layer}")
    if has_content:
        beginning.standing = _standing(db)
    return beginning


def clear(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """Remove a relation of the new file, so that what is written next finds its room."""
    layer, _, table = name.partition(".")
    rows = db.execute(
        """
        select 'view', 0
        from duckdb_views()
        where database_name = 'warehouse' and schema_name = $layer and view_name = $table
        union all
        select 'table', estimated_size
        from duckdb_tables()
        where database_name = 'warehouse' and schema_name = $layer and table_name = $table
        """,
        {"layer": layer, "table": table},
    ).fetchall()
    for kind, size in rows:
        db.execute(f"drop {kind} warehouse.{name}")
        if size >= LARGE:
            db.execute("checkpoint warehouse")


def _of(previous: Path | None) -> Beginning:
    if previous is None or not previous.exists():
        return Beginning()
    record = checksums.build_record(previous)
    if record is None or not record.fingerprints:
        return Beginning(notice="the generation before it does not say what it was made from")
    if reason := checksums.damage(previous):
        return Beginning(notice=f"the generation before it {reason}")
    return Beginning(record.fingerprints)


def _has_too_much_room(db: duckdb.DuckDBPyConnection) -> bool:
    ((free, total, block),) = db.execute(
        "select free_blocks, total_blocks, block_size from pragma_database_size() where database_name = 'previous'"
    ).fetchall()
    return bool(total * block > SMALL_FILE and free > MAX_FREE * total)


def _standing(db: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the relations in the new file; its macros are removed, for each build stores its own."""
    macros = db.execute(
        """
        select distinct function_type, schema_name || '.' || function_name
        from duckdb_functions()
        where database_name = 'warehouse' and not internal
        """
    ).fetchall()
    for kind, name in macros:
        db.execute(f"drop {'macro table' if kind == 'table_macro' else 'macro'} warehouse.{name}")
    rows = db.execute(
        """
        select schema_name || '.' || table_name
        from duckdb_tables()
        where database_name = 'warehouse'
        union all
        select schema_name || '.' || view_name
        from duckdb_views()
        where database_name = 'warehouse' and not internal
        """
    ).fetchall()
    return {name for (name,) in rows}
