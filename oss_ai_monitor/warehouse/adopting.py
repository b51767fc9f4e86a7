"""Take over a generation that was built elsewhere: only one that has what a build of ours has, and nothing else."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from . import checksums
from .building import before, build, swap
from .checksums import connect, require_shape
from .errors import Damaged, WarehouseError
from .identity import rule_version
from .plan.relations import sql_folder, version
from .published import MARK
from .reading import Warehouse

Entry = tuple[str, ...]
_TEXT = re.compile(r"'(?:[^']|'')*'")
"""A text, which is all that the mark of a publication may be: as a macro it could do anything."""
_DEFINITIONS = """
select 'view' as kind, schema_name || '.' || view_name as name, '' as part, '' as declared, sql as text
from duckdb_views() where not internal
union all
select function_type, schema_name || '.' || function_name, '', parameters::varchar, macro_definition
from duckdb_functions() where not internal
union all
select 'sequence', schema_name || '.' || sequence_name, '', '', '' from duckdb_sequences()
union all
select 'type', schema_name || '.' || type_name, '', '', '' from duckdb_types() where not internal
union all
select 'index', schema_name || '.' || index_name, '', '', '' from duckdb_indexes()
order by all
"""
_COLUMNS = """
select 'column' as kind, schema_name || '.' || table_name as name, column_name as part, data_type as declared,
    column_default as text
from duckdb_columns() where not internal order by all
"""


@dataclass(frozen=True)
class Catalogue:
    """What a generation has beside its rows.

    DuckDB runs the SQL of a view and of a macro where it is asked, so that in a foreign file it could read files of
    this machine, or never end.
    """

    definitions: list[Entry]
    columns: list[Entry]


_catalogues: dict[str, Catalogue] = {}
"""What this process has built to compare with, by the version of the SQL."""


def adopt(folder: Path, file: Path, origin: str, publication_id: str, snapshot_id: str, rules: str) -> Path:
    """Make a file that was received from `origin`, in the folder generations, the one that serves.

    Call it under the lock of builds. Raises a WarehouseError where the file is no generation, another one than it
    should be, one that another version built, or one that holds anything else than a build of this version.
    """
    expected = _expected(sql_folder(), file.parent)
    try:
        _require_ours(file, snapshot_id, rules, expected)
        _require_mark(file, publication_id)
    except (WarehouseError, OSError):
        raise
    except Exception as error:  # whatever a foreign file brings about, it is not taken over
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise Damaged(file, f"is no warehouse ({reason})") from error
    target = file.parent / f"{datetime.now(UTC).strftime('%Y%m%dT%H%M%S.%fZ')}.duckdb"
    checksums.sync(file)
    checksums.write(file, checksums.path_of(target), before(folder), origin=origin)
    file.rename(target)
    checksums.sync(target.parent)
    swap(folder, target)
    return target


def adopted(folder: Path, origin: str, sha256: str) -> Path | None:
    """Return the generation that serves, if it is the file with this checksum, from there, and undamaged; else None."""
    served = checksums.served(folder)
    checksum = checksums.checksum_of(served) if served else None
    is_it = checksum is not None and (checksum.origin, checksum.sha256) == (origin, sha256)
    return served if served and is_it and not checksums.damage(served) else None


def _require_ours(file: Path, snapshot_id: str, rules: str, expected: Catalogue) -> None:
    """Compare what would run before anything of it does."""
    with connect(file, read_only=True) as db:
        definitions = _entries(db, _DEFINITIONS)
        marks = [entry for entry in definitions if entry[:2] == ("macro", f"main.{MARK}")]
        if len(marks) != 1 or marks[0][3] != "[]" or not _TEXT.fullmatch(marks[0][4]):
            raise Damaged(file, "does not say what it is")
        definitions.remove(marks[0])
        _require_same(file, definitions, expected.definitions)
        _require_same(file, _entries(db, _COLUMNS), expected.columns)
        require_shape(db, file)
        rows = db.execute("select snapshot_id, rule_version from core.builds").fetchall()
        if rows != [(snapshot_id, rules)]:
            raise Damaged(file, f"is not the generation {snapshot_id} by the rules {rules}")


def _require_same(file: Path, present: list[Entry], expected: list[Entry]) -> None:
    if present != expected:
        others = set(present).symmetric_difference(expected)
        names = sorted({repr(f"{kind} {name}"[:80]) for kind, name, *_ in others}) or ["a name twice"]
        raise WarehouseError(
            f"{file.name} is refused: {', '.join(names[:3])} is not what this version of oss-ai-monitor builds; where "
            "another version published it, install that one"
        )


def _require_mark(file: Path, publication_id: str) -> None:
    opened = Warehouse(file)
    mark = opened.publication
    opened.close()
    texts = [mark.get("published_at"), *(mark.get("not_passed_on") or [])]
    if mark.get("id") != publication_id or not all(isinstance(text, str) for text in texts):
        raise Damaged(file, f"does not say that it is the publication {publication_id}")


def _entries(db: duckdb.DuckDBPyConnection, select: str) -> list[Entry]:
    return [tuple(str(value) for value in row) for row in db.execute(select).fetchall()]


def _expected(sql: Path, folder: Path) -> Catalogue:
    """Return what a build of this version makes, from one without any rows, in a folder of its own."""
    rules = f"{rule_version(sql)}-{version(sql, 'macros')}"
    if rules not in _catalogues:
        with tempfile.TemporaryDirectory(prefix=".building-", dir=folder) as empty:
            generation = build(Path(empty), [], sql=sql)
            with connect(generation, read_only=True) as db:
                _catalogues[rules] = Catalogue(_entries(db, _DEFINITIONS), _entries(db, _COLUMNS))
    return _catalogues[rules]
