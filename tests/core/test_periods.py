"""Where a time axis ends, and which of its periods are incomplete."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.core.small_tables import WarehouseOf, evaluation, rows


def test_an_axis_ends_with_the_snapshot_and_marks_what_is_open_and_what_still_fills(warehouse_of: WarehouseOf) -> None:
    board = [
        evaluation(f"tin/{n}", 40.0, upload_to_hub_date=f"2024-07-{n:02}", submission_date=f"2024-07-{n + 8:02}")
        for n in range(1, 20)
    ]
    opened = warehouse_of(leaderboard_v2=board, as_of=datetime(2024, 7, 31, tzinfo=UTC))
    assert rows(opened, "select lag_days from marts.datasets") == [(8,)]
    weeks = rows(
        opened,
        "select period::varchar, last_day::varchar, is_open, is_filling"
        " from marts.periods where unit = 'week' order by all",
    )
    assert weeks == [
        ("2024-07-01", "2024-07-07", False, False),
        ("2024-07-08", "2024-07-14", False, False),
        ("2024-07-15", "2024-07-21", False, False),
        ("2024-07-22", "2024-07-28", False, True),
        ("2024-07-29", "2024-08-04", True, True),
    ]
