"""What grows by days equals what is summed up at once, whatever lands, and whatever is of another kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oss_ai_monitor.warehouse import sql_folder
from oss_ai_monitor.warehouse.engines.duckdb import growing
from oss_ai_monitor.warehouse.engines.duckdb.growing import Growing
from oss_ai_monitor.warehouse.plan.relations import Attribution, Relation, relations

FIRST = date(2026, 1, 1)
(CHANGES,) = (relation for relation in relations(sql_folder()) if relation.qualified == "core.adoption_changes")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("day"), st.integers(0, 9), st.integers(0, 1_000)),
        st.tuples(st.just("days"), st.integers(1, 4), st.integers(0, 1_000)),
        st.tuples(st.just("kinds"), st.integers(1, 6), st.integers(0, 1_000)),
        st.tuples(st.just("remove"), st.integers(0, 9), st.just(0)),
    ),
    min_size=3,
    max_size=8,
)
"""A day at a place, so many days after the last one, other kinds of every so-manieth series, and a day that goes."""


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        for name in ("warehouse", "work", "decided"):
            connection.execute(f"attach ':memory:' as {name}")
        for schema in (
            "warehouse.landing",
            "warehouse.staging",
            "warehouse.core",
            "work.grown",
            "decided.core",
        ):
            connection.execute(f"create schema {schema}")
        connection.execute("use warehouse")
        connection.execute("create table decided.grown (relation varchar, snapshot_ids varchar[])")
        connection.execute("create table landing.snapshots (source varchar, snapshot_id varchar)")
        connection.execute(
            "create table staging.hub_adoption (day date, series_id uinteger, change varchar,"
            " downloads_30d_change bigint, downloads_all_time_change bigint, likes_change bigint, gained bigint,"
            " snapshot_id varchar)"
        )
        connection.execute("create table core.adoption_profiles (series_id uinteger, profile ubigint, first_on date)")
        yield connection


def land(db: duckdb.DuckDBPyConnection, day: date, seed: int) -> None:
    if db.execute("select 1 from landing.snapshots where snapshot_id = $day", {"day": str(day)}).fetchall():
        return
    db.execute("insert into landing.snapshots values ('hub_adoption', $day)", {"day": str(day)})
    db.execute(
        """
        insert into staging.hub_adoption
        select
            $day,
            series_id,
            ['first', 'moved', 'known', 'back', 'gone', 'same'][1 + drawn % 6],
            drawn // 10 % 9 - 4,
            drawn // 100 % 9 - 4,
            drawn // 1000 % 3 - 1,
            if(drawn // 10000 % 3 = 0, null, drawn // 100000 % 5),
            $day::varchar,
        from (
            select number as series_id, (hash(number, $seed) % 100000000)::bigint as drawn
            from range(1, 30) as numbers(number)
        )
        where drawn % 7 < 3
        """,
        {"day": day, "seed": seed},
    )


def reckon(db: duckdb.DuckDBPyConnection, divisor: int, seed: int) -> None:
    """Give every so-manieth series another kind, and those that are new their first one and their first day."""
    db.execute(
        """
        create or replace table core.adoption_profiles as
        select
            moves.series_id,
            case
                when before.profile is null or hash(moves.series_id, $seed) % $divisor = 0
                    then hash(moves.series_id, $seed) % 4
                else before.profile
            end as profile,
            min(moves.day) as first_on,
        from staging.hub_adoption as moves
        left join core.adoption_profiles as before using (series_id)
        group by moves.series_id, before.profile
        """,
        {"divisor": divisor, "seed": seed},
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, share=st.sampled_from([0.2, 1.0]), at_once=st.sampled_from([1, 3, 91]))
def test_it_equals_what_is_summed_up_at_once(
    db: duckdb.DuckDBPyConnection, steps: list[tuple[str, int, int]], share: float, at_once: int
) -> None:
    for table in ("landing.snapshots", "staging.hub_adoption", "core.adoption_profiles", "decided.grown"):
        db.execute(f"delete from {table}")
    messages: list[str] = []
    grown = Growing(db, messages.append)
    assert CHANGES.grows_by
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(growing, "MAX_SHARE", share)
        patch.setattr(growing, "DAYS_AT_ONCE", at_once)
        patch.setattr(growing, "ROWS_AT_ONCE", 0)
        for kind, number, seed in [("days", 2, 7), *steps]:
            ((last,),) = db.execute(
                "select coalesce(max(day), $first) from staging.hub_adoption", {"first": FIRST}
            ).fetchall()
            if kind == "day":
                land(db, FIRST + timedelta(days=number), seed)
            elif kind == "days":
                for days in range(1, number + 1):
                    land(db, last + timedelta(days=days), seed + days)
            elif kind == "remove":
                day = str(FIRST + timedelta(days=number))
                db.execute("delete from landing.snapshots where snapshot_id = $day", {"day": day})
                db.execute("delete from staging.hub_adoption where snapshot_id = $day", {"day": day})
            reckon(db, number if kind == "kinds" else 1_000_003, seed)
            grown.create(CHANGES, *CHANGES.grows_by)
            columns = "day, profile, moves, models, downloads_30d, downloads_all_time, likes, gained"
            now = db.execute(f"select {columns} from decided.core.adoption_changes order by all").fetchall()
            at_once_rows = db.execute(f"select {columns} from (\n{CHANGES.select}\n) order by all").fetchall()
            assert now == at_once_rows
    assert all(message.startswith("core.adoption_changes from ") for message in messages)


def test_only_the_rows_of_new_days_are_read(db: duckdb.DuckDBPyConnection) -> None:
    assert CHANGES.grows_by
    land(db, FIRST, 1)
    reckon(db, 1, 1)
    Growing(db, lambda _: None).create(CHANGES, *CHANGES.grows_by)
    land(db, FIRST + timedelta(days=1), 2)
    reckon(db, 1_000_003, 2)
    db.execute("update staging.hub_adoption set likes_change = 1000000 where day = $first", {"first": FIRST})
    Growing(db, lambda _: None).create(CHANGES, *CHANGES.grows_by)
    rows = db.execute(
        "select day, max(likes) < 1000 from decided.core.adoption_changes group by day order by day"
    ).fetchall()
    assert rows == [(FIRST, True), (FIRST + timedelta(days=1), True)]


def test_the_header_says_as_which_kind_a_repository_counts() -> None:
    assert CHANGES.counted_as == Attribution("profile", "series_id", "core.adoption_profiles", "first_on", "moves")
    assert Relation("core", "other", Path("other.sql"), "-- grain: day\nselect 1 as day").counted_as is None
