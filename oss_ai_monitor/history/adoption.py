"""One run of `hub_adoption` per day with a full listing: the changes since the previous recorded day.

A run holds only repositories whose figures, name or presence changed; every thirtieth is a frame that holds all of
them, so that a reader never goes further back than thirty runs. A repository is identified by a small number, its
series, which is assigned once with the name and the Hub's own `_id`, so that it survives a rename. Days without a
listing are gaps: they have no run, and the next run states the day since which it counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from filelock import FileLock

from oss_ai_monitor.landing import FILE_TIME, AlreadyLanded, Damaged, Landing, Manifest, set_aside, verify

from . import access, days, weeks
from .figures import DailyFigures, Figures, NotRecorded, OneDay
from .recording import SOURCE, Outcome, Progress, record_all

LISTING = "hub_listing"


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
    listings = listings_by_day(landing)
    manifests: list[Manifest] = []
    if not listings:
        return manifests, messages
    with history_lock(landing):
        recorded = recorded_days(landing, is_simulated=_is_simulated(listings))
        for day in sorted(listings.keys() - {day.on for day in recorded}):
            try:
                manifests.append(_record(landing, _listing(listings[day]), recorded))
            except AlreadyLanded:
                continue
            except NotRecorded as reason:
                messages.append(str(reason))
    return manifests, messages


def catch_up_access(landing: Landing) -> tuple[list[Manifest], list[str]]:
    """Record the access of each landed full listing that lacks it, oldest first, after `catch_up`; returns runs and
    messages.

    The same listings represent their days as in `catch_up`. A listing that was no full one there is none here, and no
    message repeats why. Safe to call at any time, and again after a crash.
    """
    listings = listings_by_day(landing)
    manifests: list[Manifest] = []
    messages: list[str] = []
    if not listings:
        return manifests, messages
    is_simulated = _is_simulated(listings)
    with history_lock(landing):
        recorded = recorded_days(landing, is_simulated=is_simulated)
        of_adoption = {day.on for day in recorded}
        for day in sorted(listings.keys() - access.access_days(landing, is_simulated=is_simulated)):
            try:
                outcome = access.record_access(landing, OneDay.of(_listing(listings[day])), recorded)
            except NotRecorded as reason:
                messages.append(str(reason))
                continue
            manifests += outcome.recorded
            messages += outcome.refused.values() if day in of_adoption else ()
    return manifests, messages


def listings_by_day(landing: Landing) -> dict[date, Manifest]:
    """Return the listing that represents each UTC day: the first real one, or the first simulated one if none is."""
    runs = [run for run in landing.manifests(LISTING) if not run.is_ahead()]
    is_simulated = all(run.is_simulated for run in runs)
    runs = sorted((run for run in runs if run.is_simulated == is_simulated), key=lambda run: (run.as_of, run.finished))
    return {run.as_of.date(): run for run in reversed(runs) if run.as_of_rule != FILE_TIME}


def _is_simulated(listings: Mapping[date, Manifest]) -> bool:
    return any(run.is_simulated for run in listings.values())


def write_weeks(landing: Landing) -> list[Manifest]:
    """Write the weekly series of the recorded days, of the simulated ones only if there are no real ones.

    Weeks are hidden where all days of their kind were set aside.
    """
    with history_lock(landing):
        real, simulated = (recorded_days(landing, is_simulated=is_simulated) for is_simulated in (False, True))
        for recorded, is_simulated in ((real, False), (simulated, True)):
            if not recorded:
                weeks.hide_weeks(landing, is_simulated=is_simulated)
        return weeks.write_weeks(landing, real or simulated)


def _set_aside_ahead(landing: Landing) -> list[str]:
    """Set aside the days that are dated later than now; returns a message for each."""
    with history_lock(landing):
        ahead = [run for source in (SOURCE, access.SOURCE) for run in landing.manifests(source) if run.is_ahead()]
        set_aside([Damaged(run.folder / "manifest.json", "is dated later than now") for run in ahead])
    return [
        f"the kept day {run.as_of:%Y-%m-%d} is dated later than now, for the clock was ahead: it is set aside"
        for run in ahead
        if run.source == SOURCE
    ]


def obstacle(recorded: Sequence["days.Day"], on: date) -> str | None:
    """Return why a day cannot be recorded, before its figures are fetched; None if it can."""
    if any(day.on == on for day in recorded):
        return "is in the history already"
    try:
        days.chain(recorded, on)
    except LookupError as reason:
        return str(reason)
    return None


def record(landing: Landing, figures: Figures) -> Manifest:
    """Record one day. Raises AlreadyLanded if it is recorded, NotRecorded if it cannot be, and what landing raises."""
    with history_lock(landing):
        return _record(landing, figures, recorded_days(landing, is_simulated=figures.origin.is_simulated))


def record_days(landing: Landing, figures: DailyFigures, progress: Progress = lambda *_: None) -> Outcome:
    """Record a run for each day of a long table that the history lacks, as `record` would one after the other.

    Safe to call again after an interruption: the days recorded until then stand. Raises NotRecorded if the table cannot
    be read, and what landing raises. Where the table has their access, the days of access are recorded, too.
    """
    with history_lock(landing):
        recorded = recorded_days(landing, is_simulated=figures.origin.is_simulated)
        outcome = record_all(landing, figures, recorded, progress)
        if figures.has_access:
            access.record_access(landing, figures, recorded)
        return outcome


def _record(landing: Landing, figures: Figures, recorded: list[days.Day]) -> Manifest:
    """Record one day and add it to `recorded`."""
    if same_day := [day for day in recorded if day.on == figures.day]:
        raise AlreadyLanded(same_day[0].run)
    outcome = record_all(landing, OneDay.of(figures), recorded)
    if not outcome.recorded:
        reason = outcome.refused.get(figures.day, f"{figures.origin.source} of {figures.day} names no model")
        raise NotRecorded(f"{reason}, so the history of adoption leaves that day a gap")
    return outcome.recorded[0]


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
            gated,
        from read_parquet($paths)
        """,
        tuple(run.paths),
        run,
        run.as_of,
        (f"kept from {run.source} {run.snapshot_id}",),
        has_access=True,
    )


@contextmanager
def history_lock(landing: Landing) -> Iterator[None]:
    """Lock the history, so that the day that is compared with is still the last one when the new day is written."""
    folder = landing.folder / SOURCE
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".history.lock"):
        yield
