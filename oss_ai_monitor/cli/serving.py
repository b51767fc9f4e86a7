"""The command serve: the page, and refreshes beside it."""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from oss_ai_monitor import publication, refresh, warehouse
from oss_ai_monitor.server import PREPARING, policy
from oss_ai_monitor.server.limits import Limits
from oss_ai_monitor.server.logs import FORMATS
from oss_ai_monitor.server.passwords import Passwords

from .following import EVERY, prepare_copy
from .group import main
from .preparing import prepare
from .refreshing import INTERVAL

EVERYWHERE = "0.0.0.0"  # noqa: S104 - only where the operator asks for it

PREFIX = re.compile(r"[\w./~-]+", re.ASCII)


def _limit_options(command: Callable[..., None]) -> Callable[..., None]:
    """Each limit of the server as an option."""
    for name, limit, description in reversed(list(Limits.options())):
        flag = f"--max-{name.replace('_', '-')}"
        command = click.option(flag, default=limit, show_default=True, type=click.IntRange(0), help=description + ".")(
            command
        )
    return command


@main.command()
@click.option(
    "--port",
    default=5006,
    show_default=True,
    type=click.IntRange(1, 65_535),
    envvar="PORT",
    show_envvar=True,
    help="Where it listens.",
)
@click.option(
    "--address",
    default="localhost",
    show_default=True,
    help="0.0.0.0 for every interface.",
)
@click.option("--allow-websocket-origin", "origins", multiple=True, help="HOST[:PORT] under which others see the page.")
@click.option(
    "--basic-auth",
    "passwords",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='A JSON file of names and passwords, {"ann": "…"}; PANEL_BASIC_AUTH holds one password for all instead.',
)
@click.option("--behind-proxy", is_flag=True, help="Believe a proxy's X-Real-IP and X-Forwarded-Proto.")
@click.option("--embed-origin", "embedders", multiple=True, help="https://HOST that may show /embed/… in a frame.")
@click.option("--prefix", help="Path under which a proxy shows the page.")
@click.option("--refresh-every", "every", type=INTERVAL, help="Refresh beside the server, in a process of its own.")
@click.option(
    "--follow",
    "source",
    metavar="SOURCE",
    help="Serve a copy of what a FOLDER, URL or hf://datasets/ORG/NAME publishes, kept current: no crawl, no build.",
)
@click.option(
    "--sql/--no-sql", default=True, help="Whether visitors can ask in SQL of their own; OSS_AI_MONITOR_SQL=off too."
)
@click.option(
    "--leaderboard-rows/--no-leaderboard-rows",
    "leaderboard_rows",
    default=True,
    help="Whether tables that name single models of a leaderboard, and their scores, are handed out; "
    "OSS_AI_MONITOR_LEADERBOARD_ROWS=off too.",
)
@click.option(
    "--badges/--no-badges",
    default=False,
    help="Whether /badge/… shows figures of models and owners to other sites as pictures; "
    "OSS_AI_MONITOR_BADGES=on too.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="From which level on events are logged.",
)
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    default="logfmt",
    show_default=True,
    help="How a line of the log on stderr is written.",
)
@_limit_options
@click.argument("panel_options", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTIONS OF PANEL SERVE]")
@click.pass_obj
def serve(
    folder: Path,
    /,
    port: int,
    address: str,
    origins: tuple[str, ...],
    every: str | None,
    source: str | None,
    passwords: Path | None,
    behind_proxy: bool,
    embedders: tuple[str, ...],
    prefix: str | None,
    log_level: str,
    log_format: str,
    panel_options: tuple[str, ...],
    sql: bool,
    leaderboard_rows: bool,
    badges: bool,
    **limits: int,
) -> None:
    """Serve the page. Without a warehouse, prepare one first: real data, or with no network the simulated community.

    A limit of 0 means none; each is of one process.

    \b
    Examples: oss-ai-monitor serve --port 8080 --address 0.0.0.0 --allow-websocket-origin monitor.example.org
              oss-ai-monitor serve --refresh-every 6h --basic-auth passwords.json
              oss-ai-monitor serve --follow https://data.example.org/warehouse --warehouse copy
              oss-ai-monitor serve --behind-proxy --allow-websocket-origin monitor.example.org -- --num-threads 2
    """
    if every and source:
        raise click.UsageError("--follow copies what others build, and --refresh-every builds: choose one")
    if every or not (source or (folder / warehouse.NAME).exists()):
        publication.refuse_copy(folder)
    origins = _origins(address, port, origins)
    if passwords and os.name == "posix" and passwords.stat().st_mode & 0o007:
        click.echo(f"attention: everybody on this machine can read {passwords}; 'chmod 640' prevents that", err=True)
    _check(address, port, passwords, embedders, prefix)
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(folder.resolve())}
    host = "localhost" if address == EVERYWHERE else address
    page = f"http://{host}:{port}{'/' + prefix.strip('/') if prefix else ''}"
    if source:
        prepare_copy(folder, source)
        click.echo(page, err=True)
    elif sys.platform == "linux" and not every and not (folder / warehouse.NAME).exists():
        # the server loads its libraries while another process prepares, for whose end it waits before it serves
        server = os.getpid()
        if not (preparing := os.fork()):
            with _ending_with(server):
                prepare(folder)
            click.echo(page, err=True)
            return
        environment[PREPARING] = str(preparing)
    else:
        prepare(folder)
        click.echo(page, err=True)
    command = [sys.executable, "-m", "oss_ai_monitor.server", str(page_file())]
    command += ["--port", str(port), "--address", address, "--log-level", log_level, "--log-format", log_format]
    for origin in origins:
        command += ["--allow-websocket-origin", origin]
    command += ["--use-xheaders"] if behind_proxy else []
    command += ["--prefix", prefix] if prefix else []
    command += ["--basic-auth", str(passwords.resolve())] if passwords else []
    for embedder in embedders:
        command += ["--embed-origin", embedder]
    for name, limit in limits.items():
        command += [f"--{name.replace('_', '-')}", str(limit)]
    command += panel_options
    if not sql:
        environment["OSS_AI_MONITOR_SQL"] = "off"
    if not leaderboard_rows:
        environment["OSS_AI_MONITOR_LEADERBOARD_ROWS"] = "off"
    if badges:
        environment["OSS_AI_MONITOR_BADGES"] = "on"
    beside = ["follow", source, "--every", EVERY] if source else ["refresh", "--every", every] if every else []
    if beside:
        child = [sys.executable, "-m", "oss_ai_monitor.cli", *beside, "--until-input-ends", "--log-format", log_format]
        refresh.start_child(child, environment)
    if os.name == "posix":  # become the server: signals then reach it, and nothing is left behind
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter and page
    raise SystemExit(subprocess.call(command, env=environment))  # noqa: S603 - the same


@contextmanager
def _ending_with(parent: int) -> Iterator[None]:
    """Let this process end soon after its parent has, until the block ends."""
    has_ended = threading.Event()

    def watch() -> None:
        while not has_ended.wait(0.2):
            if os.getppid() != parent:
                os._exit(1)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()


def page_file() -> Path:
    """The file that a server of Panel runs: in an installed package, or beside it in a checkout."""
    installed = Path(__file__).parents[1] / "serve.py"
    return installed if installed.exists() else Path(__file__).parents[2] / "serve.py"


def _check(address: str, port: int, passwords: Path | None, embedders: tuple[str, ...], prefix: str | None) -> None:
    """Check the options of the server. Raises UsageError, and ClickException if the port is not free."""
    if prefix and (not PREFIX.fullmatch(prefix) or {".", ".."} & set(prefix.split("/"))):
        raise click.UsageError(f"--prefix {prefix}: expected a path of plain letters, as in monitor or ai/monitor")
    try:
        Passwords.from_option(str(passwords) if passwords else None)
        policy.origins(embedders)
    except (ValueError, OSError) as error:
        raise click.UsageError(str(error)) from error
    if reason := _unavailable(address, port):
        raise click.ClickException(f"--address {address} --port {port} cannot be served: {reason}")


def _unavailable(address: str, port: int) -> str:
    """Return why the server cannot listen there, or "" if it can."""
    try:
        addresses = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        return str(error.strerror)
    is_any, missing = False, ""
    for family, kind, protocol, _, socket_address in addresses:
        try:
            with socket.socket(family, kind, protocol) as candidate:
                if os.name == "posix":  # as the server does, which may begin right after the one before it
                    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    candidate.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                candidate.bind(socket_address)
                candidate.listen()
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return str(error.strerror)
            missing = str(error.strerror)  # localhost may have an address of a family that is switched off
        else:
            is_any = True
    return "" if is_any else missing


def _origins(address: str, port: int, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the origins whose pages may connect; they must be given unless the address is loopback."""
    if allowed or os.environ.get("BOKEH_ALLOW_WS_ORIGIN"):
        return allowed
    if not _is_loopback(address):
        raise click.UsageError(
            f"--address {address} lets others in: say the names under which they see the page, as in "
            f"--allow-websocket-origin monitor.example.org (and HOST:{port} where they ask this port itself); "
            "a page under any other name gets no data"
        )
    return tuple(dict.fromkeys(f"{host}:{port}" for host in ("localhost", "127.0.0.1", address)))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
