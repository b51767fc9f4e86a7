"""Lines, steps, cells, rows and graphs: what reaches the browser and what is said in words, from invented numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.charts import (
    Chart,
    Curves,
    Fan,
    Frontier,
    Graph,
    HeatMap,
    IntervalDots,
    LineSeries,
    StackedBars,
    StepCurves,
    milliseconds,
    pack,
)
from oss_ai_monitor.charts.colour_scales import AROUND_ZERO, FROM_ZERO, text_colour
from tests.chart_examples import (
    EVENTS,
    EXAMPLES,
    HOSTILE,
    MONTHS,
    SPAN,
    frontier,
    graph,
    heat_map,
    interval_dots,
    line_series,
    lorenz,
    numbers_at_risk,
    ranks,
    staircases,
    survival,
)

DAY = 86_400_000.0
NO_ROWS = pd.DataFrame(
    {name: pd.Series(dtype="float64") for name in ("value", "low", "high", "day", "x", "y", "size")}
    | {name: pd.Series(dtype="object") for name in ("name", "model_id", "kind", "parent", "child")}
    | {"period": pd.to_datetime([]), "is_complete": pd.Series(dtype="bool")}
)


def listed(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def fan() -> Fan:
    chart = Fan("fan", value="models", y_title="models", x_title="month (UTC)", title="Models")
    counted = pd.DataFrame({"period": MONTHS[:2], "models": [10.0, 20.0], "is_forecast": False})
    ahead = pd.DataFrame({"period": MONTHS[2:], "models": [22.0, 24.0], "is_forecast": True})
    ends = {"low": [18.0, 16.0], "high": [26.0, 32.0], "outer_low": [15.0, 11.0], "outer_high": [30.0, 44.0]}
    chart.send_forecast(pd.concat([counted, ahead.assign(**ends)], ignore_index=True), SPAN)
    return chart


def test_a_forecast_opens_from_the_last_count_with_two_bands() -> None:
    chart = fan()
    assert chart.columns["lines"]["name"] == ["counted", "forecast"]
    assert [listed(line) for line in chart.columns["lines"]["ys"]] == [[10, 20, None, None], [None, 20, 22, 24]]
    assert [listed(outline) for outline in chart.columns["bands"]["ys"]] == [
        [20, 18, 16, 32, 26, 20],
        [20, 15, 11, 44, 30, 20],
    ]
    points = chart.columns["points"]
    assert points["intervals"] == [
        "counted", "counted", "80% 18 to 26, 95% 15 to 30", "80% 16 to 32, 95% 11 to 44", "counted",
    ]  # fmt: skip
    assert chart.description() == (
        "Models. Line of 2 months, and a forecast of 2 more. Last counted: 20 in February 2024. Last forecast: 24 in "
        "April 2024, 80% 16 to 32, 95% 11 to 44."
    )
    pack(chart.columns)
    assert len(chart.figure().renderers) > 2


def test_bars_of_what_comes_again_have_no_sum_of_all_periods() -> None:
    chart = StackedBars("owners", by="standing", colours={"new": "#0072B2"}, value="owners", title="Owners")
    rows = pd.DataFrame({"period": MONTHS[:2], "standing": "new", "owners": [3.0, 4.0], "is_complete": True})
    for adds_up, text in ((True, "2 months with 7 owners, 100% new."), (False, "2 months, 100% new.")):
        chart.send(rows.assign(is_filling=False), SPAN, noun="owners", adds_up=adds_up)
        assert text in chart.description()


def test_gaps_of_lines_stay_gaps() -> None:
    chart = line_series()
    lines, points = chart.columns["lines"], chart.columns["points"]
    assert lines["name"] == ["Tin", "Lead"]
    assert [listed(line) for line in lines["ys"]] == [[10, 20, None, 40], [5, None, 7, 8]]
    middle_of_january = milliseconds(MONTHS[:1])[0] + 15.5 * DAY
    assert lines["xs"][0][0] == middle_of_january
    assert points["fill"].tolist() == [1, 1, 0, 1, 1, 1, 0], "points of an incomplete month are hollow"
    assert points["period"].tolist() == milliseconds(MONTHS[[0, 1, 3, 0, 1, 2, 3]]).tolist()
    assert chart.columns["filling"]["x0"].tolist() == milliseconds(MONTHS[3:]).tolist()
    assert chart.columns["events"]["label"] == ["Tin is open"]
    assert chart.options["legend-1"] == {"visible": True, "label": {"value": "Lead"}}
    assert chart.options["y-ticker"]["ticks"] == [0, 10, 20, 30, 40]
    assert chart.description() == (
        "Downloads. 2 lines by family, 1 Jan 2024 to 10 Apr 2024, by month. Tin: Peak 40 in April 2024; last complete "
        "month (February 2024) 20. Lead: Peak 8 in April 2024; last complete month (March 2024) 7."
    )


def test_a_value_of_a_step_holds_until_the_next_one() -> None:
    chart = survival()
    lines, bands = chart.columns["lines"], chart.columns["bands"]
    assert lines["xs"][0].tolist() == [0, 60, 60, 120, 120, 200]
    assert lines["ys"][0].tolist() == [1, 1, 0.8, 0.8, 0.5, 0.5]
    assert lines["xs"][1].tolist() == [0, 90, 90]
    # a band goes along its low edge and back along its high one
    assert bands["xs"][1].tolist() == [0, 90, 90, 90, 90, 0]
    assert bands["ys"][1].tolist() == [1, 1, 0.1, 0.4, 1, 1]
    assert chart.options["x-range"]["start"] == -6
    chart.mark(EVENTS)
    assert "events" not in chart.columns, "days have no dated events"
    assert chart.description() == (
        "Survival. 2 lines by cohort, in steps, days since the first download 0 to 200. 2023: first 100.0% on day 0, "
        "peak 100.0% on day 0, last 50.0% on day 200. 2024: first 100.0% on day 0, peak 100.0% on day 0, last 25.0% on "
        "day 90."
    )


def test_numbers_at_risk_stand_below_the_weeks_that_they_are_of() -> None:
    chart = numbers_at_risk()
    numbers = chart.columns["at-risk"]
    assert list(zip(numbers["x"].tolist(), numbers["text"], numbers["name"], strict=True)) == [
        (13, "1,400", "2023"), (26, "900", "2023"), (52, "12", "2023"), (13, "70", "2024"),
    ]  # fmt: skip
    first, *_, last = numbers["y"].tolist()
    assert chart.options["y-range"]["start"] < last < first < chart.columns["at-risk-heading"]["y"][0] < 0
    assert chart.options["x-ticker"]["ticks"] == [0, 13, 26, 39, 52]
    assert chart.options["figure"]["height"] == 360 + 54
    assert chart.description().endswith(
        "At risk, 2023: 1,400 in week 13, 900 in week 26, 12 in week 52. At risk, 2024: 70 in week 13."
    )


def test_steps_over_dates_are_steps_over_milliseconds() -> None:
    chart = frontier()
    days = milliseconds(pd.to_datetime(["2024-01-10", "2024-03-01"])).tolist()
    assert chart.columns["lines"]["xs"][0].tolist() == [days[0], days[1], days[1], SPAN.right]
    assert chart.columns["lines"]["ys"][0].tolist() == [40, 40, 55.5, 55.5]
    assert chart.columns["bands"]["xs"] == []
    assert chart.columns["points"]["model_id"] == ["a/a", "b/b", "c/c"]
    assert chart.description() == (
        "Frontier. 2 lines by size, in steps, 1 Jan 2024 to 10 Apr 2024, by month. up to 7 B: first 40.0 on 10 Jan "
        "2024, peak 55.5 on 1 Mar 2024, last 55.5 on 1 May 2024. up to 70 B: first 70.0 on 1 Feb 2024, peak 70.0 on 1 "
        "Feb 2024, last 70.0 on 1 May 2024."
    )


def test_curves_go_straight_from_corner_to_corner() -> None:
    chart = lorenz()
    lines = chart.columns["lines"]
    assert [(name, x.tolist()) for name, x in zip(lines["name"], lines["xs"], strict=True)] == [
        ("equal", [0, 100]), ("models", [0, 50, 100]), ("owners", [0, 75, 100])
    ]  # fmt: skip
    assert lines["ys"][2].tolist() == [0, 0.25, 1]
    assert chart.columns["bands"]["xs"] == []
    assert chart.description() == (
        "Lorenz curve. 3 lines over share of all (%). equal: 0.0% at 0, 100.0% at 100. models: 0.0% at 0, 10.0% at 50, "
        "100.0% at 100. owners: 0.0% at 0, 25.0% at 75, 100.0% at 100."
    )


def test_an_axis_of_powers_has_a_tick_at_each() -> None:
    chart = ranks()
    assert chart.columns["lines"]["xs"][0].tolist() == pytest.approx([0, 1, np.log10(760_000)])
    assert chart.columns["points"]["rank"] == [1, 10, 760_000, 1, 1000], "the hover names ranks, not exponents"
    axis = chart.figure().xaxis[0]
    assert [axis.major_label_overrides[n] for n in axis.ticker.ticks[:4]] == ["1", "10", "100", "1,000"]
    assert "models: 37.0% at 1, 56.0% at 10, 100.0% at 760,000." in chart.description()


def test_cells_of_a_heat_map_hold_their_numbers() -> None:
    chart = heat_map()
    cells = chart.columns["cells"]
    assert cells["text"] == ["1.00", "−0.50", "0.25", "−0.50", "1.00", "", "0.25", "", "1.00"]
    assert cells["column"][:3] == ["score", "likes", "parameters…illions"]
    assert cells["x_name"][2] == "parameters in billions"
    assert cells["hatch"] == ["blank", "right_diagonal_line", *["blank"] * 7]
    assert chart.options["y-range"]["factors"] == ["parameters in billions", "likes", "score"]
    assert chart.options["figure"]["height"] == 48 + 3 * 30 + 62
    assert chart.description() == (
        "Relations. Heat map of variable by other, 7 cells, on a scale from −1.00 to 1.00. Highest 0.25 (score, "
        "parameters in billions); lowest −0.50 (score, likes). Hatched, because it is uncertain: 1."
    )


@pytest.mark.parametrize("scale", [AROUND_ZERO, FROM_ZERO])
def test_numbers_can_be_read_on_every_colour_of_a_scale(scale: tuple[str, ...]) -> None:
    def luminance(colour: str) -> float:
        channels = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ np.array([0.2126, 0.7152, 0.0722]))

    for colour in scale:
        dark, light = sorted([luminance(colour), luminance(text_colour(colour))])
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


def test_a_dot_has_its_interval_and_its_number() -> None:
    chart = interval_dots()
    rows = chart.columns["rows"]
    assert rows["row"] == ["chat (1,234)", "merge (50)", "fine-tune (31)"]
    assert [rows[column].tolist()[0] for column in ("value", "low", "high")] == [2.5, 1, 3]
    assert rows["colour"] == ["#0072B2", "#4477AA", "#4477AA"]
    assert chart.options["y-range"]["factors"] == ["fine-tune (31)", "merge (50)", "chat (1,234)"]
    assert chart.options["reference"] == {"location": 0.0}
    assert chart.description() == (
        "Gains. Dots with intervals, 3 rows: median gain. Highest +2.5 (+1.0 to +3.0), chat, n 1,234; lowest −3.0 "
        "(−5.0 to −1.2), fine-tune, n 31. Intervals that do not hold 0: 2."
    )


def test_edges_join_their_nodes() -> None:
    chart = graph()
    nodes, edges = chart.columns["nodes"], chart.columns["edges"]
    assert [ys.tolist() for ys in edges["ys"]] == [[40, 45], [40, 52.5], [45, 50]]
    assert edges["xs"][2].tolist() == [nodes["x"][1], nodes["x"][3]]
    assert chart.columns["names"]["text"] == ["Tin", "tin/chat"]
    assert [f"legend-{n}" in chart.options for n in range(3)] == [True, True, True]
    assert chart.description() == (
        "Family. Graph of 4 models and 3 edges, 1 Jan 2024 to 10 Apr 2024, by month. Edges: 67% merge, 33% fine-tune. "
        "Highest score 52.5, lead/merge. Most edges from one: 2 from tin/base."
    )


def test_layers_name_the_axis_and_their_nodes_are_joined_by_curves() -> None:
    chart = Graph("family", colours={"base": "#8A8F98"}, y_title="generation", has_dates=False, x_title="day")
    nodes = pd.DataFrame(
        {"model_id": ["", "tin/b"], "heading": ["tin ×3", "tin/b"], "x": [1.0, 2.0], "y": [-0.5, -2.0]}
    )
    nodes = nodes.assign(size=9.0, kind="base", changes=["opened=tin", ""], fill=[0.2, 0.9])
    edges = pd.DataFrame({"parent": ["tin ×3"], "child": ["tin/b"], "kind": ["base"], "width": [3.0]})
    chart.send(nodes, edges, layers=[("first", -1.0, 0.0), ("second", -3.0, -1.0)])
    assert chart.options["y-axis"]["major_label_overrides"] == {-0.5: "first", -2.0: "second"}
    assert (chart.options["y-range"]["start"], chart.options["y-range"]["end"]) == (-3.0, 0.0)
    assert chart.columns["layers"]["y0"].tolist() == [-3.0]
    ys = chart.columns["edges"]["ys"][0]
    assert (ys[0], ys[6], ys[-1]) == (-0.5, -1.25, -2.0)
    assert abs(ys[1] - ys[0]) < abs(ys[7] - ys[6])  # it leaves its parent horizontally
    assert chart.columns["nodes"]["changes"] == ["opened=tin", ""]
    assert "Graph of 2 nodes and 1 edge" in chart.description()
    assert "Layers: first; second." in chart.description()
    chart.figure()


def test_an_edge_to_a_node_that_is_not_there_is_refused() -> None:
    chart = Graph("family", colours={}, y_title="score", has_dates=False, x_title="parameters")
    nodes = pd.DataFrame({"model_id": ["tin/a"], "x": [1.0], "y": [2.0], "size": [9.0], "kind": ["base"]})
    with pytest.raises(KeyError, match="tin/b"):
        chart.send(nodes, pd.DataFrame({"parent": ["tin/a"], "child": ["tin/b"], "kind": ["merge"]}))


def test_each_corner_of_a_frontier_has_its_bar_and_one_name() -> None:
    chart = staircases()
    assert chart.columns["names"]["text"] == ["a", "c", "b", "d"]
    assert chart.columns["spreads"]["low"].tolist() == [19.0, 38.5, 24.0, 38.5, 59.0]
    steps = chart.columns["lines"]
    assert steps["ys"][0].tolist() == [20.0, 20.0, 40.0, 40.0]
    assert 10 ** steps["xs"][0] == pytest.approx([1, 7, 7, 100])
    assert chart.description() == (
        "Best up to each size. 2 lines by day, in steps, parameters (billions) 0.5 to 100. by 1 Jan 2024: 2 corners, "
        "from 20.0 at 1 by a/a to 40.0 at 7 by b/b. by 1 Mar 2024: 3 corners, from 25.0 at 0.5 by c/c to 60.0 at 70 "
        "by d/d."
    )


def test_step_curves_have_a_logarithmic_scale_on_request() -> None:
    curves = StepCurves("curves", by="name", value="value", y_title="size")
    frame = pd.DataFrame({"name": ["a", "a"], "day": [0, 10], "value": [100.0, 1.0]})
    curves.send(frame, {"a": ("#000000", "circle")}, is_log=True)
    assert curves.columns["lines"]["ys"][0].tolist() == [2.0, 2.0, 0.0]
    assert curves.columns["points"]["amount"].tolist() == [100.0, 1.0]
    assert curves.options["y-axis"]["major_label_overrides"][2.0] == "100"


@pytest.fixture(scope="module")
def sent_nothing() -> dict[str, Chart]:
    """Charts of each kind that were sent no rows, by the name of the kind."""
    series = LineSeries("lines", by="name", value="value", y_title="models")
    series.send(NO_ROWS, SPAN, {})
    curves = StepCurves("curves", by="name", value="value", y_title="share")
    curves.send(NO_ROWS, {})
    curve = Curves("lorenz", by="name", x="x", value="value", x_title="percent", y_title="share")
    curve.send(NO_ROWS, {})
    cells = HeatMap("cells", x="name", y="kind", value="value", x_title="name", y_title="kind")
    cells.send(NO_ROWS, x_names=[], y_names=[])
    dots = IntervalDots("dots", x_title="points")
    dots.send(NO_ROWS)
    family = Graph("family", colours={}, y_title="score", has_dates=False)
    family.send(NO_ROWS, NO_ROWS)
    sizes = Frontier("sizes", by="name", x="x", value="value", x_title="size", y_title="score")
    sizes.send(NO_ROWS.assign(low=[]), {}, largest=0.0)
    return {type(chart).__name__: chart for chart in (series, curves, curve, cells, dots, family, sizes)}


@pytest.mark.parametrize("kind", ["LineSeries", "StepCurves", "Curves", "HeatMap", "IntervalDots", "Graph", "Frontier"])
def test_no_rows_are_an_empty_chart(sent_nothing: dict[str, Chart], kind: str) -> None:
    chart = sent_nothing[kind]
    assert chart.is_empty
    assert chart.description().endswith("Nothing to draw.")
    chart.figure()


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=list(EXAMPLES))
@pytest.mark.parametrize("second", ["Lead", HOSTILE])
def test_what_is_sent_fits_into_a_message_and_a_figure(example: Callable[[str], Chart], second: str) -> None:
    chart = example(second)
    assert not chart.is_empty
    pack(chart.columns)
    chart.figure()


def test_rows_that_differ_may_have_the_same_second_line() -> None:
    chart = IntervalDots("dots", x_title="points")
    rows = pd.DataFrame(
        {"name": ["MATH", "BBH"], "value": [1.0, 2.0], "low": 0.0, "high": 3.0, "second": "acme/" + 50 * "x"}
    )
    chart.send(rows)
    first, second = (str(name).split("\n") for name in chart.columns["rows"]["row"])
    assert (first[0], second[0]) == ("MATH", "BBH")
    assert first[1] == second[1]
    assert "…" in first[1]


def test_cells_of_a_heat_map_show_a_text_of_their_own_where_one_is_sent() -> None:
    chart = HeatMap("cells", x="derivative", y="base", value="share", x_title="derivative", y_title="base")
    cells = pd.DataFrame({"derivative": ["mit", "none"], "base": "mit", "share": [0.75, 0.25]})
    chart.send(cells, x_names=["mit", "none"], y_names=["mit"])
    assert chart.columns["cells"]["text"] == ["75%", "25%"]
    chart.send(cells.assign(text=["12 k", "4,000"]), x_names=["mit", "none"], y_names=["mit"])
    assert chart.columns["cells"]["text"] == ["12 k", "4,000"]
    assert list(chart.columns["cells"]["value"]) == [0.75, 0.25]


def test_a_logarithmic_scale_has_ticks_at_round_values_and_no_place_for_zero() -> None:
    chart = EXAMPLES["number_lines"]()
    heights = chart.columns["lines"]["ys"]
    assert heights[0] == pytest.approx(np.log10([0.5, 1.5, 12.0]))
    assert np.isnan(heights[1][1])
    labels = chart.options["y-axis"]["major_label_overrides"]
    assert list(labels.values()) == ["0.1", "1", "10", "100"]
    assert list(chart.options["x-axis"]["major_label_overrides"].values()) == ["7", "30", "90"]
    assert chart.columns["lines"]["name"] == ["tin/base", "lead/chat", "1: on track"]
    assert chart.columns["points"]["amount"].tolist()[4] == 0.0
    assert chart.description().startswith("Relative adoption. 3 lines by member, days since it appeared 7 to 90.")


def test_parts_of_a_row_follow_each_other_in_the_order_of_the_colours() -> None:
    chart = EXAMPLES["stacked_rows"]()
    rows = chart.columns["rows"]
    assert rows["part"] == ["base", "finetune", "base", "quantized"]
    assert rows["left"].tolist() == [0, 1_200_000, 0, 300_000]
    assert rows["right"].tolist() == [1_200_000, 1_600_000, 300_000, 400_000]
    assert chart.options["y-range"]["factors"] == ["lead/base (new)", "tin/base (+12%)"]
    assert chart.description() == (
        "Families. 2 bars: downloads in 30 days. Longest 1,600,000, tin/base. "
        "Parts: 75% base, 20% finetune, 5% quantized."
    )


def test_points_of_models_have_a_place_for_zero_and_leave_out_what_is_missing() -> None:
    chart = EXAMPLES["model_points"]()
    points = chart.columns["points"]
    assert points["model_id"] == ["tin/base", "lead/chat", "tin/merge"]
    assert points["at"].tolist() == pytest.approx([0.0, 3.0, 1.0])
    assert chart.columns["lines"]["xs"][0].tolist() == pytest.approx([0.0, 3.0])
    assert list(chart.options["x-axis"]["major_label_overrides"].values()) == ["0", "1", "10", "100", "1,000"]
    assert chart.description() == (
        "Likes and scores. 3 models as points, score over likes. Highest 62.5 at 999, lead/chat; lowest 40 at 0, "
        "tin/base."
    )
