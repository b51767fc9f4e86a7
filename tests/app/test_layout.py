"""The header names the data that the view shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oss_ai_monitor.app.layout import Layout
from oss_ai_monitor.app.pinned import Pin
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.warehouse import Warehouse


@pytest.mark.parametrize(
    ("view", "status"),
    [
        ("model-types", "snapshot of 15 Jun 2024 of a board that closed on 13 Mar 2025"),
        ("adoption", "listing of 15 Jun 2024"),
    ],
)
def test_the_header_names_the_data_of_the_view(warehouse_of: Callable[..., Warehouse], view: str, status: str) -> None:
    rows = [{"id": f"tin/{n}-7B", "created_at": f"2024-04-0{n}", "downloads": n} for n in range(1, 5)]
    board = [{"fullname": row["id"], "average": 40.0, "submission_date": "2024-05-01"} for row in rows]
    session = Session(warehouse_of(hub_listing=rows, leaderboard_v2=board), f"?view={view}&dataset=v2")
    layout = Layout(session, Pin(), is_mobile=False)
    layout.show()
    assert layout.bar.status == status
