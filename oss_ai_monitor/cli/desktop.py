"""The command desktop: the page in a window of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from oss_ai_monitor import publication, refresh, warehouse
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.sources.table import Progress
from oss_ai_monitor.terminal import print_message
from oss_ai_monitor.terminal import progress as show_progress

from .group import main
from .landing import Notify
from .preparing import prepare
from .refreshing import INTERVAL
from .serving import page_file

PROGRESS_EVERY = 0.5
"""Seconds between two updates of the progress in the window."""


@main.command()
@click.option("--refresh-every", "every", type=INTERVAL, help="Refresh beside the window, in a process of its own.")
@click.pass_obj
def desktop(folder: Path, every: str | None) -> None:
    """Open the page in a window of its own; all its processes end with the window.

    Without a warehouse it prepares one first, as 'serve' does. A second start brings the open window to the front.

    \b
    Example: oss-ai-monitor desktop --refresh-every 6h
    """
    if every or not (folder / warehouse.NAME).exists():
        publication.refuse_copy(folder)
    from oss_ai_monitor import desktop as shell  # here: other commands need no toolkit

    os.environ["OSS_AI_MONITOR_WAREHOUSE"] = str(folder.resolve())  # where the page looks
    children: list[subprocess.Popen[bytes]] = []
    try:
        gui = shell.backend()
        state = shell.state_folder()
        with shell.SingleInstance(folder, state) as instance:
            window = shell.Window(gui, state)
            server = shell.PrivateServer(page_file(), on_raise=window.bring_to_front)

            def begin(notify: Notify) -> str:
                def print_everywhere(line: str) -> None:
                    print_message(line)
                    notify(line)

                prepare(folder, print_everywhere, lambda: _window_progress(notify))
                address = server.start()
                window.set_inside_address(address)
                instance.publish(address)
                if every:
                    command = [sys.executable, "-m", "oss_ai_monitor.cli", "refresh", "--every", every]
                    children.append(refresh.start_child([*command, "--until-input-ends"], os.environ))
                return address

            try:
                window.run(begin)
            finally:
                server.stop()
                for process in children:
                    process.terminate()
                    process.wait()
    except shell.AlreadyOpen as error:
        print_message(str(error))
        raise SystemExit(0 if error.is_raised else 1) from None
    except shell.DesktopError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _window_progress(notify: Notify) -> Iterator[Progress]:
    """Show progress on the terminal, and every PROGRESS_EVERY seconds in the window."""
    last = 0.0
    with show_progress() as update:

        def update_both(done: int, expected: int | None, detail: str = "", /) -> None:
            nonlocal last
            update(done, expected, detail)
            if time.monotonic() - last > PROGRESS_EVERY:
                last = time.monotonic()
                rows = f"{done:,} of {counted(expected, 'row')}" if expected else counted(done, "row")
                notify(f"{rows} {detail}")

        yield update_both
