"""The parts of the benchmarks: what they drive, count and print. Nothing is compared here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from benchmarks import controls, crowd, floor, reader, sizes, stages, table, trees
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
MODEL_TYPES = stages.KINDS["model-types"]
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what a process costs is read from /proc")


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stages.Side]:
    """The present tree over a small board of two types."""
    folder = tmp_path_factory.mktemp("benchmarks")
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 6) for day in range(1, 29)]
    rows = [
        {"fullname": f"a/{n}", "model": f"a/{n}", "eval_name": f"{n}", "date": day, **ROW} for n, day in enumerate(days)
    ]
    rows[::3] = [{**row, "type": "🟢 pretrained"} for row in rows[::3]]
    land_rows(folder, "leaderboard_v1", rows)
    build(folder, Landing(folder / "landing").selected())
    with trees.serving(trees.present(), folder) as server:
        yield stages.Side("140", trees.present(), folder, server)


@pytest.fixture
def v1_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every perspective shows the leaderboard of this small warehouse."""
    monkeypatch.setattr(stages, "dataset", lambda _: "v1")


def test_the_middle_and_the_95th_of_a_hundred_are_those_of_a_hundred() -> None:
    assert table.median_and_p95(range(1, 101)) == (50.5, 96.0)
    assert table.median_and_p95([7.0, float("inf")]) == (float("inf"), float("inf"))
    assert str(table.median_and_p95([])) == "(nan, nan)"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3e6, "3,000,000"), (143.4, "143"), (19.96, "20"), (1.26, "1.3"), (float("nan"), "–"), (float("inf"), "never")],
)
def test_figures_are_told_in_few_digits(value: float, text: str) -> None:
    assert table.number(value) == text


def test_the_answer_stands_first_and_says_what_is_met_and_missed() -> None:
    results = table.Results(["7,000", "3,000,000"], ["present", "abc1234"])
    for size, ms in (("7,000", 100), ("3,000,000", 110)):
        for value in (ms, ms, 2 * ms):
            results.add("Change, ms", (size, "present"), value)
            results.add("Change, ms", (size, "abc1234"), 2 * value - 40)
            results.add("Change, ms", (size, table.FLOOR), value / 2)
    for value in (1, 5):
        results.add("Change, server CPU, ms", ("7,000", "present"), value)
        results.add("Change, server CPU, ms", ("7,000", "abc1234"), 4)
    lines = results.markdown().splitlines()
    start = lines.index("| this tree / abc1234 | target | 7,000 models | 3,000,000 models | |")
    assert lines[start + 6 : start + 10] == [
        "| Re-opening | ≤ 0.50 | – | – |  |",
        "| Change | ≤ 0.75 | 0.62 | 0.61 | met |",
        "| Change, 95th percentile | ≤ 0.60 | 0.56 | 0.55 | met |",
        "| Change, Architectures | ≤ 0.40 | – | – |  |",
    ]
    assert "| Change, server CPU | ≤ 0.60 | 0.75 | – | **missed** |" in lines
    assert "| Change, 3,000,000 against 7,000 models, this tree | ≤ 1.15 | – | 1.10 | met |" in lines
    assert "| Change, ms | 100 / 200 | 160 / 360 | 0.62 / 0.56 | 50 / 100 | 2.00 / 2.00 | 3 |" in lines
    assert "| Change, server CPU, ms | 3 | 4 | 0.75 |  |  | 2 |" in lines


def test_every_perspective_that_has_a_list_has_its_own_control() -> None:
    lists = {slug: reader.own_list(kind) for slug, kind in stages.KINDS.items()}
    assert lists["model-types"] == "Types"
    assert lists["overview"] == ""


def test_ids_of_one_document_stand_for_those_of_another() -> None:
    documents: list[Any] = [
        {"roots": [{"id": f"p{n}", "attributes": {"data": {"id": f"p{n + 1}"}, "examples": None}}]} for n in (1, 7)
    ]
    ids = dict(zip(*map(crowd._ids, documents), strict=True))
    assert ids == {"p1": "p7", "p2": "p8"}
    assert crowd._renamed({"model": {"id": "p2"}, "new": ["p2", {"id": "p1"}]}, ids) == {
        "model": {"id": "p8"},
        "new": ["p2", {"id": "p7"}],
    }


def test_sizes_live_in_the_cache_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OSS_AI_MONITOR_BENCH_CACHE", str(tmp_path))
    assert sizes.cache() == tmp_path
    assert list(sizes.TITLES)[:: len(sizes.TITLES) - 1] == ["small", "simulated"]


@needs_proc
def test_what_a_process_costs_is_read_from_the_system() -> None:
    this_process = trees.Server("", os.getpid(), 0, Path())
    before = this_process.cpu()
    sum(n * n for n in range(2_000_000))
    assert 0 < this_process.cpu() - before < 10
    assert 10 < this_process.memory() < 10_000


@pytest.mark.browser
def test_plain_controls_are_found_by_what_a_reader_sees(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("""<section></section><script>
      window.__bench = {};
      const root = document.querySelector("section").attachShadow({mode: "open"});
      root.innerHTML = `<input type="date" value="2024-01-01"><input type="date" value="2024-05-28">
        <fieldset><legend>Types</legend><label><input type="checkbox">a</label><label><input type="checkbox">b</label>
        </fieldset><label><input type="radio" name="unit">Day</label>`;
    </script>""")
    plain = controls.controls_of(page)
    assert isinstance(plain, controls.Plain)
    assert [str(day) for day in plain.dates()] == ["2024-01-01", "2024-05-28"]
    plain.choose_first_date(plain.dates()[0].replace(month=2))
    assert str(plain.dates()[0]) == "2024-02-01"
    assert plain.count_options("Types") == 2
    plain.toggle("Types", 1)
    controls.press(page, "Day")
    assert page.locator("input:checked").count() == 2
    assert page.evaluate("__bench.began") > 0
    page.close()


@pytest.mark.browser
@needs_proc
def test_a_run_over_one_perspective_fills_the_table(
    side: stages.Side, chromium: Browser, monkeypatch: pytest.MonkeyPatch, v1_only: None
) -> None:
    monkeypatch.setattr(crowd, "CHANGE_INTERVAL", 0.5)
    monkeypatch.setattr(crowd, "LOSS_TIMEOUT", 120.0)  # seconds: a busy machine answers late, but it does
    results = table.Results(["140"], ["present", "before"])
    plan = stages.Plan(minutes=0, changes=3, others=2)
    bench = stages.Bench(plan, results, chromium, lambda *_: None, ["model-types"])
    bench.changes([side], 0)
    bench.crowd([side], 0)
    counts = {row: len(samples["140", "present"]) for row, samples in results.samples.items()}
    assert counts["Change, kB"] == 9
    assert counts["Change of unit, ms"] == counts["Change of dates, ms"] == 3
    assert counts["Change of own control, ms"] >= 2  # a type without models changes nothing
    assert results.figures("Change, ms", "140", "present")[0] < float("inf")
    assert len(results.samples["Change to week or month, Model types, ms"]["140", table.FLOOR]) == 3
    assert counts["Answers to the crowd, ms"] > 0
    assert results.figures("Answers to the crowd, lost", "140", "present")[0] == 0


@pytest.mark.browser
def test_the_floor_shows_the_same_chart_in_two_states(side: stages.Side, chromium: Browser) -> None:
    content = floor.charts(side.folder, MODEL_TYPES, "v1")
    visitor = floor.floor(chromium, content)
    changes = [visitor.press("Next") for _ in range(3)]
    assert all(0 < change.ms < float("inf") and change.repaints for change in changes)
    visitor.close()


@pytest.mark.slow
@needs_proc
def test_no_server_is_left_after_an_error(side: stages.Side) -> None:
    running = trees.serving(side.tree, side.folder)
    server = running.__enter__()
    assert running.__exit__(KeyError, KeyError(), None) is not True
    assert not Path(f"/proc/{server.pid}").exists()
