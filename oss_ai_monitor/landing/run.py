"""One run while it is written: parts, then the manifest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb

from oss_ai_monitor import __version__

from .checkpoint import Checkpoint, settle, sha256
from .manifest import MANIFEST, LandingError, Manifest, NothingNew, Part


class Landable(Protocol):
    """What `Landing.land` takes: a source's table."""

    source: str
    addresses: tuple[str, ...]
    fingerprint: str
    relations: Iterator[duckdb.DuckDBPyRelation]
    revision: str | None
    as_of: datetime | None
    as_of_rule: str
    polarity: dict[str, str] | None
    notes: list[str]
    left_out: dict[str, int]
    is_simulated: bool
    seed: int | None
    question: str | None
    stands: dict[str, Any] | None
    landed: list[Path]
    adds_to: str | None
    may_be_empty: bool

    @property
    def reader_version(self) -> int: ...


@dataclass
class Run:
    """One run while it is written; what is set on it before it ends goes into its manifest."""

    source: str
    snapshot_id: str
    folder: Path
    addresses: tuple[str, ...]
    fingerprint: str
    started: datetime
    is_simulated: bool = False
    seed: int | None = None
    revision: str | None = None
    as_of: datetime | None = None
    as_of_rule: str = "unknown"
    polarity: dict[str, str] | None = None
    left_out: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    manifest: Manifest | None = None
    """Set when the run has become visible."""
    question: str | None = None
    stands: dict[str, Any] | None = None
    """Where the source stood after the last whole part of a run that is continued."""
    adds_to: str | None = None
    may_be_empty: bool = False
    reader_version: int = 0
    _shape: list[tuple[str, str]] | None = None

    def write(self, relation: duckdb.DuckDBPyRelation, stands: dict[str, Any] | None = None) -> int:
        """Write one part, zstd Parquet; returns its rows. Raises LandingError when its columns are not those before.

        With `stands`, where the source stands after it, a crash from now on costs nothing of it.
        """
        shape = [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]
        if self._shape is not None and shape != self._shape:
            differing = sorted({name for name, _ in set(shape) ^ set(self._shape)})
            raise LandingError(
                f"{self.source}: part {len(self.parts)} differs from the first in {', '.join(differing)}"
            )
        self._shape = shape
        path = self.folder / f"part-{len(self.parts):05}.parquet"
        relation.write_parquet(str(path), compression="zstd")
        settle(path)
        with duckdb.connect() as db:
            counted = db.execute("select sum(num_rows)::bigint from parquet_file_metadata(?)", [str(path)]).fetchone()
        rows = int(counted[0]) if counted else 0
        self.parts.append(Part(path.name, rows, path.stat().st_size, sha256(path)))
        if self.question is not None and stands is not None:
            Checkpoint(self.question, self.started, self.parts, shape, stands).write(self.folder)
        return rows

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return sum(part.rows for part in self.parts)

    def finish(self, finished: datetime, folder: Path) -> Manifest:
        """Write the manifest of the whole run, which will stand in `folder`. Raises LandingError, NothingNew."""
        if not self.rows and self.may_be_empty:
            raise NothingNew(f"{self.source}: {', '.join(self.addresses)} had nothing new, so nothing was landed")
        if not self.rows:
            raise LandingError(f"{self.source}: {', '.join(self.addresses)} gave no rows, so nothing was landed")
        if self.as_of is None:
            raise LandingError(f"{self.source}: the moment that the data speaks of is not known; give it with --as-of")
        own = ("source", "snapshot_id", "fingerprint", "revision", "as_of_rule", "started", "rows")
        more = ("polarity", "left_out", "is_simulated", "seed", "adds_to", "reader_version")
        manifest = Manifest(
            **{name: getattr(self, name) for name in own + more},
            as_of=utc(self.as_of),
            finished=finished,
            parts=tuple(self.parts),
            addresses=tuple(map(_text, self.addresses)),
            notes=tuple(map(_text, self.notes)),
            tool_version=__version__,
            folder=folder,
        )
        path = self.folder / MANIFEST
        path.write_text(manifest.to_json(), encoding="utf-8")
        settle(path)
        return manifest


def _text(said: str) -> str:
    """As UTF-8 can hold it: the name of a file may be any bytes."""
    return said.encode("utf-8", "backslashreplace").decode("utf-8")


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
