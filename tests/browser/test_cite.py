"""Pictures in words, citations and pinned links, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
ALTS = """(() => {
  const found = [], look = (place) => {
    for (const one of place.querySelectorAll("*")) {
      if (one.getAttribute("role") === "img") found.push(one.getAttribute("aria-label"));
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document);
  return found;
})()"""


def test_every_picture_is_told_in_words_that_follow_it(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v2&unit=week")
    visitor.wait_until(f"{ALTS}.length === 2")
    counts, shares = visitor.ask(ALTS)
    assert counts.startswith("New models per week. Bars stacked by type, ")
    assert "Peak " in counts
    assert "last complete week (" in counts
    assert shares.startswith("Share of new models per week. ")
    visitor.press("Month")
    visitor.wait_until(f"{ALTS}[0].startsWith('New models per month. ')")
    visitor.page.get_by_role("tab", name="Architectures", exact=True).click()
    visitor.wait_until(f"{ALTS}.filter((said) => said.startsWith('Change in new models')).length === 3")
    assert visitor.complaints == []


def test_cite_shows_both_texts_and_puts_them_on_the_clipboard(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v2&unit=month")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.press("Cite")
    visitor.page.get_by_text("Copied: text and BibTeX.").wait_for()
    texts = visitor.page.locator("dialog pre").all_inner_texts()
    assert visitor.ask("navigator.clipboard.readText()") == "\n\n".join(texts)
    assert f"Link: {visitor.address}?view=model-types&dataset=v2&" in texts[0]
    assert texts[1].startswith("@misc{model-types-new-models-v2-")
    visitor.press("Copy BibTeX")
    visitor.page.get_by_text("Copied: BibTeX.").wait_for()
    assert visitor.ask("navigator.clipboard.readText()") == texts[1]
    visitor.page.keyboard.press("Escape")
    visitor.page.locator("dialog").wait_for(state="detached")
    assert visitor.complaints == []


def test_without_a_clipboard_the_texts_can_be_selected(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v2&unit=month")
    visitor.ask("""() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
      document.execCommand = () => false;
    }""")
    visitor.press("Cite")
    visitor.page.get_by_text("The browser does not let this page copy").wait_for()
    visitor.page.locator("dialog pre").first.click()
    assert visitor.ask("getSelection().toString()").startswith("Open-Source AI Monitor: New models per month")
