"""Reads the runs of a backup, from a folder or a tar file, and refuses everything that is not a file of a run."""

import io
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .manifest import MANIFEST, LandingError

CONTENTS = "contents.json"
NAME = re.compile(r"([a-z][a-z0-9_]{0,60})/(\d{8}T\d{6}\.\d{6}Z)/(manifest\.json|part-\d{5,9}\.parquet)")
MAX_MANIFEST_BYTES = 50_000_000
"""The largest manifest that is read from a backup; real ones have a few thousand bytes."""
Parts = Iterator[tuple[str, int, IO[bytes]]]
"""Name, size and bytes of the files of a run, its manifest first."""


def folder_runs(origin: Path) -> Iterator[tuple[str, str, Parts]]:
    for path in sorted(origin.glob(f"*/[!.]*/{MANIFEST}")):
        names = [MANIFEST, *sorted(part.name for part in path.parent.glob("part-*.parquet"))]
        if NAME.fullmatch(f"{path.parent.parent.name}/{path.parent.name}/{MANIFEST}"):
            yield path.parent.parent.name, path.parent.name, _open_files(path.parent, names)


def _open_files(folder: Path, names: Iterable[str]) -> Parts:
    for name in names:
        with (folder / name).open("rb") as file:
            yield name, (folder / name).stat().st_size, file


def tar_runs(origin: Path) -> Iterator[tuple[str, str, Parts]]:
    with tarfile.open(origin, "r:") as tar:
        entries, read_runs = _Entries(tar, origin), set()
        while entries.next:
            source, stamp = entries.next[1:3]
            read_runs.add(f"{source}/{stamp}")
            yield source, stamp, entries.of(source, stamp)
            for _ in entries.of(source, stamp):
                pass  # skip the entries that the caller did not read because the run exists already
        if missing := set(entries.contents) - read_runs:  # a tar cut off between two files looks complete
            raise LandingError(f"{origin} lacks {', '.join(sorted(missing))}: the backup is incomplete")


class _Entries:
    """Iterate over the entries of a tar, and refuse an entry that is not a file of a run."""

    def __init__(self, tar: tarfile.TarFile, origin: Path) -> None:
        self.tar, self.origin = tar, origin
        self.next: tuple[tarfile.TarInfo, str, str, str] | None = None
        self.contents = self._contents()
        self.step()

    def _contents(self) -> list[str]:
        entry = self.tar.next()
        file = self.tar.extractfile(entry) if entry and entry.isreg() and entry.name == CONTENTS else None
        if entry is None or file is None or entry.size > MAX_MANIFEST_BYTES:
            raise LandingError(f"{self.origin} does not begin with {CONTENTS}: it is no backup of ours")
        contents = json.loads(file.read())
        if not isinstance(contents, list) or not all(isinstance(name, str) for name in contents):
            raise LandingError(f"{self.origin}: its {CONTENTS} names no runs; it is refused")
        return contents

    def step(self) -> None:
        entry = self.tar.next()
        if entry is None:
            self.next = None
            return
        match = NAME.fullmatch(entry.name)
        if not match or not entry.isreg():
            raise LandingError(
                f"{self.origin} holds {entry.name[:200]!r}, which no backup of ours holds; it is refused"
            )
        self.next = entry, match[1], match[2], match[3]

    def of(self, source: str, stamp: str) -> Parts:
        while self.next and self.next[1:3] == (source, stamp):
            entry, name = self.next[0], self.next[3]
            file = self.tar.extractfile(entry)
            yield name, entry.size, file or io.BytesIO()
            self.step()


@contextmanager
def translate_errors(origin: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, OverflowError, ValueError, RecursionError) as error:
        raise LandingError(
            f"{origin} cannot be read as a tar ({error}): it is damaged, or no backup of ours"
        ) from error
