"""The Hub's official benchmark leaderboards: the entries of each, with the dates of the evaluations.

The official client does not retry when a leaderboard fails, rejects a whole answer for one entry without an author or
a date, and raises the errors of its HTTP library: so our own session asks, and each entry is parsed on its own.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources.live.answer import Answer, InvalidResponse
from oss_ai_monitor.sources.live.session import OutOfBudget, Session
from oss_ai_monitor.sources.table import Progress, SourceError, Table, Unreachable, connection

OFFICIAL_PATH = "/api/datasets?filter=benchmark:official"
MAX_PAGES = 20
"""The most pages of the list of benchmarks that are read; in 2026 it was one."""
WARNING_SHARE = 0.5
"""Below this share of the previous number of entries, a note warns of the missing ones."""
LARGEST_VALUE = 1e300
"""A larger result is not taken for a number."""
REPOSITORY = re.compile(r"[A-Za-z0-9_.\-]{1,96}/[A-Za-z0-9_.\-]{1,96}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_TEXT = 500
"""The most characters of a text about an entry that are landed."""
SHAPE = {
    "row_number": "bigint", "benchmark_id": "varchar", "rank": "bigint", "model_id": "varchar", "value": "double",
    "verified": "boolean", "pull_request": "bigint", "filename": "varchar", "source_url": "varchar",
    "source_name": "varchar", "notes": "varchar", "author": "varchar", "evaluated_on": "varchar", "task_id": "varchar",
    "extra": "json",
}  # fmt: skip
KNOWN_FIELDS = ("rank", "modelId", "value", "filename", "verified", "source", "author", "pullRequest", "notes")
Row = dict[str, Any]


def benchmarks(session: Session, previous: Sequence[Path] = (), *, progress: Progress | None = None) -> Table:
    """Fetch all official benchmarks as one table; the same answers as last time have the same fingerprint.

    `previous`: the Parquet files that landed last. A benchmark that cannot be fetched, or is suddenly empty, keeps its
    previous entries, which a note mentions. If fewer than half of them are listed, all are requested by name.

    Raises SourceError if there is no entry at all, Unreachable if nothing answers.
    """
    address = session.public_address(OFFICIAL_PATH)
    table = Table("hub_benchmarks", (address,), "", iter(()))
    table.as_of, table.as_of_rule = datetime.now(UTC), "fetched"
    rows = _rows(session, table, _previous_entries(previous), progress)
    content = json.dumps(rows, sort_keys=True).encode()
    table.fingerprint = f"hub_benchmarks sha256 {hashlib.sha256(content).hexdigest()}"
    table.relations = iter([_relation(rows)])
    return table


def _rows(session: Session, table: Table, previous: Sequence[Row], progress: Progress | None) -> list[Row]:
    rows: list[Row] = []
    ids = _official(session)
    previous_ids = {row["benchmark_id"] for row in previous}
    if len(ids) < WARNING_SHARE * len(previous_ids):
        table.notes.append(
            f"{counted(len(ids), 'official benchmark')} {verb_after(len(ids), 'is', 'are')} listed, where "
            f"{len(previous_ids)} were last time: all asked for"
        )
        ids = sorted(previous_ids.union(ids))
    for n, benchmark in enumerate(ids):
        if progress:
            progress(n, len(ids), benchmark)
        previous_entries = [row for row in previous if row["benchmark_id"] == benchmark]
        try:
            entries = _entries(session, benchmark, table)
            if previous_entries and not entries:
                raise SourceError("its leaderboard is empty")  # noqa: TRY301 - handled like a failed request
            if len(entries) < WARNING_SHARE * len(previous_entries):
                table.notes.append(
                    f"{benchmark}: attention: {counted(len(entries), 'entry')}, where {len(previous_entries)} were "
                    "last time"
                )
            rows += entries
        except Unreachable:
            raise
        except SourceError as error:
            rows += previous_entries
            number = len(previous_entries)
            consequence = (
                f"; its {counted(number, 'previous entry')} {verb_after(number, 'is', 'are')} kept" if number else ""
            )
            table.notes.append(f"{benchmark} could not be had: {error}{consequence}")
    if not rows:
        raise SourceError(
            f"{table.addresses[0]}: {counted(len(ids), 'official benchmark')}, and none of them gave an entry; "
            + (" ".join(table.notes) or "the Hub may have withdrawn them")
        )
    _add_dates(session, rows, table, progress)
    _keep_previous_dates(rows, previous)
    if strange := sum(not 0 <= row["value"] <= 100 for row in rows):
        table.notes.append(f"{counted(strange, 'value')} outside 0..100: kept as sent, and shown nowhere")
    return rows


def _previous_entries(paths: Sequence[Path]) -> list[Row]:
    """Return the entries that landed last."""
    if not paths:
        return []
    names = [name for name in SHAPE if name != "row_number"]
    with duckdb.connect() as db:
        rows = db.execute(
            f"select {', '.join(names)} from read_parquet($1) order by row_number", [[pattern(path) for path in paths]]
        ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _keep_previous_dates(rows: list[Row], previous: Sequence[Row]) -> None:
    """Keep the previous date of an entry whose model does not state one today."""
    key = ("benchmark_id", "model_id", "filename", "value")
    dates = {tuple(row[name] for name in key): row for row in previous if row["evaluated_on"]}
    for row in rows:
        if row["evaluated_on"] is None and (dated_row := dates.get(tuple(row[name] for name in key))):
            row["evaluated_on"], row["task_id"] = dated_row["evaluated_on"], dated_row["task_id"]


def _official(session: Session) -> list[str]:
    """The ids of the benchmarks, page by page."""
    path: str | None = OFFICIAL_PATH
    datasets: list[Any] = []
    for _ in range(MAX_PAGES):
        answer, path = session.page(str(path), check=_list)
        datasets += _list(answer)
        if path is None:
            break
    names = [dataset.get("id") for dataset in datasets if isinstance(dataset, dict)]
    return sorted({name for name in names if isinstance(name, str) and REPOSITORY.fullmatch(name)})


def _list(answer: Answer) -> list[Any]:
    sent = answer.json()
    if not isinstance(sent, list):
        raise InvalidResponse(f"holds a {type(sent).__name__}, expected a list of datasets")
    return sent


def _entries(session: Session, benchmark: str, table: Table) -> list[Row]:
    """Every entry of one leaderboard, those of models with a declared base too."""
    sent = session.json(f"/api/datasets/{quote(benchmark)}/leaderboard?base_model=false")
    if not isinstance(sent, list):
        raise SourceError(f"{benchmark}: its leaderboard is a {type(sent).__name__}, expected a list")
    rows = []
    for entry in sent:
        if row := _row(benchmark, entry):
            rows.append(row)
        else:
            reason = "entries of a benchmark without a repository or a number"
            table.left_out[reason] = table.left_out.get(reason, 0) + 1
    return rows


def _row(benchmark: str, entry: Any) -> Row | None:
    if not isinstance(entry, dict):
        return None
    model_id, value = entry.get("modelId"), entry.get("value")
    if not isinstance(model_id, str) or not REPOSITORY.fullmatch(model_id):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not abs(value) < LARGEST_VALUE:  # NaN too, and whole numbers that no float holds
        return None
    source, author = entry.get("source"), entry.get("author")
    verified = entry.get("verified")
    return {
        "benchmark_id": benchmark,
        "rank": _integer(entry.get("rank")),
        "model_id": model_id,
        "value": float(value),
        "verified": verified if isinstance(verified, bool) else None,
        "pull_request": _integer(entry.get("pullRequest")),
        "filename": _text(entry.get("filename")),
        "source_url": _text(source.get("url")) if isinstance(source, dict) else None,
        "source_name": _text(source.get("name")) if isinstance(source, dict) else None,
        "notes": _text(entry.get("notes")),
        "author": _text(author.get("name")) if isinstance(author, dict) else None,
        "evaluated_on": None,
        "task_id": None,
        "extra": _extra({name: field_value for name, field_value in entry.items() if name not in KNOWN_FIELDS}),
    }


def _add_dates(session: Session, rows: list[Row], table: Table, progress: Progress | None) -> None:
    """Add the date of evaluation to each entry, from its model's own results; dates in the future are ignored."""
    models = list(dict.fromkeys(row["model_id"] for row in rows))
    undated_models = 0
    for n, model_id in enumerate(models):
        if progress:
            progress(n, len(models), "dates of evaluations")
        try:
            sent = session.json(f"/api/models/{quote(model_id)}?expand[]=evalResults")
        except OutOfBudget:
            number = len(models) - n
            unasked = f"{counted(number, 'model')} {verb_after(number, 'was', 'were')} not asked for dates"
            table.notes.append(f"the budget of requests is spent: {unasked}")
            break
        except Unreachable:
            raise
        except SourceError:
            undated_models += 1
            continue
        _date_rows([row for row in rows if row["model_id"] == model_id], sent)
    if undated_models:
        they = verb_after(undated_models, "it was evaluated: its", "they were evaluated: their")
        table.notes.append(f"{counted(undated_models, 'model')} did not tell when {they} entries have no date")


def _date_rows(rows: list[Row], sent: Any) -> None:
    results = sent.get("evalResults") if isinstance(sent, dict) else None
    for result in results if isinstance(results, list) else []:
        data = result.get("data") if isinstance(result, dict) else None
        dataset = data.get("dataset") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(dataset, dict):
            continue
        for row in rows:
            if row["benchmark_id"] == dataset.get("id") and row["value"] == data.get("value"):
                if row["filename"] is not None and row["filename"] != result.get("filename"):
                    continue
                row["evaluated_on"], row["task_id"] = _day(data.get("date")), _text(dataset.get("task_id"))


def _day(date: Any) -> str | None:
    match = ISO_DATE.match(date) if isinstance(date, str) else None
    if not match:
        return None
    return match[0] if "2000-01-01" <= match[0] <= datetime.now(UTC).date().isoformat() else None


def _text(value: Any) -> str | None:
    """Return a text cut to LONGEST_TEXT and encodable as UTF-8; None for anything else."""
    return value[:LONGEST_TEXT].encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _integer(value: Any) -> int | None:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return value if is_integer and abs(value) < 1 << 62 else None


def _extra(fields: Row) -> str | None:
    text = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace").decode()
    return text if fields and len(text) <= 10 * LONGEST_TEXT else None


def _relation(rows: list[Row]) -> duckdb.DuckDBPyRelation:
    db = connection()
    columns = ", ".join(f"{name} {kind}" for name, kind in SHAPE.items())
    db.execute(f"create temp table entries ({columns})")
    placeholders = ", ".join("?" * len(SHAPE))
    values = [[n, *(row[name] for name in SHAPE if name != "row_number")] for n, row in enumerate(rows, 1)]
    db.executemany(f"insert into entries values ({placeholders})", values)
    return db.sql("from entries order by row_number")
