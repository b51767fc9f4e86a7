"""File formats, detected by content and not by name; fingerprints of files, and SQL for values that are text.

Knows formats; knows nothing of leaderboards or of the Hub.
"""

import gzip
import hashlib
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal, cast

import duckdb

from oss_ai_monitor.sources.mistaken import mistaken
from oss_ai_monitor.sources.table import SourceError

Format = Literal["parquet", "zip", "array", "object", "text"]
HEAD = 1 << 16
MARK = b"\xef\xbb\xbf"
"""UTF-8's byte order mark, with which programs on Windows begin a file."""
BROKEN = (OSError, EOFError, zlib.error)
"""What reading a broken gzip file raises."""


@dataclass(frozen=True)
class File:
    """A file, its format and its first bytes, decompressed."""

    path: Path
    format: Format
    gzipped: bool
    head: bytes
    mistake: str = ""
    """What it is, where it is not the data itself."""

    def open(self) -> BinaryIO:
        """Its bytes, decompressed."""
        return cast(BinaryIO, gzip.open(self.path)) if self.gzipped else self.path.open("rb")

    def verify(self) -> None:
        """Raise SourceError unless a gzip file is whole and its checksum right; DuckDB does not look at either."""
        try:
            with self.open() as content:
                while self.gzipped and content.read(1 << 20):
                    pass
        except BROKEN as error:
            raise broken_gzip(self.path) from error

    @property
    def is_text(self) -> bool:
        """Whether its first line can be read as text."""
        try:
            return bool(self.head.partition(b"\n")[0].decode("utf-8").strip())
        except UnicodeDecodeError:
            return False

    @property
    def compression(self) -> str:
        """DuckDB's name for its compression."""
        return "gzip" if self.gzipped else "uncompressed"


def files(paths: Iterable[Path]) -> list[tuple[File, bool]]:
    """Return all files of some paths, directories expanded; True marks a file that was itself among the paths.

    Raises SourceError for a path that does not exist, and for a named file that is empty, has a broken start or is not
    the data itself; in a directory `mistake` says so.
    """
    matches: list[tuple[File, bool]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(entry for entry in path.rglob("*") if entry.is_file() and not _is_hidden(entry, path))
            matches += [(probe(entry), False) for entry in inside if entry.stat().st_size]
        else:
            file = probe(path)
            if file.mistake:
                raise SourceError(f"{path}: {file.mistake}")
            if file.format == "text" and not file.head.strip():
                raise SourceError(
                    f"{path}: holds nothing but blanks; expected data. Download it again, or leave it out"
                )
            matches.append((file, True))
    return matches


def probe(path: Path) -> File:
    """Look at a file's first bytes."""
    try:
        with path.open("rb") as raw:
            magic = raw.read(4)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); give the path of a file or a folder") from error
    if not _is_utf8(path):
        return File(path, "text", False, magic, "has a path that is no UTF-8, so DuckDB cannot open it; rename it")
    if not magic:
        raise SourceError(f"{path}: is empty; expected data. Download it again, or leave it out")
    if magic == b"PAR1":
        return File(path, "parquet", False, magic)
    if magic[:2] == b"PK":
        return File(path, "zip", False, magic, mistaken(path, magic))
    gzipped = magic[:2] == b"\x1f\x8b"
    try:
        with gzip.open(path) if gzipped else path.open("rb") as content:
            head = content.read(HEAD)
    except BROKEN as error:
        raise broken_gzip(path) from error
    start = head.removeprefix(MARK).lstrip()[:1]
    kind: Format = "array" if start == b"[" else "object" if start == b"{" else "text"
    return File(path, kind, gzipped, head, mistaken(path, head))


@contextmanager
def without_mark(file: File) -> Iterator[File]:
    """Yield the file itself, or a copy without the byte order mark that it begins with: DuckDB's JSON takes none."""
    if not file.head.startswith(MARK):
        yield file
        return
    with tempfile.NamedTemporaryFile(prefix="oss-ai-monitor-") as copy, file.open() as content:
        content.read(len(MARK))
        shutil.copyfileobj(content, copy)
        copy.flush()
        yield replace(file, path=Path(copy.name), gzipped=False, head=file.head.removeprefix(MARK))


def broken_gzip(path: Path) -> SourceError:
    """Return the error for a gzip file that ends too early or is damaged."""
    return SourceError(
        f"{path}: the gzip file ends too early or is damaged; expected a complete one. Download it again"
    )


def mistakes(others: Iterable[File]) -> list[str]:
    """Return notes about files in a directory that are not the data itself."""
    lines = [f"{file.path.name} {file.mistake}" for file in others if file.mistake]
    return lines[:3] + ([f"and {len(lines) - 3:,} more are not the data itself"] if len(lines) > 3 else [])


def fingerprint(paths: Iterable[Path], as_of: datetime | None) -> str:
    """SHA-256 over the files' contents, whatever their names and order, and over the moment given for them."""
    digests = []
    for path in paths:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    moments = [f"as of {utc(as_of).isoformat()}"] if as_of else []
    return hashlib.sha256("\n".join(sorted(digests) + moments).encode()).hexdigest()


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def columns(db: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """A table's columns as sent, and their types."""
    described = db.execute(f"describe {name}").fetchall()
    return {column: kind for column, kind, *_ in described if column != "row_number"}


def location(file: File, row: int) -> str:
    """Return the location of the n-th row for a message: the row in Parquet, the line in CSV after its header."""
    return f"row {row}" if file.format == "parquet" else f"line {row + 1}"


def text(column: str) -> str:
    """Return SQL for the trimmed text of a column; NULL for the markers of an empty value.

    For numbers, flags, dates, lists and the name of the model. Other columns of text land as sent: there NA, which R
    writes for what is missing, may as well be the name of a type or an owner, and core decides.
    """
    trimmed = f"trim({quoted(column)}::varchar)"
    return (
        f"case when lower({trimmed}) not in ('', 'none', 'nan', 'nat', 'null', 'n/a', 'na', '<na>') then {trimmed} end"
    )


def whole_number(column: str) -> str:
    """SQL for a whole number, which may be written 2.0; NULL for anything else."""
    number = f"try_cast({text(column)} as double)"
    whole_number = f"coalesce(try_cast({text(column)} as bigint), try_cast({number} as bigint))"
    return f"case when {number} = floor({number}) then {whole_number} end"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """An SQL text."""
    return "'" + value.replace("'", "''") + "'"


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_hidden(entry: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in entry.relative_to(folder).parts)
