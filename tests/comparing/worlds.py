"""A leaderboard on two days, small enough to be worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from tests.conftest import land_rows

HOSTILE = "evil/<b>x</b>|`*"
FIRST, SECOND = datetime(2024, 7, 1, 12, tzinfo=UTC), datetime(2024, 7, 5, 12, tzinfo=UTC)
THIRD = datetime(2024, 7, 9, 12, tzinfo=UTC)


def evaluation(name: str, average: float, **columns: Any) -> dict[str, Any]:
    return {
        "fullname": name, "average": average, "model_sha": "abcdef1", "precision": "bfloat16", "type": "💬 chat",
        "submission_date": "2024-06-20", "params_b": 7.0, "hub_license": "mit", "math_lvl_5": average,
    } | columns  # fmt: skip


THEN = [
    evaluation("tin/leader", 50.0),
    evaluation("tin/flagged-later", 60.0),
    evaluation("tin/licence", 40.0),
    evaluation("tin/again", 30.0),
    evaluation("tin/gone", 20.0),
]
NOW = [
    evaluation("tin/leader", 48.0),
    evaluation("tin/flagged-later", 60.0, flagged=True),
    evaluation("tin/licence", 40.0, hub_license="llama3"),
    evaluation("tin/again", 30.0),
    evaluation("tin/again", 35.0, model_sha="1234567", submission_date="2024-07-03"),
    evaluation(HOSTILE, 49.0, submission_date="2024-07-04"),
]


def build_two_days(folder: Path) -> None:
    """Build the board's first day beside the served one, which has the second."""
    land_rows(folder, "leaderboard_v2", THEN, as_of=FIRST)
    land_rows(folder, "leaderboard_v2", NOW, as_of=SECOND)
    landing = Landing(folder / "landing")
    warehouse.build(folder, landing.selected(as_of=FIRST), is_pinned=True)
    warehouse.build(folder, landing.selected())


def build_three_ends(folder: Path) -> None:
    """Build an end with v1 alone, one with v2 besides, and the served one, by which a listing of the Hub tells a merge.

    So the boards of the last two are the same, and one of the five models of v2 is a merge only at the last.
    """
    land_rows(folder, "leaderboard_v1", [{"fullname": "tin/kettle", "average": 33.0}], as_of=FIRST)
    land_rows(folder, "leaderboard_v2", THEN, as_of=SECOND)
    land_rows(folder, "hub_listing", [{"id": "tin/leader", "tags": ["base_model:merge:tin/again"]}], as_of=THIRD)
    landing = Landing(folder / "landing")
    for moment in (FIRST, SECOND):
        warehouse.build(folder, landing.selected(as_of=moment), is_pinned=True)
    warehouse.build(folder, landing.selected())
