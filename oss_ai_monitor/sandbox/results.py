"""The answer to a query: its columns and rows, whether it was cut, and the same as a frame or as Parquet."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

Cell = str | int | float | bool | None
PARQUET_TYPES = re.compile(
    r"BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d{1,2},\d{1,2}\)|DATE|TIME"
    r"|TIMESTAMP(?: WITH TIME ZONE|_S|_MS|_NS)?"
)
"""Types that Parquet stores as they are; columns of any other type are stored as text."""
TEXT_NUMBERS = re.compile(r"U?HUGEINT|UBIGINT|DECIMAL\(.*\)")  # numbers that the worker sends as text
DATE_TYPES = re.compile(r"DATE|TIMESTAMP.*")


@dataclass(frozen=True)
class Column:
    """A column as DuckDB names and types it."""

    name: str
    type: str


@dataclass(frozen=True)
class Result:
    """Rows in the order of the answer; dates, decimals and everything nested are text."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_more: bool
    """Whether the answer had more rows than these."""
    shortened: int
    """How many texts were shortened."""
    seconds: float

    @property
    def cut(self) -> str:
        """Return what was left out, in words; an empty string if nothing was."""
        parts = [f"only the first {len(self.rows):,} rows are kept"] if self.has_more else []
        parts += [f"{self.shortened:,} long texts are shortened"] if self.shortened else []
        return "; ".join(parts)

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame; columns of equal name get a number."""
        names: list[str] = []
        for column in self.columns:
            name, n = column.name, 1
            while name in names:
                name, n = f"{column.name}_{n}", n + 1
            names.append(name)
        return pd.DataFrame(list(self.rows), columns=names)

    def readable(self) -> pd.DataFrame:
        """Return the frame with all numbers as numbers; dates and everything else are text."""
        frame = self.frame()
        for name, column in zip(frame.columns, self.columns, strict=True):
            if TEXT_NUMBERS.fullmatch(column.type):
                frame[name] = pd.to_numeric(frame[name], errors="coerce")
        return frame

    def typed(self) -> pd.DataFrame:
        """Return the readable frame with dates as UTC timestamps; those outside the range of pandas are missing."""
        frame = self.readable()
        for name, column in zip(frame.columns, self.columns, strict=True):
            if DATE_TYPES.fullmatch(column.type):
                moments = pd.to_datetime(frame[name], errors="coerce", utc=True, format="ISO8601")
                frame[name] = moments.dt.tz_localize(None)
        return frame

    def parquet(self) -> bytes:
        """Return the rows as Parquet, with DuckDB's types where Parquet has them."""
        frame = self.frame()
        with duckdb.connect() as db, tempfile.TemporaryDirectory() as folder:
            names = [f"c{n}" for n in range(len(self.columns))]
            db.execute(f"create table cells ({', '.join(f'{name} varchar' for name in names)})")
            texts = [[None if cell is None else str(cell) for cell in row] for row in self.rows]
            if texts:
                columns = [list(column) for column in zip(*texts, strict=True)]
                unnested = ", ".join(f"unnest(${name}::varchar[])" for name in names)
                db.execute(f"insert into cells select {unnested}", dict(zip(names, columns, strict=True)))
            types = [column.type if PARQUET_TYPES.fullmatch(column.type) else "varchar" for column in self.columns]
            casts = [
                f"try_cast({name} as {parquet_type}) as {_quote(title)}"
                for name, parquet_type, title in zip(names, types, frame.columns, strict=True)
            ]
            path = Path(folder) / "result.parquet"
            db.sql(f"select {', '.join(casts)} from cells").write_parquet(str(path), compression="zstd")
            return path.read_bytes()


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
