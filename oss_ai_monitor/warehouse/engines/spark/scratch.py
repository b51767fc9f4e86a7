"""The scratch folder of a build on Spark: one folder of Parquet per relation, named by what it was made from.

It outlives a build that dies. The next one goes on with what is whole there and was made from the same; other folders
of relations are removed. Files and folders of other names are somebody else's, and stay.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ....plurals import counted, verb_after
from ...errors import BuildFailed

LOCK = ".lock"
_OF_A_RELATION = re.compile(r"(?:read\.)?[a-z]+\.\w+-[0-9a-f]{24}", re.ASCII)
COMPLETE = "_SUCCESS"
"""The file that both engines leave in a folder once all parts are in it."""


class Scratch:
    """The folders of one build."""

    def __init__(self, folder: Path) -> None:
        """Raises BuildFailed while another build uses the folder: each removes what it does not go on with."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / LOCK, timeout=0)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise BuildFailed(
                f"another build on Spark uses the scratch folder {folder}: wait for it, or name another --scratch"
            ) from error
        self.left = {path.name for path in self._folders()}
        """Folders that an earlier build left."""
        self.gone_on_with: set[str] = set()

    def path(self, relation: str, fingerprint: str) -> Path:
        """Return the folder of a relation that was made from what a fingerprint stands for."""
        return self.folder / f"{relation}-{fingerprint}"

    def is_complete(self, path: Path) -> bool:
        """Whether a relation is there; what is left of a half-written one is removed."""
        if (path / COMPLETE).exists():
            if path.name in self.left:
                self.gone_on_with.add(path.name)
            return True
        shutil.rmtree(path, ignore_errors=True)
        return False

    def notice(self) -> str:
        """Return what became of an earlier build's relations; "" where it left none."""
        if not self.left:
            return ""
        if self.gone_on_with:
            number = len(self.gone_on_with)
            tables = f"{counted(number, 'table')} {verb_after(number, 'was', 'were')} taken from the scratch folder"
            return f"this build went on where one before it had ended: {tables}"
        return "a build before this one had ended early, and began from other data or rules: this one began again"

    def remove(self) -> None:
        """Remove the folders of all relations, once the generation is on the disk."""
        for path in self._folders():
            shutil.rmtree(path, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Let another build use the folder."""
        self._lock.release()

    def _folders(self) -> Iterator[Path]:
        return (
            path
            for path in self.folder.iterdir()
            if _OF_A_RELATION.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
        )
