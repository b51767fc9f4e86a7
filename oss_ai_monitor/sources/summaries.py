"""The published tool's CSVs about repositories: their details, and a summary of their commits.

Lists are written as Python reprs; they are parsed as literals, never evaluated.
"""

import ast
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import duckdb

from oss_ai_monitor.sources import csv_files, dates, files, ids, moments
from oss_ai_monitor.sources.record_fields import COLUMNS, FIELDS
from oss_ai_monitor.sources.table import Progress, SourceError, Table, connection

Kind = Literal["hub_repositories", "hub_commits"]
REQUIRED_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "hub_commits": ("name", "num_of_commits", "first_commit", "last_commit", "authors"),
    "hub_repositories": ("name", "created_at", "last_modified", "tags", "base_model"),
}
CARD_COLUMNS = ("language", "datasets", "base_model")
INDEX_COLUMNS = ("Unnamed: 0", "Unnamed: 0.1")
"""Columns that only number the rows, as those without a name do."""
SENT_COLUMNS: dict[Kind, dict[str, tuple[str, str]]] = {
    "hub_repositories": {
        "id": ("name", "varchar"),
        "author": ("author", "varchar"),
        "created_at": ("created_at", "timestamp"),
        "last_modified": ("last_modified", "timestamp"),
        "likes": ("likes", "bigint"),
        "downloads": ("downloads", "bigint"),
        "tags": ("tags", "varchar[]"),
        "pipeline_tag": ("pipeline_tag", "varchar"),
        "library_name": ("library_name", "varchar"),
        "sha": ("sha", "varchar"),
    },
    "hub_commits": {
        "model_id": ("name", "varchar"),
        "commits": ("num_of_commits", "bigint"),
        "first_commit_at": ("first_commit", "timestamp"),
        "last_commit_at": ("last_commit", "timestamp"),
        "authors": ("authors", "varchar[]"),
    },
}
"""Landed column → column as sent and type."""
EXPECTED = {
    "varchar": "text",
    "bigint": "a whole number or nothing",
    "varchar[]": "a list like ['a', 'b'], or nothing",
}


def kind(file: files.File) -> Kind | None:
    """Return the kind of summary in a CSV, by its header."""
    names = set(csv_files.header(file, csv_files.delimiter(file)))
    return next((kind for kind, needed in REQUIRED_COLUMNS.items() if names.issuperset(needed)), None)


def unrecognised(file: files.File) -> str:
    """Return the message about a text file that is no summary."""
    names = csv_files.header(file, csv_files.delimiter(file))
    first_columns = ", ".join(name[:40] for name in names[:6]) + (", …" if len(names) > 6 else "")
    for needed in REQUIRED_COLUMNS.values():
        if len(names) == 1 and sum(name in names[0] for name in needed) > 2:
            return f"{file.path}, line 1: is separated by none of ',', ';' and tab; expected {', '.join(needed)}"
        if 2 <= sum(name in names for name in needed) < len(needed):
            missing = ", ".join(name for name in needed if name not in names)
            return f"{file.path}, line 1: column {missing} is missing; expected {', '.join(needed)}"
    expected = " or ".join(", ".join(needed) for needed in REQUIRED_COLUMNS.values())
    return f"{file.path}, line 1: holds {first_columns!r}; expected JSON, a zip of JSON, or CSV with {expected}"


def relations(
    kind: Kind, sources: list[files.File], table: Table, as_of: datetime | None, progress: Progress | None
) -> Iterator[duckdb.DuckDBPyRelation]:
    """One relation per file; row numbers run on over all of them."""
    db = connection()
    total = 0
    for file in sources:
        twins = csv_files.read_csv(db, "sent", file)
        csv_files.reject_twins(db, "sent", file, twins, _used_columns(kind))
        table.notes += csv_files.notes(file)
        dated = dates.read(db, file, _dated_columns(db, kind))
        _check(db, kind, file)
        db.execute(f"create or replace temp table landed as {_select(db, kind, total, dated)}")
        table.notes += dated.notes
        name = next(iter(SENT_COLUMNS[kind]))
        unusable = 0
        for reason, condition in ids.conditions(name, is_of_hub=True).items():
            ((count,),) = db.execute(f"select count(*) from landed where {condition}").fetchall()
            if count:
                table.left_out[reason] = table.left_out.get(reason, 0) + count
                db.execute(f"delete from landed where {condition}")
            unusable += count
        if latest := _latest(db, kind):
            table.as_of = max(files.utc(latest), table.as_of) if table.as_of else files.utc(latest)
        ((rows,),) = db.execute("select count(*) from sent").fetchall()
        total += rows
        if progress:
            progress(total, None)
        if rows > unusable:
            yield db.sql("from landed")
    paths = [file.path for file in sources]
    table.as_of, table.as_of_rule = moments.decide(as_of, table.as_of, paths)
    table.notes += moments.notes(table.as_of, table.as_of_rule, paths)


def _dated(column: str, type_: str, dated: dates.Dates) -> str:
    return dated.moment(column) if column in dated.columns else _as(column, type_)


def _dated_columns(db: duckdb.DuckDBPyConnection, kind: Kind) -> list[str]:
    sent = files.columns(db, "sent")
    return [column for column, type_ in SENT_COLUMNS[kind].values() if type_ == "timestamp" and column in sent]


def _select(db: duckdb.DuckDBPyConnection, kind: Kind, total: int, dated: dates.Dates) -> str:
    """The landed columns over the table `sent`; lists are taken from the table `lists`."""
    sent = files.columns(db, "sent")
    chosen = {
        name: _dated(column, type_, dated) if column in sent else f"null::{type_}"
        for name, (column, type_) in SENT_COLUMNS[kind].items()
    }
    if kind == "hub_repositories":
        chosen["card_data"] = _object({column: _list(column) for column in CARD_COLUMNS if column in sent})
        chosen |= {name: f"null::{type_}" for name, _, type_, _ in FIELDS if name not in chosen}
    others = [column for column in sent if column not in _used_columns(kind) and not _is_index(column)]
    chosen["extra"] = _object({column: files.quoted(column) for column in others})
    chosen["row_number"] = f"{total} + row_number"
    order = COLUMNS if kind == "hub_repositories" else ("row_number", *SENT_COLUMNS[kind], "extra")
    selected = ", ".join(f"{chosen[name]} as {name}" for name in order)
    return f"select {selected} from sent join dates using (row_number) order by row_number"


def _used_columns(kind: Kind) -> set[str]:
    return {column for column, _ in SENT_COLUMNS[kind].values()}.union(
        CARD_COLUMNS if kind == "hub_repositories" else ()
    )


def _is_index(column: str) -> bool:
    return column in INDEX_COLUMNS or column.partition(".")[0] == csv_files.UNNAMED


def _check(db: duckdb.DuckDBPyConnection, kind: Kind, file: files.File) -> None:
    """Parse the lists, and raise SourceError at the first value that is not of its column's type."""
    sent = files.columns(db, "sent")
    lists = [column for column in ("tags", "authors", *CARD_COLUMNS) if column in sent]
    db.execute("create or replace temp table lists (text varchar, list json)")
    for column in lists:
        rows = db.execute(
            f"""
            select {files.quoted(column)} as text, min(row_number) from sent
            where {files.text(column)} is not null group by 1
            """
        ).fetchall()
        parsed = [(text, _parsed(text, file, line + 1, column)) for text, line in rows]
        db.execute(
            "insert into lists select unnest($texts::varchar[]), unnest($lists::varchar[])",
            {"texts": [text for text, _ in parsed], "lists": [parsed_list for _, parsed_list in parsed]},
        )
    db.execute("create or replace temp table lists as select distinct text, list from lists")
    for column, type_ in SENT_COLUMNS[kind].values():
        if column not in sent or type_ == "timestamp":
            continue
        text = files.text(column)
        bad_values = f"{text} is not null and {_as(column, type_)} is null" if column != "name" else f"{text} is null"
        for line, value in db.execute(
            f"select row_number + 1, {text} from sent where {bad_values} order by 1 limit 1"
        ).fetchall():
            expected = "the id of a model" if column == "name" else EXPECTED[type_]
            raise SourceError(
                f"{file.path}, line {line}, column {column}: holds {(value or '')[:60]!r}; expected {expected}. Fix it"
            )


def _parsed(text: str, file: files.File, line: int, column: str) -> str:
    """A Python list, or a bare text, as JSON."""
    if not text.startswith("["):
        return json.dumps(text)
    try:
        parsed = ast.literal_eval(text)
        if isinstance(parsed, list) and all(item is None or isinstance(item, str | int | float) for item in parsed):
            return json.dumps(parsed, ensure_ascii=False)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        pass  # raised below, with the message for a list of other values
    raise SourceError(
        f"{file.path}, line {line}, column {column}: holds {text[:60]!r}; expected {EXPECTED['varchar[]']}. Fix it"
    )


def _as(column: str, type_: str) -> str:
    if type_ == "varchar[]":
        return f"case when json_type({_list(column)}) = 'ARRAY' then {_list(column)}::varchar[] end"
    if type_ == "bigint":
        return files.whole_number(column)
    return files.quoted(column)


def _list(column: str) -> str:
    return f"(select any_value(list) from lists where text = sent.{files.quoted(column)})"


def _object(values: dict[str, str]) -> str:
    """A JSON object of those values that are not NULL; NULL when there are none."""
    if not values:
        return "null::json"
    pairs = ", ".join(f"{files.literal(name)}, {value}" for name, value in values.items())
    return f"nullif(json_merge_patch('{{}}', json_object({pairs}))::varchar, '{{}}')::json"


def _latest(db: duckdb.DuckDBPyConnection, kind: Kind) -> datetime | None:
    moments = ", ".join(name for name, (_, type_) in SENT_COLUMNS[kind].items() if type_ == "timestamp")
    latest: datetime | None = db.execute(
        f"""
        select max(moment) from (select unnest([{moments}]) as moment from landed) where moment <= now()::timestamp
        """
    ).fetchall()[0][0]
    return latest
