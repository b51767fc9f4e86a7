"""Charts in the page: fetched once, fed by messages, zoomed together, dark in the dark, gone when they are removed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.conftest import PATIENCE, free_port

from .conftest import PLOT, ROOT, Visitor, _wait_for, new_context

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
MODEL_TYPES = "?view=model-types&dataset=v2"
COMING_AND_GOING = """
from pathlib import Path
import panel as pn
from oss_ai_monitor.app import publish
from oss_ai_monitor.app.card_content import content
from oss_ai_monitor.app.cards import Card
from oss_ai_monitor.perspectives import Filters, ModelTypes
from oss_ai_monitor.warehouse import Warehouse

publish()
pn.extension()
warehouse = Warehouse.open(Path({folder!r}))
perspective = ModelTypes(warehouse, Filters(warehouse))
perspective.open()
column = pn.Column()
def come(_):
    column.objects = [
        Card(perspective, chart, content(perspective, chart), add_table=print) for chart in perspective.charts
    ]
def go(_):
    column.objects = []
pn.Column(
    pn.widgets.Button(name="come", on_click=come), pn.widgets.Button(name="go", on_click=go), column
).servable()
"""


def test_a_template_is_kept_by_the_browser_and_a_change_fetches_nothing(visit: Visit) -> None:
    visitor = visit("?view=overview&dataset=v2")
    requests: list[str] = []
    cache_headers: list[str] = []
    visitor.page.on("request", lambda request: requests.append(request.url))
    visitor.page.on(
        "response",
        lambda response: (
            cache_headers.append(response.headers["cache-control"]) if ".json?v=" in response.url else None
        ),
    )
    visitor.go_to("Model types")
    visitor.wait_until(f"{PLOT}.length === 3 && {PLOT}.every((plot) => plot.inner_width > 0)")
    assert cache_headers
    assert all("max-age=315360000" in header for header in cache_headers)
    requests.clear()
    visitor.choose("Day")
    visitor.page.get_by_text("New models per day", exact=True).last.wait_for()
    assert requests == []


def test_a_template_that_cannot_be_fetched_is_told_in_its_card(chromium: Browser, served: str) -> None:
    with new_context(chromium) as context:
        visitor = Visitor(page := context.new_page(), served)

        def fail(route: Route) -> None:
            route.fulfill(status=503)

        page.route("**/*.json?v=*", fail)
        page.goto(served + MODEL_TYPES)
        page.get_by_text("This chart could not be loaded (the server answered 503)").first.wait_for()
        page.get_by_text("What kinds of models appear, and how fast?").first.wait_for()
        assert len(visitor.complaints) <= 2  # of the browser itself, about the two answers


def test_a_zoom_moves_the_dates_of_all_charts_of_a_view_and_a_change_brings_them_back(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=week")
    visitor.wait_until(f"{PLOT}.length === 2 && {PLOT}.every((plot) => plot.inner_width > 0)")
    full_ranges = visitor.ask(f"{PLOT}.map((plot) => [plot.x_range.start, plot.x_range.end])")
    assert full_ranges[0] == full_ranges[1]
    middle = sum(full_ranges[0]) / 2
    visitor.ask(f"(() => {{ {PLOT}[0].x_range.start = {middle}; }})()")
    visitor.wait_until(f"{PLOT}[1].x_range.start === {middle}")
    assert visitor.ask(f"{PLOT}[1].x_range.end") == full_ranges[1][1]
    visitor.choose("Month")
    visitor.wait_until(f"{PLOT}.every((plot) => plot.x_range.start <= {full_ranges[0][0]})")


def test_a_legend_follows_what_is_drawn_and_comes_back(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=week")
    names = f"{PLOT}[0].above[0].items.filter((item) => item.visible).map((item) => item.label.value)"
    visitor.wait_until(f"{names}.length === 4")
    visitor.page.get_by_label("chat", exact=True).check()
    visitor.wait_until(f"{names}.join() === 'chat,not drawn'")
    visitor.page.get_by_label("chat", exact=True).uncheck()
    visitor.wait_until(f"{names}.length === 4")


def test_each_chart_is_told_in_words_that_follow_it(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=week")
    chart = visitor.page.get_by_role("img", name="New models per week. Bars stacked by type").first
    chart.wait_for()
    visitor.choose("Month")
    visitor.page.get_by_role("img", name="New models per month. Bars stacked by type").first.wait_for()


def test_tooltips_are_dark_in_the_dark(chromium: Browser, served: str) -> None:
    with new_context(chromium, color_scheme="dark") as context:
        visitor = Visitor(context.new_page(), served).open(MODEL_TYPES + "&unit=month")
        bar = f"""(() => {{
          const plot = {PLOT}[0], view = Bokeh.index.find_one_by_id(plot.id), box = view.el.getBoundingClientRect();
          const data = plot.renderers[0].data_source.data, n = data.top.length - 1, {{x_scale, y_scale}} = view.frame;
          return [box.left + x_scale.compute(data.middle[n]),
                  box.top + y_scale.compute((data.top[n] + data.bottom[n]) / 2)];
        }})()"""
        visitor.wait_until(f"{PLOT}[0].background_fill_color === '#181C22'")
        visitor.settle(bar)
        x, y = visitor.ask(bar)
        visitor.page.mouse.move(x - 2, y)
        visitor.page.mouse.move(x, y)
        tooltip = visitor.page.locator(".bk-tooltip-row-value").first
        tooltip.wait_for()
        colour = "(row) => getComputedStyle(row.getRootNode().host).backgroundColor"
        assert tooltip.evaluate(colour) == "rgb(24, 28, 34)"


@pytest.fixture
def coming_and_going(small_warehouse: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a page whose cards come and go."""
    script = tmp_path / "cards.py"
    script.write_text(COMING_AND_GOING.format(folder=str(small_warehouse)), encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "panel", "serve", str(script), "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        _wait_for(address := f"http://localhost:{port}/cards", server)
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)


def test_what_is_gone_from_the_page_is_gone_from_memory(chromium: Browser, coming_and_going: str) -> None:
    with new_context(chromium) as context:
        visitor = Visitor(page := context.new_page(), coming_and_going)
        page.goto(coming_and_going)
        counts = (
            "[Bokeh.documents.length, [...Bokeh.index].length, document.querySelectorAll('.bk-Notifications').length]"
        )
        visitor.wait_until("Bokeh.documents.length === 1")
        page.get_by_role("button", name="come").wait_for()
        page.wait_for_timeout(500)
        before = visitor.ask(counts)
        for _ in range(10):
            page.get_by_role("button", name="come").click()
            visitor.wait_until(f"{PLOT}.length === 2 && {PLOT}.every((plot) => plot.inner_width > 0)")
            page.get_by_role("button", name="go").click()
            visitor.wait_until("Bokeh.documents.length === 1")
        assert visitor.ask(counts) == before
        assert visitor.complaints == []


def test_no_edge_keeps_the_colour_of_the_theme_before(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES)
    # the outermost pixels are drawn half: their colour is that of the paper, more or less transparent
    brightness = f"""(() => {{
      const canvas = Bokeh.index.find_one_by_id({PLOT}[0].id).canvas_view.primary.el, pen = canvas.getContext("2d");
      const {{width, height}} = canvas, corners = [[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]];
      return corners.map(([x, y]) => Math.max(...pen.getImageData(x, y, 1, 1).data.slice(0, 3)));
    }})()"""
    visitor.wait_until(f"{brightness}.every((corner) => corner > 250)")
    visitor.page.get_by_label("Toggle theme").click()
    visitor.wait_until(f"{brightness}.every((corner) => corner < 50)")


def test_a_chart_has_its_legend_and_its_table_whatever_the_dataset(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=author-activity&dataset=v2")
    visitor.page.get_by_role("button", name="Table of ").nth(1).click()
    visitor.page.locator(".tabulator-row").first.wait_for()
    dataset = visitor.page.get_by_label("Dataset")
    dataset.select_option(label="Hugging Face Hub")
    visitor.wait_for_search("dataset=hub")
    visitor.page.get_by_text("How well their models do on Open LLM Leaderboard v2").first.wait_for()
    dataset.select_option(label="Open LLM Leaderboard v1")
    visitor.wait_for_search("dataset=v1")
    legend = f"Bokeh.index.find_one_by_id({PLOT}[1].id)?.el"
    visitor.page.get_by_text("How well those models do").first.wait_for()
    swatches = f"""(() => {{
      const found = [], look = (place) => {{
        for (const one of place.querySelectorAll("*")) {{
          if (one.matches(".bk-glyph canvas, canvas.bk-glyph")) found.push(one);
          if (one.shadowRoot) look(one.shadowRoot);
        }}
      }};
      look({legend}.shadowRoot);
      return found;
    }})()"""
    visitor.wait_until(f"{swatches}.length > 2 && {swatches}.every((one) => one.width < 100)")
    visitor.page.locator(".tabulator-row").first.wait_for()


def test_a_zoom_stays_where_no_date_changes(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=author-activity&dataset=v2")
    visitor.wait_until(f"{PLOT}.length === 2 && {PLOT}.every((plot) => plot.inner_width > 0)")
    start, end = visitor.ask(f"[{PLOT}[0].x_range.start, {PLOT}[0].x_range.end]")
    visitor.ask(f"(() => {{ {PLOT}[0].x_range.start = {(start + end) / 2}; }})()")
    visitor.wait_until(f"{PLOT}[1].x_range.start === {(start + end) / 2}")
    visitor.page.get_by_label("Join each author's models").check()
    visitor.wait_until(f"{PLOT}[1].renderers.some((drawn) => drawn.data_source.data.wide?.length > 0)")
    assert visitor.ask(f"{PLOT}.map((plot) => plot.x_range.start)") == [(start + end) / 2] * 2


def test_a_chart_that_is_wider_than_its_card_fades_until_its_end_is_in_sight(visit_simulated: Visit) -> None:
    visitor = visit_simulated("?view=relations&dataset=v2", width=390)
    card = visitor.page.locator(".chart").first
    expect(card).not_to_have_css("mask-image", "none")
    card.evaluate("(card) => card.scrollTo({ left: card.scrollWidth })")
    expect(card).to_have_css("mask-image", "none")
    card.evaluate("(card) => card.scrollTo({ left: 0 })")
    expect(card).not_to_have_css("mask-image", "none")
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    expect(card).to_have_css("mask-image", "none")


def test_a_template_that_failed_once_is_asked_for_again_by_the_next_change(chromium: Browser, served: str) -> None:
    with new_context(chromium) as context:
        page = context.new_page()
        page.route("**/*.json?v=*", lambda route: route.fulfill(status=503))
        page.goto(served + MODEL_TYPES + "&unit=week")
        page.get_by_text("This chart could not be loaded").nth(1).wait_for()
        page.unroute("**/*.json?v=*")
        page.get_by_role("radio", name="Month", exact=True).check()
        page.wait_for_function(f"() => {PLOT}.length === 2 && {PLOT}.every((plot) => plot.inner_width > 0)")
        page.get_by_text("This chart could not be loaded").first.wait_for(state="hidden")
