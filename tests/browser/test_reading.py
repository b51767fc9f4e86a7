"""What helps to read a chart, in a real Chromium, without a server: names, dated lines, legends and tooltips."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from oss_ai_monitor.charts import (
    RATIOS,
    TREND,
    Chart,
    HeatMap,
    IntervalDots,
    Path,
    Points,
    Span,
    StackedAreas,
    StackedBars,
    styles_by_name,
)
from oss_ai_monitor.charts.ladder import Ladder

from .conftest import TEXT_BOXES, new_context
from .test_chart_kinds import Show, show
from .test_panels import EXPORTED, FIGURE

pytestmark = pytest.mark.browser
__all__ = ["show"]
COLOURS = {"chat": "#CC79A7", "merge": "#009E73"}
SPAN = Span(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "month", settled_on=dt.date(2024, 11, 15))
MONTHS = pd.date_range("2024-01-01", periods=12, freq="MS")
PLACES = f"""(names) => {{
  const view = Bokeh.index.find_one_by_id({FIGURE}.id);
  return {FIGURE}.renderers.filter((drawn) => names.includes(drawn.data_source.name)).flatMap((drawn) => {{
    const {{glyph}} = view.views.find_one(drawn);
    return Array.from(glyph.sx, (x, i) => [x, glyph.sy[i]]);
  }});
}}"""
"""Where the points of some sources are in the figure."""
LINES = f"""() => {{
  const view = Bokeh.index.find_one_by_id({FIGURE}.id), {{x_scale, y_scale}} = view.frame;
  const drawn = {FIGURE}.renderers.find((one) => one.glyph.type === "Segment" && one.data_source.data.source);
  const {{x, y0, y1, label}} = drawn.data_source.data;
  return label.map((text, i) => [text, x_scale.compute(x[i]), y_scale.compute(y1[i]), y_scale.compute(y0[i])]);
}}"""
"""The dated lines that are drawn: name, and where they are in the figure."""
PIXELS = f"""(wanted) => {{
  const canvas = Bokeh.index.find_one_by_id({FIGURE}.id).canvas_view.primary.canvas;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let found = 0;
  for (let i = 0; i < pixels.length; i += 4) if (wanted.every((part, n) => Math.abs(pixels[i + n] - part) < 2)) found++;
  return found;
}}"""
"""How many pixels of the chart have a colour; those of the legend are not part of it."""


def texts_of(chromium: Browser, page: Page) -> list[dict[str, Any]]:
    """The drawn texts and where they are in the figure."""
    with new_context(chromium) as context:
        drawing: dict[str, Any] = context.new_page().evaluate(TEXT_BOXES, page.evaluate(EXPORTED))
    return list(drawing["boxes"])


def crowded_ladder() -> Ladder:
    """Twelve ladders that end near each other, above a thousand faint points."""
    ladder = Ladder("ladder", x_title="days", y_title="points", title="Gains")
    random = np.random.default_rng(7)
    names = [f"Base {n} 70B" for n in range(12)]
    rungs = [
        (name, day, gain) for n, name in enumerate(names) for day, gain in ((3, 1 + n / 4), (90 + 9 * n, 2 + n / 4))
    ]
    others = [(names[n % 12], *random.uniform((0, -2), (300, 4))) for n in range(1000)]
    rows = pd.DataFrame([*rungs, *others], columns=["name", "days", "gain"]).sort_values("days", kind="stable")
    is_rung = rows.index < len(rungs)
    rows = rows.assign(is_rung=is_rung, is_unsettled=False, is_own=False, model_id="a/b", score=1.0, type="chat")
    rows = rows.assign(on=pd.Timestamp("2024-01-05"), base_score=1.0)
    bases = pd.DataFrame({"name": names, "until": 300, "low": 0.0, "high": 0.0, "summary": ""})
    ladder.send(rows, bases, styles_by_name(names, {}), labels=True, others=True)
    return ladder


def two_types() -> pd.DataFrame:
    """A month of chat and of merge models each, the last one incomplete."""
    rows = pd.DataFrame([(month, name) for month in MONTHS for name in COLOURS], columns=["period", "type"])
    rows = rows.assign(models=[float(3 + n % 5) for n in range(len(rows))], is_filling=False)
    rows["cumulative"] = rows.groupby("type")["models"].cumsum()
    return rows.assign(is_complete=rows["period"] < MONTHS[-1])


def bars() -> Chart:
    chart = StackedBars("bars", by="type", colours=COLOURS)
    chart.send(two_types(), SPAN)
    return chart


def areas() -> Chart:
    chart = StackedAreas("areas", by="type", colours=COLOURS)
    chart.send(two_types(), SPAN)
    return chart


def points() -> Chart:
    """Three models of a type in one place, a line of records, and a trend of one type."""
    lines = {"best so far": "#8E6BD8", TREND: "#8A8F98"}
    chart = Points("points", by="type", colours=COLOURS | lines, lines_only=tuple(lines))
    rows = pd.DataFrame({"date": MONTHS[[3, 3, 3, 8]], "score": [25.0, 25.0, 25.0, 60.0]})
    rows = rows.assign(type=["chat"] * 3 + ["merge"], model_id=["a/1", "a/2", "a/3", "b/1"], alpha=1.0)
    days = MONTHS.to_numpy().astype("datetime64[ms]").astype("float64")
    record = Path("best so far, b/1", "best so far", days[[0, 11]], np.array([65.0, 65.0]))
    chart.send(rows, SPAN, lines=[record], trends=[Path("merge", "merge", days[[1, 10]], np.array([30.0, 50.0]))])
    return chart


def gains() -> IntervalDots:
    """Two gains, one of them negative."""
    chart = IntervalDots("gains", x_title="points gained")
    rows = pd.DataFrame({"name": ["chat", "merge"], "value": [3.7, -4.1], "low": [1.0, -4.9], "high": [8.0, -1.0]})
    chart.send(rows)
    return chart


def correlations() -> HeatMap:
    """Three variables on a scale from −1 to 1."""
    chart = HeatMap("cells", x="to", y="from", value="r", x_title="to", y_title="from", low=-1.0, numbers=RATIOS)
    names = ["score", "downloads in 30 days", "likes"]
    rows = pd.DataFrame([(x, y, 0.5) for x in names for y in names], columns=["to", "from", "r"])
    chart.send(rows, x_names=names, y_names=names)
    return chart


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_names_on_ladders_cover_neither_points_nor_each_other(
    chromium: Browser, show: Show, troubled_texts: Callable[[bytes], list[str]], width: int
) -> None:
    page = show(crowded_ladder(), width)
    names = [box for box in texts_of(chromium, page) if box["text"].startswith("Base ") and "+" in box["text"]]
    assert names
    covered = [
        (box["text"], x, y)
        for box in names
        for x, y in page.evaluate(PLACES, ["rungs", "others"])
        if box["left"] < x < box["right"] and box["top"] < y < box["bottom"]
    ]
    assert covered == []
    assert troubled_texts(page.evaluate(EXPORTED).encode()) == []


@pytest.mark.parametrize(("width", "least"), [(390, 2), (1280, 5)])
def test_every_dated_line_has_its_name_and_runs_through_none(
    chromium: Browser, show: Show, troubled_texts: Callable[[bytes], list[str]], width: int, least: int
) -> None:
    chart = StackedBars("bars", by="type", colours=COLOURS)
    days = pd.to_datetime(["2024-02-20", "2024-06-26", "2024-07-10", "2024-09-01", "2024-12-10"])
    names = ["Tin opens", "v2 opens", "MATH rescored (parser)", "Lead 3 is released", "v2 closes"]
    chart.mark(pd.DataFrame({"happened_on": days, "label": names, "source": "tin.org"}))
    chart.send(two_types(), SPAN)
    page = show(chart, width)
    lines, texts = page.evaluate(LINES), texts_of(chromium, page)
    assert len(lines) >= least
    assert {name for name, *_ in lines} == {box["text"] for box in texts} & set(names)
    crossed = [
        (name, box["text"])
        for name, x, top, bottom in lines
        for box in texts
        if box["left"] < x < box["right"] and max(box["top"], top) + 3 < min(box["bottom"], bottom)
    ]
    assert crossed == []
    assert troubled_texts(page.evaluate(EXPORTED).encode()) == []


def test_the_name_of_a_hatched_stretch_ends_beside_it(chromium: Browser, show: Show) -> None:
    page = show(bars(), 800)
    name = next(box for box in texts_of(chromium, page) if box["text"] == "still filling")
    start = page.evaluate(f"""() => {{
      const view = Bokeh.index.find_one_by_id({FIGURE}.id);
      const filling = {FIGURE}.renderers.find((drawn) => drawn.data_source.name === "filling").data_source.data;
      return view.frame.x_scale.compute(filling.x0[0]);
    }}""")
    assert 0 < start - name["right"] < 12


@pytest.mark.parametrize("make", [crowded_ladder, gains, correlations])
def test_ticks_below_zero_have_a_true_minus(chromium: Browser, show: Show, make: Callable[[], Chart]) -> None:
    ticks = [box["text"] for box in texts_of(chromium, show(make(), 800)) if re.match(r"[-−]\d", box["text"])]
    assert ticks
    assert [tick for tick in ticks if not tick.startswith("−")] == []


@pytest.mark.parametrize("width", [300, 1280])
def test_the_scale_of_a_heat_map_is_within_its_cells(show: Show, width: int) -> None:
    page = show(correlations(), width)
    page.wait_for_function(f"""() => {{
      const scale = {FIGURE}.above.find((part) => part.type === "ColorBar");
      return scale.width > 0 && scale.width + 2 * scale.padding <= {FIGURE}.inner_width;
    }}""")


@pytest.mark.parametrize(("make", "alpha"), [(bars, 1.0), (areas, 0.9), (points, 1.0)])
def test_a_click_on_a_name_of_the_legend_hides_it_and_shows_it_again(
    show: Show, make: Callable[[], Chart], alpha: float
) -> None:
    page = show(make(), 800)
    colours = {
        name: [round(alpha * part + (1 - alpha) * 255) for part in bytes.fromhex(colour[1:])]
        for name, colour in COLOURS.items()
    }
    enough = "({name, colour, pixels}) => (" + PIXELS + ")(colour) > 20 === pixels"

    def wait_until(name: str, *, is_drawn: bool) -> None:
        page.wait_for_function(enough, arg={"name": name, "colour": colours[name], "pixels": is_drawn})

    for name in COLOURS:
        wait_until(name, is_drawn=True)
    page.get_by_text("chat", exact=True).click()
    wait_until("chat", is_drawn=False)
    wait_until("merge", is_drawn=True)
    page.get_by_text("chat", exact=True).click()
    wait_until("chat", is_drawn=True)


def test_lines_and_trends_stand_in_the_legend_and_are_hidden_by_it(show: Show) -> None:
    page = show(points(), 800)
    record = [0x8E, 0x6B, 0xD8]
    page.wait_for_function(f"(wanted) => ({PIXELS})(wanted) > 100", arg=record)
    page.get_by_text("best so far", exact=True).click()
    page.wait_for_function(f"(wanted) => ({PIXELS})(wanted) === 0", arg=record)
    page.get_by_text(TREND, exact=True).click()
    faint = [round(0.32 * part + 0.68 * 255) for part in bytes.fromhex("009E73")]
    page.wait_for_function(f"(wanted) => ({PIXELS})(wanted) === 0", arg=faint)
    page.get_by_text(TREND, exact=True).click()
    page.wait_for_function(f"(wanted) => ({PIXELS})(wanted) > 100", arg=faint)


def test_points_in_one_place_have_one_tooltip(show: Show) -> None:
    page = show(points(), 800)
    place = page.evaluate(PLACES, ["points"])[0]
    box = page.evaluate(
        f"() => {{ const box = Bokeh.index.find_one_by_id({FIGURE}.id).canvas_view.el.getBoundingClientRect();"
        " return [box.x, box.y]; }"
    )
    x, y = box[0] + place[0], box[1] + place[1]
    page.mouse.move(x - 40, y)
    page.mouse.move(x, y)
    page.locator(".bk-tooltip-row-value").first.wait_for()
    page.wait_for_timeout(300)
    values = [value.strip() for value in page.locator(".bk-tooltip-row-value").all_text_contents()]
    assert len([value for value in values if value.startswith("a/")]) == 1
