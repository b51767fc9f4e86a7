"""The line of other rules beside an answer and on tiles: opened by keyboard and by click, gone under other filters."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from oss_ai_monitor.perspectives.headlines import NO_BAND, NO_RULE_CHANGES_IT

from .conftest import SMALLEST_TARGET, Visitor

Visit = Callable[..., Visitor]

pytestmark = pytest.mark.browser
BESIDE = ".content > .band"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_band_opens_to_a_dot_for_each_rule(visit_simulated: Visit, width: int) -> None:
    visitor = visit_simulated("?view=model-types&dataset=v2", width=width)
    band = visitor.page.locator(BESIDE)
    summary = band.locator("summary")
    expect(summary).to_contain_text("under 6 rules")
    assert visitor.box(summary)["height"] >= SMALLEST_TARGET
    summary.focus()
    visitor.page.keyboard.press("Enter")
    expect(band.locator("li")).to_have_count(6)
    expect(band.locator("li .dot")).to_have_count(6)
    expect(band.locator("li").first).to_contain_text("as counted here")
    expect(band.locator("p")).to_contain_text("The rule that matters most: ")
    is_within = "(row) => row.getBoundingClientRect().right <= innerWidth"
    assert all(row.evaluate(is_within) for row in band.locator("li").all())
    visitor.page.keyboard.press("Enter")
    expect(band.locator("ul")).to_be_hidden()
    assert visitor.complaints == []


def test_a_click_on_the_band_of_a_tile_opens_it_and_stays_on_the_page(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=overview&dataset=v2")
    tile = visitor.page.locator(".tile", has_text="Models tracked")
    tile.locator("summary").click()
    expect(tile.locator("li")).to_have_count(3)
    expect(visitor.page.locator("h2").first).to_have_text("Where does open-source AI stand?")
    age = visitor.page.locator(".tile", has_text="Age of the data")
    expect(age.locator(".band")).to_be_hidden()
    expect(age.locator(".band-note")).to_have_text(NO_RULE_CHANGES_IT)


def test_a_band_names_the_models_that_move_its_figure_and_leads_to_their_pages(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=base-models&dataset=v2")
    band = visitor.page.locator(BESIDE)
    band.locator("summary").click()
    reason = band.locator("p").first
    expect(reason).to_contain_text("because ")
    name = reason.locator("a").first.text_content()
    assert name
    reason.locator("a").first.click()
    expect(visitor.page).to_have_url(re.compile(re.escape(urlencode({"model": name}))))


def test_half_of_the_first_chart_is_on_the_first_screen(visit_simulated: Visit) -> None:
    """The simulated community has two tiles more than the archives, and a notice above."""
    visitor = visit_simulated("?view=overview&dataset=v2", width=1280)
    tiles = visitor.page.locator(".tile")
    expect(tiles.nth(5)).to_be_visible()
    last, first = visitor.box(tiles.last), visitor.box(tiles.first)
    assert last["y"] + last["height"] - first["y"] < 480


def test_under_other_filters_there_is_no_band_and_the_page_says_why(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=model-types&dataset=v2&at_most=8")
    expect(visitor.page.locator(BESIDE)).to_be_hidden()
    expect(visitor.page.locator(".band-note")).to_have_text(NO_BAND)
