"""The state of refreshes, in small files under `<warehouse>/refresh/`, each replaced by one rename."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

LOCK, SCHEDULED = ".lock", ".schedule.lock"
"""Locks of the running refresh and of the process that repeats it; the system releases them with their process."""

FIELD_TYPES = {"failures": int, "reason": str, "every": str, "pid": int}


@dataclass
class StepStatus:
    """The status of one step: times are UTC; `failures` counts those in a row, `reason` is of the last one."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str = ""
    failures: int = 0


@dataclass
class RefreshState:
    """The last refresh, and each step's last success and failure."""

    started_at: datetime | None = None
    finished_at: datetime | None = None
    """None while it runs, and if it was interrupted."""
    steps: dict[str, StepStatus] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> RefreshState:
        """Read the state; it is empty if the file is missing or unreadable, and the next refresh writes it again."""
        content = _read(folder / "refresh" / "last.json")
        try:
            steps = {
                name: StepStatus(**_fields_of(StepStatus, status)) for name, status in content.get("steps", {}).items()
            }
            return cls(**_fields_of(cls, {**content, "steps": steps}))
        except (ValueError, TypeError, AttributeError):
            return cls()

    def write(self, folder: Path) -> None:
        _write(folder / "refresh" / "last.json", asdict(self))


@dataclass
class Schedule:
    """The plan of the process that repeats refreshes."""

    every: str = ""
    next_at: datetime | None = None
    pid: int = 0

    @classmethod
    def read(cls, folder: Path) -> Schedule:
        try:
            return cls(**_fields_of(cls, _read(folder / "refresh" / "schedule.json")))
        except (ValueError, TypeError):
            return cls()

    def write(self, folder: Path) -> None:
        _write(folder / "refresh" / "schedule.json", asdict(self))


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


def _fields_of(kind: type, content: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a dataclass from a JSON object, with times parsed. Raises TypeError for a wrong type."""
    values = {item.name: content[item.name] for item in fields(kind) if content.get(item.name) is not None}
    for name, value in values.items():
        if name.endswith("_at"):
            moment = datetime.fromisoformat(value)
            values[name] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        elif name in FIELD_TYPES and type(value) is not FIELD_TYPES[name]:
            raise TypeError(f"{name} is {value!r:.60}")
    return values


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(content, indent=2, default=datetime.isoformat) + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
