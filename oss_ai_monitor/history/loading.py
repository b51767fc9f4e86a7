"""SQL that loads what is compared: the rows of some days, and the series of the recorded days before them.

Both are temporary tables. `sent` holds the rows, their days numbered by `position` from 1; `series_before` the series,
with the figures of the last recorded day before these days, which has position 0.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from oss_ai_monitor.patterns import pattern


def load_rows(
    db: duckdb.DuckDBPyConnection, select: str, paths: Sequence[Path], days: Sequence[date], more: Sequence[str] = ()
) -> None:
    """Load the figures of some days into `sent`, one row per day and repository: of a repeated one, the row that
    core.listed selects, too. `more` names further columns of the select to load."""
    further = "".join(f"{column}, " for column in more)
    db.execute(
        f"""
        create or replace temp table sent as
        with numbered as (
            select unnest($days::date[]) as day, generate_subscripts($days::date[], 1) as position
        )
        select
            numbered.position::integer as position, n, model_id,
            if(regexp_full_match(hub_id, '[0-9a-f]{{24}}'), hub_id, null) as hub_id,
            if(downloads_30d < 0, 0, downloads_30d)::bigint as downloads_30d,
            if(downloads_all_time < 0, 0, downloads_all_time)::bigint as downloads_all_time,
            if(likes < 0, 0, likes)::bigint as likes, last_modified, {further}
        from ({select}) as rows_sent
        join numbered using (day)
        where model_id != ''
        """,
        {"paths": [pattern(path) for path in paths], "days": list(days)},
    )
    for key in ("model_id", "hub_id"):
        if not _is_repeated(db, key, len(days)):
            continue
        db.execute(
            f"""
            delete from sent where (position, n) in (
                select (position, n)
                from (select *, hash(position, {key}) as hashed from sent where {key} is not null)
                semi join (
                    select hash(position, {key}) as hashed from sent where {key} is not null
                    group by all having count(*) > 1
                ) using (hashed)
                qualify row_number() over (
                    partition by position, {key}
                    order by last_modified desc nulls last, downloads_30d desc nulls last, likes desc nulls last, n desc
                ) > 1
            )
            """
        )


def _is_repeated(db: duckdb.DuckDBPyConnection, key: str, days: int) -> bool:
    """Whether any day of `sent` may have more than one row of a key: of many days this takes a third of the time that
    it takes to look for them."""
    if days == 1:
        return True
    repeated = (
        f"select 1 from sent where {key} is not null group by {key}"
        f" having count(*) != bit_count(bitstring_agg(position, 1, {days})) limit 1"
    )
    return bool(db.execute(repeated).fetchall())


def load_series(db: duckdb.DuckDBPyConnection, *, earlier: list[Path], later: list[Path], chain: list[Path]) -> None:
    """Load the series of all recorded days into `series_before`, as they were named last on an earlier day (those that
    were seen on later ones only, as they were named first), with their figures on the last day of the chain."""
    for table, select, empty, paths in (
        ("last_figures", _LAST_FIGURES, _NO_FIGURES, chain),
        ("names_before", _NAMES.format(nearest="arg_max"), _NO_NAMES, earlier),
        ("names_after", _NAMES.format(nearest="arg_min"), _NO_NAMES, later),
    ):
        bound = {"paths": [pattern(path) for path in paths]} if paths else {}
        db.execute(f"create or replace temp table {table} as {select if paths else empty}", bound)
    db.execute(_SERIES)
    db.execute("drop table last_figures; drop table names_before; drop table names_after")


def models_listed_before(db: duckdb.DuckDBPyConnection) -> int:
    """Return how many models the recorded day before those of `sent` lists."""
    ((models,),) = db.execute("select count(*) from series_before where is_listed").fetchall()
    return int(models)


def models_by_position(db: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Return how many models each day of `sent` lists."""
    return dict(db.execute("select position, count(*) from sent group by position").fetchall())


def renumber(db: duckdb.DuckDBPyConnection, positions: Sequence[int]) -> None:
    """Keep these days in `sent`, numbered from 1, and drop the others."""
    if list(positions) == list(range(1, len(models_by_position(db)) + 1)):
        return
    db.execute("delete from sent where position not in (select unnest($positions))", {"positions": list(positions)})
    db.execute("update sent set position = list_position($positions, position)", {"positions": list(positions)})


_NO_FIGURES = """
select
    0::uinteger as series_id, false as is_listed,
    null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes,
where false
"""
_LAST_FIGURES = """
with moves as (
    from read_parquet($paths) where series_id > 0
),
last as (
    select series_id, max(day) as day from moves group by series_id
)
select
    moves.series_id,
    moves.change != 'gone' as is_listed,
    moves.downloads_30d,
    moves.downloads_all_time,
    moves.likes,
from moves join last using (series_id, day)
"""
_NO_NAMES = """
select 0::uinteger as series_id, ''::varchar as model_id, null::varchar as hub_id where false
"""
_NAMES = """
select
    series_id,
    {nearest}(model_id, day) filter (model_id is not null) as model_id,
    min(hub_id) as hub_id,
from read_parquet($paths)
where model_id is not null or hub_id is not null
group by series_id
"""
_SERIES = """
create or replace temp table series_before as
select
    series_id,
    coalesce(names_before.model_id, names_after.model_id) as model_id,
    coalesce(names_before.hub_id, names_after.hub_id) as hub_id,
    names_before.model_id is not null or last_figures.series_id is not null as is_seen,
    names_before.hub_id is not null as is_hub_id_recorded,
    coalesce(last_figures.is_listed, false) as is_listed,
    last_figures.downloads_30d,
    last_figures.downloads_all_time,
    last_figures.likes,
from names_before
full join names_after using (series_id)
left join last_figures using (series_id)
"""
