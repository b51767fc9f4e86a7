"""The landed runs in one folder: begun beside what is visible, made visible by one rename."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from .checkpoint import CHECKPOINT, OLDEST, PARTIAL, continued, settle
from .manifest import FILE_TIME, MANIFEST, AlreadyLanded, LandingError, Manifest
from .run import Landable, Run, utc

STAMP = "%Y%m%dT%H%M%S.%fZ"


class Landing:
    """The landed runs in one folder."""

    def __init__(self, folder: Path, patience: float = 10.0, oldest: timedelta = OLDEST) -> None:
        """`patience`: seconds to wait for another process that ingests the same source. `oldest`: age up to which a
        broken run is continued."""
        self.folder = folder
        self.patience = patience
        self.oldest = oldest

    def manifests(self, source: str | None = None, landed_by: datetime | None = None) -> list[Manifest]:
        """Visible runs, oldest first; with `landed_by` those that had landed by then (UTC)."""
        folders = self.folder.glob(f"{source or '*'}/*/{MANIFEST}")
        runs = [Manifest.read(path.parent) for path in folders if not path.parent.name.startswith(".")]
        if landed_by is not None:
            runs = [run for run in runs if run.finished <= utc(landed_by)]
        return sorted(runs, key=lambda run: (run.finished, run.source, run.snapshot_id))

    def latest(self, source: str, landed_by: datetime | None = None) -> Manifest | None:
        """The run that speaks of the latest moment, a real one before a simulated one; None when there is none."""
        runs = self.manifests(source, landed_by)
        return max(runs, key=lambda run: (not run.is_simulated, run.as_of, run.finished), default=None)

    def selected(self, landed_by: datetime | None = None, as_of: datetime | None = None) -> list[Manifest]:
        """What a build stands on: the latest whole run of each source, and those that add to it since it was begun;
        simulated ones only where nothing real has landed.

        With `as_of` only what speaks of that moment or an earlier one, whenever it landed; with `landed_by` only what
        had landed by then, whatever it speaks of (both UTC).
        """
        runs = self.manifests(landed_by=landed_by)
        if any(not run.is_simulated for run in runs):
            runs = [run for run in runs if not run.is_simulated]
        if as_of is not None:
            runs = [run for run in runs if run.as_of <= utc(as_of)]
        whole = [run for run in runs if run.adds_to is None]
        latest = {
            source: _newest([run for run in whole if run.source == source]) for source in {r.source for r in whole}
        }
        is_later = _is_later if as_of is None else _speaks_later
        more = [run for run in runs if run.adds_to and is_later(run, latest.get(run.adds_to))]
        return sorted([*latest.values(), *more], key=lambda run: (run.source, run.finished, run.snapshot_id))

    def land(self, table: Landable) -> Manifest:
        """Land a source's table as one run, going on where a broken one of the same question stopped.

        Raises AlreadyLanded, NothingNew, and whatever the source raises while it is read.
        """
        given = {
            name: getattr(table, name) for name in ("addresses", "fingerprint", "is_simulated", "seed", "question")
        }
        with self.run(table.source, **given, reader_version=table.reader_version) as run:
            run.adds_to, run.may_be_empty = table.adds_to, table.may_be_empty
            table.stands, table.landed = run.stands, [run.folder / part.name for part in run.parts]
            for relation in table.relations:
                run.write(relation, table.stands)
            run.notes += table.notes
            for name in ("revision", "as_of", "as_of_rule", "polarity", "left_out"):  # right only by now
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
        """A run to write parts into; visible when the block ends, gone when it raises.

        With a question, the whole parts of a run that raises, or whose process dies, are kept for the next run that
        asks the same, up to a day; what is dropped instead is said in the run's notes.

        Raises AlreadyLanded for a fingerprint that has landed by this version of the reader or a later one,
        LandingError when another process ingests the same source or when simulated data would join real data.
        """
        home = self.folder / source
        home.mkdir(parents=True, exist_ok=True)
        with self._lock(home / ".lock", source):
            self._refuse_simulated_over_real(is_simulated)
            folder, checkpoint, said = continued(home, question, is_simulated, self.oldest)
            for manifest in self.manifests(source):
                is_same = manifest.fingerprint == fingerprint and manifest.is_simulated == is_simulated
                if is_same and manifest.reader_version >= reader_version:
                    raise AlreadyLanded(manifest)
            started = checkpoint.started if checkpoint else _free_stamp(home)
            snapshot_id = started.strftime(STAMP)
            partial = folder or home / f"{PARTIAL}{snapshot_id}"
            partial.mkdir(exist_ok=True)
            run = Run(source, snapshot_id, partial, tuple(addresses), fingerprint, started, is_simulated, seed)
            run.question, run.notes, run.reader_version = question, said, reader_version
            if checkpoint:
                run.parts, run._shape, run.stands = checkpoint.parts, checkpoint.shape, checkpoint.stands
                run.notes.append(f"continues a run that was broken off after {run.rows:,} rows")
            try:
                yield run
                with self.alone():
                    self._refuse_simulated_over_real(is_simulated)
                    manifest = run.finish(datetime.now(UTC), home / snapshot_id)
                    settle(partial)
                    partial.rename(manifest.folder)
                    settle(home)
                run.manifest = manifest
                (manifest.folder / CHECKPOINT).unlink(missing_ok=True)
            finally:
                if run.manifest is None and not (run.parts and (partial / CHECKPOINT).exists()):
                    shutil.rmtree(partial, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing becomes visible but what is made so inside. Raises LandingError when another process writes."""
        with self._lock(self.folder / ".lock", "the landing folder"):
            yield

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


def _free_stamp(home: Path) -> datetime:
    now = datetime.now(UTC)
    while (home / now.strftime(STAMP)).exists():
        now += timedelta(microseconds=1)
    return now


def _newest(runs: list[Manifest]) -> Manifest:
    """The whole run of one source that a build stands on: the one that speaks of the latest moment.

    Where a reader that knows its version has landed any, an older reading of the same input is passed over, and what
    says nothing of its day goes behind what does. Without one the order is that of before, so that what was cited then
    is found again.
    """
    if not any(run.reader_version for run in runs):
        return max(runs, key=lambda run: (run.as_of, run.finished, run.snapshot_id))
    best: dict[str, int] = {}
    for run in runs:
        best[run.fingerprint] = max(best.get(run.fingerprint, 0), run.reader_version)
    current = [run for run in runs if run.reader_version == best[run.fingerprint]]
    return max(current, key=lambda run: (run.as_of_rule != FILE_TIME, run.as_of, run.finished, run.snapshot_id))


def _is_later(run: Manifest, whole: Manifest | None) -> bool:
    """Whether an addition says something that the whole run, which took its time, may not have seen."""
    return whole is None or (run.is_simulated == whole.is_simulated and run.finished > whole.started)


def _speaks_later(run: Manifest, whole: Manifest | None) -> bool:
    """The same of what speaks of a past moment: a whole run from files may have landed long after the additions to it,
    so that what either speaks of decides, and not when it landed."""
    if whole is None or whole.as_of_rule == "fetched":
        return _is_later(run, whole)
    return run.is_simulated == whole.is_simulated and (run.as_of, run.finished) > (whole.as_of, whole.started)
