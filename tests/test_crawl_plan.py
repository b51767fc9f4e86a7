"""What is asked of the Hub next, from what has landed: days in the life of a small Hub on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from click.testing import CliRunner

from oss_ai_monitor import crawl_plan, history, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import AlreadyLanded, Landing, Manifest, NothingNew
from oss_ai_monitor.sources import Table, live
from tests.conftest import land_rows
from tests.hub_server import Hub
from tests.hub_world import World

IDS = [f"sim-a/model-{n:02}" for n in range(40)]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    world = World()
    for n, model_id in enumerate(IDS):
        world.put(
            model_id, createdAt=f"2026-10-{1 + n % 28:02}T00:00:00.000Z", lastModified="2026-10-30T00:00:00.000Z",
            likes=n, downloads=n, tags=["llama", "license:mit"], gated=False, private=False,
        )  # fmt: skip
    with Hub(world) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def session(hub: Hub, **options: Any) -> live.Session:
    return live.Session(hub.url, sleep=lambda seconds: time.sleep(min(seconds, 0.01)), **options)


def land(landing: Landing, tables: Iterable[Table]) -> list[Manifest]:
    runs = []
    for table in tables:
        try:
            runs.append(landing.land(table))
        except (AlreadyLanded, NothingNew):
            continue
    return runs


def listed(hub: Hub, landing: Landing, *, is_full: bool | None = True) -> list[Manifest]:
    return land(landing, crawl_plan.listings(landing, session(hub), is_full=is_full))


def ids(run: Manifest) -> list[str]:
    paths = [str(path) for path in run.paths]
    return sorted(row[0] for row in duckdb.connect().execute("select id from read_parquet($1)", [paths]).fetchall())


def removed(folder: Path) -> dict[str, Any]:
    """Per model that is not in the listing as it was: is it listed, removed on which day, and how many likes it had."""
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = warehouse.Warehouse.open(folder)
    models = opened.sql_frame("select model_id, is_listed, removed_on, likes from core.models order by model_id")
    opened.close()
    return {
        row.model_id: (
            bool(row.is_listed),
            None if str(row.removed_on) == "NaT" else str(row.removed_on)[:10],
            row.likes,
        )
        for row in models.itertuples()
    }


def days_since(landing: Landing) -> list[str]:
    """The days since the first run landed: one, unless it was midnight in between."""
    first = landing.manifests()[0].started.date()
    return [str(first + timedelta(days=n)) for n in range((datetime.now(UTC).date() - first).days + 1)]


def test_the_first_refresh_lists_all_the_next_only_what_changed(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    assert [(run.source, run.rows) for run in listed(hub, landing, is_full=None)] == [("hub_listing", 40)]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    hub.world.put(IDS[3], likes=99, lastModified=now)
    hub.world.put("sim-b/new", createdAt=now, lastModified=now, tags=[], downloads=0)
    (run,) = listed(hub, landing, is_full=None)
    assert run.source == "hub_changes"
    assert {IDS[3], "sim-b/new"} <= set(ids(run))


def test_a_full_listing_is_daily_where_the_quota_allows_else_weekly(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    (last,) = listed(hub, landing)
    hub.quota = 500
    for rows, days in ((3_100_000, 1), (30_000_000, 7)):
        old = msgspec.structs.replace(last, rows=rows)
        assert not crawl_plan.is_due(old, session(hub), last.started + timedelta(days=days) - timedelta(hours=5))
        assert crawl_plan.is_due(old, session(hub), last.started + timedelta(days=days) - timedelta(hours=3))


def test_a_model_absent_from_two_listings_was_removed_at_the_first_absence(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    hub.world.remove(IDS[5])
    hidden_model = hub.world.models.pop(IDS[6])  # a hole: it is back tomorrow
    hub.world._changed()
    _, absent = listed(hub, landing)
    assert (absent.source, ids(absent)) == ("hub_absences", [IDS[5], IDS[6]])
    models = removed(tmp_path)
    assert models[IDS[5]][1:] == (None, 5)
    assert models[IDS[6]][1:] == (None, 6)
    hub.world.models[IDS[6]] = hidden_model
    hub.world.remove(IDS[7])
    hub.world._changed()
    _, absent = listed(hub, landing)
    assert ids(absent) == [IDS[6], IDS[7]]
    models = removed(tmp_path)
    assert models[IDS[5]] in [(False, day, 5) for day in days_since(landing)]
    assert models[IDS[6]] == (True, None, 6)
    assert models[IDS[7]][1:] == (None, 7)
    assert len(models) == 40
    hub.world.put(IDS[5], createdAt="2026-10-01T00:00:00.000Z", likes=50)
    listed(hub, landing)
    assert removed(tmp_path)[IDS[5]] == (True, None, 50)
    assert removed(tmp_path)[IDS[7]] in [(False, day, 7) for day in days_since(landing)]


def test_thinning_leaves_what_absences_are_still_to_be_seen_in(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    hub.world.remove(IDS[5])
    tables = crawl_plan.listings(landing, session(hub), is_full=True)
    second = landing.land(next(tables))  # killed before it saw who is absent
    for days in (1, 2):
        at = second.as_of + timedelta(days=days)
        land_rows(tmp_path, "hub_listing", [{"id": model_id, "downloads": days} for model_id in IDS], as_of=at)
    history.catch_up(landing)
    history.catch_up_access(landing)
    history.thin(landing, history.RetentionRule(1, 0, 0))
    assert len(landing.manifests("hub_listing")) == 4
    (absent,) = [run for run in listed(hub, landing, is_full=False) if run.source == "hub_absences"]
    assert (ids(absent), absent.as_of) == ([IDS[5]], second.as_of)


def test_lists_of_changes_go_once_two_listings_came_after(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    hub.world.put(IDS[3], likes=99, lastModified=now)
    listed(hub, landing, is_full=False)
    listed(hub, landing, is_full=True)
    keep = history.RetentionRule(1, 0, 0)
    assert [run.source for run in landing.manifests("hub_changes")] == ["hub_changes"]
    assert history.outlived(landing, keep) == []  # by it and one listing alone nobody is known to be gone
    listed(hub, landing, is_full=True)
    assert history.outlived(landing, history.RetentionRule(2, 0, 0)) == []
    (run,) = landing.manifests("hub_changes")
    older = msgspec.structs.replace(run, as_of=run.as_of - timedelta(days=1))
    (run.folder / "manifest.json").write_text(older.to_json(), encoding="utf-8")
    history.catch_up(landing)
    history.catch_up_access(landing)
    assert [
        removed_run.source for removed_run in history.thin(landing, keep) if removed_run.source == "hub_changes"
    ] == ["hub_changes"]
    assert landing.manifests("hub_changes") == []


def test_what_changed_since_the_listing_is_what_core_shows(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    hub.world.put(IDS[3], likes=99, lastModified=now)
    hub.world.put("sim-b/new", createdAt=now, lastModified=now, tags=[], downloads=0, likes=1)
    listed(hub, landing, is_full=False)
    models = removed(tmp_path)
    assert (models[IDS[3]], models["sim-b/new"], len(models)) == ((True, None, 99), (True, None, 1), 41)


def test_a_model_answered_with_404_was_removed_then(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    hub.world.remove(IDS[8])
    hub.hidden = {IDS[9]}
    land(landing, crawl_plan.model_facts(landing, session(hub), IDS[7:11]))
    models = removed(tmp_path)
    assert models[IDS[8]] in [(False, day, 8) for day in days_since(landing)]
    assert models[IDS[9]] == (True, None, 9)  # 401 may be private


def test_a_budget_is_shared_among_the_questions_and_old_answers_are_asked_for_again(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    runs = land(landing, crawl_plan.model_facts(landing, session(hub, budget=20), IDS))
    assert [(run.source, run.rows) for run in runs] == [("hub_details", 10), ("hub_commits", 6), ("hub_discussions", 4)]
    assert len(hub.received_requests) == 20
    assert crawl_plan.models_to_fetch(landing, "hub_details", IDS) == IDS[10:]
    assert crawl_plan.models_to_fetch(landing, "hub_details", IDS, refetch_after=timedelta(0)) == IDS[10:] + IDS[:10]


def test_the_command_lists_the_hub_and_then_asks_about_the_tracked_models(hub: Hub, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stderr

    assert "hub_listing: 40 rows" in run("ingest", "hub")
    run("build")
    result = run("ingest", "hub", "--changes", "--budget", "12")
    assert "hub_details: 6 rows" in result
    assert "the budget is spent: 34 of 40 still to ask" in result
