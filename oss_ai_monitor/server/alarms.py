"""What an operator should look at: listings that stand still, disputes that jump, sources that fail, a disk that fills.

Read anew each time from small files and one cached query; the same for /readyz, /metrics, the log and `status`.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from ..plurals import counted
from ..refresh import RefreshState, StepStatus
from ..warehouse import Warehouse, build_record

KINDS = ("listing", "disputes", "source", "disk")
WEEK = timedelta(days=7)
"""Between full listings, where fewer than two are kept: the longest that a refresh leaves between them."""
FAILING_FOR = timedelta(days=3)
JUMP, FEWEST = 1.5, 20
"""Disputes of a rule against the build before: how many times as many, and at least how many more."""
BUILDS = 2
"""Builds for which the disk should have room."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alarm:
    """One thing to look at: its kind, what it is about, and a sentence without any path of this machine."""

    kind: str
    subject: str
    text: str


@dataclass(frozen=True)
class Watched:
    """The figures that alarms stand on."""

    listed_at: datetime | None = None
    """When the newest full listing was fetched; None if none was."""
    listing_every: timedelta = WEEK
    """The time that usually lies between two of them."""
    is_unchanged: bool = False
    """Whether nothing, or hardly anything, moved since the one before."""
    is_refreshed: bool = False
    """Whether any refresh ever began: without one nobody asks for listings."""
    disputes: dict[str, int] = field(default_factory=dict)
    disputes_before: dict[str, int] = field(default_factory=dict)
    failing: dict[str, StepStatus] = field(default_factory=dict)
    """Steps of a refresh that failed the last time, in more than one refresh."""
    free_bytes: int = 0
    build_bytes: int | None = None
    """What a build needs: a generation, and what it has on the disk beside it; None before the first one."""


def watch(folder: Path, opened: Warehouse | None) -> Watched:
    """Return the figures of a warehouse's folder and of the generation that serves, if one can be read."""
    state = RefreshState.read(folder)
    failing = {name: status for name, status in state.steps.items() if status.failures > 1}
    free = shutil.disk_usage(folder).free if folder.is_dir() else 0
    if opened is None:
        return Watched(is_refreshed=state.started_at is not None, failing=failing, free_bytes=free)
    record, size = build_record(opened.path), opened.path.stat().st_size
    row: Any = next(opened.query("freshness").itertuples())
    return Watched(
        listed_at=pd.Timestamp(row.listed_at).tz_localize(UTC).to_pydatetime() if pd.notna(row.listed_at) else None,
        listing_every=timedelta(days=row.usual_days) if pd.notna(row.usual_days) else WEEK,
        is_unchanged=bool(row.is_unmoved or row.is_slow),
        is_refreshed=state.started_at is not None,
        disputes=record.disputes if record else {},
        disputes_before=record.disputes_before if record else {},
        failing=failing,
        free_bytes=free,
        build_bytes=size + (record.scratch_bytes if record else size),
    )


def warnings(folder: Path, opened: Warehouse | None, now: datetime | None = None) -> list[Alarm]:
    """Return what an operator should look at, by kind; none of it stops the server."""
    return alarms(watch(folder, opened), now or datetime.now(UTC))


def alarms(watched: Watched, now: datetime) -> list[Alarm]:
    """Return the alarms that figures give at a moment."""
    return [*_listing(watched, now), *_disputes(watched), *_sources(watched, now), *_disk(watched)]


def is_late(watched: Watched, now: datetime) -> bool:
    """Whether a full listing is missing: twice the usual time and a day have passed, and refreshes are run here."""
    is_expected = watched.is_refreshed and watched.listed_at is not None
    return is_expected and now - watched.listed_at > latest_age(watched)  # type: ignore[operator]


def latest_age(watched: Watched) -> timedelta:
    """Return the age up to which the newest full listing is no alarm."""
    return 2 * watched.listing_every + timedelta(days=1)


def jumps(watched: Watched) -> dict[str, tuple[int, int]]:
    """Return the rules by which far more claims are disputed than in the build before, with both counts."""
    counts = {rule: (before, watched.disputes.get(rule, 0)) for rule, before in watched.disputes_before.items()}
    return {
        rule: (before, after)
        for rule, (before, after) in counts.items()
        if after >= JUMP * before and after - before >= FEWEST
    }


class DailyLog:
    """Logs each alarm once a day."""

    def __init__(self) -> None:
        self._logged: dict[tuple[str, str], date] = {}

    def write(self, current: list[Alarm], today: date) -> None:
        """Log the alarms that have not been logged today."""
        for alarm in current:
            if self._logged.get((alarm.kind, alarm.subject)) != today:
                self._logged[alarm.kind, alarm.subject] = today
                fields = {"event": "warning", "kind": alarm.kind, "subject": alarm.subject}
                _log.warning("%s", alarm.text, extra={"fields": fields})


def _listing(watched: Watched, now: datetime) -> list[Alarm]:
    found_alarms = []
    if watched.listed_at and is_late(watched, now):
        age = counted((now - watched.listed_at).days, "day")
        text = f"The newest full listing of the Hub is {age} old; one is expected every {_days(watched.listing_every)}."
        found_alarms.append(Alarm("listing", "age", text))
    if watched.listed_at and watched.is_unchanged:
        text = (
            f"The full listing of the Hub of {watched.listed_at:%Y-%m-%d} shows no or hardly any new downloads since "
            "the one before: the Hub's own counters may stand still."
        )
        found_alarms.append(Alarm("listing", "content", text))
    return found_alarms


def _disputes(watched: Watched) -> list[Alarm]:
    return [
        Alarm(
            "disputes",
            rule,
            f"The rule “{rule}” disputes {counted(after, 'claim')}, and disputed {before:,} in the build before.",
        )
        for rule, (before, after) in sorted(jumps(watched).items())
    ]


def _sources(watched: Watched, now: datetime) -> list[Alarm]:
    return [
        Alarm(
            "source",
            name,
            f"The step “{name}” of refreshes has failed {counted(status.failures, 'time')} in a row since "
            f"{since:%Y-%m-%d}.",
        )
        for name, status in sorted(watched.failing.items())
        if (since := failing_since(status)) and now - since >= FAILING_FOR
    ]


def failing_since(status: StepStatus) -> datetime | None:
    """Return when a step began to fail; states of earlier versions know its last success only."""
    return status.failing_since or status.succeeded_at


def _disk(watched: Watched) -> list[Alarm]:
    if watched.build_bytes is None or watched.free_bytes >= BUILDS * watched.build_bytes:
        return []
    text = (
        f"The disk has room for less than two builds: {watched.free_bytes / 1e9:,.1f} GB are free, and two builds "
        f"need {BUILDS * watched.build_bytes / 1e9:,.1f} GB."
    )
    return [Alarm("disk", "space", text)]


def _days(span: timedelta) -> str:
    days = max(round(span / timedelta(days=1)), 1)
    return "day" if days == 1 else counted(days, "day")
