"""The landed runs in one folder: a run is written under a hidden name and becomes visible by one rename."""

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from oss_ai_monitor.plurals import counted

from .batch import Batch
from .checkpoint import CHECKPOINT, MAX_AGE, PARTIAL, flush_to_disk, resumable_run
from .manifest import FILE_TIME, MANIFEST, STAMP, AlreadyLanded, Damaged, LandingError, Manifest
from .run import Landable, Run, utc

KEYS = "repository_keys"
"""The runs of numbers that stand for ids: no source, so that they are only listed where they are asked for by name."""


_SETTLED_NS = 1_000_000_000
"""Age up to which a file may change again without another time of change."""
_manifests: dict[Path, tuple[tuple[int, ...], Manifest]] = {}
"""The manifests that this process has read, with what says that a file has changed."""


class Landing:
    """The landed runs in one folder."""

    def __init__(self, folder: Path, lock_timeout: float = 10.0, max_age: timedelta = MAX_AGE) -> None:
        """`lock_timeout`: seconds to wait for another process that ingests the same source. `max_age`: age up to which
        an interrupted run is continued."""
        self.folder = folder
        self.lock_timeout = lock_timeout
        self.max_age = max_age

    def manifests(self, source: str | None = None, landed_by: datetime | None = None) -> list[Manifest]:
        """Visible runs of a source, or of all of them, oldest first; with `landed_by` those that had landed by then
        (UTC)."""
        folders = [path.parent for path in self.folder.glob(f"{source or '*'}/*/{MANIFEST}")]
        folders = [folder for folder in folders if source or folder.parent.name != KEYS]
        visible = [folder for folder in folders if not folder.name.startswith(".")]
        runs = [run for folder in visible if (run := _read_unless_gone(folder))]
        if landed_by is not None:
            runs = [run for run in runs if run.finished <= utc(landed_by)]
        return sorted(runs, key=lambda run: (run.finished, run.source, run.snapshot_id))

    def latest(self, source: str, landed_by: datetime | None = None) -> Manifest | None:
        """Return the run with the latest `as_of`, a real one before a simulated one; None if nothing has landed."""
        runs = _without_ahead(self.manifests(source, landed_by))
        return max(runs, key=lambda run: (not run.is_simulated, run.as_of, run.finished), default=None)

    def selected(self, landed_by: datetime | None = None, as_of: datetime | None = None) -> list[Manifest]:
        """Return the runs for a build: the latest whole run of each source, and those that add to it since it was
        started; simulated ones only if nothing real has landed.

        `as_of` limits the data's own moment, whenever it landed, and of a run in steps what is read of it; `landed_by`
        limits the time of landing, whatever the data's moment (both UTC).
        """
        runs = self.manifests(landed_by=landed_by)
        if any(not run.is_simulated for run in runs):
            runs = [run for run in runs if not run.is_simulated]
        if as_of is not None:
            runs = [part for run in runs if (part := run.until(utc(as_of)))]
        if landed_by is None:
            runs = _without_ahead(runs)
        superseded = {(run.source, snapshot_id) for run in runs for snapshot_id in run.supersedes}
        runs = [run for run in runs if (run.source, run.snapshot_id) not in superseded]
        full_runs = [run for run in runs if run.adds_to is None]
        latest = {
            source: _newest([run for run in full_runs if run.source == source])
            for source in {r.source for r in full_runs}
        }
        is_later = _is_later if as_of is None else _has_later_data
        additions = [run for run in runs if run.adds_to and is_later(run, latest.get(run.adds_to))]
        return sorted([*latest.values(), *additions], key=lambda run: (run.source, run.finished, run.snapshot_id))

    def land(self, table: Landable) -> Manifest:
        """Land a source's table as one run, continuing an interrupted run of the same question.

        Raises AlreadyLanded, NothingNew, and whatever the source raises while it is read.
        """
        arguments = {
            name: getattr(table, name) for name in ("addresses", "fingerprint", "is_simulated", "seed", "question")
        }
        with self.run(table.source, **arguments, reader_version=table.reader_version) as run:
            run.adds_to, run.may_be_empty = table.adds_to, table.may_be_empty
            table.resume_state, table.landed = run.resume_state, [run.folder / part.name for part in run.parts]
            for relation in table.relations:
                run.write(relation, table.resume_state)
            run.notes += table.notes
            for name in ("revision", "as_of", "as_of_rule", "polarity", "left_out"):  # final only after reading
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
        question: str | None = None,
        reader_version: int = 0,
    ) -> Iterator[Run]:
        """Open a run to write parts into; it becomes visible when the block ends, and is removed if the block raises.

        With a question, the complete parts of a run that raises or whose process dies are kept for the next run with
        the same question, up to a day; the notes of that run mention interrupted runs that were dropped.

        Raises AlreadyLanded for a fingerprint that has landed by this version of the reader or a later one,
        LandingError when another process ingests the same source or when simulated data would join real data.
        """
        source_folder = self.folder / source
        source_folder.mkdir(parents=True, exist_ok=True)
        with self._hold_lock(source_folder / ".lock", source):
            self.refuse_simulated_over_real(is_simulated)
            folder, checkpoint, notes = resumable_run(source_folder, question, is_simulated, self.max_age)
            for manifest in self.manifests(source):
                is_same = manifest.fingerprint == fingerprint and manifest.is_simulated == is_simulated
                if is_same and manifest.reader_version >= reader_version:
                    raise AlreadyLanded(manifest)
            started = checkpoint.started if checkpoint else _free_stamp(source_folder)
            snapshot_id = started.strftime(STAMP)
            partial = folder or source_folder / f"{PARTIAL}{snapshot_id}"
            partial.mkdir(exist_ok=True)
            run = Run(source, snapshot_id, partial, tuple(addresses), fingerprint, started, is_simulated, seed)
            run.question, run.notes, run.reader_version = question, notes, reader_version
            if checkpoint:
                run.parts, run._shape, run.resume_state = checkpoint.parts, checkpoint.shape, checkpoint.resume_state
                run.notes.append(f"continues a run that was broken off after {counted(run.rows, 'row')}")
            try:
                yield run
                with self.lock():
                    self.refuse_simulated_over_real(is_simulated)
                    manifest = run.finish(datetime.now(UTC), source_folder / snapshot_id)
                    flush_to_disk(partial)
                    partial.rename(manifest.folder)
                    flush_to_disk(source_folder)
                run.manifest = manifest
                (manifest.folder / CHECKPOINT).unlink(missing_ok=True)
            finally:
                if run.manifest is None and not (run.parts and (partial / CHECKPOINT).exists()):
                    shutil.rmtree(partial, ignore_errors=True)

    @contextmanager
    def batch(self, source: str, *, is_simulated: bool = False, seed: int | None = None) -> Iterator[Batch]:
        """Open a source for many runs, which become visible in groups, the last one when the block ends or raises.

        Raises LandingError as `run` does; interrupted runs of the source are dropped.
        """
        source_folder = self.folder / source
        source_folder.mkdir(parents=True, exist_ok=True)
        with self._hold_lock(source_folder / ".lock", source):
            self.refuse_simulated_over_real(is_simulated)
            resumable_run(source_folder, None, is_simulated, self.max_age)
            batch = Batch(self, source, self.manifests(source), is_simulated=is_simulated, seed=seed)
            try:
                yield batch
            finally:
                batch.publish()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock the landing folder, so that no other process makes runs visible. Raises LandingError if it is locked."""
        with self._hold_lock(self.folder / ".lock", "the landing folder"):
            yield

    @contextmanager
    def _hold_lock(self, path: Path, name: str) -> Iterator[None]:
        try:
            with FileLock(path, timeout=self.lock_timeout):
                yield
        except Timeout as error:
            raise LandingError(
                f"another process is writing {name} ({path} is locked); try again when it is done"
            ) from error

    def refuse_simulated_over_real(self, is_simulated: bool) -> None:
        """Raise LandingError if simulated data would join real data."""
        if is_simulated and (real := [run.source for run in self.manifests() if not run.is_simulated]):
            raise LandingError(
                f"{self.folder} holds real data ({', '.join(sorted(set(real)))}), and simulated data never joins it; "
                "choose another folder with --warehouse"
            )


def _read_unless_gone(folder: Path) -> Manifest | None:
    """Read the manifest of a landed run; None where 'thin' removes the run meanwhile. Raises Damaged."""
    try:
        return _read(folder)
    except (Damaged, FileNotFoundError):
        if folder.exists():
            raise
        return None


def _read(folder: Path) -> Manifest:
    """Read the manifest of a landed run, once per process as long as the file is the same. Raises Damaged."""
    stat = (folder / MANIFEST).stat()
    identity = stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
    if (entry := _manifests.get(folder)) and entry[0] == identity:
        return entry[1]
    manifest = Manifest.read(folder)
    if abs(time.time_ns() - stat.st_ctime_ns) > _SETTLED_NS:
        _manifests[folder] = identity, manifest
    return manifest


def _free_stamp(source_folder: Path) -> datetime:
    now = datetime.now(UTC)
    while (source_folder / now.strftime(STAMP)).exists():
        now += timedelta(microseconds=1)
    return now


def _without_ahead(runs: list[Manifest]) -> list[Manifest]:
    """Return the runs without those that are dated later than now, where their source has others.

    After a clock was set back these would be the newest for as long as it had been ahead.
    """
    sources = {run.source for run in runs if not run.is_ahead() and run.adds_to in (None, run.source)}
    return [run for run in runs if not run.is_ahead() or (run.adds_to or run.source) not in sources]


def _newest(runs: list[Manifest]) -> Manifest:
    """Return the whole run of one source that a build uses: the one with the latest `as_of`.

    If any run has a reader version, older readings of the same input are passed over, and runs that do not know their
    day come after those that do. Otherwise the old order applies, so that a cited snapshot is selected again.
    """
    if not any(run.reader_version for run in runs):
        return max(runs, key=lambda run: (run.as_of, run.finished, run.snapshot_id))
    best: dict[str, int] = {}
    for run in runs:
        best[run.fingerprint] = max(best.get(run.fingerprint, 0), run.reader_version)
    current = [run for run in runs if run.reader_version == best[run.fingerprint]]
    return max(current, key=lambda run: (run.as_of_rule != FILE_TIME, run.as_of, run.finished, run.snapshot_id))


def _is_later(run: Manifest, full_run: Manifest | None) -> bool:
    """Whether an addition may hold something newer than the whole run, which took some time to read."""
    return full_run is None or (run.is_simulated == full_run.is_simulated and run.finished > full_run.started)


def _has_later_data(run: Manifest, full_run: Manifest | None) -> bool:
    """The same for a build as of a past moment: a whole run from files may have landed long after the additions to it,
    so the moments of the data decide, not the times of landing."""
    if full_run is None or full_run.as_of_rule == "fetched":
        return _is_later(run, full_run)
    return run.is_simulated == full_run.is_simulated and (run.as_of, run.finished) > (full_run.as_of, full_run.started)
