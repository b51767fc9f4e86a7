"""Detect damaged generations: a checksum file beside each, connections, and the digest of all content.

DuckDB verifies a checksum of each block that it reads, so a damaged file gives an error and not a wrong answer. Our
checksum covers the whole file, and gives an error message for users.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from .errors import CheckFailed, Damaged
from .relations import sql_folder, tables

REPAIR = "'oss-ai-monitor build' makes a new one from what has landed"
GENERATIONS = "generations"
DAMAGE = ("Corrupt", "not a valid DuckDB", "Could not read", "Cannot open file", "No such file")
"""Parts of DuckDB's messages about damaged files, for generations without a checksum."""


class BuildRecord(msgspec.Struct):
    """What a build says of itself, for who watches the server."""

    scratch_bytes: int = 0
    """The most that it had on the disk beside the new file."""
    disputes: dict[str, int] = {}
    """Claims that are not believed, by fact and rule."""
    disputes_before: dict[str, int] = {}
    """The same in the generation before, of the rules that can be compared."""


class Checksum(msgspec.Struct):
    """Size and checksum of a generation, as the file beside it holds them, and what its build recorded."""

    bytes: int
    sha256: str
    build: BuildRecord | None = None


def write(generation: Path, checksum_file: Path, build: BuildRecord | None = None) -> None:
    """Write the size and the checksum of a generation into a file, and flush it to the disk."""
    recorded = Checksum(generation.stat().st_size, _sha256(generation), build)
    checksum_file.write_bytes(msgspec.json.encode(recorded) + b"\n")
    sync(checksum_file)


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def path_of(generation: Path) -> Path:
    """Return the path of the checksum file of a generation."""
    return generation.with_suffix(".json")


def build_record(generation: Path) -> BuildRecord | None:
    """Return what the build of a generation recorded; None for one of an earlier version, and if it is unreadable."""
    try:
        return msgspec.json.decode(path_of(generation).read_bytes(), type=Checksum).build
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None


def damage(generation: Path, error: BaseException | None = None, *, is_quick: bool = False) -> str:
    """Return what is wrong with a generation's file, or "" if it is undamaged; reads all of it unless `is_quick`.

    `error`: DuckDB's error, the only evidence where there is no checksum file.
    """
    try:
        size = generation.stat().st_size
        recorded = msgspec.json.decode(path_of(generation).read_bytes(), type=Checksum)
    except FileNotFoundError:
        if not generation.exists():
            return "is not there"
        reason = " ".join(str(error).split()) if error else ""
        return f"cannot be read ({reason[:200]})" if any(word in reason for word in DAMAGE) else ""
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return f"cannot be verified, because its checksum file {path_of(generation).name} is damaged"
    if size != recorded.bytes:
        return f"has {size:,} bytes, and had {recorded.bytes:,} when it was built"
    is_intact = is_quick or _sha256(generation) == recorded.sha256
    return "" if is_intact else "has changed since it was built: its checksum is another"


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Connect to a file, with times in UTC and without downloads of extensions."""
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    db = duckdb.connect(str(path), read_only=read_only, config=config)  # type: ignore[arg-type]
    db.execute("set timezone = 'UTC'")
    return db


@contextmanager
def translate_errors(generation: Path) -> Iterator[None]:
    """Raise Damaged instead of DuckDB's error if the generation is damaged."""
    try:
        yield
    except duckdb.Error as error:
        if reason := damage(generation, error):
            raise Damaged(generation, f"{reason}; {REPAIR}") from error
        raise


def generations(folder: Path, *, include_pinned: bool = False) -> list[Path]:
    """Return the generations in a warehouse's folder, newest first; `include_pinned` adds those kept for links."""
    return sorted((folder / GENERATIONS).glob("**/*.duckdb" if include_pinned else "*.duckdb"), reverse=True)


def read_through(generation: Path, sql: Path | None = None) -> None:
    """Read every row, and run those of sql/checks that only read core and marts.

    Raises Damaged, CheckFailed, and duckdb.Error for what DuckDB alone can explain.
    """
    sql = sql or sql_folder()
    with translate_errors(generation), connect(generation, read_only=True) as db:
        digest(db)
        with duckdb.connect() as parser:
            for path in sorted((sql / "checks").glob("*.sql")):
                if all(name.startswith(("core.", "marts.")) for name in tables(parser, path)) and (
                    offenders := db.execute(path.read_text(encoding="utf-8")).fetchmany(5)
                ):
                    raise CheckFailed(f"{generation}: not true that {path.stem.replace('_', ' ')}: {offenders}")


def digest(db: duckdb.DuckDBPyConnection) -> str:
    """Return one checksum of all content: every table's shape and rows, in any order, and every view's text.

    Rows are hashed as JSON, so that it is the same for every version of DuckDB.
    """
    sha256 = hashlib.sha256()
    shapes = db.execute(
        """
        select schema_name || '.' || table_name, list(column_name || ' ' || data_type order by column_index)::varchar
        from duckdb_columns() where not internal group by all order by all
        """
    ).fetchall()
    views = dict(
        db.execute(
            "select schema_name || '.' || view_name, sql from duckdb_views() where not internal order by all"
        ).fetchall()
    )
    for name, shape in shapes:
        sha256.update(f"{name}\n{shape}\n".encode())
        if name in views:
            sha256.update(views[name].encode())
            continue
        row = f"to_json(record)::varchar from {name} as record"
        sums = "count(*), sum(md5_number_lower(line)), sum(md5_number_upper(line))"
        summed = db.execute(f"select {sums} from (select {row}) as rows(line)").fetchall()
        sha256.update(f"{summed}\n".encode())
    return sha256.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
