"""Attempts to each record of a base model, and the derivatives of its first 180 days, counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from oss_ai_monitor.perspectives import BaseModels
from oss_ai_monitor.warehouse import Warehouse
from tests.perspectives.test_base_models import BASE, community, evaluated, listed, opened

WarehouseOf = Callable[..., Warehouse]


def attempts(view: BaseModels) -> list[tuple[int, float, bool, str | None]]:
    rows = view.attempts
    return [
        (int(n), gain, is_record, model if is_record else None)
        for n, gain, is_record, model in zip(
            rows["attempts"], rows["gain"], rows["is_record"], rows["model_id"], strict=True
        )
    ]


def test_each_record_has_the_number_of_derivatives_up_to_its_day(warehouse_of: WarehouseOf) -> None:
    # dated from the release on: the instruct model (−5), first (+2), lower, same (+2 again), second (+6), merge (+10)
    view = opened(community(warehouse_of))
    assert attempts(view) == [
        (2, 2.0, True, "tin/first"), (5, 6.0, True, "tin/second"), (6, 10.0, True, "tin/merge")
    ]  # fmt: skip
    view.merges = False
    assert attempts(view) == [(2, 2.0, True, "tin/first"), (5, 6.0, True, "tin/second")]
    chart = next(chart for chart in view.charts if chart.key == "attempts")
    lines = chart.columns["lines"]
    assert (10 ** lines["xs"][0]).round().tolist() == [1, 2, 2, 5, 5]
    assert lines["ys"][0].tolist() == [0.0, 0.0, 2.0, 2.0, 6.0]


def test_the_line_goes_on_to_all_derivatives(warehouse_of: WarehouseOf) -> None:
    rows = [(listed("tin/a", 5, BASE), 61.0), (listed("tin/b", 9, BASE), 40.0), (listed("tin/c", 9, BASE), 60.5)]
    board = [evaluated(BASE, 60.0), *(evaluated(row["id"], score) for row, score in rows)]
    view = opened(warehouse_of(hub_listing=[row for row, _ in rows], leaderboard_v1=board))
    assert attempts(view) == [(1, 1.0, True, "tin/a"), (3, 1.0, False, None)]


def test_derivatives_of_one_day_count_together(warehouse_of: WarehouseOf) -> None:
    rows = [(listed(f"tin/{n}", 5, BASE), 60.0 + n) for n in range(4)]
    board = [evaluated(BASE, 60.0), *(evaluated(row["id"], score) for row, score in rows)]
    view = opened(warehouse_of(hub_listing=[row for row, _ in rows], leaderboard_v1=board))
    assert attempts(view) == [(4, 3.0, True, "tin/3")]


@pytest.mark.parametrize(("last", "days", "derivatives"), [(0, 180, 3), (200, 180, 3)])
def test_derivatives_of_the_first_180_days_are_counted(
    warehouse_of: WarehouseOf, last: int, days: int, derivatives: int
) -> None:
    # submitted on the day when they appear, so that the leaderboard's last days are complete
    released = dt.date(2023, 9, 27)
    appeared = {"tin/one": 0, "tin/two": 30, "tin/last": 179, "tin/late": 180, "tin/later": max(last, 181)}
    rows = [listed(name, day, BASE) for name, day in appeared.items()]
    board = [evaluated(BASE, 60.0)]
    board += [
        evaluated(name, 50.0, date=f"{released + dt.timedelta(days=d)}T12:00:00Z") for name, d in appeared.items()
    ]
    view = opened(warehouse_of(hub_listing=rows, leaderboard_v1=board))
    pull = view.pull.iloc[0]
    assert (pull["derivatives"], pull["days"], pull["is_complete"]) == (derivatives, days, True)
    assert pull["derivatives_per_30_days"] == pytest.approx(derivatives / 6)


def test_a_horizon_that_is_not_over_is_marked(warehouse_of: WarehouseOf) -> None:
    view = opened(community(warehouse_of))
    view.filters.dates = (dt.date(2022, 3, 2), dt.date(2023, 11, 5))  # day 39 after the release
    pull = view.pull.iloc[0]
    assert not pull["is_complete"]
    assert pull["days"] <= 40
    assert pull["derivatives_per_30_days"] == pytest.approx(pull["derivatives"] / pull["days"] * 30)
    chart = next(chart for chart in view.charts if chart.key == "pull")
    assert f"({pull['days']:.0f} day" in chart.columns["rows"]["row"][0]
