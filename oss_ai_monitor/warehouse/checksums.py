"""Whether a generation is what it was when it was built: a checksum beside each, and the way back to one that is sound.

DuckDB holds each block to a checksum as it reads it, so that a damaged file ends in an error and not in a wrong
answer. The checksum covers the whole file, and says so in our words.
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
"""How DuckDB says that a file is not whole, for generations without a checksum."""


class Seal(msgspec.Struct):
    """Size and checksum of a generation, as the file beside it holds them."""

    bytes: int
    sha256: str


def write(generation: Path, checksum_file: Path) -> None:
    """Write the size and the checksum of a generation into a file, and flush it to the disk."""
    seal = Seal(generation.stat().st_size, _sha256(generation))
    checksum_file.write_bytes(msgspec.json.encode(seal) + b"\n")
    sync(checksum_file)


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def path_of(generation: Path) -> Path:
    """Where the checksum of a generation is."""
    return generation.with_suffix(".json")


def damage(generation: Path, error: BaseException | None = None, *, is_quick: bool = False) -> str:
    """Return what is wrong with a generation's file, or "" if it is undamaged; reads all of it unless `is_quick`.

    `error`: what DuckDB said, which is all there is to go by where there is no checksum.
    """
    try:
        size = generation.stat().st_size
        seal = msgspec.json.decode(path_of(generation).read_bytes(), type=Seal)
    except FileNotFoundError:
        if not generation.exists():
            return "is not there"
        reason = " ".join(str(error).split()) if error else ""
        return f"cannot be read ({reason[:200]})" if any(word in reason for word in DAMAGE) else ""
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return f"cannot be held to its seal: {path_of(generation).name} is damaged"
    if size != seal.bytes:
        return f"has {size:,} bytes, and had {seal.bytes:,} when it was built"
    is_whole = is_quick or _sha256(generation) == seal.sha256
    return "" if is_whole else "has changed since it was built: its checksum is another"


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A file as we open it: times in UTC, nothing fetched from elsewhere."""
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    db = duckdb.connect(str(path), read_only=read_only, config=config)  # type: ignore[arg-type]
    db.execute("set timezone = 'UTC'")
    return db


@contextmanager
def translate_errors(generation: Path) -> Iterator[None]:
    """Say in our words that a generation is damaged, where DuckDB stumbled over it. Raises Damaged."""
    try:
        yield
    except duckdb.Error as error:
        if reason := damage(generation, error):
            raise Damaged(generation, f"{reason}; {REPAIR}") from error
        raise


def generations(folder: Path, *, include_pinned: bool = False) -> list[Path]:
    """The generations in a warehouse's folder, newest first; with `beside` those too that are kept for links."""
    return sorted((folder / GENERATIONS).glob("**/*.duckdb" if include_pinned else "*.duckdb"), reverse=True)


def read_through(generation: Path, sql: Path | None = None) -> None:
    """Read every row, and hold them to those of sql/checks that need nothing but what people read.

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
    """One checksum of all content: every table's shape and rows, in whatever order they lie, and every view's text.

    Rows as JSON, so that it is the same for every version of DuckDB.
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
