"""Interrupted runs: which parts a killed process had written, how the next run finds them, and how old they may be."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from oss_ai_monitor.plurals import counted

from .manifest import Moment, Part

PARTIAL = ".partial-"
CHECKPOINT = "checkpoint.json"
MAX_AGE = timedelta(days=1)
"""Age, since its start, up to which an interrupted run is continued: all its rows should be of about one day."""


class Checkpoint(msgspec.Struct, forbid_unknown_fields=True, rename={"resume_state": "stands"}):
    """Which parts of a run are complete, and the state of its source after them; one file, replaced atomically."""

    question: str
    started: Moment
    parts: list[Part]
    shape: list[tuple[str, str]]
    resume_state: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write the checkpoint and flush it to the disk."""
        temporary = folder / f".{CHECKPOINT}"
        temporary.write_bytes(msgspec.json.encode(self))
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(folder / CHECKPOINT)
        flush_to_disk(folder)

    @classmethod
    def read(cls, folder: Path) -> "Checkpoint | None":
        """Read the checkpoint in a folder; None if it is missing or unreadable."""
        try:
            return msgspec.json.decode((folder / CHECKPOINT).read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
            return None


def resumable_run(
    source_folder: Path, question: str | None, is_simulated: bool, max_age: timedelta = MAX_AGE
) -> tuple[Path | None, Checkpoint | None, list[str]]:
    """Return the interrupted run of the same question that can be continued, and notes about those that were dropped.

    Call it only under the source's lock: then no other run of the source is alive.
    """
    continuing: tuple[Path, Checkpoint] | None = None
    dropped = []
    for folder in sorted(source_folder.glob(f"{PARTIAL}*"), reverse=True):
        checkpoint = Checkpoint.read(folder)
        reason = _rejection(folder, checkpoint, question, is_simulated, max_age, continuing is not None)
        if checkpoint and not reason:
            continuing = folder, checkpoint
            for path in _unfinished_files(folder, checkpoint):
                path.unlink()
            continue
        shutil.rmtree(folder)
        if checkpoint:
            rows = sum(part.rows for part in checkpoint.parts)
            dropped.append(
                f"a broken run of {checkpoint.started:%Y-%m-%d %H:%M} UTC with {counted(rows, 'row')} was dropped: "
                f"{reason}"
            )
    return (*continuing, dropped) if continuing else (None, None, dropped)


def _rejection(
    folder: Path,
    checkpoint: Checkpoint | None,
    question: str | None,
    is_simulated: bool,
    max_age: timedelta,
    is_second: bool,
) -> str:
    """Return why an interrupted run cannot be continued, or "" if it can."""
    if checkpoint is None:
        return "it had no whole part"
    if is_second:
        return "there is a later one"
    if is_simulated or checkpoint.question != question:
        return "it asked another question"
    age = datetime.now(UTC) - checkpoint.started
    if age > max_age:
        return f"it is older than {max_age}"
    if age < -max_age:
        return f"it is dated {-age} later than now"
    for part in checkpoint.parts:
        path = folder / part.name
        if not path.is_file() or path.stat().st_size != part.bytes or sha256(path) != part.sha256:
            return f"{part.name} is damaged"
    return ""


def _unfinished_files(folder: Path, checkpoint: Checkpoint) -> Iterator[Path]:
    """Yield the files that the process had not finished when it died."""
    expected_names = {CHECKPOINT, *(part.name for part in checkpoint.parts)}
    yield from (path for path in list(folder.iterdir()) if path.name not in expected_names)


def flush_to_disk(path: Path) -> None:
    """Flush a file, which becomes read-only, or the entries of a folder to the disk."""
    if path.is_file():
        path.chmod(0o444)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
