"""Weekly series of adoption, computed from the recorded days when a week is complete.

A listing records who moved on one day; to draw one repository over three years, a reader would open a thousand files.
So each complete week is written as a run of its own, and thirteen of them together as one that supersedes those
thirteen. All of it follows from the recorded days, and is computed again where days were added before.
"""

import hashlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from oss_ai_monitor.landing import OUTDATED, AlreadyLanded, Damaged, Landing, Manifest, NothingNew, verify

from . import scratch
from .days import Day
from .week_series import WeekSeries

SOURCE = "hub_adoption_weeks"
FORMAT = 2
"""Raised when the same days give other weeks."""
BLOCK = 13
"""Weeks in one run, once all of them are complete."""
FIRST_MONDAY = date(2018, 1, 1)
"""Blocks are counted from here, so that they do not depend on what has landed."""
SUPERSEDED_FOR = timedelta(weeks=53)
"""Superseded runs remain for so long, for builds of what had landed by an earlier time."""
REMOVED = ".removed-"


@dataclass(frozen=True)
class Period:
    """Consecutive complete weeks that are written as one run."""

    weeks: tuple[date, ...]
    fingerprint: str
    """Depends on every recorded day up to the one that completes the last week."""
    completed_by: tuple[Manifest, ...]
    """The day that completes each of them."""


def write_weeks(landing: Landing, recorded: Sequence[Day]) -> list[Manifest]:
    """Write those complete weeks of some recorded days (all real or all simulated) that are missing; returns the runs.

    Safe to call at any time, and again after a crash: a run is written as a whole or not at all.
    """
    if not recorded:
        return []
    is_simulated = recorded[0].run.is_simulated
    periods = _periods(recorded)
    _bring_back(landing, {period.fingerprint for period in periods})
    runs = {run.fingerprint: run for run in landing.manifests(SOURCE) if run.is_simulated == is_simulated}
    written: list[Manifest] = []
    current: list[Manifest] = []
    computing: WeekSeries | None = None
    with ExitStack() as stack:
        for period in periods:
            if period.fingerprint not in runs:
                computing = computing or WeekSeries(stack.enter_context(scratch.connection()), recorded)
                replaced = [run for run in runs.values() if _first_week(run) in period.weeks]
                try:
                    written.append(_write(landing, period, computing, current, replaced))
                except NothingNew:  # no repository has reached the floor
                    continue
                except AlreadyLanded as landed:
                    runs[period.fingerprint] = landed.manifest
                else:
                    runs[period.fingerprint] = written[-1]
            current.append(runs[period.fingerprint])
    _remove_outdated(landing, list(runs.values()), current)
    return written


def hide_weeks(landing: Landing, *, is_simulated: bool) -> None:
    """Hide all weeks of the real days, or of the simulated ones, for none of these days is recorded any more."""
    _remove_outdated(landing, [run for run in landing.manifests(SOURCE) if run.is_simulated == is_simulated], [])


def _write(
    landing: Landing,
    period: Period,
    computing: WeekSeries,
    earlier: Sequence[Manifest],
    replaced: Sequence[Manifest],
) -> Manifest:
    """Write one run; `earlier` are the runs of the weeks before it, `replaced` those that it supersedes."""
    with landing.run(
        SOURCE,
        addresses=(f"weeks from {period.weeks[0]} to {period.weeks[-1] + timedelta(days=6)}",),
        fingerprint=period.fingerprint,
        is_simulated=period.completed_by[-1].is_simulated,
        seed=period.completed_by[-1].seed,
    ) as run:
        series = computing.compute(period.weeks, [path for before in earlier for path in before.paths])
        run.as_of, run.as_of_rule = period.completed_by[-1].as_of, period.completed_by[-1].as_of_rule
        if len(period.weeks) > 1:
            steps = zip(period.weeks, period.completed_by, strict=True)
            run.steps = {str(week): completed_by.as_of for week, completed_by in steps}
        run.adds_to, run.may_be_empty = SOURCE, True
        run.supersedes = tuple(old.snapshot_id for old in replaced)
        run.write(series)
    assert run.manifest is not None
    return run.manifest


def complete_weeks(recorded: Sequence[Day]) -> dict[date, Day]:
    """Return the Monday of each complete week with the recorded day that completes it, in order.

    A week is complete once a day of its Sunday or later is recorded; weeks between two stretches of days are absent.
    """
    weeks: dict[date, Day] = {}
    for first, last in _stretches(recorded):
        for number in range((monday(last.on) - monday(first.on)).days // 7 + 1):
            week = monday(first.on) + timedelta(weeks=number)
            if completed_by := next((day for day in recorded if day.on >= week + timedelta(days=6)), None):
                weeks[week] = completed_by
    return dict(sorted(weeks.items()))


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _stretches(recorded: Sequence[Day]) -> Iterator[tuple[Day, Day]]:
    """Yield the first and the last day of each stretch."""
    openings = [position for position, day in enumerate(recorded) if day.since is None]
    for position, following in zip(openings, [*openings[1:], len(recorded)], strict=True):
        yield recorded[position], recorded[following - 1]


def _periods(recorded: Sequence[Day]) -> list[Period]:
    complete = complete_weeks(recorded)
    blocks: dict[int, list[date]] = {}
    for week in sorted(complete):
        blocks.setdefault((week - FIRST_MONDAY).days // 7 // BLOCK, []).append(week)
    periods = []
    for number, weeks in blocks.items():
        end = FIRST_MONDAY + timedelta(weeks=BLOCK * (number + 1))
        is_over = max(complete) >= end or weeks[-1] == end - timedelta(weeks=1)
        for group in [weeks] if is_over else [[week] for week in weeks]:
            completed_by = [complete[week] for week in group]
            earlier = "\n".join(day.run.snapshot_id for day in recorded if day.on <= completed_by[-1].on)
            sha256 = hashlib.sha256(f"{FORMAT}\n{group[0]}\n{group[-1]}\n{earlier}".encode())
            runs = tuple(day.run for day in completed_by)
            periods.append(Period(tuple(group), f"{SOURCE} {group[0]} {sha256.hexdigest()}", runs))
    return periods


def _first_week(run: Manifest) -> date:
    """Return the first week of a run, which its fingerprint states."""
    return date.fromisoformat(run.fingerprint.split()[1])


def _bring_back(landing: Landing, fingerprints: Collection[str]) -> None:
    """Make hidden runs visible again whose days are all there again, if they are undamaged, and those that they
    supersede."""
    runs: dict[Path, Manifest] = {}
    for hidden in sorted((landing.folder / SOURCE).glob(f"{OUTDATED}*")):
        try:
            run = Manifest.read(hidden)
            verify([run])
        except (Damaged, OSError):
            continue
        runs[hidden] = run
    superseded = {old for run in runs.values() if run.fingerprint in fingerprints for old in run.supersedes}
    for hidden, run in runs.items():
        visible = hidden.with_name(hidden.name.removeprefix(OUTDATED))
        if (run.fingerprint in fingerprints or run.snapshot_id in superseded) and not visible.exists():
            with landing.lock():
                hidden.rename(visible)


def _remove_outdated(landing: Landing, runs: Sequence[Manifest], current: Sequence[Manifest]) -> None:
    """Remove runs that were superseded long ago, and hide those whose days are set aside; each by one rename first."""
    for leftover in (landing.folder / SOURCE).glob(f"{REMOVED}*"):
        shutil.rmtree(leftover)
    long_ago = datetime.now(UTC) - SUPERSEDED_FOR
    superseded = {old: run.finished for run in current for old in run.supersedes}
    for run in runs:
        if run in current:
            continue
        if run.snapshot_id not in superseded:
            run.folder.rename(run.folder.with_name(f"{OUTDATED}{run.snapshot_id}"))
        elif superseded[run.snapshot_id] <= long_ago:
            hidden = run.folder.with_name(f"{REMOVED}{run.snapshot_id}")
            run.folder.rename(hidden)
            shutil.rmtree(hidden)
