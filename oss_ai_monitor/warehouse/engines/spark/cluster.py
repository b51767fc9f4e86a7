"""A cluster by its address, and the scratch folder that it shares with the build: what a build asks of Spark."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ..duckdb.landed import Snapshot
from .making import Making
from .scratch import Scratch
from .session import Session


class Cluster:
    """A Spark cluster that answers Spark Connect."""

    def __init__(self, address: str, scratch: Path) -> None:
        """`address`: sc://host:port. `scratch`: a folder that the cluster sees under the same path."""
        self.address, self.scratch_folder = address, scratch.resolve()
        self.making: Making | None = None

    def begin(
        self,
        db: duckdb.DuckDBPyConnection,
        inputs: Mapping[str, str],
        runs: list[Snapshot],
        sql: Path,
    ) -> Making:
        """Connect, and return what creates the relations. Raises BuildFailed where no Spark answers."""
        scratch = Scratch(self.scratch_folder)
        try:
            self.making = Making(db, inputs, runs, sql, Session(self.address), scratch)
        except BaseException:
            scratch.release()
            raise
        return self.making

    def finish(self) -> None:
        """Remove what a later build would go on with."""
        if self.making:
            self.making.scratch.remove()
