"""Then and now in a real Chromium: a click on a step, the choices, Back, narrow and dark, text of strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.comparing.worlds import HOSTILE, build_two_days

from .conftest import Visitor, _serve, _visitors

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
ADDRESS = "?view=then-and-now&dataset=v2&figure=best-average&then=2024-07-01&now=2024-07-05"
READY = "[role=status] >> text=Best average"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("then-and-now")
    build_two_days(folder)
    yield from _serve(folder)


@pytest.fixture
def come(chromium: Browser, address: str) -> Iterator[Visit]:
    yield from _visitors(chromium, address)


def boxes_of(region: Locator) -> list[Any]:
    """Return where the cells of the first row are: of one moment, for the page moves while it is drawn."""
    boxes = (
        "[...region.querySelectorAll('tbody tr:first-child > *')].map(cell => cell.getBoundingClientRect().toJSON())"
    )
    return list(region.evaluate(f"region => {boxes}"))


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_a_click_on_a_step_shows_its_models_and_the_choices_are_in_the_address(
    come: Visit, width: int, scheme: str
) -> None:
    visitor = come(ADDRESS, width=width, height=1700, first=READY, theme=scheme)
    page = visitor.page
    page.set_default_timeout(20_000)
    expect(page.get_by_role("heading", name="Models gone: 2 models")).to_be_visible()
    box = visitor.box(page.locator("canvas").first)
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + 4.5 * 27)  # the fifth of six rows
    expect(page.get_by_role("heading", name="New models: 1 model")).to_be_visible()
    visitor.wait_for_search("step=new")
    expect(page.get_by_role("link", name=HOSTILE).first).to_be_visible()  # as text
    page.get_by_role("button", name="Cite Best average").click()
    text = page.get_by_role("dialog").locator("pre").first
    expect(text).to_contain_text("Best average: 1 Jul 2024 and 5 Jul 2024")
    expect(text).to_contain_text(f"Link: {visitor.ask('location.origin + location.pathname')}?view=then-and-now&")
    page.keyboard.press("Escape")
    for name in ("SQL then", "SQL now"):
        expect(page.get_by_role("link", name=f"{name} Best average")).to_be_attached()
    expect(page.get_by_role("link", name="CSV Best average")).to_have_count(0)  # panel serve has no tables by address
    page.get_by_label("Figure", exact=True).select_option("permissive-share")
    expect(page.get_by_role("heading", name="Other licence: 1 model")).to_be_visible()
    visitor.wait_for_search("figure=permissive-share")
    page.get_by_role("link", name="New models").click()
    visitor.wait_for_search("step=new")
    assert visitor.ask("document.documentElement.scrollWidth") == width
    page.go_back()
    visitor.wait_for_search("step=licence")
    assert visitor.complaints == []
    assert visitor.strangers == []


def test_text_of_strangers_in_the_address_is_shown_as_text(come: Visit) -> None:
    text = '<img src=x onerror="window.__canary=1">{{7*7}}'
    choices = dict.fromkeys(("dataset", "figure", "then", "now", "step"), text)
    visitor = come("?" + urlencode({"view": "then-and-now"} | choices), first=READY)
    visitor.page.get_by_text("is no date like").first.wait_for()
    visitor.page.wait_for_timeout(300)
    assert visitor.ask("window.__canary === undefined")
    assert visitor.page.locator("img").count() == 0
    visitor.wait_for_search("figure=best-average")
    assert visitor.complaints == []


def test_on_a_narrow_screen_why_stands_below_the_name_and_nothing_scrolls_sideways(come: Visit) -> None:
    page = come(f"{ADDRESS}&step=evaluation", width=390, height=1700, first=READY).page
    region = page.get_by_role("region", name="Other evaluation")
    name, then, now, why = boxes_of(region)  # a best score has no parts
    assert name["bottom"] <= then["top"] == now["top"]
    assert then["bottom"] <= why["top"]
    assert why["height"] < 80
    assert region.evaluate("region => region.scrollWidth <= region.clientWidth")
    steps = page.get_by_role("region", name="Steps")
    assert steps.evaluate("region => region.scrollWidth <= region.clientWidth")
    value = steps.get_by_role("cell").filter(has_text="49.00").first
    expect(value).to_be_visible()
    wide = come(f"{ADDRESS}&step=evaluation", first=READY).page
    name, then, now, why = boxes_of(wide.get_by_role("region", name="Other evaluation"))
    assert name["top"] == then["top"] == now["top"] == why["top"]
