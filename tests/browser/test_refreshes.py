"""A page that stays open while the data behind it is refreshed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from oss_ai_monitor import warehouse
from tests.hub_server import Hub
from tests.hub_world import board, simulated

from .conftest import PLOT, ROOT, _serve, _visitors

pytestmark = pytest.mark.browser
WATCH = f"""() => {{
  window.changes = 0;
  for (const plot of {PLOT}) for (const renderer of plot.renderers)
    renderer.data_source?.change.connect(() => window.changes++);
}}"""
"""Counts, as long as the page is not loaded anew, how often a figure is given other data."""
OFFER = "New data is in; this page still shows the data it was opened with."


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub without the leaderboard archives: one source fails at every refresh."""
    world = simulated(1_000)
    board(world, "tin/exam", {"tin/one": 50.0})
    for variable in ("HF_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    with Hub(world) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def refreshed(folder: Path) -> None:
    command = [sys.executable, "-m", "oss_ai_monitor.cli", "--warehouse", str(folder), "refresh", "--budget", "5"]
    process = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=600)
    assert process.stderr.splitlines()[-1].startswith("Error: refreshed, but for archive (see above)"), process.stderr


def test_three_refreshes_pass_under_an_open_page_which_is_then_offered_the_new_data(
    chromium: Browser, hub: Hub, tmp_path: Path
) -> None:
    folder = tmp_path / "warehouse"
    refreshed(folder)
    for address in _serve(folder):
        for visit in _visitors(chromium, address):
            visitor = visit("?view=model-types&dataset=hub&text=false&derived=false&downloaded=false&unit=week")
            visitor.settle()
            visitor.ask(WATCH)
            offer = visitor.page.get_by_text(OFFER)
            assert not offer.is_visible()
            figures, drawn = visitor.ask(f"{PLOT}.map((plot) => plot.id)"), visitor.drawn()
            generations = {warehouse.current(folder).name}
            for n in range(3):  # from the second on, only that the page reads it keeps its generation
                now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
                for m in range(20):
                    hub.world.put(f"tin/new-{n}-{m}", createdAt=now, lastModified=now, tags=["llama"], downloads=7)
                refreshed(folder)
                generations.add(warehouse.current(folder).name)
                assert visitor.ask(f"{PLOT}.map((plot) => plot.id)") == figures
                assert visitor.drawn() == drawn
            assert len(generations) == 4
            offer.wait_for()
            assert visitor.ask("window.changes") == 0  # nothing was drawn anew: the visitor decides when to look
            assert visitor.ask(f"{PLOT}.map((plot) => plot.id)") == figures
            visitor.choose("Month")  # and still answers, from the data that it was opened with
            visitor.wait_until("location.search.includes('unit=month') && window.changes > 0")
            assert (visitor.complaints, visitor.strangers) == ([], [])
            with visitor.page.expect_navigation():
                visitor.press("Show it")
            visitor.wait_until(f"{PLOT}.some((plot) => plot.inner_width > 0)")
            expect(offer).to_be_hidden()
            assert visitor.complaints == []
