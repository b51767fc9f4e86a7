"""Small charts of lines, steps, cells, rows and graphs, for the tests of what is sent and of what is drawn."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from oss_ai_monitor.charts import (
    RATIOS,
    SCORES,
    Curves,
    Frontier,
    Graph,
    HeatMap,
    IntervalDots,
    LineSeries,
    ModelPoints,
    NumberLines,
    Path,
    Scale,
    Span,
    StackedRows,
    StepCurves,
    SurvivalCurves,
    Waterfall,
    styles_by_name,
)

HOSTILE = "<img src=x onerror=alert(1)>$$x^2$$"
SPAN = Span(dt.date(2024, 1, 1), dt.date(2024, 4, 10), "month")
MONTHS = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])
EVENTS = pd.DataFrame({"happened_on": pd.to_datetime(["2024-02-15"]), "label": ["Tin is open"], "source": ["tin.org"]})


def line_series(second: str = "Lead") -> LineSeries:
    """Two lines: Tin has no row in March, the second no value in February; April is incomplete."""
    chart = LineSeries("downloads", by="family", value="downloads", y_title="downloads", title="Downloads")
    rows = [
        (MONTHS[0], "Tin", 10.0), (MONTHS[1], "Tin", 20.0), (MONTHS[3], "Tin", 40.0), (MONTHS[0], second, 5.0),
        (MONTHS[1], second, None), (MONTHS[2], second, 7.0), (MONTHS[3], second, 8.0),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["period", "family", "downloads"])
    frame = frame.assign(is_complete=frame["period"] != MONTHS[3], is_filling=False)
    chart.mark(EVENTS)
    chart.send(frame, SPAN, styles_by_name(["Tin", second], {}))
    return chart


def survival(second: str = "2024") -> StepCurves:
    """Two survival curves over days, with intervals; the first goes on to day 200."""
    chart = StepCurves(
        "survival", by="cohort", value="survival", y_title="still used", x_title="days since the first download",
        details=(("at risk", "at_risk{0,0}"),), title="Survival",
    )  # fmt: skip
    rows = [
        ("2023", 0, 1.0, 1.0, 1.0, 1500), ("2023", 60, 0.8, 0.7, 0.9, 1400), ("2023", 120, 0.5, 0.4, 0.6, 900),
        (second, 0, 1.0, 1.0, 1.0, 80), (second, 90, 0.25, 0.1, 0.4, 70),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["cohort", "day", "survival", "low", "high", "at_risk"])
    chart.send(frame, styles_by_name(["2023", second], {}), until={"2023": 200.0})
    return chart


def numbers_at_risk(second: str = "2024") -> SurvivalCurves:
    """Two survival curves over weeks, with numbers below them; the second ends before the year does."""
    chart = SurvivalCurves(
        "survival", by="cohort", value="survival", x="week", y_title="still used", x_title="weeks since the release",
        details=(("at risk", "at_risk{0,0}"),), title="Survival",
    )  # fmt: skip
    rows = [
        ("2023", 4, 1.0, 1.0, 1.0, 1500), ("2023", 13, 0.8, 0.7, 0.9, 1400), ("2023", 26, 0.5, 0.4, 0.6, 900),
        ("2023", 52, 0.4, 0.3, 0.5, 12), (second, 4, 1.0, 1.0, 1.0, 80), (second, 13, 0.25, 0.1, 0.4, 70),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["cohort", "week", "survival", "low", "high", "at_risk"])
    styles = styles_by_name(["2023", second], {})
    chart.send(frame, styles)
    chart.send_at_risk(frame, styles, 52)
    return chart


def frontier(second: str = "up to 70 B") -> StepCurves:
    """The best score of two sizes over dates."""
    chart = StepCurves(
        "frontier", by="size", value="score", y_title="best score", x="appeared_on", x_title="appeared (UTC)",
        has_dates=True, numbers=SCORES, details=(("", "model_id"),), title="Frontier",
    )  # fmt: skip
    days = pd.to_datetime(["2024-01-10", "2024-03-01", "2024-02-01"])
    frame = pd.DataFrame({"appeared_on": days, "size": ["up to 7 B", "up to 7 B", second], "score": [40.0, 55.5, 70.0]})
    styles = styles_by_name(["up to 7 B", second], {})
    chart.mark(EVENTS)
    chart.send(frame.assign(model_id=["a/a", "b/b", "c/c"]), styles, span=SPAN, until=dict.fromkeys(styles, SPAN.right))
    return chart


def staircases(second: str = "by 1 Mar 2024") -> Frontier:
    """The best score up to each size on two dates; b/b is a corner on both."""
    chart = Frontier(
        "staircases", by="day", x="size", value="score", x_title="parameters (billions)", y_title="score",
        details=(("type", "type"),), title="Best up to each size",
    )  # fmt: skip
    rows = [
        ("by 1 Jan 2024", 1.0, 20.0, 19.0, "a/a"), ("by 1 Jan 2024", 7.0, 40.0, 38.5, "b/b"),
        (second, 0.5, 25.0, 24.0, "c/c"), (second, 7.0, 40.0, 38.5, "b/b"), (second, 70.0, 60.0, 59.0, "d/d"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["day", "size", "score", "low", "model_id"]).assign(type="chat")
    chart.send(frame, styles_by_name(["by 1 Jan 2024", second], {}), largest=100.0)
    return chart


def lorenz(second: str = "owners") -> Curves:
    """Two Lorenz curves and the line on which all have as many."""
    chart = Curves(
        "lorenz", by="line", x="percent", value="share", x_title="share of all (%)", y_title="share of downloads",
        details=(("of the first", "percent{0.0}%"),), title="Lorenz curve",
    )  # fmt: skip
    rows = [
        ("equal", 0.0, 0.0), ("equal", 100.0, 1.0), ("models", 0.0, 0.0), ("models", 50.0, 0.1), ("models", 100.0, 1.0),
        (second, 0.0, 0.0), (second, 75.0, 0.25), (second, 100.0, 1.0),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["line", "percent", "share"])
    chart.send(frame, styles_by_name(["equal", "models", second], {}))
    return chart


def ranks(second: str = "owners") -> Curves:
    """What the first ones have together, on an axis of powers of ten."""
    chart = Curves(
        "ranks", by="line", x="rank", value="share", x_title="how many", y_title="share of downloads", has_powers=True,
        details=(("of the first", "rank{0,0}"),), title="The first ones",
    )  # fmt: skip
    rows = [("models", 1, 0.37), ("models", 10, 0.56), ("models", 760_000, 1.0), (second, 1, 0.4), (second, 1000, 1.0)]
    chart.send(pd.DataFrame(rows, columns=["line", "rank", "share"]), styles_by_name(["models", second], {}))
    return chart


def heat_map(second: str = "likes") -> HeatMap:
    """Correlations of three variables, of which one is missing and one uncertain."""
    chart = HeatMap(
        "relations", x="other", y="variable", value="correlation", x_title="variable", y_title="variable", low=-1,
        numbers=RATIOS, cell_format=".2f", details=(("models", "n{0,0}"),), can_pick=True, title="Relations",
    )  # fmt: skip
    names = ["score", second, "parameters in billions"]
    values = np.array([[1.0, -0.5, 0.25], [-0.5, 1.0, np.nan], [0.25, np.nan, 1.0]])
    frame = pd.DataFrame(
        [(a, b, values[i, j], 1200 + i) for i, a in enumerate(names) for j, b in enumerate(names)],
        columns=["variable", "other", "correlation", "n"],
    )
    frame = frame.assign(is_uncertain=(frame["variable"] == "score") & (frame["other"] == second))
    chart.send(frame, x_names=names, y_names=names)
    return chart


def interval_dots(second: str = "merge") -> IntervalDots:
    """The median gains of three kinds of models."""
    chart = IntervalDots(
        "gains", x_title="points over the base", value_label="median gain", can_pick=True, title="Gains"
    )
    rows = [("chat", 2.5, 1.0, 3.0, 1234), (second, 0.5, -0.5, 2.0, 50), ("fine-tune", -3.0, -5.0, -1.25, 31)]
    chart.send(pd.DataFrame(rows, columns=["name", "value", "low", "high", "n"]), colours={"chat": "#0072B2"})
    return chart


def graph(second: str = "tin/chat") -> Graph:
    """A base with two derivatives, one of which has one of its own."""
    colours = {"base": "#8A8F98", "fine-tune": "#0072B2", "merge": "#009E73"}
    details = (("downloads", "downloads{0,0}"), ("appeared", "x{%-d %b %Y}"))
    chart = Graph("family", colours=colours, y_title="score", details=details, title="Family")
    days = pd.to_datetime(["2024-01-05", "2024-02-01", "2024-03-01", "2024-03-20"])
    nodes = pd.DataFrame({"model_id": ["tin/base", second, "lead/merge", "lead/more"], "x": days})
    nodes = nodes.assign(y=[40.0, 45.0, 52.5, 50.0], size=[24.0, 12.0, 8.0, 8.0], downloads=[12345, 50, 3, 2])
    nodes = nodes.assign(kind=["base", "fine-tune", "merge", "merge"], label=["Tin", second, None, None])
    edges = pd.DataFrame({"parent": ["tin/base", "tin/base", second], "child": [second, "lead/merge", "lead/more"]})
    chart.send(nodes, edges.assign(kind=["fine-tune", "merge", "merge"]), span=SPAN)
    return chart


def number_lines(second: str = "lead/chat") -> NumberLines:
    """Relative adoption of two models at three ages, with the line that they are compared with; scales are powers."""
    chart = NumberLines(
        "relative", by="member", x="age", value="relative", x_title="days since it appeared", y_title="over the median",
        numbers=RATIOS, details=(("downloads", "downloads{0,0}"),), title="Relative adoption",
    )  # fmt: skip
    rows = [
        ("tin/base", 7, 0.5, 500), ("tin/base", 30, 1.5, 4000), ("tin/base", 90, 12.0, 90_000), (second, 7, 2.0, 2000),
        (second, 30, 0.0, 0), (second, 90, 0.25, 1900),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["member", "age", "relative", "downloads"])
    styles = styles_by_name(["tin/base", second], {})
    chart.send(frame, styles, is_log=True, is_log_x=True, x_ticks=[7, 30, 90], reference=("1: on track", 1.0))
    return chart


def stacked_rows(second: str = "lead/base") -> StackedRows:
    """Downloads of two families by relation."""
    colours = {"base": "#6C7580", "finetune": "#0072B2", "quantized": "#009E73"}
    chart = StackedRows("families", colours=colours, x_title="downloads in 30 days", title="Families")
    rows = [
        ("tin/base", "finetune", 400_000), ("tin/base", "base", 1_200_000), (second, "base", 300_000),
        (second, "quantized", 100_000),
    ]  # fmt: skip
    chart.send(pd.DataFrame(rows, columns=["name", "part", "value"]), notes={"tin/base": "(+12%)", second: "(new)"})
    return chart


def model_points(second: str = "lead/chat") -> ModelPoints:
    """Likes against scores of three models, one of them without any, with a line."""
    chart = ModelPoints("models", by="type", details=(("base", "base"),), title="Likes and scores")
    rows = [("chat", 0, 40.0, "tin/base", "none"), ("merge", 999, 62.5, second, "tin/base")]
    rows += [("merge", 9, 50.0, "tin/merge", "tin/base"), ("chat", 3, None, "tin/unknown", "none")]
    frame = pd.DataFrame(rows, columns=["type", "x", "value", "model_id", "base"])
    styles = {"chat": ("#CC79A7", "circle"), "merge": ("#009E73", "circle"), "median": ("#8A8F98", "circle")}
    line = Path("median", "median", np.array([0.0, 999.0]), np.array([45.0, 55.0]))
    chart.send(frame, styles, x=Scale("likes", "counts"), y=Scale("score"), lines=[line])
    return chart


def waterfall(second: str = "New models") -> Waterfall:
    """A mean of 40 that becomes 38.4 in three steps, one of which changes nothing."""
    chart = Waterfall("steps", title="Mean")
    rows = [
        ("4 Nov 2024", 40.0, 40.0, "40.00", "the earlier snapshot"),
        ("Models gone", 40.0, 35.0, "−5.00", "1 model"),
        ("Rounded otherwise", 35.0, 35.0, "0.00", "3 models"),
        (second, 35.0, 38.4, "+3.40", "1,234 models"),
        ("8 Nov 2024", 38.4, 38.4, "38.40", "the later snapshot"),
    ]
    chart.send(pd.DataFrame(rows, columns=["name", "before", "after", "text", "detail"]), x_title="points")
    return chart


EXAMPLES = {
    example.__name__: example
    for example in (
        *(line_series, survival, numbers_at_risk, frontier, lorenz, ranks, number_lines, stacked_rows, heat_map),
        *(interval_dots, graph, staircases),
        *(interval_dots, graph, model_points, waterfall),
    )
}
