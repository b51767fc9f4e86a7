"""Landing in one file, or beside itself in another folder, and back: every byte held to its manifest on both ways.

A backup file is a plain tar, for parts are compressed already: `contents.json`, which names its runs, then of each run
`<source>/<stamp>/manifest.json` and the parts that it names. Nothing else is written, and nothing else is taken back:
no link, no other name, no byte more than was said.
"""

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .checkpoint import PARTIAL, settle
from .manifest import MANIFEST, Damaged, LandingError, Manifest
from .runs import Landing
from .verify import damage, verify

CONTENTS = "contents.json"
RESTORING, REPLACED = ".restoring-", ".replaced-"
NAME = re.compile(r"([a-z][a-z0-9_]{0,60})/(\d{8}T\d{6}\.\d{6}Z)/(manifest\.json|part-\d{5,9}\.parquet)")
MOST = 50_000_000
"""Bytes of a manifest that are read from a backup; real ones have a few thousand."""
PIECE = 1 << 20
Tell = Callable[[Manifest], object]


@dataclass(frozen=True)
class Moved:
    """What a backup or a restore did, in runs."""

    written: int
    there: int
    """Were there already, the same to the byte."""
    bytes: int
    replaced: int = 0
    """Were there, damaged, and are now as the backup has them."""


def back_up(landing: Landing, target: Path, tell: Tell = lambda _: None) -> Moved:
    """Copy every visible run into a folder, where those that are there already stay, or into a new tar file.

    Raises Damaged, before anything of that run is kept, and LandingError where nothing has landed or the file exists.
    """
    runs = landing.manifests()
    if not runs:
        raise LandingError(f"nothing has landed in {landing.folder}, so there is nothing to keep")
    if target.is_dir():
        return _copied(runs, target, tell)
    if target.exists():
        raise LandingError(f"{target} exists and is left as it is; name another file, or a folder to add to")
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tarfile.open(beside, "w", format=tarfile.PAX_FORMAT) as tar:
            contents = json.dumps([f"{run.source}/{run.snapshot_id}" for run in runs]).encode()
            entry = tarfile.TarInfo(CONTENTS)
            entry.size = len(contents)
            tar.addfile(entry, io.BytesIO(contents))
            for run in runs:
                _packed(tar, run)
                tell(run)
        settle(beside)
        beside.rename(target)
        settle(target.absolute().parent)
    finally:
        beside.unlink(missing_ok=True)
    return Moved(len(runs), 0, target.stat().st_size)


def restore(landing: Landing, origin: Path, *, add: bool = False, tell: Tell = lambda _: None) -> Moved:
    """Take back what a backup holds: all of it is read and held to its manifests before any of it becomes visible.

    Where something else has landed already, only with `add`: what is missing comes, what is damaged is replaced, and
    what is sound stays as it is. Broken off, it goes on when it is called again. Raises LandingError, Damaged.
    """
    if not origin.exists():
        raise LandingError(f"{origin} is not there: name a file or a folder that 'oss-ai-monitor backup' wrote")
    landing.folder.mkdir(parents=True, exist_ok=True)
    ready: list[tuple[Path, Manifest]] = []
    there = 0
    strangers = set(landing.folder.glob(f"*/[!.]*/{MANIFEST}"))
    with landing.alone(), _reading(origin):
        for source, stamp, parts in _folder(origin) if origin.is_dir() else _tar(origin):
            home = landing.folder / source / stamp
            strangers.discard(home / MANIFEST)
            hidden = home.with_name(f"{RESTORING}{stamp}")
            made = _unpacked(hidden, origin, parts, home)
            if made is None:
                there += 1
                continue
            ready.append((home, made))
            tell(made)
        if not ready and not there:
            raise LandingError(f"{origin} holds no landed run: it is no backup of ours")
        if not add and (strangers or any(home.exists() for home, _ in ready)):
            for home, _ in ready:
                shutil.rmtree(home.with_name(f"{RESTORING}{home.name}"))
            raise LandingError(
                f"{landing.folder} holds what has landed already, and nothing was changed; with --add what is missing "
                "comes and what is damaged is replaced, or choose another folder with --warehouse"
            )
        replaced = 0
        for home, _ in ready:
            if home.exists():
                replaced += 1
                home.rename(home.with_name(f"{REPLACED}{home.name}"))
            home.with_name(f"{RESTORING}{home.name}").rename(home)
            settle(home.parent)
            shutil.rmtree(home.with_name(f"{REPLACED}{home.name}"), ignore_errors=True)
    sizes = sum(part.bytes for _, made in ready for part in made.parts)
    return Moved(len(ready) - replaced, there, sizes, replaced)


def _copied(runs: Iterable[Manifest], target: Path, tell: Tell) -> Moved:
    written = there = size = 0
    for run in runs:
        home = target / run.source / run.snapshot_id
        if _is_same(home, run):
            there += 1
            continue
        verify([run])
        partial = home.with_name(f"{PARTIAL}copy-{run.snapshot_id}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for part, path in zip(run.parts, run.paths, strict=True):
            with path.open("rb") as read, (partial / part.name).open("wb") as write:
                _pour(read, write, part.bytes, part.sha256, path)
            settle(partial / part.name)
            size += part.bytes
        (partial / MANIFEST).write_bytes((run.folder / MANIFEST).read_bytes())
        settle(partial / MANIFEST)
        settle(partial)
        if home.exists():  # and is not the same: what the backup held has been damaged there
            shutil.rmtree(home)
        partial.rename(home)
        settle(home.parent)
        written += 1
        tell(run)
    return Moved(written, there, size)


def _packed(tar: tarfile.TarFile, run: Manifest) -> None:
    """One run at the end of a tar; its parts are hashed as they are read."""
    verify([run])
    for path in [run.folder / MANIFEST, *run.paths]:
        entry = tarfile.TarInfo(f"{run.source}/{run.snapshot_id}/{path.name}")
        entry.size, entry.mtime, entry.mode = path.stat().st_size, int(path.stat().st_mtime), 0o444
        with path.open("rb") as file:
            tar.addfile(entry, file)


Parts = Iterator[tuple[str, int, IO[bytes]]]
"""Name, size and bytes of the files of a run, its manifest first."""


def _folder(origin: Path) -> Iterator[tuple[str, str, Parts]]:
    for path in sorted(origin.glob(f"*/[!.]*/{MANIFEST}")):
        names = [MANIFEST, *sorted(one.name for one in path.parent.glob("part-*.parquet"))]
        if NAME.fullmatch(f"{path.parent.parent.name}/{path.parent.name}/{MANIFEST}"):
            yield path.parent.parent.name, path.parent.name, _opened(path.parent, names)


def _opened(folder: Path, names: Iterable[str]) -> Parts:
    for name in names:
        with (folder / name).open("rb") as file:
            yield name, (folder / name).stat().st_size, file


def _tar(origin: Path) -> Iterator[tuple[str, str, Parts]]:
    with tarfile.open(origin, "r:") as tar:
        entries, seen = _Entries(tar, origin), set()
        while entries.next:
            source, stamp = entries.next[1:3]
            seen.add(f"{source}/{stamp}")
            yield source, stamp, entries.of(source, stamp)
            for _ in entries.of(source, stamp):
                pass  # what was not looked at, since it is there already
        if lacking := set(entries.contents) - seen:  # a tar that is cut off between two files looks like a whole one
            raise LandingError(f"{origin} lacks {', '.join(sorted(lacking))}: the backup is not whole")


class _Entries:
    """The entries of a tar one after the other, each refused that is no file of a run."""

    def __init__(self, tar: tarfile.TarFile, origin: Path) -> None:
        self.tar, self.origin = tar, origin
        self.next: tuple[tarfile.TarInfo, str, str, str] | None = None
        self.contents = self._contents()
        self.step()

    def _contents(self) -> list[str]:
        entry = self.tar.next()
        file = self.tar.extractfile(entry) if entry and entry.isreg() and entry.name == CONTENTS else None
        if entry is None or file is None or entry.size > MOST:
            raise LandingError(f"{self.origin} does not begin with {CONTENTS}: it is no backup of ours")
        said = json.loads(file.read())
        if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
            raise LandingError(f"{self.origin}: its {CONTENTS} names no runs; it is refused")
        return said

    def step(self) -> None:
        entry = self.tar.next()
        if entry is None:
            self.next = None
            return
        found = NAME.fullmatch(entry.name)
        if not found or not entry.isreg():
            raise LandingError(
                f"{self.origin} holds {entry.name[:200]!r}, which no backup of ours holds; it is refused"
            )
        self.next = entry, found[1], found[2], found[3]

    def of(self, source: str, stamp: str) -> Parts:
        while self.next and self.next[1:3] == (source, stamp):
            entry, name = self.next[0], self.next[3]
            file = self.tar.extractfile(entry)
            yield name, entry.size, file or io.BytesIO()
            self.step()


@contextmanager
def _reading(origin: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, OverflowError, ValueError, RecursionError) as error:
        raise LandingError(
            f"{origin} cannot be read as a tar ({error}): it is damaged, or no backup of ours"
        ) from error


def _unpacked(hidden: Path, origin: Path, parts: Parts, home: Path) -> Manifest | None:
    """One run, whole and held to its manifest, hidden beside where it is to be; None where it is there already."""
    told = f"{origin}: {home.parent.name}/{home.name}"
    name, size, file = next(parts, ("", 0, io.BytesIO()))
    if name != MANIFEST or size > MOST:
        raise LandingError(f"{told} does not begin with its manifest; it is refused")
    said = file.read(size)
    hidden.parent.mkdir(parents=True, exist_ok=True)
    made = _manifest(hidden, said, told)
    if (made.source, made.snapshot_id) != (home.parent.name, home.name):
        raise LandingError(f"{told} holds the manifest of {made.source}/{made.snapshot_id}; it is refused")
    if _is_same(home, made):
        shutil.rmtree(hidden)
        return None
    if not _is_same(hidden, made):  # else a restore that was broken off has brought it here
        expected = {part.name: part for part in made.parts}
        for name, _, file in parts:
            part = expected.pop(name, None)
            if part is None:
                raise LandingError(f"{told} holds {name}, which its manifest does not name; it is refused")
            (hidden / name).unlink(missing_ok=True)
            with (hidden / name).open("wb") as write:
                _pour(file, write, part.bytes, part.sha256, Path(f"{told}/{name}"))
            settle(hidden / name)
        if expected:
            raise LandingError(f"{told} lacks {', '.join(expected)}: the backup is not whole")
    settle(hidden)
    return made


def _manifest(hidden: Path, said: bytes, told: str) -> Manifest:
    hidden.mkdir(exist_ok=True)
    path = hidden / MANIFEST
    path.unlink(missing_ok=True)
    path.write_bytes(said)
    settle(path)
    try:
        return Manifest.read(hidden)
    except Damaged as error:
        raise LandingError(f"{told}: {MANIFEST} {error.what}: the backup is damaged") from error


def _pour(read: IO[bytes], write: IO[bytes], size: int, sha256: str, named: Path) -> None:
    """Exactly the bytes that were said. Raises LandingError for any other."""
    digest, left = hashlib.sha256(), size
    while piece := read.read(min(PIECE, left + 1)):
        left -= len(piece)
        if left < 0:
            break
        digest.update(piece)
        write.write(piece)
    if left or digest.hexdigest() != sha256:
        raise LandingError(f"{named} is not what its manifest says: the copy is damaged, and nothing of it was kept")


def _is_same(home: Path, run: Manifest) -> bool:
    """Whether a folder holds this run, whole and sound."""
    try:
        there = Manifest.read(home)
    except (Damaged, OSError):
        return False
    return there.parts == run.parts and there.to_json() == run.to_json() and not list(damage(there))
