"""The same again and again: how often, when next, and one process at a time that does it."""

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
LEAST, MOST = timedelta(minutes=1), timedelta(days=31)
SOON = timedelta(minutes=10)
"""After a refresh that found no network: a machine that starts may have one a little later."""
JITTER = 0.05
"""Of the interval, added by chance, so that not all who ask every six hours ask at the same minute."""
LOOK = 20.0
"""Seconds between two looks at the clock, which may be set, or stand still while the machine sleeps."""


def interval(text: str) -> timedelta:
    """From `30m`, `6h` or `1d`. Raises ValueError."""
    found = re.fullmatch(r"\s*(\d{1,5})\s*([mhd])\s*", text)
    every = int(found[1]) * UNITS[found[2]] if found else timedelta(0)
    if not LEAST <= every <= MOST:
        raise ValueError(f"'{text}' is no interval; expected 30m, 6h or 1d, from one minute to 31 days")
    return every


def repeat(
    folder: Path,
    every: str,
    refresh: Callable[[], bool],
    tell: Callable[[str], None],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Refresh until the process ends; a run that another process began, or ended, less than an interval ago counts.

    `refresh` tells whether anybody answered; else the next one comes after ten minutes at the latest.
    Where another process repeats refreshes of the same warehouse, stand by, and go on when it has ended.
    """
    pause = interval(every)
    alone = lock(folder, SCHEDULED)
    try:
        alone.acquire(timeout=0)
    except Timeout:
        tell(f"another process refreshes {folder} from time to time; standing by until it ends")
        alone.acquire(poll_interval=LOOK / 4)
    planned: datetime | None = None
    with alone:
        while True:
            due = _due(planned or Schedule.read(folder).next_at, now(), pause)
            _plan(folder, every, due, tell)
            if due > now():
                tell(f"next refresh at {due:%Y-%m-%d %H:%M} UTC")
            while (left := (due - now()).total_seconds()) > 0:
                sleep(min(left, LOOK))
            started = now()
            wait = pause if refresh() else min(pause, SOON)
            jitter = random.uniform(0, JITTER) * wait  # noqa: S311 - so that not all come at once
            planned = max(started + wait + jitter, now() + LEAST)
            _plan(folder, every, planned, tell)


def _plan(folder: Path, every: str, due: datetime, tell: Callable[[str], None]) -> None:
    """Say in a file what is planned; where there is no room for it, the plan holds all the same."""
    try:
        Schedule(every, due, os.getpid()).write(folder)
    except OSError as error:
        tell(f"what is planned could not be written down ({error})")


def _due(planned: datetime | None, now: datetime, pause: timedelta) -> datetime:
    """What was planned before a restart still holds, unless it is past or further off than this interval allows."""
    return planned if planned and now < planned <= now + pause * (1 + JITTER) else now
