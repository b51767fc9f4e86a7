"""What is remembered of refreshes, in small files under `<warehouse>/refresh/`, each replaced by one rename."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

LOCK, SCHEDULED = ".lock", ".schedule.lock"
"""Held by the one refresh that runs, and by the one process that repeats it; both go with their process."""

PLAIN = {"failures": int, "reason": str, "every": str, "pid": int}


@dataclass
class StepStatus:
    """What is known of one step: times are UTC; `failures` in a row, the last one's reason."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str = ""
    failures: int = 0


@dataclass
class RefreshState:
    """The last refresh, and each step's last success and failure."""

    started_at: datetime | None = None
    finished_at: datetime | None = None
    """None while it runs, and where it was broken off."""
    steps: dict[str, StepStatus] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> RefreshState:
        """What is remembered; nothing where the file is missing or not ours: the next refresh writes it anew."""
        sent = _read(folder / "refresh" / "last.json")
        try:
            steps = {name: StepStatus(**_known(StepStatus, one)) for name, one in sent.get("steps", {}).items()}
            return cls(**_known(cls, {**sent, "steps": steps}))
        except (ValueError, TypeError, AttributeError):
            return cls()

    def write(self, folder: Path) -> None:
        _write(folder / "refresh" / "last.json", asdict(self))


@dataclass
class Schedule:
    """What one process that repeats refreshes means to do."""

    every: str = ""
    next_at: datetime | None = None
    pid: int = 0

    @classmethod
    def read(cls, folder: Path) -> Schedule:
        try:
            return cls(**_known(cls, _read(folder / "refresh" / "schedule.json")))
        except (ValueError, TypeError):
            return cls()

    def write(self, folder: Path) -> None:
        _write(folder / "refresh" / "schedule.json", asdict(self))


def lock(folder: Path, name: str) -> FileLock:
    """A lock that the operating system takes back when its holder ends, however."""
    (folder / "refresh").mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "refresh" / name)


def is_held(folder: Path, name: str) -> bool:
    """Whether somebody holds a lock now."""
    if not (folder / "refresh").is_dir():
        return False
    try:
        with lock(folder, name).acquire(timeout=0):
            return False
    except Timeout:
        return True


def _known(kind: type, sent: dict[str, Any]) -> dict[str, Any]:
    """Of what was read, the fields that this kind has, moments as such."""
    found = {one.name: sent[one.name] for one in fields(kind) if sent.get(one.name) is not None}
    for name, value in found.items():
        if name.endswith("_at"):
            moment = datetime.fromisoformat(value)
            found[name] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        elif name in PLAIN and type(value) is not PLAIN[name]:
            raise TypeError(f"{name} is {value!r:.60}")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        sent = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _write(path: Path, sent: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(sent, indent=2, default=datetime.isoformat) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
