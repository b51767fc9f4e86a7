"""A grid of panels in a real Chromium, without a server: where panels stand, what is drawn in them, and what hovers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page

from oss_ai_monitor.charts import PanelGrid, Span

from .conftest import draw_alone

pytestmark = pytest.mark.browser
SPAN = Span(dt.date(2024, 1, 1), dt.date(2024, 1, 28), "week")
WEEKS = pd.to_datetime(["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"])
FIGURE = "[...Bokeh.documents[0]._all_models.values()].find((model) => model.type === 'Figure')"
DRAWN = f"""(kind) => {{
  const {{data}} = {FIGURE}.renderers.filter((drawn) => drawn.glyph.type === kind.glyph)[kind.index].data_source;
  return Object.fromEntries(Object.entries(data).map(([name, column]) => [name, Array.from(column, (value) =>
    typeof value === "object" ? Array.from(value, (at) => Number.isFinite(at) ? at : null) : value)]));
}}"""
EXPORTED = f"""async () => {{
  const view = Bokeh.index.find_one_by_id({FIGURE}.id);
  const svg = new DOMParser().parseFromString(await (await view.export("svg", true).to_blob()).text(), "image/svg+xml");
  for (const text of svg.querySelectorAll("text")) if (text.getAttribute("fill") === "none") text.remove();
  return new XMLSerializer().serializeToString(svg);
}}"""
Show = Callable[..., Page]


@pytest.fixture
def show(tab: Page) -> Show:
    """Show a grid alone on a page of a width."""

    def draw(grid: PanelGrid, width: int) -> Page:
        page = draw_alone(tab, grid.figure(), width)
        page.wait_for_function(f"() => {{ try {{ return {FIGURE}.x_range.end > 50 }} catch {{ return false }} }}")
        page.wait_for_function(f"() => {FIGURE}.inner_height === {FIGURE}.height")
        return page

    return draw


def grid_of(
    values: dict[str, list[float]], span: Span = SPAN, periods: pd.DatetimeIndex = WEEKS, **options: Any
) -> PanelGrid:
    grid = PanelGrid("grid", by="name", colours={"Tin": "#D55E00", "Lead": "#0072B2"}, title="Change")
    frame = pd.concat([pd.DataFrame({"period": periods, "name": name, "change": row}) for name, row in values.items()])
    frame = frame.assign(models=3, models_before=1, is_complete=True, is_filling=False, has_appeared=True)
    grid.send(
        frame.reset_index(drop=True), span, value="change", names={name: f"{name} (12)" for name in values},
        y_title="change (models)", value_label="change", reference="models_before", reference_label="week before",
        digits=0, **options,
    )  # fmt: skip
    return grid


def drawn(page: Page, glyph: str, index: int = 0) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = page.evaluate(DRAWN, {"glyph": glyph, "index": index})
    return columns


def test_an_area_stands_on_zero_and_ends_at_a_gap(show: Show) -> None:
    page = show(grid_of({"Tin": [5, -5, np.nan, 0], "Lead": [np.nan] * 4}), 1280)
    areas, zeros, hits = drawn(page, "Patches"), drawn(page, "Segment", 2), drawn(page, "Quad", 1)
    assert areas["colour"] == ["#D55E00", "#0072B2"]
    xs, ys = areas["xs"][0], areas["ys"][0]
    x0, x1, x2, x3, x4 = *hits["left"][:4], hits["right"][3]
    top, zero, bottom = hits["top"][0], zeros["y"][0], hits["bottom"][0]
    assert zero == pytest.approx((top + bottom) / 2)
    assert xs == [x0, x0, x1, x1, x2, x2, None, x3, x3, x4, x4, None]
    assert ys == [zero, top, top, bottom, bottom, zero, None, zero, zero, zero, zero, None]
    assert areas["xs"][1] == []
    assert x4 - x0 == zeros["x1"][0] - zeros["x0"][0]


@pytest.mark.parametrize(("width", "columns"), [(390, 1), (700, 2), (1000, 3), (1280, 4), (1920, 4)])
def test_columns_follow_the_width(show: Show, width: int, columns: int) -> None:
    grid = grid_of({f"n{n}": [1.0, 2.0, 3.0, n] for n in range(12)})
    page = show(grid, width)
    zeros = drawn(page, "Segment", 2)
    assert len(set(zeros["x0"])) == columns
    assert len(set(zeros["y"])) == 12 / columns
    assert all(0 < left < right <= width for left, right in zip(zeros["x0"], zeros["x1"], strict=True))
    assert page.evaluate(f"{FIGURE}.height") == 12 / columns * 206 - 10 + 18


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_titles_and_ticks_neither_cover_each_other_nor_run_out(
    show: Show, troubled_texts: Callable[[bytes], list[str]], width: int, unit: str
) -> None:
    span = Span(dt.date(2023, 6, 1), dt.date(2024, 6, 30), unit)
    periods = pd.date_range("2023-06-05", "2024-06-01", freq={"day": "D", "week": "7D", "month": "MS"}[unit])
    values = {f"n{n}": np.linspace(-12_345, 67_890, len(periods)).tolist() for n in range(5)}
    long_name = "A name that is so long that it has no room above a panel of any width, not even of this one"
    page = show(grid_of({long_name: values["n0"], **values}, span, periods), width)
    svg = page.evaluate(EXPORTED)
    assert troubled_texts(svg.encode()) == []
    texts = re.findall(r"<text[^>]*>([^<]+)", svg)
    assert {"n4 (12)", "50,000", "0"} <= {*texts}
    assert (texts.count("change (models)"), texts.count("appeared (UTC)")) == (1, 1)
    assert next(text for text in texts if text.startswith("A name")).endswith("…")
    assert len([text for text in texts if "2023" in text or "2024" in text]) >= 6


def test_every_panel_has_a_hover(show: Show) -> None:
    page = show(grid_of({"Tin": [5, -5, np.nan, 0], "Lead": [1, 2, 3, 4]}), 800)
    hits = drawn(page, "Quad", 1)
    for row, texts in (
        (1, ["week of 8 Jan 2024", "−5", "3", "1"]),
        (2, ["week of 15 Jan 2024", "none", "3", "1"]),
        (7, ["week of 22 Jan 2024", "+4", "3", "1"]),
    ):
        x, y = (hits["left"][row] + hits["right"][row]) / 2, (hits["top"][row] + hits["bottom"][row]) / 2
        page.mouse.move(x + 14, y)
        page.get_by_text(texts[0]).first.wait_for()
        labels, values = (page.locator(f".bk-tooltip-row-{part}").all_text_contents() for part in ("label", "value"))
        assert [label.strip() for label in labels[1:]] == ["change:", "new models:", "week before:"]
        assert [value.strip() for value in values] == texts


def test_texts_and_trends_follow_the_theme(show: Show) -> None:
    page = show(grid_of({"Tin": [5.0, -5.0, 3.0, 0.0]}), 800)
    page.evaluate(
        f"""{FIGURE}.left[0].axis_label_text_color = "#EEEEEE"; {FIGURE}.left[0].major_label_text_color = "#AAAAAA";
        {FIGURE}.center[1].grid_line_color = "#333333";"""
    )
    colours = (
        f"{FIGURE}.renderers.flatMap(({{glyph}}) => [glyph.text_color, glyph.line_color]).map((c) => c?.value ?? '')"
    )
    page.wait_for_function(f"() => {colours}.includes('#333333')")
    assert [colour for colour in page.evaluate(colours) if colour] == [
        "#333333", "#8A8F98", "#8A8F98", "#EEEEEE", "#EEEEEE", "#EEEEEE", "#AAAAAA",
    ]  # fmt: skip


def test_names_stay_text(show: Show) -> None:
    hostile = "<img src=x onerror=alert(1)>$$x^2$$"
    page = show(grid_of({hostile: [1.0, 2.0, 3.0, 4.0]}), 1280)
    assert drawn(page, "Text")["text"][0].startswith("<img src=x")
    assert page.locator("img").count() == 0
