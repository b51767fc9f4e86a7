"""Terminal input and output: dates, messages, progress, rows. Knows nothing of the other modules."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import click
import duckdb
from tqdm import tqdm

_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBERS = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)")
_NESTED = re.compile(r"\]$|^(STRUCT|MAP|UNION)\(")
_TIMES = re.compile(r"(DATE|TIME|TIMESTAMP|INTERVAL)\b(?!.*[\[(])")
_ADVISED = re.compile("'oss-ai-monitor (?!--warehouse )")
TYPED = "oss_ai_monitor.typed"
"""The key under which a click context holds how a command is typed for the folder that was named."""
LOGGED_EVERY = 60.0
"""Seconds between two lines of progress in a log."""


class Moment(click.ParamType[datetime]):
    """An ISO date or time, UTC; a bare date means the end of that day."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; expected one like 2024-06-15 or 2024-06-15T12:00", param, ctx)
        if len(value) <= len("2024-06-15"):
            moment += timedelta(days=1, microseconds=-1)
        try:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except OverflowError:
            self.fail(f"{value!r} is in UTC before the year 1 or after the year 9999", param, ctx)


def as_typed(message: str) -> str:
    """Return a message whose commands name the folder that --warehouse named: without it they act on another one."""
    context = click.get_current_context(silent=True)
    typed = context.meta.get(TYPED) if context else None
    return _ADVISED.sub(lambda _: f"'{typed} ", message) if typed else message


def print_message(line: str) -> None:
    """Print a message on stderr."""
    click.echo(escape_controls(as_typed(line)), err=True)


def print_log_line(line: str) -> None:
    """Print a line of a log on stderr, with its time in UTC."""
    click.echo(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} {escape_controls(as_typed(line))}", err=True)


def escape_controls(text: str) -> str:
    """Escape the characters of a text that would move a terminal's cursor or reverse the direction of writing."""
    return _CONTROL_CHARACTERS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


@contextmanager
def progress(
    *, is_log: bool | None = None, notify: Callable[[str], None] = print_log_line, unit: str = "rows"
) -> Iterator[Callable[..., None]]:
    """Show what is done, rate, time left and a detail: as a bar on a terminal, in a log as a plain line per minute.

    `is_log`: None means that it is a log unless stderr is a terminal; `notify` writes a line of the log.
    """
    if is_quiet() if is_log is None else is_log:
        yield _Lines(notify, unit=unit).update
        return
    with tqdm(unit=f" {unit}", unit_scale=unit == "rows", leave=False) as bar:

        def update(done: int, total: int | None = None, detail: str = "") -> None:
            if done < bar.n:  # another table has begun
                bar.reset()
            if total:
                bar.total = max(total, done)
            if detail:
                bar.set_postfix_str(detail, refresh=False)
            bar.update(done - bar.n)

        yield update


class _Lines:
    """Progress as lines, at most one per minute."""

    def __init__(
        self,
        notify: Callable[[str], None] = print_log_line,
        clock: Callable[[], float] = time.monotonic,
        unit: str = "rows",
    ) -> None:
        self.notify, self.clock, self.unit = notify, clock, unit
        self.last = self.began = clock()
        self.first = self.done = 0

    def update(self, done: int, total: int | None = None, detail: str = "") -> None:
        now = self.clock()
        if done < self.done or not self.done:  # a table begins, perhaps where one broke off
            self.began, self.first = now, done
        self.done = done
        if now - self.last < LOGGED_EVERY:
            return
        self.last = now
        rate = (done - self.first) / max(now - self.began, 1e-9)
        total_text = f" of {total:,}" if total else ""
        time_left = f", {tqdm.format_interval((total - done) / rate)} left" if total and total > done and rate else ""
        speed = f"{rate:,.0f} a second" if rate >= 1 else f"{60 * rate:,.0f} a minute"
        self.notify(f"  {done:,}{total_text} {self.unit}, {speed}{time_left}" + (f"; {detail}" if detail else ""))


def export(db: duckdb.DuckDBPyConnection, statement: duckdb.Statement, form: str) -> None:
    """Run a SELECT or EXPLAIN, and print every row on stdout, as csv or json, without holding them all in memory.

    JSON keeps each text unchanged; in CSV a text that a spreadsheet or a terminal would execute is escaped. Nothing is
    printed before the first rows have come.
    """
    if statement.type == duckdb.StatementType.EXPLAIN:
        result = db.execute(statement.query)
        names, types = [column[0] for column in result.description or []], ["VARCHAR", "VARCHAR"]
    else:
        relation = db.sql(statement.query)
        names, types = list(relation.columns), [str(kind) for kind in relation.types]
    if duplicates := sorted({name for name in names if names.count(name) > 1}):
        raise click.UsageError(f"two columns are called {', '.join(duplicates)}: name them with 'as'")
    if statement.type != duckdb.StatementType.EXPLAIN:
        casts = ", ".join(f"{_plain(n, kind, form)} as c{n}" for n, kind in enumerate(types, 1))
        result = db.execute(relation.project(casts).sql_query())
    rows = result.fetchmany(10_000)
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        is_own = [bool(_TIMES.match(kind)) for kind in types]
        while rows:
            writer.writerows(map(_cell, row, is_own) for row in rows)
            rows = result.fetchmany(10_000)
        return
    is_nested = [bool(_NESTED.search(kind)) for kind in types]
    separator = "["
    while rows:
        for row in rows:
            record = dict(zip(names, map(_json_value, row, is_nested), strict=True))
            sys.stdout.write(separator + json.dumps(record, ensure_ascii=False, allow_nan=False))
            separator = ",\n"
        rows = result.fetchmany(10_000)
    sys.stdout.write("]\n" if separator != "[" else "[]\n")


def _plain(n: int, kind: str, form: str) -> str:
    """Return SQL for the n-th column as a number, a truth value or text.

    As Python objects, moments with a time zone need a further library, infinite ones would be days of the year 9999,
    and nanoseconds would be lost.
    """
    if _NUMBERS.fullmatch(kind):
        return f"#{n}"
    return f"to_json(#{n})::varchar" if form == "json" and _NESTED.search(kind) else f"#{n}::varchar"


def _cell(value: Any, is_own: bool) -> Any:
    """Return a value for CSV: a formula gets a leading quote unless the text is DuckDB's own, such as -3 days; control
    characters are escaped."""
    if not isinstance(value, str):
        return value
    return escape_controls(f"'{value}" if _FORMULA.match(value) and not is_own else value)


def _json_value(value: Any, is_nested: bool) -> Any:
    """Return a value for JSON: decimals become numbers, NaN and infinity become null."""
    if is_nested and value is not None:
        return json.loads(value, parse_constant=lambda _: None)
    if isinstance(value, Decimal):
        return float(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_utf8() -> None:
    """Write UTF-8 to files and pipes, whatever the locale; a terminal of another encoding shows escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            is_terminal = stream.isatty()
            stream.reconfigure(encoding=None if is_terminal else "utf-8", errors="backslashreplace")


def utf8(content: bytes) -> str:
    """Return a text from bytes, without a byte order mark. Raises ValueError, saying what it is instead."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("is UTF-16, not UTF-8: save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"is no UTF-8 at byte {error.start + 1}: save it as UTF-8") from error


def is_quiet() -> bool:
    """Whether stderr is no terminal: then there is no progress bar."""
    return not sys.stderr.isatty()


def width() -> int:
    """Return the width of the terminal in columns, 160 if stdout is none."""
    return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 160
