"""Repeated refreshes: the interval, the time of the next one, and a lock so that only one process repeats them."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import Timeout

from .state import SCHEDULED, Schedule, lock

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=31)
RETRY_AFTER = timedelta(minutes=10)
"""The wait after a refresh without a network: a machine that has just started may have one a little later."""
JITTER = 0.05
"""Random share of the interval that is added, so that not all installations ask in the same minute."""
POLL_SECONDS = 20.0
"""Seconds between two checks of the clock, which may be set, or stop while the machine sleeps."""


def interval(text: str) -> timedelta:
    """Parse `30m`, `6h` or `1d`. Raises ValueError."""
    match = re.fullmatch(r"\s*(\d{1,5})\s*([mhd])\s*", text)
    every = int(match[1]) * UNITS[match[2]] if match else timedelta(0)
    if not SHORTEST <= every <= LONGEST:
        raise ValueError(f"'{text}' is no interval; expected 30m, 6h or 1d, from one minute to 31 days")
    return every


def repeat(
    folder: Path,
    every: str,
    refresh: Callable[[], bool],
    notify: Callable[[str], None],
    *,
    name: str = "refresh",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Refresh until the process ends; a run that another process began, or ended, less than an interval ago counts.

    `refresh` returns whether the network was reachable; else the next one starts after ten minutes at the latest.
    `name` is what messages call one.
    If another process repeats refreshes of the same warehouse, wait until it has ended.
    """
    pause = interval(every)
    schedule_lock = lock(folder, SCHEDULED)
    try:
        schedule_lock.acquire(timeout=0)
    except Timeout:
        notify(f"another process repeats the {name} of {folder}; standing by until it ends")
        schedule_lock.acquire(poll_interval=POLL_SECONDS / 4)
    planned: datetime | None = None
    with schedule_lock:
        while True:
            due = _due(planned or Schedule.read(folder).next_at, now(), pause)
            _plan(folder, every, due, notify)
            if due > now():
                notify(f"next {name} at {due:%Y-%m-%d %H:%M} UTC")
            while (remaining := (due - now()).total_seconds()) > 0:
                sleep(min(remaining, POLL_SECONDS))
            started = now()
            wait = pause if refresh() else min(pause, RETRY_AFTER)
            jitter = random.uniform(0, JITTER) * wait  # noqa: S311 - so that not all come at once
            planned = max(started + wait + jitter, now() + SHORTEST)
            _plan(folder, every, planned, notify)


def _plan(folder: Path, every: str, due: datetime, notify: Callable[[str], None]) -> None:
    """Write the plan into a file; if the disk is full, the plan is followed all the same."""
    try:
        Schedule(every, due, os.getpid()).write(folder)
    except OSError as error:
        notify(f"the plan could not be saved ({error})")


def _due(planned: datetime | None, now: datetime, pause: timedelta) -> datetime:
    """Return the time planned before a restart, or now if that is past or further away than the interval allows."""
    return planned if planned and now < planned <= now + pause * (1 + JITTER) else now
