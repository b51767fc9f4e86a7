"""Alarms: listings that stand still, disputes that jump, sources that fail, a full disk; and what is none of them."""

from __future__ import annotations

import json
import re
from collections import namedtuple
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from oss_ai_monitor import refresh, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.history import catch_up
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.refresh import StepStatus
from oss_ai_monitor.server import alarms
from oss_ai_monitor.server.alarms import Watched
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.server.metrics import Metrics
from tests.code_blocks import ROOT, blocks
from tests.conftest import land_rows
from tests.core.small_tables import listed

from .conftest import Host, Until, serving, small_warehouse
from .test_watching import figures

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Usage = namedtuple("Usage", "total used free")


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def failing(since: datetime | None, failures: int, succeeded_at: datetime | None = None) -> dict[str, StepStatus]:
    status = StepStatus(succeeded_at=succeeded_at, failed_at=NOW, failures=failures, failing_since=since)
    status.reason = "/srv/secret/place: no such file"
    return {"listing": status}


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        (Watched(), []),
        (Watched(is_refreshed=True), []),
        (Watched(listed_at=days_ago(3.1), listing_every=DAY, is_refreshed=True), [("listing", "age")]),
        (Watched(listed_at=days_ago(2.9), listing_every=DAY, is_refreshed=True), []),
        (Watched(listed_at=days_ago(14.9), is_refreshed=True), []),
        (Watched(listed_at=days_ago(15.1), is_refreshed=True), [("listing", "age")]),
        (Watched(listed_at=days_ago(900), listing_every=DAY), []),
        (Watched(listed_at=days_ago(-5), listing_every=DAY, is_refreshed=True), []),
        (Watched(listed_at=days_ago(0.1), is_unchanged=True), [("listing", "content")]),
        (Watched(disputes={"date: a": 2}, disputes_before={"date: a": 1}), []),
        (Watched(disputes={"date: a": 149}, disputes_before={"date: a": 100}), []),
        (Watched(disputes={"date: a": 150}, disputes_before={"date: a": 100}), [("disputes", "date: a")]),
        (Watched(disputes={"date: a": 45}, disputes_before={"date: a": 30}), []),
        (Watched(disputes={"date: a": 20}, disputes_before={"date: a": 0}), [("disputes", "date: a")]),
        (Watched(disputes={"date: a": 900}, disputes_before={}), []),
        (Watched(disputes={}, disputes_before={"date: a": 900}), []),
        (Watched(failing=failing(days_ago(3), 2)), [("source", "listing")]),
        (Watched(failing=failing(days_ago(2.9), 9)), []),
        (Watched(failing=failing(None, 4, days_ago(4))), [("source", "listing")]),
        (Watched(failing=failing(days_ago(-9), 4)), []),
        (Watched(free_bytes=0), []),
        (Watched(free_bytes=199, build_bytes=100), [("disk", "space")]),
        (Watched(free_bytes=200, build_bytes=100), []),
    ],
)
def test_what_is_an_alarm_and_what_is_none(watched: Watched, expected: list[tuple[str, str]]) -> None:
    current = alarms.alarms(watched, NOW)
    assert [(alarm.kind, alarm.subject) for alarm in current] == expected
    assert [alarm.text for alarm in current if "/srv" in alarm.text] == []


def land_listing(folder: Path, day: date, downloads: int, rule: str = "fetched", *, simulated: bool = False) -> None:
    """Land a full listing of five models, and its day in the history of adoption."""
    landing = Landing(folder / "landing")
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"create table landed as {warehouse.shape('hub_listing')}")
        for number in range(5):
            db.execute(
                "insert into landed (row_number, id, downloads, downloads_all_time) values ($1, $2, $3, $3)",
                [number + 1, f"tin/kettle-{number}", downloads * (number + 1)],
            )
        with landing.run("hub_listing", addresses=["x"], fingerprint=f"{day}", is_simulated=simulated) as run:
            run.as_of, run.as_of_rule = datetime(day.year, day.month, day.day, 4, tzinfo=UTC), rule
            run.write(db.sql("from landed order by row_number"))
    catch_up(landing)


def built(folder: Path) -> list[tuple[str, str]]:
    warehouse.build(folder, Landing(folder / "landing").selected())
    with closing(warehouse.Warehouse.open(folder)) as opened:
        return [(alarm.kind, alarm.subject) for alarm in alarms.warnings(folder, opened, NOW)]


@pytest.mark.parametrize(
    ("downloads", "rule", "is_simulated", "expected"),
    [
        ([10, 20, 30, 30], "fetched", False, [("listing", "content")]),
        ([10, 20, 30, 40], "fetched", False, []),
        ([10, 110, 210, 310, 410, 430], "fetched", False, [("listing", "content")]),
        ([10, 110, 210, 310, 410, 445], "fetched", False, []),
        ([10, 20, 30, 30], "given", False, []),
        ([10, 20, 30, 30], "fetched", True, []),
    ],
)
def test_a_listing_whose_figures_stand_still_is_an_alarm(
    tmp_path: Path, downloads: list[int], rule: str, is_simulated: bool, expected: list[tuple[str, str]]
) -> None:
    """As measures of adoption have it: nothing moved, or less than 0.3 of the median of the days before."""
    for number, figure in enumerate(downloads):
        day = NOW.date() - timedelta(days=len(downloads) - 1 - number)
        land_listing(tmp_path, day, figure, rule, simulated=is_simulated)
    assert built(tmp_path) == expected


def test_a_daily_listing_is_missing_on_the_fourth_day_where_refreshes_run(tmp_path: Path) -> None:
    for number, downloads in enumerate((10, 20, 30)):
        land_listing(tmp_path, date(2026, 11, 14) + timedelta(days=number), downloads)
    assert built(tmp_path) == [], "nobody refreshes here"
    refresh.RefreshState(started_at=days_ago(4)).write(tmp_path)
    assert built(tmp_path) == [("listing", "age")]


def test_a_rule_that_disputes_far_more_than_in_the_build_before_is_an_alarm(tmp_path: Path) -> None:
    def sentences(count: int) -> list[dict[str, Any]]:
        return [listed(f"tin/kettle-{n}", f"base_model:what {n} of us made") for n in range(count)]

    land_rows(tmp_path, "hub_listing", sentences(25), as_of=days_ago(2))
    assert built(tmp_path) == [], "the first build has nothing before it"
    land_rows(tmp_path, "hub_listing", sentences(60), as_of=days_ago(1))
    assert built(tmp_path) == [("disputes", "base model: declared, not an id")]
    metrics = figures(Metrics(Health(tmp_path)).text().decode())
    assert metrics["disputes{base model: declared, not an id}"] == 60
    assert metrics["disputes_before{base model: declared, not an id}"] == 25
    assert metrics["warnings{disputes}"] == 1
    assert built(tmp_path) == [], "the next build has as many"
    land_rows(tmp_path, "leaderboard_v1", [{"fullname": "tin/kettle-1", "average": 3.0}])
    land_rows(tmp_path, "hub_listing", sentences(200), as_of=NOW)
    assert built(tmp_path) == [], "it stands on other sources"


def test_since_when_a_source_fails_is_recorded_until_it_answers_again(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("no such host")

    for _ in range(2):
        refresh.run_once(tmp_path, [refresh.Step("listing", fail)], lambda _: None, (OSError,))
    status = refresh.RefreshState.read(tmp_path).steps["listing"]
    assert (status.failures, status.failing_since is not None) == (2, True)
    assert status.failing_since < status.failed_at  # type: ignore[operator]
    refresh.run_once(tmp_path, [refresh.Step("listing", lambda: None)], lambda _: None)
    assert refresh.RefreshState.read(tmp_path).steps["listing"].failing_since is None


def test_each_is_told_where_an_operator_looks_and_to_strangers_without_a_path(
    tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_warehouse(tmp_path)
    state = refresh.RefreshState(started_at=datetime.now(UTC))
    state.steps = failing(datetime.now(UTC) - 4 * DAY, 5)
    state.write(tmp_path)
    since = f"{datetime.now(UTC) - 4 * DAY:%Y-%m-%d}"
    text = f"The step “listing” of refreshes has failed 5 times in a row since {since}."
    with serving(tmp_path) as host:
        ready, metrics = host.get("/readyz"), figures(host.get("/metrics").body)
        assert (ready.status, json.loads(ready.body)["warnings"]) == (200, [text])
        assert "/srv" not in ready.body
        assert str(tmp_path) not in ready.body
        assert (metrics["warnings{source}"], metrics["warnings{disk}"], metrics["ready"]) == (1, 0, 1)
        assert metrics["refresh_failing_since_timestamp_seconds{listing}"] > 1.7e9
        assert metrics["disk_free_bytes"] > metrics["build_bytes"] > 100_000
        until(lambda: "event=warning" in host.lines())
        assert host.lines().count("event=warning kind=source subject=listing") == 1
    status = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "status"])
    assert f"attention: {text}\n" in status.stdout
    shown = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "status", "--format", "json"])
    assert json.loads(shown.stdout)["warnings"] == [{"kind": "source", "subject": "listing", "text": text}]
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**9, 10**9 - 1000, 1000))
    assert Health(tmp_path).summary()["warnings"][1].startswith("The disk has room for less than two builds: 0.0 GB")


def test_a_new_warehouse_and_the_simulated_community_are_no_alarms(tmp_path: Path, community: Path) -> None:
    assert alarms.warnings(tmp_path / "not there", None) == []
    with closing(warehouse.Warehouse.open(community)) as opened:
        assert alarms.warnings(community, opened, days_ago(-400)) == []


def test_an_alarm_is_logged_once_a_day(caplog: pytest.LogCaptureFixture) -> None:
    log, alarm = alarms.DailyLog(), alarms.Alarm("disk", "space", "The disk is full.")
    other = alarms.Alarm("source", "archive", "The archive fails.")
    for day, current in ((1, [alarm]), (1, [alarm, other]), (2, [alarm]), (2, [alarm])):
        log.write(current, date(2026, 11, day))
    assert [record.message for record in caplog.records] == [alarm.text, other.text, alarm.text]


def test_the_examples_of_alerts_and_of_a_dashboard_name_metrics_that_there_are(host: Host) -> None:
    examples = {block.language: block.code for block in blocks(ROOT / "docs" / "operating.md")}
    rules = yaml.safe_load(examples["yaml"])["groups"][0]["rules"]
    panels = json.loads(examples["json"])["panels"]
    expressions = [rule["expr"] for rule in rules] + [target["expr"] for panel in panels for target in panel["targets"]]
    named = set(re.findall(r"\boss_ai_monitor_\w+", " ".join(expressions)))
    text = host.get("/metrics").body
    there = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE)) | set(
        re.findall(r"^(oss_ai_monitor_\w+)", text, re.MULTILINE)
    )
    assert len(named) > 8
    assert {name for name in named if re.sub(r"_(bucket|count|sum)$", "", name) not in there} == set()
    kinds = set(re.findall(r'kind="(\w+)"', " ".join(expressions)))
    assert kinds == set(alarms.KINDS)
