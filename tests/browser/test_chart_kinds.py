"""Lines, steps, cells, rows and graphs in a real Chromium, without a server: what is drawn, read and hovered."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest
from playwright.sync_api import Page

from oss_ai_monitor.charts import RATIOS, Chart, HeatMap
from tests.chart_examples import EXAMPLES, HOSTILE

from .conftest import draw_alone
from .test_panels import EXPORTED, FIGURE

pytestmark = pytest.mark.browser
MAIN_SOURCES = {
    "stacked_rows": "rows",
    "heat_map": "cells",
    "interval_dots": "rows",
    "graph": "nodes",
    "waterfall": "rows",
}  # the others draw points
PLACE = f"""([source, row]) => {{
  const view = Bokeh.index.find_one_by_id({FIGURE}.id), box = view.canvas_view.el.getBoundingClientRect();
  const drawn = {FIGURE}.renderers.find((each) => each.data_source.name === source);
  const {{glyph}} = view.views.find_one(drawn);
  const [x, y] = glyph.scenterxy ? glyph.scenterxy(row) : [glyph.sx[row], glyph.sy[row]];
  return [box.x + x, box.y + y];
}}"""
"""Where a row of a source is on the page."""
DARK = """() => {
  const looks = {
    Axis: {major_label_text_color: "#A9B0BA", axis_label_text_color: "#E8EAED"}, Grid: {grid_line_color: "#2C323D"},
    Legend: {label_text_color: "#E8EAED"}, Figure: {background_fill_color: "#181C22", border_fill_color: "#181C22"},
  };
  for (const model of Bokeh.documents[0].all_models) {
    const look = Object.entries(looks).find(([kind]) => model.type.endsWith(kind))?.[1];
    if (look && !(model.type.endsWith("Grid") && model.grid_line_color === null)) model.setv(look);
  }
}"""
"""What chart.js does where the page is dark."""
COLOURS = f"""() => {{
  const canvas = Bokeh.index.find_one_by_id({FIGURE}.id).canvas_view.primary.canvas;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, colours = new Set();
  for (let i = 0; i < pixels.length; i += 4) colours.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
  return colours.size;
}}"""
"""How many colours the picture has."""
HOVERS = {
    "number_lines": (2, ["tin/base", "90", "12.00", "90,000"]),
    "stacked_rows": (0, ["tin/base", "base", "1,200,000"]),
    "line_series": (5, ["Lead", "Mar 2024", "7"]),
    "survival": (1, ["2023", "day 60", "80.0% (70.0% to 90.0%)", "1,400"]),
    "numbers_at_risk": (1, ["2023", "week 13", "80.0% (70.0% to 90.0%)", "1,400"]),
    "lorenz": (3, ["models", "50.0%", "10.0%"]),
    "ranks": (1, ["models", "10", "56.0%"]),
    "frontier": (1, ["up to 7 B", "1 Mar 2024", "55.5", "b/b"]),
    "staircases": (1, ["b/b", "by 1 Jan 2024", "7", "40.0", "chat"]),
    "heat_map": (1, ["score", "likes", "-0.50", "1,200"]),
    "interval_dots": (0, ["chat", "+2.5", "+1.0 to +3.0"]),
    "graph": (0, ["tin/base", "base", "12,345", "5 Jan 2024"]),
    "waterfall": (1, ["Models gone", "−5.00", "1 model"]),
    "model_points": (1, ["merge", "lead/chat", "tin/base", "999", "62.5"]),
}
"""Chart → a row of its main source, and what its tooltip says first."""
Show = Callable[[Chart, int], Page]


def wait_until_drawn(page: Page, width: int) -> None:
    page.wait_for_function(
        f"(width) => {{ try {{ const plot = {FIGURE}; return plot.inner_width > 50 && plot.outer_height === plot.height"
        " && plot.outer_width <= width && plot.outer_width > 0.8 * width } catch { return false } }",
        arg=width,
    )


@pytest.fixture
def show(tab: Page) -> Show:
    """Show a chart alone on a page of a width."""

    def draw(chart: Chart, width: int) -> Page:
        page = draw_alone(tab, chart.figure(), width)
        wait_until_drawn(page, width)
        return page

    return draw


@pytest.mark.parametrize("name", EXAMPLES)
def test_texts_neither_cover_each_other_nor_run_out(
    show: Show, troubled_texts: Callable[[bytes], list[str]], name: str
) -> None:
    page = show(EXAMPLES[name](HOSTILE), 390)
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        wait_until_drawn(page, width)
        page.wait_for_timeout(300)  # where a width changes names, their room is measured again
        assert troubled_texts(page.evaluate(EXPORTED).encode()) == [], width
        assert page.locator("img").count() == 0, "a name is a text"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_hover_tells_what_is_under_the_mouse_and_a_dark_page_has_the_chart_too(show: Show, name: str) -> None:
    page = show(EXAMPLES[name](), 800)
    row, texts = HOVERS[name]
    x, y = page.evaluate(PLACE, [MAIN_SOURCES.get(name, "points"), row])
    page.mouse.move(x - 40, y)
    page.mouse.move(x, y)
    page.locator(".bk-tooltip-row-value").nth(len(texts) - 1).wait_for()
    values = page.locator(".bk-tooltip-row-value").all_text_contents()
    assert [value.strip() for value in values][: len(texts)] == texts
    page.mouse.move(0, 0)
    light = page.evaluate(COLOURS)
    page.evaluate(DARK)
    page.wait_for_timeout(300)
    assert min(light, page.evaluate(COLOURS)) > 20


def test_a_click_on_a_node_opens_its_model_on_the_hub(show: Show) -> None:
    page = show(EXAMPLES["graph"](), 800)
    page.evaluate("() => { window.open = (address) => { window.opened = address; }; }")
    page.mouse.click(*page.evaluate(PLACE, ["nodes", 2]))
    page.wait_for_function("() => window.opened === 'https://huggingface.co/lead/merge'")


def test_a_click_on_a_model_opens_it_on_the_hub(show: Show) -> None:
    page = show(EXAMPLES["model_points"](), 800)
    page.evaluate("() => { window.open = (address) => { window.opened = address; }; }")
    page.mouse.click(*page.evaluate(PLACE, ["points", 2]))
    page.wait_for_function("() => window.opened === 'https://huggingface.co/tin/merge'")


@pytest.mark.parametrize(
    ("name", "source", "row", "expected"),
    [("interval_dots", "rows", 1, ["merge"]), ("heat_map", "cells", 1, ["likes", "score"])],
)
def test_a_click_beside_the_dot_of_a_row_or_into_a_cell_names_it(
    show: Show, name: str, source: str, row: int, expected: list[str]
) -> None:
    page = show(EXAMPLES[name](), 800)
    picked = "[...Bokeh.documents[0].all_models].find((each) => each.name === 'picked').data.names"
    x, y = page.evaluate(PLACE, [source, row])
    page.mouse.click(x + 10, y + 5)
    names = json.dumps(expected, separators=(",", ":"))
    page.wait_for_function(f"(names) => JSON.stringify({picked}) === names", arg=names)


@pytest.mark.parametrize(("columns", "is_visible"), [(3, True), (14, False)])
def test_numbers_are_in_cells_that_have_room_for_them(show: Show, columns: int, is_visible: bool) -> None:
    names = [f"n{n}" for n in range(columns)]
    chart = HeatMap("cells", x="one", y="other", value="share", x_title="one", y_title="other", numbers=RATIOS)
    cells = pd.DataFrame([(one, other, 0.5) for one in names for other in names], columns=["one", "other", "share"])
    chart.send(cells, x_names=names, y_names=names)
    page = show(chart, 390)
    page.wait_for_function(
        f"(expected) => {FIGURE}.renderers.find((each) => each.glyph.type === 'Text').visible === expected",
        arg=is_visible,
    )


def test_a_map_that_shows_all_lines_is_as_wide_as_they_need(tab: Page) -> None:
    names = [f"n{n}" for n in range(14)]
    chart = HeatMap(
        "cells", x="one", y="other", value="share", x_title="one", y_title="other", numbers=RATIOS, shows_all_lines=True
    )  # fmt: skip
    pairs = [(one, other, 0.5, "0.50\n0.48 to\n0.52\nn 1,234") for one in names for other in names]
    chart.send(pd.DataFrame(pairs, columns=["one", "other", "share", "text"]), x_names=names, y_names=names)
    page = draw_alone(tab, chart.figure(), 390)
    page.wait_for_function(f"{FIGURE}.outer_width > 390")
    text = f"{FIGURE}.renderers.find((each) => each.glyph.type === 'Text')"
    page.wait_for_function(f"{text}.visible && {text}.glyph.text.field === 'text'")
