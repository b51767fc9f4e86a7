"""One run of `hub_access` per day with a full listing of our own: how many models are gated, and their downloads.

The Hub shows today's access only. Each run holds sums by access and no name, a few rows, and remains when the listing
is removed. A day is recorded once, whatever is recorded before or after it. Call these functions only under the lock
of the history.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.plurals import counted

from . import loading, scratch
from .days import Day
from .figures import DailyFigures
from .recording import ROWS_AT_ONCE, read_errors

SOURCE = "hub_access"


@dataclass
class AccessOutcome:
    """What became of the days of a table."""

    recorded: list[Manifest] = field(default_factory=list)
    refused: dict[date, str] = field(default_factory=dict)
    """Why each of the other days is not recorded, unless it had been before."""


def access_days(landing: Landing, *, is_simulated: bool) -> set[date]:
    """Return the days whose access is recorded."""
    return {
        run.as_of.date() for run in landing.manifests(SOURCE) if run.is_simulated == is_simulated and not run.is_ahead()
    }


def record_access(landing: Landing, figures: DailyFigures, history: Sequence[Day]) -> AccessOutcome:
    """Record the access of those days of full listings that lack it; `history` are the recorded days of adoption.

    A listing with fewer than half of the models that the history has on its day, or on the day before it, is no full
    one, and is refused. Raises NotRecorded if the table cannot be read, and what landing raises.
    """
    outcome, origin = AccessOutcome(), figures.origin
    recorded = access_days(landing, is_simulated=origin.is_simulated)
    with scratch.connection() as db:
        models = _sum(db, figures, recorded)
        expected = _models_by_day(db, models, history)
        if not models:
            return outcome
        with landing.batch(SOURCE, is_simulated=origin.is_simulated, seed=origin.seed) as batch:
            for on, count in models.items():
                if count * 2 < expected[on]:
                    outcome.refused[on] = (
                        f"{origin.source} of {on} holds {counted(count, 'model')} where the history of adoption has "
                        f"{expected[on]:,}: no full listing, so the history of access leaves that day a gap"
                    )
                    continue
                fingerprint = f"{SOURCE} of {origin.source} of {on}: {origin.fingerprint}"
                with batch.run(addresses=origin.addresses, fingerprint=fingerprint) as run:
                    run.as_of, run.as_of_rule = figures.as_of(on), origin.as_of_rule
                    run.revision, run.adds_to = origin.revision, SOURCE
                    run.notes += figures.notes
                    run.copy(db, f"select * from sums where day = date '{on}' order by gated")
            batch.publish()
            outcome.recorded = batch.published
    return outcome


def _sum(db: duckdb.DuckDBPyConnection, figures: DailyFigures, recorded: Collection[date]) -> dict[date, int]:
    """Create the table `sums`, one row per day and access, of the days that are not recorded.

    Returns the models of each day, oldest first. Of a repeated repository, the row counts that core.listed selects.
    """
    paths = {"paths": [pattern(path) for path in figures.paths]}
    with read_errors(figures):
        db.execute(_HASHED.format(select=figures.select), paths | {"recorded": sorted(recorded)})
        for key in ("name", "hub_id"):
            if _may_be_repeated(db, key):
                db.execute(_REPEATED.format(key=key))
        days = [on for (on,) in db.execute("select distinct day from hashed where is_repeated order by day").fetchall()]
        if days:
            loading.load_rows(db, _CANDIDATES.format(select=figures.select), figures.paths, days, more=("day", "gated"))
        db.execute(_SUMS.format(repeated=_OF_REPEATED if days else ""))
    return dict(db.execute("select day, sum(models)::bigint from sums group by day order by day").fetchall())


def _may_be_repeated(db: duckdb.DuckDBPyConnection, key: str) -> bool:
    """Whether any day of `hashed` may have more than one row of a key; in a large table that is not looked up."""
    ((rows, first, days),) = db.execute("select count(*), min(day), max(day) - min(day) from hashed").fetchall()
    if not days or rows > ROWS_AT_ONCE:
        return bool(rows)
    repeated = (
        f"select 1 from hashed where {key} is not null group by {key}"
        f" having count(*) != bit_count(bitstring_agg((day - $first::date)::int, 0, {days})) limit 1"
    )
    return bool(db.execute(repeated, {"first": first}).fetchall())


def _models_by_day(db: duckdb.DuckDBPyConnection, days: Iterable[date], history: Sequence[Day]) -> Mapping[date, int]:
    """Return how many models the history of adoption lists on each day, or on its last day before it; 0 without one."""
    nearest = {on: max((day for day in history if day.on <= on), key=lambda day: day.on, default=None) for on in days}
    paths = {day.on: day.run.paths[0] for day in nearest.values() if day}
    listed: dict[date, int] = {}
    if paths:
        rows = "select day, summary.listed from read_parquet($paths) where series_id = 0"
        listed = dict(db.execute(rows, {"paths": [pattern(path) for path in paths.values()]}).fetchall())
    return {on: listed.get(day.on, 0) if day else 0 for on, day in nearest.items()}


_HASHED = """
create temp table hashed as
select
    day, hash(model_id) as name, if(hub_id is null, null, hash(hub_id)) as hub_id, false as is_repeated, gated,
    if(downloads_30d < 0, 0, downloads_30d) as downloads_30d,
from ({select})
where model_id != '' and day not in (select unnest($recorded::date[]))
"""
_REPEATED = """
update hashed
set is_repeated = true
where (day, {key}) in (
    select (day, {key}) from hashed where {key} is not null group by day, {key} having count(*) > 1
)
"""
_CANDIDATES = """
select *
from ({select}) as figures
where (day, hash(model_id)) in (select (day, name) from hashed where is_repeated)
"""
_OF_REPEATED = "union all select day, gated, downloads_30d from sent"
_SUMS = """
create temp table sums as
with counted as (
    select day, gated, downloads_30d from hashed where not is_repeated {repeated}
)
select day, gated, count(*) as models, sum(downloads_30d)::bigint as downloads_30d
from counted
group by all
"""
