"""The command deliver: one of several crawlers hands its runs over to the folder where they meet."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import click

from oss_ai_monitor import landing, publication
from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.terminal import print_message

from .group import LocalPath, main


@main.command()
@click.argument("target", type=LocalPath(file_okay=False, path_type=Path), metavar="FOLDER")
@click.option("--machine", help="Name of this machine, small letters and digits; else from its host name.")
@click.pass_obj
def deliver(folder: Path, target: Path, machine: str | None) -> None:
    """Copy what has landed here into FOLDER, a warehouse's folder where the runs of several crawlers meet.

    Each run is copied as a whole, once, under a name that holds the machine's; no lock is held from one machine to
    another. One machine, and only that one, runs 'oss-ai-monitor build' on FOLDER, which records the history of what
    was delivered, too, or 'oss-ai-monitor refresh', which also asks the Hub itself.

    \b
    Example: oss-ai-monitor deliver /mnt/elsewhere/warehouse --machine crawler2
    """
    publication.refuse_copy(target)
    name = _own_name() if machine is None else machine

    def show(run: Manifest) -> None:
        print_message(f"{run.source} {run.snapshot_id}: {counted(run.rows, 'row')}")

    report = landing.deliver(Landing(folder / "landing"), target / "landing", name, show)
    print_message(
        f"{counted(report.written, 'run')} delivered to {target} as {name}, {report.unchanged:,} there already, "
        f"{report.replaced:,} replaced because they were damaged there; {report.bytes / 1e6:,.1f} MB"
    )


def _own_name() -> str:
    """Return the name of this machine, from its host name. Raises UsageError where many machines have that one."""
    host = socket.gethostname()
    name = re.sub(r"[^a-z0-9]", "", host.lower())[:32]
    if not name or name.startswith("localhost"):
        raise click.UsageError(
            f"the host name {host[:60]!r} does not tell this machine from others: give it a name of its own with "
            "--machine, such as crawler2"
        )
    return name
