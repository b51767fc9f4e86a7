"""Endurance equals the books of the simulated two years, to the unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.endurance.view import Endurance
from oss_ai_monitor.sources import simulated
from tests.oracle.adoption import AdoptionBooks, Weeks, adoption_books, weekly
from tests.oracle.lifetimes import absent_since, launches, lifetimes, monday_of, retention, typical_launch
from tests.oracle.rankings import turnover

MODELS, SEED = 4_000, 5


@pytest.fixture(scope="module")
def books() -> AdoptionBooks:
    return adoption_books(MODELS, SEED)


@pytest.fixture(scope="module")
def weeks(books: AdoptionBooks) -> Weeks:
    return weekly(books)


def land_frame(landing: Landing, source: str, frame: pd.DataFrame, as_of: dt.datetime) -> None:
    with duckdb.connect() as db, landing.run(source, addresses=["books"], fingerprint=source, is_simulated=True) as run:
        db.execute(f"create table landed as {warehouse.shape(source)}")
        db.execute("insert into landed by name from frame")
        run.as_of, run.as_of_rule = as_of, "given"
        run.write(db.sql("from landed order by all"))


def days_of(books: AdoptionBooks) -> pd.DataFrame:
    """The history of adoption as far as it says which days there are, and from when to when a series is listed."""
    recorded = [books.days[i] for i in books.recorded]
    days = pd.DataFrame({"day": recorded, "since": [None, *recorded[:-1]], "series_id": 0, "change": "day"})
    rows = []
    for m, name in enumerate(books.models):
        first = next(books.days[i] for i in books.recorded if books.is_listed[i, m])
        left_on = absent_since(books, m)
        rows.append((first, m + 1, "first", name))
        rows.append((left_on, m + 1, "gone", None) if left_on else (recorded[-1], m + 1, "known", None))
    moves = pd.DataFrame(rows, columns=["day", "series_id", "change", "model_id"]).drop_duplicates(["day", "series_id"])
    return pd.concat([days, moves]).assign(is_frame=False)


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, books: AdoptionBooks, weeks: Weeks
) -> Iterator[warehouse.Warehouse]:
    folder: Path = tmp_path_factory.mktemp("endurance-books")
    landing = Landing(folder / "landing")
    for table in simulated.tables(MODELS, SEED):
        landing.land(table)
    as_of = dt.datetime.combine(books.days[-1], dt.time(12), dt.UTC)
    land_frame(landing, "hub_adoption", days_of(books), as_of)
    series = {name: m + 1 for m, name in enumerate(books.models)}
    frame = weeks.frame().rename(columns={"model_id": "series_id"})
    land_frame(landing, "hub_adoption_weeks", frame.assign(series_id=frame["series_id"].map(series)), as_of)
    warehouse.build(folder, landing.selected())
    opened = warehouse.Warehouse.open(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def appeared(built: warehouse.Warehouse, books: AdoptionBooks) -> dict[str, dt.date | None]:
    """The day of each model: that of core.models; of others the first listing that has it, if one was just before."""
    frame = built.sql_frame("select model_id, appeared_at::date as day from core.models")
    days: dict[str, dt.date | None] = {
        str(name): None if pd.isna(day) else day.date()
        for name, day in zip(frame["model_id"], frame["day"], strict=True)
    }
    for m, name in enumerate(books.models):
        if name not in days:
            first = next(n for n, i in enumerate(books.recorded) if books.is_listed[i, m])
            before = books.days[books.recorded[first - 1]] if first else None
            day = books.days[books.recorded[first]]
            days[name] = day if before and (day - before).days <= 10 else None
    return days


def test_lifetimes_equal_the_books(
    built: warehouse.Warehouse, books: AdoptionBooks, weeks: Weeks, appeared: dict[str, dt.date | None]
) -> None:
    expected = lifetimes(books, weeks, appeared).sort_values("model_id").reset_index(drop=True)
    got = built.sql_frame(
        "select model_id, appeared_on, is_from_birth, entry, duration, event from marts.lifetimes"
        " where dataset = 'hub' order by model_id"
    )
    assert len(expected) > 200
    assert set(expected["event"]) == {"fell", "followed", "removed"}
    for name in ("model_id", "is_from_birth", "entry", "duration", "event"):
        assert got[name].astype(object).where(got[name].notna(), None).tolist() == [
            None if value is None or value != value else value for value in expected[name]
        ], name


def test_retention_equals_the_books(
    built: warehouse.Warehouse, books: AdoptionBooks, weeks: Weeks, appeared: dict[str, dt.date | None]
) -> None:
    expected = retention(books, weeks, appeared)
    got = built.sql_frame(
        "select released_in, months_since, sum(releases) as releases, sum(downloaded) as downloaded,"
        " sum(above_a_tenth) as above_a_tenth from marts.retention where dataset = 'hub' group by all order by all"
    )
    assert len(expected) > 100
    numbers = ["months_since", "releases", "downloaded", "above_a_tenth"]
    assert got[numbers].astype(int).to_numpy().tolist() == expected[numbers].to_numpy().tolist()


def begun_on_time(weeks: Weeks, names: Iterable[str], appeared: dict[str, dt.date | None]) -> list[str]:
    """Return those whose series begins in the week of their day, or with a week that nothing before compares with."""
    frame = weeks.frame()
    begins = frame[frame["downloads_all_time"].notna()].drop_duplicates("model_id").set_index("model_id")
    on_time = []
    for name in names:
        day = appeared[name]
        assert day is not None
        if begins.loc[name, "week"].date() == monday_of(day) or pd.isna(begins.loc[name, "gained"]):
            on_time.append(name)
    return on_time


def test_launches_equal_the_books(
    built: warehouse.Warehouse, books: AdoptionBooks, weeks: Weeks, appeared: dict[str, dt.date | None]
) -> None:
    """Of those whose weekly series begins with their first listing; the books have the weeks below the floor, too."""
    expected = {launch.model_id: launch for launch in launches(books, weeks, appeared)}
    got = built.sql_frame(
        "select distinct model_id, launches.* from marts.launches join marts.lifetimes using (series_id)"
    ).set_index("model_id")
    on_time = begun_on_time(weeks, expected, appeared)
    assert len(on_time) > 50
    assert set(on_time) <= set(got.index)
    for name in on_time:
        launch, row = expected[name], got.loc[name]
        assert row["downloads_26_weeks"] == pytest.approx(sum(launch.by_week[:26]))
        assert (row["best_week"], row["half_life_days"]) == (launch.best_week, launch.half_life()), name


def test_the_page_shows_the_typical_launch_and_the_turnover_of_the_books(
    built: warehouse.Warehouse, books: AdoptionBooks, weeks: Weeks, appeared: dict[str, dt.date | None]
) -> None:
    filters = Filters(built)
    filters.dataset = "hub"
    filters.param.update(text_generation=False, dates=(dt.date(2023, 1, 1), books.days[-1]))
    perspective = Endurance(built, filters)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    large = [launch for launch in launches(books, weeks, appeared) if sum(launch.by_week[:26]) >= 1_000]
    typical = typical_launch(large)
    rows = perspective.answer_of(perspective.charts[2])
    of_all = rows[["share_low", "share", "share_high"]].to_numpy()
    assert rows["launches"].iloc[0] >= len(large)  # and those whose first weeks were below the floor
    np.testing.assert_allclose(of_all, typical[["low", "share", "high"]], atol=0.004)
    rows = perspective.answer_of(perspective.charts[5])
    days = [
        max(day for day in (books.days[i] for i in books.recorded) if day <= week.date() + dt.timedelta(days=6))
        for week in rows["week"]
    ]
    expected = turnover(books, days)
    assert rows["stayed"].iloc[1:].tolist() == expected["stayed"].tolist()
    np.testing.assert_allclose(rows["jaccard"].iloc[1:], expected["jaccard"])
