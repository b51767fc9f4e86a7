"""The parts of the benchmarks: what they count and print. Nothing is timed here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from benchmarks import changes, served, sizes
from benchmarks.crowd import _controls, crowd
from benchmarks.table import Table, number
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.warehouse import build
from tests.conftest import land_rows

ROW = {
    "type": "🔶 fine-tuned",
    "architecture": "LlamaForCausalLM",
    "average": 50.0,
    "params_b": 7.0,
    "precision": "bfloat16",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Server]:
    """A page of its own over a small board."""
    folder = tmp_path_factory.mktemp("benchmarks")
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 6) for day in range(1, 29)]
    rows = [
        {"fullname": f"a/{n}", "model": f"a/{n}", "eval_name": f"{n}", "date": day, **ROW} for n, day in enumerate(days)
    ]
    land_rows(folder, "leaderboard_v1", rows)
    build(folder, Landing(folder / "landing").selected())
    with served.serving(folder) as running:
        yield running


def test_the_middle_and_the_95th_of_a_hundred_are_those_of_a_hundred() -> None:
    assert changes.median_and_p95(range(1, 101)) == (50.5, 96.0)
    assert changes.median_and_p95([7.0, float("inf")]) == (float("inf"), float("inf"))
    assert str(changes.median_and_p95([])) == "(nan, nan)"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3e6, "3,000,000"), (143.4, "143"), (19.96, "20"), (1.26, "1.3"), (float("nan"), "–"), (float("inf"), "never")],
)
def test_figures_are_told_in_few_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_a_figure_beyond_its_target_is_bold() -> None:
    table = Table(["small", "large"])
    table.record("a change, ms", "small", 100, 190, target=(120, 200))
    table.record("a change, ms", "large", 100, 210, target=(120, 200))
    table.record("sent, kB", "large", 12)
    assert table.markdown().splitlines()[-3:] == [
        "|---|---|---|---|",
        "| a change, ms | ≤ 120 / 200 | 100 / 190 | **100 / 210** |",
        "| sent, kB |  |  | 12 |",
    ]


def test_every_perspective_has_a_filter_to_change() -> None:
    filters = {view: changes.filter_of(view) for view in changes.VIEWS}
    assert filters["model-types"] == "Types"
    assert filters["overview"] == changes.SIZES
    assert all(filters.values())


def test_controls_are_found_wherever_they_are_in_a_document() -> None:
    control = {"type": "object", "id": "p7", "attributes": {"label": "Unit", "value": "Week"}}
    document: dict[str, Any] = {"roots": [{"id": "p1", "attributes": {"children": [{"data": control}]}}]}
    assert list(_controls(document, "Unit")) == [("p7", "Week")]
    assert list(_controls(document, "Dates")) == []


def test_sizes_live_in_the_cache_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OSS_AI_MONITOR_BENCH_CACHE", str(tmp_path))
    assert [size.folder().parent for size in sizes.sizes()] == [tmp_path] * len(sizes.sizes())
    assert sizes.sizes()[-1].key == "simulated"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what a process costs is read from /proc")
def test_what_a_process_costs_is_read_from_the_system() -> None:
    this_process = served.Server("", os.getpid(), 0, Path())
    before = this_process.cpu()
    sum(n * n for n in range(2_000_000))
    assert 0 < this_process.cpu() - before < 10
    assert 10 < this_process.memory() < 10_000


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what a process costs is read from /proc")
def test_other_visitors_get_their_answers(server: served.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.crowd.LOSS_TIMEOUT", 120.0)  # seconds: a busy machine answers late, but it does
    with crowd(server.address, ["?view=model-types&unit=month", "?view=releases&unit=week"]) as others:
        while len(others.ms) + others.lost < 2:
            time.sleep(0.05)
    assert others.lost == 0
    assert others.bytes > 10_000


@pytest.mark.browser
def test_a_browser_sees_each_change_come_to_an_end(server: served.Server, chromium: Browser) -> None:
    series = list(changes.changes(server, chromium, "model-types", count=3))
    assert [changes_of_control.control for changes_of_control in series] == ["unit", "dates", "filter"]
    assert [change.unit for change in series[0].changes] == ["day", "week", "month"]
    assert all(
        0 < change.ms < float("inf") and change.bytes > 0
        for changes_of_control in series
        for change in changes_of_control.changes
    )
