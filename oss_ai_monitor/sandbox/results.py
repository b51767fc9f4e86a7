"""What a question brought back: its columns and rows, whether it was cut, and the same as a frame or as Parquet."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

Cell = str | int | float | bool | None
PLAIN = re.compile(
    r"BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d{1,2},\d{1,2}\)|DATE|TIME"
    r"|TIMESTAMP(?: WITH TIME ZONE|_S|_MS|_NS)?"
)
"""Types that Parquet holds as they are; columns of any other type are kept as text."""
NUMBERS = re.compile(r"U?HUGEINT|UBIGINT|DECIMAL\(.*\)")  # numbers that travel as text
MOMENTS = re.compile(r"DATE|TIMESTAMP.*")


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
    more: bool
    """The answer had more rows than these."""
    shortened: int
    """Texts that were longer than is kept."""
    seconds: float

    @property
    def cut(self) -> str:
        """What was left out, in words; empty where nothing was."""
        said = [f"only the first {len(self.rows):,} rows are kept"] if self.more else []
        said += [f"{self.shortened:,} long texts are shortened"] if self.shortened else []
        return "; ".join(said)

    def frame(self) -> pd.DataFrame:
        """One column for each of the answer's, even where two have one name."""
        names: list[str] = []
        for column in self.columns:
            name, n = column.name, 1
            while name in names:
                name, n = f"{column.name}_{n}", n + 1
            names.append(name)
        return pd.DataFrame(list(self.rows), columns=names)

    def readable(self) -> pd.DataFrame:
        """The same with all numbers as numbers; dates are text, as everything else is."""
        frame = self.frame()
        for name, column in zip(frame.columns, self.columns, strict=True):
            if NUMBERS.fullmatch(column.type):
                frame[name] = pd.to_numeric(frame[name], errors="coerce")
        return frame

    def typed(self) -> pd.DataFrame:
        """The same with dates as moments too, in UTC; one that pandas cannot hold is missing."""
        frame = self.readable()
        for name, column in zip(frame.columns, self.columns, strict=True):
            if MOMENTS.fullmatch(column.type):
                moments = pd.to_datetime(frame[name], errors="coerce", utc=True, format="ISO8601")
                frame[name] = moments.dt.tz_localize(None)
        return frame

    def parquet(self) -> bytes:
        """The rows as Parquet, typed as DuckDB typed them where Parquet can."""
        frame = self.frame()
        with duckdb.connect() as db, tempfile.TemporaryDirectory() as folder:
            names = [f"c{n}" for n in range(len(self.columns))]
            db.execute(f"create table cells ({', '.join(f'{name} varchar' for name in names)})")
            texts = [[None if cell is None else str(cell) for cell in row] for row in self.rows]
            if texts:
                columns = [list(column) for column in zip(*texts, strict=True)]
                unnested = ", ".join(f"unnest(${name}::varchar[])" for name in names)
                db.execute(f"insert into cells select {unnested}", dict(zip(names, columns, strict=True)))
            casts = [
                f"try_cast({name} as {column.type if PLAIN.fullmatch(column.type) else 'varchar'}) as {_quoted(title)}"
                for name, column, title in zip(names, self.columns, frame.columns, strict=True)
            ]
            path = Path(folder) / "result.parquet"
            db.sql(f"select {', '.join(casts)} from cells").write_parquet(str(path), compression="zstd")
            return path.read_bytes()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
