"""The templates that a server makes when it starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from bokeh.document import Document
from panel.io import state
from panel.io.state import set_curdoc

from oss_ai_monitor.app import templates
from oss_ai_monitor.perspectives import all_perspectives
from oss_ai_monitor.warehouse import Warehouse


def test_they_are_part_of_no_visitors_page(community: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    monkeypatch.setattr(templates, "publish", lambda: None)
    monkeypatch.setattr(templates, "published", lambda text, _: texts.append(text))
    opened, visitors_page = Warehouse.open(community), Document()
    templates.publish_templates(opened)
    assert state.curdoc is None, "nor does what runs after it have a page"
    with set_curdoc(visitors_page):
        templates.publish_templates(opened)
        assert state.curdoc is visitors_page
    opened.close()
    assert not visitors_page.roots
    assert len(texts) >= 2 * len(all_perspectives)
