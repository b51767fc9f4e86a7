"""The page around the perspectives, in a real Chromium."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from .conftest import PLOT, Visitor, new_context

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PAGE = "Bokeh.documents[0].roots().find((root) => root.class_name === 'Page')"
MODEL_TYPES = "?view=model-types&dataset=v2"


def test_the_page_draws_asks_no_other_host_and_complains_of_nothing(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES)
    visitor.wait_until(f"{PLOT}[0].renderers[0].data_source.get_length() > 50")
    visitor.settle()
    visitor.page.get_by_text("What kinds of models appear, and how fast?").first.wait_for()
    assert visitor.strangers == []
    assert visitor.complaints == []


def test_a_change_of_unit_feeds_the_same_figures(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=week")
    figures, before = visitor.ask(f"{PLOT}.map((plot) => plot.id)"), visitor.drawn()
    visitor.choose("Month")
    visitor.wait_until(f"{PLOT}[0].renderers[0].data_source.get_length() < {before[0]}")
    visitor.page.get_by_text("New models per month", exact=True).wait_for()
    assert visitor.ask(f"{PLOT}.map((plot) => plot.id)") == figures


def test_filters_stay_while_one_moves_between_perspectives_and_hidden_ones_rest(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=week")
    weeks = visitor.drawn()[0]
    visitor.choose("Month")
    visitor.wait_until(
        f"location.search.includes('unit=month') && {PLOT}[0].renderers[0].data_source.get_length() < {weeks}"
    )
    hidden = visitor.drawn()[:2]
    visitor.go_to("Releases")
    visitor.wait_until("location.search.includes('view=releases') && location.search.includes('unit=month')")
    visitor.wait_until(f"{PLOT}.length > 2 && {PLOT}.at(-1).inner_width > 0")
    visitor.choose("Week")
    visitor.wait_until("location.search.includes('unit=week')")
    assert visitor.drawn()[:2] == hidden
    visitor.go_to("Model types")
    visitor.wait_until(f"{PLOT}[0].renderers[0].data_source.get_length() > {hidden[0]}")


def test_the_address_says_what_is_seen_and_reproduces_it(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=week")
    visitor.choose("Month")
    visitor.page.get_by_label("chat", exact=True).check()
    visitor.wait_for_search("types=chat", "unit=month")
    types = f"[...new Set({PLOT}[0].renderers[0].data_source.data.type)].sort().join()"
    visitor.wait_until(f"{types} === 'chat,not drawn'")
    search, drawn = visitor.ask("location.search"), visitor.drawn()
    second_visitor = visit(search)
    second_visitor.wait_until(f"location.search === {json.dumps(search)}")
    lengths = f"{PLOT}.map((plot) => plot.renderers[0].data_source.get_length())"
    second_visitor.wait_until(f"JSON.stringify({lengths}) === {json.dumps(json.dumps(drawn, separators=(',', ':')))}")


def test_wrong_values_in_the_address_fall_back_with_a_notice(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v9&unit=year&from=yesterday&types=chat,none-such")
    visitor.page.get_by_text("There is no dataset “v9” here").first.wait_for()
    visitor.page.get_by_text("The dates in the address are not dates").first.wait_for()
    visitor.page.get_by_text("Model types has no types “none-such”").first.wait_for()
    assert visitor.drawn()[0] > 0


def test_another_dataset_brings_its_own_range(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES)
    visitor.page.get_by_label("Dataset").select_option(label="Open LLM Leaderboard v1")
    visitor.wait_until("location.search.includes('dataset=v1')")
    visitor.open_how_counted()
    visitor.page.get_by_text("400 models").first.wait_for()


def test_the_table_opens_and_its_csv_holds_every_row(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=month")
    visitor.press("Table")
    visitor.page.locator(".tabulator-row").first.wait_for()
    assert visitor.strangers == []
    name, content = visitor.save("CSV")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert name == "model-types_new-models_v2_2024-06-15.csv"
    marks = ["is_complete", "is_filling", "is_missing_late_submissions"]
    assert list(rows[0]) == ["period", "type", "models", "share", *marks]
    assert sum(int(row["models"]) for row in rows) == visitor.ask(
        f"Array.from({PLOT}[0].renderers[0].data_source.data.models).reduce((sum, models) => sum + models, 0)"
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_a_picture_is_saved_as_png_and_as_svg_with_real_text(
    visit: Visit, troubled_texts: Callable[[bytes], list[str]], width: int
) -> None:
    visitor = visit(MODEL_TYPES, width=width)
    visitor.settle()
    name, content = visitor.save("PNG")
    assert name == "model-types_new-models_v2_2024-06-15.png"
    chart = visitor.ask(f"Bokeh.index.find_one_by_id({PLOT}[0].id).el.getBoundingClientRect().width")
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.width >= max(1600, 2 * chart - 1)
        assert len(picture.convert("RGB").resize((100, 60)).getcolors(6000)) > 20  # drawn, not empty
    name, content = visitor.save("SVG")
    assert name == "model-types_new-models_v2_2024-06-15.svg"
    text = " ".join(re.sub("<[^>]+>", " ", html.unescape(content.decode())).split())
    for part in (
        "fine-tuned",
        "New models per week",
        "Filters: ",
        "Licence of the data: not declared by the leaderboard",
    ):
        assert part in text
    snapshot = r"snapshot \d{8}T\d{6}Z-\w{8} · data of 15 Jun 2024"
    assert re.search(rf"Open LLM Leaderboard v2 · {snapshot} · version \S+ of the counting rules", text)
    assert "· saved " in text
    address = text[text.index(visitor.address) :].replace(" ", "")
    assert address.startswith(f"{visitor.address}?view=model-types&dataset=v2&")
    assert re.search(r"&snapshot=\d{8}T\d{6}Z-\w{8}", address)
    assert troubled_texts(content) == []


def test_a_workbook_holds_the_table_its_rows_and_what_they_stand_on(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=month")
    name, content = visitor.save("XLSX")
    assert name == "model-types_new-models_v2_2024-06-15.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Table", "Data", "Source"]
    source = {line[0].value: line[1].value for line in book["Source"].iter_rows() if line[0].value}
    assert {"title", "question", "dataset", "filters", "snapshot", "licence of the data", "counting rules"} <= set(
        source
    )
    assert source["address"].startswith(f"{visitor.address}?view=model-types&dataset=v2&")
    assert "period_axis" in " ".join(str(line[1].value) for line in book["Source"].iter_rows())
    table = [[cell.value for cell in line] for line in book["Table"].iter_rows()]
    names = [name for name in table[0] if name not in ("period", "state")]
    models = [line[list(table[0]).index(name)] for line in table[1:] for name in names]
    assert sum(models) == sum(line[2].value for line in list(book["Data"].iter_rows())[1:])


def test_a_table_is_wide_never_wider_than_its_card_and_hides_rows_of_zeros(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=day&from=2024-01-01&to=2024-06-15", width=390, height=844)
    visitor.press("Table")
    row = visitor.page.locator(".tabulator-row")
    row.first.wait_for()
    titles = [title for title in visitor.page.locator(".tabulator-col-title").all_inner_texts() if title.strip()]
    assert titles[0] == "period"
    assert {"pretrained", "chat", "fine-tuned"} <= set(titles)
    box, card = (visitor.box(visitor.page.locator(part).first) for part in (".tabulator", ".frame"))
    assert card["x"] <= box["x"]
    assert box["x"] + box["width"] <= card["x"] + card["width"]
    visitor.wait_until("document.documentElement.scrollWidth === 390")
    switch = visitor.page.get_by_role("checkbox", name=re.compile(r"Hide \d+ rows? of zeros"))
    switch.check()
    zeros = (
        "(row) => [...row.querySelectorAll('.tabulator-cell')].slice(1, -1).every((cell) => cell.textContent === '0')"
    )
    expect(row.first).to_be_visible()
    visitor.page.wait_for_timeout(1500)
    assert not any(row.evaluate_all(f"(rows) => rows.map({zeros})"))
    assert visitor.complaints == []


def test_plain_panel_says_what_to_start_for_addresses(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES + "&unit=month")
    visitor.press("Data of New models per month")
    visitor.page.get_by_text("whoever runs it starts “oss-ai-monitor serve” instead").wait_for()
    assert visitor.page.get_by_role("button", name="Embed").count() == 0


@pytest.mark.parametrize("width", [1920, 1280, 390])
def test_labels_neither_cover_each_other_nor_run_out(
    visit: Visit, troubled_texts: Callable[[bytes], list[str]], width: int
) -> None:
    visitor = visit("?view=model-types&dataset=v1&from=2023-10-01&to=2024-06-15&unit=week", width=width)
    visitor.settle()
    _, content = visitor.save("SVG")
    assert troubled_texts(content) == []


def test_the_figures_follow_light_and_dark(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES)
    visitor.wait_until(f"{PLOT}[0].background_fill_color === '#FFFFFF'")
    visitor.page.get_by_label("Toggle theme").click()
    visitor.wait_until(f"{PLOT}[0].background_fill_color === '#181C22'")


def test_on_a_phone_nothing_scrolls_sideways_and_controls_wait_in_a_drawer(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES, width=390, height=844)
    visitor.settle()
    visitor.wait_until("document.documentElement.scrollWidth === 390")
    expect(visitor.page.get_by_label("Dataset")).to_be_hidden()
    right = "Bokeh.index.find_one_by_id(plot.id).el.getBoundingClientRect().right"
    visitor.wait_until(f"Math.max(...{PLOT}.map((plot) => {right})) <= 390")
    visitor.page.get_by_label("Open drawer").click()
    visitor.page.get_by_label("Dataset").wait_for()


def test_a_page_is_as_dark_as_the_system_until_its_reader_chooses(chromium: Browser, served: str) -> None:
    context = new_context(chromium, color_scheme="dark")
    is_dark = f"{PAGE}.data.dark_theme === true"
    visitor = Visitor(context.new_page(), served).open(MODEL_TYPES)
    visitor.wait_until(is_dark)
    visitor.page.get_by_label("Toggle theme").click()
    visitor.wait_until(f"!({is_dark})")
    second_visitor = Visitor(context.new_page(), served).open(MODEL_TYPES)
    second_visitor.wait_until(f"!({is_dark})")
    second_visitor.settle()
    assert not second_visitor.ask(is_dark)
    context.close()


def test_the_tab_of_the_browser_says_what_is_seen(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES)
    visitor.wait_until("document.title === 'Model types · Open-Source AI Monitor'")
    visitor.go_to("Releases")
    visitor.wait_until("document.title === 'Releases · Open-Source AI Monitor'")


def test_a_perspective_that_is_left_before_it_is_there_is_there_later(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES)
    for name in ("Releases", "Model types"):
        visitor.go_to(name)
    visitor.wait_until(f"location.search.includes('view=model-types') && {PLOT}.length > 3")
    visitor.settle()
    visitor.go_to("Releases")
    visitor.wait_until(f"{PLOT}.slice(2).some((plot) => Bokeh.index.find_one_by_id(plot.id)?.el.checkVisibility())")
    visitor.wait_until(f"{PLOT}[2].inner_width > 300")
    assert visitor.complaints == []


def test_hidden_perspectives_take_no_part_in_the_layout(visit: Visit) -> None:
    visitor = visit(MODEL_TYPES)
    visitor.ask(f"""() => {{
      window.__measured = 0;
      window.__hidden = Bokeh.index.find_one_by_id({PLOT}[0].id);
      const own = __hidden.measure_layout.bind(__hidden);
      __hidden.measure_layout = () => {{ __measured += 1; own(); }};
    }}""")
    visitor.go_to("Releases")
    visitor.wait_until(f"!__hidden.el.checkVisibility() && {PLOT}.length > 3")
    visitor.settle()
    visitor.settle("__measured")
    visitor.ask("() => { window.__measured = 0; }")
    visitor.choose("Day")
    visitor.page.get_by_text("New models per day, and releases").wait_for()
    visitor.page.wait_for_timeout(500)
    assert visitor.ask("__measured") == 0
    visitor.go_to("Model types")
    visitor.wait_until("__measured > 0")
