"""The Hub's official benchmark leaderboards: each its own measure, and beside each model when it was evaluated.

The official client does not ask again when a leaderboard fails, one entry without an author or a date costs it the
whole answer, and its errors are those of its HTTP library: so all is asked with our own session, entry by entry.
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

from oss_ai_monitor.sources.live.answer import Answer, InvalidResponse
from oss_ai_monitor.sources.live.session import OutOfBudget, Session
from oss_ai_monitor.sources.table import Progress, SourceError, Table, Unreachable, connection

OFFICIAL = "/api/datasets?filter=benchmark:official"
PAGES = 20
"""Pages of the list of benchmarks that are read at most; in 2026 it was one."""
FEWER = 0.5
"""Share of what there was last time below which an answer is no longer taken without a word."""
MOST = 1e300
"""A result beyond it is no number that anybody meant."""
REPOSITORY = re.compile(r"[A-Za-z0-9_.\-]{1,96}/[A-Za-z0-9_.\-]{1,96}")
DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST = 500
"""Characters of a text that is told about an entry."""
SHAPE = {
    "row_number": "bigint", "benchmark_id": "varchar", "rank": "bigint", "model_id": "varchar", "value": "double",
    "verified": "boolean", "pull_request": "bigint", "filename": "varchar", "source_url": "varchar",
    "source_name": "varchar", "notes": "varchar", "author": "varchar", "evaluated_on": "varchar", "task_id": "varchar",
    "extra": "json",
}  # fmt: skip
KNOWN = ("rank", "modelId", "value", "filename", "verified", "source", "author", "pullRequest", "notes")
Row = dict[str, Any]


def benchmarks(session: Session, before: Sequence[Path] = (), *, progress: Progress | None = None) -> Table:
    """One table of all official benchmarks, asked for at once; the same answers as last time are the same table.

    `before`: the Parquet files of what landed last. A benchmark that cannot be had now, or is suddenly empty, stands as
    it did then, which the notes say, and stops no other. Where fewer than half of them are listed, all are asked for.

    Raises SourceError when there is none at all, Unreachable when nothing answers.
    """
    address = session.shown(OFFICIAL)
    table = Table("hub_benchmarks", (address,), "", iter(()))
    table.as_of, table.as_of_rule = datetime.now(UTC), "fetched"
    rows = _rows(session, table, _known(before), progress)
    told = json.dumps(rows, sort_keys=True).encode()
    table.fingerprint = f"hub_benchmarks sha256 {hashlib.sha256(told).hexdigest()}"
    table.relations = iter([_landed(rows)])
    return table


def _rows(session: Session, table: Table, known: Sequence[Row], progress: Progress | None) -> list[Row]:
    rows: list[Row] = []
    ids = _official(session)
    before = {row["benchmark_id"] for row in known}
    if len(ids) < FEWER * len(before):
        table.notes.append(
            f"{len(ids)} official benchmarks are listed, where {len(before)} were last time: all asked for"
        )
        ids = sorted(before.union(ids))
    for n, benchmark in enumerate(ids):
        if progress:
            progress(n, len(ids), benchmark)
        kept = [row for row in known if row["benchmark_id"] == benchmark]
        try:
            found = _entries(session, benchmark, table)
            if kept and not found:
                raise SourceError("its leaderboard is empty")  # noqa: TRY301 - stands as what could not be had
            if len(found) < FEWER * len(kept):
                table.notes.append(f"{benchmark}: attention: {len(found)} entries, where {len(kept)} were last time")
            rows += found
        except Unreachable:
            raise
        except SourceError as error:
            rows += kept
            stands = f"; its {len(kept)} entries of last time stand" if kept else ""
            table.notes.append(f"{benchmark} could not be had: {error}{stands}")
    if not rows:
        raise SourceError(
            f"{table.addresses[0]}: {len(ids)} official benchmarks, and none of them gave an entry; "
            + (" ".join(table.notes) or "the Hub may have withdrawn them")
        )
    _date(session, rows, table, progress)
    _date_as_before(rows, known)
    if strange := sum(not 0 <= row["value"] <= 100 for row in rows):
        table.notes.append(f"{strange} values outside 0..100: kept as sent, and shown nowhere")
    return rows


def _known(paths: Sequence[Path]) -> list[Row]:
    """The entries that landed last."""
    if not paths:
        return []
    names = [name for name in SHAPE if name != "row_number"]
    with duckdb.connect() as db:
        found = db.execute(
            f"select {', '.join(names)} from read_parquet($1) order by row_number", [[str(path) for path in paths]]
        ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def _date_as_before(rows: list[Row], known: Sequence[Row]) -> None:
    """A date that was told once is not forgotten because its model is silent today."""
    by = ("benchmark_id", "model_id", "filename", "value")
    dates = {tuple(row[name] for name in by): row for row in known if row["evaluated_on"]}
    for row in rows:
        if row["evaluated_on"] is None and (then := dates.get(tuple(row[name] for name in by))):
            row["evaluated_on"], row["task_id"] = then["evaluated_on"], then["task_id"]


def _official(session: Session) -> list[str]:
    """The ids of the benchmarks, page by page."""
    path: str | None = OFFICIAL
    found: list[Any] = []
    for _ in range(PAGES):
        answer = session.get(str(path), check=_list)
        found += _list(answer)
        path = answer.next
        if path is None:
            break
    names = [one.get("id") for one in found if isinstance(one, dict)]
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
    found = []
    for entry in sent:
        if row := _row(benchmark, entry):
            found.append(row)
        else:
            reason = "entries of a benchmark without a repository or a number"
            table.left_out[reason] = table.left_out.get(reason, 0) + 1
    return found


def _row(benchmark: str, entry: Any) -> Row | None:
    if not isinstance(entry, dict):
        return None
    model_id, value = entry.get("modelId"), entry.get("value")
    if not isinstance(model_id, str) or not REPOSITORY.fullmatch(model_id):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not abs(value) < MOST:  # NaN too, and whole numbers that no float holds
        return None
    source, author = entry.get("source"), entry.get("author")
    verified = entry.get("verified")
    return {
        "benchmark_id": benchmark,
        "rank": _whole(entry.get("rank")),
        "model_id": model_id,
        "value": float(value),
        "verified": verified if isinstance(verified, bool) else None,
        "pull_request": _whole(entry.get("pullRequest")),
        "filename": _text(entry.get("filename")),
        "source_url": _text(source.get("url")) if isinstance(source, dict) else None,
        "source_name": _text(source.get("name")) if isinstance(source, dict) else None,
        "notes": _text(entry.get("notes")),
        "author": _text(author.get("name")) if isinstance(author, dict) else None,
        "evaluated_on": None,
        "task_id": None,
        "extra": _extra({name: told for name, told in entry.items() if name not in KNOWN}),
    }


def _date(session: Session, rows: list[Row], table: Table, progress: Progress | None) -> None:
    """Put beside each entry when it was evaluated, as its model's own results tell; a date of the future is none."""
    models = list(dict.fromkeys(row["model_id"] for row in rows))
    silent = 0
    for n, model_id in enumerate(models):
        if progress:
            progress(n, len(models), "dates of evaluations")
        try:
            sent = session.json(f"/api/models/{quote(model_id)}?expand[]=evalResults")
        except OutOfBudget:
            table.notes.append(f"the budget of requests is spent: {len(models) - n} models were not asked for dates")
            break
        except Unreachable:
            raise
        except SourceError:
            silent += 1
            continue
        _dated([row for row in rows if row["model_id"] == model_id], sent)
    if silent:
        table.notes.append(f"{silent} models did not tell when they were evaluated: their entries have no date")


def _dated(own: list[Row], sent: Any) -> None:
    results = sent.get("evalResults") if isinstance(sent, dict) else None
    for result in results if isinstance(results, list) else []:
        data = result.get("data") if isinstance(result, dict) else None
        dataset = data.get("dataset") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(dataset, dict):
            continue
        for row in own:
            if row["benchmark_id"] == dataset.get("id") and row["value"] == data.get("value"):
                if row["filename"] is not None and row["filename"] != result.get("filename"):
                    continue
                row["evaluated_on"], row["task_id"] = _day(data.get("date")), _text(dataset.get("task_id"))


def _day(date: Any) -> str | None:
    found = DATED.match(date) if isinstance(date, str) else None
    if not found:
        return None
    return found[0] if "2000-01-01" <= found[0] <= datetime.now(UTC).date().isoformat() else None


def _text(value: Any) -> str | None:
    """A text, no longer than anybody reads, in letters that UTF-8 has."""
    return value[:LONGEST].encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _whole(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and abs(value) < 1 << 62 else None


def _extra(rest: Row) -> str | None:
    told = json.dumps(rest, ensure_ascii=False).encode("utf-8", "replace").decode()
    return told if rest and len(told) <= 10 * LONGEST else None


def _landed(rows: list[Row]) -> duckdb.DuckDBPyRelation:
    db = connection()
    columns = ", ".join(f"{name} {kind}" for name, kind in SHAPE.items())
    db.execute(f"create temp table entries ({columns})")
    marks = ", ".join("?" * len(SHAPE))
    given = [[n, *(row[name] for name in SHAPE if name != "row_number")] for n, row in enumerate(rows, 1)]
    db.executemany(f"insert into entries values ({marks})", given)
    return db.sql("from entries order by row_number")
