"""Alt texts, citations and pinned links, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import all_perspectives
from tests.conftest import land_rows

from .conftest import Visitor, _serve, _visitors

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
MODELS = 140
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots of one leaderboard; the older one is kept beside the one that serves."""
    folder = tmp_path_factory.mktemp("cite")
    for day, models in ((3, 30), (14, MODELS)):
        rows = [row(n) for n in range(models)]
        land_rows(folder, "leaderboard_v1", rows, as_of=datetime(2024, 6, day, tzinfo=UTC))
        warehouse.build(folder, Landing(folder / "landing").selected(), is_pinned=day == 3)
    return folder


def row(n: int) -> dict[str, Any]:
    architecture = ("LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM")[n % 3]
    return {
        "fullname": f"tin/{n}", "eval_name": f"{n}", "date": f"2024-0{1 + n % 5}-05", "average": 50.0,
        "architecture": architecture, "type": "chat", "flagged": n == 0,
    }  # fmt: skip


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    yield from _serve(folder)


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    yield from _visitors(chromium, address)


def test_every_picture_is_told_in_words_that_follow_it(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1&unit=week")
    visitor.wait_until(f"{ALTS}.length === 2 && {ALTS}.every((said) => said.includes('per week. '))")
    counts, shares = visitor.ask(ALTS)
    assert counts.startswith("New models per week. Bars stacked by type, ")
    assert "Peak " in counts
    assert "last complete week (" in counts
    assert shares.startswith("Share of new models per week. ")
    visitor.choose("Month")
    visitor.wait_until(f"{ALTS}[0].startsWith('New models per month. ')")
    visitor.go_to("Architectures")
    visitor.wait_until(f"{ALTS}.filter((text) => text.startsWith('Change in new models')).length === 1")
    assert visitor.complaints == []


def test_cite_shows_both_texts_and_puts_them_on_the_clipboard(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1&unit=month")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.press("Cite")
    visitor.page.get_by_text("Copied: text and BibTeX.").wait_for()
    texts = visitor.page.locator("dialog pre").all_inner_texts()
    assert visitor.ask("navigator.clipboard.readText()") == "\n\n".join(texts)
    assert f"Link: {visitor.address}?view=model-types&dataset=v1&" in texts[0]
    assert texts[1].startswith("@misc{model-types-new-models-v1-")
    visitor.press("Copy BibTeX")
    visitor.page.get_by_text("Copied: BibTeX.").wait_for()
    assert visitor.ask("navigator.clipboard.readText()") == texts[1]
    visitor.page.keyboard.press("Escape")
    visitor.page.locator("dialog").wait_for(state="detached")
    assert visitor.complaints == []


def test_without_a_clipboard_the_texts_can_be_selected(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1&unit=month")
    visitor.ask("""() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
      document.execCommand = () => false;
    }""")
    visitor.press("Cite")
    visitor.page.get_by_text("The browser does not let this page copy").wait_for()
    visitor.page.locator("dialog pre").first.click()
    visitor.wait_until("getSelection().toString().startsWith('Open-Source AI Monitor: New models per month')")


def test_a_pinned_link_shows_its_snapshot_and_offers_the_newest(visit: Visit, folder: Path) -> None:
    pinned = next(iter(warehouse.by_snapshot_id(folder)))
    visitor = visit(f"?view=model-types&dataset=v1&unit=month&snapshot={pinned}")
    visitor.page.get_by_text(f"This link pins snapshot {pinned} (data of 3 Jun 2024), and shows it").wait_for()
    visitor.open_how_counted()
    visitor.page.get_by_text("29 models").first.wait_for()
    visitor.choose("Week")
    visitor.wait_until(f"location.search.includes('unit=week') && location.search.includes('{pinned}')")
    with visitor.page.expect_navigation():
        visitor.press("Show the newest")
    visitor.open_how_counted()
    visitor.page.get_by_text(f"{MODELS - 1} models").first.wait_for()
    visitor.wait_until("location.search.includes('view=') && !location.search.includes('snapshot')")
    assert visitor.complaints == []
    hostile = visit("?view=model-types&snapshot=<img src=x onerror=alert(1)>")
    hostile.page.get_by_text("“<img src=x onerror=alert(1)>” is no id of a snapshot").wait_for()
    assert hostile.complaints == []


def test_a_report_is_written_while_the_page_goes_on_answering(visit: Visit) -> None:
    visitor, other_visitor = (visit("?view=model-types&dataset=v1&unit=month") for _ in range(2))
    with visitor.page.expect_download() as download:
        visitor.press("Report")
        visitor.page.get_by_text("The report is being written").wait_for()
        other_visitor.press("Report")
        other_visitor.page.get_by_text("This server is writing another report").wait_for()
        other_visitor.choose("Week")
        other_visitor.wait_until("location.search.includes('unit=week')")
    assert download.value.suggested_filename == "oss-ai-monitor_v1_2024-06-14.html"
    written = Path(download.value.path()).read_text(encoding="utf-8")
    assert written.count("<h2>") == len(all_perspectives), "the overview, too"
    assert "by month" in written
    visitor.page.get_by_role("button", name="Report", exact=True).wait_for()
    assert visitor.complaints == other_visitor.complaints == []


def test_words_tell_what_they_mean_and_the_method_says_it_all(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v1&unit=month")
    bubble = visitor.page.locator(".bubble")
    visitor.open_how_counted()
    visitor.page.locator("abbr").get_by_text("flagged left out").first.hover()
    bubble.get_by_text("Marked by a leaderboard's maintainers as doubtful").wait_for()
    visitor.page.get_by_text("Unit", exact=True).first.hover()
    bubble.get_by_text("How long a period is").wait_for()
    visitor.page.keyboard.press("Escape")
    bubble.wait_for(state="hidden")
    visitor.page.locator("abbr").get_by_text("flagged left out").first.click()
    bubble.get_by_text("Marked by").wait_for()
    visitor.go_to("Method")
    visitor.page.get_by_text("On a leaderboard the best evaluation").wait_for()
    visitor.page.get_by_text("core.snapshots", exact=True).click()
    visitor.page.get_by_role("cell", name="UTC stamp of the landing").wait_for()
    visitor.wait_until("location.search === '?view=method'")
    assert (visitor.complaints, visitor.strangers) == ([], [])
