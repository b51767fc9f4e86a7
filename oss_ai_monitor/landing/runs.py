"""Runs: written beside what is visible, made visible by one rename."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import duckdb
from filelock import FileLock, Timeout

from oss_ai_monitor import __version__

from .manifest import MANIFEST, AlreadyLanded, LandingError, Manifest, Part

PARTIAL = ".partial-"
STAMP = "%Y%m%dT%H%M%S.%fZ"


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
    _shape: list[tuple[str, str]] | None = None

    def write(self, relation: duckdb.DuckDBPyRelation) -> int:
        """Write one part, zstd Parquet; returns its rows. Raises LandingError when its columns are not those before."""
        shape = [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]
        if self._shape is not None and shape != self._shape:
            differing = sorted({name for name, _ in set(shape) ^ set(self._shape)})
            raise LandingError(
                f"{self.source}: part {len(self.parts)} differs from the first in {', '.join(differing)}"
            )
        self._shape = shape
        path = self.folder / f"part-{len(self.parts):05}.parquet"
        relation.write_parquet(str(path), compression="zstd")
        _settle(path)
        with duckdb.connect() as db:
            counted = db.execute("select sum(num_rows)::bigint from parquet_file_metadata(?)", [str(path)]).fetchone()
        rows = int(counted[0]) if counted else 0
        self.parts.append(Part(path.name, rows, path.stat().st_size, _sha256(path)))
        return rows

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return sum(part.rows for part in self.parts)

    def _finish(self, finished: datetime, folder: Path) -> Manifest:
        if not self.rows:
            raise LandingError(f"{self.source}: {', '.join(self.addresses)} gave no rows, so nothing was landed")
        if self.as_of is None:
            raise LandingError(f"{self.source}: the moment that the data speaks of is not known; give it with --as-of")
        own = ("source", "snapshot_id", "addresses", "fingerprint", "revision", "as_of_rule", "started", "rows")
        more = ("polarity", "left_out", "is_simulated", "seed")
        manifest = Manifest(
            **{name: getattr(self, name) for name in own + more},
            as_of=_utc(self.as_of),
            finished=finished,
            parts=tuple(self.parts),
            notes=tuple(self.notes),
            tool_version=__version__,
            folder=folder,
        )
        path = self.folder / MANIFEST
        path.write_text(manifest.to_json(), encoding="utf-8")
        _settle(path)
        return manifest


class Landing:
    """The landed runs in one folder."""

    def __init__(self, folder: Path, patience: float = 10.0) -> None:
        """`patience`: seconds to wait for another process that ingests the same source."""
        self.folder = folder
        self.patience = patience

    def manifests(self, source: str | None = None, landed_by: datetime | None = None) -> list[Manifest]:
        """Visible runs, oldest first; with `landed_by` those that had landed by then (UTC)."""
        folders = self.folder.glob(f"{source or '*'}/*/{MANIFEST}")
        runs = [Manifest.read(path.parent) for path in folders if not path.parent.name.startswith(".")]
        if landed_by is not None:
            runs = [run for run in runs if run.finished <= _utc(landed_by)]
        return sorted(runs, key=lambda run: (run.finished, run.source, run.snapshot_id))

    def latest(self, source: str, landed_by: datetime | None = None) -> Manifest | None:
        """The run that speaks of the latest moment, a real one before a simulated one; None when there is none."""
        runs = self.manifests(source, landed_by)
        return max(runs, key=lambda run: (not run.is_simulated, run.as_of, run.finished), default=None)

    def selected(self, landed_by: datetime | None = None) -> list[Manifest]:
        """What a build stands on: the latest run of each source; simulated ones only where nothing real has landed."""
        runs = self.manifests(landed_by=landed_by)
        if any(not run.is_simulated for run in runs):
            runs = [run for run in runs if not run.is_simulated]
        latest: dict[str, Manifest] = {}
        for run in sorted(runs, key=lambda run: (run.as_of, run.finished)):
            latest[run.source] = run
        return [latest[source] for source in sorted(latest)]

    def land(self, table: Landable) -> Manifest:
        """Land a source's table as one run. Raises AlreadyLanded, and whatever the source raises while it is read."""
        given = {name: getattr(table, name) for name in ("addresses", "fingerprint", "is_simulated", "seed")}
        with self.run(table.source, **given) as run:
            for relation in table.relations:
                run.write(relation)
            for name in ("revision", "as_of", "as_of_rule", "polarity", "left_out", "notes"):  # right only by now
                setattr(run, name, getattr(table, name))
        assert run.manifest is not None
        return run.manifest

    @contextmanager
    def run(
        self,
        source: str,
        *,
        addresses: Iterable[str],
        fingerprint: str,
        is_simulated: bool = False,
        seed: int | None = None,
    ) -> Iterator[Run]:
        """A run to write parts into; visible when the block ends, gone when it raises.

        Raises AlreadyLanded for a fingerprint that has landed, LandingError when another process ingests the same
        source or when simulated data would join real data.
        """
        home = self.folder / source
        home.mkdir(parents=True, exist_ok=True)
        with self._lock(home / ".lock", source):
            _sweep(home)
            self._refuse_simulated_over_real(is_simulated)
            for manifest in self.manifests(source):
                if manifest.fingerprint == fingerprint and manifest.is_simulated == is_simulated:
                    raise AlreadyLanded(manifest)
            started = _free_stamp(home)
            snapshot_id = started.strftime(STAMP)
            partial = home / f"{PARTIAL}{snapshot_id}"
            partial.mkdir()
            try:
                run = Run(source, snapshot_id, partial, tuple(addresses), fingerprint, started, is_simulated, seed)
                yield run
                with self._lock(self.folder / ".lock", "the landing folder"):
                    self._refuse_simulated_over_real(is_simulated)
                    manifest = run._finish(datetime.now(UTC), home / snapshot_id)
                    _settle(partial)
                    partial.rename(manifest.folder)
                    _settle(home)
                run.manifest = manifest
            finally:
                shutil.rmtree(partial, ignore_errors=True)

    @contextmanager
    def _lock(self, path: Path, what: str) -> Iterator[None]:
        try:
            with FileLock(path, timeout=self.patience):
                yield
        except Timeout as error:
            raise LandingError(
                f"another process is writing {what} ({path} is locked); try again when it is done"
            ) from error

    def _refuse_simulated_over_real(self, is_simulated: bool) -> None:
        if is_simulated and (real := [run.source for run in self.manifests() if not run.is_simulated]):
            raise LandingError(
                f"{self.folder} holds real data ({', '.join(sorted(set(real)))}), and simulated data never joins it; "
                "choose another folder with --warehouse"
            )


def _sweep(home: Path) -> None:
    """Remove what dead processes left; only under the source's lock, under which no other run is alive."""
    for leftover in home.glob(f"{PARTIAL}*"):
        shutil.rmtree(leftover)


def _free_stamp(home: Path) -> datetime:
    now = datetime.now(UTC)
    while (home / now.strftime(STAMP)).exists():
        now += timedelta(microseconds=1)
    return now


def _settle(path: Path) -> None:
    """Have the disk hold a file, read-only from now on, or a folder's entries before anyone is told of them."""
    if path.is_file():
        path.chmod(0o444)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
