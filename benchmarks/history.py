"""Three years of listings for the landed models of one size: `python -m benchmarks.history LANDING`.

The last 400 days are there one by one, before them the Sundays, as `ingest hub-stats --every 7d` fills them. The
recorder would read a billion rows for the largest size. So each day is computed from the age of the models, without the
days before it, and written in the recorder's format: a test records the same listings and compares. The weekly series
are computed in the same way; in the week in which a model appears or leaves, they do not say what it gained.

How much models are downloaded at first follows the quantiles of the real listing of July 2024; later most of them fall
to a small part of that. Some are absent for a while, and one in fifty is removed. A few days have no listing, and on
some the counters stand still.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import pi, sin
from pathlib import Path

import click
import duckdb

from oss_ai_monitor import history
from oss_ai_monitor.history import weeks
from oss_ai_monitor.history.recording import FRAME_EVERY
from oss_ai_monitor.history.week_series import LEAST_DOWNLOADS_30D, LEAST_DOWNLOADS_ALL_TIME, LEAST_LIKES
from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.patterns import pattern

LISTING = "hub_listing"
DAYS, DAILY = 1_096, 400
"""Days of the history, and how many of them at its end are recorded day by day; before them, Sundays are."""
MISSING = (1_020, 871, *range(640, 630, -1), 402, 217, 101, 45)
"""So many days before the last one, there is no listing."""
FROZEN = (950, 700, 399, 198, 60)
"""And on these, downloads are shown as on the day before."""
EPOCH, SUNDAY = date(1970, 1, 1), 6


@dataclass(frozen=True)
class Day:
    """A day with a listing, and the one before it."""

    on: date
    since: date | None
    is_frame: bool
    counted_to: date
    """The day up to which its downloads are counted: an earlier one where the counters stand still."""
    counted_before: date
    """The same of the listing before."""

    def bound(self) -> dict[str, object]:
        """Return the parameters of `CHANGES`."""
        times = {
            "now": self.counted_to,
            "now_30": self.counted_to - timedelta(days=30),
            "then": self.counted_before,
            "then_30": self.counted_before - timedelta(days=30),
        }
        return {
            "day": self.on,
            "since": self.since or EPOCH,
            "is_opening": self.since is None,
            "is_frame": self.is_frame,
            **{name: _time(on) for name, on in times.items()},
        }


def days(last: date, count: int, daily: int) -> Iterator[Day]:
    """Yield the days with a listing, oldest first."""
    every = [last - timedelta(days=before) for before in range(count - 1, -1, -1) if before not in MISSING]
    listed_days = [on for on in every if (last - on).days < daily or on.weekday() == SUNDAY]
    previous: Day | None = None
    for number, on in enumerate(listed_days):
        counted_to = on - timedelta(days=int((last - on).days in FROZEN))
        is_frame = number % FRAME_EVERY == 0
        if previous is None:
            previous = Day(on, None, is_frame, counted_to, EPOCH)
        else:
            previous = Day(on, previous.on, is_frame, counted_to, previous.counted_to)
        yield previous


def load_models(db: duckdb.DuckDBPyConnection, listing: Manifest, recorded: list[Day]) -> None:
    """Create the table `models`: what the figures of each listed model follow from, numbered as series are."""
    db.execute(
        _MODELS,
        {
            "paths": [pattern(path) for path in listing.paths],
            "days": [day.on for day in recorded],
            "first": recorded[0].on,
            "last": recorded[-1].on,
        },
    )


def land(landing: Landing, count: int = DAYS, daily: int = DAILY) -> None:
    """Land the days up to the one of the landed listing, and then the weeks."""
    listing = landing.latest(LISTING)
    if listing is None:
        raise click.ClickException(f"no listing has landed in {landing.folder}")
    recorded = list(days(listing.as_of.date(), count, daily))
    batch_of_source = landing.batch(history.SOURCE, is_simulated=listing.is_simulated, seed=listing.seed)
    with duckdb.connect() as db, batch_of_source as batch:
        load_models(db, listing, recorded)
        db.execute(_TOTALS)
        with click.progressbar(recorded, label="days") as shown:
            for day in shown:
                db.execute(CHANGES, day.bound())
                db.execute(_ADD_TOTALS)
                with batch.run(addresses=listing.addresses, fingerprint=f"benchmark of {day.on}") as run:
                    run.as_of, run.as_of_rule = datetime.combine(day.on, time(), UTC), listing.as_of_rule
                    run.adds_to = history.SOURCE
                    run.copy(db, rows_of(day))
        batch.publish()
        land_weeks(landing, db, recorded)


def land_weeks(landing: Landing, db: duckdb.DuckDBPyConnection, recorded: Sequence[Day]) -> None:
    """Land the weekly series of the days that have landed, as `history.write_weeks` does."""
    landed = history.recorded_days(landing, is_simulated=landing.manifests(history.SOURCE)[0].is_simulated)
    by_day = {day.on: day for day in recorded}
    periods = weeks._periods(landed)
    with click.progressbar(periods, label="weeks") as shown:
        for period in shown:
            db.execute(_NO_WEEKS)
            for week in period.weeks:
                for day in (on for on in by_day if week <= on <= week + timedelta(days=6)):
                    db.execute(_PASS, {name: by_day[day].bound()[name] for name in ("day", "now", "now_30")})
                db.execute(_WEEK, _bound_week(week, list(by_day.values())))
            with landing.run(
                weeks.SOURCE,
                addresses=(f"weeks from {period.weeks[0]} to {period.weeks[-1] + timedelta(days=6)}",),
                fingerprint=period.fingerprint,
                is_simulated=period.completed_by[-1].is_simulated,
                seed=period.completed_by[-1].seed,
            ) as run:
                run.as_of, run.as_of_rule = period.completed_by[-1].as_of, period.completed_by[-1].as_of_rule
                run.adds_to = weeks.SOURCE
                run.write(db.sql("select * from weeks order by series_id, week"))


def _bound_week(week: date, recorded: Sequence[Day]) -> dict[str, object]:
    """Return the parameters of `_WEEK`."""
    sunday, before = week + timedelta(days=6), week - timedelta(days=1)
    in_week = [day for day in recorded if week <= day.on <= sunday]
    last = max((day for day in recorded if day.on <= sunday), key=lambda day: day.on)
    compared = [day for day in recorded if day.since and day.on >= week and day.since < sunday]
    bound: dict[str, object] = {
        "week": week,
        "has_days": bool(in_week),
        "day": last.on,
        "now": _time(last.counted_to),
        "now_30": _time(last.counted_to - timedelta(days=30)),
        "is_spread": any((day.on - day.since).days > 1 for day in compared if day.since),
    }
    for name, end in (("end", sunday), ("before", before)):
        earlier = max((day for day in recorded if day.on <= end), key=lambda day: day.on, default=None)
        later = min((day for day in recorded if day.on >= end), key=lambda day: day.on, default=earlier)
        first = earlier or recorded[0]
        last_day = later or recorded[-1]
        bound |= {
            **({"before_day": earlier.on if earlier else EPOCH} if name == "before" else {}),
            f"{name}_from": _time(first.counted_to),
            f"{name}_to": _time(last_day.counted_to),
            f"{name}_passed": (end - first.on).days if earlier else 0,
            f"{name}_days": max((last_day.on - first.on).days, 1),
        }
    return bound


def evaluate_fewer(landing: Landing, one_in: int) -> None:
    """Replace the two boards by every so-manieth of their rows: as few models are on a leaderboard as in the world.

    All evaluated models are followed day by day, and half a million of them would be most of a warehouse.
    """
    for board in ("leaderboard_v1", "leaderboard_v2"):
        archive = landing.latest(board)
        assert archive is not None
        with (
            duckdb.connect() as db,
            landing.run(
                board,
                addresses=archive.addresses,
                fingerprint=f"one row in {one_in} of {archive.fingerprint}",
                is_simulated=archive.is_simulated,
                seed=archive.seed,
                reader_version=archive.reader_version,
            ) as run,
        ):
            run.as_of, run.as_of_rule = archive.as_of + timedelta(seconds=1), archive.as_of_rule
            run.polarity, run.notes = archive.polarity, list(archive.notes)
            rows = "select * exclude (place) from (select *, row_number() over () as place from read_parquet($paths))"
            paths = {"paths": [pattern(path) for path in archive.paths]}
            run.write(db.sql(f"{rows} where place % {one_in} = 0", params=paths))


def rows_of(day: Day) -> str:
    """Return the select of a day in the landed shape."""
    since = f"date '{day.since}'" if day.since else "null"
    return _ROWS.format(day=day.on, since=since, is_frame=day.is_frame)


def _time(on: date) -> float:
    """Return the days since 1970 as downloads see them: those of a weekend are short."""
    number = (on - EPOCH).days
    return number + 0.8 * sin(2 * pi * number / 7)


_MODELS = """
create or replace table models as
with listed as (
    select
        trim(id) as model_id,
        min(extra ->> '$._id') as hub_id,
        coalesce(min(created_at)::date, date '2022-03-02') as born_on,
    from read_parquet($paths)
    where trim(id) != ''
    group by trim(id)
),
named as (
    select *, false as is_removed from listed
    union all
    select model_id || '-removed', null, born_on, true
    from listed
    where hash(model_id, 'removed') % 50 = 0 and born_on < $last::date - 100
),
drawn as (
    select
        *,
        hash(model_id, 'use') % 1000003 / 1000003 as use,
        hash(model_id, 'decay') % 1000003 / 1000003 as decay,
        hash(model_id, 'part') % 1000003 / 1000003 as part,
        hash(model_id, 'likes') % 1000003 / 1000003 as liked,
        hash(model_id, 'phase') % 1000003 / 1000003 as phase,
        hash(model_id, 'absence') % 1000003 / 1000003 as absence,
    from named
),
-- shares of the real listing of July 2024 with at most so many downloads in 30 days
quantiles as (
    select unnest([
        {'share': 0.0, 'least': 0.0, 'next_share': 0.5, 'most': 1.0},
        {'share': 0.5, 'least': 1.0, 'next_share': 0.75, 'most': 3.0},
        {'share': 0.75, 'least': 3.0, 'next_share': 0.9, 'most': 15.0},
        {'share': 0.9, 'least': 15.0, 'next_share': 0.95, 'most': 98.0},
        {'share': 0.95, 'least': 98.0, 'next_share': 0.99, 'most': 2301.0},
        {'share': 0.99, 'least': 2301.0, 'next_share': 0.999, 'most': 106386.0},
        {'share': 0.999, 'least': 106386.0, 'next_share': 0.9999, 'most': 2588636.0},
        {'share': 0.9999, 'least': 2588636.0, 'next_share': 1.0, 'most': 40000000.0}
    ], recursive := true)
),
described as (
    select
        drawn.*,
        exp(ln(least + 1) + (ln(most + 1) - ln(least + 1)) * (use - share) / (next_share - share)) - 1 as downloads,
        greatest(born_on, $first::date) as reached_on,
    from drawn
    join quantiles on use >= share and use < next_share
),
kept_days as (
    select unnest($days::date[]) as day
),
dated as (
    select described.*, kept_days.day as first_on
    from described
    asof join kept_days on kept_days.day >= described.reached_on
)
select
    row_number() over (order by first_on, model_id)::uinteger as series_id,
    model_id,
    coalesce(hub_id, left(md5(model_id), 24)) as hub_id,
    first_on,
    born_on - date '1970-01-01' as born,
    downloads / 10 as rate,
    10 + 60 * decay as decay,
    if(part < 0.7, 0.3 * part, 1.0 - part / 2) as lasting_part,
    phase,
    if(liked < 0.1, floor(pow(0.1 / (liked + 1e-6), 1.1)), 0) as likes,
    if(
        is_removed or absence < 0.01,
        first_on + 1 + ((absence * 1e6)::bigint % greatest($last::date - first_on - 50, 1))::int, null
    ) as away_from,
    false as has_passed,
    if(is_removed, date '9999-12-31', away_from + ((absence * 1e7)::bigint % 40)::int) as away_to,
from dated
order by series_id
"""


def downloads(time: str) -> str:
    """Return SQL of all downloads of a model at a bound time: many at first, then a part of that."""
    age = f"greatest(${time} - born, 0)"
    return f"floor(rate * (decay * (1 - exp(-{age} / decay)) + lasting_part * {age}) + phase)::bigint"


def likes(time: str) -> str:
    """Return SQL of the likes of a model at a bound time."""
    return f"if(likes = 0, 0, floor(likes * (1 - exp(-greatest(${time} - born, 0) / 90)) + 0.5))::bigint"


def is_listed(day: str) -> str:
    """Return SQL of whether the listing of a bound day has a model."""
    return f"(first_on <= ${day}::date and not coalesce(${day}::date between away_from and away_to, false))"


CHANGES = f"""
create or replace temp table changes as
with shown as (
    select
        series_id, model_id, hub_id, first_on,
        {is_listed("day")} as is_listed,
        not $is_opening and {is_listed("since")} as was_listed,
        {downloads("now")} as downloads,
        {downloads("now_30")} as downloads_month_ago,
        {downloads("then")} as downloads_then,
        {downloads("then_30")} as downloads_month_before,
        {likes("now")} as likes_now,
        {likes("then")} as likes_then,
    from models
    where first_on <= $day
),
compared as (
    select
        series_id, model_id, hub_id, is_listed, was_listed,
        if(is_listed, downloads - downloads_month_ago, downloads_then - downloads_month_before) as downloads_30d,
        if(is_listed, downloads, downloads_then) as downloads_all_time,
        if(is_listed, likes_now, likes_then) as likes,
        if(was_listed, downloads_then - downloads_month_before, 0) as downloads_30d_before,
        if(was_listed, downloads_then, 0) as downloads_all_time_before,
        if(was_listed, likes_then, 0) as likes_before,
        $is_opening or first_on > $since as is_first,
    from shown
    where is_listed or was_listed
)
select
    series_id,
    case
        when is_first then 'first'
        when not is_listed then 'gone'
        when not was_listed then 'back'
        when downloads_30d != downloads_30d_before
            or downloads_all_time != downloads_all_time_before
            or likes != likes_before then 'moved'
        else 'same'
    end as change,
    if(is_first, model_id, null) as model_id,
    if(is_first, hub_id, null) as hub_id,
    downloads_30d,
    downloads_all_time,
    likes,
    if(is_listed, downloads_30d, 0) - downloads_30d_before as downloads_30d_change,
    if(is_listed, downloads_all_time, 0) - downloads_all_time_before as downloads_all_time_change,
    if(is_listed, likes, 0) - likes_before as likes_change,
    $is_opening as is_opening,
from compared
where $is_frame or change != 'same'
"""
"""Creates the table `changes` of one day: of all models if it is a frame, else of those that moved."""
_TOTALS = """
create or replace temp table totals as
select 0::bigint as listed, 0::bigint as downloads_30d, 0::bigint as downloads_all_time, 0::bigint as likes
"""
_ADD_TOTALS = """
update totals set
    listed = totals.listed + added.listed,
    downloads_30d = totals.downloads_30d + added.downloads_30d,
    downloads_all_time = totals.downloads_all_time + added.downloads_all_time,
    likes = totals.likes + added.likes,
from (
    select
        count(*) filter (change in ('first', 'back')) - count(*) filter (change = 'gone') as listed,
        coalesce(sum(downloads_30d_change), 0) as downloads_30d,
        coalesce(sum(downloads_all_time_change), 0) as downloads_all_time,
        coalesce(sum(likes_change), 0) as likes,
    from changes
) as added
"""
_ROWS = """
with gains as (
    select *, if(change = 'moved', downloads_all_time_change, null) as gain from changes
),
counted as (
    select
        count(*) filter (change = 'first') as first_seen,
        count(*) filter (change = 'moved') as moved,
        count(*) filter (change = 'back') as back,
        count(*) filter (change = 'gone') as gone,
        if({since} is null, null, coalesce(sum(gain) filter (gain > 0), 0))::bigint as gained,
        if({since} is null, null, count(*) filter (gain < 0))::bigint as rolled_back,
        if({since} is null, null, coalesce(-sum(gain) filter (gain < 0), 0))::bigint as lost,
    from gains
)
select
    date '{day}' as day, {since}::date as since, {is_frame} as is_frame,
    0::uinteger as series_id, 'day' as change, null::varchar as model_id, null::varchar as hub_id,
    null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes,
    null::bigint as downloads_30d_change, null::bigint as downloads_all_time_change, null::bigint as likes_change,
    {{
        'listed': totals.listed, 'first': first_seen, 'moved': moved, 'back': back, 'gone': gone, 'renamed': 0::bigint,
        'downloads_30d': totals.downloads_30d, 'downloads_all_time': totals.downloads_all_time, 'likes': totals.likes,
        'gained': gained, 'rolled_back': rolled_back, 'lost': lost,
    }} as summary,
from counted
cross join totals
union all
select date '{day}', {since}::date, {is_frame}, * exclude (is_opening), null
from changes
"""

_NO_WEEKS = """
create or replace temp table weeks (
    series_id uinteger, week date, downloads_30d bigint, downloads_all_time bigint, likes bigint, gained bigint,
    is_spread boolean, is_listed boolean
)
"""
_PASS = f"""
update models set has_passed = true
where not has_passed
    and {is_listed("day")}
    and (
        {downloads("now")} - {downloads("now_30")} >= {LEAST_DOWNLOADS_30D}
        or {downloads("now")} >= {LEAST_DOWNLOADS_ALL_TIME}
        or {likes("now")} >= {LEAST_LIKES}
    )
"""


def _counted(name: str) -> str:
    """Return SQL of the downloads at the end of a week: of a gap between listings, each day has its part."""
    earlier, later = downloads(f"{name}_from"), downloads(f"{name}_to")
    return f"({earlier} + ({later} - {earlier}) * ${name}_passed // ${name}_days)"


_WEEK = f"""
insert into weeks
with listed as (
    select
        *,
        {is_listed("day")} as is_listed,
        {is_listed("before_day")} as was_listed,
        {downloads("now")} as downloads_all_time,
        {downloads("now")} - {downloads("now_30")} as downloads_30d,
        {likes("now")} as likes_now,
        {_counted("end")} - {_counted("before")} as gained,
    from models
    where has_passed
)
select
    series_id,
    $week,
    if($has_days and is_listed, downloads_30d, null),
    if($has_days and is_listed, downloads_all_time, null),
    if($has_days and is_listed, likes_now, null),
    if(was_listed, gained, null),
    $is_spread,
    is_listed,
from listed
where is_listed or was_listed
"""


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--days", "count", type=int, default=DAYS, show_default=True, help="How long it is.")
@click.option("--daily", type=int, default=DAILY, show_default=True, help="How much of it has every day.")
def main(folder: Path, count: int, daily: int) -> None:
    """Land a history of the models that have landed in FOLDER."""
    land(Landing(folder), count, daily)


if __name__ == "__main__":
    main()
