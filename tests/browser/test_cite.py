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
