"""File formats, detected by content and not by name; fingerprints of files, and CSV read as text.

Knows formats; knows nothing of leaderboards or of the Hub.
"""

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal, cast

import duckdb

from oss_ai_monitor.sources.table import FAULTS, SourceError

Format = Literal["parquet", "zip", "array", "object", "text"]
HEAD = 1 << 16
BROKEN = (OSError, EOFError, zlib.error)
"""What reading a broken gzip file raises."""


@dataclass(frozen=True)
class File:
    """A file, its format and its first bytes, decompressed."""

    path: Path
    format: Format
    gzipped: bool
    head: bytes

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

    Raises SourceError for a path that does not exist, and for a named file that is empty or has a broken start.
    """
    matches: list[tuple[File, bool]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(entry for entry in path.rglob("*") if entry.is_file() and not _is_hidden(entry, path))
            matches += [(probe(entry), False) for entry in inside if entry.stat().st_size]
        else:
            file = probe(path)
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
    if not magic:
        raise SourceError(f"{path}: is empty; expected data. Download it again, or leave it out")
    if magic == b"PAR1":
        return File(path, "parquet", False, magic)
    if magic[:2] == b"PK":
        return File(path, "zip", False, magic)
    gzipped = magic[:2] == b"\x1f\x8b"
    try:
        with gzip.open(path) if gzipped else path.open("rb") as content:
            head = content.read(HEAD)
    except BROKEN as error:
        raise broken_gzip(path) from error
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return File(path, "array" if start == b"[" else "object" if start == b"{" else "text", gzipped, head)


def broken_gzip(path: Path) -> SourceError:
    """Return the error for a gzip file that ends too early or is damaged."""
    return SourceError(
        f"{path}: the gzip file ends too early or is damaged; expected a complete one. Download it again"
    )


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


def header(file: File, delimiter: str) -> list[str]:
    """The column names in a CSV's first line. Raises SourceError when it is no UTF-8 text."""
    line = file.head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file.path}, line 1: is no UTF-8 text; expected CSV in UTF-8. Convert it first") from error
    try:
        return next(csv.reader(io.StringIO(text.rstrip("\r")), delimiter=delimiter), [])
    except csv.Error as error:
        raise SourceError(f"{file.path}, line 1: is no header of a CSV ({error}); expected names of columns") from error


def read_csv(db: duckdb.DuckDBPyConnection, name: str, file: File, delimiter: str) -> None:
    """Read a CSV into the table `name`: row_number, and every column as text; an empty field is NULL.

    Raises SourceError naming the line where columns are too few or too many, quotes stay open or UTF-8 ends.
    """
    file.verify()
    names = header(file, delimiter)
    duplicates = {column for column in names if names.count(column) > 1}
    if duplicates:
        raise SourceError(
            f"{file.path}, line 1: column {', '.join(sorted(duplicates))} comes twice; expected each once"
        )
    columns = {column or "unnamed": "varchar" for column in names}
    try:
        db.execute(
            f"""
            create or replace temp table {name} as
            select row_number() over () as row_number, *
            from read_csv(
                $path, columns = $columns, compression = $compression, delim = $delimiter, quote = '"', escape = '"',
                header = true, auto_detect = false
            )
            """,
            {
                "path": str(file.path),
                "columns": columns,
                "compression": file.compression,
                "delimiter": delimiter,
            },
        )
    except duckdb.IOException as error:
        raise (broken_gzip(file.path) if file.gzipped else SourceError(f"{file.path}: {_brief(error)}")) from error
    except FAULTS as error:
        raise SourceError(_csv_fault(file, delimiter, len(names), error)) from error
    if not _scalar(db, f"select count(*) from {name}"):
        raise SourceError(f"{file.path}: holds a header and no rows; expected at least one row")


def columns(db: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """A table's columns as sent, and their types."""
    described = db.execute(f"describe {name}").fetchall()
    return {column: kind for column, kind, *_ in described if column != "row_number"}


def location(file: File, row: int) -> str:
    """Return the location of the n-th row for a message: the row in Parquet, the line in CSV after its header."""
    return f"row {row}" if file.format == "parquet" else f"line {row + 1}"


def text(column: str) -> str:
    """Return SQL for the trimmed text of a column; NULL for the markers of an empty value."""
    trimmed = f"trim({quoted(column)}::varchar)"
    return f"case when lower({trimmed}) not in ('', 'none', 'nan', 'nat', 'null', 'n/a') then {trimmed} end"


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


def _csv_fault(file: File, delimiter: str, columns: int, error: Exception) -> str:
    message = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    location = f"{file.path}, line {line[1]}" if line else str(file.path)
    if count := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return (
            f"{location}: {count[2]} columns where the header has {columns}, separated by {delimiter!r}; fix that line"
        )
    if "unicode" in message.lower():
        return f"{location}: is no UTF-8 text; expected CSV in UTF-8. Convert the file first"
    if "quote" in message.lower().partition("possible fixes")[0]:
        return f"{location}: a quote is opened and not closed; expected CSV with doubled quotes. Fix that line"
    return f"{location}: {_brief(error)}; expected CSV separated by {delimiter!r}"


def _brief(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _scalar(db: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(db.execute(query).fetchall()[0][0])


def _is_hidden(entry: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in entry.relative_to(folder).parts)
