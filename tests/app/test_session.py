"""What one visit takes, and gives back."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import panel as pn

from oss_ai_monitor.app import page
from oss_ai_monitor.warehouse import Warehouse


def test_a_page_that_nobody_looks_at_any_more_is_let_go(warehouse_of: Callable[..., Warehouse]) -> None:
    warehouse = warehouse_of(leaderboard_v1=[{"fullname": "a/b", "date": "2024-01-01", "average": 50.0}])
    watched = _watchers_of_busy()
    opened_page = page(warehouse, "")
    reference = weakref.ref(opened_page)
    del opened_page
    gc.collect()
    assert reference() is None
    assert _watchers_of_busy() == watched


def _watchers_of_busy() -> int:
    return len(pn.state.param.watchers.get("busy", {}).get("value", []))
