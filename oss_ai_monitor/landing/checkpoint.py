"""Broken runs: what a killed process had landed of one, how the next one finds it, and which ones are too old."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .manifest import Part

PARTIAL = ".partial-"
CHECKPOINT = "checkpoint.json"
OLDEST = timedelta(days=1)
"""Age, since it was begun, up to which a broken run is continued: all that it holds is to be of one day."""


@dataclass
class Checkpoint:
    """Which parts of a run are whole, and where its source stood after them; one file, replaced in one step."""

    question: str
    started: datetime
    parts: list[Part]
    shape: list[tuple[str, str]]
    stands: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Have it on the disk before anything follows."""
        fields = asdict(self) | {"started": self.started.isoformat()}
        beside = folder / f".{CHECKPOINT}"
        beside.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(folder / CHECKPOINT)
        settle(folder)

    @classmethod
    def read(cls, folder: Path) -> "Checkpoint | None":
        """The checkpoint in a folder; None where there is none that can be understood."""
        try:
            fields = json.loads((folder / CHECKPOINT).read_text(encoding="utf-8"))
            fields["started"] = datetime.fromisoformat(fields["started"])
            fields["parts"] = [Part(**part) for part in fields["parts"]]
            fields["shape"] = [(name, kind) for name, kind in fields["shape"]]
            return cls(**fields)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return None


def continued(
    home: Path, question: str | None, is_simulated: bool, oldest: timedelta = OLDEST
) -> tuple[Path | None, Checkpoint | None, list[str]]:
    """The broken run of the same question that goes on, and what is to be said of those that were dropped.

    To be called under the source's lock only, under which no other run is alive.
    """
    kept: tuple[Path, Checkpoint] | None = None
    said = []
    for folder in sorted(home.glob(f"{PARTIAL}*"), reverse=True):
        checkpoint = Checkpoint.read(folder)
        reason = _refused(folder, checkpoint, question, is_simulated, oldest, kept is not None)
        if checkpoint and not reason:
            kept = folder, checkpoint
            for path in _strangers(folder, checkpoint):
                path.unlink()
            continue
        shutil.rmtree(folder)
        if checkpoint:
            rows = sum(part.rows for part in checkpoint.parts)
            said.append(
                f"a broken run of {checkpoint.started:%Y-%m-%d %H:%M} UTC with {rows:,} rows was dropped: {reason}"
            )
    return (*kept, said) if kept else (None, None, said)


def _refused(
    folder: Path,
    checkpoint: Checkpoint | None,
    question: str | None,
    is_simulated: bool,
    oldest: timedelta,
    is_second: bool,
) -> str:
    """Why a broken run cannot go on; nothing when it can."""
    if checkpoint is None:
        return "it had no whole part"
    if is_second:
        return "there is a later one"
    if is_simulated or checkpoint.question != question:
        return "it asked another question"
    if datetime.now(UTC) - checkpoint.started > oldest:
        return f"it is older than {oldest}"
    for part in checkpoint.parts:
        path = folder / part.name
        if not path.is_file() or path.stat().st_size != part.bytes or sha256(path) != part.sha256:
            return f"{part.name} is damaged"
    return ""


def _strangers(folder: Path, checkpoint: Checkpoint) -> Iterator[Path]:
    """What was being written when the process died."""
    known = {CHECKPOINT, *(part.name for part in checkpoint.parts)}
    yield from (path for path in list(folder.iterdir()) if path.name not in known)


def settle(path: Path) -> None:
    """Have the disk hold a file, read-only from now on, or a folder's entries before anyone is told of them."""
    if path.is_file():
        path.chmod(0o444)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
