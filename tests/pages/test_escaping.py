"""What strangers wrote is shown letter by letter."""

import html

import panel_material_ui as pmui
import pytest

from oss_ai_monitor.pages.escaping import escape_markdown


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "tin/d_*bold*_`code`",
        "[here](javascript:alert(1)) ![](x) www.tin.test http://tin.test",
        "1. one # two - three &lt; &amp; :smile: | ~~x~~",
    ],
)
def test_no_name_becomes_a_mark_a_link_or_a_script(text: str) -> None:
    pane = pmui.Typography(escape_markdown(text))
    shown = html.unescape(pane._process_param_change({"object": pane.object})["object"]).strip()
    assert html.unescape(shown) == f"<p>{text}</p>"
    assert shown.count("<") == 2
