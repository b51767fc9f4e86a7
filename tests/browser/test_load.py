"""It stays up: the load of `tests/load.py`, for seconds."""

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
    monkeypatch.setattr(crowd, "LOST", 120.0)  # seconds: a busy machine answers late, but it does
    soon = ("--", "--unused-session-lifetime", "500", "--check-unused-sessions", "300")
    with serving(simulated_warehouse, *soon) as host:
        seen = load(host, chromium, visitors=7, seconds=12, changes=7)
    assert (seen.lost, seen.errors, seen.complaints, seen.turned_away, seen.left) == (0, [], [], 0, 0)
    assert len(seen.ms) == seen.changes >= 7
