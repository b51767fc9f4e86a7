"""CSV read as text: which character separates its columns, its header, and columns that come twice or have no name."""

import csv
import io
import re

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.sources.files import MARK, File, broken_gzip, quoted
from oss_ai_monitor.sources.table import FAULTS, SourceError

DELIMITERS = ",;\t"
UNNAMED = "unnamed"
MAX_COLUMNS = 500


def delimiter(file: File) -> str:
    """Return the character that separates most columns of the header; a comma if there is one column only."""
    return max(DELIMITERS, key=lambda character: len(header(file, character)))


def notes(file: File) -> list[str]:
    """Return a note about a file whose columns are separated by tabs."""
    return ["columns are separated by tabs"] if file.format == "text" and delimiter(file) == "\t" else []


def header(file: File, delimiter: str) -> list[str]:
    """The column names in a CSV's first line. Raises SourceError when it is no UTF-8 text."""
    line = file.head.removeprefix(MARK).partition(b"\n")[0]
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file.path}, line 1: is no UTF-8 text; expected CSV in UTF-8. Convert it first") from error
    try:
        return next(csv.reader(io.StringIO(text.rstrip("\r")), delimiter=delimiter), [])
    except csv.Error as error:
        raise SourceError(f"{file.path}, line 1: is no header of a CSV ({error}); expected names of columns") from error


def read_csv(db: duckdb.DuckDBPyConnection, name: str, file: File) -> dict[str, str]:
    """Read a CSV into the table `name`: row_number, and every column as text; an empty field is NULL.

    A column without a name and without a value is left out, and so is one that repeats another with its name. Returns
    the columns that come again under a name with other values: under which name they were read, and whose they have.

    Raises SourceError naming the line where columns are too few or too many, quotes stay open or UTF-8 ends.
    """
    file.verify()
    sent = header(file, separator := delimiter(file))
    if len(sent) > MAX_COLUMNS:
        raise SourceError(
            f"{file.path}, line 1: has {len(sent):,} columns; expected at most {MAX_COLUMNS:,} of a table"
        )
    columns = _names(sent)
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
                "path": pattern(file.path),
                "columns": dict.fromkeys(columns, "varchar"),
                "compression": file.compression,
                "delimiter": separator,
            },
        )
    except duckdb.IOException as error:
        raise (broken_gzip(file.path) if file.gzipped else SourceError(f"{file.path}: {_brief(error)}")) from error
    except FAULTS as error:
        raise SourceError(_fault(file, separator, len(sent), error)) from error
    if not _scalar(db, f"select count(*) from {name}"):
        raise SourceError(f"{file.path}: holds a header and no rows; expected at least one row")
    return _drop_superfluous(db, name, columns)


def reject_twins(db: duckdb.DuckDBPyConnection, name: str, file: File, twins: dict[str, str], used: set[str]) -> None:
    """Raise SourceError if a column that is used comes again with another value: it is not known which is meant."""
    for twin, column in twins.items():
        if column not in used:
            continue
        ((row, first, second),) = db.execute(
            f"""
            select row_number, {quoted(column)}, {quoted(twin)} from {name}
            where {quoted(column)} is distinct from {quoted(twin)} order by row_number limit 1
            """
        ).fetchall()
        raise SourceError(
            f"{file.path}, line {row + 1}: column {column} comes twice, and holds {str(first or '')[:40]!r} and "
            f"{str(second or '')[:40]!r}; expected it once. Leave one of them out"
        )


def _names(sent: list[str]) -> dict[str, str]:
    """Return the names of the columns, each another one, and which column each repeats, or "".

    DuckDB takes upper and lower case for the same, and the number of the row is a column already.
    """
    names_in_use = {"row_number", UNNAMED, *(column.lower() for column in sent)}
    originals = {"row_number": ""}
    names: dict[str, str] = {}
    numbers: dict[str, int] = {}  # of each plain name, the last that was tried, so that many equal ones take no time
    for column in sent:
        plain = name = column if column.strip() else UNNAMED
        key = plain.lower()
        if key in originals:
            while name.lower() in names_in_use:
                number = numbers[key] = numbers.get(key, 0) + 1
                name = f"{plain}.{number}"
            names_in_use.add(name.lower())
        names[name] = originals.setdefault(key, plain) if key in originals else ""
        originals.setdefault(key, plain)
    return names


def _drop_superfluous(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str]) -> dict[str, str]:
    """Drop the columns that say nothing of their own; return those that come again with other values."""
    conditions: dict[str, str] = {}  # of the columns that may be dropped, when a row says something
    for column, original in columns.items():
        if UNNAMED in (column.lower(), original.lower()):
            conditions[column] = f"{quoted(column)} is not null"
        elif original:
            conditions[column] = f"{quoted(column)} is distinct from {quoted(original)}"
    if not conditions:
        return {}
    counts = db.execute(
        f"select {', '.join(f'count(*) filter ({condition})' for condition in conditions.values())} from {name}"
    ).fetchall()[0]
    says_something = dict(zip(conditions, counts, strict=True))
    if superfluous := [quoted(column) for column, count in says_something.items() if not count]:
        db.execute(f"create or replace temp table {name} as select * exclude ({', '.join(superfluous)}) from {name}")
    return {
        column: columns[column]
        for column, count in says_something.items()
        if count and columns[column].lower() not in ("", UNNAMED)
    }


def _fault(file: File, delimiter: str, columns: int, error: Exception) -> str:
    message = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    location = f"{file.path}, line {line[1]}" if line else str(file.path)
    if count := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return (
            f"{location}: {counted(int(count[2]), 'column')} where the header has {columns}, separated by "
            f"{delimiter!r}; fix that line"
        )
    if "unicode" in message.lower():
        return f"{location}: is no UTF-8 text; expected CSV in UTF-8. Convert the file first"
    if length := re.search(r"Maximum line size of (\d+) bytes exceeded", message):
        return (
            f"{location}: has more than {int(length[1]):,} bytes; expected the row of a table. Fix that line, or close "
            "the quote that is open in it"
        )
    if "quote" in message.lower().partition("possible fixes")[0]:
        return f"{location}: a quote is opened and not closed; expected CSV with doubled quotes. Fix that line"
    return f"{location}: {_brief(error)}; expected CSV separated by {delimiter!r}"


def _brief(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _scalar(db: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(db.execute(query).fetchall()[0][0])
