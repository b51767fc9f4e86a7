"""One generation, opened read-only, and the named queries on it."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from .errors import NoWarehouse
from .identity import identity
from .relations import read, sql_folder

NAME = "oss_ai_monitor.duckdb"
KEPT_BYTES = 64_000_000  # answers kept for the next visitor who asks the same


class Warehouse:
    """One generation, opened read-only; safe to share between threads, each query has its own cursor."""

    def __init__(self, path: Path, sql: Path | None = None) -> None:
        self.path = path
        self.sql = sql or sql_folder()
        self._db = connect(path, read_only=True)
        self.generation = path.stem
        self.identity = identity(self._db, self.sql)
        self._answers = Answers(KEPT_BYTES)
        self.is_simulated = bool(self._db.execute("select bool_or(is_simulated) from core.snapshots").fetchall()[0][0])

    @classmethod
    def open(cls, folder: Path, sql: Path | None = None) -> Warehouse:
        """Open the generation that the stable name points at. Raises NoWarehouse where there is none."""
        return cls(current(folder), sql)

    def query(self, name: str, parameters: Mapping[str, Any] | None = None, /, **own: Any) -> pd.DataFrame:
        """Run sql/queries/<name>.sql with bound parameters; returns its rows.

        `parameters` are those that all perspectives share: what a query does not name of them is not bound.
        Everything in `own` must be used by the query, else DuckDB refuses it. Who asks the same shares the answer.
        """
        select = read(self.sql / "queries" / f"{name}.sql")
        used = _named(select)
        bound = {key: value for key, value in (parameters or {}).items() if key in used} | own
        key = repr((name, sorted(bound.items())))
        return self._answers.get(key, lambda: self._db.cursor().execute(select, bound).df())

    def sql_frame(self, select: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The rows of one select of the caller's own."""
        return self._db.cursor().execute(select, dict(parameters or {})).df()

    def close(self) -> None:
        self._db.close()


class Answers:
    """The frames asked for last, up to so many bytes; handed out as copies on write, so nobody changes another's."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self._frames: OrderedDict[str, tuple[pd.DataFrame, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The kept answer, or that of `ask`, kept from now on. Two who ask at the same moment may both be answered."""
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key][0].copy(deep=False)
        frame = ask()
        size = int(frame.memory_usage(deep=True).sum())
        with self._lock:
            if key not in self._frames and size <= self.most // 4:  # one large answer must not push out all others
                self._frames[key] = frame, size
                self.held += size
            while self.held > self.most:
                self.held -= self._frames.popitem(last=False)[1][1]
        return frame.copy(deep=False)


def current(folder: Path) -> Path:
    """The file behind the stable name. Raises NoWarehouse, saying what to run."""
    stable = folder / NAME
    if not stable.exists():
        raise NoWarehouse(
            f"{stable} is not there: run 'oss-ai-monitor refresh' (with a network), or 'oss-ai-monitor ingest "
            "simulated' and 'oss-ai-monitor build', or choose the folder with --warehouse or OSS_AI_MONITOR_WAREHOUSE"
        )
    return stable.resolve()


@functools.cache
def _named(select: str) -> frozenset[str]:
    with duckdb.connect() as parser:
        return frozenset(parser.extract_statements(select)[0].named_parameters)


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    db = duckdb.connect(str(path), read_only=read_only, config=config)  # type: ignore[arg-type]
    db.execute("set timezone = 'UTC'")
    return db
