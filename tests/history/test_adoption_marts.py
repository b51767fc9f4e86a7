"""Sums by owner and family, movers, relative adoption and rank correlation, against pandas and NumPy over raw rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from tests.adoption_world import (
    ABSENT,
    BURST,
    DAYS,
    FALLING,
    FAMILIES,
    LAST,
    LAUNCHED,
    RISING,
    AdoptionWorld,
    adoption_world,
)

AGES = (7, 14, 30, 60, 90, 180, 365)


@pytest.fixture(scope="module")
def world() -> AdoptionWorld:
    return adoption_world()


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], warehouse.Warehouse], adoption_history: Path) -> warehouse.Warehouse:
    return open_warehouse(adoption_history)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def gained_by_day(world: AdoptionWorld) -> pd.DataFrame:
    """New downloads as two listings tell them; of a gap's, each day has its whole part. NaN where nothing compares."""
    frame = pd.DataFrame(np.nan, index=pd.Index(world.days), columns=list(world.created))
    all_time = world.all_time
    for before, day in pairwise(world.listings):
        span = (day - before).days
        for name in set(world.listed(before)) & set(world.listed(day)):
            more = max(int(all_time.at[day, name] - all_time.at[before, name]), 0)
            for n in range(1, span + 1):
                frame.at[before + timedelta(days=n), name] = more * n // span - more * (n - 1) // span
    return frame


def weekly(world: AdoptionWorld, members: dict[str, list[str]]) -> pd.DataFrame:
    """By member and complete week: models, downloads_30d, downloads_all_time, likes and gained."""
    listed, gained = world.rows(), gained_by_day(world)
    rows = []
    weeks = sorted({monday(day) for day in world.days if monday(day) >= monday(world.listings[0])})
    for week in weeks:
        in_week = [day for day in world.listings if monday(day) == week]
        last = listed[listed["day"] == max(in_week)]
        days = [day for day in world.days if monday(day) == week]
        for member, names in members.items():
            of_member = last[last["model_id"].isin(names)]
            new = gained.loc[days, names].sum(min_count=1).sum(min_count=1)
            if len(of_member) or not np.isnan(new):
                sums = of_member[["downloads_30d", "downloads_all_time", "likes"]].sum(min_count=1)
                rows.append((member, week, len(of_member), *sums, new))
    columns = ["member", "week", "models", "downloads_30d", "downloads_all_time", "likes", "gained"]
    return pd.DataFrame(rows, columns=columns).sort_values(["member", "week"]).reset_index(drop=True)


def assert_equal(actual: pd.DataFrame, expected: pd.DataFrame) -> None:
    actual = actual.assign(week=pd.to_datetime(actual["week"])).reset_index(drop=True)
    expected = expected.assign(week=pd.to_datetime(expected["week"]))
    pd.testing.assert_frame_equal(actual, expected, check_dtype=False)


def test_weekly_sums_of_owners_equal_pandas_over_the_listings(
    opened: warehouse.Warehouse, world: AdoptionWorld
) -> None:
    owners: dict[str, list[str]] = {}
    for name in world.created:
        owners.setdefault(name.partition("/")[0], []).append(name)
    actual = opened.sql_frame(
        "select owner as member, week, models, downloads_30d, downloads_all_time, likes, gained"
        " from marts.adoption_by_owner_and_week order by all"
    )
    assert_equal(actual, weekly(world, owners))


def test_weekly_sums_of_families_equal_pandas_over_the_listings(
    opened: warehouse.Warehouse, world: AdoptionWorld
) -> None:
    actual = opened.sql_frame(
        "select family || ' ' || relation as member, week, models, downloads_30d, downloads_all_time, likes, gained"
        " from marts.adoption_by_family_and_week order by all"
    )
    members = {
        f"{base} {relation}": [name for name, its_relation in descendants.items() if its_relation == relation]
        for base, descendants in FAMILIES.items()
        for relation in set(descendants.values())
    }
    assert_equal(actual, weekly(world, members))


def test_movers_equal_pandas_over_the_listings(opened: warehouse.Warehouse, world: AdoptionWorld) -> None:
    gained = gained_by_day(world)
    windows = [gained.iloc[DAYS - 7 * (n + 1) : DAYS - 7 * n] for n in range(4)]
    sums = pd.DataFrame({n: window.sum() for n, window in enumerate(windows)})
    before = sums[[1, 2, 3]].mean(axis=1)
    was_there = gained.iloc[-28:].notna().all() & (before > 0)
    expected = pd.DataFrame({"gained": sums[0], "growth": (sums[0] / before - 1).where(was_there)})
    expected["most_in_a_day"] = windows[0].max() / sums[0]
    actual = opened.sql_frame("select model_id, gained, growth, most_in_a_day from marts.adoption_movers")
    actual = actual.set_index("model_id").reindex(expected.index)
    pd.testing.assert_frame_equal(actual, expected, check_dtype=False, check_names=False, rtol=1e-12)
    rows = opened.query("adoption_movers", movers="growth")
    rises = expected[(expected["gained"] >= 1000) & (expected["most_in_a_day"] <= 0.5) & (expected["growth"] > 0)]
    falls = expected[(np.maximum(expected["gained"], before) >= 1000) & (expected["growth"] < 0)]
    rises, falls = (rows.sort_values("growth", ascending=False) for rows in (rises, falls))
    assert list(rows["model_id"]) == [*rises.index[:10], *falls.index[-5:]]
    assert rows["model_id"].iloc[0] == RISING
    assert rows["model_id"].iloc[-1] == FALLING
    assert BURST not in set(rows["model_id"]), "a week that one day has made"
    assert LAUNCHED not in set(rows["model_id"]), "what was not there for four weeks did not move"
    assert rows["bursts"].iloc[0] == 1
    bursts = opened.query("adoption_bursts", movers="growth").set_index("model_id")["most_in_a_day"]
    assert bursts.to_dict() == pytest.approx({BURST: expected["most_in_a_day"][BURST]})
    assert list(opened.query("adoption_movers", movers="entries")["model_id"]) == [] or len(world.created) > 100


def relative_adoption(world: AdoptionWorld) -> dict[tuple[str, int], float]:
    """Downloads at an age over the median of the ten most downloaded of the size class, in NumPy."""
    weeks = sorted({monday(day) for day in world.listings})
    ends = [max(day for day in world.listings if monday(day) == week) for week in weeks]
    all_time = world.all_time
    at: dict[tuple[str, int], float] = {}
    for name, created in world.created.items():
        figures = [(0, 0.0)] + [
            ((day - created).days, float(all_time.at[day, name]))
            for day in ends
            if (day - created).days > 0 and name in world.listed(day)
        ]
        ages, downloads = map(np.array, zip(*figures, strict=True))
        for age in AGES:
            later = np.searchsorted(ages, age)
            if later == len(ages):
                continue
            earlier = later if ages[later] == age else later - 1
            if ages[later] - ages[earlier] <= 14:
                at[name, age] = float(np.interp(age, ages, downloads))
    latest = all_time.loc[LAST]
    relative: dict[tuple[str, int], float] = {}
    for name, age in at:
        of_class = [other for other, its_age in at if its_age == age and ("0.5B" in other) == ("0.5B" in name)]
        ten = sorted(of_class, key=lambda other: (-latest[other], other))[:10]
        if len(ten) >= 3:
            relative[name, age] = at[name, age] / float(np.median([at[other, age] for other in ten]))
    return relative


def test_relative_adoption_equals_a_numpy_reference(opened: warehouse.Warehouse, world: AdoptionWorld) -> None:
    rows = opened.sql_frame(
        "select model_id, age, relative_adoption from marts.relative_adoption where relative_adoption is not null"
    )
    actual = {(row.model_id, row.age): row.relative_adoption for row in rows.itertuples()}
    expected = relative_adoption(world)
    assert len(expected) > 30
    assert actual.keys() == expected.keys()
    assert actual == pytest.approx(expected, rel=1e-12)
    assert not [name for name, _ in actual if "0.5B" in name], "two models of a class are too few to compare with"


def test_a_model_that_left_and_came_back_is_one_series(opened: warehouse.Warehouse, world: AdoptionWorld) -> None:
    rows = opened.query("adoption_of_models", {"unit": "week", "start": world.days[0], "end": LAST}, members=[ABSENT])
    assert rows["period"].is_unique
    away = rows[rows["downloads_30d"].isna()]
    assert list(away["period"].dt.date) == [monday(LAST - timedelta(days=56))]


def test_spearman_equals_pandas_and_lists_those_of_sorted_rows(
    opened: warehouse.Warehouse, world: AdoptionWorld
) -> None:
    listed = world.rows()
    last = listed[listed["day"] == LAST]
    assert opened.query("adoption_agreement")["models_unknown"].unique().tolist() == [0]
    expected = last["likes"].rank().corr(last["downloads_30d"].rank())
    rows = opened.sql_frame("select models, correlation from marts.attention_ranks where models_counted = 'all'")
    assert rows["models"].tolist() == [len(last)]
    assert rows["correlation"].iloc[0] == pytest.approx(expected, abs=1e-8)
    agreement = opened.query("adoption_agreement").set_index("most")["shared"].to_dict()
    by_likes = last.sort_values(["likes", "downloads_30d", "model_id"], ascending=[False, False, True])["model_id"]
    by_downloads = last.sort_values(["downloads_30d", "likes", "model_id"], ascending=[False, False, True])["model_id"]
    assert agreement == {most: len(set(by_likes[:most]) & set(by_downloads[:most])) for most in (10, 100, 1000)}


def days_of(*names: str, days: int = 30, first: date = date(2026, 3, 2)) -> list[dict[str, Any]]:
    """A history in which every model gains a thousand downloads a day; series are numbered as the names are given."""
    rows: list[dict[str, Any]] = []
    for n in range(days):
        day, since = first + timedelta(days=n), first + timedelta(days=n - 1) if n else None
        rows.append({"day": day, "since": since, "is_frame": n == 0, "series_id": 0, "change": "day"})
        for series_id, name in enumerate(names, 1):
            change = {"change": "first", "model_id": name} if n == 0 else {"change": "moved"}
            rows.append({
                "day": day, "since": since, "is_frame": n == 0, "series_id": series_id, **change,
                "downloads_30d": 30_000, "downloads_all_time": 90_000 + 1000 * n, "downloads_all_time_change": 1000,
            })  # fmt: skip
    return rows


def test_movers_with_as_many_downloads_are_placed_by_name(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    names = ("zinc/Last-7B", "acme/First-7B", "kiln/Middle-7B")
    opened = warehouse_of(hub_listing=[{"id": name} for name in names], hub_adoption=days_of(*names))
    rows = opened.sql_frame("select model_id, place, best_place_before from marts.adoption_movers order by place")
    assert rows.to_numpy().tolist() == [[name, n, n] for n, name in enumerate(sorted(names), 1)]


def test_a_model_that_no_other_source_names_has_the_region_of_its_owner(
    warehouse_of: Callable[..., warehouse.Warehouse],
) -> None:
    names = ("MISTRALAI/Gone-7B", "nobody-reviewed/Gone-7B")
    first = date(2026, 3, 2)
    days = days_of("acme/Listed-7B", days=1) + [
        row
        | {"is_frame": False, "since": row["since"] or first, "series_id": row["series_id"] and row["series_id"] + 1}
        for row in days_of(*names, days=120, first=first + timedelta(days=1))
    ]
    weeks = [
        {"series_id": series_id, "week": first + timedelta(weeks=n), "downloads_30d": 30_000, "is_listed": True}
        for series_id in (2, 3)
        for n in range(17)
    ]
    opened = warehouse_of(hub_listing=[{"id": "acme/Listed-7B"}], hub_adoption=days, hub_adoption_weeks=weeks)
    regions = opened.sql_frame(
        "select distinct member from marts.adoption_by_day where dimension = 'region' order by member"
    )
    assert regions["member"].tolist() == ["eu", "not reviewed"]
    kinds = opened.sql_frame("select model_id, owner_kind from marts.lifetimes order by model_id")
    assert kinds.to_numpy().tolist() == [[names[0], "organisation"], [names[1], "not reviewed"]]
