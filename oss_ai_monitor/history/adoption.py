"""One run of `hub_adoption` per day with a full listing: the changes since the previous recorded day.

A run holds only repositories whose figures, name or presence changed; every thirtieth is a frame that holds all of
them, so that a reader never goes further back than thirty runs. A repository is identified by a small number, its
series, which is assigned once with the name and the Hub's own `_id`, so that it survives a rename. Days without a
listing are gaps: they have no run, and the next run states the day since which it counts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import duckdb
from filelock import FileLock

from oss_ai_monitor.landing import FILE_TIME, AlreadyLanded, Damaged, Landing, Manifest, set_aside, verify

from . import comparison, days, scratch, weeks

SOURCE, LISTING = "hub_adoption", "hub_listing"
FRAME_EVERY = 30
"""Recorded days from one frame to the next."""


class Moment(Protocol):
    """The origin of figures: a landed run, or a table of a source."""

    @property
    def source(self) -> str: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def as_of_rule(self) -> str: ...
    @property
    def is_simulated(self) -> bool: ...
    @property
    def seed(self) -> int | None: ...


@dataclass(frozen=True)
class Figures:
    """The figures of every repository at one moment."""

    select: str
    """SQL over $paths that returns n, model_id, hub_id, downloads_30d, downloads_all_time, likes and last_modified."""
    paths: tuple[Path, ...]
    origin: Moment
    as_of: datetime
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The UTC day of the figures."""
        return self.as_of.date()


def recorded_days(landing: Landing, *, is_simulated: bool) -> list["days.Day"]:
    """Return the days in the history, oldest first."""
    runs = [run for run in landing.manifests(SOURCE) if run.is_simulated == is_simulated and not run.is_ahead()]
    return days.read(runs)


def catch_up(landing: Landing) -> tuple[list[Manifest], list[str]]:
    """Record a day for each landed full listing that the history lacks, oldest first; returns runs and messages.

    The first listing of a UTC day represents it, but never one whose day is only its file's time. If there are real
    listings, simulated ones are ignored. Safe to call at any time, and again after a crash: a day is recorded as a
    whole or not at all. The messages tell why a listing was not recorded.

    Days that are dated later than now, by a clock that was ahead, are set aside: no day before them could be recorded.
    """
    messages = _set_aside_ahead(landing)
    runs = [run for run in landing.manifests(LISTING) if not run.is_ahead()]
    is_simulated = all(run.is_simulated for run in runs)
    runs = sorted((run for run in runs if run.is_simulated == is_simulated), key=lambda run: (run.as_of, run.finished))
    first = {run.as_of.date(): run for run in reversed(runs) if run.as_of_rule != FILE_TIME}
    manifests: list[Manifest] = []
    recorded = {day.on for day in recorded_days(landing, is_simulated=is_simulated)} if first else set()
    for day in sorted(first.keys() - recorded):
        try:
            manifests.append(record(landing, _listing(first[day])))
        except AlreadyLanded:
            continue
        except NotRecorded as reason:
            messages.append(str(reason))
    return manifests, messages


def write_weeks(landing: Landing) -> list[Manifest]:
    """Write the weekly series of the recorded days, of the simulated ones only if there are no real ones."""
    recorded = recorded_days(landing, is_simulated=False) or recorded_days(landing, is_simulated=True)
    return weeks.write_weeks(landing, recorded)


def _set_aside_ahead(landing: Landing) -> list[str]:
    """Set aside the days that are dated later than now; returns a message for each."""
    with _history_lock(landing):
        ahead = [run for run in landing.manifests(SOURCE) if run.is_ahead()]
        set_aside([Damaged(run.folder / "manifest.json", "is dated later than now") for run in ahead])
    return [
        f"the kept day {run.as_of:%Y-%m-%d} is dated later than now, for the clock was ahead: it is set aside"
        for run in ahead
    ]


class NotRecorded(Exception):
    """The figures of a day cannot join the history; the message says why. Nothing was written."""


def record(landing: Landing, figures: Figures) -> Manifest:
    """Record one day. Raises AlreadyLanded if it is recorded, NotRecorded if it cannot be, and what landing raises."""
    origin = figures.origin
    with _history_lock(landing):
        recorded = recorded_days(landing, is_simulated=origin.is_simulated)
        if same_day := [day for day in recorded if day.on == figures.day]:
            raise AlreadyLanded(same_day[0].run)
        try:
            previous, chain = days.chain(recorded, figures.day)
        except LookupError as reason:
            raise NotRecorded(f"{origin.source} of {reason}: the history of adoption leaves that day a gap") from reason
        is_frame = previous is None or len(chain) >= FRAME_EVERY
        with (
            scratch.connection() as db,
            landing.run(
                SOURCE,
                addresses=origin.addresses,
                fingerprint=f"{SOURCE} of {origin.source} of {figures.day}: {origin.fingerprint}",
                is_simulated=origin.is_simulated,
                seed=origin.seed,
            ) as run,
        ):
            try:
                comparison.load_listing(db, figures.select, figures.paths)
            except duckdb.Error as error:
                detail = " ".join(str(error).split())
                raise NotRecorded(
                    f"{', '.join(map(str, figures.paths))}: cannot be read ({detail[:300]}), so the history of "
                    "adoption leaves that day a gap; fetch it again"
                ) from error
            comparison.load_series(
                db,
                all_paths=[path for day in recorded for path in day.run.paths],
                chain_paths=[path for day in chain for path in day.run.paths],
            )
            _refuse_partial_listing(db, figures)
            comparison.compare(db, figures.day, previous.on if previous else None, is_frame=is_frame)
            run.as_of, run.as_of_rule, run.revision = figures.as_of, origin.as_of_rule, origin.revision
            run.notes += figures.notes
            run.adds_to = SOURCE
            run.write(db.sql("from changes order by series_id"))
    assert run.manifest is not None
    return run.manifest


def _listing(run: Manifest) -> Figures:
    verify([run])
    return Figures(
        """
        select
            row_number as n,
            trim(id) as model_id,
            extra ->> '$._id' as hub_id,
            downloads as downloads_30d,
            downloads_all_time,
            likes,
            last_modified,
        from read_parquet($paths)
        """,
        tuple(run.paths),
        run,
        run.as_of,
        (f"kept from {run.source} {run.snapshot_id}",),
    )


def _refuse_partial_listing(db: duckdb.DuckDBPyConnection, figures: Figures) -> None:
    ((models, models_before),) = db.execute(
        "select (select count(*) from sent), (select count(*) from last_figures where is_listed)"
    ).fetchall()
    if models * 2 < models_before:
        raise NotRecorded(
            f"{figures.origin.source} of {figures.day} holds {models:,} models where the kept day before it has "
            f"{models_before:,}: no full listing, so the history of adoption leaves that day a gap"
        )


@contextmanager
def _history_lock(landing: Landing) -> Iterator[None]:
    """Lock the history, so that the day that is compared with is still the last one when the new day is written."""
    folder = landing.folder / SOURCE
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".history.lock"):
        yield
