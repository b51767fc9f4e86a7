"""What the values of a leaderboard's table must be: numbers, booleans and dates, and scores in the board's units."""

import duckdb

from oss_ai_monitor.sources import dates, files
from oss_ai_monitor.sources.boards import NOT_AVAILABLE, V1, V2, Board
from oss_ai_monitor.sources.table import SourceError

EXPECTED = {"boolean": "True, False or nothing", "bigint": "a whole number or nothing"}
HIGHEST = 100.0
FEWEST_SIZES = 20
"""With fewer sizes than this, it may be chance that all of them are whole numbers."""


def check(db: duckdb.DuckDBPyConnection, board: Board, file: files.File, names: dict[str, str]) -> None:
    """Raise SourceError where a column of numbers or booleans holds anything else than these or an empty marker, and
    where scores are in other units. Reads the table `sent`, whose columns have the names in the file."""
    for column in board.columns:
        if column.kind == "varchar" or column.name not in names:
            continue
        sent, typed = files.text(names[column.name]), as_kind(column.kind, names[column.name], "VARCHAR")
        rows = db.execute(
            f"select row_number, {sent} from sent where {sent} is not null and {typed} is null order by 1 limit 1"
        ).fetchall()
        for row, value in rows:
            raise SourceError(
                f"{file.path}, {files.location(file, row)}, column {names[column.name]}: holds {value[:60]!r}; "
                f"expected {EXPECTED.get(column.kind, 'a number or nothing')}. Fix it, or export the table again"
            )
    name = files.text(names["fullname"])
    for (row,) in db.execute(f"select row_number from sent where {name} is null order by 1 limit 1").fetchall():
        raise SourceError(
            f"{file.path}, {files.location(file, row)}, column {names['fullname']}: names no model. "
            "Fix it, or leave the row out"
        )
    _check_units(db, file, names)


def as_kind(kind: str, name: str, sent: str) -> str:
    """Return the SQL that casts a column of the file to its landed type; NaN stays NaN in a numeric column."""
    if kind == "varchar" or (kind == "double" and sent in ("DOUBLE", "FLOAT")):
        return f"{files.quoted(name)}::{kind}"
    if kind == "boolean":
        return f"case lower({files.text(name)}) when 'true' then true when 'false' then false end"
    if kind == "bigint":
        return files.whole_number(name)
    return f"try_cast({files.text(name)} as double)"


def load(db: duckdb.DuckDBPyConnection, board: Board, file: files.File, names: dict[str, str]) -> list[str]:
    """Create the table `evaluations` from `sent`, with types and landed names; returns notes about what was read.

    Dates in other forms become YYYY-MM-DD, and `extra` keeps them as sent. Raises SourceError for a value that is no
    date.
    """
    sent, selected = files.columns(db, "sent"), ["row_number"]
    dated = dates.read(db, file, [names[name] for name in board.dates if name in names])
    for column in board.columns:
        if (name := names.get(column.name)) in dated.columns:
            value = f"if({dated.is_other(name)}, {dated.landed(name)}, {files.quoted(name)}::varchar)"
            selected.append(f"{value} as {column.name}")
        elif name:
            selected.append(f"{as_kind(column.kind, name, sent[name])} as {column.name}")
        elif column.sent_as:
            selected.append(f"null::{column.kind} as {column.name}")
    others = {name: files.quoted(name) for name in sent if name not in names.values()}
    others |= {name: f"case when {dated.is_other(name)} then {files.quoted(name)} end" for name in dated.rewritten}
    pairs = ", ".join(f"{files.literal(name)}, {value}" for name, value in others.items())
    selected.append(f"json_object({pairs}) as extra" if others else "null::json as extra")
    db.execute(f"create temp table evaluations as select {', '.join(selected)} from sent join dates using (row_number)")
    db.execute("drop table sent")
    return [*dated.notes, *_notes(db, names)]


def _notes(db: duckdb.DuckDBPyConnection, names: dict[str, str]) -> list[str]:
    notes = []
    if names.get("available_on_hub") == NOT_AVAILABLE:
        notes.append(f"{NOT_AVAILABLE}: says that a repository is on the Hub, against its name; landed so")
    ((sizes, whole_sizes),) = db.execute(
        "select count(*), count(*) filter (params_b = floor(params_b)) from evaluations where params_b > 0"
    ).fetchall()
    if sizes >= FEWEST_SIZES and whole_sizes == sizes:
        notes.append("sizes are whole numbers, cut off behind the point: n stands for n up to n + 1 billion")
    return notes


def _check_units(db: duckdb.DuckDBPyConnection, file: files.File, names: dict[str, str]) -> None:
    benchmarks = [names[name] for name in (*map(str.lower, V1), *V2) if name in names]
    scores = [*benchmarks, *([names["average"]] if "average" in names else [])]
    raw = [names[f"{name}_raw"] for name in V2 if f"{name}_raw" in names]
    for columns, highest, unit in ((scores, HIGHEST, "0 to 100"), (raw, 1.0, "0 to 1")):
        for column in columns:
            value = f"try_cast({files.text(column)} as double)"
            for row, score in db.execute(
                f"""
                select row_number, {value} from sent
                where not isnan({value}) and ({value} < 0 or {value} > $highest) order by row_number limit 1
                """,
                {"highest": highest},
            ).fetchall():
                raise SourceError(
                    f"{file.path}, {files.location(file, row)}, column {column}: holds {score:g}; expected a score of "
                    f"{unit}. Export the table again"
                )
    maxima = ", ".join(f"max(try_cast({files.text(column)} as double))" for column in benchmarks)
    ((highest,),) = db.execute(f"select greatest({maxima}) from sent").fetchall()
    if highest is not None and 0 < highest < 1:
        raise SourceError(
            f"{file.path}: no score in {', '.join(benchmarks)} reaches 1, so they are shares of 0 to 1; "
            "expected scores of 0 to 100, normalised. Export the table again"
        )
