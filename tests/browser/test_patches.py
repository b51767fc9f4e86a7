"""What a real browser sends of itself: nothing of it is refused, on any page, whatever a reader does there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.server.conftest import Host, serving

from .conftest import PLOT, TITLES, Visitor, new_context
from .test_sql import READY, run

pytestmark = pytest.mark.browser
QUESTION = (
    "select date '2024-01-01' + n::int as day, n % 4 as k, 'name' || (n % 4) as who, n * 2 as m from range(90) t(n)"
)


@pytest.fixture(scope="module")
def host(small_warehouse: Path) -> Iterator[Host]:
    with serving(small_warehouse) as host:
        yield host


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = new_context(chromium, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def turned_away(host: Host) -> list[str]:
    """What the server has logged of refused patches and of closed connections."""
    return [line for line in host.lines().splitlines() if "turned away" in line or " level=error" in line]


def move(visitor: Visitor, figure: Locator) -> None:
    """Zoom, drag, click and leave a chart."""
    box = visitor.box(figure)
    mouse, x, y = visitor.page.mouse, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.wheel(0, -300)
    mouse.down()
    mouse.move(x + 80, y + 20, steps=4)
    mouse.up()
    mouse.click(x, y)
    mouse.dblclick(x, y)
    mouse.move(5, 5)


def test_every_perspective_and_what_surrounds_it(host: Host, page: Page) -> None:
    visitor = Visitor(page, f"{host.root}/serve").open("?view=model-types&dataset=v2&unit=nonsense")
    page.get_by_role("button", name="Close", exact=True).click()  # of the notice about the unit
    for title in TITLES:
        before = visitor.ask("location.search")
        visitor.go_to(title)
        page.wait_for_function("(before) => location.search !== before", arg=before)
    visitor.go_to("Model types")
    visitor.wait_for_search("view=model-types")
    move(visitor, page.locator(".bk-Figure:visible").first)
    page.locator("button:visible", has_text="Table").first.click()
    page.locator(".tabulator-row:visible").first.wait_for()
    page.get_by_role("button", name="Toggle theme").click()
    page.get_by_role("button", name="Close drawer").click()
    page.set_viewport_size({"width": 700, "height": 800})
    page.get_by_role("button", name="Open drawer").click()
    visitor.choose("Week")
    visitor.wait_for_search("unit=week")
    assert turned_away(host) == []
    assert visitor.complaints == []


def test_the_sql_page_with_its_table_and_its_chart(host: Host, page: Page) -> None:
    visitor = Visitor(page, f"{host.root}/serve").open("?view=sql&dataset=v2", first=READY)
    run(visitor, QUESTION, "90 rows in")
    page.locator(".tabulator-row").first.wait_for()
    page.locator(".tabulator-col-title").nth(1).click()
    page.locator(".tabulator-page", has_text="2").first.click()
    page.locator(".tabulator-header-filter input").first.fill("2024-02")
    visitor.press("Chart")
    figure = page.locator(".bk-Figure:visible").last
    figure.wait_for()
    choice = page.locator(".MuiSelect-select").first
    before = choice.inner_text()
    choice.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(choice).not_to_have_text(before)
    visitor.wait_until(f"{PLOT}.some((plot) => plot.renderers[0].glyph.type.endsWith('Bar'))")  # the choice was applied
    page.locator(".bk-Figure:visible").last.wait_for()
    move(visitor, page.locator(".bk-Figure:visible").last)
    page.get_by_role("button", name="Toggle theme").click()
    visitor.press("Table")
    page.locator(".tabulator-row").first.wait_for()
    assert turned_away(host) == []
    assert visitor.complaints == []
