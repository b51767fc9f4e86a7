"""Two servers that follow one publication, behind Debian's nginx as deploy/ has it: one is replaced under visitors."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

from benchmarks.trees import stop
from tests.conftest import PATIENCE, finished, free_port
from tests.server.visitor import HungUp, Visitor

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
VISITORS = int(os.environ.get("VISITORS") or 0)
MAIN = """daemon off; pid {place}/nginx.pid; error_log {place}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
  log_format upstream '$status $upstream_addr $uri'; access_log {place}/access.log upstream;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  include {place}/site.conf;
}}
"""
# connections that a stopped server closed are dropped, not closed by us
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not VISITORS, reason="a crowd and two servers need a free machine: make scale, or VISITORS=60"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@dataclass
class Balanced:
    """A balancer and the servers behind it."""

    folder: Path
    public: Path
    port: int
    ports: list[int]
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, port: int) -> None:
        """Start the server of a port: one command makes the copy and shows it."""
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "oss_ai_monitor.cli",
            "--warehouse",
            str(self.folder / str(port)),
        ]
        command += ["serve", "--follow", str(self.public), "--port", str(port), "--behind-proxy", "--prefix", "monitor"]
        command += ["--allow-websocket-origin", f"127.0.0.1:{self.port}"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "BOKEH_SECRET_KEY": "of-this-test-alone-and-of-no-other"}
        with (self.folder / f"{port}.log").open("ab") as log:
            self.processes[port] = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def wait_until_ready(self, port: int) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.processes[port].poll() is None, (self.folder / f"{port}.log").read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/monitor/readyz"):
                return
            time.sleep(0.2)
        raise AssertionError("it did not get ready")

    def connections(self, port: int) -> int:
        """Return how many websockets a server has open."""
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/monitor/metrics") as answer:
            match = re.search(r"^oss_ai_monitor_connections (\d+)", answer.read().decode(), re.MULTILINE)
        assert match
        return int(match[1])


def site(balanced: Balanced) -> str:
    """Return nginx.conf with the servers of nginx-servers.conf, for this machine's ports and without TLS."""
    text, servers = ((DEPLOY / name).read_text() for name in ("nginx.conf", "nginx-servers.conf"))
    upstream = r"^# A visitor stays with a process.*?^}\n"
    text, replaced = re.subn(upstream, lambda _: servers, text, count=1, flags=re.MULTILINE | re.DOTALL)
    assert replaced
    line = re.search(r"add_header Set-Cookie \S+ always;", servers)
    assert line
    changes = {
        r"^server \{\n    listen 80;.*?^\}\n": "",
        r"listen 443 ssl http2;": f"listen 127.0.0.1:{balanced.port};\n    {line[0]}",
        r" *listen \[::\].*\n": "",
        r" *ssl_.*\n": "",
        r"192\.0\.2\.11:5006": f"127.0.0.1:{balanced.ports[0]}",
        r"192\.0\.2\.12:5006": f"127.0.0.1:{balanced.ports[1]}",
        r"monitor\.example\.org": "127.0.0.1",
        "; Secure;": ";",
    }
    for pattern, replacement in changes.items():
        flags = re.MULTILINE | re.DOTALL if "server" in pattern else re.MULTILINE
        text, replacements = re.subn(pattern, replacement.replace("\\", r"\\"), text, flags=flags)
        assert replacements, pattern
    return text


@pytest.fixture
def balanced(nginx: str, publisher: Path, tmp_path: Path) -> Iterator[Balanced]:
    tmp_path.chmod(0o755)
    balanced = Balanced(tmp_path, publisher / "public", free_port(), [free_port(), free_port()])
    (tmp_path / "site.conf").write_text(site(balanced))
    (tmp_path / "nginx.conf").write_text(MAIN.format(place=tmp_path))
    proxy = subprocess.Popen([nginx, "-c", str(tmp_path / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        for port in balanced.ports:
            balanced.start(port)
        for port in balanced.ports:
            balanced.wait_until_ready(port)
        assert proxy.poll() is None, proxy.communicate()[1].decode()
        yield balanced
    finally:
        proxy.terminate()
        proxy.communicate(timeout=60)
        for process in balanced.processes.values():
            stop(process)


class Reconnecting(Visitor):
    """A visitor with an address and a cookie of its own, that connects again as the page does."""

    def __init__(self, root: str, number: int) -> None:
        super().__init__(root)
        self.address = f"127.0.0.{number + 2}"
        self.cookie = self.last_token = ""
        self.reconnected = self.changes = self.attempts = 0

    async def token(self) -> str:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        request = HTTPRequest(
            f"{self.root}/serve", headers=headers, network_interface=self.address, request_timeout=PATIENCE
        )
        answer = await AsyncHTTPClient(force_instance=True).fetch(request)
        if cookie := answer.headers.get("Set-Cookie"):
            assert not self.cookie, "it is given once"
            self.cookie = cookie.partition(";")[0]
        match = re.search(r'"token":\s*"([^"]+)"', answer.body.decode())
        assert match, "no token"
        self.last_token = match[1]
        return match[1]

    async def shake_hands(self, token: str) -> None:
        request = HTTPRequest(
            self.root.replace("http", "ws", 1) + "/serve/ws",
            headers={"Cookie": self.cookie},
            network_interface=self.address,
            request_timeout=PATIENCE,
        )
        self._is_gone = False
        self.socket = await websocket_connect(request, subprotocols=["bokeh", token], max_message_size=2**28)

    async def change(self) -> None:  # type: ignore[override]
        """Change the unit and see the address follow, over a new connection where the old one is gone."""
        until = time.monotonic() + PATIENCE
        while True:
            self.attempts += 1  # each time another unit; a month is what an address without a unit means
            unit = ("day", "week")[self.attempts % 2]
            try:
                await self.choose("shared.unit", unit)
                while f"unit={unit}" not in await self.hear("PATCH-DOC"):
                    pass
            except (HungUp, OSError, WebSocketClosedError, HTTPError) as error:
                if time.monotonic() > until:
                    raise AssertionError("the visitor is lost") from error
                self.socket.close()
                await asyncio.sleep(0.5)
                with contextlib.suppress(HungUp, OSError, HTTPError):
                    await self.shake_hands(self.last_token)
                    await self.hear("ACK")
                    await self.pull()
                    await self.send_event({"type": "event", "name": "document_ready", "values": {"type": "map"}})
                    self.reconnected += 1
            else:
                self.changes += 1
                return


def test_one_of_two_servers_is_replaced_and_no_visitor_is_lost(balanced: Balanced) -> None:
    root = f"http://127.0.0.1:{balanced.port}/monitor"
    visitors = [Reconnecting(root, number) for number in range(VISITORS)]
    shares: list[int] = []

    async def visit(visitor: Reconnecting, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            await visitor.change()
            await asyncio.sleep(5)
        await visitor.change()

    def replace() -> None:
        port = balanced.ports[0]
        stop(balanced.processes[port])
        balanced.start(port)
        balanced.wait_until_ready(port)
        time.sleep(3)

    async def all_of_it() -> None:
        for start in range(0, VISITORS, 10):
            await asyncio.gather(*(visitor.open() for visitor in visitors[start : start + 10]))
        shares.extend(balanced.connections(port) for port in balanced.ports)
        is_over = asyncio.Event()
        visits = [asyncio.create_task(visit(visitor, is_over)) for visitor in visitors]
        await asyncio.sleep(4)
        await asyncio.to_thread(replace)
        is_over.set()
        await asyncio.gather(*visits)
        for visitor in visitors:
            await visitor.leave()

    finished(all_of_it())
    assert sum(shares) == VISITORS
    assert min(shares) > VISITORS // 6, f"both serve: {shares}"
    assert len({visitor.cookie for visitor in visitors}) == VISITORS
    moved = [visitor for visitor in visitors if visitor.reconnected]
    assert len(moved) >= shares[0], "all whose server went have connected again"
    assert all(visitor.changes >= 2 for visitor in visitors)
    assert [error for visitor in visitors for error in visitor.errors] == []
    lines = (balanced.folder / "access.log").read_text().splitlines()
    pages = [line.split()[0] for line in lines if line.endswith("/monitor/serve")]
    assert pages == ["200"] * VISITORS, "nobody had to load the page again"
