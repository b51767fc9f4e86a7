"""Several crawlers, one landing folder: each machine copies its own whole runs into it, under names of its own.

No lock is held from one machine to another, for file systems that are shared over a network keep none reliably. None is
needed: a run is written under a hidden name that holds the machine's, becomes visible by one rename, and is never
edited; two machines never write the same name.
"""

import errno
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from .backup import CopyReport, OnRun, copy_verified
from .checkpoint import PARTIAL, flush_to_disk
from .manifest import MANIFEST, Damaged, LandingError, Manifest
from .runs import KEYS, Landing
from .verify import verify

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of the errors of a disk that is full, a quota that is used up, a file that may not grow."""
MACHINE = re.compile(r"[a-z0-9]{1,32}")
DERIVED = frozenset(
    {KEYS, "hub_access", "hub_adoption", "hub_adoption_weeks", "hub_fact_changes", "leaderboard_changes"}
)
"""What follows from the runs of all machines: only the machine that builds writes it."""


def deliver(landing: Landing, target: Path, machine: str, on_run: OnRun = lambda _: None) -> CopyReport:
    """Copy every visible run of a source that `target`, a landing folder, does not have yet from this machine.

    What an earlier delivery of this machine had begun is begun again, and one that is damaged there is replaced.
    Raises LandingError, also where one of the runs is there under another machine's name, and Damaged.
    """
    if not MACHINE.fullmatch(machine):
        raise LandingError(f"{machine[:60]!r} is no name of a machine: expected up to 32 small letters and digits")
    runs = [run for run in landing.manifests() if run.source not in DERIVED]
    if not runs:
        raise LandingError(f"nothing has landed in {landing.folder}, so there is nothing to deliver")
    if landing.folder.resolve() == target.resolve():
        raise LandingError(f"{target} is this machine's own landing folder; name the one where runs meet")
    _refuse_mixed(runs, target)
    _refuse_other_name(runs, target, machine)
    for leftover in target.glob(f"*/{PARTIAL}*-{machine}.*"):
        if not _is_running(leftover.suffix):
            shutil.rmtree(leftover)
    for leftover in target.glob(f"*/{PARTIAL}*-{machine}"):  # of an earlier version
        shutil.rmtree(leftover)
    written = unchanged = replaced = size = 0
    for run in runs:
        name = f"{run.snapshot_id}-{machine}"
        run_folder = target / run.source / name
        is_there = run_folder.exists()
        if is_there and _is_whole(run, run_folder):
            unchanged += 1
            continue
        try:
            copied = _copy(run, run_folder, machine)
        except (Damaged, OSError):
            if run.folder.exists():
                raise
            continue  # 'thin' has removed it meanwhile
        if copied is None:
            unchanged += 1
            continue
        size += copied
        replaced += is_there
        written += not is_there
        on_run(run)
    return CopyReport(written, unchanged, size, replaced)


def delivered_by(run: Manifest) -> str:
    """Return the name of the machine that delivered a run; "" for one that landed where it is."""
    return run.snapshot_id.partition("-")[2]


def _is_running(suffix: str) -> bool:
    """Whether the process in the name of a folder runs on this machine: then it may be writing there."""
    if os.name == "nt":  # where a signal would reach the process
        return False
    try:
        os.kill(int(suffix.removeprefix(".")), 0)
    except (ValueError, ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return int(suffix.removeprefix(".")) != os.getpid()


def _is_whole(run: Manifest, run_folder: Path) -> bool:
    """Whether a run that was delivered has its manifest, and files of the sizes of the run here."""
    try:
        delivered = Manifest.read(run_folder)
        sizes = [(run_folder / part.name).stat().st_size for part in run.parts]
    except (Damaged, LandingError, OSError):
        return False
    return delivered.parts == run.parts and sizes == [part.bytes for part in run.parts]


def _copy(run: Manifest, run_folder: Path, machine: str) -> int | None:
    """Copy one run; returns its bytes, and None where another process of this machine was earlier."""
    verify([run])
    partial = run_folder.with_name(f"{PARTIAL}{run.snapshot_id}-{machine}.{os.getpid()}")
    try:
        return _copy_by(partial, run, run_folder, machine)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise LandingError(
            f"there is no room on the disk of {run_folder.parents[1]}: what was delivered before is whole; make room "
            "there, and run the same again, which goes on with the run that is missing"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)  # what is half written would keep the room that others need


def _copy_by(partial: Path, run: Manifest, run_folder: Path, machine: str) -> int | None:
    """Copy one run by a hidden folder, which is renamed once it is whole."""
    partial.mkdir(parents=True)
    for part, path in zip(run.parts, run.paths, strict=True):
        with path.open("rb") as source, (partial / part.name).open("wb") as copy:
            copy_verified(source, copy, part.bytes, part.sha256, path)
        flush_to_disk(partial / part.name)
    delivered = msgspec.structs.replace(
        run,
        snapshot_id=run_folder.name,
        folder=run_folder,
        supersedes=tuple(f"{old}-{machine}" for old in run.supersedes),
        notes=(*run.notes, f"delivered by {machine}"),
    )
    (partial / MANIFEST).write_text(delivered.to_json(), encoding="utf-8")
    flush_to_disk(partial / MANIFEST)
    flush_to_disk(partial)
    damaged = partial.with_name(f"{PARTIAL}damaged-{partial.name.removeprefix(PARTIAL)}")
    if run_folder.exists() and not _is_whole(run, run_folder):  # damaged: no reader could use it
        with suppress(FileNotFoundError):
            run_folder.rename(damaged)
    try:
        partial.rename(run_folder)
    except OSError:
        if not _is_whole(run, run_folder):
            raise
        return None
    finally:
        shutil.rmtree(damaged, ignore_errors=True)
    flush_to_disk(run_folder.parent)
    return sum(part.bytes for part in run.parts)


def _refuse_other_name(runs: Iterable[Manifest], target: Path, machine: str) -> None:
    """Raise LandingError if a run was delivered under another machine's name: it would be there twice."""
    for run in runs:
        for run_folder in sorted((target / run.source).glob(f"{run.snapshot_id}-*")):
            name = run_folder.name.removeprefix(f"{run.snapshot_id}-")
            if name != machine and MACHINE.fullmatch(name) and _is_whole(run, run_folder):
                raise LandingError(
                    f"{run.source} {run.snapshot_id} was delivered to {target} as {name} before: deliver with "
                    f"--machine {name}; as {machine} it would be there twice"
                )


def _refuse_mixed(runs: Iterable[Manifest], target: Path) -> None:
    """Raise LandingError if simulated runs would meet real ones."""
    kinds = {run.is_simulated for run in runs}
    for path in target.glob(f"*/[!.]*/{MANIFEST}"):
        try:
            kinds.add(Manifest.read(path.parent).is_simulated)
        except (Damaged, OSError):
            continue
    if len(kinds) > 1:
        raise LandingError(f"simulated data never joins real data; deliver to another folder than {target}")
