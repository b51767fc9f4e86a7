"""One generation, opened read-only, and its named queries."""

from __future__ import annotations

import functools
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from . import catalog, checksums, left_out, macros
from .checksums import LACKING, NAME, connect
from .errors import Damaged, NoWarehouse, Outdated
from .identity import identity
from .plan.relations import read, sql_folder
from .published import NOT_IN_A_COPY, copy_of, publication

log = logging.getLogger("oss_ai_monitor")
CACHE_BYTES = 64_000_000  # size of the cached answers
ENTRY_BYTES = 10_000  # of a cached frame beside its values, measured
EARLIER_RULES = "built with earlier rules; 'oss-ai-monitor build' applies the present ones"
EARLIER_RULES_OF_A_COPY = "built with earlier rules than this version has; whoever published it can publish it anew"


class Warehouse:
    """One generation, opened read-only; safe to share between threads, each query has its own cursor.

    Raises Damaged, and Outdated where another version built it, so that its relations are not those that are read here.
    """

    def __init__(self, path: Path, sql: Path | None = None) -> None:
        self.path = path
        self.sql = sql or sql_folder()
        self.generation = path.stem
        self.instead_of = ""
        """Why this is not the newest generation; "" if it is."""
        self._answers = Answers(CACHE_BYTES)
        if reason := checksums.damage(path, is_quick=True):  # other damage is noticed by DuckDB when it reads it
            raise Damaged(path, f"{reason}; {checksums.repair(path)}")
        with checksums.translate_errors(path):
            self._db = connect(path, read_only=True)
            try:
                checksums.require_shape(self._db, path)
                self.identity = identity(self._db, self.sql)
                self.publication = publication(self._db)
                """What a published copy says of itself; {} where it was built here."""
                self.copy_of = copy_of(path, self.publication)
                """Who published a copy, as what and when, and a sentence for readers; None where it was built here."""
                self._macros = macros.missing(self._db, self.sql)
                simulated = self._fetch_ours("select bool_or(is_simulated) as is_simulated from core.snapshots", {})
            except BaseException:
                self._db.close()
                raise
        self.is_simulated = bool(simulated["is_simulated"][0])

    @classmethod
    def open(cls, folder: Path, sql: Path | None = None) -> Warehouse:
        """Open the generation that the stable name points at; if it is damaged, the one before it (see `instead_of`).

        Raises NoWarehouse where there is none, Outdated where another version built it, Damaged where none of them
        can be read.
        """
        paths, broken = readable(folder)
        for path in paths:
            try:
                opened = cls(path, sql)
            except Damaged as error:
                _record_damage(error)
                broken.append(error)
                continue
            stable = folder / NAME
            if broken and not (stable.exists() and path.samefile(stable)):
                opened.instead_of = f"{broken[0]}; until then generation {path.stem} is shown"
            return opened
        raise broken[0]

    def query(self, name: str, parameters: Mapping[str, Any] | None = None, /, **query_parameters: Any) -> pd.DataFrame:
        """Run sql/queries/<name>.sql with bound parameters; returns its rows.

        `parameters` are shared by all perspectives: those that the query does not use are not bound.
        Every one of `query_parameters` must be used, else DuckDB raises an error. Answers are cached.

        Raises Outdated where the generation lacks what the query reads, whatever the number of its shape says.
        """
        select, bound = self.bound(name, parameters, **query_parameters)
        key = repr((name, sorted(bound.items())))
        return self._answers.get(key, lambda: self._fetch_ours(select, bound))

    def bound(
        self, name: str, parameters: Mapping[str, Any] | None = None, /, **query_parameters: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the text of sql/queries/<name>.sql, and the parameters that `query` binds."""
        select = read(self.sql / "queries" / f"{name}.sql")
        used = _parameter_names(select)
        return select, {key: value for key, value in (parameters or {}).items() if key in used} | query_parameters

    def parameters_of(self, name: str) -> frozenset[str]:
        """Return the names of the parameters of sql/queries/<name>.sql."""
        return _parameter_names(read(self.sql / "queries" / f"{name}.sql"))

    def sql_frame(self, select: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run any select, and return its rows."""
        return self._fetch(select, dict(parameters or {}))

    @property
    def macros_for(self) -> Callable[[str], list[str]]:
        """A function of a select: the statements to execute on a connection to this generation before it.

        There are none, unless an earlier version built the generation: then it has no macros, or other ones. The
        function does not keep the warehouse from being freed.
        """
        return functools.partial(macros.used, macros=self._macros)

    @property
    def rules_notice(self) -> str:
        """What readers should know of the rules that built this: "" where they are the present ones."""
        if self.identity and self.identity.has_present_rules:
            return ""
        return EARLIER_RULES_OF_A_COPY if self.publication else EARLIER_RULES

    @property
    def copy_notice(self) -> str:
        """What readers should know of a published copy: who published it, when, and what is not in it; else ""."""
        return self.copy_of["notice"] if self.copy_of else ""

    @property
    def why_no_boards(self) -> str:
        """Why a published copy has no leaderboards, as part of a sentence; "" where it was built here."""
        return NOT_IN_A_COPY if self.publication else ""

    @property
    def and_why_no_boards(self) -> str:
        """The same, as it is added to a sentence that says that a dataset is absent; "" where it was built here."""
        return f", and {self.why_no_boards}" if self.why_no_boards else ""

    def leaves_out_as_listed(self, folder: Path) -> bool:
        """Whether it leaves out the names that are listed now, in the seed and in the warehouse's folder."""
        listed = left_out.list_version(left_out.entries(folder, self.sql))
        return (self.identity.left_out if self.identity else "") == listed

    def _fetch_ours(self, select: str, bound: Mapping[str, Any]) -> pd.DataFrame:
        """Return the rows of a select of ours, which asks for nothing that a generation of this shape lacks."""
        try:
            return self._fetch(select, bound, _parsed(select))
        except LACKING as error:
            log.info("%s lacks what a query reads: %s", self.path, error)
            raise Outdated(self.path, is_copy=checksums.is_copy(self.path)) from error

    def _fetch(self, select: str, bound: Mapping[str, Any], parsed: duckdb.Statement | None = None) -> pd.DataFrame:
        try:
            with checksums.translate_errors(self.path):
                cursor = self._db.cursor()
                for create in self.macros_for(select):  # a temporary one belongs to its cursor
                    cursor.execute(create)
                return cursor.execute(parsed or select, bound).df()
        except Damaged as error:
            _record_damage(error)
            raise

    def close(self) -> None:
        self._db.close()


class Answers:
    """A cache of frames, least recently used first, up to `max_bytes`; it returns copy-on-write copies."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.held_bytes = 0
        self._frames: OrderedDict[str, tuple[pd.DataFrame, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return the cached frame, or that of `compute`, which is cached. Concurrent callers may both compute it."""
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key][0].copy(deep=False)
        frame = compute()
        columns = (column.memory_usage(index=False, deep=True) for _, column in frame.items())
        size = frame.index.memory_usage() + sum(columns) + ENTRY_BYTES
        with self._lock:
            if key not in self._frames and size <= self.max_bytes // 4:  # one large answer must not push out all others
                self._frames[key] = frame, size
                self.held_bytes += size
            while self.held_bytes > self.max_bytes:
                self.held_bytes -= self._frames.popitem(last=False)[1][1]
        return frame.copy(deep=False)


def current(folder: Path) -> Path:
    """Return the file behind the stable name; if it is known to be damaged, the generation before it.

    Raises NoWarehouse, which says what to run.
    """
    paths, broken = readable(folder)
    if not paths:
        raise broken[0]
    return paths[0]


def readable(folder: Path) -> tuple[list[Path], list[Damaged]]:
    """Return the generations that are not known to be damaged, and the errors of the others.

    The one behind the stable name is the first, then come those that it was swapped in after, but none that was built
    with another list of names to leave out than the present one. Raises NoWarehouse if there is neither.
    """
    stable = folder / NAME
    generations = checksums.generations(folder)
    if not generations and not stable.exists():
        missing = "leads to no file" if stable.is_symlink() else "is not there"
        if any((folder / "landing").glob("*/[!.]*/manifest.json")):
            raise NoWarehouse(f"{stable} {missing}: {checksums.REPAIR}")
        raise NoWarehouse(
            f"{stable} {missing}: run 'oss-ai-monitor refresh' (with a network), or 'oss-ai-monitor ingest "
            "simulated' and 'oss-ai-monitor build', or choose the folder with --warehouse or OSS_AI_MONITOR_WAREHOUSE"
        )
    served = checksums.served(folder)
    first = [served] if served else [stable] if stable.is_file() else []
    earlier = checksums.predecessors(served) if served else generations
    listed = catalog.listed_in(folder) if earlier else None
    same_names = [path for path in earlier if listed is not None and catalog.left_out_of(path) == listed]
    candidates = [path.resolve() for path in [*first, *same_names]]
    broken = [error for path in [*candidates, *generations] if (error := _broken.get(_file_state(path.resolve())))]
    if not stable.is_file():
        broken.insert(0, Damaged(stable, f"points at no generation; {checksums.REPAIR}"))
    paths = [path for path in candidates if path.is_file() and _file_state(path) not in _broken]
    return list(dict.fromkeys(paths)), list(dict.fromkeys(broken))


_broken: dict[tuple[Path, int, int], Damaged] = {}
"""Damaged generations that this process has met, by path, size and modification time."""


def _record_damage(error: Damaged) -> None:
    if _file_state(error.path) not in _broken:
        _broken[_file_state(error.path)] = error
        log.error("%s", error)


def _file_state(path: Path) -> tuple[Path, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return path, 0, 0
    return path, stat.st_size, stat.st_mtime_ns


@functools.cache
def _parameter_names(select: str) -> frozenset[str]:
    return frozenset(_parsed(select).named_parameters)


@functools.cache
def _parsed(select: str) -> duckdb.Statement:
    """Return a select of ours as DuckDB reads it: to parse it takes a tenth of the time of most queries."""
    with duckdb.connect() as parser:
        return parser.extract_statements(select)[0]
