"""Movers, owners and the lines of adoption against the books of the simulated two years, to the unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.sources.simulated.adoption import DAYS
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import COMMUNITY_SEED, TWO_YEARS_MODELS
from tests.oracle.adoption import AdoptionBooks, adoption_books, gains, weekly
from tests.oracle.rankings import movers


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], two_years: Path) -> Warehouse:
    return open_warehouse(two_years)


@pytest.fixture(scope="module")
def books() -> AdoptionBooks:
    return adoption_books(TWO_YEARS_MODELS, COMMUNITY_SEED, daily=DAYS)


def test_movers_of_the_week_are_those_of_the_books(opened: Warehouse, books: AdoptionBooks) -> None:
    assert books.days[books.recorded[-1]].isoweekday() == 7, "the last seven days are a week of the books"
    expected = movers(books, floor=1000).set_index("model_id")
    actual = opened.sql_frame(
        "select model_id, gained, gained_before, growth from marts.adoption_movers"
        " where gained >= 1000 and most_in_a_day <= 0.5 and growth is not null"
    ).set_index("model_id")
    assert len(expected) > 10
    assert set(actual.index) == set(expected.index)
    actual = actual.reindex(expected.index)
    assert actual["gained"].tolist() == expected["gained"].tolist()
    assert actual["growth"].to_numpy() == pytest.approx(expected["growth"].to_numpy(), rel=1e-12)
    moved = opened.query("adoption_movers", movers="growth")
    risen = moved[moved["growth"] > 0]
    counted = movers(books, floor=int(moved["least_gained"].iloc[0]))
    assert risen["model_id"].tolist() == counted["model_id"].tolist()[: len(risen)]
    assert risen["growth"].to_numpy() == pytest.approx(counted["growth"].to_numpy()[: len(risen)], rel=1e-12)
    monday = books.days[books.recorded[-1]] - dt.timedelta(days=6)
    of_digest = opened.query("digest_movers", start=monday)
    assert of_digest["model_id"].tolist() == counted["model_id"].tolist()[: len(of_digest)], "nor is a burst news"


def test_weekly_sums_of_owners_are_those_of_the_books(opened: Warehouse, books: AdoptionBooks) -> None:
    frame = weekly(books).frame()
    owners = opened.sql_frame("select model_id, owner from core.models").set_index("model_id")["owner"]
    frame = frame.assign(owner=frame["model_id"].map(owners))
    frame.loc[~frame["is_listed"].astype(bool), ["downloads_30d", "likes"]] = np.nan
    expected = frame.groupby(["owner", "week"])[["downloads_30d", "likes", "gained"]].sum(min_count=1)
    actual = opened.sql_frame(
        "select owner, week, downloads_30d, likes, gained from marts.adoption_by_owner_and_week"
    ).set_index(["owner", "week"])
    assert len(actual) > 1_000
    expected = expected.reindex(actual.index)
    pd.testing.assert_frame_equal(actual, expected, check_dtype=False, check_index_type=False)


def test_daily_lines_of_models_are_those_of_the_books(opened: Warehouse, books: AdoptionBooks) -> None:
    compared, position = gains(books), {name: n for n, name in enumerate(books.models)}
    names = opened.query("adoption_members", by="model", typed="", members=[])["member"].tolist()
    rows = opened.query(
        "adoption_of_models", {"unit": "day", "start": books.days[-300], "end": books.days[-1]}, members=names
    )
    assert len(rows) > 2_000
    for row in rows.itertuples():
        day, model = books.position(row.period.date()), position[row.member]
        assert pd.isna(row.gained) == np.isnan(compared.gained[day, model])
        assert pd.isna(row.gained) or row.gained == compared.gained[day, model]
        assert row.is_spread == compared.is_spread[day]
        assert pd.isna(row.downloads_30d) or row.downloads_30d == books.downloads_30d[day, model]
