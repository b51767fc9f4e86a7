"""How things are said on a terminal: dates taken, progress shown, rows printed. Knows nothing of ours."""

from __future__ import annotations

import csv
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import click
import duckdb
from tqdm import tqdm


class Moment(click.ParamType):
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


@contextmanager
def progress() -> Iterator[Callable[..., None]]:
    """Rows, rate and time left: a bar on a terminal, nothing but the closing words in a log."""
    with tqdm(unit=" rows", unit_scale=True, disable=is_quiet(), leave=False) as bar:

        def told(done: int, total: int | None = None, more: str = "") -> None:
            if total:
                bar.total = max(total, done)
            if more:
                bar.set_postfix_str(more, refresh=False)
            bar.update(done - bar.n if done >= bar.n else 0)

        yield told


def export(result: duckdb.DuckDBPyConnection, form: str) -> None:
    """Print every row of a result on stdout, as csv or json, without holding them all."""
    names = [column[0] for column in result.description or []]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise click.UsageError(f"two columns are called {', '.join(twice)}: name them with 'as'")
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while rows := result.fetchmany(10_000):
            writer.writerows(rows)
        return
    separator = "["
    while rows := result.fetchmany(10_000):
        for row in rows:
            told = dict(zip(names, map(_plain, row), strict=True))
            sys.stdout.write(separator + json.dumps(told, default=str, ensure_ascii=False, allow_nan=False))
            separator = ",\n"
    sys.stdout.write("]\n" if separator != "[" else "[]\n")


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
