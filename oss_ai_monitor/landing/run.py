"""A run while it is being written: first the parts, then the manifest."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.version import __version__

from .checkpoint import Checkpoint, flush_to_disk, sha256
from .manifest import MANIFEST, LandingError, Manifest, NothingNew, Part


class Landable(Protocol):
    """The attributes of a source's table that `Landing.land` needs."""

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
    resume_state: dict[str, Any] | None
    landed: list[Path]
    adds_to: str | None
    may_be_empty: bool

    @property
    def reader_version(self) -> int: ...


@dataclass
class Run:
    """A run while it is being written; its attributes at the end go into the manifest."""

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
    resume_state: dict[str, Any] | None = None
    """State of the source after the last complete part of a run that is continued."""
    adds_to: str | None = None
    may_be_empty: bool = False
    reader_version: int = 0
    supersedes: tuple[str, ...] = ()
    steps: dict[str, datetime] = field(default_factory=dict)
    is_flushed_later: bool = False
    """Whether someone else flushes its files to the disk before it becomes visible."""
    _shape: list[tuple[str, str]] | None = None

    def write(self, relation: duckdb.DuckDBPyRelation, resume_state: dict[str, Any] | None = None) -> int:
        """Write one part as zstd Parquet; returns its rows. Raises LandingError if its columns differ from the first's.

        With the source's `resume_state` after this part, a later run can continue from here after a crash.
        """
        shape = [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]
        if self._shape is not None and shape != self._shape:
            differing = sorted({name for name, _ in set(shape) ^ set(self._shape)})
            raise LandingError(
                f"{self.source}: part {len(self.parts)} differs from the first in {', '.join(differing)}"
            )
        self._shape = shape
        path = self._next_path()
        relation.write_parquet(str(path), compression="zstd")
        with _footers().cursor() as db:
            counts = db.execute(
                "select sum(num_rows)::bigint from parquet_file_metadata(?)", [pattern(path)]
            ).fetchone()
        rows = int(counts[0]) if counts else 0
        self._add(path, rows)
        if self.question is not None and resume_state is not None:
            Checkpoint(self.question, self.started, self.parts, shape, resume_state).write(self.folder)
        return rows

    def copy(self, db: duckdb.DuckDBPyConnection, select: str) -> int:
        """Write the rows of a select as the only part; returns how many. For many small runs: quicker than `write`."""
        path = self._next_path()
        target = str(path).replace("'", "''")
        copied = db.execute(f"copy ({select}) to '{target}' (format parquet, compression zstd)").fetchone()
        rows = int(copied[0]) if copied else 0
        self._add(path, rows)
        return rows

    def _next_path(self) -> Path:
        return self.folder / f"part-{len(self.parts):05}.parquet"

    def _add(self, path: Path, rows: int) -> None:
        if not self.is_flushed_later:
            flush_to_disk(path)
        self.parts.append(Part(path.name, rows, path.stat().st_size, sha256(path)))

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return sum(part.rows for part in self.parts)

    def finish(self, finished: datetime, folder: Path) -> Manifest:
        """Write the manifest of the whole run, whose final folder is `folder`. Raises LandingError, NothingNew."""
        if not self.rows and self.may_be_empty:
            raise NothingNew(f"{self.source}: {', '.join(self.addresses)} had nothing new, so nothing was landed")
        if not self.rows:
            raise LandingError(f"{self.source}: {', '.join(self.addresses)} gave no rows, so nothing was landed")
        if self.as_of is None:
            raise LandingError(f"{self.source}: the date of the data is not known; give it with --as-of")
        required_names = ("source", "snapshot_id", "fingerprint", "revision", "as_of_rule", "started", "rows")
        optional_names = (
            "polarity",
            "left_out",
            "is_simulated",
            "seed",
            "adds_to",
            "reader_version",
            "supersedes",
            "steps",
        )
        manifest = Manifest(
            **{name: getattr(self, name) for name in required_names + optional_names},
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
        if not self.is_flushed_later:
            flush_to_disk(path)
        return manifest


@functools.cache
def _footers() -> duckdb.DuckDBPyConnection:
    """Return a connection that reads footers of files; opening it takes longer than to read one."""
    return duckdb.connect(config={"threads": 1})


def _text(text: str) -> str:
    """Escape what UTF-8 cannot encode, because a file name may contain any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
