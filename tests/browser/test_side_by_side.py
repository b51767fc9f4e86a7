"""Side by side in a real Chromium: two columns or one, a choice in the address, Back, text of strangers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from tests.comparing.worlds import build_two_days
from tests.conftest import Until

from .conftest import SMALLEST_TARGET, Visitor, _serve, _visitors

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
READY = "[role=status] h3 >> text=Left"
RANGES = """() => {
const figures = Bokeh.documents.flatMap((one) => [...one.all_models]).filter((model) => model.type === 'Figure');
return figures.map(({x_range, y_range}) => [x_range.start, x_range.end, y_range.start, y_range.end]);
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("side-by-side")
    build_two_days(folder)
    yield from _serve(folder)


@pytest.fixture
def come(chromium: Browser, address: str) -> Iterator[Visit]:
    yield from _visitors(chromium, address)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_a_view_is_shown_twice_on_one_scale_and_choices_are_in_the_address(
    come: Visit, until: Until, width: int, scheme: str
) -> None:
    visitor = come("?view=model-types&dataset=v2", width=width, height=2600, theme=scheme)
    page = visitor.page
    page.set_default_timeout(20_000)
    page.get_by_role("link", name="Compare side by side").click()
    visitor.wait_for_search("right=view%3Dmodel-types")
    expect(page.get_by_text("Both sides show the same.")).to_be_visible()
    snapshot = page.locator("#left-snapshot")
    snapshot.select_option(index=1)
    expect(page.get_by_text("Both sides show the same.")).to_be_hidden()
    expect(page.get_by_text("data of 1 Jul 2024, snapshot")).to_be_visible()
    cards = page.get_by_role("heading", name="New models per week")
    expect(cards.nth(0)).to_have_text("Left: New models per week")
    expect(cards.nth(1)).to_have_text("Right: New models per week")
    visitor.wait_until(f"(({RANGES})()).length >= 4")
    visitor.settle(f"({RANGES})()")
    until(lambda: (visitor.box(cards.nth(0))["y"] == visitor.box(cards.nth(1))["y"]) == (width == 1280))
    assert visitor.box(cards.nth(0))["x"] < 100
    tables = page.get_by_role("link", name=re.compile("^(CSV|JSON|SQL) "))
    expect(tables.nth(3)).to_be_visible()
    assert all(min(box["width"], box["height"]) >= SMALLEST_TARGET for box in map(visitor.box, tables.all()))
    visitor.wait_until(f"(([left, right]) => `${{left}}` === `${{right}}`)(({RANGES})().slice(-4))")
    assert visitor.ask("document.documentElement.scrollWidth") == width
    page.locator("#right-address").fill("?view=nothing")
    page.locator("#right-address").press("Enter")
    expect(page.get_by_text("The right side names no view.")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("The right side names no view.")).to_be_hidden()
    assert visitor.complaints == []
    assert visitor.strangers == []


def test_text_of_strangers_in_the_address_is_shown_as_text(come: Visit) -> None:
    text = '<img src=x onerror="window.__canary=1">{{7*7}}'
    left = urlencode({"view": "model-types", "dataset": text, "types": text, text: text})
    right = urlencode({"view": text, "snapshot": text})
    visitor = come("?" + urlencode({"view": "beside", "left": left, "right": right}), first=READY)
    visitor.page.get_by_text("There is no dataset").wait_for()
    visitor.page.wait_for_timeout(300)
    assert visitor.ask("window.__canary === undefined")
    assert visitor.page.locator("img").count() == 0
    assert visitor.complaints == []
