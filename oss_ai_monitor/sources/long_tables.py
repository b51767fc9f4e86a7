"""Long tables of adoption, somebody else's or our own: a row per day and model, as Parquet or CSV.

They are checked as a whole and written to one typed file before anything lands. A figure that cannot be read is
unknown, never zero; a day that cannot be read refuses the table.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources import files, ids
from oss_ai_monitor.sources.files import File, literal, location, quoted, text
from oss_ai_monitor.sources.long_table_columns import FIGURES, load, option_name
from oss_ai_monitor.sources.table import FAULTS, SourceError, connection

SOURCE = "adoption_table"
FIRST_DAY = date(2018, 1, 1)
"""No model on the Hub is older."""
LARGEST = 10**15
"""No figure of the Hub is larger."""


@dataclass(frozen=True)
class LongTable:
    """A checked table: a select over `$paths` of day, n, model_id, hub_id, the three figures and last_modified."""

    paths: tuple[Path, ...]
    addresses: tuple[str, ...]
    fingerprint: str
    notes: tuple[str, ...]
    rows: int
    models: int
    days: tuple[date, ...]
    fewest: int
    """Models on the day with the fewest, and with the most."""
    most: int
    missing: tuple[str, ...] = ()
    """Figures without a column: unknown on all days."""
    select: str = "select * from read_parquet($paths)"
    source: str = SOURCE
    revision: str | None = None
    as_of_rule: str = "day in the data"
    is_simulated: bool = False
    seed: int | None = None


class _Reason(NamedTuple):
    """Why something is not used: of what it is said, and what, with a verb for one and for several."""

    noun: str
    which: str
    verbs: tuple[str, str]
    text: str

    def of(self, count: int) -> str:
        return " ".join(
            filter(None, [counted(count, self.noun), self.which, verb_after(count, *self.verbs), self.text])
        )


_ARE = ("is", "are")


@dataclass
class _Remarks:
    """What is not used of a table: how many rows, and where the first is."""

    counts: dict[_Reason, int] = field(default_factory=dict)
    first: dict[_Reason, str] = field(default_factory=dict)

    def add(self, reason: _Reason, count: int, place: str) -> None:
        if count:
            self.counts[reason] = self.counts.get(reason, 0) + count
            self.first.setdefault(reason, place)

    def lines(self) -> list[str]:
        return [f"{reason.of(count)}; the first: {self.first[reason]}" for reason, count in self.counts.items()]


@contextmanager
def read(
    paths: Sequence[Path], columns: Mapping[str, str] | None = None, today: date | None = None
) -> Iterator[LongTable]:
    """Check files of one table; it can be read until the block ends.

    `columns`: the name of a column by what it holds, one of DEFAULTS, where it has another name. Raises SourceError
    with the file, the row or line, what was expected, and what to do.
    """
    columns, today = columns or {}, today or datetime.now(UTC).date()
    candidates = files.files(paths)
    tables = [file for file, is_named in candidates if is_named or file.format == "parquet" or _is_csv(file)]
    if not tables:
        expected = "; ".join(["expected Parquet or CSV", *files.mistakes(file for file, _ in candidates)])
        raise SourceError(f"{', '.join(map(str, paths))}: holds no table; {expected}")
    remarks = _Remarks()
    with tempfile.TemporaryDirectory(prefix="oss-ai-monitor-") as folder:
        parts, rows, missing = [], 0, set(FIGURES)
        for number, file in enumerate(tables):
            parts.append(Path(folder) / f"{number:05}.parquet")
            with connection() as db:
                used = load(db, file, columns)
                missing -= used.keys()
                _reject_days(db, file, used["day"], today)
                rows += _write(db, file, used, parts[-1], rows, remarks)
        yield _summary(tables, columns, tuple(parts), remarks, tuple(name for name in FIGURES if name in missing))


def _is_csv(file: File) -> bool:
    return file.format == "text" and not file.mistake and file.is_text


def _day(column: str) -> str:
    """SQL for a UTC day: a date, a moment, or a text such as 2024-05-08, 20240508 or 2024-05-08T06:00:00Z."""
    trimmed = text(column)
    return f"""
        case
            when regexp_full_match({trimmed}, '\\d{{8}}') then try_strptime({trimmed}, '%Y%m%d')::date
            when length({trimmed}) <= 10 then try_cast({trimmed} as date)
            else timezone('UTC', try_cast({trimmed} as timestamptz))::date
        end
    """


def _reject_days(db: duckdb.DuckDBPyConnection, file: File, column: str, today: date) -> None:
    """Raise SourceError for the first day that cannot be read or cannot be right."""
    rejected = _rows(
        db,
        f"""
        select row_number, day_sent, utc_day is null as is_no_day, utc_day > $today as is_later
        from (select row_number, left({quoted(column)}::varchar, 60) as day_sent, {_day(column)} as utc_day from sent)
        where not coalesce(utc_day between $first and $today, false)
        order by row_number
        limit 1
        """,
        file,
        {"first": FIRST_DAY, "today": today},
    )
    for row, sent, is_no_day, is_later in rejected:
        place = f"{file.path}, {location(file, row)}: {column} is {sent!r}"
        if is_no_day:
            raise SourceError(
                f"{place}, which is no day; expected one like 2024-05-08. Correct it, or name the right column with "
                "--day-column"
            )
        why = f"which is later than today, {today} in UTC" if is_later else "before the Hub had models"
        raise SourceError(f"{place}, {why}; correct it, or leave the row out")


def _write(
    db: duckdb.DuckDBPyConnection, file: File, used: Mapping[str, str], path: Path, offset: int, remarks: _Remarks
) -> int:
    """Write the rows of a file as a typed part, and remark on what is not used; returns how many rows were sent."""
    name = f"coalesce(trim({quoted(used['id'])}::varchar), '')"
    _remark(db, file, remarks, _Reason("row", "without an id", _ARE, "left out"), f"{name} = ''", name)
    for text_of_reason, condition in ids.conditions(name).items():
        reason = _Reason("row", "", _ARE, f"left out: {text_of_reason}")
        _remark(db, file, remarks, reason, condition, f"left({name}, 40)")
    selected = []
    for role, figure in FIGURES.items():
        if role not in used:
            selected.append(f"null::bigint as {figure}")
            continue
        column = used[role]
        number = files.whole_number(column)
        selected.append(f"case when {number} between 0 and {LARGEST} then {number} end::bigint as {figure}")
        is_sent, is_read = f"{text(column)} is not null", f"coalesce({number} between 0 and {LARGEST}, false)"
        ((sent, read_rows),) = _rows(
            db, f"select count(*) filter ({is_sent}), count(*) filter ({is_read}) from sent", file
        )
        if sent and not read_rows:
            ((row, first),) = _rows(
                db,
                f"select row_number, left({quoted(column)}::varchar, 60) from sent where {is_sent}"
                " order by row_number limit 1",
                file,
            )
            raise SourceError(
                f"{file.path}, {location(file, row)}: {column} is {first!r}, and no row holds a count there; expected "
                f"whole numbers. Name the right column with --{option_name(role)}"
            )
        reason = _Reason("value", f"of {column}", _ARE, "no count (a whole number, not negative), and unknown")
        _remark(db, file, remarks, reason, f"{is_sent} and not {is_read}", f"left({quoted(column)}::varchar, 40)")
    hub_id = f"trim({quoted(used['hub_id'])}::varchar)" if "hub_id" in used else "null::varchar"
    changed = "null::timestamp"
    if "last_modified" in used:
        changed = f"timezone('UTC', try_cast({text(used['last_modified'])} as timestamptz))"
    target = literal(str(path))
    _rows(
        db,
        f"""
        copy (
            select
                {_day(used["day"])} as day, row_number + {int(offset)} as n, {name} as model_id, {hub_id} as hub_id,
                {", ".join(selected)}, {changed} as last_modified,
            from sent
            where {ids.usable(name)}
        ) to {target} (format parquet, compression zstd)
        """,
        file,
    )
    ((count,),) = _rows(db, "select count(*) from sent", file)
    return int(count)


def _remark(
    db: duckdb.DuckDBPyConnection, file: File, remarks: _Remarks, reason: _Reason, condition: str, shown: str
) -> None:
    ((count, row, value),) = _rows(
        db,
        f"select count(*), min(row_number), arg_min({shown}, row_number) from sent where {condition}",
        file,
    )
    remarks.add(reason, count, f"{file.path}, {location(file, row or 0)}, {value!r}")


def _summary(
    tables: Sequence[File],
    columns: Mapping[str, str],
    parts: tuple[Path, ...],
    remarks: _Remarks,
    missing: tuple[str, ...],
) -> LongTable:
    bound = {"paths": [str(part) for part in parts]}
    with connection() as db:
        by_day = db.execute(
            "select day, count(distinct model_id) from read_parquet($paths) group by day order by day", bound
        ).fetchall()
        if not by_day:
            raise SourceError(f"{', '.join(str(file.path) for file in tables)}: no row names a model; expected ids")
        ((rows, models),) = db.execute(
            "select count(*), count(distinct model_id) from read_parquet($paths)", bound
        ).fetchall()
        if repeated := rows - sum(count for _, count in by_day):
            ((day, name),) = db.execute(
                "select day, model_id from read_parquet($paths) group by all having count(*) > 1 order by all limit 1",
                bound,
            ).fetchall()
            counts = "a model on the same day, and one of them counts (changed last, most downloads)"
            remarks.add(_Reason("row", "", ("repeats", "repeat"), counts), repeated, f"{name!r} on {day}")
    text_of_columns = "".join(f"{role}={name}\n" for role, name in sorted(columns.items()))
    paths = [file.path for file in tables]
    fingerprint = hashlib.sha256(f"{files.fingerprint(paths, None)}\n{text_of_columns}".encode()).hexdigest()
    unknown = [f"no column of {FIGURES[role]}: unknown on these days" for role in missing]
    return LongTable(
        parts,
        tuple(map(str, paths)),
        fingerprint,
        (*unknown, *remarks.lines()),
        rows,
        models,
        tuple(day for day, _ in by_day),
        min(count for _, count in by_day),
        max(count for _, count in by_day),
        missing,
    )


def _rows(
    db: duckdb.DuckDBPyConnection, query: str, file: File, bound: Mapping[str, object] | None = None
) -> list[tuple[Any, ...]]:
    """Run a query over a file. Raises SourceError where the file is damaged in its middle."""
    try:
        return db.execute(query, dict(bound or {})).fetchall()
    except FAULTS as error:
        reason = " ".join(str(error).split())
        raise SourceError(f"{file.path}: cannot be read to its end ({reason[:300]}); fetch it again") from error
