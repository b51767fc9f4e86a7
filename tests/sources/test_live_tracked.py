"""Models one by one, from a Hub on loopback: as sent, within a budget, refusals remembered and never invented."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import AlreadyLanded, Landing, Manifest, NothingNew
from oss_ai_monitor.sources import SourceError, Table, Unreachable, live
from tests.hub_server import Hub
from tests.hub_world import World, simulated

QUICK = live.RetryPolicy(
    connect=60, read=60, deadline=120, backoff=0.001, longest_wait=0.01, default_wait=0.01, attempts=4
)


@pytest.fixture(scope="module")
def world() -> World:
    return simulated(1000)


@pytest.fixture
def hub(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with Hub(world) as served:
        yield served


@pytest.fixture
def ids(world: World) -> list[str]:
    return [model_id for model_id in world.models if model_id.startswith("sim-") and len(model_id) < 90][:30]


@pytest.fixture
def failures(tmp_path: Path) -> live.Failures:
    return live.Failures(tmp_path / "state" / "failures.sqlite")


def session(hub: Hub, **options: Any) -> live.Session:
    return live.Session(
        hub.url, **{"retry_policy": QUICK, "sleep": lambda seconds: time.sleep(min(seconds, 0.01))} | options
    )


def land(folder: Path, table: Table) -> Manifest:
    return Landing(folder).land(table)


def rows(run: Manifest) -> list[dict[str, Any]]:
    with duckdb.connect() as db:
        result = db.execute("from read_parquet($1) order by row_number", [[str(path) for path in run.paths]])
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def recorded_failures(failures: live.Failures) -> list[tuple[Any, ...]]:
    return [
        row
        for relation in failures.table().relations
        for row in relation.select("model_id, asked, status, reason, failures, answered_at is null").fetchall()
    ]


def test_details_land_as_sent(hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path) -> None:
    run = land(tmp_path, live.details(session(hub), ids, failures, rows=20))
    assert (run.source, run.adds_to, [part.rows for part in run.parts]) == ("hub_details", "hub_details", [20, 10])
    landed = rows(run)
    assert [(row["row_number"], row["id"]) for row in landed] == list(enumerate(ids, 1))
    some = next(row for row in landed if row["card_data"] and row["config"])
    item = hub.world.item(some["id"])
    assert item is not None
    assert json.loads(some["card_data"]) == item["cardData"]
    assert json.loads(some["config"]) == item["config"]
    assert (some["sha"], some["gated"]) == (item["sha"], str(item["gated"]).lower())


@pytest.mark.parametrize("ask", [live.details, live.commits, live.discussions])
def test_the_landed_shape_is_the_one_that_is_declared(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path, ask: Callable[..., Table]
) -> None:
    run = land(tmp_path, ask(session(hub), ids[:3], failures))
    failures.note("details", "a/gone", 404, "not found", datetime(2026, 11, 1, tzinfo=UTC))
    for landed in (run, land(tmp_path, failures.table())):
        shape = warehouse.shape(landed.source)
        with duckdb.connect() as db:
            declared = db.sql(shape)
            there = db.read_parquet([str(path) for path in landed.paths])
            assert dict(zip(there.columns, map(str, there.types), strict=True)) == dict(
                zip(declared.columns, map(str, declared.types), strict=True)
            )


def test_commits_are_summed_up_over_all_their_pages(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    hub.world.commits = {
        ids[0]: [commit(day, "ann") for day in range(120, 20, -1)] + [commit(20, "bob")],
        ids[1]: [commit(1, "bob")] * 1100,
        ids[2]: [{"id": "x", "date": 7, "authors": None}, {"date": "2024-05-05", "authors": [{"user": None}, 3]}],
    }
    first, second, third = rows(land(tmp_path, live.commits(session(hub), ids[:3], failures)))
    hub.world.commits = {}
    del first["row_number"]
    assert first == {
        "model_id": ids[0], "commits": 101, "authors": ["ann", "bob"], "extra": None,
        "first_commit_at": datetime(2024, 1, 21), "last_commit_at": datetime(2024, 4, 30),
    }  # fmt: skip
    assert (second["commits"], second["first_commit_at"], second["extra"]) == (None, None, '{"read": 1000}')
    assert (third["commits"], third["last_commit_at"], third["authors"]) == (2, datetime(2024, 5, 5), [])


def commit(day: int, user: str) -> dict[str, Any]:
    moment = datetime(2024, 1, 1) + timedelta(days=day)
    return {"id": str(day), "title": "", "date": f"{moment.isoformat()}.000Z", "authors": [{"user": user}]}


def test_discussions_are_counted_in_as_few_requests_as_it_takes(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    hub.world.discussions = {
        ids[0]: [],
        ids[1]: [
            *(thread(3, "2024-03-01", "open"), thread(2, "2024-02-01", "merged", True)),
            thread(1, "2024-01-01", "closed"),
        ],
        ids[2]: [
            *(thread(40 - n, f"2024-03-{28 - n}", "merged", True) for n in range(12)),
            *(thread(28 - n, f"2024-02-{28 - n}", "draft" if n else "open", True) for n in range(3)),
            *(thread(20 - n, f"2024-01-{28 - n}", "open" if n < 5 else "closed") for n in range(20)),
        ],
        ids[3]: [thread(15 - n, f"2024-01-{28 - n}", "open", n % 2 == 0) for n in range(15)],
    }
    run = land(tmp_path, live.discussions(session(hub), ids[:4], failures))
    names = (
        "discussions",
        "pull_requests",
        "open_threads",
        "latest_at",
        "latest_discussion_at",
        "latest_pull_request_at",
    )
    landed = {row["model_id"]: tuple(row[name] for name in names) for row in rows(run)}
    first, second = datetime(2024, 1, 28), datetime(2024, 1, 27)
    assert landed == {
        ids[0]: (0, 0, 0, None, None, None),
        ids[1]: (3, 1, 1, datetime(2024, 3, 1), datetime(2024, 3, 1), datetime(2024, 2, 1)),
        ids[2]: (35, 15, 8, datetime(2024, 3, 28), None, datetime(2024, 3, 28)),  # none is on the pages that were read
        ids[3]: (15, 8, 15, first, second, first),
    }
    assert [len(hub.requests(f"{model_id}/discussions")) for model_id in ids[:4]] == [1, 1, 3, 3]


def test_a_mirror_that_filters_no_discussions_leaves_unknown_what_it_does_not_tell(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    hub.ignores_filters = True
    hub.world.discussions = {
        ids[0]: [thread(15 - n, f"2024-01-{28 - n}", "open" if n else "closed", n % 2 == 0) for n in range(15)]
    }
    (landed,) = rows(land(tmp_path, live.discussions(session(hub), ids[:1], failures)))
    assert (landed["discussions"], landed["pull_requests"], landed["open_threads"]) == (15, None, None)
    assert landed["latest_pull_request_at"] == datetime(2024, 1, 28)


def thread(number: int, day: str, status: str, is_pull_request: bool = False) -> dict[str, Any]:
    return {"num": number, "createdAt": f"{day}T00:00:00.000Z", "status": status, "isPullRequest": is_pull_request}


def test_refusals_are_remembered_with_growing_patience(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    hub.hidden, hub.gated, hub.disabled = {ids[0]}, {ids[1]}, {ids[2]}
    run = land(tmp_path, live.details(session(hub), [*ids[:4], "no/such", "../api/whoami"], failures))
    assert [row["id"] for row in rows(run)] == [ids[3]]
    assert run.notes == (
        "attention: no record holds a createdAt that can be read, so no model is dated by it",  # nor does the one
        "refused: 4 of 6 models; asked again with growing patience",
    )
    expected = {
        ids[0]: (401, "unauthorized"), ids[1]: (403, "gated"), ids[2]: (403, "disabled"), "no/such": (404, "not found"),
        "../api/whoami": (0, "no id of the Hub's"),
    }  # fmt: skip
    assert {row[0]: row[2:4] for row in recorded_failures(failures)} == expected
    hub.received_requests.clear()
    with pytest.raises(NothingNew):
        land(tmp_path, live.details(session(hub), [*ids[:3], "no/such"], failures))
    assert hub.received_requests == []
    now = datetime.now(UTC)
    waits = []
    for _ in range(9):
        failures.note("details", "no/such", 404, "not found", now)
        waits.append(
            next(
                days
                for days in range(100)
                if "no/such" in failures.due("details", now + timedelta(days=days, minutes=1))
            )
        )
    assert waits == [2, 4, 8, 16, 32, 64, 64, 64, 64]
    assert "no/such" in failures.due("commits", now)


def test_what_answers_again_is_asked_again_and_what_failed_is_not_forgotten(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    failures.note("details", ids[0], 404, "not found", datetime(2026, 1, 1, tzinfo=UTC))
    assert land(tmp_path, live.details(session(hub), ids[:1], failures)).rows == 1
    assert recorded_failures(failures) == [(ids[0], "details", 404, "not found", 1, False)]
    landed = land(tmp_path, failures.table())
    assert landed.rows == 1
    with pytest.raises(AlreadyLanded):
        land(tmp_path, failures.table())


def test_a_renamed_repository_answers_under_its_new_name(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    hub.world.rename(ids[5], "new/name")
    run = land(tmp_path, live.details(session(hub), [ids[5]], failures))
    assert [row["id"] for row in rows(run)] == ["new/name"]
    assert recorded_failures(failures) == [(ids[5], "details", 307, "renamed", 1, True)]
    hub.world.rename("new/name", ids[5])
    hub.world.renamed.clear()


def test_a_budget_is_kept_and_what_was_answered_lands(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    asking = session(hub, budget=12)
    run = land(tmp_path, live.details(asking, ids, failures))
    assert (run.rows, run.notes, asking.remaining_requests) == (12, ("the budget is spent: 18 of 30 still to ask",), 0)
    assert len(hub.received_requests) == 12


def test_a_run_that_broke_off_asks_only_for_the_rest(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    fault = hub.fault("503", after=25, times=None)  # which befalls whoever comes: no model's fault
    with pytest.raises(SourceError, match=r"asked 4 times"):
        land(tmp_path, live.details(session(hub), ids, failures, rows=10))
    assert Landing(tmp_path).manifests() == []
    assert recorded_failures(failures) == []
    fault.times = 0
    hub.received_requests.clear()
    run = land(tmp_path, live.details(session(hub), ids, failures, rows=10))
    assert [row["id"] for row in rows(run)] == ids
    assert [row["row_number"] for row in rows(run)] == list(range(1, 31))
    assert len(hub.received_requests) == 10


def test_one_useless_answer_is_the_models_many_are_the_hubs(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path
) -> None:
    hub.fault("html", on=ids[3], times=None)
    run = land(tmp_path, live.details(session(hub), ids[:6], failures))
    assert run.rows == 5
    assert [row[:3] for row in recorded_failures(failures)] == [(ids[3], "details", 0)]
    hub.fault("html", times=None)
    with pytest.raises(SourceError, match=r"is no JSON .* asked 4 times"):
        land(tmp_path, live.details(session(hub), ids[10:20], failures))


def test_a_token_that_the_hub_does_not_know_is_no_failure_of_the_models(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    hub.token = "hf_valid"
    with pytest.raises(live.Refused, match="Invalid credentials") as caught:
        land(tmp_path, live.details(session(hub), ids, failures))
    assert "hf_expired" not in str(caught.value)
    assert recorded_failures(failures) == []


def test_a_field_that_details_refuse_is_done_without(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.hub_server.EXPANDABLE", frozenset({"tags"}))
    run = land(tmp_path, live.details(session(hub), ids[:4], failures))
    assert run.rows == 4
    assert len(hub.received_requests) == 2 + 4
    assert recorded_failures(failures) == []


def test_a_redirect_to_another_host_does_not_take_the_token_along(
    hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with Hub(hub.world) as other:
        monkeypatch.setattr(hub, "_model", lambda parts, *_: moved(f"{other.url}/api/models/{'/'.join(parts)}"))
        run = land(tmp_path, live.details(session(hub), ids[:1], failures))
        assert run.rows == 1
        assert [headers.get("Authorization") for _, _, headers in other.received_requests] == [None]
    assert hub.received_requests[0][2]["Authorization"] == "Bearer hf_secret"


def moved(address: str) -> Any:
    from tests.hub_server import Answer

    return Answer(302, b"", {"Location": address})


def test_nobody_there_ends_the_run_at_once(hub: Hub, ids: list[str], failures: live.Failures, tmp_path: Path) -> None:
    asking = session(hub)
    hub.__exit__()
    with pytest.raises(Unreachable):
        land(tmp_path, live.details(asking, ids, failures))
    assert recorded_failures(failures) == []
