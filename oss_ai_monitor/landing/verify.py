"""Verify that landed files are unchanged, and set damaged runs aside."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from oss_ai_monitor.plurals import counted

from .checkpoint import CHECKPOINT, PARTIAL, Checkpoint, sha256
from .manifest import MANIFEST, Damaged, Manifest
from .runs import KEYS, Landing

ASIDE = ".damaged-"
"""Prefix of a run that was set aside: no reader sees it, and it is not removed."""
OUTDATED = ".outdated-"
"""Prefix of a run that is computed from others which were set aside: no reader sees it, and it comes back with them."""
CHAINED = frozenset({"hub_adoption", KEYS})
"""Sources whose runs count from the previous one: later runs are set aside together with a damaged one."""

_checksums: dict[tuple[str, int, int, int], str] = {}
"""Checksums of the files that this process has read, by name, inode, size and modification time."""


def verify(runs: Iterable[Manifest]) -> None:
    """Raise Damaged for the first part that does not match its manifest. Reads each file once per process."""
    for run in runs:
        for error in damage(run):
            raise error


def damage(run: Manifest) -> Iterator[Damaged]:
    """Yield an error for each part of a run that is missing, has another size or has changed."""
    for part, path in zip(run.parts, run.paths, strict=True):
        try:
            stat = path.stat()
        except FileNotFoundError:
            yield Damaged(path, "is missing")
            continue
        if stat.st_size != part.bytes:
            yield Damaged(path, f"has {counted(stat.st_size, 'byte')}, and had {part.bytes:,} when it landed")
            continue
        key = str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns
        if key not in _checksums:
            _checksums[key] = sha256(path)
        if _checksums[key] != part.sha256:
            yield Damaged(path, "has changed since it landed: its checksum is another")


def check(landing: Landing) -> Iterator[Manifest | Damaged | str]:
    """Yield every visible run after reading it, followed by its errors; texts are remarks and no errors.

    Reads every byte again, whatever this process has verified before.
    """
    _checksums.clear()
    for path in sorted(landing.folder.glob(f"*/*/{MANIFEST}")):
        if path.parent.name.startswith("."):
            continue
        try:
            run = Manifest.read(path.parent)
        except Damaged as error:
            yield error
            continue
        yield run
        if run.is_ahead():
            yield f"{run.folder} is dated later than now: it is passed over where its source has others"
        yield from damage(run)
        unexpected = {entry.name for entry in run.folder.iterdir()} - {
            MANIFEST,
            CHECKPOINT,
            *(part.name for part in run.parts),
        }
        if unexpected:
            yield f"{run.folder} holds what no manifest names: {', '.join(sorted(unexpected))}"
    for folder in sorted(landing.folder.glob("*/[!.]*/")):
        if not (folder / MANIFEST).exists():
            yield Damaged(folder / MANIFEST, "is missing")
    yield from _hidden(landing)


def _hidden(landing: Landing) -> Iterator[str]:
    """Yield remarks about hidden folders: interrupted runs, runs that were set aside, what is computed from them."""
    for folder in sorted(landing.folder.glob(f"*/{PARTIAL}*")):
        checkpoint = Checkpoint.read(folder)
        if checkpoint is None:
            source = folder.parent.name
            yield f"{folder} is an interrupted run without a complete part; the next ingest of {source} removes it"
            continue
        rows = sum(part.rows for part in checkpoint.parts)
        row_count = counted(rows, "row")
        yield f"{folder} is an interrupted run with {row_count}; the next ingest of {folder.parent.name} continues it"
    for folder in sorted(landing.folder.glob(f"*/{ASIDE}*")):
        yield f"{folder} was set aside as damaged; no reader sees it"
    for folder in sorted(landing.folder.glob(f"*/{OUTDATED}*")):
        yield f"{folder} is computed from days that were set aside; no reader sees it, and it comes back with them"


def set_aside(damaged: Iterable[Damaged]) -> list[Path]:
    """Hide the runs of damaged files, each by one rename; returns their new folders."""
    folders = {error.path.parent for error in damaged}
    for folder in list(folders):
        if folder.parent.name in CHAINED:
            folders |= {
                later_folder for later_folder in folder.parent.glob("[!.]*/") if later_folder.name >= folder.name
            }  # by their stamps
    hidden_folders = []
    for folder in sorted(folders):
        hidden = folder.with_name(f"{ASIDE}{folder.name}")
        folder.rename(hidden)
        hidden_folders.append(hidden)
    return hidden_folders
