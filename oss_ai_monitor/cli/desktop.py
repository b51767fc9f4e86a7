"""The page in a window of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from oss_ai_monitor import refresh
from oss_ai_monitor.sources.table import Progress
from oss_ai_monitor.terminal import progress as show_progress
from oss_ai_monitor.terminal import say

from .group import main
from .landing import Tell
from .preparing import prepare
from .refreshing import EVERY
from .serving import page_file

TOLD_EVERY = 0.5
"""Seconds between two words of progress in the window."""


@main.command()
@click.option("--refresh-every", "every", type=EVERY, help="Refresh beside the window, in a process of its own.")
@click.pass_obj
def desktop(folder: Path, every: str | None) -> None:
    """Open the page in a window of its own; whatever belongs to it ends with the window.

    Without a warehouse it prepares one first, as 'serve' does. A second start raises the window that is open.

    \b
    Example: oss-ai-monitor desktop --refresh-every 6h
    """
    from oss_ai_monitor import desktop as shell  # here: other commands need no toolkit

    os.environ["OSS_AI_MONITOR_WAREHOUSE"] = str(folder.resolve())  # where the page looks
    beside: list[subprocess.Popen[bytes]] = []
    try:
        gui = shell.backend()
        state = shell.state_folder()
        with shell.SingleInstance(folder, state) as one:
            window = shell.Window(gui, state)
            server = shell.PrivateServer(page_file(), on_raise=window.bring_to_front)

            def begin(tell: Tell) -> str:
                def both(line: str) -> None:
                    say(line)
                    tell(line)

                prepare(folder, both, lambda: _shown(tell))
                address = server.start()
                window.set_inside_address(address)
                one.publish(address)
                if every:
                    again = [sys.executable, "-m", "oss_ai_monitor.cli", "refresh", "--every", every]
                    beside.append(refresh.start_child([*again, "--until-input-ends"], os.environ))
                return address

            try:
                window.run(begin)
            finally:
                server.stop()
                for process in beside:
                    process.terminate()
                    process.wait()
    except shell.AlreadyOpen as found:
        say(str(found))
        raise SystemExit(0 if found.is_raised else 1) from None
    except shell.DesktopError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _shown(tell: Tell) -> Iterator[Progress]:
    """Progress on the terminal, and now and then in the window."""
    last = 0.0
    with show_progress() as told:

        def both(done: int, expected: int | None, more: str = "", /) -> None:
            nonlocal last
            told(done, expected, more)
            if time.monotonic() - last > TOLD_EVERY:
                last = time.monotonic()
                tell(f"{done:,}{f' of {expected:,}' if expected else ''} rows {more}")

        yield both
