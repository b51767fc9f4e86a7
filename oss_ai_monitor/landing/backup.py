"""Backup of the landing folder into a tar file or another folder, and restore; both verify every byte.

A backup file is a plain tar, because the parts are compressed already: `contents.json`, which names its runs, then for
each run `<source>/<stamp>/manifest.json` and the parts that it names. Nothing else is written, and a restore refuses
everything else: links, other names, and more bytes than the manifest states.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .backup_reader import CONTENTS, MAX_MANIFEST_BYTES, Parts, folder_runs, tar_runs, translate_errors
from .checkpoint import PARTIAL, flush_to_disk
from .manifest import MANIFEST, Damaged, LandingError, Manifest
from .runs import KEYS, Landing
from .verify import damage, verify

RESTORING, REPLACED = ".restoring-", ".replaced-"
CHUNK_BYTES = 1 << 20
OnRun = Callable[[Manifest], object]


@dataclass(frozen=True)
class CopyReport:
    """How many runs a backup or a restore wrote, left unchanged or replaced."""

    written: int
    unchanged: int
    """Runs that existed already and are identical."""
    bytes: int
    replaced: int = 0
    """Runs that existed but were damaged, and are now as in the backup."""


def back_up(landing: Landing, target: Path, on_run: OnRun = lambda _: None) -> CopyReport:
    """Copy every visible run into a folder, which may hold some of them already, or into a new tar file.

    Raises Damaged before a damaged run is copied, and LandingError if nothing has landed or the file exists.
    """
    runs = landing.manifests()
    keys = landing.manifests(KEYS)
    if not runs:
        raise LandingError(f"nothing has landed in {landing.folder}, so there is nothing to keep")
    runs += keys
    if target.is_dir():
        return _copy_runs(runs, target, on_run)
    if target.exists():
        raise LandingError(f"{target} exists and is left as it is; name another file, or a folder to add to")
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as tar:
            contents = json.dumps([f"{run.source}/{run.snapshot_id}" for run in runs]).encode()
            entry = tarfile.TarInfo(CONTENTS)
            entry.size = len(contents)
            tar.addfile(entry, io.BytesIO(contents))
            for run in runs:
                _add_to_tar(tar, run)
                on_run(run)
        flush_to_disk(temporary)
        temporary.rename(target)
        flush_to_disk(target.absolute().parent)
    finally:
        temporary.unlink(missing_ok=True)
    return CopyReport(len(runs), 0, target.stat().st_size)


def restore(landing: Landing, origin: Path, *, add: bool = False, on_run: OnRun = lambda _: None) -> CopyReport:
    """Restore the runs of a backup: all of them are read and verified before any becomes visible.

    If other runs have landed, `add` is required: missing runs are added, damaged ones are replaced, and undamaged ones
    stay. An interrupted restore continues when it is called again. Raises LandingError, Damaged.
    """
    if not origin.exists():
        raise LandingError(f"{origin} is not there: name a file or a folder that 'backup' wrote")
    landing.folder.mkdir(parents=True, exist_ok=True)
    unpacked: list[tuple[Path, Manifest]] = []
    unchanged = 0
    other_manifests = set(landing.folder.glob(f"*/[!.]*/{MANIFEST}")) - set(landing.folder.glob(f"{KEYS}/*/{MANIFEST}"))
    with landing.lock(), translate_errors(origin):
        for source, stamp, parts in folder_runs(origin) if origin.is_dir() else tar_runs(origin):
            run_folder = landing.folder / source / stamp
            other_manifests.discard(run_folder / MANIFEST)
            staged = run_folder.with_name(f"{RESTORING}{stamp}")
            manifest = _unpack(staged, origin, parts, run_folder)
            if manifest is None:
                unchanged += 1
                continue
            unpacked.append((run_folder, manifest))
            on_run(manifest)
        if not unpacked and not unchanged:
            raise LandingError(f"{origin} holds no landed run: it is no backup of ours")
        if not add and (other_manifests or any(run_folder.exists() for run_folder, _ in unpacked)):
            for run_folder, _ in unpacked:
                shutil.rmtree(run_folder.with_name(f"{RESTORING}{run_folder.name}"))
            raise LandingError(
                f"{landing.folder} holds what has landed already, and nothing was changed; with --add what is missing "
                "comes and what is damaged is replaced, or choose another folder with --warehouse"
            )
        replaced = 0
        for run_folder, _ in unpacked:
            if run_folder.exists():
                replaced += 1
                run_folder.rename(run_folder.with_name(f"{REPLACED}{run_folder.name}"))
            run_folder.with_name(f"{RESTORING}{run_folder.name}").rename(run_folder)
            flush_to_disk(run_folder.parent)
            shutil.rmtree(run_folder.with_name(f"{REPLACED}{run_folder.name}"), ignore_errors=True)
    sizes = sum(part.bytes for _, manifest in unpacked for part in manifest.parts)
    return CopyReport(len(unpacked) - replaced, unchanged, sizes, replaced)


def _copy_runs(runs: Iterable[Manifest], target: Path, on_run: OnRun) -> CopyReport:
    written = unchanged = size = 0
    for run in runs:
        run_folder = target / run.source / run.snapshot_id
        if _is_same(run_folder, run):
            unchanged += 1
            continue
        verify([run])
        partial = run_folder.with_name(f"{PARTIAL}copy-{run.snapshot_id}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for part, path in zip(run.parts, run.paths, strict=True):
            with path.open("rb") as source, (partial / part.name).open("wb") as target_file:
                copy_verified(source, target_file, part.bytes, part.sha256, path)
            flush_to_disk(partial / part.name)
            size += part.bytes
        (partial / MANIFEST).write_bytes((run.folder / MANIFEST).read_bytes())
        flush_to_disk(partial / MANIFEST)
        flush_to_disk(partial)
        if run_folder.exists():  # but is not the same: the copy in the backup is damaged
            shutil.rmtree(run_folder)
        partial.rename(run_folder)
        flush_to_disk(run_folder.parent)
        written += 1
        on_run(run)
    return CopyReport(written, unchanged, size)


def _add_to_tar(tar: tarfile.TarFile, run: Manifest) -> None:
    """Append one run to a tar; its parts are hashed while they are read."""
    verify([run])
    for path in [run.folder / MANIFEST, *run.paths]:
        entry = tarfile.TarInfo(f"{run.source}/{run.snapshot_id}/{path.name}")
        entry.size, entry.mtime, entry.mode = path.stat().st_size, int(path.stat().st_mtime), 0o444
        with path.open("rb") as file:
            tar.addfile(entry, file)


def _unpack(staged: Path, origin: Path, parts: Parts, run_folder: Path) -> Manifest | None:
    """Unpack and verify one run in a hidden folder next to its destination; None if the destination has it already."""
    location = f"{origin}: {run_folder.parent.name}/{run_folder.name}"
    name, size, file = next(parts, ("", 0, io.BytesIO()))
    if name != MANIFEST or size > MAX_MANIFEST_BYTES:
        raise LandingError(f"{location} does not begin with its manifest; it is refused")
    content = file.read(size)
    staged.parent.mkdir(parents=True, exist_ok=True)
    manifest = _write_manifest(staged, content, location)
    if (manifest.source, manifest.snapshot_id) != (run_folder.parent.name, run_folder.name):
        raise LandingError(f"{location} holds the manifest of {manifest.source}/{manifest.snapshot_id}; it is refused")
    if _is_same(run_folder, manifest):
        shutil.rmtree(staged)
        return None
    if not _is_same(staged, manifest):  # else a restore that was broken off has brought it here
        expected = {part.name: part for part in manifest.parts}
        for name, _, file in parts:
            part = expected.pop(name, None)
            if part is None:
                raise LandingError(f"{location} holds {name}, which its manifest does not name; it is refused")
            (staged / name).unlink(missing_ok=True)
            with (staged / name).open("wb") as target_file:
                copy_verified(file, target_file, part.bytes, part.sha256, Path(f"{location}/{name}"))
            flush_to_disk(staged / name)
        if expected:
            raise LandingError(f"{location} lacks {', '.join(expected)}: the backup is incomplete")
    flush_to_disk(staged)
    return manifest


def _write_manifest(staged: Path, content: bytes, location: str) -> Manifest:
    staged.mkdir(exist_ok=True)
    path = staged / MANIFEST
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    flush_to_disk(path)
    try:
        return Manifest.read(staged)
    except Damaged as error:
        raise LandingError(f"{location}: {MANIFEST} {error.reason}: the backup is damaged") from error


def copy_verified(source: IO[bytes], target: IO[bytes], size: int, sha256: str, path: Path) -> None:
    """Copy a stream and verify its size and checksum. Raises LandingError if either differs."""
    digest, remaining = hashlib.sha256(), size
    while piece := source.read(min(CHUNK_BYTES, remaining + 1)):
        remaining -= len(piece)
        if remaining < 0:
            break
        digest.update(piece)
        target.write(piece)
    if remaining or digest.hexdigest() != sha256:
        raise LandingError(f"{path} is not what its manifest says: the copy is damaged, and nothing of it was kept")


def _is_same(run_folder: Path, run: Manifest) -> bool:
    """Whether a folder holds this run, complete and undamaged."""
    try:
        existing = Manifest.read(run_folder)
    except (Damaged, OSError):
        return False
    return existing.parts == run.parts and existing.to_json() == run.to_json() and not list(damage(existing))
