"""Gated models over time: shares worked by hand, and what the page says where there is nothing to draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.licences.view import Licences
from oss_ai_monitor.warehouse import Warehouse

LISTED = [
    {"id": f"tin/{n}", "created_at": "2024-05-03", "gated": "auto" if n else "false", "downloads": 10 * n}
    for n in range(4)
]
DAYS: list[tuple[dt.date, str | None, int, int | None]] = [
    (dt.date(2024, 6, 1), "false", 180, 900),
    (dt.date(2024, 6, 1), "auto", 15, 60),
    (dt.date(2024, 6, 1), "manual", 5, 40),
    (dt.date(2024, 6, 2), None, 210, 1_000),
    (dt.date(2024, 6, 9), "false", 150, 500),
    (dt.date(2024, 6, 9), "auto", 50, 300),
    (dt.date(2024, 6, 9), None, 12, None),
]
OF_MODELS = [20 / 200, None, 50 / 200]
OF_DOWNLOADS = [100 / 1_000, None, 300 / 800]


def rows(days: list[tuple[dt.date, str | None, int, int | None]]) -> list[dict[str, Any]]:
    return [
        {"day": day, "gated": gated, "models": models, "downloads_30d": downloads}
        for day, gated, models, downloads in days
    ]


@pytest.fixture
def opened(warehouse_of: Callable[..., Warehouse]) -> Callable[..., Licences]:
    def open_with(days: list[tuple[dt.date, str | None, int, int | None]], **choices: Any) -> Licences:
        sources = {"hub_listing": LISTED} | ({"hub_access": rows(days)} if days else {})
        warehouse = warehouse_of(**sources)
        filters = Filters(warehouse)
        dates = (dt.date(2024, 5, 1), dt.date(2024, 5, 31))
        filters.param.update(dates=dates, unit="month", **{"text_generation": False} | choices)
        perspective = Licences(warehouse, filters)
        perspective.open()
        return perspective

    return open_with


def test_the_share_that_is_gated_is_of_those_whose_access_is_known(opened: Callable[..., Licences]) -> None:
    perspective = opened(DAYS)
    chart = perspective._charts.access_by_day
    assert chart.is_offered
    table = perspective.table(chart)
    for measure, expected in (("models", OF_MODELS), ("downloads", OF_DOWNLOADS)):
        shares = table.loc[table["measure"] == measure, "share"].astype(object)
        assert shares.where(shares.notna(), None).tolist() == expected
    assert table["listed"].tolist() == [200, 200, 210, 210, 212, 212]
    assert chart.caption == (
        "Of the models in full listings of the Hub that landed here, 10.0% were gated on 1 Jun 2024 and 25.0% on "
        "9 Jun 2024; of their downloads in 30 days, 10.0% and 37.5%."
    )
    assert perspective.left_out_of(chart) == ["12 models of the latest listing, of unknown access"]
    assert "drawn once" not in perspective._charts.bars["access"].caption


@pytest.mark.parametrize("days", [[], DAYS[:3], DAYS[:4]], ids=["none", "one", "one that says access"])
def test_with_fewer_than_two_days_the_page_says_that_there_is_nothing_to_draw(
    opened: Callable[..., Licences], days: list[tuple[dt.date, str | None, int, int | None]]
) -> None:
    perspective = opened(days)
    assert not perspective._charts.access_by_day.is_offered
    assert perspective._charts.bars["access"].caption.endswith(
        "; how it changes is drawn once two full listings that say who is gated have landed here."
    )


def test_no_filter_acts_on_recorded_sums_and_the_page_names_none(opened: Callable[..., Licences]) -> None:
    perspective = opened(DAYS, text_generation=True, downloaded=True)
    chart = perspective._charts.access_by_day
    assert perspective.table(chart)["gated"].tolist() == [20, 100, 0, 0, 50, 300]
    selection = perspective.selection_for(chart)
    assert (selection.text_generation, selection.downloaded) == (False, False)
    assert perspective.selection.text_generation
    assert perspective.disputes_of(chart) == {}
