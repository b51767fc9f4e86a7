"""Pages of models in a real browser: names lead there, and from there to the Hub; nothing runs over the edge."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from .conftest import PLOT, Visitor

Visit = Callable[..., Visitor]
NAME = "author-3/a?b#c-3"
"""A name of the small warehouse that an address must encode."""


def test_a_name_in_a_table_leads_to_its_page_and_from_there_to_the_hub(visit: Visit) -> None:
    visitor = visit("?view=author-activity&dataset=v2")
    visitor.page.get_by_role("button", name="Table", exact=True).nth(1).click()
    link = visitor.page.locator(".tabulator-row a").first
    link.wait_for()
    name = link.inner_text()
    link.click()
    visitor.wait_for_search(f"model={quote(name, safe='')}")
    visitor.page.get_by_role("heading", name=name, exact=True).wait_for()
    hub = visitor.page.get_by_role("link", name="On the Hub")
    assert hub.get_attribute("href") == f"https://huggingface.co/{quote(name)}"
    assert visitor.strangers == visitor.complaints == []
    visitor.page.go_back()
    visitor.page.locator("[role=tab][aria-selected=true]", has_text="Author activity").wait_for()


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
