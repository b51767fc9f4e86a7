"""Many runs of one source at once: its lock is taken and its manifests are read once, and files are flushed in groups.

Runs become visible in the order in which they were written, a group at a time; after a crash those before the group
stand, and nobody sees the others.
"""

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from .checkpoint import PARTIAL, flush_to_disk
from .manifest import STAMP, AlreadyLanded, Manifest
from .run import Run

GROUP = 30
"""Runs that become visible together."""
THREADS = 8
"""Flushes at a time: the disk writes them together, so they cost little more than one."""


class Folder(Protocol):
    """The attributes of a landing folder that a batch needs."""

    @property
    def folder(self) -> Path: ...
    def lock(self) -> AbstractContextManager[None]: ...
    def refuse_simulated_over_real(self, is_simulated: bool) -> None: ...


class Batch:
    """Writes runs of one source while its lock is held; `Landing.batch` opens it."""

    def __init__(
        self, landing: Folder, source: str, landed: Iterable[Manifest], *, is_simulated: bool, seed: int | None
    ) -> None:
        self._landing, self._source, self._is_simulated, self._seed = landing, source, is_simulated, seed
        self._folder = landing.folder / source
        self._landed = {run.fingerprint: run for run in landed if run.is_simulated == is_simulated}
        self._last_stamp = datetime.min.replace(tzinfo=UTC)
        self._finished: list[Run] = []
        self._others = self._write_times()
        self.published: list[Manifest] = []
        """The runs that have become visible."""

    @contextmanager
    def run(self, *, addresses: Iterable[str], fingerprint: str) -> Iterator[Run]:
        """Open a run to write parts into; it is removed if the block raises. Raises AlreadyLanded."""
        if fingerprint in self._landed:
            raise AlreadyLanded(self._landed[fingerprint])
        started = self._free_stamp()
        snapshot_id = started.strftime(STAMP)
        partial = self._folder / f"{PARTIAL}{snapshot_id}"
        partial.mkdir()
        run = Run(
            self._source, snapshot_id, partial, tuple(addresses), fingerprint, started, self._is_simulated, self._seed
        )
        run.is_flushed_later = True
        try:
            yield run
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        self._finished.append(run)
        if len(self._finished) >= GROUP:
            self.publish()

    def publish(self) -> None:
        """Flush the runs that are written to the disk, and make them visible."""
        runs, self._finished = self._finished, []
        if not runs:
            return
        try:
            manifests = [run.finish(datetime.now(UTC), self._folder / run.snapshot_id) for run in runs]
            with ThreadPoolExecutor(THREADS) as threads:
                list(threads.map(flush_to_disk, [path for run in runs for path in run.folder.iterdir()]))
                list(threads.map(flush_to_disk, [run.folder for run in runs]))
            with self._landing.lock():
                if (others := self._write_times()) != self._others:
                    self._landing.refuse_simulated_over_real(self._is_simulated)
                    self._others = others
                for run, manifest in zip(runs, manifests, strict=True):
                    run.folder.rename(manifest.folder)
                    run.manifest = manifest
                    self._landed[run.fingerprint] = manifest
                    self.published.append(manifest)
                flush_to_disk(self._folder)
        finally:
            for run in runs:
                if run.manifest is None:
                    shutil.rmtree(run.folder, ignore_errors=True)

    def _write_times(self) -> dict[Path, int]:
        """Return when something was last added to each other source: only then may real data have landed."""
        folders = self._landing.folder.glob("*/")
        return {folder: folder.stat().st_mtime_ns for folder in folders if folder != self._folder}

    def _free_stamp(self) -> datetime:
        now = max(datetime.now(UTC), self._last_stamp + timedelta(microseconds=1))
        while (self._folder / now.strftime(STAMP)).exists():
            now += timedelta(microseconds=1)
        self._last_stamp = now
        return now
