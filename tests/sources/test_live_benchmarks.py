"""Official benchmarks, asked of a Hub on loopback: each by itself, whatever is missing, wrong or refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import AlreadyLanded, Landing, Manifest
from oss_ai_monitor.sources import SourceError, live
from tests.conftest import land_rows
from tests.hub_server import Hub
from tests.hub_world import World, board

QUICK = live.RetryPolicy(connect=60, read=60, deadline=120, backoff=0.001, longest_wait=0.01, default_wait=0.01)
BENCHMARK, OTHER_BENCHMARK = "TIGER-Lab/MMLU-Pro", "cais/hle"


@pytest.fixture
def world() -> World:
    hub_world = World()
    for n in range(8):
        hub_world.put(f"a/model-{n}", createdAt=f"2026-01-0{n + 1}T00:00:00.000Z")
    board(hub_world, BENCHMARK, {f"a/model-{n}": 50.0 + n for n in range(8)}, day="2026-03-01")
    board(hub_world, OTHER_BENCHMARK, {"a/model-0": 12.5, "a/model-7": 20.5}, day="2026-04-01T08:00:00Z")
    return hub_world


@pytest.fixture
def hub(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with Hub(world) as served:
        yield served


def land(hub: Hub, folder: Path, previous: Sequence[Path] = (), **options: Any) -> Manifest:
    session = live.Session(hub.url, retry_policy=QUICK, sleep=lambda seconds: time.sleep(min(seconds, 0.01)), **options)
    return Landing(folder / "landing").land(live.benchmarks(session, previous))


def rows(run: Manifest, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        paths = [str(path) for path in run.paths]
        return db.execute(f"select {columns} from read_parquet($1) order by row_number", [paths]).fetchall()


def test_every_entry_lands_with_its_date_and_its_trust(hub: Hub, tmp_path: Path) -> None:
    run = land(hub, tmp_path)
    assert (run.source, run.rows, run.notes, run.as_of_rule) == ("hub_benchmarks", 10, (), "fetched")
    entries = rows(run, "benchmark_id, rank, model_id, value, verified, pull_request, evaluated_on, task_id")
    assert entries[:4] == [
        (BENCHMARK, 1, "a/model-7", 57.0, False, None, "2026-03-01", "default"),
        (BENCHMARK, 2, "a/model-6", 56.0, False, None, "2026-03-01", "default"),
        (BENCHMARK, 3, "a/model-5", 55.0, True, None, "2026-03-01", "default"),
        (BENCHMARK, 4, "a/model-4", 54.0, False, 4, "2026-03-01", "default"),
    ]
    assert entries[8:] == [
        (OTHER_BENCHMARK, 1, "a/model-7", 20.5, False, None, "2026-04-01", "default"),
        (OTHER_BENCHMARK, 2, "a/model-0", 12.5, False, None, "2026-04-01", "default"),
    ]
    addresses = [address for _, address, _ in hub.received_requests if "leaderboard" in address]
    assert all(address.endswith("?base_model=false") for address in addresses)


def test_a_benchmark_that_is_refused_stops_no_other(hub: Hub, world: World, tmp_path: Path) -> None:
    world.leaderboards[BENCHMARK] = None  # type: ignore[assignment]
    run = land(hub, tmp_path)
    assert {row[0] for row in rows(run, "benchmark_id")} == {OTHER_BENCHMARK}
    assert run.notes[0].startswith(f"{BENCHMARK} could not be had: ")
    assert "HTTP 404" in run.notes[0]


def test_the_same_answers_land_once(hub: Hub, world: World, tmp_path: Path) -> None:
    first = land(hub, tmp_path)
    with pytest.raises(AlreadyLanded):
        land(hub, tmp_path)
    board(world, OTHER_BENCHMARK, {"a/model-0": 13.5}, day="2026-05-01")
    assert rows(land(hub, tmp_path), "value") != rows(first, "value")


def test_what_cannot_be_had_now_stands_as_it_did(hub: Hub, world: World, tmp_path: Path) -> None:
    first = land(hub, tmp_path)
    world.leaderboards[BENCHMARK] = None  # type: ignore[assignment]
    board(world, OTHER_BENCHMARK, {"a/model-0": 13.5}, day="2026-05-01")
    hub.hidden = {"a/model-1"}
    run = land(hub, tmp_path, previous=first.paths)
    assert "its 8 previous entries are kept" in run.notes[0]
    columns = "benchmark_id, model_id, value, evaluated_on, task_id"
    assert rows(run, columns)[:8] == rows(first, columns)[:8]
    assert rows(run, "value")[8:] == [(13.5,)]


def test_a_leaderboard_that_is_suddenly_empty_stands_as_it_did(hub: Hub, world: World, tmp_path: Path) -> None:
    first = land(hub, tmp_path)
    world.leaderboards[BENCHMARK] = []
    board(world, OTHER_BENCHMARK, {"a/model-0": 13.5}, day="2026-05-01")
    run = land(hub, tmp_path, previous=first.paths)
    assert run.notes[0] == f"{BENCHMARK} could not be had: its leaderboard is empty; its 8 previous entries are kept"
    assert rows(run, "benchmark_id, value")[:8] == rows(first, "benchmark_id, value")[:8]


def test_a_leaderboard_that_has_lost_most_of_its_entries_is_noted(hub: Hub, world: World, tmp_path: Path) -> None:
    first = land(hub, tmp_path)
    board(world, BENCHMARK, {"a/model-0": 13.5}, day="2026-05-01")
    run = land(hub, tmp_path, previous=first.paths)
    assert run.notes == (f"{BENCHMARK}: attention: 1 entry, where 8 were last time",)


def test_benchmarks_that_a_short_list_leaves_out_are_asked_for_all_the_same(
    hub: Hub, world: World, tmp_path: Path
) -> None:
    first = land(hub, tmp_path)
    board(world, BENCHMARK, {f"a/model-{n}": 60.0 + n for n in range(8)}, day="2026-03-01")
    hub.fault("empty", on="filter=benchmark", times=None)
    hub.fault("503", on=f"{OTHER_BENCHMARK}/leaderboard", times=None)
    run = land(hub, tmp_path, previous=first.paths)
    assert run.notes[0] == "0 official benchmarks are listed, where 2 were last time: all asked for"
    assert run.notes[1].endswith("its 2 previous entries are kept")
    assert rows(run, "benchmark_id, value")[8:] == rows(first, "benchmark_id, value")[8:]
    assert rows(run, "value")[0] == (67.0,)


@pytest.mark.parametrize("kind", ["429", "503", "reset", "short", "html"])
def test_what_goes_wrong_once_is_asked_again(hub: Hub, tmp_path: Path, kind: str) -> None:
    hub.fault(kind, times=2, on="leaderboard")
    run = land(hub, tmp_path)
    assert (run.rows, run.notes) == (10, ())
    assert len(hub.faults.happened) == 2


def test_none_at_all_is_an_error_and_leaves_nothing(hub: Hub, world: World, tmp_path: Path) -> None:
    world.leaderboards = dict.fromkeys(world.leaderboards)  # type: ignore[assignment]
    with pytest.raises(SourceError, match="2 official benchmarks, and none of them gave an entry"):
        land(hub, tmp_path)
    assert Landing(tmp_path / "landing").manifests() == []


def test_a_list_that_cannot_be_had_is_said(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.token = "hf_right"
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(SourceError, match=r"/api/datasets.*HTTP 401") as error:
        land(hub, tmp_path)
    assert "hf_" not in str(error.value)


def test_a_model_without_dates_keeps_its_score(hub: Hub, tmp_path: Path) -> None:
    hub.hidden = {"a/model-7"}
    run = land(hub, tmp_path)
    assert run.notes == ("1 model did not tell when it was evaluated: its entries have no date",)
    assert rows(run, "evaluated_on")[0] == (None,)
    assert run.rows == 10


def test_a_spent_budget_leaves_the_rest_undated(hub: Hub, tmp_path: Path) -> None:
    run = land(hub, tmp_path, budget=6)
    assert run.notes == ("the budget of requests is spent: 5 models were not asked for dates",)
    assert [row[0] is None for row in rows(run, "evaluated_on")] == [False] * 3 + [True] * 5 + [False, True]


STRANGE: list[Any] = [
    None, "text", 7, [], {}, {"modelId": 5, "value": 1}, {"modelId": "a/b"}, {"modelId": "no-owner", "value": 1},
    {"modelId": "a/b c", "value": 3}, {"modelId": "a/b", "value": "82"}, {"modelId": "a/b", "value": True},
    {"modelId": "a/" + "b" * 97, "value": 1}, {"modelId": "a/b", "value": None},
]  # fmt: skip


def test_entries_that_say_nothing_are_left_out_and_counted(hub: Hub, world: World, tmp_path: Path) -> None:
    bare = {"modelId": "a/model-1", "value": 3}
    odd = {
        "modelId": "a/model-2", "value": 4.5, "rank": "first", "verified": "yes", "pullRequest": 1 << 70, "source": "x",
        "author": None, "notes": "<script>alert(1)</script> \ud800 " + "n" * 9000, "filename": 3,
        "new": {"field": [1, "\ud800"]},
    }  # fmt: skip
    world.leaderboards[OTHER_BENCHMARK] = [*STRANGE, bare, odd]
    world.put(
        "a/model-1",
        evalResults=[None, {"data": 3}, {"error": "broken"}, {"data": {"dataset": {"id": OTHER_BENCHMARK}}}],
    )
    world.put("a/model-2", evalResults={"not": "a list"})
    run = land(hub, tmp_path)
    assert run.left_out == {"entries of a benchmark without a repository or a number": len(STRANGE)}
    entries = rows(run, "model_id, value, rank, verified, pull_request, filename, author, evaluated_on, extra, notes")[
        8:
    ]
    assert entries[0] == ("a/model-1", 3.0, *(None,) * 8)
    assert entries[1][:8] == ("a/model-2", 4.5, *(None,) * 6)
    assert json.loads(entries[1][8]) == {"new": {"field": [1, "?"]}}
    assert entries[1][9].startswith("<script>alert(1)</script> ? nnn")
    assert len(entries[1][9]) == 500


@pytest.mark.slow
@pytest.mark.parametrize("date", ["2999-01-01", "0001-01-01", "yesterday", 20260101, None, "2026-13-45"])
def test_a_date_that_cannot_be_is_none(hub: Hub, world: World, tmp_path: Path, date: Any) -> None:
    board(world, OTHER_BENCHMARK, {"a/model-3": 33.0}, day=date)
    run = land(hub, tmp_path)
    land_rows(tmp_path, "hub_listing", [{"id": "a/model-3"}])
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = warehouse.Warehouse.open(tmp_path)
    evaluations = opened.sql_frame(f"select submitted_on from core.evaluations where leaderboard = '{OTHER_BENCHMARK}'")
    opened.close()
    assert run.rows == 9
    assert evaluations["submitted_on"].isna().all()
