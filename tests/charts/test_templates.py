"""Templates are made once and shared, figures are not; what a chart sends fits its template."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from bokeh.models import Slider
from bokeh.plotting import figure

from oss_ai_monitor.charts import (
    Chart,
    Curves,
    DayBars,
    DynamicPoints,
    EventBars,
    Fan,
    Frontier,
    Graph,
    HeatMap,
    IntervalDots,
    LineSeries,
    NumberLines,
    PanelGrid,
    Points,
    Span,
    StackedAreas,
    StackedBars,
    StackedRows,
    StepCurves,
    SurvivalCurves,
    Timeline,
    Waterfall,
    pack,
)
from oss_ai_monitor.charts.ladder import Ladder
from oss_ai_monitor.charts.spread import Spread
from oss_ai_monitor.charts.template import template

COLOURS = {"chat": "#0072B2", "merge": "#009E73"}
SPAN = Span(dt.date(2024, 1, 1), dt.date(2024, 2, 29), "month")
MONTHS = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-01"])
KINDS = [
    lambda: StackedBars("bars", by="type", colours=COLOURS),
    lambda: EventBars("bars", by="type", colours=COLOURS),
    lambda: StackedAreas("areas", by="type", colours=COLOURS),
    lambda: Points("points", by="type", colours=COLOURS),
    lambda: DynamicPoints("points", by="author"),
    lambda: Timeline("lanes", colours=COLOURS),
    lambda: DayBars("days", value="models", first=-1, last=1, y_title="models"),
    lambda: Spread("gains", x_title="points"),
    lambda: Ladder("ladder", x_title="days", y_title="points"),
    lambda: PanelGrid("panels", by="type", colours=COLOURS),
    lambda: LineSeries("lines", by="type", value="models", y_title="models"),
    lambda: Fan("fan", value="models", y_title="models", x_title="month"),
    lambda: StepCurves("curves", by="type", value="share", y_title="share"),
    lambda: StepCurves("frontier", by="type", value="score", y_title="score", x="date", has_dates=True),
    lambda: Frontier("sizes", by="type", x="size", value="score", x_title="size", y_title="score"),
    lambda: Curves("lorenz", by="type", x="percent", value="share", x_title="percent", y_title="share"),
    lambda: Curves("ranks", by="type", x="rank", value="share", x_title="rank", y_title="share", has_powers=True),
    lambda: SurvivalCurves("survival", by="type", value="share", y_title="share"),
    lambda: NumberLines("ages", by="type", x="age", value="downloads", x_title="days", y_title="downloads"),
    lambda: StackedRows("rows", colours=COLOURS, x_title="downloads"),
    lambda: HeatMap("cells", x="type", y="month", value="share", x_title="type", y_title="month"),
    lambda: IntervalDots("gains", x_title="points"),
    lambda: Waterfall("steps"),
    lambda: Graph("family", colours=COLOURS, y_title="score"),
    lambda: Graph("sizes", colours=COLOURS, y_title="score", x_title="parameters", has_dates=False),
]


def bars() -> Chart:
    chart = StackedBars("bars", by="type", colours=COLOURS)
    frame = pd.DataFrame({"period": MONTHS, "type": ["chat", "merge", "chat"], "models": [3.0, 1.0, 2.0]})
    chart.send(frame.assign(is_complete=[True, True, False], is_filling=False), SPAN)
    return chart


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_made_once_and_names_its_models_once(kind: type[Chart]) -> None:
    first, second = kind(), kind()
    assert first.template is second.template
    document = json.loads(first.template.text)["doc"]
    assert set(document) == {"version", "title", "roots", "config"}
    assert {"figure", "x-range", "y-range"} <= first.template.names


def test_figures_of_one_template_share_no_model() -> None:
    mine, theirs = ({model.id for model in bars().figure().references()} for _ in range(2))
    assert mine.isdisjoint(theirs)


def test_a_figure_holds_what_was_sent() -> None:
    drawn = bars().figure()
    source = drawn.select_one({"name": "bars"})
    # January holds chat below merge, February chat alone; a width of a month is 94% of it
    assert list(source.data["bottom"]) == [0, 3, 0]
    assert list(source.data["top"]) == [3, 4, 2]
    assert list(source.data["alpha"]) == [1, 1, 0.38]
    assert np.allclose(source.data["width"], [31 * 86_400_000 * 0.94] * 2 + [29 * 86_400_000 * 0.94])
    assert [item.visible for item in drawn.legend[0].items] == [True, True]
    assert (drawn.x_range.start, drawn.x_range.end) == (1704067200000, 1709251200000)
    assert drawn.yaxis[0].ticker.ticks == [0, 1, 2, 3, 4]


def test_a_legend_names_only_what_is_drawn() -> None:
    chart = bars()
    frame = pd.DataFrame({"period": MONTHS[2:], "type": ["merge"], "models": [1.0], "is_complete": True})
    chart.send(frame, SPAN)
    assert [item.visible for item in chart.figure().legend[0].items] == [False, True]


def test_two_models_of_one_name_are_refused() -> None:
    def make() -> figure:
        drawn = figure(name="one")
        drawn.xaxis[0].name = "one"
        return drawn

    with pytest.raises(ValueError, match="the same name: one"):
        template("repeated", make)


def test_a_text_like_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="as ids do"):
        template("marked", lambda: figure(title="§1"))


def test_options_of_a_model_that_is_not_there_are_an_error() -> None:
    chart = bars()
    chart.options["nobody"] = {"visible": True}
    with pytest.raises(KeyError, match="nobody"):
        chart.figure()


def test_columns_are_packed_as_their_bytes() -> None:
    columns = {
        "one": {
            "x": np.array([1.5, np.nan]), "n": np.array([1, 2, 3], "int32"), "of": ["b", "a", "b"], "is": [True, False],
            "wide": np.array([2**40]), "none": [],
        },
        "lines": {"xs": [np.array([1.0]), np.array([2.0, 3.0])], "label": ["π", None]},
    }  # fmt: skip
    packed, contents = pack(columns)
    assert [place[1] % 8 for source in contents.values() for place in source.values()] == [0] * 8

    def read(source: str, column: str) -> list[float]:
        kind, offset, length, *_ = contents[source][column]
        return np.frombuffer(packed, kind, length, offset).tolist()

    assert read("one", "x")[0] == 1.5
    assert np.isnan(read("one", "x")[1])
    assert read("one", "n") == [1, 2, 3]
    assert [contents["one"]["of"][3][code] for code in read("one", "of")] == ["b", "a", "b"]
    assert read("one", "is") == [1, 0]
    assert read("one", "wide") == [2**40]
    assert read("one", "none") == []
    assert (read("lines", "xs"), contents["lines"]["xs"][3]) == ([1, 2, 3], [1, 2])
    assert [contents["lines"]["label"][3][code] for code in read("lines", "label")] == ["π", ""]


def test_what_is_missing_is_an_empty_text_or_no_number() -> None:
    packed, contents = pack({"one": {"text": [pd.NA, "a", np.nan], "number": [1.0, None, pd.NA]}})
    kind, offset, length, texts = contents["one"]["text"]
    codes = np.frombuffer(packed, kind, length, offset)
    assert [texts[code] for code in codes] == ["", "a", ""]
    kind, offset, length = contents["one"]["number"]
    assert np.isnan(np.frombuffer(packed, kind, length, offset)).tolist() == [False, True, True]


@pytest.mark.parametrize(
    "column",
    [
        [Slider(start=0, end=1, value=0)],
        ["a", 1],
        np.array(["1", "2"]),
        np.array([[1.0, 2.0]]),
        np.array([1j]),
        np.array(["2024-01-01"], "datetime64[ms]"),
    ],
)
def test_what_is_no_column_is_refused(column: object) -> None:
    with pytest.raises(TypeError, match="cannot be sent"):
        pack({"one": {"x": column}})
