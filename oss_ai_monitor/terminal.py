"""How things are said on a terminal: dates taken, progress shown, rows printed. Knows nothing of ours."""

from __future__ import annotations

import csv
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

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
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
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def say(line: str) -> None:
    """Words for whoever watches."""
    click.echo(harmless(line), err=True)


def stamped(line: str) -> None:
    """Words for a log: each line with its moment, UTC."""
    click.echo(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} {harmless(line)}", err=True)


def harmless(text: str) -> str:
    """Strangers' text for a terminal or a log: what would move its cursor or turn its letters round is told as code."""
    return _COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


@contextmanager
def progress(*, is_log: bool | None = None, tell: Callable[[str], None] = stamped) -> Iterator[Callable[..., None]]:
    """Rows, rate, time left and what else is told: a bar on a terminal, in a log a plain line a minute.

    `is_log`: None asks whether anybody watches stderr; `tell` writes a line of a log.
    """
    if is_quiet() if is_log is None else is_log:
        yield _Lines(tell).update
        return
    with tqdm(unit=" rows", unit_scale=True, leave=False) as bar:

        def told(done: int, total: int | None = None, more: str = "") -> None:
            if done < bar.n:  # another table has begun
                bar.reset()
            if total:
                bar.total = max(total, done)
            if more:
                bar.set_postfix_str(more, refresh=False)
            bar.update(done - bar.n)

        yield told


class _Lines:
    """Progress as lines, one a minute at most."""

    def __init__(self, tell: Callable[[str], None] = stamped, clock: Callable[[], float] = time.monotonic) -> None:
        self.tell, self.clock = tell, clock
        self.last = self.began = clock()
        self.first = self.done = 0

    def update(self, done: int, total: int | None = None, more: str = "") -> None:
        now = self.clock()
        if done < self.done or not self.done:  # a table begins, perhaps where one broke off
            self.began, self.first = now, done
        self.done = done
        if now - self.last < LOGGED_EVERY:
            return
        self.last = now
        rate = (done - self.first) / max(now - self.began, 1e-9)
        of = f" of {total:,}" if total else ""
        left = f", {tqdm.format_interval((total - done) / rate)} left" if total and total > done and rate else ""
        self.tell(f"  {done:,}{of} rows, {rate:,.0f} a second{left}" + (f"; {more}" if more else ""))


def export(result: duckdb.DuckDBPyConnection, form: str) -> None:
    """Print every row of a result on stdout, as csv or json, without holding them all.

    JSON holds each text to the letter; in CSV what a spreadsheet or a terminal would run is quoted.
    """
    names = [column[0] for column in result.description or []]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise click.UsageError(f"two columns are called {', '.join(twice)}: name them with 'as'")
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while rows := result.fetchmany(10_000):
            writer.writerows([_cell(value) for value in row] for row in rows)
        return
    separator = "["
    while rows := result.fetchmany(10_000):
        for row in rows:
            told = dict(zip(names, map(_plain, row), strict=True))
            sys.stdout.write(separator + json.dumps(told, default=str, ensure_ascii=False, allow_nan=False))
            separator = ",\n"
    sys.stdout.write("]\n" if separator != "[" else "[]\n")


def _cell(value: Any) -> Any:
    """A value as CSV for a spreadsheet and for a terminal: text that one would run is quoted, or told as code."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float | Decimal | None) else harmless(str(value))
    return harmless(f"'{value}" if _FORMULA.match(value) else value)


def _plain(value: Any) -> Any:
    """A value as JSON knows it: decimals are numbers, what is no number is null."""
    if isinstance(value, Decimal):
        return float(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def is_quiet() -> bool:
    """Whether nobody watches stderr: then there is no bar."""
    return not sys.stderr.isatty()


def width() -> int:
    """Columns that a table may take."""
    return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 160
