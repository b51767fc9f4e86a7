"""Publish into a folder, which a web server may show: files of a generation never change, and one rename names it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from ..warehouse import NAME as WAREHOUSE
from .manifest import NAME, File, Manifest, PublicationError, Refused, read
from .staging import Staged
from .tables import file_of

GENERATIONS, LATEST, LOCK = "generations", "latest", ".lock"
MARKER = ".publication"
"""A file that says that 'publish' writes a folder, and may remove it: the first one in it, and the last one."""
MARKER_TEXT = b"'oss-ai-monitor publish' writes this folder, and removes what it no longer publishes.\n"
OF_WAREHOUSES = frozenset({"landing", "generations", "publishing"})
"""Folders in a warehouse's folder that hold its own files and nothing else."""
FOLDER_MODE, FILE_MODE = 0o755, 0o644
"""What is published is for everybody: a web server of another account reads it, whatever the umask is."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FolderTarget:
    """A folder with `manifest.json`, `generations/<id>/…`, and `latest`, a link to the generation of the manifest."""

    address = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> Manifest | None:
        """Return what is published now; None if nothing is, or if it cannot be read."""
        return _manifest_in(self.folder)

    def document(self, name: str) -> bytes | None:
        """Return a document of what is published now."""
        try:
            return _content(self.folder / LATEST / name)
        except OSError:
            return None

    def require_ours(self) -> None:
        """Raise PublicationError unless the folder is empty or one that 'publish' wrote: others stay as they are."""
        advice = "nothing was written; name an empty folder, or one that 'publish' wrote"
        if os.path.lexists(self.folder) and not self.folder.is_dir():
            raise PublicationError(f"{self.folder} is no folder: {advice}")
        resolved = self.folder.resolve()
        for parent in resolved.parents:
            inner = resolved.relative_to(parent).parts[0]
            if inner in OF_WAREHOUSES and ((parent / "landing").is_dir() or os.path.lexists(parent / WAREHOUSE)):
                lies_in = "" if resolved == parent / inner else f"lies in {parent / inner}, which "
                raise PublicationError(f"{self.folder} {lies_in}belongs to a warehouse: {advice}")
        present = {path.name for path in self.folder.iterdir()} - {LOCK} if self.folder.is_dir() else set()
        if of_warehouse := sorted(present & {"landing", WAREHOUSE}):
            raise PublicationError(f"{self.folder} is a warehouse's folder, for it holds {of_warehouse[0]}: {advice}")
        if present and not (_is_marked(self.folder) or self.manifest()):
            names = ", ".join(sorted(present)[:3])
            raise PublicationError(f"{self.folder} holds other files ({names}): {advice}")
        latest, generations, manifest = (self.folder / name for name in (LATEST, GENERATIONS, NAME))
        if os.path.lexists(latest) and not latest.is_symlink():
            raise PublicationError(f"{latest} is no link that 'publish' made: {advice}")
        if (os.path.lexists(generations) and not generations.is_dir()) or (
            manifest.exists() and not manifest.is_file()
        ):
            raise PublicationError(f"{self.folder} holds other files of the same names: {advice}")

    def damage(self, manifest: Manifest) -> str:
        """Return what is wrong with the published files of the folder's manifest; "" if they are whole. Reads all."""
        for file in manifest.files:
            path = self.folder / file.path
            if path.is_symlink() or not path.is_file():
                return f"{file.path} is missing"
            if link := _link_above(path, self.folder):
                return f"{link} is a link"
            if path.stat().st_size != file.bytes or file_of(self.folder, path, file.kind).sha256 != file.sha256:
                return f"{file.path} has changed since it was written"
        inner = _manifest_in(self.folder / GENERATIONS / manifest.id)
        return "" if inner and inner.id == manifest.id else f"the manifest of {manifest.id} is missing or has changed"

    def publish(self, staged: Staged) -> None:
        """Copy what is missing, then name it. An interrupted copy goes on where it was. Raises PublicationError."""
        _make_folders(self.folder)
        with self._locked():
            self.require_ours()
            _write(self.folder / MARKER, MARKER_TEXT)
            name = staged.manifest.id
            target = self.folder / GENERATIONS / name
            for path in (target / NAME, *(target / file.path for file in staged.manifest.files)):
                if link := _link_above(path, self.folder):
                    raise PublicationError(
                        f"{link} is a link that 'publish' did not make, and nothing is written through it: remove it, "
                        "and run the same again"
                    )
            _make_folders(target)
            _write(target / MARKER, MARKER_TEXT)
            for file in staged.manifest.files:
                _copy(staged.folder, target, file)
            files = tuple(
                msgspec.structs.replace(file, path=f"{GENERATIONS}/{name}/{file.path}")
                for file in staged.manifest.files
            )
            manifest = msgspec.structs.replace(staged.manifest, files=files)
            _write(target / NAME, staged.manifest.to_json())
            _write(self.folder / NAME, manifest.to_json())
            self._finish(manifest)

    def finish(self, manifest: Manifest) -> None:
        """Do what follows once a generation is named, which an earlier run may not have come to.

        Raises PublicationError while an earlier generation is there that can no longer be passed on.
        """
        with self._locked():
            self.require_ours()
            self._finish(manifest)

    def _finish(self, manifest: Manifest) -> None:
        target = self.folder / GENERATIONS / manifest.id
        for path in (target.parent, target, *target.rglob("*"), self.folder / NAME):  # of an earlier version, too
            if not path.is_symlink():
                _open_to_all(path, FOLDER_MODE if path.is_dir() else FILE_MODE)
        link = self.folder / f".{LATEST}.part"
        link.unlink(missing_ok=True)
        link.symlink_to(target.relative_to(self.folder))
        link.replace(self.folder / LATEST)
        for unfinished in target.rglob(".*.part"):
            unfinished.unlink()
        self._remove_earlier(manifest)

    def _remove_earlier(self, manifest: Manifest) -> None:
        """Remove earlier generations, but the last one with the same list of names: who reads it now can go on."""
        folders = [
            path
            for path in sorted((self.folder / GENERATIONS).iterdir())
            if path.is_dir() and not path.is_symlink() and path.name != manifest.id
        ]
        manifests = {path: inner for path in folders if (inner := _manifest_in(path)) and inner.id == path.name}
        same_names = [path for path in manifests if manifests[path].left_out_version == manifest.left_out_version]
        last = max(same_names, key=lambda path: manifests[path].published_at, default=None)
        remaining = []
        for path in folders:
            if path == last:
                continue
            try:
                if path in manifests or _is_marked(path):
                    _remove(path)
                elif (path / WAREHOUSE).exists():
                    remaining.append(f"{path} (it is not what 'publish' wrote)")
            except OSError as error:
                remaining.append(f"{path} ({error.strerror})")
        if remaining:
            raise PublicationError(
                f"{manifest.id} is published, and an earlier generation is still there, which may name who is left "
                f"out now: remove {', '.join(remaining)}"
            )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process publish at a time. A full disk is said with the folder, for others may have room."""
        try:
            with FileLock(self.folder / LOCK, timeout=0):
                yield
        except Timeout as error:
            raise PublicationError(
                f"another process publishes into {self.folder}; try again when it is done"
            ) from error
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            raise PublicationError(
                f"there is no room on the disk of {self.folder}: what was published before still is; make room there, "
                "and run the same again, which goes on where it was"
            ) from error


def _content(path: Path) -> bytes:
    """Return the bytes of a file. Raises OSError, also where it is none: to open a pipe would wait for ever."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "is no file", str(path))
    return path.read_bytes()


def _manifest_in(folder: Path) -> Manifest | None:
    try:
        return read(_content(folder / NAME))
    except (OSError, Refused):
        return None


def _is_marked(folder: Path) -> bool:
    try:
        return _content(folder / MARKER) == MARKER_TEXT
    except OSError:
        return False


def _remove(folder: Path) -> None:
    """Remove a folder that is ours; the marker goes last, so that one that was interrupted goes on."""
    _write(folder / MARKER, MARKER_TEXT)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARKER:
            path.unlink()
    (folder / MARKER).unlink()
    folder.rmdir()


def _link_above(path: Path, root: Path) -> Path | None:
    """Return the folder between `root` and a path that is a link, which may lead anywhere; None if there is none.

    The folder of all generations may be one: an operator has it on another disk.
    """
    between = [root / folder for folder in path.relative_to(root).parents if folder.parts not in ((), (GENERATIONS,))]
    return next((folder for folder in between if folder.is_symlink()), None)


def _make_folders(folder: Path) -> None:
    """Make a folder that everybody may read, and those above it that are missing."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        _open_to_all(path, FOLDER_MODE)


def _open_to_all(path: Path, mode: int) -> None:
    """Let everybody read, where the file system and the owner allow it."""
    present = path.stat().st_mode
    if present & mode != mode:
        with suppress(PermissionError):
            path.chmod(present & 0o7777 | mode)


def _copy(source: Path, target: Path, file: File) -> None:
    """Copy one file, unless it is there already, under a hidden name first."""
    path = target / file.path
    if path.is_file() and not path.is_symlink() and file_of(target, path, file.kind).sha256 == file.sha256:
        return
    _make_folders(path.parent)
    temporary = path.with_name(f".{path.name}.part")
    try:
        shutil.copyfile(source / file.path, temporary)
        _open_to_all(temporary, FILE_MODE)
        _flush(temporary)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(content)
        _open_to_all(temporary, FILE_MODE)
        _flush(temporary)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
