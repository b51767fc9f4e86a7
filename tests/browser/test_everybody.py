"""The page for everybody, in a real Chromium: by keyboard, with a screen reader, in both themes, with little motion."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from .conftest import SLUGS, Visitor, new_context

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
START = "?view=model-types&dataset=v2&unit=month"
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""Rules of axe that see colours: on a dark page the elements are those of a light one."""
FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const parts = [];
  for (let part = element; part; part = part.parentNode ?? part.host) parts.push(part);
  const is_within = (selector) => parts.some((part) => part.matches?.(selector));
  return {
    name: element.ariaLabel ?? element.labels?.[0]?.textContent ?? element.textContent,
    is_content: is_within(".views"), is_filter: is_within("[aria-label=Filters]"),
  };
}"""


def stops(visitor: Visitor, times: int) -> list[dict[str, Any]]:
    """What the Tab key leads to, one after the other."""
    reached = []
    for _ in range(times):
        visitor.page.keyboard.press("Tab")
        reached.append(visitor.ask(FOCUSED))
    return reached


@pytest.mark.parametrize("width", [390, 1280])
def test_the_content_comes_after_at_most_six_stops_and_the_filters_after_it(visit: Visit, width: int) -> None:
    visitor = visit(START, width=width)
    visitor.settle()
    reached = stops(visitor, 7)
    assert [stop["name"] for stop in reached[:2]] == ["Skip to the content", "Skip to the filters"]
    assert reached[-1]["is_content"], reached
    assert not any(stop["is_filter"] for stop in reached)


@pytest.mark.parametrize(("shortcut", "key"), [("content", "is_content"), ("filters", "is_filter")])
def test_shortcuts_lead_to_the_content_and_to_the_filters(visit: Visit, shortcut: str, key: str) -> None:
    visitor = visit(START)
    visitor.settle()
    button = visitor.page.get_by_role("button", name=f"Skip to the {shortcut}")
    expect(button).not_to_be_in_viewport()
    button.focus()
    expect(button).to_be_in_viewport(ratio=1)
    visitor.page.keyboard.press("Enter")
    visitor.wait_until(f"({FOCUSED})().{key}")
    visitor.go_to("Method")
    visitor.wait_for_search("view=method")
    expect(visitor.page.get_by_role("button", name="Skip to the filters")).to_have_count(0)


def axe_options(theme: str) -> dict[str, Any]:
    """Every rule on a light page; on a dark one, whose elements are the same, those that see colours."""
    return {"resultTypes": ["violations"]} | ({"runOnly": COLOUR_RULES} if theme == "dark" else {})


@pytest.mark.timeout(1800)
def test_axe_finds_nothing_on_any_view(chromium: Browser, served: str) -> None:
    """No violation of any level, best practices included, and one h1; on the dark page, none of what colours decide."""
    sync = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = new_context(chromium, viewport={"width": 1280, "height": 900}, color_scheme="light")
    visitor = Visitor(context.new_page(), served).open(START)
    toggle = visitor.page.get_by_role("button", name="Toggle theme")
    themes, violations = ["light", "dark"], {}
    for title, slug in SLUGS.items():
        visitor.go_to(title)
        visitor.wait_for_search(f"view={slug}")
        for theme in themes:
            expect(toggle).to_have_attribute("aria-pressed", str(theme == "dark").lower())
            visitor.settle()
            expect(visitor.page.locator("h1:visible")).to_have_count(1)
            complaints = sync.Axe().run(visitor.page, options=axe_options(theme)).response["violations"]
            violations |= {
                f"{title}, {theme}: {one['id']}": [node["target"] for node in one["nodes"]][:3] for one in complaints
            }
            if theme == themes[0]:
                toggle.click()
        themes.reverse()  # the next view is drawn in the theme that this one ends in: every other one in the dark
    context.close()
    assert violations == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_of_models_in_tables_and_in_dialogs(
    chromium: Browser, served: str, theme: Any
) -> None:
    sync = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = new_context(chromium, viewport={"width": 1280, "height": 900}, color_scheme=theme)
    visitor, violations = Visitor(context.new_page(), served), {}

    def check(subject: str) -> None:
        expect(visitor.page.locator("h1:visible")).to_have_count(1)
        complaints = sync.Axe().run(visitor.page, options=axe_options(theme)).response["violations"]
        violations.update(
            {f"{subject}: {one['id']}": [node["target"] for node in one["nodes"]][:3] for one in complaints}
        )

    for page in ("model=author-3/plain-26", "owner=author-3", "model=nobody/has-this"):
        visitor.open(f"?{page}", first="h2")
        check(page)
    for view in ("model-types", "score-progress"):  # a wide table, and one with a field for a filter in each column
        visitor.open(f"?view={view}&dataset=v2&unit=month")
        visitor.page.get_by_role("button", name=re.compile("^Table of ")).last.click()
        visitor.page.get_by_role("grid").filter(has=visitor.page.get_by_role("gridcell")).wait_for()
        check(f"table of {view}")
    visitor.open("?view=sql", first=".sql-page[data-ready]")
    visitor.page.get_by_role("button", name="Run").click()
    visitor.page.get_by_role("gridcell").first.wait_for()
    check("answer of SQL")
    visitor.open("?view=model-types&dataset=v2&unit=month")
    for button in ("Data of", "Cite"):
        visitor.page.get_by_role("button", name=re.compile(f"^{button} ")).first.click()
        visitor.page.get_by_role("dialog").wait_for()
        check(f"dialog of {button}")
        visitor.page.keyboard.press("Escape")
    context.close()
    assert violations == {}


def test_a_term_of_the_glossary_is_explained_by_keyboard(visit: Visit) -> None:
    visitor = visit(START)
    visitor.settle()
    term = visitor.page.locator(".note abbr:visible").first
    term.focus()
    visitor.page.keyboard.press("Shift+Tab")
    visitor.page.keyboard.press("Tab")
    expect(term).to_be_focused()
    bubble = visitor.page.get_by_role("tooltip")
    expect(bubble).to_be_visible()
    expect(term).to_have_attribute("aria-description", bubble.inner_text())
    visitor.page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()


def test_little_motion_is_honoured(chromium: Browser, served: str) -> None:
    context = new_context(chromium, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    visitor = Visitor(context.new_page(), served).open(START)
    moving = visitor.ask("""() => {
      const within = (one) => (one.shadowRoot ? all(one.shadowRoot) : []);
      const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...within(one)]);
      return all(document).filter((one) => getComputedStyle(one).animationName !== "none").map((one) => one.className);
    }""")
    context.close()
    assert moving == []


def test_nothing_light_is_painted_before_the_dark_page(chromium: Browser, served: str) -> None:
    """Frames of a screencast, from the first one of the page on: none is light."""
    context = new_context(chromium, viewport={"width": 800, "height": 600}, color_scheme="dark")
    page = context.new_page()
    page.add_init_script("""
      window.__painted = [];
      const look = () => {
        const back = document.body && getComputedStyle(document.body).backgroundColor;
        const root = document.querySelector("body > [data-root-id] > *");
        const main = root?.shadowRoot?.querySelector("main");
        const is_shown = main && getComputedStyle(root).opacity !== "0";
        window.__painted.push(back, is_shown ? getComputedStyle(main).backgroundColor : null);
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    """)
    visitor = Visitor(page, served).open(START)
    visitor.settle()
    painted = {colour for colour in visitor.ask("window.__painted") if colour}
    context.close()
    assert painted == {"rgb(17, 20, 24)"}  # #111418 of the dark theme


def test_no_sheet_covers_the_page_while_it_loads(chromium: Browser, served: str) -> None:
    context = new_context(chromium, viewport={"width": 1280, "height": 900})
    visitor = Visitor(context.new_page(), served).open(START)
    assert visitor.ask("document.getElementById('loader')") is None
    on_top = "document.elementFromPoint(640, 450).closest('[data-root-id]') !== null"
    visitor.wait_until(on_top)
    context.close()


def test_choices_are_cleared_and_reduced_to_one(visit: Visit) -> None:
    visitor = visit(START + "&types=chat,merge")
    types = visitor.page.get_by_role("group", name="Types")
    expect(types.get_by_text("all", exact=True)).to_be_hidden()
    visitor.page.get_by_role("button", name="Only pretrained").click(force=True)
    visitor.wait_for_search("types=pretrained")
    expect(types.get_by_role("checkbox", checked=True)).to_have_count(1)
    visitor.page.get_by_role("button", name="Clear: Types").click()
    visitor.wait_until("!location.search.includes('types=')")
    expect(types.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(types.get_by_text("all", exact=True)).to_be_visible()


def test_a_list_of_choices_is_searched_cleared_and_reduced_to_one(visit: Visit) -> None:
    visitor = visit(START)
    sizes = visitor.page.get_by_role("combobox", name=re.compile("^Size"))
    chips = visitor.page.locator(".chip")
    sizes.fill("9")
    expect(visitor.page.get_by_role("listbox").get_by_role("option")).to_have_text(["3–9", "9–20"])
    for name in ("3–9", "9–20"):
        visitor.page.get_by_role("option", name=name).click()
    expect(chips).to_have_count(2)
    visitor.page.get_by_role("button", name="Only 9–20").click(force=True)
    expect(chips).to_have_count(1)
    visitor.wait_until("new URLSearchParams(location.search).get('sizes') === '9–20'")
    visitor.page.get_by_role("button", name=re.compile("^Clear: Size")).click()
    expect(chips).to_have_count(0)
    expect(sizes).to_have_attribute("placeholder", "all sizes")
