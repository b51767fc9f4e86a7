"""The columns behind a grid of panels: rows of a panel stay together, gaps stay gaps, and the scale holds zero."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.charts import Span
from oss_ai_monitor.charts.grid_columns import cell_columns, row_ranges, scale_ticks

DAY = 86_400_000.0
JANUARY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp() * 1000
SPAN = Span(dt.date(2024, 1, 1), dt.date(2024, 1, 21), "week")
FRAME = pd.DataFrame(
    [
        ("2024-01-01", "Tin", 4, None, None, True),
        ("2024-01-01", "Lead", 0, None, 2.5, False),
        ("2024-01-08", "Tin", 1, -3.0, 4.0, True),
        ("2024-01-08", "Lead", 0, 0.0, 2.5, False),
        ("2024-01-15", "Tin", 6, 5.0, 1.0, True),
        ("2024-01-15", "Lead", 2, 2.0, None, True),
    ],
    columns=["period", "architecture", "models", "change", "models_before", "has_appeared"],
).astype({"period": "datetime64[ns]"})


def cells(frame: pd.DataFrame = FRAME) -> dict[str, list[float | None]]:
    panels = frame["architecture"].map({"Lead": 0, "Tin": 1})
    columns = cell_columns(frame, panels, SPAN, "change", "models_before")
    return {name: [None if np.isnan(x) else float(x) for x in column] for name, column in columns.items()}


def test_rows_of_a_panel_stand_together_in_the_order_of_their_periods() -> None:
    columns = cells()
    assert columns["panel"] == [0, 0, 0, 1, 1, 1]
    assert columns["period"] == [JANUARY, JANUARY + 7 * DAY, JANUARY + 14 * DAY] * 2
    assert columns["end"] == [JANUARY + 7 * DAY, JANUARY + 14 * DAY, JANUARY + 21 * DAY] * 2
    assert columns["models"] == [0, 0, 2, 4, 1, 6]


def test_what_is_missing_is_a_gap() -> None:
    columns = cells()
    assert columns["value"] == [None, 0, 2, None, -3, 5]
    assert columns["before"] == [2.5, 2.5, None, None, 4, 1]


def test_no_trend_begins_before_the_first_model() -> None:
    days = pd.date_range("2024-01-01", periods=12, freq="7D")
    frame = pd.DataFrame({"period": days, "architecture": "Tin", "models": 1, "change": 2.0, "models_before": 1.0})
    trend = cells(frame.assign(has_appeared=np.arange(12) > 2))["trend"]
    assert trend[:3] == [None] * 3
    assert trend[3:] == pytest.approx([2.0] * 9)


def test_without_rows_every_column_is_empty() -> None:
    assert {name: len(column) for name, column in cells(FRAME.iloc[:0]).items()} == dict.fromkeys(cells(), 0)


def test_a_panel_without_rows_has_no_range() -> None:
    assert row_ranges(np.array([0, 0, 2])) == [slice(0, 2), slice(2, 3)]
    assert row_ranges(np.array([], "int8")) == []


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([-3, 5, np.nan], [-5, 0, 5]),
        ([20, 80], [0, 50, 100]),
        ([-0.5, -0.2], [-0.6, -0.4, -0.2, 0]),
        ([np.nan], [0, 0.5, 1]),
        ([], [0, 0.5, 1]),
    ],
)
def test_the_scale_holds_every_value_and_zero(values: list[float], ticks: list[float]) -> None:
    assert scale_ticks(np.array(values, "float64")) == pytest.approx(ticks)
