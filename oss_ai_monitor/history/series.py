"""Which series each row of some days belongs to: the Hub's own id decides, and a name where one side has no id.

A row belongs to the series with its `_id`; without such a series, to one of its name (the listed one first, then the
youngest) if the row or the series has no `_id`, unless that series is another row's by `_id`. Otherwise it is a new
series. Where a spelling (a name with its id) can only ever mean one series, SQL assigns it for all days at once; the
few that remain, such as a name that changed hands, are followed day by day. One day alone is matched by joins.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from .comparison import ComparedDay


def number_series(db: duckdb.DuckDBPyConnection, days: Sequence[ComparedDay]) -> None:
    """Create the tables `spellings`, the names with their ids, and `numbered_series`, the rows with their series.

    Reads `sent` and `series_before`, and drops `sent`. A new series gets the next number, in the order of the days on
    which they appear and then of their names.
    """
    if len(days) == 1:
        db.execute(_SPELLINGS_OF_ONE_DAY)
        db.execute(_NUMBERED_OF_ONE_DAY)
        db.execute("drop table sent")
        return
    db.execute(_SPELLINGS)
    db.execute(_ROWS)
    db.execute("drop table sent")
    db.execute(_NAMES)
    db.execute(_IDS)
    db.execute(_ASSIGNED)
    db.execute(
        "create or replace temp table followed (position integer, spelling_id bigint, existing_id uinteger, key bigint)"
    )
    ((is_followed,),) = db.execute("select count(*) > 0 from assigned where is_followed").fetchall()
    if is_followed:
        _follow(db, days)
    db.execute(_NUMBERED)
    db.execute("drop table rows_sent; drop table names; drop table ids; drop table assigned; drop table followed")


_SPELLINGS_OF_ONE_DAY = """
create or replace temp table spellings as
select
    row_number() over () as spelling_id, spelling_id as name_id, model_id, hub_id,
    downloads_30d, downloads_all_time, likes,
from sent
"""
_NUMBERED_OF_ONE_DAY = """
create or replace temp table numbered_series as
with by_hub_id as (
    select spellings.spelling_id, series_before.series_id from spellings join series_before using (hub_id)
),
by_name as (
    select
        spellings.spelling_id,
        arg_max(series_before.series_id, (series_before.is_listed, series_before.series_id)) as series_id,
    from spellings
    join series_before using (model_id)
    where spellings.hub_id is null or series_before.hub_id is null
    group by spellings.spelling_id
),
matches as (
    from by_hub_id
    union all
    select by_name.*
    from by_name
    anti join by_hub_id using (spelling_id)
    anti join by_hub_id as other on other.series_id = by_name.series_id
),
appeared as (
    select
        spelling_id,
        (select coalesce(max(series_id), 0) from series_before) + row_number() over (order by model_id) as series_id,
    from spellings
    anti join matches using (spelling_id)
),
numbered as (
    from matches union all select spelling_id, series_id::uinteger from appeared
)
select
    1 as position, series_id, spelling_id, name_id, hub_id is not null as has_hub_id,
    downloads_30d, downloads_all_time, likes,
from numbered
join spellings using (spelling_id)
"""
_SPELLINGS = """
create or replace temp table spellings as
with distinct_spellings as (
    select distinct model_id, hub_id from sent
),
numbered as (
    select row_number() over () as spelling_id, model_id, hub_id from distinct_spellings
),
name_ids as (
    select model_id, min(spelling_id) as name_id from numbered group by model_id
)
select spelling_id, name_id, model_id, hub_id from numbered join name_ids using (model_id)
"""
_ROWS = """
create or replace temp table rows_sent as
select position::integer as position, spelling_id, downloads_30d, downloads_all_time, likes
from sent
join spellings on spellings.model_id = sent.model_id and spellings.hub_id is not distinct from sent.hub_id
"""
_NAMES = """
create or replace temp table names as
select
    model_id,
    bool_or(hub_id is null) as is_without_id,
    min(hub_id) as hub_id,
    coalesce(min(hub_id) = max(hub_id), true) and count(series_id) <= 1 as is_of_one,
    max(series_id) as series_id,
from (
    select model_id, hub_id, null as series_id from spellings
    union all
    select model_id, hub_id, series_id from series_before semi join spellings using (model_id)
)
group by model_id
"""
_IDS = """
create or replace temp table ids as
with spelled as (
    select hub_id, model_id, spelling_id, null as series_id from spellings where hub_id is not null
    union all
    select hub_id, model_id, null, series_id
    from series_before
    where hub_id in (select hub_id from spellings) or model_id in (select model_id from names where is_without_id)
)
select
    spelled.hub_id,
    min(spelled.model_id) = max(spelled.model_id) as is_of_one_name,
    coalesce(bool_or(names.is_without_id), false) as is_named_like_one_without,
    max(spelled.series_id) as series_id,
    min(spelled.spelling_id) as key,
from spelled
left join names using (model_id)
where spelled.hub_id is not null
group by spelled.hub_id
"""
_ASSIGNED = """
create or replace temp table assigned as
with decided as (
    select
        spelling_id,
        name_id,
        spellings.hub_id is not null and not ids.is_named_like_one_without as is_by_hub_id,
        names.is_of_one and coalesce(own.is_of_one_name, true) as is_by_name,
        ids.series_id as series_of_id,
        ids.key as key_of_id,
        names.series_id as series_of_name,
    from spellings
    join names using (model_id)
    left join ids on ids.hub_id = spellings.hub_id
    left join ids as own on own.hub_id = names.hub_id
)
select
    spelling_id,
    case when is_by_hub_id then series_of_id when is_by_name then series_of_name end as existing_id,
    if(is_by_hub_id, key_of_id, name_id) as key,
    not (is_by_hub_id or is_by_name) as is_followed,
from decided
"""
_NUMBERED = """
create or replace temp table numbered_series as
with keyed as (
    select
        rows_sent.position, rows_sent.spelling_id,
        if(assigned.is_followed, followed.existing_id, assigned.existing_id) as existing_id,
        if(assigned.is_followed, followed.key, assigned.key) as key,
        downloads_30d, downloads_all_time, likes,
    from rows_sent
    join assigned using (spelling_id)
    left join followed on followed.position = rows_sent.position and followed.spelling_id = rows_sent.spelling_id
),
first_rows as (
    select key, min(position) as position, arg_min(spelling_id, position) as spelling_id
    from keyed
    where existing_id is null
    group by key
),
appeared as (
    select
        key,
        (select coalesce(max(series_id), 0) from series_before)
        + row_number() over (order by position, model_id) as series_id,
    from first_rows
    join spellings using (spelling_id)
)
select
    keyed.position,
    coalesce(keyed.existing_id, appeared.series_id)::uinteger as series_id,
    keyed.spelling_id,
    spellings.name_id,
    spellings.hub_id is not null as has_hub_id,
    keyed.downloads_30d,
    keyed.downloads_all_time,
    keyed.likes,
from keyed
join spellings using (spelling_id)
left join appeared on appeared.key = keyed.key and keyed.existing_id is null
"""


@dataclass(eq=False)
class _Series:
    """A series as it is followed: those seen before by their number, new ones by the order in which they appear."""

    order: tuple[int, str, int]
    existing_id: int | None
    key: int | None
    name: str
    hub_id: str | None
    listed_at: int
    """Position of the last day that lists it; 0 is the recorded day before, -1 none."""


def _follow(db: duckdb.DuckDBPyConnection, days: Sequence[ComparedDay]) -> None:
    """Assign the rows whose series depends on the days before, one day after the other."""
    db.execute(_FOLLOWED_ROWS)
    by_hub_id: dict[str, _Series] = {}
    by_name: dict[str, set[_Series]] = defaultdict(set)
    for series in _followed_series(db):
        by_name[series.name].add(series)
        if series.hub_id:
            by_hub_id[series.hub_id] = series
    ((next_key,),) = db.execute("select max(spelling_id) + 1 from spellings").fetchall()
    for day in days:
        rows = db.execute(
            "select spelling_id, model_id, hub_id from followed_rows where position = $position order by model_id",
            {"position": day.position},
        ).fetchall()
        last = day.position - 1 if day.since else None
        matches = {spelling_id: by_hub_id[hub_id] for spelling_id, _, hub_id in rows if hub_id in by_hub_id}
        by_id = set(matches.values())
        for spelling_id, name, hub_id in rows:
            if spelling_id in matches:
                continue
            candidates = [s for s in by_name.get(name, ()) if hub_id is None or s.hub_id is None]
            best = max(candidates, key=lambda s: (s.listed_at == last, s.order), default=None)
            if best is None or best in by_id:
                best = _Series((1 << 32, "", 0), None, next_key, name, None, -1)
                best.order = (1 << 32) + day.position, name, next_key
                next_key += 1
            matches[spelling_id] = best
        for spelling_id, name, hub_id in rows:
            series = matches[spelling_id]
            by_name[series.name].discard(series)
            series.name, series.listed_at = name, day.position
            if hub_id and series.hub_id is None:
                series.hub_id, by_hub_id[hub_id] = hub_id, series
        for spelling_id, *_ in rows:
            by_name[matches[spelling_id].name].add(matches[spelling_id])
        db.execute(
            """
            insert into followed
            select $position, unnest($spellings::bigint[]), unnest($existing::uinteger[]), unnest($keys::bigint[])
            """,
            {
                "position": day.position,
                "spellings": [spelling_id for spelling_id, *_ in rows],
                "existing": [matches[spelling_id].existing_id for spelling_id, *_ in rows],
                "keys": [matches[spelling_id].key for spelling_id, *_ in rows],
            },
        )
    db.execute("drop table followed_rows")


def _followed_series(db: duckdb.DuckDBPyConnection) -> Iterator[_Series]:
    """Yield the series seen before that share a name or an id with rows that are followed."""
    rows = db.execute(
        """
        with followed_spellings as (
            select model_id, hub_id from spellings join assigned using (spelling_id) where is_followed
        )
        select series_id, model_id, hub_id, is_listed
        from series_before
        where model_id in (select model_id from followed_spellings)
            or hub_id in (select hub_id from followed_spellings where hub_id is not null)
        """
    ).fetchall()
    for series_id, model_id, hub_id, is_listed in rows:
        yield _Series((series_id, "", 0), series_id, None, model_id, hub_id, 0 if is_listed else -1)


_FOLLOWED_ROWS = """
create or replace temp table followed_rows as
select position, spelling_id, model_id, hub_id
from rows_sent
join assigned using (spelling_id)
join spellings using (spelling_id)
where is_followed
order by position
"""
