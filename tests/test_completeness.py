"""Which periods are complete: open, still filling, or without their late submissions; and when a board has closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from oss_ai_monitor.app.bar import status_text
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows

JULY = [  # submitted eight days after each was uploaded
    {
        "fullname": f"tin/{n}",
        "average": 40.0,
        "upload_to_hub_date": f"2024-07-{n:02}",
        "submission_date": f"2024-07-{n + 8:02}",
    }
    for n in range(1, 20)
]


def rows(opened: Warehouse, select: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in opened.sql_frame(select).itertuples(index=False)]


def built_when_fetched(folder: Path, as_of: datetime, days_later: int) -> Warehouse:
    """The board of July 2024, as it was said to be at `as_of` and landed that many days later."""
    land_rows(folder, "leaderboard_v2", JULY, as_of=as_of)
    landed = Landing(folder / "landing").selected()
    build(folder, [replace(manifest, finished=as_of + timedelta(days=days_later)) for manifest in landed])
    return Warehouse.open(folder)


@pytest.mark.parametrize(
    ("days_later", "mark"), [(0, "is_filling"), (8, "is_filling"), (9, "is_missing_late_submissions")]
)
def test_periods_within_the_lag_still_fill_or_miss_late_submissions_once_the_snapshot_is_older_than_the_lag(
    tmp_path: Path, days_later: int, mark: str
) -> None:
    opened = built_when_fetched(tmp_path, datetime(2024, 7, 31, tzinfo=UTC), days_later)
    assert rows(opened, "select lag_days, settled_on::varchar, closed_on::varchar, is_closed from marts.datasets") == [
        (8, "2024-07-23", "2025-03-13", False)
    ]
    other = {"is_filling", "is_missing_late_submissions"} - {mark}
    weeks = rows(
        opened,
        f"select period::varchar, last_day::varchar, is_open, {mark}, {other.pop()}"
        " from marts.periods where unit = 'week' order by all",
    )
    assert weeks == [
        ("2024-07-01", "2024-07-07", False, False, False),
        ("2024-07-08", "2024-07-14", False, False, False),
        ("2024-07-15", "2024-07-21", False, False, False),
        ("2024-07-22", "2024-07-28", False, True, False),
        ("2024-07-29", "2024-08-04", True, True, False),
    ]
    opened.close()


def test_a_board_that_had_closed_by_its_snapshot_misses_what_was_submitted_too_late_for_it(tmp_path: Path) -> None:
    opened = built_when_fetched(tmp_path, datetime(2025, 3, 21, tzinfo=UTC), 0)
    assert rows(opened, "select is_closed, settled_on::varchar, awaits_late_submissions from marts.datasets") == [
        (True, "2025-03-05", False)  # eight days before it closed
    ]
    months = "select period::varchar, is_open, is_filling, is_missing_late_submissions from marts.periods"
    assert rows(opened, f"{months} where unit = 'month' and period >= '2025-02-01' order by all") == [
        ("2025-02-01", False, False, False),
        ("2025-03-01", True, False, True),
    ]
    filters = Filters(opened)
    assert status_text(filters.selection) == "closed 13 Mar 2025, last submission 27 Jul 2024"
    opened.close()


def test_a_snapshot_of_before_a_board_closed_says_both_days(tmp_path: Path) -> None:
    opened = built_when_fetched(tmp_path, datetime(2024, 11, 4, tzinfo=UTC), 0)
    assert status_text(Filters(opened).selection) == "snapshot of 4 Nov 2024 of a board that closed on 13 Mar 2025"
    opened.close()
