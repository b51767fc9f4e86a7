"""The command refresh: the steps of a refresh, once or repeatedly, and the messages about it."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from oss_ai_monitor import crawl_plan, publication, refresh, warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.server import logs
from oss_ai_monitor.sources import archive, live
from oss_ai_monitor.sources.endpoint import reachable
from oss_ai_monitor.terminal import print_log_line, print_message
from oss_ai_monitor.terminal import progress as show_progress

from .building import build_generation, build_outdated
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
    publication.refuse_copy(folder)
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
        publication.refuse_copy(folder)  # it may have become a copy since the last one
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
    """Return the final message: the reasons of failed steps have been printed."""
    if "network" in failed:
        return "nothing was refreshed, for there is no network (see above)"
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

    if outdated := _outdated(folder):  # first, because it needs no network
        yield refresh.Step("build", lambda: build_outdated(folder, outdated, notify, is_log=is_log))
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


def _outdated(folder: Path) -> warehouse.Outdated | None:
    """Return what is said of a warehouse that another version built; None if it is of this one, or cannot be read."""
    try:
        warehouse.Warehouse.open(folder).close()
    except warehouse.Outdated as error:
        return error
    except (warehouse.NoWarehouse, warehouse.Damaged):
        return None
    return None


def _is_real(folder: Path) -> bool:
    try:
        opened = warehouse.Warehouse.open(folder)
    except (warehouse.NoWarehouse, warehouse.Damaged):
        return False
    opened.close()
    return not opened.is_simulated


def _build(folder: Path, landing: Landing, notify: Notify, is_log: bool | None) -> None:
    """Build, unless the current generation was built from exactly the landed runs, by the present rules."""
    try:
        opened = warehouse.Warehouse.open(folder)
    except (warehouse.NoWarehouse, warehouse.Damaged):
        built_from = None
    else:
        snapshots = opened.sql_frame("select source, snapshot_id from core.snapshots")
        is_current = not (opened.instead_of or opened.rules_notice) and opened.leaves_out_as_listed(folder)
        built_from = set(zip(snapshots["source"], snapshots["snapshot_id"], strict=True)) if is_current else None
        opened.close()
    if built_from == {(run.source, run.snapshot_id) for run in landing.selected()}:
        notify("nothing new has landed since the last build")
        return
    build_generation(folder, notify=notify, is_log=is_log)
