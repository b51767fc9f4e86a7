"""Two charts on one scale: what each axis becomes, worked by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from oss_ai_monitor.charts import (
    RATIOS,
    SHARES,
    Chart,
    DayBars,
    HeatMap,
    ModelPoints,
    Scale,
    Span,
    StackedBars,
    StackedRows,
    share_scale,
)

DAY = 86_400_000
COLOURS = {"chat": "#111111", "merge": "#222222"}


def bars(models: list[int], first: dt.date) -> StackedBars:
    chart = StackedBars("bars", by="type", colours=COLOURS)
    days = [first + dt.timedelta(days=n) for n in range(len(models))]
    frame = pd.DataFrame({"period": pd.to_datetime(days), "type": "chat", "models": models, "is_complete": True})
    frame[["is_filling", "is_missing_late_submissions"]] = False
    chart.send(frame, Span(days[0], days[-1], "day", None, ""))
    return chart


def axis(chart: Chart, name: str) -> tuple[float, float]:
    options = chart.options[name]
    assert (options["reset_start"], options["reset_end"]) == (options["start"], options["end"])
    return options["start"], options["end"]


def test_dates_and_counts_reach_around_both() -> None:
    left, right = bars([3, 4], dt.date(2024, 1, 1)), bars([100, 7, 9], dt.date(2024, 1, 5))
    start, end = (chart.options["x-range"][name] for chart, name in ((left, "start"), (right, "end")))
    assert share_scale(left, right) == ""
    assert axis(left, "x-range") == axis(right, "x-range") == (start, end)
    assert end - start == 7 * DAY  # from the first of January to the end of the seventh
    assert axis(left, "y-range") == axis(right, "y-range")
    assert left.options["y-ticker"]["ticks"] == right.options["y-ticker"]["ticks"] == [0, 20, 40, 60, 80, 100]
    assert axis(left, "y-range")[1] >= 100


def test_an_empty_chart_leaves_the_scale_of_the_other_one() -> None:
    left, right = bars([3, 4], dt.date(2024, 1, 1)), StackedBars("bars", by="type", colours=COLOURS)
    before = axis(left, "y-range")
    assert share_scale(left, right) == ""
    assert axis(left, "y-range") == before


def points(values: list[float], scale: Scale) -> ModelPoints:
    chart = ModelPoints("points", by="type")
    names = [f"tin/{n}" for n in range(len(values))]
    frame = pd.DataFrame({"type": "chat", "x": [1.0, 2.0], "value": values, "model_id": names})
    chart.send(frame, {"chat": ("#111111", "circle")}, x=Scale("size"), y=scale)
    return chart


def test_logarithms_share_the_powers_of_both() -> None:
    left, right = points([1.0, 10.0], Scale("downloads", "log")), points([100.0, 10_000.0], Scale("downloads", "log"))
    assert share_scale(left, right) == ""
    for chart in (left, right):
        assert chart.options["y-ticker"]["ticks"] == [0, 1, 2, 3, 4]
        labels = chart.options["y-axis"]["major_label_overrides"]
        assert [labels[tick] for tick in range(5)] == ["1", "10", "100", "1,000", "10,000"]
    assert axis(left, "y-range") == axis(right, "y-range")


@pytest.mark.parametrize("other", [Scale("downloads", "log"), Scale("likes")])
def test_axes_of_different_kinds_share_nothing(other: Scale) -> None:
    left, right = points([1.0, 10.0], Scale("downloads")), points([100.0, 10_000.0], other)
    before = axis(left, "y-range"), axis(right, "y-range")
    assert "axes of different kinds" in share_scale(left, right)
    assert (axis(left, "y-range"), axis(right, "y-range")) == before


def test_numbers_of_an_axis_that_goes_on_have_labels() -> None:
    left, right = points([0.0, 10.0], Scale("gain")), points([-20.0, 2.0], Scale("gain"))
    assert share_scale(left, right) == ""
    ticks = right.options["y-ticker"]["ticks"]
    assert ticks == [-20, -15, -10, -5, 0, 5, 10]
    assert [right.options["y-axis"]["major_label_overrides"][tick] for tick in ticks][:2] == ["−20", "−15"]


def heat_map(share: float) -> HeatMap:
    chart = HeatMap("cells", x="week", y="cohort", value="share", x_title="week", y_title="joined in", numbers=SHARES)
    chart.set_scale(max(share, 0.2))
    cells = pd.DataFrame({"week": ["1"], "cohort": ["May"], "share": [share]})
    chart.send(cells, x_names=["1"], y_names=["May"])
    return chart


def test_cells_have_one_scale_of_colours() -> None:
    left, right = heat_map(0.2), heat_map(0.8)
    assert share_scale(left, right) == ""
    assert left.options["scale"]["high"] == right.options["scale"]["high"] == 0.8
    assert left.options["scale-ticks"] == right.options["scale-ticks"]


def day_bars(shares: list[float]) -> DayBars:
    chart = DayBars("days", value="share", first=-1, last=3, y_title="share", y_format="0%")
    frame = pd.DataFrame(
        {
            "day": range(len(shares)), "date": pd.date_range("2024-01-01", periods=len(shares)),
            "models": [30] * (len(shares) - 1) + [2], "share": shares, "is_complete": True, "is_filling": False,
            "is_missing_late_submissions": False,
        }
    )  # fmt: skip
    chart.send(
        frame,
        pd.DataFrame(
            {"day": [], "happened_on": pd.to_datetime([]), "label": [], "source": [], "is_event": [], "must": []}
        ),
        "#111111",
    )
    chart.caption = f"Shares{chart.cut_text}."
    return chart


def test_bars_are_cut_at_the_scale_of_both() -> None:
    many = [0.1] * 25
    left, right = day_bars([*many, 0.5]), day_bars([0.6] * 26)
    assert left.caption == "Shares (1 bar cut at the top)."
    assert max(left.columns["bars"]["top"]) < 0.5
    assert share_scale(left, right) == ""
    assert max(left.columns["bars"]["top"]) == 0.5
    assert (left.cut_bars, left.caption) == (0, "Shares.")


def test_rows_share_their_numbers_and_keep_their_names() -> None:
    charts = []
    for name, models in (("a", 3.0), ("b", 300.0)):
        chart = StackedRows("rows", colours=COLOURS, x_title="models", numbers=RATIOS)
        chart.send(pd.DataFrame({"name": [name], "part": ["chat"], "value": [models]}))
        charts.append(chart)
    assert share_scale(*charts) == ""
    assert axis(charts[0], "x-range") == axis(charts[1], "x-range")
    assert axis(charts[0], "x-range")[1] >= 300
    assert [chart.options["y-range"]["factors"][0][0] for chart in charts] == ["a", "b"]
