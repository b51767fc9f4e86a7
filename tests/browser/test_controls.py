"""The controls of the sidebar in a real Chromium: by keyboard, by their labels, and with the focus where it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
SIZES = "Size (B parameters)"


def chips(visitor: Visitor) -> Locator:
    """The buttons that remove what is chosen."""
    return visitor.page.get_by_role("button", name=re.compile("^Remove "), include_hidden=True)


def listed(visitor: Visitor) -> Locator:
    """The options of the open list."""
    return visitor.page.get_by_role("listbox").get_by_role("option")


def test_a_multiple_choice_is_made_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1")
    box, keyboard = visitor.page.get_by_role("combobox", name=SIZES), visitor.page.keyboard
    expect(box).to_have_attribute("placeholder", "all sizes")
    box.focus()
    expect(box).to_have_attribute("aria-expanded", "false")  # the focus alone opens nothing
    keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    names = listed(visitor).all_text_contents()
    keyboard.press("Enter")
    visitor.wait_for_search("sizes=")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(chips(visitor)).to_have_count(2)
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "true")  # it stays open while several are chosen
    expect(listed(visitor).and_(visitor.page.get_by_role("option", selected=True))).to_have_text(names[:2])
    keyboard.press("Enter")  # the same once more
    expect(chips(visitor)).to_have_count(1)
    keyboard.type(names[-1])
    expect(listed(visitor)).to_have_text([names[-1]])
    keyboard.press("Enter")
    expect(chips(visitor)).to_have_count(2)
    keyboard.press("Escape")
    expect(visitor.page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_value("")
    keyboard.press("Backspace")
    expect(chips(visitor)).to_have_count(1)
    keyboard.press("Backspace")
    expect(chips(visitor)).to_have_count(0)
    visitor.wait_until("!location.search.includes('sizes')")
    expect(box).to_be_focused()
    assert visitor.complaints == []


def test_a_chip_is_removed_by_its_button_and_the_arrows_go_round(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1&sizes=%3C%203")
    visitor.page.get_by_role("button", name="Remove < 3").click()
    visitor.wait_until("!location.search.includes('sizes')")
    box = visitor.page.get_by_role("combobox", name=SIZES)
    box.click()
    visitor.page.keyboard.press("ArrowUp")
    last = listed(visitor).last
    expect(box).to_have_attribute("aria-activedescendant", str(last.get_attribute("id")))
    visitor.page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", str(listed(visitor).first.get_attribute("id")))
    visitor.page.get_by_role("button", name="Models", exact=True).focus()
    expect(visitor.page.get_by_role("listbox")).to_have_count(0)


def test_switch_segments_and_menu_are_the_browsers_own(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=model-types&dataset=hub&unit=month")
    keyboard = visitor.page.keyboard
    visitor.page.get_by_role("radio", name="Month").focus()
    keyboard.press("ArrowLeft")
    visitor.wait_for_search("unit=week")
    expect(visitor.page.get_by_role("radio", name="Week")).to_be_focused()
    expect(visitor.page.get_by_role("group", name="Unit").get_by_role("radio")).to_have_count(3)
    switch = visitor.page.get_by_role("switch", name=re.compile(r"^Text generation only \(hides [\d,]+\)$"))
    switch.focus()
    keyboard.press("Space")
    visitor.wait_for_search("text_generation=no")
    switch = visitor.page.get_by_role("switch", name=re.compile(r"^Text generation only \(would hide [\d,]+\)$"))
    expect(switch).to_be_focused()
    expect(switch).not_to_be_checked()
    visitor.page.get_by_label("Dataset").select_option(label="Open LLM Leaderboard v2")
    visitor.wait_for_search("dataset=v2")
    expect(visitor.page.get_by_label("Score", exact=True)).to_have_count(0)
    expect(visitor.page.get_by_role("switch")).to_have_count(1)
    visitor.go_to("Score progress")
    expect(visitor.page.get_by_label("Score", exact=True)).to_have_count(1)
    assert visitor.complaints == []


def test_dates_are_sent_when_both_are_dates_within_the_data_and_in_order(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v2&from=2024-01-01&to=2024-06-15")
    dates = visitor.page.get_by_role("group", name="Dates")
    first, last = dates.get_by_label("first day"), dates.get_by_label("last day")
    expect(dates).to_contain_text("1 Jan 2024")
    expect(dates).to_contain_text("15 Jun 2024")
    first.fill("2024-02-03")
    visitor.wait_for_search("from=2024-02-03", "to=2024-06-15")
    last.fill("2024-01-20")  # before the first
    expect(last).to_have_attribute("aria-invalid", "true")
    visitor.page.wait_for_timeout(300)
    assert "to=2024-06-15" in visitor.ask("location.search")
    visitor.page.get_by_role("radio", name="Month").focus()
    expect(last).to_have_value("2024-06-15")
    expect(last).to_have_attribute("aria-invalid", "false")
    last.fill("2031-01-01")  # after the data
    visitor.page.get_by_role("radio", name="Month").focus()
    expect(last).to_have_value("2024-06-15")
    assert visitor.complaints == []


def test_a_date_is_taken_when_it_is_typed_whole(visit: Visit) -> None:
    """A browser calls it changed after each digit; a page drawn after the first one swallowed the next."""
    visitor = visit("?view=model-types&dataset=v2&from=2024-01-01&to=2024-06-15")
    last = visitor.page.get_by_role("group", name="Dates").get_by_label("last day")
    last.focus()
    visitor.page.keyboard.type("03122024", delay=60)  # as mm/dd/yyyy, which Chromium has here
    visitor.wait_for_search("to=2024-03-12")
    expect(last).to_have_value("2024-03-12")
    expect(last).to_be_focused()
    last.fill("2024-04-02")
    last.press("Enter")
    visitor.wait_for_search("to=2024-04-02", "from=2024-01-01")


def test_an_author_is_searched_added_and_removed_by_keyboard(visit: Visit) -> None:
    visitor = visit("?view=author-activity&dataset=v2")
    box, keyboard = visitor.page.get_by_role("combobox", name="Add an author"), visitor.page.keyboard
    box.focus()
    keyboard.type("a")
    expect(visitor.page.get_by_role("listbox")).to_have_count(0)
    keyboard.type("uthor-no")
    expect(listed(visitor)).to_have_text(["nothing matches"])
    keyboard.press("Enter")
    assert "added" not in visitor.ask("location.search")
    for _ in range(2):
        keyboard.press("Backspace")
    keyboard.type("22")
    expect(listed(visitor)).to_have_text(["author-22"])
    keyboard.press("Enter")
    visitor.wait_for_search("added=author-22")
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    added = visitor.page.get_by_role("group", name="Added")
    expect(added.locator(".chip > span")).to_have_text("author-22")
    added.get_by_role("button", name="Remove author-22").click()
    visitor.wait_until("!location.search.includes('added')")
    third = visitor.page.get_by_role("group", name="Authors", exact=True).get_by_role("checkbox").nth(2)
    third.check()
    visitor.wait_for_search(f"authors={third.get_attribute('value')}")
    expect(third).to_be_focused()
    assert visitor.complaints == []


def test_what_the_server_refuses_is_put_back(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1&unit=month")
    week = visitor.page.get_by_role("radio", name="Week")
    week.evaluate("(input) => { input.value = 'year'; }")
    week.check(force=True, trial=True)
    week.dispatch_event("click")
    expect(visitor.page.get_by_role("radio", name="Month")).to_be_checked()
    assert "unit=month" in visitor.ask("location.search")
    assert visitor.complaints == []


def test_quick_changes_are_all_kept(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1")
    types = visitor.page.get_by_role("group", name="Types").get_by_role("checkbox")
    types.last.wait_for()
    types.evaluate_all("(boxes) => boxes.forEach((box) => box.click())")
    number = types.count()
    expect(visitor.page.get_by_role("checkbox", checked=True)).to_have_count(number)
    visitor.page.wait_for_timeout(800)
    expect(visitor.page.get_by_role("checkbox", checked=True)).to_have_count(number)
    visitor.wait_until(f"new URLSearchParams(location.search).get('types').split(',').length === {json.dumps(number)}")


def test_labels_are_explained_and_a_change_is_seen_to_be_awaited(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1")
    visitor.page.get_by_label("Dataset").hover()
    expect(visitor.page.get_by_role("tooltip")).to_contain_text("Where the models were seen")
    visitor.page.get_by_role("switch", name="Dated events").hover()
    expect(visitor.page.get_by_role("tooltip")).to_contain_text("A day on which a leaderboard opened")
    visitor.ask("""() => {
      const page = Bokeh.documents[0].roots().find((root) => root.class_name === "Page").data;
      window.__busy = [];
      page.connect(page.properties.busy.change, () => window.__busy.push(page.busy));
      Bokeh.documents[0].on_change((change) => { if (change.kind === "MessageSent") window.__sent = true; });
    }""")
    visitor.choose("Month")
    visitor.wait_until("window.__sent && window.__busy.at(-1) !== true")


def test_in_the_drawer_of_a_phone_escape_closes_the_list_first(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1", width=390, height=844)
    visitor.page.get_by_label("Open drawer").click()
    box = visitor.page.get_by_role("combobox", name=SIZES)
    box.click()
    listed(visitor).first.click()
    visitor.wait_for_search("sizes=")
    expect(box).to_have_attribute("aria-expanded", "true")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_be_visible()
    visitor.wait_until("document.documentElement.scrollWidth === 390")
