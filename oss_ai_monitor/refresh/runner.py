"""One refresh: its steps one after the other; failures are reported and recorded, and the next step still runs."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import Timeout

from .state import LOCK, RefreshState, StepStatus, lock

Notify = Callable[[str], None]


class Refreshing(Exception):
    """Another process is refreshing this warehouse; the message says since when."""


@dataclass(frozen=True)
class Step:
    """A named step of a refresh. If a needed one fails, the following ones are skipped."""

    name: str
    do: Callable[[], object]
    is_needed: bool = False


def run_once(
    folder: Path, steps: Iterable[Step], notify: Notify, expected: tuple[type[Exception], ...] = ()
) -> dict[str, str]:
    """Run all steps; returns the reasons of those that failed, by name. Raises Refreshing.

    `expected`: errors whose message is enough; for any other one the traceback is printed.
    """
    try:
        with lock(folder, LOCK).acquire(timeout=0):
            return _run_steps(folder, steps, notify, expected)
    except Timeout as error:
        since = RefreshState.read(folder).started_at
        since_when = f" since {since:%Y-%m-%d %H:%M} UTC" if since else ""
        raise Refreshing(f"another process is refreshing {folder}{since_when}") from error


def _run_steps(
    folder: Path, steps: Iterable[Step], notify: Notify, expected: tuple[type[Exception], ...]
) -> dict[str, str]:
    state, failed = RefreshState.read(folder), {}
    state.started_at, state.finished_at = datetime.now(UTC), None
    state.write(folder)
    for step in steps:
        status = state.steps.setdefault(step.name, StepStatus())
        try:
            step.do()
        except Exception as error:  # noqa: BLE001 - other sources are still refreshed
            reason = " ".join(str(error).split()) or type(error).__name__
            if not isinstance(error, expected):
                traceback.print_exc(file=sys.stderr)
                reason = f"{type(error).__name__}: {reason}"
            now = datetime.now(UTC)
            status.failing_since = status.failing_since or (status.failed_at if status.failures else None) or now
            status.failed_at, status.reason, status.failures = now, reason, status.failures + 1
            failed[step.name] = reason
            notify(f"{step.name} failed: {reason}")
        else:
            status.succeeded_at, status.failures, status.failing_since = datetime.now(UTC), 0, None
        state.write(folder)
        if step.is_needed and step.name in failed:
            break
    state.finished_at = datetime.now(UTC)
    state.write(folder)
    return failed
