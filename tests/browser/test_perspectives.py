"""Every perspective in a real Chromium, on the simulated community: it draws, reacts, and its labels can be read."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, expect

from oss_ai_monitor.perspectives import all_perspectives

from .conftest import PLOT, Visitor, _visitors, new_context

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
WITH_SCORES = [kind.slug for kind in all_perspectives if kind.needs_scores]
VIEWS = [kind.slug for kind in all_perspectives]
WITHOUT_UNIT = ("base-models", "endurance", "concentration", "finder", "community", "lineage", "gain", "relations")
"""Views on whose axes no unit acts."""
BY_ADDRESS = ("adoption", "lineage", "licences", "concentration")
"""Views whose dataset an address chooses here: they draw the Hub's models whichever it is, unless asked for others."""
EVERY_SIGHT = list(itertools.product([390, 768, 1280, 1920], ["light", "dark"], ["v1", "v2", "hub"]))
SIGHTS = EVERY_SIGHT if os.environ.get("EVERY_SIGHT") else [(390, "light", "v1")]
"""Widths, themes and datasets at which labels are compared beside 1280, light, v1; `make soak` asks for every one."""
FED = f"{PLOT}.flatMap((plot) => plot.renderers.map((drawn) => drawn.data_source.get_length()))"
# How much is drawn, and where the last of it is: where every point is a model, the unit moves only the hatched periods.
DRAWN = (
    f"{PLOT}.flatMap((plot) => plot.renderers.map((drawn) => [drawn.data_source.get_length(), "
    "...Object.values(drawn.data_source.data).map((column) => String(column[column.length - 1]))].join()))"
)


def opened(visit: Visit, view: str, dataset: str, **options: Any) -> Visitor:
    visitor = visit(f"?view={view}&dataset={dataset}&unit=month", **options)
    visitor.page.get_by_text("How counted").locator("visible=true").first.wait_for()
    visitor.settle()
    return visitor


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest) -> str:
    """Each view in turn: tests of one share a page."""
    return str(request.param)


@pytest.fixture(scope="module")
def page_of_view(chromium: Browser, simulated_served: str, view: str) -> Iterator[Visitor]:
    """A visitor who opened the view on the models of the Hub; tests choose other datasets and units."""
    for visit in _visitors(chromium, simulated_served):
        yield opened(visit, view, "hub")


def choose_dataset(visitor: Visitor, view: str, dataset: str) -> None:
    """Choose a dataset, and wait until other rows are drawn."""
    if view in BY_ADDRESS:
        visitor.open(f"?view={view}&dataset={dataset}&unit=month")
    else:
        before = visitor.ask(f"JSON.stringify({DRAWN})")
        visitor.page.get_by_label("Dataset").first.select_option(dataset)
        visitor.wait_for_search(f"dataset={dataset}")
        visitor.wait_until(f"JSON.stringify({DRAWN}) !== {json.dumps(before)}")
    visitor.settle()


def choose_unit(visitor: Visitor, unit: str) -> None:
    before = visitor.ask(f"JSON.stringify({DRAWN})")
    visitor.choose(unit)
    visitor.wait_until(f"JSON.stringify({DRAWN}) !== {json.dumps(before)}")
    visitor.settle()


def test_each_perspective_draws_reacts_and_says_that_it_is_simulated_on_each_of_its_datasets(
    page_of_view: Visitor, view: str
) -> None:
    visitor = page_of_view
    for dataset in ("hub", "v1", "v2"):  # one after the other, what is drawn differs
        if dataset != "hub":
            choose_dataset(visitor, view, dataset)
        visitor.wait_until(f"Math.max(...{FED}) > 0")
        visitor.page.get_by_text("Simulated data").first.wait_for()
        visitor.page.get_by_text("oss-ai-monitor refresh").first.wait_for(state="attached")
        assert not visitor.page.get_by_text("could not be computed").count()
        if view not in WITHOUT_UNIT:
            choose_unit(visitor, "Week")
            choose_unit(visitor, "Month")
        assert visitor.strangers == []
        assert visitor.complaints == []


@pytest.mark.parametrize("view", WITH_SCORES)
def test_what_needs_scores_shows_the_newest_leaderboards_on_the_hub_and_greys_the_dates(
    visit_simulated: Visit, view: str
) -> None:
    has_dates = view not in ("gain", "relations")  # they are over all models, whenever these appeared
    visitor = visit_simulated(f"?view={view}&dataset=hub")
    dates = r".*, \d+ \w+ \d{4} to " if has_dates else "$"
    visitor.page.get_by_text(re.compile(f"Scores of Open LLM Leaderboard v2{dates}")).first.wait_for()
    visitor.wait_until(f"{DRAWN}.length > 0")
    assert "dataset=hub" in visitor.ask("location.search")
    assert not has_dates or visitor.page.get_by_label("first day").first.is_disabled()
    visitor.page.get_by_label("Dataset").first.select_option("v1")
    visitor.page.get_by_text("Scores of Open LLM Leaderboard v2").first.wait_for(state="hidden")
    assert not has_dates or visitor.page.get_by_label("first day").first.is_enabled()


HEIGHTS = """() => {
  const within = (one) => (one.shadowRoot ? all(one.shadowRoot) : []);
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...within(one)]);
  const tall = (card, selector) => card.querySelector(selector).getBoundingClientRect().height;
  return all(document).filter((one) => one.matches(".frame:not(.hidden)")).map((card) => [
    card.querySelector("h3").textContent, tall(card, ".note") + tall(card, "details"), tall(card, ".chart"),
  ]);
}"""
"""Of each card its title, the height of the text under its chart, and that of the chart."""


def verify_cards(visitor: Visitor, troubled_texts: Callable[[bytes], list[str]], view: str) -> None:
    """Texts are shorter than their charts, labels can be read in every picture, and a PNG arrives whole."""
    heights = visitor.ask(HEIGHTS)
    assert heights
    assert [title for title, text, chart in heights if not 20 < text < chart] == []
    buttons = visitor.page.get_by_role("button", name=re.compile("^SVG of "))
    buttons.first.wait_for()
    for n in range(buttons.count()):
        if buttons.nth(n).is_visible():
            with visitor.page.expect_download() as download:
                buttons.nth(n).click()
            assert troubled_texts(download.value.path().read_bytes()) == [], download.value.suggested_filename
    name, content = visitor.save("PNG")
    assert name.startswith(view)
    assert content.endswith(b"IEND\xaeB`\x82")


def test_labels_can_be_read_texts_are_shorter_than_their_charts_and_pictures_arrive_whole(
    page_of_view: Visitor, troubled_texts: Callable[[bytes], list[str]], view: str
) -> None:
    if "dataset=v1" not in page_of_view.ask("location.search"):
        choose_dataset(page_of_view, view, "v1")
    verify_cards(page_of_view, troubled_texts, view)


@pytest.mark.parametrize(("width", "theme", "dataset"), SIGHTS, ids=lambda part: str(part))
def test_labels_can_be_read_at_other_widths_too(
    visit_simulated: Visit,
    troubled_texts: Callable[[bytes], list[str]],
    view: str,
    width: int,
    theme: str,
    dataset: str,
) -> None:
    verify_cards(opened(visit_simulated, view, dataset, width=width, theme=theme), troubled_texts, view)


def test_how_a_chart_was_counted_is_opened_by_keyboard_and_stays_open(visit_simulated: Visit) -> None:
    visitor = opened(visit_simulated, "model-types", "v2")
    summary = visitor.page.get_by_label("How counted: New models per month")
    parts = visitor.page.get_by_text("self-submitted models, not a sample")
    expect(parts.first).to_be_hidden()
    summary.focus()
    visitor.page.keyboard.press("Enter")
    for text in ("dated by rule: ", re.compile(r"^Snapshot \d{4}-\d\d-\d\d: [\d,]+ models")):
        expect(visitor.page.get_by_text(text).first).to_be_visible()
    visitor.choose("Week")
    summary = visitor.page.get_by_label("How counted: New models per week")
    expect(summary).to_be_visible()
    expect(parts.first).to_be_visible()
    expect(parts.nth(1)).to_be_hidden()
    summary.focus()
    visitor.page.keyboard.press("Space")
    expect(parts.first).to_be_hidden()


def test_tables_of_models_hold_hostile_names_as_text(visit_simulated: Visit) -> None:
    visitor = opened(visit_simulated, "base-models", "v2")
    alarms: list[str] = []
    visitor.page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    visitor.press("Table")
    visitor.page.locator(".tabulator-row").first.wait_for()
    _, content = visitor.save("CSV")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) > 10
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows[1:] for cell in row if cell[:1] in "=@+" and cell]
    assert alarms == []
    assert visitor.complaints == []


def test_every_panel_of_the_architectures_draws_its_own_area(visit_simulated: Visit) -> None:
    visitor = opened(visit_simulated, "architectures", "v2")
    colours = visitor.ask(
        f"[...{PLOT}[0].renderers.find((drawn) => drawn.glyph.type === 'Patches').data_source.data.colour]"
    )
    assert len(set(colours)) > 3
    expected = {f"rgb({','.join(str(part) for part in bytes.fromhex(colour[1:]))})" for colour in colours}
    filled = re.findall(r'<path fill="(rgb[^"]*)"[^>]* d="[^"]*L', visitor.save("SVG")[1].decode())
    assert set(filled) == expected


def test_a_card_is_as_long_as_its_content(visit_simulated: Visit) -> None:
    visitor = opened(visit_simulated, "architectures", "v2", width=390)
    plot, card, screen = visitor.ask(
        f"""(() => {{
          const view = Bokeh.index.find_one_by_id({PLOT}[0].id);
          return [view.el.offsetHeight, view.el.closest(".frame").getRootNode().host.offsetHeight, window.innerHeight];
        }})()"""
    )
    assert plot == visitor.ask(f"{PLOT}[0].height")
    assert card > plot > screen


def test_a_click_on_a_point_opens_the_page_of_its_model(visit_simulated: Visit) -> None:
    visitor = opened(visit_simulated, "score-progress", "v2")
    script = f"""(() => {{
          const plot = {PLOT}.find((plot) => plot.renderers.some((drawn) => drawn.data_source.data.model_id?.length));
          const drawn = plot.renderers.find((drawn) => drawn.data_source.data.model_id?.length);
          const view = Bokeh.index.find_one_by_id(plot.id), box = view.el.getBoundingClientRect();
          const n = drawn.data_source.data.model_id.length - 1, data = drawn.data_source.data;
          const {{x_scale, y_scale}} = view.frame;
          return {{x: box.left + x_scale.compute(data.x[n]), y: box.top + y_scale.compute(data.y[n])}};
        }})()"""
    visitor.wait_until(f"{script}.x > 0")
    visitor.settle(script)
    position, before = visitor.ask(script), visitor.ask("location.search")
    models = f"{PLOT}.flatMap((plot) => plot.renderers.flatMap((drawn) => drawn.data_source.data.model_id ?? []))"
    names = set(visitor.ask(models))
    visitor.page.mouse.click(position["x"], position["y"])
    (name,) = parse_qs(visitor.wait_for_search("model=").removeprefix("?"))["model"]
    assert name in names
    visitor.page.get_by_role("heading", name=name, exact=True).wait_for()
    visitor.page.go_back()
    visitor.wait_until(f"location.search === {json.dumps(before)}")
    visitor.wait_until(f"{script}.x > 0")


def test_the_page_can_be_used_by_keyboard(visit_simulated: Visit) -> None:
    visitor = opened(visit_simulated, "model-types", "v2")
    visitor.page.get_by_role("button", name="Models", exact=True).focus()
    for key in (*("ArrowRight",) * 3, "ArrowDown", "Enter"):  # over Scores and Use to People, and its first view
        visitor.page.keyboard.press(key)
    visitor.wait_until("location.search.includes('view=author-activity')")
    visitor.page.get_by_role("radio", name="Month", exact=True).focus()
    visitor.page.keyboard.press("Tab")
    focused = visitor.ask(
        """(() => {
          let place = document.activeElement;
          while (place.shadowRoot?.activeElement) place = place.shadowRoot.activeElement;
          return place.tagName;
        })()"""
    )
    assert focused == "SELECT"


def test_no_card_moves_while_charts_come(chromium: Browser, simulated_served: str) -> None:
    with new_context(chromium, viewport={"width": 1280, "height": 1600}) as context:
        page = context.new_page()
        page.add_init_script(
            "window.moved = []; new PerformanceObserver((list) => window.moved.push(...list.getEntries().flatMap("
            "({sources}) => sources.map(({previousRect, currentRect}) => [previousRect.y, currentRect.y]))))"
            ".observe({type: 'layout-shift', buffered: true});"
        )
        visitor = Visitor(page, simulated_served).open("?view=model-types&dataset=v1&unit=month")
        visitor.settle()
        # less than that: the banner of simulated data, and a further row of a legend
        assert [(was, now) for was, now in visitor.ask("window.moved") if abs(now - was) > 100] == []
