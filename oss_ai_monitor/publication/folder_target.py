"""Publish into a folder, which a web server may show: files of a generation never change, and one rename names it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from .manifest import NAME, File, Manifest, PublicationError, Refused, read
from .staging import Staged
from .tables import file_of

GENERATIONS, LATEST = "generations", "latest"


class FolderTarget:
    """A folder with `manifest.json`, `generations/<id>/…`, and `latest`, a link to the generation of the manifest."""

    address = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> Manifest | None:
        """Return what is published now; None if nothing is, or if it cannot be read."""
        try:
            return read((self.folder / NAME).read_bytes())
        except (OSError, Refused):
            return None

    def document(self, name: str) -> bytes | None:
        """Return a document of what is published now."""
        try:
            return (self.folder / LATEST / name).read_bytes()
        except OSError:
            return None

    def publish(self, staged: Staged) -> None:
        """Copy what is missing, then name it. An interrupted copy goes on where it was. Raises PublicationError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=0):
                self._publish(staged)
        except Timeout as error:
            raise PublicationError(
                f"another process publishes into {self.folder}; try again when it is done"
            ) from error

    def _publish(self, staged: Staged) -> None:
        before = self.manifest()
        name = staged.manifest.id
        target = self.folder / GENERATIONS / name
        for file in staged.manifest.files:
            _copy(staged.folder, target, file)
        files = tuple(
            msgspec.structs.replace(file, path=f"{GENERATIONS}/{name}/{file.path}") for file in staged.manifest.files
        )
        manifest = msgspec.structs.replace(staged.manifest, files=files)
        _write(target / NAME, staged.manifest.to_json())
        _write(self.folder / NAME, manifest.to_json())
        link = self.folder / f".{LATEST}.{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(target.relative_to(self.folder))
        link.replace(self.folder / LATEST)
        remaining = {name}
        if before and before.left_out_version == staged.manifest.left_out_version:
            remaining.add(before.id)  # who reads it now can go on
        for old in (self.folder / GENERATIONS).iterdir():
            if old.name not in remaining:
                shutil.rmtree(old)


def _copy(source: Path, target: Path, file: File) -> None:
    """Copy one file, unless it is there already, under a hidden name first."""
    path = target / file.path
    if path.is_file() and file_of(target, path, file.kind).sha256 == file.sha256:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    shutil.copyfile(source / file.path, temporary)
    _flush(temporary)
    temporary.replace(path)


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    _flush(temporary)
    temporary.replace(path)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
