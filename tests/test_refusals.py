"""One bad answer is not believed about many models: a Hub on loopback that refuses, cuts or repeats what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oss_ai_monitor import crawl_plan, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing, LandingError
from oss_ai_monitor.sources import SourceError, archive, live
from oss_ai_monitor.sources.live import paged_fetch
from tests.hub_server import Answer, Hub
from tests.hub_world import World, board
from tests.test_crawl_plan import days_since, ids, land, listed, removed, session

IDS = [f"sim-a/model-{n:02}" for n in range(60)]
ABOUT_ONE = r"/api/models/[^?]"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Sixty models, all named by every list of changes."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(archive, "BOARDS", ())
    world = World()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    for n, model_id in enumerate(IDS):
        world.put(
            model_id, createdAt=f"2026-10-{1 + n % 28:02}T00:00:00.000Z", lastModified=now, likes=n, downloads=n,
            tags=["llama"], gated=False, private=False,
        )  # fmt: skip
    board(world, "tin/exam", {IDS[1]: 60.0})
    with Hub(world) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def refused(landing: Landing) -> dict[str, int]:
    """The models that are remembered as refused, with their status."""
    return live.Failures(landing.folder / ".state" / "failures.sqlite").refused("details")


def removed_models(folder: Path) -> dict[str, Any]:
    return {model_id: state[1] for model_id, state in removed(folder).items() if state[1] or not state[0]}


@pytest.mark.slow
def test_a_hub_that_answers_404_about_every_model_removes_none(hub: Hub, tmp_path: Path) -> None:
    def refresh() -> Any:
        command = ["--warehouse", str(tmp_path), "refresh", "--budget", "60"]
        return CliRunner().invoke(main, command, catch_exceptions=False)

    def models() -> list[tuple[int, int, int]]:
        opened = warehouse.Warehouse.open(tmp_path)
        actual = opened.sql_frame("select count(*), count(*) filter (is_listed), count(removed_on) from core.models")
        opened.close()
        return [tuple(map(int, row)) for row in actual.itertuples(index=False)]

    landing = Landing(tmp_path / "landing")
    assert refresh().exit_code == 0
    assert models() == [(60, 60, 0)]
    storm = hub.fault("404", on=ABOUT_ONE, times=None)
    second = refresh()
    assert second.exit_code == 1
    assert f"details failed: {hub.url}/api/models/…: 20 models asked, all answered 404, none with data" in second.stderr
    assert "a fault on the way to the Hub, not 20 removals" in second.stderr
    assert (models(), refused(landing), landing.manifests("hub_failures")) == ([(60, 60, 0)], {}, [])
    status = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "status"], catch_exceptions=False)
    assert "details failed" in status.stdout
    assert "not 20 removals" in status.stdout
    storm.times = 0
    assert refresh().exit_code == 0
    assert (models(), refused(landing)) == ([(60, 60, 0)], {})
    assert sum(run.rows for run in landing.manifests("hub_details")) == 60


@pytest.mark.parametrize("status", ["401", "403", "404"])
@pytest.mark.parametrize("models", [1, 4, 50])
def test_what_no_answer_confirms_is_not_remembered(hub: Hub, tmp_path: Path, status: str, models: int) -> None:
    landing = Landing(tmp_path / "landing")
    hub.fault(status, on=ABOUT_ONE, times=None)
    words = rf"{min(models, 20)} models? asked, all answered {status}, none with data, and so did sim-a/model-"
    with pytest.raises(SourceError, match=words):
        land(landing, crawl_plan.model_facts(landing, session(hub), IDS[:models]))
    assert (refused(landing), landing.manifests()) == ({}, [])
    assert len(hub.requests("/api/models/")) == min(models, 20) + 3


def test_refusals_from_some_moment_on_are_the_hubs_and_what_was_answered_is_kept(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    storm = hub.fault("404", on=ABOUT_ONE, after=8, times=None)
    with pytest.raises(SourceError, match="after 8 answers 20 models asked, all answered 404"):
        land(landing, crawl_plan.model_facts(landing, session(hub), IDS))
    assert (refused(landing), landing.manifests()) == ({}, [])
    storm.times = 0
    hub.received_requests.clear()
    run = land(landing, crawl_plan.model_facts(landing, session(hub), IDS))[0]
    assert (run.source, ids(run), refused(landing)) == ("hub_details", IDS, {})
    assert len([address for address in hub.requests(ABOUT_ONE[:-5]) if "expand" in address]) == 52


def test_refusals_that_pass_are_asked_about_again(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    hub.fault("404", on=ABOUT_ONE, after=5, times=12)
    run = land(landing, crawl_plan.model_facts(landing, session(hub), IDS))[0]
    assert (ids(run), refused(landing)) == (IDS, {})


def test_models_that_are_really_gone_are_gone_however_many(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    for model_id in IDS[:30]:
        hub.world.remove(model_id)
    hub.world.remove(IDS[50])
    ids = [*IDS[:30], *IDS[48:52]]
    land(landing, crawl_plan.model_facts(landing, session(hub), ids))
    actual = removed_models(tmp_path)
    assert list(actual) == [*IDS[:30], IDS[50]]
    assert set(actual.values()) <= set(days_since(landing))
    (run,) = landing.manifests("hub_details")
    assert run.notes == ("refused: 31 of 34 models; asked again with growing patience",)


def test_where_all_that_are_asked_about_are_gone_the_listing_shows_that_the_hub_is_there(
    hub: Hub, tmp_path: Path
) -> None:
    landing = Landing(tmp_path / "landing")
    for model_id in IDS[:7]:
        hub.world.remove(model_id)
    land(landing, crawl_plan.model_facts(landing, session(hub), IDS[:7]))
    assert refused(landing) == dict.fromkeys(IDS[:7], 404)


def test_a_hub_whose_listing_is_refused_too_is_no_witness(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    hub.fault("404", times=None)
    with pytest.raises(SourceError, match="6 models asked, all answered 404, none with data, and it lists no model"):
        land(landing, crawl_plan.model_facts(landing, session(hub), IDS[:6]))


def test_within_a_small_budget_refusals_are_confirmed_before_it_is_spent(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    for model_id in IDS[:40]:
        hub.world.remove(model_id)
    table = live.details(session(hub, budget=8), IDS, live.Failures(landing.folder / ".state" / "failures.sqlite"))
    assert list(table.relations) == []
    assert len(hub.received_requests) == 8
    assert set(refused(landing)) == set(IDS[:5])
    assert table.notes[0] == "the budget is spent: 55 of 60 still to ask"


def test_one_model_that_is_the_answer_to_every_question_is_the_answer_to_none(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = Landing(tmp_path / "landing")
    monkeypatch.setattr(hub, "_model", lambda *_: Answer(200, b'{"id": "sim-a/model-00"}'))
    with pytest.raises(SourceError, match="is answered with sim-a/model-00, as 5 others were"):
        land(landing, crawl_plan.model_facts(landing, session(hub), IDS[1:]))
    assert landing.manifests() == []


# One refresh: its listing and its refusals


def test_a_404_about_a_model_that_the_listing_of_the_same_refresh_names_is_in_doubt(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    hub_session = session(hub)
    land(landing, crawl_plan.listings(landing, hub_session))
    hub.world.remove(IDS[3])
    land(landing, crawl_plan.model_facts(landing, hub_session, IDS[:6]))
    assert refused(landing) == {IDS[3]: 404}
    assert removed_models(tmp_path) == {}


NOON = datetime(2026, 11, 10, 12)


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


REFUSED = [  # model, first failure, last failure, begin of the refresh that asked last, day of the removal
    ("a/same-refresh", hours(1), hours(1), hours(-1), None),
    ("a/next-refresh", hours(24), hours(24), hours(23), "2026-11-11"),
    ("a/doubted-then-confirmed", hours(1), hours(25), hours(23), "2026-11-10"),
    ("a/listed-in-between", hours(-48), hours(24), hours(23), "2026-11-11"),
    ("a/older-version-same-day", hours(12), hours(12), None, None),
    ("a/older-version-later", hours(48), hours(48), None, "2026-11-12"),
]


def test_a_404_removes_where_no_listing_since_its_refresh_began_names_the_model(
    warehouse_of: Callable[..., warehouse.Warehouse],
) -> None:
    failures = [
        {"model_id": model_id, "asked": "details", "status": 404, "reason": "not found", "failures": 1,
         "first_failed_at": first, "last_failed_at": last, "session_started_at": began}
        for model_id, first, last, began, _ in REFUSED
    ]  # fmt: skip
    never = {"asked": "details", "reason": "", "first_failed_at": hours(1), "last_failed_at": hours(1),
             "session_started_at": hours(-1)}  # fmt: skip
    failures += [
        {**never, "model_id": "a/private", "status": 401},
        {**never, "model_id": "a/answered", "status": 404, "answered_at": hours(30)},
    ]
    models = [{"id": failure["model_id"]} for failure in failures]
    opened = warehouse_of(as_of=NOON.replace(tzinfo=UTC), hub_listing=models, hub_failures=failures)
    actual = opened.sql_frame("select model_id, removed_on::varchar as removed_on, is_listed from core.models")
    expected = {model_id: day for model_id, *_, day in REFUSED} | {"a/private": None, "a/answered": None}
    days = {row.model_id: row.removed_on if isinstance(row.removed_on, str) else None for row in actual.itertuples()}
    assert days == expected
    assert {row.model_id for row in actual.itertuples() if row.is_listed} == {
        model_id for model_id, day in expected.items() if day is None
    }


# Listings that are cut short


def cut(hub: Hub, listed_count: int) -> dict[str, bytes]:
    """Have the listing lose all but the first models; returns what it was."""
    all_models = dict(hub.world.models)
    for model_id in IDS[listed_count:]:
        hub.world.models.pop(model_id, None)
    hub.world._changed()
    return all_models


def test_a_listing_far_shorter_than_the_last_one_is_refused(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    cut(hub, 40)
    monkeypatch.setattr(crawl_plan, "is_due", lambda *_: True)
    words = r"sort=createdAt\S* ended after 40 models, twice, where 60 had been listed before"
    with pytest.raises(SourceError, match=words):
        listed(hub, landing, is_full=None)
    assert [run.rows for run in landing.manifests("hub_listing")] == [60]
    assert [run.rows for run in listed(hub, landing, is_full=True) if run.source == "hub_listing"] == [40]


@pytest.mark.slow
def test_models_that_are_missing_from_listings_that_were_cut_are_not_gone(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    hub.world.remove(IDS[59])
    all_models = cut(hub, 40)
    all_models.pop(IDS[59], None)
    for _ in range(2):  # the same fault twice: they are absent from two listings running
        hub.clock = datetime.now(UTC) + timedelta(hours=len(landing.manifests()))
        listed(hub, landing)
    assert len(removed(tmp_path)) == 60
    assert removed_models(tmp_path) == {}
    hub.world.models = all_models
    hub.world._changed()
    hub.clock = datetime.now(UTC) + timedelta(hours=20)
    listed(hub, landing)
    assert list(removed_models(tmp_path)) == [IDS[59]]


@pytest.mark.parametrize(("pages", "on"), [(0, "sort=lastModified"), (1, "sort=lastModified.*cursor=")])
def test_a_list_of_changes_that_ends_before_what_is_known_is_refused(
    hub: Hub, tmp_path: Path, pages: int, on: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged_fetch, "PAGE_LIMIT", 10)
    landing = Landing(tmp_path / "landing")
    listed(hub, landing)
    fault = hub.fault("empty", on=on, times=None)
    with pytest.raises(SourceError, match=rf"ended after {10 * pages} models, twice, where 60 had been listed before"):
        listed(hub, landing, is_full=False)
    assert landing.manifests("hub_changes") == []
    fault.times = 0
    assert [run.rows for run in listed(hub, landing, is_full=False)] == [60]


def test_an_empty_listing_is_an_error(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    hub.fault("empty", on="sort=createdAt", times=None)
    with pytest.raises(LandingError, match="gave no rows, so nothing was landed"):
        listed(hub, landing)
