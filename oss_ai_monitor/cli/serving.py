"""Serving the page, and refreshing beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from oss_ai_monitor import refresh
from oss_ai_monitor.hosting.logs import FORMATS

from .group import main
from .preparing import prepare
from .refreshing import EVERY

EVERYWHERE = "0.0.0.0"  # noqa: S104 - only where the operator asks for it


@main.command()
@click.option("--port", default=5006, show_default=True, envvar="PORT", show_envvar=True)
@click.option(
    "--address",
    default="localhost",
    show_default=True,
    help="0.0.0.0 for every interface.",
)
@click.option("--allow-websocket-origin", "origins", multiple=True, help="HOST[:PORT] under which others see the page.")
@click.option("--refresh-every", "every", type=EVERY, help="Refresh beside the server, in a process of its own.")
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
@click.option("--log-format", type=click.Choice(FORMATS), default="logfmt", show_default=True)
@click.pass_obj
def serve(
    folder: Path,
    port: int,
    address: str,
    origins: tuple[str, ...],
    every: str | None,
    log_level: str,
    log_format: str,
) -> None:
    """Serve the page. Without a warehouse, prepare one first: real data, or with no network the simulated community.

    \b
    Examples: oss-ai-monitor serve --port 8080 --address 0.0.0.0 --allow-websocket-origin monitor.example.org
              oss-ai-monitor serve --refresh-every 6h
    """
    prepare(folder)
    command = [sys.executable, "-m", "oss_ai_monitor.hosting", str(page_file())]
    command += ["--port", str(port), "--address", address, "--log-level", log_level, "--log-format", log_format]
    own = [f"{host}:{port}" for host in ("localhost", "127.0.0.1", address)]
    for origin in origins or (["*"] if address == EVERYWHERE else own):  # read-only public data: any name may show it
        command += ["--allow-websocket-origin", origin]
    click.echo(f"http://{'localhost' if address == EVERYWHERE else address}:{port}", err=True)
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(folder.resolve())}
    if every:
        again = [sys.executable, "-m", "oss_ai_monitor.cli", "refresh", "--every", every, "--until-input-ends"]
        refresh.beside(again, environment)
    if os.name == "posix":  # become the server: signals then reach it, and nothing is left behind
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter and page
    raise SystemExit(subprocess.call(command, env=environment))  # noqa: S603 - the same


def page_file() -> Path:
    """The file that a server of Panel runs: in an installed package, or beside it in a checkout."""
    installed = Path(__file__).parents[1] / "serve.py"
    return installed if installed.exists() else Path(__file__).parents[2] / "serve.py"
