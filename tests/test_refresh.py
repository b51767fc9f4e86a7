"""Refreshes: what is asked, what is told and remembered, one at a time, again and again, beside a server."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from huggingface_hub import constants

from oss_ai_monitor import refresh, terminal, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.refresh import RefreshState, Schedule, Step
from oss_ai_monitor.sources import archive
from oss_ai_monitor.sources.boards import BOARDS
from tests.conftest import PATIENCE, free_port, record_sleeps
from tests.hub_server import Hub
from tests.hub_world import World, board
from tests.sources.test_archive_live import V1

IDS = [f"tin/model-{n:02}" for n in range(30)]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Thirty models and one leaderboard archive."""
    duckdb.connect().sql(V1).write_parquet(str(tmp_path / "v1.parquet"))
    name = f"datasets/{BOARDS[0].repository}/{BOARDS[0].file}"
    monkeypatch.setattr(archive, "BOARDS", BOARDS[:1])
    monkeypatch.setattr(archive, "RETRY_DELAYS", (0.01,))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    for variable in ("HF_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    world = World(files={name: (tmp_path / "v1.parquet").read_bytes()})
    for n, model_id in enumerate(IDS):
        world.put(
            model_id, createdAt=f"2026-10-{1 + n % 28:02}T00:00:00.000Z", lastModified="2026-10-30T00:00:00.000Z",
            likes=n, downloads=n, tags=["llama"], gated=False, private=False,
        )  # fmt: skip
    board(world, "tin/exam", {IDS[1]: 60.0, IDS[2]: 50.0})
    with Hub(world) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--warehouse", str(folder), *arguments], catch_exceptions=False)


def query_rows(folder: Path, select: str) -> list[tuple[object, ...]]:
    opened = warehouse.Warehouse.open(folder)
    rows = [tuple(row) for row in opened.sql_frame(select).itertuples(index=False)]
    opened.close()
    return rows


def landed(folder: Path) -> list[str]:
    return [run.source for run in Landing(folder / "landing").manifests()]


def refreshing(folder: Path, *more: str) -> subprocess.Popen[str]:
    """A refresh as a process of its own."""
    command = [sys.executable, "-m", "oss_ai_monitor.cli", "--warehouse", str(folder), "refresh", *more]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def output_until(process: subprocess.Popen[str], words: str) -> str:
    """What a process says on stderr, up to the line with these words."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError(f"it never said “{words}”: {''.join(lines)}")


def rest_of(process: subprocess.Popen[str]) -> str:
    """What it says on stderr once its input has ended, to its own end."""
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.close()
    with process.stderr as stream:
        output = stream.read()
    process.wait(timeout=PATIENCE)
    return output


def until(true: Callable[[], bool], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


@pytest.mark.slow
def test_refreshes_bring_growth_renames_and_removals(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    first = run(folder, "refresh", "--budget", "12")
    assert first.exit_code == 0, first.stderr
    assert query_rows(folder, "select count(*) from core.models where is_listed") == [(30,)]
    assert "leaderboard_v1: 1 row as of" in first.stderr
    assert "hub_adoption" in landed(folder)
    assert "hub_benchmarks" in landed(folder)
    assert landed(folder).count("hub_details") == 1  # asked once something had been built, in the same refresh
    hub.world.put("tin/new", createdAt=now(), lastModified=now(), tags=[], downloads=0)
    assert run(folder, "refresh", "--budget", "0").exit_code == 0
    assert query_rows(folder, "select count(*) from core.models where is_listed") == [(31,)]
    assert landed(folder).count("hub_listing") == 1
    hub.world.remove(IDS[3])
    hub.world.rename(IDS[4], "tin/renamed")
    days = {datetime.now(UTC).date().isoformat()}
    for _ in range(2):
        time.sleep(1)  # the Hub's clock, by which listings are told apart, says seconds
        assert run(folder, "ingest", "hub", "--full", "--budget", "1").exit_code == 0
    assert run(folder, "refresh", "--budget", "0").exit_code == 0
    days.add(datetime.now(UTC).date().isoformat())  # it may be midnight in between
    models = query_rows(
        folder,
        "select model_id, coalesce(removed_on::varchar, '') from core.models"
        " where removed_on is not null or model_id = 'tin/renamed' order by model_id",
    )
    assert [name for name, _ in models] == [IDS[3], IDS[4], "tin/renamed"]
    assert {day for _, day in models[:2]} <= days
    assert models[2][1] == ""


@pytest.mark.slow
def test_a_source_that_fails_is_told_and_stops_no_other(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    hub.fault("503", on="/resolve/", times=None)
    result = run(folder, "refresh", "--budget", "0")
    assert result.exit_code == 1
    assert f"archive failed: {hub.url}/datasets/" in result.stderr
    assert result.stderr.splitlines()[-1] == (
        "Error: refreshed, but for archive (see above); the next refresh tries again"
    )
    assert query_rows(folder, "select count(*) from core.models") == [(30,)]
    result = run(folder, "status")
    assert "archive failed" in result.stdout
    assert "1 in a row" in result.stdout
    hub.faults.clear()
    assert run(folder, "refresh", "--budget", "0").exit_code == 0
    result = run(folder, "status")
    assert "failed" not in result.stdout
    assert "ago, in" in result.stdout


@pytest.mark.slow
def test_a_build_that_fails_leaves_what_served(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "warehouse"
    assert run(folder, "refresh", "--budget", "0").exit_code == 0
    served = warehouse.current(folder)

    def broken(*_: object, **__: object) -> Path:
        raise warehouse.CheckFailed("not true that all is well: [(1,)]")

    hub.world.put("tin/new", createdAt=now(), lastModified=now(), tags=[], downloads=0)
    with monkeypatch.context() as patched:
        patched.setattr(warehouse, "build", broken)
        result = run(folder, "refresh", "--budget", "0")
    assert result.exit_code == 1
    assert "build failed: not true that all is well" in result.stderr
    assert warehouse.current(folder) == served
    assert run(folder, "refresh", "--budget", "0").exit_code == 0
    assert query_rows(folder, "select count(*) from core.models where model_id = 'tin/new'") == [(1,)]


def test_without_a_network_it_says_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with monkeypatch.context() as patched:
        waits = record_sleeps(patched)
        result = run(tmp_path, "refresh")
    assert sum(waits) < 5  # a client left alone asks again and again for half a minute
    assert result.exit_code == 1
    assert result.stderr.count("http://127.0.0.1:9 does not answer") == 1
    assert result.stderr.splitlines()[-1] == "Error: nothing was refreshed, for there is no network (see above)"
    assert landed(tmp_path) == []
    state = json.loads(run(tmp_path, "status", "--format", "json").stdout)["refresh"]
    assert list(state["steps"]) == ["network"]
    assert state["steps"]["network"]["failures"] == 1


@pytest.mark.slow
def test_real_data_takes_the_place_of_the_simulated_community_and_nobody_of_it_is_asked_about(
    hub: Hub, tmp_path: Path
) -> None:
    folder = tmp_path / "warehouse"
    assert run(folder, "ingest", "simulated", "--models", "1000").exit_code == 0
    assert run(folder, "build").exit_code == 0
    assert run(folder, "refresh", "--budget", "9").exit_code == 0
    assert query_rows(folder, "select count(*) from core.models where is_listed") == [(30,)]
    assert hub.requests("/api/models/tin/") != []
    assert hub.requests("/api/models/sim") == []


@pytest.mark.slow
def test_one_refresh_at_a_time_over_all_processes_and_a_killed_one_leaves_no_lock(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    hub.fault("silent", on="/api/models", times=1, seconds=60)
    other = refreshing(folder)
    until(lambda: hub.requests("/api/models?") != [])
    result = run(folder, "refresh")
    assert result.exit_code == 1
    assert f"Error: another process is refreshing {folder} since 20" in result.stderr
    assert "one is running since" in run(folder, "status").stdout
    other.kill()
    other.communicate()
    assert "broken off; the next one goes on from there" in run(folder, "status").stdout
    assert run(folder, "refresh", "--budget", "0").exit_code == 0


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_refresh_that_is_stopped_says_so_in_a_line(hub: Hub, tmp_path: Path, stop: signal.Signals) -> None:
    hub.fault("silent", on="/api/models", times=None, seconds=60)
    other = refreshing(tmp_path / "warehouse")
    until(lambda: hub.requests("/api/models?") != [])
    other.send_signal(stop)
    _, output = other.communicate(timeout=PATIENCE)
    assert other.returncode == 130, output
    assert output.splitlines()[-1] == "stopped; what has landed stays, and the next refresh goes on from there"
    assert "Traceback" not in output


def test_a_mistake_of_ours_in_one_step_is_told_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done, messages = [], []

    def mistaken() -> None:
        raise KeyError("nobody")

    steps = [Step("first", mistaken), Step("second", lambda: done.append(2))]
    assert refresh.run_once(tmp_path, steps, messages.append, (OSError,)) == {"first": "KeyError: 'nobody'"}
    assert (done, messages) == ([2], ["first failed: KeyError: 'nobody'"])
    assert "in mistaken" in capsys.readouterr().err
    steps = [Step("first", mistaken, is_needed=True), Step("second", lambda: done.append(3))]
    refresh.run_once(tmp_path, steps, messages.append)
    assert done == [2]
    assert RefreshState.read(tmp_path).steps["first"].failures == 2


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"steps": 3}', '{"started_at": "yesterday"}', '{"steps": {"a": [1]}}']
)
def test_a_state_that_is_no_longer_ours_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "refresh").mkdir()
    (tmp_path / "refresh" / "last.json").write_text(content)
    (tmp_path / "refresh" / "schedule.json").write_text(content)
    assert RefreshState.read(tmp_path) == RefreshState()
    assert Schedule.read(tmp_path) == Schedule()
    assert refresh.run_once(tmp_path, [Step("a", lambda: None)], print) == {}
    assert RefreshState.read(tmp_path).steps["a"].succeeded_at is not None


def test_a_reason_may_name_a_file_whose_name_is_no_utf_8(tmp_path: Path) -> None:
    def missing() -> None:
        raise OSError("no file \udcff.csv")

    refresh.run_once(tmp_path, [Step("a", missing)], lambda _: None, (OSError,))
    assert RefreshState.read(tmp_path).steps["a"].reason == "no file \udcff.csv"
    assert list(refresh.unreadable(tmp_path)) == []


def test_an_interval_is_minutes_hours_or_days() -> None:
    assert [refresh.interval(text) for text in ("30m", "6h", " 1d ")] == [
        timedelta(minutes=30), timedelta(hours=6), timedelta(days=1),
    ]  # fmt: skip
    for text in ("", "6", "h", "0h", "32d", "-1h", "6h30m", "1.5h", "99999d"):
        with pytest.raises(ValueError, match="is no interval; expected 30m, 6h or 1d"):
            refresh.interval(text)


class Days:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Enough(Exception):
    """So many refreshes were to be seen."""


def repeated(
    folder: Path, clock: Days, times: int, takes: timedelta = timedelta(0), *, answered: bool = True
) -> list[datetime]:
    """The moments of the first refreshes of a process that repeats them every six hours."""
    began: list[datetime] = []

    def refresh_once() -> bool:
        if len(began) == times:
            raise Enough
        began.append(clock.at)
        clock.at += takes
        return answered

    with pytest.raises(Enough):
        refresh.repeat(folder, "6h", refresh_once, lambda _: None, now=clock, sleep=clock.sleep)
    return began


def test_refreshes_come_at_the_interval_and_a_little_by_chance(tmp_path: Path) -> None:
    began = repeated(tmp_path, Days(), 20)
    assert began[0] == NOON
    pauses = [next_start - start for start, next_start in itertools.pairwise(began)]
    assert all(timedelta(hours=6) <= pause <= timedelta(hours=6.31) for pause in pauses)
    assert len(set(pauses)) > 10


def test_a_restart_keeps_to_what_was_planned(tmp_path: Path) -> None:
    clock = Days()
    Schedule("6h", NOON + timedelta(hours=2), 1).write(tmp_path)
    assert repeated(tmp_path, clock, 1) == [NOON + timedelta(hours=2)]
    at = clock.at
    Schedule("31d", at + timedelta(days=30), 1).write(tmp_path)  # of a longer interval, before
    assert repeated(tmp_path, clock, 1) == [at]
    planned = Schedule.read(tmp_path)
    assert (planned.every, planned.pid) == ("6h", os.getpid())


def test_a_refresh_that_takes_longer_than_the_interval_is_followed_after_a_minute(tmp_path: Path) -> None:
    first, second = repeated(tmp_path, Days(), 2, takes=timedelta(hours=7))
    assert second - first == timedelta(hours=7, minutes=1)


def test_a_follower_is_told_of_its_next_check_by_that_name(tmp_path: Path) -> None:
    clock, lines = Days(), list[str]()
    Schedule("10m", NOON + timedelta(minutes=5), 1).write(tmp_path)

    def check() -> bool:
        raise Enough

    with pytest.raises(Enough):
        refresh.repeat(tmp_path, "10m", check, lines.append, name="check", now=clock, sleep=clock.sleep)
    assert lines == [f"next check at {NOON + timedelta(minutes=5):%Y-%m-%d %H:%M} UTC"]


def test_without_a_network_the_next_refresh_comes_soon(tmp_path: Path) -> None:
    first, second = repeated(tmp_path, Days(), 2, answered=False)
    assert timedelta(minutes=10) <= second - first <= timedelta(minutes=11)


@pytest.mark.slow
def test_a_repeated_refresh_writes_plain_lines_and_ends_with_its_server(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    other = refreshing(folder, "--budget", "0", "--every", "6h", "--until-input-ends")
    until(lambda: Schedule.read(folder).next_at is not None and RefreshState.read(folder).finished_at is not None)
    output = output_until(other, "next refresh at")
    assert (Schedule.read(folder).next_at or NOON) > datetime.now(UTC) + timedelta(hours=5)
    assert ", every 6h" in run(folder, "status").stdout
    output += rest_of(other)
    assert other.returncode == 130
    assert "\r" not in output
    assert all(line.startswith("20") and line[19] == "Z" for line in output.splitlines()), output
    assert output.splitlines()[-1].endswith("the next refresh goes on from there")
    assert "but nothing is running that does it" in run(folder, "status").stdout


@pytest.mark.slow
def test_a_refresh_beside_a_server_logs_in_its_format(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    other = refreshing(folder, "--budget", "0", "--every", "6h", "--until-input-ends", "--log-format", "json")
    output = output_until(other, "next refresh at") + rest_of(other)
    result = [json.loads(line) for line in output.splitlines()]
    assert {(line["logger"], line["level"]) for line in result} == {("oss_ai_monitor.refresh", "info")}
    assert any("next refresh at" in line["message"] for line in result)


@pytest.mark.slow
def test_a_refresh_beside_a_server_ends_with_it_also_when_it_is_killed(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    assert run(folder, "refresh", "--budget", "0").exit_code == 0
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oss_ai_monitor.cli", "--warehouse", str(folder)]
    command += ["serve", "--port", str(port), "--refresh-every", "6h"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: (Schedule.read(folder).next_at or NOON) > datetime.now(UTC) + timedelta(hours=5))
        child_pid = Schedule.read(folder).pid
        assert child_pid != server.pid
        assert "every 6h" in run(folder, "status").stdout
    finally:
        server.kill()
        server.communicate()
    until(lambda: not refresh.is_held(folder, refresh.SCHEDULED))
    assert "but nothing is running that does it" in run(folder, "status").stdout
    with pytest.raises(ProcessLookupError):
        until(lambda: bool(os.kill(child_pid, 0)))


def test_progress_in_a_log_is_a_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 1.0, 30.0, 61.0, 70.0, 121.5])
    lines = terminal._Lines(clock=lambda: next(clock))
    for done in (1000, 30_000, 61_000, 70_000, 121_500):
        lines.update(done, 3_000_000, "100 requests left for 60 s")
    first, second = capsys.readouterr().err.splitlines()
    assert first[21:] == "  61,000 of 3,000,000 rows, 1,000 a second, 48:59 left; 100 requests left for 60 s"
    assert "121,500 of 3,000,000 rows, 1,000 a second" in second


def test_slow_progress_in_a_log_has_its_unit_and_what_is_done_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 1.0, 61.0])
    lines = terminal._Lines(clock=lambda: next(clock), unit="relations")
    lines.update(1, 211, "staging.hub_listing")
    lines.update(31, 211, "core.models")
    (line,) = capsys.readouterr().err.splitlines()
    assert line[21:] == "  31 of 211 relations, 30 a minute, 06:00 left; core.models"
