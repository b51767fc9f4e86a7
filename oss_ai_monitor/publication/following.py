"""Keep a read-only copy of a published generation current: fetch, verify, swap. The old one serves until then."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from .. import warehouse
from ..plurals import counted
from .folder_target import MARKER
from .manifest import NAME, File, Manifest, PublicationError, Refused, read
from .origins import Origin

STATE = "following.json"
SPARE_BYTES = 100_000_000
"""Bytes that a disk must have free beside a new generation."""
Notify = Callable[[str], None]


class State(msgspec.Struct):
    """What a follower has: from where, which publication, and in which file."""

    origin: str = ""
    etag: str = ""
    id: str = ""
    published_at: datetime | None = None
    generation: str = ""
    checked_at: datetime | None = None
    sha256: str = ""
    """The checksum of the file, as its manifest names it; "" where an earlier version followed."""


def state_of(folder: Path) -> State | None:
    """Return what the follower of a warehouse's folder has; None if it is no follower's."""
    try:
        return msgspec.json.decode((folder / STATE).read_bytes(), type=State)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None


def copy_notice(folder: Path) -> str:
    """Return what to do where a warehouse's folder holds a copy, which nothing but 'follow' changes; else ""."""
    if not (folder / STATE).exists():
        return ""
    origin = (state_of(folder) or State()).origin
    follow_it = f"'oss-ai-monitor --warehouse {shlex.quote(str(folder))} follow {origin or 'SOURCE'}' keeps it current"
    return (
        f"{folder} holds a copy of {origin or 'what is published elsewhere'}, and nothing of its own lands or is built "
        f"there: {follow_it}; choose another folder, or remove {folder / STATE} to follow no longer"
    )


def refuse_copy(folder: Path) -> None:
    """Raise PublicationError where a folder is no warehouse of its own: it holds a copy, or what 'publish' wrote."""
    refuse_published(folder)
    if notice := copy_notice(folder):
        raise PublicationError(notice)


def refuse_published(folder: Path) -> None:
    """Raise PublicationError where a folder is what readers ask: with a warehouse in it, nothing is published there."""
    if (folder / MARKER).exists():
        raise PublicationError(
            f"{folder} is what 'oss-ai-monitor publish' wrote for readers, and no warehouse's folder: nothing was "
            "written there; choose another one with --warehouse"
        )


def follow(folder: Path, origin: Origin, now: datetime, notify: Notify = lambda _: None) -> bool:
    """Fetch what is published, if it is another than what serves; returns whether a new generation serves.

    A copy that is damaged is fetched again. An interrupted download goes on where it was.
    Raises PublicationError, Refused where what is offered may not be trusted, and what the warehouse raises; then what
    served before serves.
    """
    if any((folder / "landing").glob("*/[!.]*/manifest.json")):
        mistaken = f", or remove {folder / 'landing'} if it was put into this copy by mistake"
        raise PublicationError(
            f"{folder} holds landed data of its own, which a build shows; choose another folder with --warehouse"
            + (mistaken if (folder / STATE).exists() else "")
        )
    refuse_published(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with warehouse.build_lock(folder):
        before = state_of(folder) or State()
        other = ""
        if before.origin != origin.name:
            other = before.origin
            before = State(origin.name)
        is_sound = _is_sound(folder, before)
        answer = origin.manifest(before.etag if is_sound else "")
        if answer is None:
            _write(folder, msgspec.structs.replace(before, checked_at=now))
            warehouse.remove_other_names(folder)
            return False
        content, etag = answer
        try:
            manifest = read(content)
        except Refused as error:
            raise Refused(f"{origin.name}/{NAME}: {error}; what served before still does") from error
        if before.published_at and manifest.published_at < before.published_at:
            raise Refused(
                f"{origin.name} offers a publication of {manifest.published_at:%Y-%m-%d %H:%M} UTC, earlier than the "
                f"one that serves ({before.published_at:%Y-%m-%d %H:%M}); where that is meant, remove {folder / STATE}"
            )
        digest = manifest.warehouse.sha256
        state = State(origin.name, etag, manifest.id, manifest.published_at, before.generation, now, digest)
        is_same = (manifest.id, manifest.published_at) == (before.id, before.published_at)
        if is_same and is_sound and digest == (before.sha256 or digest):
            _write(folder, state)
            warehouse.remove_other_names(folder)
            return False
        if manifest.shape != warehouse.SHAPE:
            raise Refused(
                f"{origin.name} publishes tables of shape {manifest.shape}, and this version of oss-ai-monitor reads "
                f"{warehouse.SHAPE}: install the version {manifest.tool_version[:20]} that made it"
            )
        if not is_sound and (served := warehouse.adopted(folder, origin.name, digest)):
            # an earlier run ended after it had swapped this in
            _write(folder, msgspec.structs.replace(state, generation=served.name))
            notify(_current(manifest))
            return True
        if before.id and not is_sound:
            notify("the copy is damaged: it is fetched again")
        file = _fetch(folder, origin, manifest, notify)
        try:
            generation = warehouse.adopt(folder, file, origin.name, manifest.id, manifest.snapshot_id, manifest.rules)
        except warehouse.WarehouseError as error:
            file.unlink(missing_ok=True)
            raise Refused(f"{origin.name}: {error}; what served before still does") from error
        _write(folder, msgspec.structs.replace(state, generation=generation.name))
    if other:
        notify(f"{folder} followed {other} before, and follows {origin.name} from now on")
    notify(_current(manifest))
    return True


def _current(manifest: Manifest) -> str:
    return f"the copy is now {manifest.id}, published {manifest.published_at:%Y-%m-%d %H:%M} UTC"


def _is_sound(folder: Path, state: State) -> bool:
    """Whether the generation that was received last is the one that serves, and is undamaged."""
    path = folder / "generations" / state.generation
    stable = folder / warehouse.NAME
    is_served = bool(state.generation) and stable.exists() and path.exists() and stable.samefile(path)
    return is_served and not warehouse.damage(path)


def _fetch(folder: Path, origin: Origin, manifest: Manifest, notify: Notify) -> Path:
    """Fetch the DuckDB file under a hidden name that holds its checksum, and verify it. Raises PublicationError."""
    file = manifest.warehouse
    partial = folder / "generations" / f".{file.sha256[:32]}.following"
    for other in partial.parent.glob(".*.following"):
        if other != partial:
            other.unlink()
    start = partial.stat().st_size if partial.is_file() and not partial.is_symlink() else 0
    if start > file.bytes or partial.is_symlink():
        partial.unlink()
        start = 0
    free = shutil.disk_usage(partial.parent).free
    if (needed := file.bytes - start + SPARE_BYTES) > free:
        raise PublicationError(
            f"the copy of {origin.name} needs {needed / 1e6:,.0f} MB, {SPARE_BYTES / 1e6:,.0f} of them while it is "
            f"verified, and {free / 1e6:,.0f} MB are free on the disk: make room"
        )
    if start < file.bytes:
        notify(f"fetching {(file.bytes - start) / 1e6:,.1f} MB from {origin.name}")
        _download(origin, file, partial, start)
    digest = hashlib.sha256()
    with partial.open("rb") as written:
        while piece := written.read(1 << 20):
            digest.update(piece)
    if partial.stat().st_size < file.bytes:
        _refuse_page(origin, file, partial)
        raise PublicationError(
            f"{origin.name}: {file.path} has {counted(partial.stat().st_size, 'byte')}, and should have "
            f"{file.bytes:,}: it is being written, or was broken off; what served before still does"
        )
    if digest.hexdigest() != file.sha256:
        partial.unlink()
        raise Refused(
            f"{origin.name}: {file.path} is not what the manifest says: its checksum is another; it is refused, and "
            "what served before still does"
        )
    return partial


def _refuse_page(origin: Origin, file: File, partial: Path) -> None:
    """Raise Refused where what came in the place of a DuckDB file is another kind of file, such as a page of HTML."""
    with partial.open("rb") as written:
        begins = written.read(12)
    if len(begins) == 12 and begins[8:] != b"DUCK":
        partial.unlink()
        raise Refused(
            f"{origin.name}: {file.path} is answered with something else, such as a page that asks for a password; it "
            "is refused, and what served before still does"
        )


def _download(origin: Origin, file: File, partial: Path, start: int) -> None:
    with origin.content(file.path, start) as (begins, pieces):
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | (0 if begins else os.O_TRUNC)
        with os.fdopen(os.open(partial, flags, 0o644), "ab" if begins else "wb") as target:
            remaining = file.bytes - begins
            for piece in pieces:
                remaining -= len(piece)
                if remaining < 0:
                    break
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
    if remaining < 0:
        partial.unlink()
        raise Refused(f"{origin.name}: {file.path} is larger than the manifest says; it is refused")


def _write(folder: Path, state: State) -> None:
    temporary = folder / f".{STATE}.part"  # one process at a time: it holds the lock of builds
    temporary.write_bytes(msgspec.json.encode(state) + b"\n")
    temporary.replace(folder / STATE)
