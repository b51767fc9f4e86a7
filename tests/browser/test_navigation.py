"""Finding one's way in a real Chromium: the navigation with many views, Back and Forward, links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from .conftest import ROOT, Visitor, _serve, _visitors

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PLANNED = {"People": ("Returning contributors",)}
"""Views that the page is to have: with the present ones twenty-two."""
SERVE = f"""
import runpy
from oss_ai_monitor.app import session
from oss_ai_monitor.perspectives import ModelTypes, all_perspectives
planned = {PLANNED!r}
kinds = [
    type("View", (ModelTypes,), {{"title": title, "slug": title.lower().replace(" ", "-"), "group": group}})
    for group, titles in planned.items() for title in titles
]
session.all_perspectives = (*all_perspectives, *kinds)
runpy.run_path({str(ROOT / "serve.py")!r})
"""


@pytest.fixture(scope="module")
def twenty_views(small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("twenty") / "twenty.py"
    script.write_text(SERVE)
    yield from _serve(small_warehouse, script)


@pytest.fixture
def visit_twenty(chromium: Browser, twenty_views: str) -> Iterator[Visit]:
    yield from _visitors(chromium, twenty_views)


def groups(visitor: Visitor) -> Any:
    return visitor.page.get_by_role("toolbar", name="Groups of views")


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_twenty_views_are_each_two_clicks_away_and_nothing_is_cut(visit_twenty: Visit, width: int) -> None:
    visitor = visit_twenty("?view=model-types&dataset=v2", width=width, height=700)
    buttons = groups(visitor).get_by_role("button")
    expect(buttons).to_have_text(["Models", "Scores", "Use", "People", "Data"])
    boxes = [visitor.box(groups(visitor).get_by_role("link", name="Overview"))]
    titles = ["Overview"]
    for button in buttons.all():
        boxes.append(visitor.box(button))
        button.click()
        links = groups(visitor).locator("ul:popover-open a")
        titles += links.all_inner_texts()
        boxes += [visitor.box(link) for link in links.all()]
        visitor.page.keyboard.press("Escape")
        expect(button).to_be_focused()
    assert len(titles) == len(set(titles)) == 22
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 700
        assert box["height"] >= 24  # the least size of a target in WCAG 2.2
    assert visitor.ask("document.documentElement.scrollWidth") == width
    visitor.go_to("Concentration")
    visitor.wait_for_search("view=concentration")
    expect(groups(visitor).get_by_role("button", name="Use")).to_have_class("active")


def test_the_navigation_is_one_stop_and_arrows_move_in_it(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v2")
    keyboard, models = visitor.page.keyboard, groups(visitor).get_by_role("button", name="Models")
    expect(models).to_have_attribute("aria-expanded", "false")
    models.focus()
    for key, name in [("ArrowRight", "Scores"), ("End", "Data"), ("ArrowRight", "Overview"), ("ArrowRight", "Models")]:
        keyboard.press(key)
        expect(groups(visitor).get_by_text(name, exact=True)).to_be_focused()
    keyboard.press("ArrowDown")
    expect(models).to_have_attribute("aria-expanded", "true")
    current = groups(visitor).get_by_role("link", name="Model types")
    expect(current).to_be_focused()
    expect(current).to_have_attribute("aria-current", "page")
    keyboard.press("ArrowUp")
    expect(groups(visitor).get_by_role("link", name="Lineage")).to_be_focused()
    keyboard.press("Escape")
    expect(models).to_be_focused()
    expect(models).to_have_attribute("aria-expanded", "false")
    keyboard.press("Tab")
    assert visitor.ask("!document.activeElement.shadowRoot?.activeElement?.closest('nav')")


def test_a_link_of_the_navigation_keeps_the_choices_in_another_tab(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1&unit=month&types=chat")
    link = groups(visitor).locator("a", has_text="Releases")
    href = str(link.get_attribute("href"))
    assert href.startswith("?view=releases&dataset=v1&")
    assert "unit=month" in href
    assert "types" not in href


def marked(visitor: Visitor) -> Visitor:
    visitor.ask("() => { window.__mark = true; }")
    return visitor


def question(visitor: Visitor, text: str) -> None:
    visitor.page.locator("h2:visible", has_text=text).wait_for()


def test_back_and_forward_move_between_views_and_states_without_a_reload(visit: Visit) -> None:
    visitor = marked(visit("?view=model-types&dataset=v2&unit=week"))
    start = visitor.wait_for_search("to=")
    visitor.choose("Month")
    visitor.wait_for_search("unit=month")
    visitor.go_to("Base models")
    base_models = visitor.wait_for_search("view=base-models")
    question(visitor, "How fast does a base model improve")
    visitor.go_to("SQL")
    visitor.wait_for_search("view=sql")
    question(visitor, "Ask the warehouse")
    visitor.page.go_back()
    question(visitor, "How fast does a base model improve")
    assert visitor.ask("location.search") == base_models
    visitor.page.go_back()
    question(visitor, "What kinds of models appear")
    expect(visitor.page.get_by_role("radio", name="Month")).to_be_checked()
    visitor.page.go_back()
    expect(visitor.page.get_by_role("radio", name="Week")).to_be_checked()
    assert visitor.ask("location.search") == start
    visitor.page.go_forward()
    expect(visitor.page.get_by_role("radio", name="Month")).to_be_checked()
    visitor.page.go_forward()
    question(visitor, "How fast does a base model improve")
    assert visitor.ask("document.title") == "Base models · Open-Source AI Monitor"
    assert visitor.ask("window.__mark")
    assert visitor.complaints == []


def test_rapid_steps_end_where_the_address_is(visit: Visit) -> None:
    visitor = marked(visit("?view=model-types&dataset=v2&unit=month"))
    for title in ("Releases", "Architectures", "Method"):
        visitor.go_to(title)
        visitor.wait_for_search(f"view={title.lower()}")
    length = visitor.ask("history.length")
    # each step when the browser has taken the one before, long before the server has answered it
    visitor.ask("""() => {
      const steps = [() => history.back(), () => history.forward()];
      addEventListener("popstate", () => steps.shift()?.());
      history.back();
    }""")
    visitor.wait_for_search("view=architectures")
    question(visitor, "Which architectures rise")
    visitor.page.wait_for_timeout(700)
    visitor.wait_for_search("view=architectures")
    question(visitor, "Which architectures rise")
    assert visitor.ask("history.length") == length
    assert visitor.ask("window.__mark")


def test_an_unknown_address_in_the_history_shows_the_first_view_and_says_why(visit: Visit) -> None:
    visitor = marked(visit("?view=model-types&dataset=v2&unit=month"))
    visitor.ask("""() => {
      history.pushState({}, "", "?view=none-such&dataset=no&q=\\ud83d");
      history.pushState({}, "", "?view=releases");
    }""")
    visitor.page.go_back()
    visitor.page.get_by_text("There is no page “none-such”: showing Overview.").wait_for()
    visitor.wait_for_search("view=overview&dataset=v2")
    question(visitor, "Where does open-source AI stand?")
    visitor.page.go_back()
    question(visitor, "What kinds of models appear")
    expect(visitor.page.get_by_text("There is no page")).to_have_count(0)
    assert visitor.ask("window.__mark")


def test_a_link_to_another_state_of_the_page_needs_no_reload(visit: Visit) -> None:
    visitor = marked(visit("?view=model-types&dataset=v2&unit=month"))
    visitor.ask("""() => {
      const link = document.createElement("a");
      Object.assign(link, {href: "?view=releases&dataset=v1", textContent: "a link"});
      link.style = "position: fixed; top: 0; left: 0; z-index: 9999";
      document.body.append(link);
    }""")
    visitor.page.get_by_role("link", name="a link").click()
    visitor.wait_for_search("view=releases&dataset=v1&from=")
    question(visitor, "What happens around a big release?")
    visitor.page.go_back()
    question(visitor, "What kinds of models appear")
    visitor.wait_for_search("dataset=v2", "unit=month")
    assert visitor.ask("window.__mark")
