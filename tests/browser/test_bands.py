"""The line of other rules beside an answer and on tiles: opened by keyboard and by click, gone under other filters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from oss_ai_monitor.perspectives.headlines import NO_BAND

from .conftest import Visitor

Visit = Callable[..., Visitor]

pytestmark = pytest.mark.browser
BESIDE = ".content > .band"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_band_opens_to_a_dot_for_each_rule(visit_simulated: Visit, width: int) -> None:
    visitor = visit_simulated("?view=model-types&dataset=v2", width=width)
    band = visitor.page.locator(BESIDE)
    summary = band.locator("summary")
    expect(summary).to_contain_text("under 6 rules")
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
    expect(visitor.page.locator(".tile", has_text="Age of the data").locator(".band")).to_be_hidden()


def test_under_other_filters_there_is_no_band_and_the_page_says_why(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=model-types&dataset=v2&at_most=8")
    expect(visitor.page.locator(BESIDE)).to_be_hidden()
    expect(visitor.page.locator(".band-note")).to_have_text(NO_BAND)
