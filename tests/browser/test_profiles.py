"""Pages of models in a real browser: names lead there, and from there to the Hub; nothing runs over the edge."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import expect

from .conftest import PLOT, Visitor

Visit = Callable[..., Visitor]
NAME = "author-3/a?b#c-3"
"""A name of the small warehouse that an address must encode."""


def test_a_name_in_a_table_leads_to_its_page_and_from_there_to_the_hub(visit: Visit) -> None:
    visitor = visit("?view=author-activity&dataset=v2")
    visitor.settle()
    visitor.page.get_by_role("button", name=re.compile("^Table of ")).nth(1).click()
    link = visitor.page.locator(".tabulator-row a[href*=model]").first
    link.wait_for()
    name = link.inner_text()
    link.click()
    visitor.wait_for_search(f"model={quote(name, safe='')}")
    visitor.page.get_by_role("heading", name=name, exact=True).wait_for()
    hub = visitor.page.get_by_role("link", name="On the Hub")
    assert hub.get_attribute("href") == f"https://huggingface.co/{quote(name)}"
    assert visitor.strangers == visitor.complaints == []
    visitor.page.go_back()
    visitor.page.get_by_role("heading", name="Who builds what, and how well?").wait_for()


@pytest.mark.parametrize("view", ["score-progress", "author-activity"])
def test_the_models_of_a_sentence_lead_to_their_pages(visit: Visit, view: str) -> None:
    visitor = visit(f"?view={view}&dataset=v2")
    visitor.settle()
    links = visitor.page.locator(".content > p:not(.links) a:visible")
    assert links.count() == {"score-progress": 2, "author-activity": 1}[view]
    name = links.last.inner_text()
    links.last.click()
    visitor.wait_for_search(f"model={quote(name, safe='')}")
    visitor.page.get_by_role("heading", name=name, exact=True).wait_for()
    assert visitor.complaints == []


def test_names_of_owners_lead_to_their_pages_and_back_to_the_chart_as_it_was(visit: Visit) -> None:
    visitor = visit("?view=author-activity&dataset=v2&unit=week")
    visitor.page.get_by_role("button", name=re.compile("^Table of ")).nth(1).click()
    link = visitor.page.locator(".tabulator-row a[href*=owner]").first
    link.wait_for()
    visitor.choose("Month")
    before = visitor.wait_for_search("unit=month")
    link.wait_for()  # a change leaves links what they are
    name = link.inner_text()
    link.click()
    visitor.wait_for_search(f"owner={name}")
    visitor.page.get_by_role("heading", name=name, exact=True).wait_for()
    visitor.page.locator("td a[href*=model]").first.click()
    visitor.wait_for_search("model=")
    visitor.page.get_by_role("link", name="On the Hub").wait_for()
    for part in (f"owner={name}", "unit=month"):
        visitor.page.go_back()
        visitor.wait_for_search(part)
    assert visitor.ask("location.search") == before
    expect(visitor.page.get_by_role("radio", name="Month")).to_be_checked()
    assert visitor.complaints == []


def test_the_query_behind_a_chart_of_a_page_is_a_link_away(visit: Visit) -> None:
    visitor = visit("?owner=author-3", first="h2")
    visitor.page.get_by_role("link", name="SQL New models by month").click()
    assert "author-3" in unquote(visitor.wait_for_search("view=sql"))
    visitor.page.get_by_text("This question came with the link").wait_for()
    assert visitor.strangers == visitor.complaints == []


def test_a_page_is_cited_with_its_snapshot(visit: Visit) -> None:
    visitor = visit(f"?model={quote(NAME, safe='')}", first="h2")
    visitor.page.get_by_role("button", name=f"Cite Model {NAME}").click()
    dialog = visitor.page.get_by_role("dialog", name="Cite this page")
    text, bibtex = (dialog.locator("pre").nth(n).inner_text() for n in (0, 1))
    assert text.startswith(f"Open-Source AI Monitor: Model {NAME}\nSource: Open LLM Leaderboard v2, 15 Jun 2024; ")
    link = text.rpartition("Link: ")[2]
    assert link.startswith(f"{visitor.address}?model=author-3%2Fa%3Fb%23c-3&snapshot=")
    assert bibtex.startswith("@misc{model-author-3-a-b-c-3-")
    assert f"\\url{{{link}}}" in bibtex
    assert link.rpartition("=")[2] in bibtex.partition("note")[2]
    visitor.page.goto(link)
    visitor.page.get_by_role("heading", name=NAME, exact=True).wait_for()


def test_a_name_in_a_tile_leads_to_its_page(visit: Visit) -> None:
    visitor = visit("?view=overview&dataset=v2")
    visitor.settle()
    link = visitor.page.locator(".tile a").first
    name = link.inner_text()
    link.click()
    visitor.wait_for_search(f"model={quote(name, safe='')}")
    visitor.page.go_back()
    visitor.wait_for_search("view=overview")
    best = visitor.page.get_by_role("button", name=re.compile("^Best open model"))
    best.click()
    visitor.wait_for_search("view=score-progress")


def test_a_click_on_a_point_opens_the_page_of_its_model(visit: Visit) -> None:
    visitor = visit("?view=score-progress&dataset=v2")
    visitor.settle()
    script = f"""() => {{
      for (const plot of {PLOT}) for (const tool of plot.toolbar.tools) {{
        const layer = tool.type === "TapTool" && tool.renderers[0];
        if (!layer || !layer.data_source.data.model_id?.length) continue;
        layer.data_source.selected.indices = [0];
        tool.callback.execute(tool, {{source: layer.data_source}});
        return layer.data_source.data.model_id[0];
      }}
    }}"""
    name = visitor.ask(script)
    visitor.page.get_by_role("heading", name=name, exact=True).wait_for()
    visitor.wait_for_search("model=")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_the_screen(visit: Visit, width: int) -> None:
    for address in (f"?model={quote(NAME, safe='')}", "?owner=AUTHOR-3", "?model=nobody/has-this"):
        visitor = visit(address, width=width, first="h2")
        visitor.page.get_by_role("heading", name="Names that are spelt like it").or_(
            visitor.page.get_by_role("button", name="Cite")
        ).wait_for()
        assert visitor.ask("document.documentElement.scrollWidth <= innerWidth")
        assert visitor.complaints == []
