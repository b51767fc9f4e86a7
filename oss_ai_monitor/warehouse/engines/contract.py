"""What a build asks of an engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import duckdb

from ..plan.fingerprints import Fingerprint
from ..plan.relations import Relation
from .duckdb.landed import Snapshot


class Making(Protocol):
    """What an engine does in a build: it creates the relations, one after the other."""

    now: dict[str, Fingerprint]
    taken_over: list[str]

    @property
    def engine(self) -> str: ...
    @property
    def notice(self) -> str: ...
    def make(self, relation: Relation) -> None: ...
    def drop_unread(self, remaining: Iterable[Relation]) -> None: ...
    def detach(self) -> None: ...


class Spark(Protocol):
    """A cluster that makes the tables of a build."""

    def begin(
        self,
        db: duckdb.DuckDBPyConnection,
        inputs: Mapping[str, str],
        runs: list[Snapshot],
        sql: Path,
    ) -> Making: ...
    def finish(self) -> None: ...
