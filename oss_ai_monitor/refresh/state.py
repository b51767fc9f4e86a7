"""The state of refreshes, in small files under `<warehouse>/refresh/`, each replaced by one rename."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from filelock import FileLock, Timeout

LOCK, SCHEDULED = ".lock", ".schedule.lock"
"""Locks of the running refresh and of the process that repeats it; the system releases them with their process."""

LAST_FILE, SCHEDULE_FILE = "refresh/last.json", "refresh/schedule.json"
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
State = TypeVar("State")


class InUtc:
    """The base of states: a moment without a zone is in UTC."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, datetime) and not value.tzinfo:
                setattr(self, name, value.replace(tzinfo=UTC))


@dataclass
class StepStatus(InUtc):
    """The status of one step: times are UTC; `failures` counts those in a row, since `failing_since`; `reason` is
    of the last one."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str = ""
    failures: int = 0
    failing_since: datetime | None = None


@dataclass
class RefreshState(InUtc):
    """The last refresh, and each step's last success and failure."""

    started_at: datetime | None = None
    finished_at: datetime | None = None
    """None while it runs, and if it was interrupted."""
    steps: dict[str, StepStatus] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> RefreshState:
        """Read the state; it is empty if the file is missing or unreadable, and the next refresh writes it again."""
        return _read(folder / LAST_FILE, cls)

    def write(self, folder: Path) -> None:
        _write(folder / LAST_FILE, asdict(self))


@dataclass
class Schedule(InUtc):
    """The plan of the process that repeats refreshes."""

    every: str = ""
    next_at: datetime | None = None
    pid: int = 0

    @classmethod
    def read(cls, folder: Path) -> Schedule:
        return _read(folder / SCHEDULE_FILE, cls)

    def write(self, folder: Path) -> None:
        _write(folder / SCHEDULE_FILE, asdict(self))


def lock(folder: Path, name: str) -> FileLock:
    """Return a lock that the operating system releases when its holder ends for any reason."""
    (folder / "refresh").mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "refresh" / name)


def is_held(folder: Path, name: str) -> bool:
    """Whether any process has the lock now."""
    if not (folder / "refresh").is_dir():
        return False
    try:
        with lock(folder, name).acquire(timeout=0):
            return False
    except Timeout:
        return True


def unreadable(folder: Path) -> Iterator[Path]:
    """Yield the files that hold no state, for which `read` returns an empty one."""
    for path, kind in ((folder / LAST_FILE, RefreshState), (folder / SCHEDULE_FILE, Schedule)):
        try:
            if path.exists():
                _parsed(path, kind)
        except UNREADABLE:
            yield path


def _read(path: Path, kind: type[State]) -> State:
    try:
        return _parsed(path, kind)
    except (FileNotFoundError, *UNREADABLE):
        return kind()


def _parsed(path: Path, kind: type[State]) -> State:
    # parsed by json: a reason may name a file whose name is no UTF-8, which msgspec's own parser refuses
    return msgspec.convert(json.loads(path.read_text(encoding="utf-8")), kind)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(content, indent=2, default=datetime.isoformat) + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
