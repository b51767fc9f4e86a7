"""The two years of the simulated community: its history is what its books say, and looks like the Hub's."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oss_ai_monitor.sources import simulated
from oss_ai_monitor.sources.simulated.adoption import DAYS, FROZEN, MISSING, ROLLED_BACK, Adoption, date_of
from tests.oracle.adoption import FIGURES, AdoptionBooks, Weeks, adoption_books, gains, sums_by_day, weekly
from tests.oracle.lifetimes import Launch, launches, lifetimes, retention
from tests.oracle.rankings import concentration, gini, hhi, most_used, movers, turnover

MODELS, SEED = 2_000, 3


@pytest.fixture(scope="module")
def adoption() -> Adoption:
    return Adoption(simulated.community(MODELS, SEED))


@pytest.fixture(scope="module")
def books() -> AdoptionBooks:
    return adoption_books(MODELS, SEED, daily=DAYS)


@pytest.fixture(scope="module")
def weeks(books: AdoptionBooks) -> Weeks:
    return weekly(books)


@pytest.fixture(scope="module")
def appeared(adoption: Adoption) -> dict[str, date | None]:
    """The first day of each model, as the simulator knows it."""
    everyone = np.arange(len(adoption.community))
    names = adoption.community.names(everyone)
    return {name or "": date_of(day) for name, day in zip(names, adoption.lives.born.tolist(), strict=True)}


def test_the_history_is_what_the_books_say(books: AdoptionBooks) -> None:
    with simulated.history(MODELS, SEED, daily=DAYS) as history, duckdb.connect() as db:
        paths = {"paths": [str(path) for path in history.paths]}
        frame = db.execute(f"{history.select} order by day, model_id", paths).df()
    assert not frame.duplicated(["day", "n"]).any()
    assert not frame.duplicated(["day", "model_id"]).any()
    assert history.days == frame["day"].nunique() == len(books.recorded)
    recorded = np.array(books.recorded)
    expected = pd.DataFrame(
        {
            "day": np.repeat(np.array(books.days, dtype="datetime64[us]")[recorded], len(books.models)),
            "model": np.tile(np.arange(len(books.models)), len(recorded)),
            **{name: getattr(books, name)[recorded].ravel() for name in FIGURES},
        }
    )[books.is_listed[recorded].ravel()]
    former = {(old, m) for m, name in enumerate(books.models) for old in [books.former.get(name, ("", 0))[0]] if old}
    numbers = {name: m for m, name in enumerate(books.models)} | dict(former)
    frame["model"] = frame["model_id"].map(numbers)
    columns = ["day", "model", *FIGURES]
    actual = frame.sort_values(["day", "model"])[columns].reset_index(drop=True)
    assert (actual.to_numpy() == expected[columns].to_numpy()).all()


def test_the_last_day_is_the_listing() -> None:
    with simulated.history(MODELS, SEED, days=1) as history, duckdb.connect() as db:
        paths = {"paths": [str(path) for path in history.paths]}
        last = db.execute(
            f"select model_id, hub_id, {', '.join(FIGURES)} from ({history.select}) order by model_id", paths
        ).fetchall()
    listing = next(table for table in simulated.tables(MODELS, SEED) if table.source == "hub_listing")
    listed = {
        row for part in listing.relations
        for row in part.select("id, extra ->> '$._id', downloads, downloads_all_time, likes").fetchall()
    }  # fmt: skip
    assert last == sorted(listed)


def test_the_same_seed_gives_the_same_history_and_another_one_does_not() -> None:
    def rows(seed: int) -> list[tuple[object, ...]]:
        with simulated.history(1_000, seed, days=40) as history, duckdb.connect() as db:
            paths = {"paths": [str(path) for path in history.paths]}
            return db.execute(f"{history.select} order by day, n", paths).fetchall()

    assert rows(5) == rows(5)
    assert rows(5) != rows(6)


@settings(max_examples=25)
@given(st.data())
def test_downloads_never_fall_whatever_else_is_computed(adoption: Adoption, data: st.DataObject) -> None:
    days = st.integers(adoption.last - 1_200, adoption.last)
    some_days = np.array(sorted(data.draw(st.sets(days, min_size=2, max_size=30))))
    models = np.array(data.draw(st.lists(st.integers(0, len(adoption.lives) - 1), min_size=1, max_size=30)))
    downloads = adoption.lives.downloads(models, some_days)
    assert (downloads >= 0).all()
    assert (np.diff(downloads, axis=0) >= 0).all()
    for column, model in enumerate(models.tolist()):
        alone = adoption.lives.downloads(np.array([model]), some_days[-1:])
        assert alone[0, 0] == downloads[-1, column]


def test_figures_are_sums_of_the_downloads_of_each_day(books: AdoptionBooks) -> None:
    last = len(books.days) - 1
    assert (books.downloads_30d[last] == books.downloads[last - 29 :].sum(axis=0)).all()
    never_frozen = last - 24  # the days after the last frozen one
    assert (
        np.diff(books.downloads_all_time[never_frozen + 13 :], axis=0) == books.downloads[never_frozen + 14 :]
    ).all()
    assert (np.diff(books.likes, axis=0) >= 0).all()


def test_the_counters_are_frozen_and_taken_back_when_they_should_be(books: AdoptionBooks) -> None:
    last = len(books.days) - 1
    for before in FROZEN:
        day = last - before
        assert (books.downloads_all_time[day] == books.downloads_all_time[day - 1]).all()
        assert (books.downloads_30d[day] == books.downloads_30d[day - 1]).all()
    rolled_back = gains(books).is_rollback.any(axis=1)
    assert np.flatnonzero(rolled_back).tolist() == [last - ROLLED_BACK]
    assert not books.is_kept[[last - before for before in MISSING]].any()
    assert books.is_kept.sum() == DAYS - len(MISSING)


def test_models_are_renamed_removed_and_come_back(adoption: Adoption) -> None:
    books = adoption_books(20_000, 1)
    listed = books.is_listed[books.recorded]
    is_back = ((np.diff(listed.astype(int), axis=0) > 0) & (np.cumsum(listed, axis=0)[:-1] > 0)).any(axis=0)
    assert is_back.sum() >= 20
    assert (listed.any(axis=0) & ~listed[-1]).sum() >= 100
    assert len(books.former) >= 20
    assert not {old for old, _ in books.former.values()} & set(books.models)


def test_launches_look_as_published(books: AdoptionBooks) -> None:
    """About one in ten peaks in its first week, the median in its eighth; half of all models are never downloaded."""
    many = Adoption(simulated.community(20_000, 1))
    born = many.lives.born
    launched = np.flatnonzero((born > many.last - 700) & (born < many.last - 182) & (many.lives.burst == 0))
    best = []
    for model in launched.tolist():
        days = np.arange(born[model], born[model] + 183)
        new = np.diff(many.lives.downloads(np.array([model]), days)[:, 0])
        if new[:30].sum() >= 100:
            best.append(int(new.reshape(26, 7)[:, :].sum(axis=1).argmax()) + 1 if len(new) == 182 else 0)
    assert np.mean(np.array(best) == 1) == pytest.approx(0.1, abs=0.04)
    assert np.median(best) == pytest.approx(8, abs=2)
    figures = many.figures(np.flatnonzero(many.community.listed), np.array([many.last]))
    assert (figures.downloads_30d == 0).mean() == pytest.approx(0.6, abs=0.15)
    assert len(books.models) > MODELS


def test_the_share_that_moves_on_a_day_is_about_that_of_the_hub() -> None:
    many = Adoption(simulated.community(20_000, 1))
    figures = many.figures(np.arange(20_000), np.arange(many.last - 9, many.last + 1))
    moved = np.diff(figures.downloads_30d, axis=0) != 0
    assert moved.mean() == pytest.approx(0.1, abs=0.04)


def test_weeks_and_days_add_up(books: AdoptionBooks, weeks: Weeks) -> None:
    compared = gains(books)
    monday = (weeks.weeks[1] - books.days[0]).days
    gained = np.nansum(compared.gained[monday : monday + 7 * (len(weeks.weeks) - 1)])
    assert np.nansum(weeks.gained[1:]) == gained
    days = sums_by_day(books)
    assert days["gained"].sum() == np.nansum(compared.gained)
    owner = {name: name.partition("/")[0] for name in books.models}
    by_owner = sums_by_day(books, owner).groupby("day")[["models", *FIGURES, "gained"]].sum()
    assert (by_owner.to_numpy()[1:] == days.set_index("day")[["models", *FIGURES, "gained"]].to_numpy()[1:]).all()
    assert weeks.weeks[-1] + timedelta(days=6) == books.days[-1]
    missing = [week for week, has_listing in zip(weeks.weeks, weeks.has_listing, strict=True) if not has_listing]
    assert len(missing) >= 1, "a whole week without a listing"


def test_counters_tell_nearly_all_downloads(books: AdoptionBooks) -> None:
    gained, truth = np.nansum(gains(books).gained), books.downloads[2:].sum()
    assert gained / truth == pytest.approx(1, abs=0.03)


def test_measures_of_a_table_worked_by_hand() -> None:
    assert gini(np.array([1, 1, 1, 1])) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 1])) == pytest.approx(0.75)
    assert hhi(np.array([3, 1])) == pytest.approx(75**2 + 25**2)
    launch = Launch("a", [3.0, 14.0, *[7.0] * 25], first_days=3)
    assert (launch.best_week, launch.by_day()[:4], launch.half_life(10)) == (2, [1, 1, 1, 2], 6)
    assert launch.shares[1] == 14 / (3 + 14 + 24 * 7)


def test_movers_leave_bursts_and_small_ones_out(books: AdoptionBooks) -> None:
    moved = movers(books, floor=50)
    assert len(moved) > 20
    assert (moved["gained"] >= 50).all()
    assert moved["growth"].is_monotonic_decreasing
    model = books.models.index(moved["model_id"][0])
    assert books.downloads[-7:, model].sum() == moved["gained"][0]
    every = movers(books, floor=0)
    bursting = np.flatnonzero(books.downloads[-7:].max(axis=0) * 2 > books.downloads[-7:].sum(axis=0))
    assert not set(every["model_id"]) & {books.models[m] for m in bursting}


def test_rankings(books: AdoptionBooks, weeks: Weeks) -> None:
    days = [books.days[-1] - timedelta(days=7), books.days[-1]]
    changed = turnover(books, days).iloc[0]
    assert changed["stayed"] + changed["entered"] == 100
    assert changed["jaccard"] == changed["stayed"] / (100 + changed["entered"])
    assert len(most_used(books, days[0], 5)) == 5
    table = concentration(weeks)
    assert table["top_1"].iloc[-1] == pytest.approx(1 / 3, abs=0.002)
    assert (concentration(weeks, without_largest=True)["gini"] < table["gini"]).all()


def test_releases_fall_are_removed_or_are_followed_to_the_end(
    books: AdoptionBooks, weeks: Weeks, appeared: dict[str, date | None]
) -> None:
    table = lifetimes(books, weeks, appeared)
    assert set(table["event"]) >= {"fell", "followed"}
    assert (table["entry"] >= 0).all()
    assert table[table["is_from_birth"]]["entry"].max() <= 6
    triangle = retention(books, weeks, appeared)
    assert (triangle["above_a_tenth"] <= triangle["downloaded"]).all()
    assert (triangle["downloaded"] <= triangle["releases"]).all()
    months = triangle.groupby("months_since")[["releases", "above_a_tenth"]].sum()
    assert months.loc[1, "releases"] == table["is_from_birth"].sum()
    launched = launches(books, weeks, appeared)
    assert {launch.model_id for launch in launched} <= set(table[table["is_from_birth"]]["model_id"])
    assert all(sum(launch.shares) == pytest.approx(1) for launch in launched)
    assert all(1 <= launch.half_life() <= 180 for launch in launched)


@pytest.mark.parametrize("daily", [1, 90])
def test_weekly_listings_and_then_daily_ones(tmp_path: Path, adoption: Adoption, daily: int) -> None:
    days = [date_of(day) for day in adoption.days(daily=daily).tolist()]
    older = [day for day in days if day <= simulated.AS_OF.date() - timedelta(days=daily)]
    assert {day.isoweekday() for day in older} == {7}
    assert days[-1] == simulated.AS_OF.date()
    assert adoption.write(tmp_path, adoption.days(daily=daily))[0].name == "names.parquet"
