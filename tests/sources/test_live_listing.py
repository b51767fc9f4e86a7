"""The Hub's listing, asked of a Hub on loopback: whole, in order, polite, whatever goes wrong on the way."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oss_ai_monitor.landing import Landing, Manifest, NothingNew
from oss_ai_monitor.sources import SourceError, Table, Unreachable, live
from oss_ai_monitor.sources.live import paged_fetch
from oss_ai_monitor.sources.live.listing import FIELDS, watermark
from tests.hub_faults import PASSING
from tests.hub_server import Hub
from tests.hub_world import World, simulated
from tests.soak import soak

QUICK = live.RetryPolicy(connect=60, read=60, deadline=120, backoff=0.001, longest_wait=0.01, default_wait=0.01)
HASTY = {"drip": dataclasses.replace(QUICK, deadline=0.5), "silent": dataclasses.replace(QUICK, read=0.5)}
"""For answers that drip or do not come. On a busy machine another one may need a second attempt, too."""
MODELS = 1150
SECRET = "hf_tokenThatNobodyMaySee"


@pytest.fixture(scope="module")
def world() -> World:
    return simulated(MODELS)


@pytest.fixture
def hub(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(paged_fetch, "PAGE_LIMIT", 100)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with Hub(world) as served:
        yield served


def session(hub: Hub, **options: Any) -> live.Session:
    return live.Session(
        hub.url, **{"retry_policy": QUICK, "sleep": lambda seconds: time.sleep(min(seconds, 0.01))} | options
    )


def land(
    hub: Hub,
    folder: Path,
    ask: Callable[..., Table] = live.listing,
    *arguments: Any,
    retry_policy: live.RetryPolicy = QUICK,
    **options: Any,
) -> Manifest:
    return Landing(folder).land(ask(session(hub, retry_policy=retry_policy), *arguments, rows=300, **options))


def rows(run: Manifest) -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        return db.execute("from read_parquet($1) order by row_number", [[str(path) for path in run.paths]]).fetchall()


@pytest.fixture(scope="module")
def undisturbed(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    with pytest.MonkeyPatch.context() as patch, Hub(world) as hub:
        patch.setattr(paged_fetch, "PAGE_LIMIT", 100)
        return rows(land(hub, tmp_path_factory.mktemp("undisturbed")))


def test_every_model_lands_once_oldest_first(hub: Hub, tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    updates: list[tuple[int, int | None, str]] = []
    began = datetime.now(UTC)
    run = land(hub, tmp_path, expected=MODELS, progress=lambda *update: updates.append(update))
    assert [part.rows for part in run.parts] == [300, 299, 300, 250]
    assert run.left_out == {"id longer than 200 characters": 1}
    assert (run.as_of_rule, run.adds_to, run.notes) == ("fetched", None, ())
    assert began - timedelta(seconds=1) <= run.as_of <= datetime.now(UTC)  # the Hub's clock says seconds
    with duckdb.connect() as db:
        landed = db.read_parquet([str(path) for path in run.paths]).order("row_number")
        ids = [row[0] for row in landed.select("id").fetchall()]
        assert landed.aggregate("count(created_at) > 1000, count(base_models) > 100, count(card_data)").fetchall() == [
            (True, True, 0)
        ]
    order = [model_id for *_, model_id in hub.world._order("createdAt") if len(model_id) <= 200]
    assert ids == order
    assert rows(run) == undisturbed
    assert updates[-1][:2] == (MODELS - 1, MODELS)
    assert "requests left for" in updates[-1][2]
    assert {headers["User-Agent"].split(" ")[0] for _, _, headers in hub.received_requests} == {"oss-ai-monitor/0.1.0"}
    address = hub.requests("cursor=")[0]
    assert all(f"expand%5B%5D={name}" in address for name in FIELDS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*PASSING, "drip", "silent", "no-link", "cycle", "dead-cursor", "not-a-list"])
def test_a_fault_that_passes_leaves_no_trace(
    hub: Hub, tmp_path: Path, kind: str, undisturbed: list[tuple[Any, ...]]
) -> None:
    hub.fault(kind, on="cursor=", after=3, times=2, seconds=2 if kind == "silent" else 0.05)
    began = time.monotonic()
    run = land(hub, tmp_path, retry_policy=HASTY.get(kind, QUICK))
    assert [name for name, _ in hub.faults.happened] == [kind] * 2
    assert rows(run) == undisturbed
    assert set(run.left_out) <= {"id longer than 200 characters", "repeated: a model moved from page to page while the "
                                 "listing was read"}  # fmt: skip
    assert time.monotonic() - began < 300  # that which drips would take minutes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("503", "HTTP 503, asked 8 times"),
        ("429", "HTTP 429, asked 8 times"),
        ("reset", "asked 8 times"),
        ("html", "is no JSON .*asked 8 times"),
        ("truncated", "is no JSON .*asked 8 times"),
        ("not-a-list", "holds object, expected a list of models, asked 8 times"),
        ("drip", r"took longer than 0\.5 s, asked 8 times"),
        ("loop", "leads in a circle, twice"),
        ("cycle", "leads in a circle, twice"),
        ("dead-cursor", r"refused \(HTTP 400\), twice"),
    ],
)
def test_a_fault_that_stays_is_named_and_costs_only_time(
    hub: Hub, tmp_path: Path, kind: str, words: str, undisturbed: list[tuple[Any, ...]]
) -> None:
    fault = hub.fault(kind, on="cursor=", after=5, times=None, seconds=0.05)
    with pytest.raises(SourceError, match=rf"{hub.url}/api/models\?.*{words}") as caught:
        land(hub, tmp_path, retry_policy=HASTY.get(kind, QUICK))
    assert "again" in str(caught.value)
    assert Landing(tmp_path).manifests() == []
    assert [path.name for path in tmp_path.glob("hub_listing/.partial-*/part-*")]
    fault.times = 0
    hub.received_requests.clear()
    run = land(hub, tmp_path)
    assert sorted(row[1] for row in rows(run)) == sorted(row[1] for row in undisturbed)
    assert len(hub.received_requests) <= 12
    assert "continues a run that was broken off after" in run.notes[0]
    assert [path.name for path in tmp_path.glob("hub_listing/.partial-*")] == []


def test_a_cursor_that_stays_dead_is_begun_anew(hub: Hub, tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    hub.fault("dead-cursor", on="cursor=", after=5, times=7)
    run = land(hub, tmp_path)
    assert rows(run) == undisturbed
    assert run.left_out == {"id longer than 200 characters": 1}
    assert run.notes == ("read again from the first page: the cursor was refused (HTTP 400)",)


def test_a_listing_that_ends_early_is_read_twice_before_it_is_believed(hub: Hub, tmp_path: Path) -> None:
    hub.fault("no-link", on="cursor=", after=5, times=None)
    run = land(hub, tmp_path, expected=MODELS)
    assert run.rows == 699
    (note,) = run.notes
    assert note == "read again from the first page: it ended after 699 models, where 1,150 had been listed before"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["missing", "null", "wrong-type", "new-field", "hostile"])
def test_whatever_a_model_says_it_lands(
    hub: Hub, tmp_path: Path, kind: str, undisturbed: list[tuple[Any, ...]]
) -> None:
    hub.fault(kind, times=None, each=25 if kind == "hostile" else 3)
    run = land(hub, tmp_path)
    landed = rows(run)
    assert [row[:2] for row in landed] == [row[:2] for row in undisturbed]
    if kind == "wrong-type":
        assert "records hold" in run.notes[0]
    if kind == "new-field":
        assert json.loads(landed[0][-1])["newlyInvented"] == {"deep": [1, {"id": "not/this"}]}
    if kind == "hostile":
        assert "<script>alert(1)</script>" in landed[0][8]


def test_items_that_are_no_models_are_left_out_and_counted(hub: Hub, tmp_path: Path) -> None:
    hub.fault("wrong-type", name="id", times=None, each=50, on="limit=100")
    run = land(hub, tmp_path)
    assert run.left_out["items without an id"] == 23
    assert run.rows == MODELS - 1 - 23


def test_a_hole_is_a_hole(hub: Hub, tmp_path: Path) -> None:
    hub.fault("gap", on="cursor=", after=1, count=5)
    assert land(hub, tmp_path).rows == MODELS - 1 - 5


def test_a_field_that_the_hub_refuses_is_done_without(hub: Hub, tmp_path: Path) -> None:
    hub.refused = {"baseModels", "downloadsAllTime"}
    run = land(hub, tmp_path)
    assert run.rows == MODELS - 1
    assert run.notes == ("refused by the Hub in listings, so NULL: downloadsAllTime, baseModels",)
    hub.refused = {"tags"}
    with pytest.raises(SourceError, match=r"/api/models: refuses expand.*=tags, without which"):
        land(hub, tmp_path)


def test_the_token_goes_to_the_hub_alone_and_is_told_to_nobody(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    hub.token = SECRET
    with Hub(hub.world) as other:
        hub.fault("elsewhere", on="cursor=", after=2, host=other.url)
        hub.world.put("me/private", private=True, createdAt="2026-11-20T00:00:00.000Z", tags=[], downloads=1)
        run = land(hub, tmp_path)
        assert run.left_out["private models of the token's owner"] == 1
        hub.world.remove("me/private")
        hub.world.renamed["a/moved"] = "../../../" + other.url
        assert other.received_requests == []
    assert {headers.get("Authorization") for _, _, headers in hub.received_requests} == {f"Bearer {SECRET}"}
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()
    hub.token = "another"
    with pytest.raises(live.Refused, match=r"HTTP 401, unauthorized .*set HF_TOKEN") as caught:
        land(hub, tmp_path)
    assert SECRET not in str(caught.value) + repr(caught.value) + "".join(capfd.readouterr())


def test_the_quota_is_obeyed_before_the_wall(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paged_fetch, "PAGE_LIMIT", 200)
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        hub._opened -= seconds  # the Hub's window is as much older

    with Hub(world, quota=4, window=300.0) as hub:
        Landing(tmp_path).land(live.listing(session(hub, sleep=sleep), rows=300))
    assert len(hub.received_requests) == 7
    assert 1 <= len(waited) <= 3
    assert 100 < max(waited) < 310


def test_a_wall_that_is_met_is_waited_out_as_long_as_the_hub_says(hub: Hub, tmp_path: Path) -> None:
    waited: list[float] = []
    hub.fault("429", on="cursor=", seconds=17)
    hub.fault("429", on="cursor=", after=2, silent_about_quota=True)
    Landing(tmp_path).land(
        live.listing(session(hub, sleep=waited.append, retry_policy=live.RetryPolicy(default_wait=33.0)), rows=300)
    )
    assert waited == [17.0, 33.0]


def test_a_budget_that_is_spent_ends_the_run_and_the_next_one_goes_on(
    hub: Hub, tmp_path: Path, undisturbed: list[tuple[Any, ...]]
) -> None:
    with pytest.raises(live.OutOfBudget, match="budget of 6 requests is spent"):
        Landing(tmp_path).land(live.listing(session(hub, budget=6), rows=300))
    assert len(hub.received_requests) == 6
    run = land(hub, tmp_path)
    assert len(hub.received_requests) == 6 + 9
    assert rows(run) == undisturbed


def test_nobody_there_is_said_at_once_or_after_patience(hub: Hub, tmp_path: Path) -> None:
    asking = session(hub)
    hub.__exit__()
    with pytest.raises(Unreachable, match=rf"{hub.url}/api/models\S*: ConnectionError, asked 8 times"):
        Landing(tmp_path).land(live.listing(asking))


@pytest.mark.slow
@pytest.mark.parametrize("times", [3])
def test_a_crawl_that_is_killed_again_and_again_ends_as_the_undisturbed_one(
    hub: Hub, tmp_path: Path, times: int, undisturbed: list[tuple[Any, ...]]
) -> None:
    script = (
        "import pathlib, sys\n"
        "from oss_ai_monitor.landing import Landing\n"
        "from oss_ai_monitor.sources import live\n"
        "from oss_ai_monitor.sources.live import paged_fetch\n"
        "paged_fetch.PAGE_LIMIT = 100\n"
        "print('begins', flush=True)\n"
        "Landing(pathlib.Path(sys.argv[2])).land(live.listing(live.Session(sys.argv[1]), rows=200))\n"
    )
    rng, killed = random.Random(5), 0
    command = [sys.executable, "-c", script, hub.url, str(tmp_path)]
    for _ in range(times):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as begun:
            assert begun.stdout is not None
            begun.stdout.readline()
            answered = len(hub.received_requests) + rng.randint(1, 3)
            while len(hub.received_requests) < answered and begun.poll() is None:
                time.sleep(0.001)
            time.sleep(rng.uniform(0, 0.05))
            begun.send_signal(signal.SIGKILL)
        killed += begun.returncode == -signal.SIGKILL
        if Landing(tmp_path).manifests():  # landed, just before it was killed or by itself
            break
    run = Landing(tmp_path).latest("hub_listing") or land(hub, tmp_path)
    assert killed
    assert rows(run) == undisturbed
    assert list(tmp_path.glob("hub_listing/.partial-*")) == []


# What changed


def test_changes_go_down_to_the_watermark_and_add_to_the_listing(hub: Hub, tmp_path: Path) -> None:
    full_run = land(hub, tmp_path)
    moment = datetime(2026, 11, 5, tzinfo=UTC)
    changed = [model_id for model_id in hub.world.models if len(model_id) <= 200][100:340]
    for number, model_id in enumerate(changed):
        hub.world.put(model_id, likes=7, lastModified=f"2026-11-06T{number % 24:02}:00:{number // 24:02}.000Z")
    run = land(hub, tmp_path, live.changes, moment)
    assert (run.source, run.adds_to) == ("hub_changes", "hub_listing")
    ids = [row[1] for row in rows(run)]
    assert set(changed) <= set(ids)
    assert len(ids) == len(set(ids)) <= 400
    assert [selected_run.snapshot_id for selected_run in Landing(tmp_path).selected()] == [
        run.snapshot_id,
        full_run.snapshot_id,
    ]
    for model_id in changed:
        hub.world.put(model_id, lastModified="2025-01-01T00:00:00.000Z")


def test_nothing_changed_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Hub(World()) as hub, pytest.raises(NothingNew, match="had nothing new"):
        land(hub, tmp_path, live.changes, datetime(2026, 11, 5, tzinfo=UTC))


def test_the_watermark_trusts_neither_clock_alone() -> None:
    began, ended = datetime(2026, 11, 5, 12, tzinfo=UTC), datetime(2026, 11, 5, 13, tzinfo=UTC)
    assert watermark(began, ended, None) == datetime(2026, 11, 5, 11, tzinfo=UTC)
    assert watermark(began, ended, ended) == datetime(2026, 11, 5, 11, tzinfo=UTC)
    assert watermark(began, ended, ended - timedelta(hours=3)) == datetime(2026, 11, 5, 8, tzinfo=UTC)


@pytest.mark.slow
def test_faults_and_deaths_by_chance_lose_nothing() -> None:
    met = soak(rounds=3, seed=1)
    assert met["killed"] > 0
    assert len(met) > 5
