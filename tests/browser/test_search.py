"""The search box in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
START = "?view=model-types&dataset=v2&unit=month"


def box(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("combobox", name="Search models, owners, families and releases")


def results(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("listbox", name="Results").get_by_role("option")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_slash_leads_to_the_search_and_a_result_to_its_address(visit: Visit, width: int) -> None:
    visitor = visit(START, width=width)
    visitor.ask("() => { window.__mark = true; }")
    visitor.page.keyboard.press("/")
    expect(box(visitor)).to_be_focused()
    visitor.page.keyboard.type("author-3/plain-3")
    expect(results(visitor).first).to_contain_text("author-3/plain-3")
    for result in results(visitor).all():
        frame = visitor.box(result)
        assert frame["x"] >= 0
        assert frame["x"] + frame["width"] <= width
    first = results(visitor).first
    expect(box(visitor)).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    name = first.locator(".name").inner_text()
    searches: list[str] = []
    visitor.page.expose_function("record", lambda search: searches.append(search))
    visitor.ask("() => window.addEventListener('oss-ai-monitor-go', ({detail}) => window.record(detail))")
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.keyboard.press("Enter")
    expect(box(visitor)).to_have_value("")
    visitor.page.get_by_role("heading", name=name, exact=True).wait_for()
    assert visitor.ask("window.__mark"), "without a reload"
    assert len(searches) == 1
    assert parse_qs(searches[0].removeprefix("?"))["model"] == [name]


def test_enter_at_the_name_of_a_release_shows_its_derivatives(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=model-types&dataset=hub")
    box(visitor).fill("gemma 3")
    expect(results(visitor).first).to_contain_text("released 12 Mar 2025")
    box(visitor).press("Enter")
    visitor.wait_for_search("view=releases", "release=gemma-3")
    visitor.page.get_by_role("heading", name="Declared derivatives of Gemma 3 per day").wait_for()
    assert visitor.complaints == []


def test_escape_leaves_and_a_slash_in_a_text_is_a_slash(visit: Visit) -> None:
    visitor = visit(START)
    box(visitor).fill("author")
    results(visitor).first.wait_for()
    box(visitor).press("Escape")
    expect(results(visitor)).to_have_count(0)
    expect(box(visitor)).to_have_value("")
    expect(box(visitor)).not_to_be_focused()
    box(visitor).fill("a")
    visitor.page.keyboard.press("/")
    expect(box(visitor)).to_have_value("a/")


def test_names_are_shown_as_text_and_what_is_not_there_is_said(visit: Visit) -> None:
    visitor = visit(START)
    box(visitor).fill("<img src=x")
    expect(results(visitor).first).to_contain_text("<img src=x onerror=alert(1)>")
    box(visitor).fill("no such name")
    visitor.page.get_by_text("No model, owner, family or release has “no such name” in its name.").wait_for()
    expect(results(visitor)).to_have_count(0)
    assert visitor.complaints == []


def test_what_is_typed_last_is_what_is_shown(visit: Visit) -> None:
    visitor = visit(START)
    box(visitor).press_sequentially("author-1")
    box(visitor).fill("author-22/")
    visitor.page.wait_for_timeout(1200)
    texts = results(visitor).all_inner_texts()
    assert texts
    assert all("author-22/" in text for text in texts)
