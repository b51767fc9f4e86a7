"""The command follow: a copy of a generation that somebody else publishes, kept current."""

from __future__ import annotations

import logging
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from oss_ai_monitor import publication, refresh, warehouse
from oss_ai_monitor.server import logs
from oss_ai_monitor.terminal import print_log_line, print_message

from .group import FAILURES, main, one_line
from .landing import Notify
from .refreshing import EXIT_INTERRUPTED, INTERVAL, NICENESS

OF_A_COPY = "a copy shows all that is published, so ask the publisher to leave them out"
EVERY = "10m"
"""How often a server looks whether something new is published: it asks for one small file."""


@main.command()
@click.argument("source", metavar="FOLDER|URL|hf://datasets/ORG/NAME")
@click.option("--every", type=INTERVAL, help="Repeat: 10m, 6h or 1d after the last one, plus a small random delay.")
@click.option("--until-input-ends", "is_beside", is_flag=True, hidden=True, help="End when standard input does.")
@click.option("--log-format", "form", type=click.Choice(logs.FORMATS), hidden=True, help="Log as the server does.")
@click.pass_obj
def follow(folder: Path, source: str, every: str | None, is_beside: bool, form: str | None) -> None:
    """Fetch the generation that 'publish' wrote, and show it, without a crawl and without a build.

    A file that is not what the manifest says, is not whole, or is earlier than the copy is refused, and what served
    before still does. A copy that was damaged is fetched again. An interrupted download goes on where it was.

    \b
    Examples: oss-ai-monitor follow https://data.example.org/warehouse --warehouse copy
              oss-ai-monitor follow hf://datasets/example/open-models --every 1h
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if is_beside:
        refresh.end_with(sys.stdin.buffer)
        if hasattr(os, "nice"):
            os.nice(NICENESS)
    notify: Notify = print_log_line if every else print_message
    if form:
        logs.set_up(form, logging.INFO, secrets=logs.known_secrets())
        notify = logging.getLogger("oss_ai_monitor.refresh").info

    def follow_once() -> dict[str, str]:
        steps = [refresh.Step("follow", lambda: follow_origin(folder, source, notify))]
        return refresh.run_once(folder, steps, notify, FAILURES)

    def repeat_once() -> bool:
        try:
            return not follow_once()
        except (refresh.Refreshing, *FAILURES) as error:
            notify(one_line(error))
            return True

    try:
        if every:
            refresh.repeat(folder, every, repeat_once, notify, name="check")
        else:
            follow_origin(folder, source, notify, says_if_current=True)
    except KeyboardInterrupt:
        notify("stopped; what serves stays, and a download goes on from there")
        raise SystemExit(EXIT_INTERRUPTED) from None


def follow_origin(folder: Path, source: str, notify: Notify, *, says_if_current: bool = False) -> None:
    """Look once whether something new is published, and fetch it. Raises what publication.follow does."""
    is_new = publication.follow(folder, publication.origin(source), datetime.now(UTC), notify)
    if says_if_current and not is_new:
        notify("nothing new is published")
    if is_new or says_if_current:
        opened = warehouse.Warehouse.open(folder)
        try:
            if notice := names_notice(folder, opened):
                notify(f"attention: {notice}")
        finally:
            opened.close()


def prepare_copy(folder: Path, source: str, notify: Notify = print_message) -> None:
    """Fetch a copy before a server starts; if that fails, a copy that can be read serves. Raises as follow does."""
    try:
        follow_origin(folder, source, notify)
    except FAILURES as error:
        try:
            warehouse.Warehouse.open(folder).close()
        except warehouse.WarehouseError:
            raise error from None
        notify(f"{one_line(error)}; the copy that is there is served")


def copy_line(folder: Path) -> str:
    """Return what a follower's folder holds, in a line for the command status; "" for a folder of another kind."""
    state = publication.state_of(folder)
    if state is None or not (state.published_at and state.checked_at):
        return ""
    return (
        f"copy of {state.origin}: {state.id}, published {state.published_at:%Y-%m-%d %H:%M} UTC, "
        f"last checked {state.checked_at:%Y-%m-%d %H:%M} UTC"
    )


def names_notice(folder: Path, opened: warehouse.Warehouse) -> str:
    """Return what to do where a follower's folder lists names that its copy does not leave out; else ""."""
    listed = folder / "left_out.csv"
    if not (opened.publication and listed.exists() and publication.state_of(folder)):
        return ""
    try:
        is_as_listed = opened.leaves_out_as_listed(folder)
    except warehouse.BuildFailed:
        is_as_listed = False
    return "" if is_as_listed else f"{listed} is not the list of names that this copy leaves out; {OF_A_COPY}"
