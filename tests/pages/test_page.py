"""Rooms: pages beside the perspectives, made when first entered, with an address of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import panel as pn
import pytest

from oss_ai_monitor.app import page, session
from oss_ai_monitor.app.navigation import Navigation
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.pages.page import Page, heading
from oss_ai_monitor.warehouse import Warehouse

BOARD: list[dict[str, Any]] = [{"fullname": "a/b", "date": "2024-01-01", "average": 50.0}]


class Hall(Page):
    """A room of one sentence."""

    title, slug = "Hall", "hall"

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        self.view = pn.Column(heading("Hall", "Nobody is here."))

    def from_query(self, query: Mapping[str, str]) -> None:
        self.query = {"who": query.get("who", "nobody")}


@pytest.fixture(autouse=True)
def _one_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "all_pages", (Hall,))


@pytest.fixture
def small(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(leaderboard_v1=BOARD)


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(address.removeprefix("?")))


def test_a_room_has_an_address_of_its_own_without_the_filters(small: Warehouse) -> None:
    entered = Session(small, "?view=hall&who=me&dataset=v1&unit=day")
    assert entered.visible is None
    assert query_of(entered.to_query()) == {"view": "hall", "who": "me"}
    assert entered.opened == {}


def test_a_room_is_made_when_first_entered_and_kept(small: Warehouse) -> None:
    visit = Session(small, "?view=releases&unit=day")
    assert visit.page is None
    before, visit.active = visit.active, visit.titles().index("Hall")
    hall = visit.page
    visit.active = before
    assert query_of(visit.to_query())["unit"] == "day"
    visit.active = visit.titles().index("Hall")
    assert visit.page is hall
    assert query_of(visit.to_query()) == {"view": "hall"}


def test_the_page_shows_either_the_room_or_a_perspective(small: Warehouse) -> None:
    whole_page = page(small, "?view=hall")
    navigation = whole_page.select(Navigation)[0]
    group, views_of_group = navigation.groups[-1]
    assert (group, views_of_group[-1][1:]) == ("Data", ["Hall", "hall"])
    number = views_of_group[-1][0]
    hall = whole_page.select(lambda part: getattr(part, "object", "") == HALL)[0]
    assert navigation.active == number
    page_view = next(part for part in whole_page.select(pn.Column) if hall in part.objects)
    views = next(part for part in whole_page.select(pn.Column) if page_view in part.objects)
    assert [part.styles.get("visibility") != "hidden" for part in views] == [True]
    assert whole_page.sx["& nav"] == {"display": "none"}
    navigation.active = 0
    assert [part.styles.get("visibility") != "hidden" for part in views] == [False, True]
    assert "& nav" not in whole_page.sx
    navigation.active = number
    assert [part.styles.get("visibility") != "hidden" for part in views] == [True, False]
    assert hall.object == HALL


HALL = "<h2>Hall</h2><p>Nobody is here.</p>"


def test_a_room_that_is_switched_off_is_in_no_navigation_and_says_so(small: Warehouse) -> None:
    off = Session(small, "?view=hall&who=me", disabled=["hall"])
    assert "Hall" not in off.titles()
    assert off.page
    assert "The operator of this page has switched it off" in off.page.view.object
    assert query_of(off.to_query()) == {"view": "hall"}
    assert "no page" not in " ".join(off.notices)
