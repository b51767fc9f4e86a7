"""A leaderboard on two days, small enough to be worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

HOSTILE = "evil/<b>x</b>|`*"
FIRST, SECOND = datetime(2024, 7, 1, 12, tzinfo=UTC), datetime(2024, 7, 5, 12, tzinfo=UTC)


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
