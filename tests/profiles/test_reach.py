"""Curves of downloads by week, the trend of the last week, and how far a family is used."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.profiles import Query, profile, weekly_trend
from oss_ai_monitor.profiles.reach import weekly_series
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import land_rows
from tests.core.small_tables import listed

MONDAY = dt.date(2026, 9, 14)
QUERY = Query("weekly_downloads", {"model_id": "acme/base"})


def weeks(*gained: float | None, skipped: tuple[int, ...] = (), is_last: bool = True, **more: Any) -> pd.DataFrame:
    """One row a week from a Monday on; those skipped are missing."""
    numbers = [n for n in range(len(gained)) if n not in skipped]
    return pd.DataFrame(
        {
            "week": [pd.Timestamp(MONDAY + dt.timedelta(weeks=n)) for n in numbers],
            "downloads_30d": pd.array([None if gained[n] is None else 100 + n for n in numbers], dtype="Int64"),
            "gained": pd.array([gained[n] for n in numbers], dtype="Float64"),
            "is_last": [is_last and n == len(gained) - 1 for n in numbers],
            **more,
        }
    )


@pytest.mark.parametrize(
    ("rows", "trend"),
    [
        (weeks(100, 200, 300, 250), 0.25),
        (weeks(999, 100, 200, 300, 250), 0.25),
        (weeks(100, 200, 300, 0), -1.0),
        (weeks(0, 0, 0, 10), None),
        (weeks(100, 200, 250), None),
        (weeks(100, None, 300, 250), None),
        (weeks(100, 200, 300, 999, 250, skipped=(3,)), None),
        (weeks(100, 200, 300, 250, is_last=False), None),
        (weeks(), None),
    ],
)
def test_the_trend_compares_the_last_week_with_the_three_before(rows: pd.DataFrame, trend: float | None) -> None:
    assert weekly_trend(rows) == (None if trend is None else pytest.approx(trend))


def test_a_curve_has_a_point_for_each_week_and_a_gap_where_nothing_was_listed() -> None:
    (series,) = weekly_series(weeks(1, None, 3), QUERY)
    assert [(day, name) for day, name, _ in series.rows] == [
        (MONDAY + dt.timedelta(weeks=n), "downloads in 30 days") for n in range(3)
    ]
    assert [None if math.isnan(number) else number for _, _, number in series.rows] == [100, None, 102]
    assert weekly_series(weeks(1), QUERY) == ()
    assert weekly_series(weeks(None, 2), QUERY) == ()
    assert weekly_series(weeks(), QUERY) == ()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("reach")
    land_rows(
        folder,
        "hub_listing",
        [
            listed("acme/base", downloads=600),
            listed("acme/own-tune", "base_model:finetune:acme/base", downloads=100),
            listed("tin/tune", "base_model:finetune:acme/base", downloads=200),
            listed("tin/copy", "base_model:quantized:tin/tune", downloads=100),
            listed("ann/copy", "base_model:quantized:acme/own-tune"),
            listed("ann/alone", downloads=7),
        ],
    )
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", ["model", "family"])
def test_the_reach_of_a_family_is_shared_out_among_its_parts(opened: Warehouse, kind: str) -> None:
    sections = {section.title: section for section in profile(opened, kind, "acme/base").sections}
    reach = sections["Reach of the family"]
    assert reach.rows == (
        ("the base itself", 1, 600, 60.0),
        ("derivatives: finetune", 2, 300, 30.0),
        ("derivatives: quantized", 2, 100, 10.0),
    )
    assert reach.sentences[0].startswith(
        "What descends from it was downloaded 400 times in 30 days, 40.0% of its family's."
    )


def test_what_others_made_of_the_models_of_an_owner_is_counted_once(opened: Warehouse) -> None:
    fact = profile(opened, "owner", "acme").fact("reach")
    assert fact is not None
    assert fact.value == "3 models by 2 owners, 300 downloads in 30 days"
    assert profile(opened, "owner", "ann").fact("reach") is None


def test_badges_are_of_what_there_is(opened: Warehouse) -> None:
    badges = {name: profile(opened, "model", name).badges for name in ("acme/base", "ann/alone")}
    assert badges == {"acme/base": ("downloads", "family"), "ann/alone": ("downloads",)}
    assert profile(opened, "family", "acme/base").badges == ("family",)
    assert profile(opened, "owner", "acme").badges == ("downloads",)
