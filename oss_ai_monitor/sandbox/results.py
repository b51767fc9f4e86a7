"""The answer to a query: its columns and rows, whether it was cut, and the same as a frame or as Parquet."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..plurals import counted, verb_after

Cell = str | int | float | bool | None
PARQUET_TYPES = re.compile(
    r"BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d{1,2},\d{1,2}\)|DATE|TIME"
    r"|TIMESTAMP(?: WITH TIME ZONE|_S|_MS|_NS)?"
)
"""Types that Parquet stores as they are; columns of any other type are stored as text."""
TEXT_NUMBERS = re.compile(r"U?HUGEINT|UBIGINT|DECIMAL\(.*\)")  # numbers that the worker sends as text
NUMBERS = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)")
DATE_TYPES = re.compile(r"DATE|TIMESTAMP.*")


@dataclass(frozen=True)
class Column:
    """A column as DuckDB names and types it."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers, be they sent as text."""
        return bool(NUMBERS.fullmatch(self.type))


@dataclass(frozen=True)
class Result:
    """Rows in the order of the answer; dates, decimals and everything nested are text.

    They stay the lines in which the confined process sent them until somebody reads them: most are never looked at, and
    a million cells take seconds to make. What reads more than a page of them is for a thread.
    """

    columns: tuple[Column, ...]
    """Their names are all different."""
    lines: tuple[bytes, ...]
    """Each row as JSON."""
    has_more: bool
    """Whether the answer had more rows than these."""
    left_out: int
    """How many more columns the answer had."""
    shortened: int
    """How many texts were shortened."""
    seconds: float

    @property
    def cut(self) -> str:
        """Return what was left out, in words; an empty string if nothing was."""
        rows, texts = len(self.lines), self.shortened
        parts = [f"only the first {counted(rows, 'row')} {verb_after(rows, 'is', 'are')} kept"] if self.has_more else []
        if self.left_out:
            columns = len(self.columns)
            parts.append(f"only the first {columns:,} of {columns + self.left_out:,} columns are kept")
        parts += [f"{counted(texts, 'long text')} {verb_after(texts, 'is', 'are')} shortened"] if texts else []
        return "; ".join(parts)

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return all rows, read anew each time."""
        return tuple(self.read())

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows from `start` to before `stop`."""
        for line in self.lines[start:stop]:
            yield tuple(json.loads(line))

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame."""
        return self._frame(lambda _, cells: cells)

    def typed(self) -> pd.DataFrame:
        """Return the rows as a frame, with all numbers as numbers, and dates as UTC timestamps.

        Dates outside the range of pandas are missing.
        """
        return self._frame(_typed)

    def _frame(self, converted: Callable[[Column, pd.Series[Any]], pd.Series[Any]]) -> pd.DataFrame:
        """One column at a time, for what is made in one piece lets no other thread of the server run meanwhile."""
        cells: list[list[Cell]] = [[] for _ in self.columns]
        for row in self.read():
            for column, cell in zip(cells, row, strict=True):
                column.append(cell)
        pairs = zip(self.columns, cells, strict=True)
        return pd.DataFrame({column.name: converted(column, pd.Series(values)) for column, values in pairs}, copy=False)

    def parquet(self) -> bytes:
        """Return the rows as Parquet, with DuckDB's types where Parquet has them."""
        with duckdb.connect(config={"threads": 1}) as db, tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "rows.json", Path(folder) / "result.parquet"
            source.write_bytes(b"\n".join(self.lines))
            types = [column.type if PARQUET_TYPES.fullmatch(column.type) else "varchar" for column in self.columns]
            casts = [
                f"try_cast(cells[{n}] as {parquet_type}) as {_quote(column.name)}"
                for n, (parquet_type, column) in enumerate(zip(types, self.columns, strict=True), 1)
            ]
            rows = "read_json($path, format = 'newline_delimited', records = false, columns = {cells: 'varchar[]'})"
            db.sql(f"select {', '.join(casts)} from {rows}", params={"path": str(source)}).write_parquet(
                str(target), compression="zstd"
            )
            return target.read_bytes()


def _typed(column: Column, cells: pd.Series[Any]) -> pd.Series[Any]:
    if TEXT_NUMBERS.fullmatch(column.type):
        return pd.to_numeric(cells, errors="coerce")
    if DATE_TYPES.fullmatch(column.type):
        moments = pd.to_datetime(cells, errors="coerce", utc=True, format="ISO8601")
        return moments.dt.tz_localize(None)
    return cells


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
