"""The load of `tests/load.py`, for a few seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks import crowd
from tests.load import load
from tests.server.conftest import serving

pytestmark = pytest.mark.browser


def test_visitors_that_are_all_at_it_are_all_answered(
    simulated_warehouse: Path, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "LOSS_TIMEOUT", 120.0)  # seconds: a busy machine answers late, but it does
    options = ("--", "--unused-session-lifetime", "500", "--check-unused-sessions", "300")
    with serving(simulated_warehouse, *options) as host:
        result = load(host, chromium, visitors=7, seconds=12, changes=7)
    assert (result.lost, result.errors, result.complaints, result.turned_away, result.open_sessions) == (
        0,
        [],
        [],
        0,
        0,
    )
    assert len(result.ms) == result.changes >= 7
