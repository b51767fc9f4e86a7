"""The command refresh: the steps of a refresh, once or repeatedly, and the messages about it."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click

from oss_ai_monitor import crawl_plan, refresh, warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.server import logs
from oss_ai_monitor.sources import archive, live
from oss_ai_monitor.sources.endpoint import reachable
from oss_ai_monitor.terminal import print_log_line, print_message
from oss_ai_monitor.terminal import progress as show_progress

from .building import build_generation
from .group import FAILURES, FULL, MAKE_ROOM, main, one_line
from .landing import DEFAULT_BUDGET, Notify, keep_history, land, tracked

EXIT_INTERRUPTED = 130
"""The exit code after an interrupt, as in shells."""
NICENESS = 10
"""Niceness of a refresh next to a server, whose visitors have priority."""


class _Interval(click.ParamType[str]):
    name = "INTERVAL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            refresh.interval(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return value


INTERVAL = _Interval()


@main.command("refresh")
@click.option(
    "--budget", default=DEFAULT_BUDGET, show_default=True, type=click.IntRange(0), help="Requests about single models."
)
@click.option("--every", type=INTERVAL, help="Repeat: 30m, 6h or 1d after the last one, plus a small random delay.")
@click.option("--until-input-ends", "is_beside", is_flag=True, hidden=True, help="End when standard input does.")
@click.option("--log-format", "form", type=click.Choice(logs.FORMATS), hidden=True, help="Log as the server does.")
@click.pass_obj
def refreshed(folder: Path, budget: int, every: str | None, is_beside: bool, form: str | None) -> None:
    """Fetch new data from every source, then build: the leaderboard archives; the Hub's listing, daily or weekly, else
    the changes since; removed models; the history of adoption; details, commits and discussions within the budget; the
    official benchmarks.

    A failing source is reported and does not stop the others; then the exit code is 1. One refresh runs at a time. An
    interrupted fetch continues at the next one, and the old generation serves until a build has passed its checks.

    \b
    Examples: oss-ai-monitor refresh
              oss-ai-monitor refresh --every 6h --budget 3000
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if is_beside:
        refresh.end_with(sys.stdin.buffer)
        if hasattr(os, "nice"):
            os.nice(NICENESS)
    is_log = True if every else None
    notify: Notify = print_log_line if every else print_message
    if form:
        logs.set_up(form, logging.INFO, secrets=logs.known_secrets())
        notify = logging.getLogger("oss_ai_monitor.refresh").info

    def refresh_once() -> dict[str, str]:
        return refresh.run_once(folder, _steps(folder, budget, notify, is_log), notify, FAILURES)

    def repeat_once() -> bool:
        try:
            failed = refresh_once()
        except (refresh.Refreshing, *FAILURES) as error:
            notify(one_line(error))
            return True
        notify(_summary(failed))
        return "network" not in failed

    try:
        if every:
            refresh.repeat(folder, every, repeat_once, notify)
        elif failed := refresh_once():
            raise click.ClickException(_summary(failed))
    except refresh.Refreshing as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        notify("stopped; what has landed stays, and the next refresh goes on from there")
        raise SystemExit(EXIT_INTERRUPTED) from None


def _summary(failed: dict[str, str]) -> str:
    """Return the final message: the reasons of failed steps have been printed, except a missing network."""
    if "network" in failed:
        return f"nothing was refreshed: {failed['network']}"
    if failed:
        full = f": {MAKE_ROOM}" if any(words in reason for words in FULL for reason in failed.values()) else ""
        return f"refreshed, but for {', '.join(failed)} (see above); the next refresh tries again{full}"
    return "refreshed"


def _steps(folder: Path, budget: int, notify: Notify, is_log: bool | None) -> Iterator[refresh.Step]:
    """Yield the steps of a refresh, in order; each is created after the previous ones are done."""
    landing = Landing(folder / "landing")
    sessions: list[live.Session] = []
    show = partial(show_progress, is_log=is_log, notify=notify if is_log else print_log_line)

    def session() -> live.Session:
        if not sessions:
            sessions.append(live.Session())
        reachable()
        return sessions[0]

    def archives() -> None:
        with show() as progress:
            land(landing, archive.fetch(progress=progress), notify)

    def listing() -> None:
        with show() as progress:
            land(landing, crawl_plan.listings(landing, session(), progress=progress), notify)

    def details() -> None:
        hub_session = session()
        hub_session.budget = hub_session.requests + budget
        try:
            with show() as progress:
                land(landing, crawl_plan.model_facts(landing, hub_session, tracked(folder), progress=progress), notify)
        finally:
            hub_session.budget = None

    def benchmarks() -> None:
        with show() as progress:
            land(landing, crawl_plan.benchmarks(landing, session(), progress=progress), notify)

    yield refresh.Step("network", reachable, is_needed=True)
    yield refresh.Step("archive", archives)
    yield refresh.Step("listing", listing)
    yield refresh.Step("adoption", lambda: keep_history(landing, notify))
    if not _is_real(folder):  # something to look at before details are asked for, and who is asked about
        yield refresh.Step("build", lambda: _build(folder, landing, notify, is_log))
    if budget:
        yield refresh.Step("details", details)
    yield refresh.Step("benchmarks", benchmarks)
    yield refresh.Step("build", lambda: _build(folder, landing, notify, is_log))


def _is_real(folder: Path) -> bool:
    try:
        opened = warehouse.Warehouse.open(folder)
    except (warehouse.NoWarehouse, warehouse.Damaged):
        return False
    opened.close()
    return not opened.is_simulated


def _build(folder: Path, landing: Landing, notify: Notify, is_log: bool | None) -> None:
    """Build, unless the current generation was built from exactly the landed runs."""
    try:
        opened = warehouse.Warehouse.open(folder)
    except (warehouse.NoWarehouse, warehouse.Damaged):
        built_from = None
    else:
        snapshots = opened.sql_frame("select source, snapshot_id from core.snapshots")
        is_current = not opened.instead_of and opened.leaves_out_as_listed(folder)
        built_from = set(zip(snapshots["source"], snapshots["snapshot_id"], strict=True)) if is_current else None
        opened.close()
    if built_from == {(run.source, run.snapshot_id) for run in landing.selected()}:
        notify("nothing new has landed since the last build")
        return
    build_generation(folder, notify=notify, is_log=is_log)


def refresh_summary(folder: Path) -> dict[str, Any]:
    """Return the state of refreshes: started_at, finished_at, next_at (UTC), is_running, is_repeated, every, steps."""
    state, schedule = refresh.RefreshState.read(folder), refresh.Schedule.read(folder)
    return {
        "started_at": _iso(state.started_at),
        "finished_at": _iso(state.finished_at),
        "is_running": refresh.is_held(folder, refresh.LOCK),
        "is_repeated": refresh.is_held(folder, refresh.SCHEDULED),
        "every": schedule.every,
        "next_at": _iso(schedule.next_at),
        "steps": {
            name: {key: _iso(value) if isinstance(value, datetime) else value for key, value in asdict(status).items()}
            for name, status in state.steps.items()
        },
    }


def lines(summary: dict[str, Any]) -> list[str]:
    """Return the lines of `status` about refreshes."""
    if not summary["started_at"]:
        return ["refreshed: never"]
    if summary["is_running"]:
        sentences = [f"refreshed: one is running since {_short(summary['started_at'])}"]
    elif summary["finished_at"]:
        age = datetime.now(UTC) - datetime.fromisoformat(summary["finished_at"])
        took = datetime.fromisoformat(summary["finished_at"]) - datetime.fromisoformat(summary["started_at"])
        sentences = [f"refreshed: {_short(summary['finished_at'])}, {_span(age)} ago, in {_span(took)}"]
    else:
        sentences = [
            f"refreshed: begun {_short(summary['started_at'])} and broken off; the next one goes on from there"
        ]
    for name, step in summary["steps"].items():
        if step["failures"]:
            last = f"; last well {_short(step['succeeded_at'])}" if step["succeeded_at"] else ""
            sentences.append(
                f"  {name} failed {_short(step['failed_at'])} ({step['failures']} in a row{last}): {step['reason']}"
            )
    if summary["is_repeated"]:
        sentences.append(f"  next one {_short(summary['next_at'])}, every {summary['every']}")
    elif summary["next_at"]:
        sentences.append(
            f"  the next one was planned for {_short(summary['next_at'])}, but nothing is running that does it"
        )
    return sentences


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _short(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{max(seconds, 0):.0f} s"
