"""Whether landed files are what they were when they landed, and what can be done where they are not."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from .checkpoint import CHECKPOINT, PARTIAL, Checkpoint, sha256
from .manifest import MANIFEST, Damaged, Manifest
from .runs import Landing

ASIDE = ".damaged-"
"""Before the name of a run that was set aside: no reader sees it, and it is not removed."""
CHAINED = frozenset({"hub_adoption"})
"""Sources whose runs each count from the one before: where one is set aside, those after it go with it."""

_known: dict[tuple[str, int, int, int], str] = {}
"""The checksums of files that this process has read through, by name, inode, size and time."""


def verify(runs: Iterable[Manifest]) -> None:
    """Raise Damaged for the first part that is not what its manifest says. Reads each file once a process."""
    for run in runs:
        for found in damage(run):
            raise found


def damage(run: Manifest) -> Iterator[Damaged]:
    """What is wrong with the parts of a run: missing, shorter, changed."""
    for part, path in zip(run.parts, run.paths, strict=True):
        try:
            stat = path.stat()
        except FileNotFoundError:
            yield Damaged(path, "is missing")
            continue
        if stat.st_size != part.bytes:
            yield Damaged(path, f"has {stat.st_size:,} bytes, and had {part.bytes:,} when it landed")
            continue
        key = str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns
        if key not in _known:
            _known[key] = sha256(path)
        if _known[key] != part.sha256:
            yield Damaged(path, "has changed since it landed: its checksum is another")


def check(landing: Landing) -> Iterator[Manifest | Damaged | str]:
    """Every visible run as it is read through, and after it what is wrong with it; in words what is only to be known.

    Reads every byte anew.
    """
    _known.clear()
    for path in sorted(landing.folder.glob(f"*/*/{MANIFEST}")):
        if path.parent.name.startswith("."):
            continue
        try:
            run = Manifest.read(path.parent)
        except Damaged as found:
            yield found
            continue
        yield run
        yield from damage(run)
        strange = {one.name for one in run.folder.iterdir()} - {
            MANIFEST,
            CHECKPOINT,
            *(part.name for part in run.parts),
        }
        if strange:
            yield f"{run.folder} holds what no manifest names: {', '.join(sorted(strange))}"
    for folder in sorted(landing.folder.glob("*/[!.]*/")):
        if not (folder / MANIFEST).exists():
            yield Damaged(folder / MANIFEST, "is missing")
    yield from _hidden(landing)


def _hidden(landing: Landing) -> Iterator[str]:
    """What no reader sees, and a person may want to know of."""
    for folder in sorted(landing.folder.glob(f"*/{PARTIAL}*")):
        checkpoint = Checkpoint.read(folder)
        if checkpoint is None:
            yield f"{folder} is a broken run without a whole part; it goes when {folder.parent.name} is asked again"
            continue
        rows = sum(part.rows for part in checkpoint.parts)
        yield f"{folder} is a broken run with {rows:,} rows; the next ingest of {folder.parent.name} takes it up"
    for folder in sorted(landing.folder.glob(f"*/{ASIDE}*")):
        yield f"{folder} was set aside as damaged; no reader sees it"


def set_aside(found: Iterable[Damaged]) -> list[Path]:
    """Move the runs of damaged files out of the way, each by one rename; returns where they are now."""
    folders = {one.path.parent for one in found}
    for folder in list(folders):
        if folder.parent.name in CHAINED:
            folders |= {later for later in folder.parent.glob("[!.]*/") if later.name >= folder.name}  # by their stamps
    moved = []
    for folder in sorted(folders):
        hidden = folder.with_name(f"{ASIDE}{folder.name}")
        folder.rename(hidden)
        moved.append(hidden)
    return moved
