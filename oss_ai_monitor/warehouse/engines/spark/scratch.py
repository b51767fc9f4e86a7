"""The scratch folder of a build on Spark: one folder of Parquet per relation, named by what it was made from.

It outlives a build that dies. The next one goes on with what is whole there and was made from the same; other folders
are removed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

COMPLETE = "_SUCCESS"
"""The file that both engines leave in a folder once all parts are in it."""


class Scratch:
    """The folders of one build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
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
            tables = f"{len(self.gone_on_with)} tables were taken from the scratch folder"
            return f"this build went on where one before it had ended: {tables}"
        return "a build before this one had ended early, and began from other data or rules: this one began again"

    def remove(self) -> None:
        """Remove the folders of all relations, once the generation is on the disk."""
        for path in self._folders():
            shutil.rmtree(path, ignore_errors=True)

    def _folders(self) -> Iterator[Path]:
        return (path for path in self.folder.glob("*.*-*") if path.is_dir())
