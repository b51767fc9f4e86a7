"""How much is discussed beside a repository, from the latest answer about it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from tests.conftest import land_rows
from tests.core.small_tables import evaluation, rows


def test_the_latest_answer_about_a_model_counts_under_its_name_of_today(tmp_path: Path) -> None:
    land_rows(
        tmp_path, "hub_listing", [{"id": "tin/a"}, {"id": "tin/b"}, {"id": "openai-community/gpt2"}, {"id": "tin/d"}]
    )
    land_rows(tmp_path, "leaderboard_v1", [evaluation("gpt2")])
    first = [
        {"model_id": "tin/a", "discussions": 3, "pull_requests": 1, "open_threads": 2},
        {"model_id": "tin/b", "discussions": 40, "latest_at": "2024-05-01 23:59:00"},
        {"model_id": "tin/named-by-nothing-else", "discussions": 1, "pull_requests": 0, "open_threads": 0},
    ]
    second = [
        {
            "model_id": "tin/a", "discussions": 5, "pull_requests": 1, "open_threads": 0,
            "latest_at": "2024-06-03 10:00:00", "latest_discussion_at": "2024-06-03 10:00:00",
            "latest_pull_request_at": "2024-02-01 10:00:00",
        },
        {"model_id": "gpt2", "discussions": 0, "pull_requests": 0, "open_threads": 0},
    ]  # fmt: skip
    for day, answers in ((1, first), (5, second)):
        at = datetime(2024, 6, day, 12, tzinfo=UTC)
        land_rows(tmp_path, "hub_discussions", answers, as_of=at, adds_to="hub_discussions")
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = warehouse.Warehouse.open(tmp_path)
    columns = (
        "model_id, threads, discussions, pull_requests, open_threads, last_thread_on, last_discussion_on, "
        "last_pull_request_on, counted_on"
    )
    activity = rows(opened, f"select {columns} from core.repository_activity order by model_id")
    opened.close()
    june_1, june_3, june_5 = date(2024, 6, 1), date(2024, 6, 3), date(2024, 6, 5)
    assert activity == [
        ("openai-community/gpt2", 0, 0, 0, 0, None, None, None, june_5),
        ("tin/a", 5, 4, 1, 0, june_3, june_3, date(2024, 2, 1), june_5),
        ("tin/b", 40, None, None, None, date(2024, 5, 1), None, None, june_1),
    ]
