"""Detect damaged generations: a checksum file beside each, connections, and the digest of all content.

The file also holds the order of swaps, so that a clock that was set back makes no older generation the newest.
DuckDB verifies a checksum of each block that it reads, so a damaged file gives an error and not a wrong answer. Our
checksum covers the whole file, and gives an error message for users.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from ..plurals import counted
from ..progress_bars import hide_progress_bar
from .errors import CheckFailed, Damaged, Outdated
from .identity import SHAPE, shape_of
from .plan.fingerprints import Fingerprint
from .plan.relations import sql_folder, tables

NAME = "oss_ai_monitor.duckdb"
REPAIR = "'oss-ai-monitor build' makes a new one from what has landed"
GENERATIONS = "generations"
DAMAGE = ("Corrupt", "not a valid DuckDB", "Could not read", "Cannot open file", "No such file")
"""Parts of DuckDB's messages about damaged files, for generations without a checksum."""
UNREADABLE = (OSError, msgspec.MsgspecError, ValueError, RecursionError)
LACKING = (duckdb.CatalogException, duckdb.BinderException)
"""What DuckDB raises for a relation, a column or a type that is not there."""


class BuildRecord(msgspec.Struct):
    """What a build says of itself, for who watches the server."""

    scratch_bytes: int = 0
    """The most that it had on the disk beside the new file."""
    disputes: dict[str, int] = {}
    """Claims that are not believed, by fact and rule."""
    disputes_before: dict[str, int] = {}
    """The same in the generation before, of the rules that can be compared."""
    fingerprints: dict[str, Fingerprint] = {}
    """What each relation was made from, for the next build."""
    taken_over: int = 0
    """Tables that are those of the generation before."""
    notice: str = ""
    """Why nothing was taken over, though there was a generation before."""
    engine: str = ""
    """What made the tables, with its share; "" for DuckDB alone."""


class Checksum(msgspec.Struct):
    """Size and checksum of a generation, as the file beside it holds them, and what its build recorded.

    `after`: the names of the generations that were swapped in before it, the last one first; None where that was not
    recorded, or where it is no part of the order because it is pinned. `origin`: where a follower fetched it from.
    """

    bytes: int
    sha256: str
    after: list[str] | None = None
    build: BuildRecord | None = None
    origin: str = ""


def write(
    generation: Path,
    checksum_file: Path,
    after: list[str] | None = None,
    build: BuildRecord | None = None,
    origin: str = "",
) -> None:
    """Write the size and the checksum of a generation into a file, and flush it to the disk."""
    recorded = Checksum(generation.stat().st_size, _sha256(generation), after, build, origin)
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


def checksum_of(generation: Path) -> Checksum | None:
    """Return what the file beside a generation holds; None if it is missing or damaged."""
    try:
        return msgspec.json.decode(path_of(generation).read_bytes(), type=Checksum)
    except UNREADABLE:
        return None


def build_record(generation: Path) -> BuildRecord | None:
    """Return what the build of a generation recorded; None for one of an earlier version, and if it is unreadable."""
    checksum = checksum_of(generation)
    return checksum.build if checksum else None


def repair(generation: Path) -> str:
    """Return the command that brings a damaged generation back."""
    checksum = checksum_of(generation)
    return f"'oss-ai-monitor follow {checksum.origin}' fetches it again" if checksum and checksum.origin else REPAIR


def is_copy(generation: Path) -> bool:
    """Whether a follower fetched a generation."""
    checksum = checksum_of(generation)
    return bool(checksum and checksum.origin)


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
        return f"has {counted(size, 'byte')}, and had {recorded.bytes:,} when it was built"
    is_intact = is_quick or _sha256(generation) == recorded.sha256
    return "" if is_intact else "has changed since it was built: its checksum is another"


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Connect to a file, with times in UTC, without downloads of extensions, and without DuckDB's progress bar.

    DuckDB shows one where it takes the process for an interactive one, as it does with `python -m`.
    """
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    db = duckdb.connect(str(path), read_only=read_only, config=config)  # type: ignore[arg-type]
    db.execute("set timezone = 'UTC'")
    hide_progress_bar(db)
    return db


@contextmanager
def translate_errors(generation: Path) -> Iterator[None]:
    """Raise Damaged instead of DuckDB's error if the generation is damaged, and Outdated if it lacks what is read, and
    another version built it."""
    try:
        yield
    except duckdb.Error as error:
        if reason := damage(generation, error):
            raise Damaged(generation, f"{reason}; {repair(generation)}") from error
        if isinstance(error, LACKING):
            with connect(generation, read_only=True) as db:
                require_shape(db, generation)
        raise


def require_shape(db: duckdb.DuckDBPyConnection, generation: Path) -> None:
    """Raise Outdated if the shape of an open generation is not the one that this version reads."""
    if (shape := shape_of(db)) != SHAPE:
        raise Outdated(generation, is_later=shape > SHAPE, is_copy=is_copy(generation))


def generations(folder: Path, *, include_pinned: bool = False) -> list[Path]:
    """Return the generations in a warehouse's folder, the one swapped in last first; `include_pinned` adds those kept
    for links.

    Where the order is not recorded, names decide, which are the times of the builds.
    """
    paths = list((folder / GENERATIONS).glob("**/*.duckdb" if include_pinned else "*.duckdb"))
    recorded = {path: _recorded_after(path) for path in paths}
    followers = Counter(name for names in recorded.values() for name in names or ())
    by_name = sorted(paths, key=lambda path: path.name, reverse=True)
    return sorted(by_name, key=lambda path: (followers[path.name], recorded[path] is None))


def served(folder: Path) -> Path | None:
    """Return the path, which may not exist, of the generation that the stable name points at; None where it points at
    none of this folder."""
    stable = folder / NAME
    if stable.is_symlink():
        try:
            target = stable.parent / stable.readlink()
            is_ours = target.parent.resolve(strict=True) == (folder / GENERATIONS).resolve(strict=True)
        except OSError:  # a folder that is not there, or a circle of links
            return None
        return folder / GENERATIONS / target.name if is_ours else None
    # a hard link, where there is no right to create symbolic ones
    return next((path for path in generations(folder) if stable.is_file() and path.samefile(stable)), None)


def predecessors(generation: Path) -> list[Path]:
    """Return the generations that still exist of those that were swapped in before one, the last one first.

    Where that was not recorded, names decide; where the generation itself is gone, too, these are all that there are.
    """
    others = [path for path in generations(generation.parents[1]) if path.name != generation.name]
    after = _recorded_after(generation)
    if after is None:
        return [path for path in others if path.name < generation.name or not generation.exists()]
    by_name = {path.name: path for path in others}
    return [by_name[name] for name in after if name in by_name]


def _recorded_after(generation: Path) -> list[str] | None:
    """Return the recorded names of the generations before one; None if the record is missing, damaged or an old one."""
    checksum = checksum_of(generation)
    return checksum.after if checksum else None


def read_through(generation: Path, sql: Path | None = None) -> None:
    """Read every row, and run those of sql/checks that only read core and marts.

    Raises Damaged, CheckFailed, Outdated if another version built it, whose rows are read but not checked, and
    duckdb.Error for what DuckDB alone can explain.
    """
    sql = sql or sql_folder()
    with translate_errors(generation), connect(generation, read_only=True) as db:
        digest(db)
        require_shape(db, generation)
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
