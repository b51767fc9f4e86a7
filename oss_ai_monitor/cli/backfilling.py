"""Filling the history of adoption from before our own listings: the parts of `ingest` that record days."""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from oss_ai_monitor import history
from oss_ai_monitor.landing import AlreadyLanded, Landing
from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources import hub_stats, long_table_columns, long_tables, weekly
from oss_ai_monitor.terminal import print_message
from oss_ai_monitor.terminal import progress as show_progress

ROLES = {
    "day": "Column of a table with the day",
    "id": "Column with the model's id",
    "hub_id": "Column with the Hub's own id, which a renaming leaves",
    "downloads": "Column with the downloads of 30 days",
    "all_time": "Column with the downloads of all time",
    "likes": "Column with the likes",
}
MAX_PERIOD = 366
SHOWN_RANGES, SHOWN_DAYS = 5, 3
"""Ranges of missing days, and days that are refused, that a message lists."""


class Period(click.ParamType[timedelta]):
    """A number of days or weeks, such as 7d or 2w."""

    name = "PERIOD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d{1,3})([dw])", value)
        days = int(match[1]) * (7 if match[2] == "w" else 1) if match else 0
        if not 1 <= days <= MAX_PERIOD:
            self.fail(f"{value!r} is no period; expected days or weeks, such as 7d or 2w, up to a year", param, ctx)
        return timedelta(days=days)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what the columns of a long table hold."""
    for role, holds in reversed(ROLES.items()):
        names = ", ".join(long_table_columns.DEFAULTS[role])
        option = click.option(
            f"--{role.replace('_', '-')}-column", role, metavar="NAME", help=f"{holds}; else {names}."
        )
        command = option(command)
    return click.option("--licence", metavar="TEXT", help="Licence of a table, named with each of its days.")(command)


def record_weeks_of_others(landing: Landing, snapshots: Iterable[weekly.Snapshot]) -> None:
    """Record a day of figures for each weekly snapshot."""
    print_message(weekly.LICENCE)
    for snapshot in snapshots:
        figures = history.Figures(snapshot.select, (snapshot.path,), snapshot, snapshot.as_of, snapshot.notes)
        record_moment(landing, figures)
    write_weeks(landing)


def record_moment(landing: Landing, figures: history.Figures) -> None:
    """Record the figures of one moment, and say what became of them."""
    try:
        run = history.record(landing, figures)
    except (AlreadyLanded, history.NotRecorded) as reason:
        print_message(f"{figures.as_of:%Y-%m-%d}: {reason}")
    else:
        print_message(f"{run.source}: {run.as_of:%Y-%m-%d} is kept, {counted(run.rows - 1, 'repository')} moved")


def record_table(landing: Landing, paths: Sequence[Path], columns: Mapping[str, str], licence: str | None) -> None:
    """Record the days of a long table, after saying what it holds, what it lacks and how much of the Hub it covers."""
    size = sum(path.stat().st_size for path in paths if path.is_file())
    terms = f"licence: {licence}" if licence else "its licence is not named; --licence names it with each of its days"
    print_message(f"{', '.join(map(str, paths))}: {size / 1e6:,.1f} MB; {terms}")
    with long_tables.read(paths, columns) as table, show_progress() as progress:
        named = [f"licence of the table: {licence}"] if licence else []
        figures = history.DailyFigures(table.select, table.paths, table, (*named, *table.notes))
        for line in _description(table, history.coverage(landing, figures)):
            print_message(line)
        outcome = history.record_days(landing, figures, progress)
    for line in _outcome(outcome):
        print_message(line)
    write_weeks(landing)
    print_message("'oss-ai-monitor build' makes it visible" if outcome.recorded else "nothing new has landed")


def record_hub_stats(landing: Landing, since: date, until: date, every: timedelta) -> None:
    """Fetch dated revisions of hub-stats one by one, and record a day for each; those recorded are not fetched."""
    dataset = hub_stats.opened()
    print_message(hub_stats.LICENCE)
    revisions = dataset.revisions(since, until, every)
    recorded = history.recorded_days(landing, is_simulated=False)
    to_fetch = [revision for revision in revisions if history.obstacle(recorded, revision.day) is None]
    for line in _revisions(dataset, revisions, to_fetch):
        print_message(line)
    for number, chosen in enumerate(to_fetch, 1):
        label = f"revision {number:,} of {len(to_fetch):,}, {chosen.commit[:8]} of {chosen.day}"
        try:
            revision = dataset.dated(chosen)
            if reason := history.obstacle(history.recorded_days(landing, is_simulated=False), revision.day):
                print_message(f"{label}: its file is of {revision.day}, and that day {reason}; it is not fetched")
                continue
            with tempfile.TemporaryDirectory(prefix="oss-ai-monitor-") as scratch:
                snapshot = dataset.fetch(revision, Path(scratch))
                print_message(f"{label}: {snapshot.fetched / 1e6:,.1f} of {snapshot.size / 1e6:,.1f} MB were fetched")
                figures = history.Figures(snapshot.select, (snapshot.path,), snapshot, snapshot.as_of, snapshot.notes)
                record_moment(landing, figures)
        except hub_stats.RevisionUnusable as reason:
            print_message(f"{label}: {reason}")
    write_weeks(landing)


def _revisions(
    dataset: hub_stats.Dataset, revisions: Sequence[hub_stats.Revision], to_fetch: Sequence[hub_stats.Revision]
) -> Iterator[str]:
    """Say which revisions there are, how many will be fetched, and about how many bytes these are."""
    if not revisions:
        yield "no revision is of these days"
        return
    yield f"{counted(len(revisions), 'revision')} from {revisions[0].day} to {revisions[-1].day}"
    if skipped := len(revisions) - len(to_fetch):
        yield f"{skipped:,} of them are of days that the history has, or that lie between two of its days: not fetched"
    if not to_fetch:
        return
    try:
        sizes = [dataset.size(revision) for revision in {to_fetch[0], to_fetch[-1]}]
    except hub_stats.RevisionUnusable as reason:
        yield f"how many bytes they have cannot be said: {reason}"
        return
    total = sum(sizes) * len(to_fetch) / len(sizes)
    each = f"{min(sizes) / 1e6:,.1f} to {max(sizes) / 1e6:,.1f} MB in the first and the last"
    columns = ", ".join(hub_stats.COLUMNS)
    yield f"{len(to_fetch):,} will be fetched, about {total / 1e6:,.1f} MB: only the columns {columns}, {each}"


def write_weeks(landing: Landing) -> None:
    """Write the weekly series that the recorded days complete."""
    for run in history.write_weeks(landing):
        print_message(f"{run.source}: {run.addresses[0]}, {counted(run.rows, 'row')}")


def _description(table: long_tables.LongTable, coverage: history.Coverage | None) -> Iterable[str]:
    first, last = table.days[0], table.days[-1]
    yield (
        f"{counted(table.rows, 'row')}: {counted(len(table.days), 'day')} from {first} to {last}, "
        f"{counted(table.models, 'model')}, "
        f"{table.fewest:,} to {table.most:,} on a day"
    )
    ranges = missing_ranges(table.days)
    if ranges:
        days = sum((end - start).days + 1 for start, end in ranges)
        listed = ", ".join(_range(start, end) for start, end in ranges[:SHOWN_RANGES])
        more = f" and {counted(len(ranges) - SHOWN_RANGES, 'more gap')}" if len(ranges) > SHOWN_RANGES else ""
        verb = "has no rows, and stays a gap" if days == 1 else "have no rows, and stay gaps"
        yield f"{counted(days, 'day')} between them {verb}: {listed}{more}"
    for note in table.notes:
        yield f"attention: {note}"
    if coverage is None:
        yield "how much of the Hub it covers cannot be said: no full listing has landed"
        return
    yield (
        f"{coverage.listed:,} of its {counted(coverage.ids, 'id')} {verb_after(coverage.listed, 'is', 'are')} in the "
        f"newest full listing of {counted(coverage.listing, 'model')} ({coverage.run.as_of:%Y-%m-%d}): "
        f"{coverage.listed / max(coverage.listing, 1):.2%} of it"
    )


def missing_ranges(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return the first and the last day of each gap between some days, which are sorted."""
    one = timedelta(days=1)
    return [(day + one, later - one) for day, later in itertools.pairwise(days) if later - day > one]


def _range(start: date, end: date) -> str:
    return f"{start}" if start == end else f"{start} to {end}"


def _which(days: Sequence[date]) -> str:
    return f"{days[0]}" if len(days) == 1 else f"{len(days):,} days from {days[0]} to {days[-1]}"


def _outcome(outcome: history.Outcome) -> Iterable[str]:
    if outcome.recorded:
        days = sorted(run.as_of.date() for run in outcome.recorded)
        yield f"{history.SOURCE}: {_which(days)} {'is' if len(days) == 1 else 'are'} kept"
    if outcome.already:
        days = sorted(day.on for day in outcome.already)
        stay = "is in the history already, and stays as it is"
        yield f"{_which(days)} {stay if len(days) == 1 else 'are in the history already, and stay as they are'}"
    if outcome.refused:
        stay = "is not kept, and stays as it is" if len(outcome.refused) == 1 else "are not kept, and stay as they are"
        yield f"attention: {counted(len(outcome.refused), 'day')} {stay} in the history"
        for reason in list(outcome.refused.values())[:SHOWN_DAYS]:
            yield f"  {reason}"
        if len(outcome.refused) > SHOWN_DAYS:
            yield f"  and {len(outcome.refused) - SHOWN_DAYS:,} more"
