"""One run of `hub_adoption` per day with a full listing: who moved since the kept day before it, and by how much.

A run holds only repositories whose figures, name or presence changed; every thirtieth is a frame that holds all of
them, so that nobody ever has to read further back than thirty runs. A repository is known by a small number, its
series: given once, with the name and the Hub's own `_id`, so that a series goes on through a rename. Days without a
listing are gaps: no run, and the next one says since when it counts.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import duckdb
from filelock import FileLock

from oss_ai_monitor.landing import AlreadyLanded, Landing, Manifest

from . import days

SOURCE, LISTING = "hub_adoption", "hub_listing"
FRAME_EVERY = 30
"""Kept days from one frame to the next."""
MEMORY = "1GB"


@dataclass(frozen=True)
class Figures:
    """What one moment says of every repository: a select of n, model_id, hub_id, three figures and last_modified."""

    select: str
    paths: tuple[Path, ...]
    of: Manifest
    """The run whose moment it is; its addresses, fingerprint and notes are handed on."""
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The UTC day for which it stands."""
        return self.of.as_of.date()


def kept(landing: Landing, *, is_simulated: bool) -> list["days.Day"]:
    """The days that the history holds, oldest first."""
    return days.read([run for run in landing.manifests(SOURCE) if run.is_simulated == is_simulated])


def catch_up(landing: Landing) -> tuple[list[Manifest], list[str]]:
    """Keep a day for each landed full listing that the history lacks, oldest first; what is not kept is said.

    The first listing of a UTC day stands for it. Real listings before simulated ones: where there are real ones the
    simulated are passed over. Safe to call at any time, and again after a crash: a day is kept whole or not at all.
    """
    runs = landing.manifests(LISTING)
    is_simulated = all(run.is_simulated for run in runs)
    runs = sorted((run for run in runs if run.is_simulated == is_simulated), key=lambda run: (run.as_of, run.finished))
    first = {run.as_of.date(): run for run in reversed(runs)}
    made: list[Manifest] = []
    said: list[str] = []
    for day in sorted(first):
        try:
            made.append(keep(landing, _listing(first[day])))
        except AlreadyLanded:
            continue
        except NotKept as reason:
            said.append(str(reason))
    return made, said


class NotKept(Exception):
    """A moment cannot join the history; the message says why. Nothing was written."""


def keep(landing: Landing, figures: Figures) -> Manifest:
    """Keep one day. Raises AlreadyLanded when the day is kept, NotKept when it cannot join, LandingError as landing does."""
    of = figures.of
    with _alone(landing):
        known = kept(landing, is_simulated=of.is_simulated)
        if there := [day for day in known if day.on == figures.day]:
            raise AlreadyLanded(there[0].run)
        try:
            before, chain = days.chain(known, figures.day)
        except LookupError as reason:
            raise NotKept(f"{of.source} of {reason}: the history of adoption leaves that day a gap") from reason
        is_frame = before is None or len(chain) >= FRAME_EVERY
        with (
            _connection() as db,
            landing.run(
                SOURCE,
                addresses=of.addresses,
                fingerprint=f"{SOURCE} of {of.source} {of.snapshot_id} {of.fingerprint}",
                is_simulated=of.is_simulated,
                seed=of.seed,
            ) as run,
        ):
            _take(db, figures)
            _known(db, [path for day in known for path in day.run.paths], [path for day in chain for path in day.run.paths])
            _refuse_a_fragment(db, figures)
            db.execute(_MATCHED)
            since = before.on if before else None
            db.execute(_MOVED, {"day": figures.day, "since": since, "is_frame": is_frame})
            run.as_of, run.as_of_rule, run.revision = of.as_of, of.as_of_rule, of.revision
            run.notes = [f"kept from {of.source} {of.snapshot_id}", *figures.notes]
            run.adds_to = SOURCE
            run.write(db.sql("from moved order by series_id"))
    assert run.manifest is not None
    return run.manifest


def _listing(run: Manifest) -> Figures:
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
    )


def _take(db: duckdb.DuckDBPyConnection, figures: Figures) -> None:
    """The moment, one row a repository: of one that comes twice the row that core.listed takes too."""
    db.execute(
        f"""
        create temp table sent as
        select
            n, model_id, if(regexp_full_match(hub_id, '[0-9a-f]{{24}}'), hub_id, null) as hub_id,
            if(downloads_30d < 0, 0, downloads_30d) as downloads_30d,
            if(downloads_all_time < 0, 0, downloads_all_time) as downloads_all_time,
            if(likes < 0, 0, likes) as likes, last_modified,
        from ({figures.select})
        where model_id != ''
        """,
        {"paths": [str(path) for path in figures.paths]},
    )
    for key in ("model_id", "hub_id"):
        db.execute(
            f"""
            delete from sent where n in (
                select n
                from sent semi join (
                    select {key} from sent where {key} is not null group by {key} having count(*) > 1
                ) using ({key})
                qualify row_number() over (
                    partition by {key}
                    order by last_modified desc nulls last, downloads_30d desc nulls last, likes desc nulls last, n desc
                ) > 1
            )
            """
        )


def _known(db: duckdb.DuckDBPyConnection, everything: list[Path], chain: list[Path]) -> None:
    """The series there are, by name, and where each stood on the kept day before."""
    db.execute(f"create temp table named as {_NAMED if everything else _NO_NAMES}", _paths(everything))
    db.execute(f"create temp table stood as {_STOOD if chain else _NOTHING_STOOD}", _paths(chain))


def _paths(paths: list[Path]) -> dict[str, list[str]]:
    return {"paths": [str(path) for path in paths]} if paths else {}


def _refuse_a_fragment(db: duckdb.DuckDBPyConnection, figures: Figures) -> None:
    ((now, before),) = db.execute(
        "select (select count(*) from sent), (select count(*) from stood where is_listed)"
    ).fetchall()
    if now * 2 < before:
        raise NotKept(
            f"{figures.of.source} of {figures.day} holds {now:,} models where the kept day before it has {before:,}: "
            "no full listing, so the history of adoption leaves that day a gap"
        )


_NO_NAMES = "select 0::uinteger as series_id, ''::varchar as model_id, null::varchar as hub_id where false"
_NAMED = """
select
    series_id,
    arg_max(model_id, day) filter (model_id is not null) as model_id,
    arg_max(hub_id, day) filter (hub_id is not null) as hub_id,
from read_parquet($paths)
where model_id is not null or hub_id is not null
group by series_id
"""
_NOTHING_STOOD = """
select
    0::uinteger as series_id, false as is_listed,
    null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes,
where false
"""
_STOOD = """
select series_id, unnest(stood)
from (
    select
        series_id,
        arg_max({
            'is_listed': change != 'gone', 'downloads_30d': downloads_30d,
            'downloads_all_time': downloads_all_time, 'likes': likes
        }, day) as stood,
    from read_parquet($paths)
    where series_id > 0
    group by series_id
)
"""
_MATCHED = """
create temp table matched as
with known as (
    select named.*, coalesce(stood.is_listed, false) as is_listed
    from named left join stood using (series_id)
),
by_hub_id as (
    select sent.n, known.series_id from sent join known using (hub_id)
),
by_name as (
    select sent.n, arg_max(known.series_id, (known.is_listed, known.series_id)) as series_id
    from sent
    join known using (model_id)
    where (sent.hub_id is null or known.hub_id is null)
    group by sent.n
),
found as (
    from by_hub_id
    union all
    select by_name.*
    from by_name
    anti join by_hub_id using (n)
    anti join by_hub_id as other on other.series_id = by_name.series_id
),
new as (
    select n, (select coalesce(max(series_id), 0) from named) + row_number() over (order by model_id) as series_id
    from sent anti join found using (n)
)
from found union all select n, series_id::uinteger from new
"""
_MOVED = """
create temp table moved as
with compared as (
    select
        matched.series_id,
        case
            when $since::date is null or named.series_id is null then 'first'
            when not coalesce(stood.is_listed, false) then 'back'
            when (sent.downloads_30d is null) != (stood.downloads_30d is null)
                or (sent.downloads_all_time is null) != (stood.downloads_all_time is null)
                or (sent.likes is null) != (stood.likes is null) then 'known'
            when sent.downloads_30d is distinct from stood.downloads_30d
                or sent.downloads_all_time is distinct from stood.downloads_all_time
                or sent.likes is distinct from stood.likes then 'moved'
            else 'same'
        end as change,
        if(named.model_id is distinct from sent.model_id, sent.model_id, null) as model_id,
        if(named.hub_id is distinct from sent.hub_id, sent.hub_id, null) as hub_id,
        named.series_id is not null and named.model_id != sent.model_id as is_renamed,
        sent.downloads_30d,
        sent.downloads_all_time,
        sent.likes,
        coalesce(sent.downloads_30d, 0) - if(stood.is_listed, coalesce(stood.downloads_30d, 0), 0) as downloads_30d_change,
        coalesce(sent.downloads_all_time, 0) - if(stood.is_listed, coalesce(stood.downloads_all_time, 0), 0)
            as downloads_all_time_change,
        coalesce(sent.likes, 0) - if(stood.is_listed, coalesce(stood.likes, 0), 0) as likes_change,
    from matched
    join sent using (n)
    left join named using (series_id)
    left join stood using (series_id)
    union all
    select
        series_id, 'gone', null, null, false, downloads_30d, downloads_all_time, likes,
        -coalesce(downloads_30d, 0), -coalesce(downloads_all_time, 0), -coalesce(likes, 0),
    from stood
    where is_listed and series_id not in (select series_id from matched)
),
summed as (
    select {
        'listed': count(*) filter (change != 'gone'),
        'first': count(*) filter (change = 'first'),
        'moved': count(*) filter (change = 'moved'),
        'back': count(*) filter (change = 'back'),
        'gone': count(*) filter (change = 'gone'),
        'renamed': count(*) filter (is_renamed),
        'downloads_30d': sum(downloads_30d) filter (change != 'gone')::bigint,
        'downloads_all_time': sum(downloads_all_time) filter (change != 'gone')::bigint,
        'likes': sum(likes) filter (change != 'gone')::bigint,
        'gained': if($since::date is null, null, coalesce(sum(downloads_all_time_change) filter (change = 'moved' and downloads_all_time_change > 0), 0))::bigint,
        'rolled_back': if($since::date is null, null, count(*) filter (change = 'moved' and downloads_all_time_change < 0))::bigint,
        'lost': if($since::date is null, null, coalesce(-sum(downloads_all_time_change) filter (change = 'moved' and downloads_all_time_change < 0), 0))::bigint,
    } as summary
    from compared
)
select
    $day::date as day, $since::date as since, $is_frame::boolean as is_frame,
    0::uinteger as series_id, 'day' as change, null::varchar as model_id, null::varchar as hub_id,
    null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes,
    null::bigint as downloads_30d_change, null::bigint as downloads_all_time_change, null::bigint as likes_change,
    summary,
from summed
union all
select
    $day::date, $since::date, $is_frame::boolean,
    series_id, change, model_id, hub_id,
    downloads_30d, downloads_all_time, likes, downloads_30d_change, downloads_all_time_change, likes_change,
    null,
from compared
where $is_frame or change != 'same' or model_id is not null or hub_id is not null
"""


@contextmanager
def _alone(landing: Landing) -> Iterator[None]:
    """One at a time: what a day is compared with must still be the last one when it is written."""
    home = landing.folder / SOURCE
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".history.lock"):
        yield


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        tempfile.TemporaryDirectory(prefix="oss-ai-monitor-") as folder,
        duckdb.connect(
            str(Path(folder) / f"{uuid4().hex}.duckdb"),
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "memory_limit": MEMORY,
                "temp_directory": folder,
            },
        ) as db,
    ):
        db.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        yield db
