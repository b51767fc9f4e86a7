"""A report that a page asks for: in a process of its own, one at a time, gone with whoever asked."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from oss_ai_monitor.app import report_job
from oss_ai_monitor.app.report_job import BUSY, NoReport, write_report
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import finished


@pytest.fixture
def small(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(leaderboard_v1=[{"fullname": "tin/a", "average": 40.0, "date": "2024-01-05"}])


def acts(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have the process that writes reports do something else."""
    monkeypatch.setattr(report_job, "COMMAND", (sys.executable, "-c", f"import json, sys, time, os; {script}"))


def test_the_process_is_asked_for_the_generation_and_the_filters_that_are_seen(
    small: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts(monkeypatch, "sys.stdout.write('ä' + sys.stdin.read())")
    assert finished(write_report(small, {"unit": "week"})) == (
        f'ä{{"generation": "{small.path}", "filters": {{"unit": "week"}}}}'
    )


def test_one_report_is_written_at_a_time(small: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    acts(monkeypatch, "time.sleep(0.4); print('done')")

    async def two() -> list[object]:
        return await asyncio.gather(write_report(small, {}), write_report(small, {}), return_exceptions=True)

    first, second = finished(two())
    assert (first, type(second), str(second)) == ("done\n", NoReport, BUSY)
    assert finished(write_report(small, {})) == "done\n"


def test_who_goes_away_takes_the_process_along(
    small: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    acts(monkeypatch, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")

    async def leave() -> None:
        task = asyncio.ensure_future(write_report(small, {}))
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    finished(leave())
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    acts(monkeypatch, "print('again')")
    assert finished(write_report(small, {})) == "again\n"


def test_what_takes_too_long_is_ended_and_said(small: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    acts(monkeypatch, "time.sleep(60)")
    monkeypatch.setattr(report_job, "TIMEOUT", 0.3)
    with pytest.raises(NoReport, match="choose fewer dates"):
        finished(write_report(small, {}))


def test_a_mistake_of_ours_is_logged_and_not_told(
    small: Warehouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    acts(monkeypatch, "raise SystemExit('secret trouble')")
    with pytest.raises(NoReport, match=r"could not be written; the server's log says why"):
        finished(write_report(small, {}))
    assert "secret trouble" in caplog.text


def test_a_report_that_is_refused_says_why(small: Warehouse) -> None:
    with pytest.raises(NoReport, match="there is no dataset v9"):
        finished(write_report(small, {"dataset": "v9"}))
