"""Alt texts: what a chart shows, its range, its peak and its last complete value, from invented numbers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.charts import (
    DynamicPoints,
    EventBars,
    PanelGrid,
    Path,
    Points,
    Span,
    StackedAreas,
    StackedBars,
    Timeline,
)
from oss_ai_monitor.charts.alt_text import readable
from oss_ai_monitor.charts.day_bars import DayBars
from oss_ai_monitor.charts.ladder import Ladder
from oss_ai_monitor.charts.name_styles import styles_by_name
from oss_ai_monitor.charts.spread import Spread

COLOURS = {"chat": "#0072B2", "merge": "#009E73"}
SPAN = Span(dt.date(2024, 1, 1), dt.date(2024, 4, 10), "month")
MONTHS = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])
LAST = [True, True, True, False]  # April is cut


def monthly(**columns: list[float]) -> pd.DataFrame:
    """A row per month and type: chat and merge, April incomplete."""
    frame = pd.DataFrame({"period": MONTHS.repeat(2), "type": ["chat", "merge"] * 4, **columns})
    return frame.assign(is_complete=np.repeat(LAST, 2), is_filling=False)


MODELS = [30.0, 10.0, 60.0, 40.0, 20.0, 5.0, 90.0, 90.0]


def test_bars_say_their_range_their_peak_and_their_last_complete_period() -> None:
    bars = StackedBars("bars", by="type", colours=COLOURS, title="New models per month")
    bars.send(monthly(models=MODELS), SPAN)
    assert bars.description() == (
        "New models per month. Bars stacked by type, 1 Jan 2024 to 10 Apr 2024, by month: 4 months with 345 models, "
        "58% chat, 42% merge. Peak 180 in April 2024; last complete month (March 2024) 25."
    )


def test_shares_say_the_largest_share_of_a_sound_period() -> None:
    bars = StackedBars("bars", by="type", colours=COLOURS, title="Shares", share=True)
    bars.send(monthly(models=[30, 10, 60, 40, 2, 1, 90, 90]), SPAN)  # March has too few to have a share
    assert bars.description().endswith(
        "Largest share 75% chat in January 2024; last complete month (February 2024) 60% chat, 40% merge."
    )
    bars.send(monthly(models=[1.0] * 8), SPAN)
    assert bars.description().endswith("No complete month has 20 models or more.")


def test_a_picture_that_holds_nothing_says_so() -> None:
    bars = StackedBars("bars", by="type", colours=COLOURS, title="New models")
    assert bars.description() == "New models. Nothing to draw."
    bars.send(monthly(models=[0.0] * 8).iloc[:0], SPAN)
    assert bars.description() == "New models. Nothing to draw."


def test_named_lines_are_named() -> None:
    bars = EventBars("bars", by="type", colours=COLOURS, title="Releases")
    bars.send(monthly(models=MODELS), SPAN)
    lines = {"label": "Llama 9 (8 B)", "happened_on": pd.Timestamp("2024-02-03"), "source": "", "must": True}
    bars.draw_lines(pd.DataFrame([lines]))
    assert bars.description().endswith("last complete month (March 2024) 25. Lines: Llama 9 (3 Feb 2024).")


def test_areas_say_from_where_to_where() -> None:
    areas = StackedAreas("areas", by="type", colours=COLOURS, title="So far")
    frame = monthly(models=[5, 0, 5, 5, 0, 5, 5, 0], cumulative=[15, 10, 20, 15, 20, 20, 25, 20])
    areas.send(frame, SPAN)
    assert areas.description() == (
        "So far. Areas stacked by type, 1 Jan 2024 to 10 Apr 2024, by month: from 20 models at the start to 45 at the "
        "end, 56% chat, 44% merge. Peak 45 in April 2024; last complete month (March 2024) 40."
    )


@pytest.mark.parametrize("kind", [Points, DynamicPoints])
def test_points_say_the_best_and_the_last_that_stands(kind: type[Points]) -> None:
    options = {"colours": COLOURS} if kind is Points else {}
    points = kind("points", by="type", title="Best", **options)
    days = pd.to_datetime(["2024-01-05", "2024-03-02", "2024-04-04"])
    frame = pd.DataFrame({"date": days, "score": [40.0, 62.5, 61.0], "type": "chat", "model_id": ["a/a", "b/b", "c/c"]})
    line = Path("best so far", "chat", np.array([0.0, 1.0]), np.array([40.0, 62.5]))
    april = np.array([pd.Timestamp("2024-04-01").timestamp() * 1e3])
    if isinstance(points, DynamicPoints):
        points.set_names(["chat"], ["chat"])
    points.send(frame, SPAN, lines=[line], filling=(april, np.array([SPAN.right])))
    assert points.description() == (
        "Best. 3 points by type, 1 Jan 2024 to 10 Apr 2024, by month. Peak 62.5 by b/b, 2 Mar 2024; the last that is "
        "complete 62.5 by b/b, 2 Mar 2024. best so far: from 40.0 to 62.5."
    )


def test_lanes_say_who_has_most_and_what_came_last() -> None:
    lanes = Timeline("lanes", colours=COLOURS, title="Authors")
    day = pd.to_datetime(["2024-01-05", "2024-03-02", "2024-02-04"])
    names = {"author": ["tin", "tin", "lead"], "model_id": ["tin/a", "tin/b", "lead/a"], "appeared_on": day}
    models = pd.DataFrame(names).assign(type="chat", score_text="", submitted_text="")
    lanes.send(SPAN, ["tin", "lead"], models=models)
    assert lanes.description().endswith("3 models. Most: tin with 2; the latest is tin/b, 2 Mar 2024.")
    counts = pd.DataFrame({"author": ["tin", "lead", "tin"], "period": MONTHS[[0, 0, 3]], "models": [3, 4, 9]})
    lanes.send(SPAN, ["tin", "lead"], counts=counts.assign(is_complete=[True, True, False]))
    assert lanes.description().endswith(
        "16 models. Highest bar 9 by tin in April 2024. Together: Peak 9 in April 2024; last complete month "
        "(January 2024) 7."
    )


def test_a_grid_says_what_it_shows_and_then_what_is_in_each_panel() -> None:
    grid = PanelGrid("grid", by="architecture", colours={}, title="Change")
    frame = pd.DataFrame({"period": [*MONTHS, *MONTHS], "architecture": ["Tin"] * 4 + ["Lead"] * 4})
    frame = frame.assign(models=1, models_before=1.0, change=[1, np.nan, -3, 8, *[np.nan] * 4])
    frame = frame.assign(is_complete=LAST * 2, is_filling=False, has_appeared=True)
    grid.send(
        frame, SPAN, value="change", names={"Tin": "Tin (12)", "Lead": "Lead (4)"}, y_title="change (models)",
        value_label="change", reference="models_before", reference_label="month before", digits=0,
    )  # fmt: skip
    assert grid.description() == (
        "Change. Small panels by architecture on one scale: change (models), 1 Jan 2024 to 10 Apr 2024, by month. "
        "Tin (12): Peak +8 in April 2024; last complete month (March 2024) −3. Lowest −3. Lead (4): No value."
    )


def test_ladders_say_the_last_rung_of_each() -> None:
    ladder = Ladder("ladder", x_title="days", y_title="points", title="Gains")
    rows = pd.DataFrame({"name": ["Tin", "Tin", "Lead"], "days": [3, 40, 7], "gain": [1.5, 9.0, 2.0]})
    rows = rows.assign(is_rung=True, is_unsettled=[False, True, False], is_own=False, model_id=["a/a", "b/b", "c/c"])
    rows = rows.assign(score=1.0, on=pd.Timestamp("2024-01-05"), type="chat", base_score=1.0)
    bases = pd.DataFrame({"name": ["Tin", "Lead"], "until": [90, 60], "low": 0.0, "high": 0.0, "summary": ""})
    ladder.send(rows, bases, styles_by_name(["Tin", "Lead"], {}), labels=True, others=True)
    assert ladder.description() == (
        "Gains. Ladders of 2 base models, day 0 to day 90. Peak +9.0 by b/b, derived from Tin. Last rungs: "
        "Tin +9.0 on day 40, Lead +2.0 on day 7."
    )


def test_gains_say_the_best_and_each_median() -> None:
    gains = Spread("gains", x_title="points", title="How far")
    rows = pd.DataFrame({"name": ["Tin", "Lead"], "best": [9.0, np.nan], "median": [-1.25, np.nan], "lower": -2.0})
    rows = rows.assign(upper=1.0, derivatives=[12, 0], above=0.5, model_id=["a/a", ""])
    gains.send(rows, styles_by_name(["Tin", "Lead"], {}))
    assert gains.description() == (
        "How far. Gains of 2 base models over their own score. Peak +9.0 by a/a, derived from Tin. Median of the "
        "derivatives: Tin −1.2 of 12."
    )


def test_days_say_their_peak_and_the_last_complete_day() -> None:
    days = DayBars("days", value="derivatives", first=-1, last=2, y_title="declared derivatives", title="After Tin")
    frame = pd.DataFrame({"day": [-1, 0, 1, 2], "derivatives": [0, 7, 3, 1], "models": 50})
    frame = frame.assign(date=pd.date_range("2024-01-01", periods=4), is_complete=LAST, is_filling=False)
    none = pd.DataFrame({name: [] for name in ("label", "happened_on", "source", "must", "is_event", "day")})
    days.send(frame, none, "#0B5CAD")
    assert days.description() == (
        "After Tin. Bars of declared derivatives, one a day, from day −1 to day +2. Peak 7 on day 0 (2 Jan 2024); last "
        "complete day 3, day +1 (3 Jan 2024)."
    )


def test_what_cannot_be_read_out_is_left_out() -> None:
    assert readable("tin\u202e/\x00evil\n<b>") == "tin / evil <b>"
