"""HTTP connections: idle and half-open ones end, one address holds so many, and who leaves early is no error."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream

from oss_ai_monitor.server.connections import IDLE_TIMEOUT, ConnectionServer
from oss_ai_monitor.server.limits import Limits
from tests.conftest import PATIENCE, finished

from .conftest import Host, Until, serving
from .visitor import Visitor

FLOOD, OTHER = "203.0.113.7", "198.51.100.9"
HEAD = "Host: localhost\r\n"
HALVES = {
    "nothing": b"",
    "half a line": b"GET /healthz HT",
    "half the headers": f"GET /healthz HTTP/1.1\r\n{HEAD}".encode(),
    "half a form": f"POST /login HTTP/1.1\r\n{HEAD}Content-Length: 900\r\n\r\nusername=a".encode(),
    "one request, and then nothing": f"GET /healthz HTTP/1.1\r\n{HEAD}\r\n".encode(),
}
"""What is sent before nothing more comes."""
LONGER = 3 * IDLE_TIMEOUT
"""Seconds within which such a connection must have ended: on a busy machine more than it has, and less than it had."""


def connected(host: Host) -> socket.socket:
    address = urlsplit(host.root)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=LONGER)


@pytest.fixture(scope="module")
def unread(host: Host) -> Iterator[int]:
    """The port of who asks for a script of megabytes again and again, and reads nothing of it."""
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect(("127.0.0.1", urlsplit(host.root).port or 0))
        connection.sendall(f"GET /static/js/bokeh.min.js HTTP/1.1\r\n{HEAD}\r\n".encode() * 20)
        port, end = connection.getsockname()[1], time.monotonic() + PATIENCE
        while port not in open_ports(host):
            assert time.monotonic() < end, "nobody took the connection"
            time.sleep(0.05)
        yield port


@pytest.mark.slow
@pytest.mark.usefixtures("unread")  # it waits meanwhile, for the next test
def test_idle_and_half_open_connections_end_after_20_seconds(host: Host) -> None:
    """The only limit here that is a time; all of them wait at once."""
    assert IDLE_TIMEOUT == 20
    connections = {name: connected(host) for name in HALVES}
    begun = time.monotonic()
    for name, sent in HALVES.items():
        connections[name].sendall(sent)
    for name, connection in connections.items():
        with closing(connection):
            connection.settimeout(max(1.0, LONGER - (time.monotonic() - begun)))
            while connection.recv(65_536):
                pass  # until it has ended: TimeoutError otherwise
        assert name


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such timeout")
def test_who_does_not_take_an_answer_is_not_waited_for(host: Host, unread: int, until: Until) -> None:
    until(lambda: unread not in open_ports(host))


def open_ports(host: Host) -> set[int]:
    """The ports of the other ends of the connections that a server has open, read from the system."""
    listening, ports = urlsplit(host.root).port, set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            here, there, state = line.split()[1:4]
            if int(here.rpartition(":")[2], 16) == listening and state == "01":
                ports.add(int(there.rpartition(":")[2], 16))
    return ports


def answering(request: HTTPServerRequest) -> None:
    assert request.connection is not None
    request.connection.finish()


def test_one_address_holds_so_many_connections_and_others_are_served() -> None:
    async def visits() -> tuple[list[bool], ...]:
        server = ConnectionServer(answering, per_address=3)
        opened = {address: [stream(server, address) for _ in range(5)] for address in (FLOOD, OTHER, "127.0.0.1")}
        await asyncio.sleep(0)
        first = [[not near.closed() for near, _ in streams] for streams in opened.values()]
        near, far = opened[FLOOD][0]
        far.close()  # one of them leaves, and its place is free again
        while not near.closed():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)
        opened["again"] = [stream(server, FLOOD) for _ in range(2)]
        again = [not near.closed() for near, _ in opened["again"]]
        await server.close_all_connections()
        for streams in opened.values():
            for _, far in streams:
                far.close()
        return (*first, again)

    flood, other, machine, again = finished(visits())
    assert flood == other == [True, True, True, False, False]
    assert machine == [True] * 5, "the machine itself is not counted: all of a proxy's visitors would be one"
    assert again == [True, False]


def test_behind_a_proxy_its_address_is_not_counted() -> None:
    async def visits() -> list[bool]:
        server = ConnectionServer(answering, per_address=3, xheaders=True)
        streams = [stream(server, FLOOD) for _ in range(5)]
        are_open = [not near.closed() for near, _ in streams]
        await server.close_all_connections()
        for _, far in streams:
            far.close()
        return are_open

    assert finished(visits()) == [True] * 5
    assert Limits().connections_per_address == 100


def stream(server: HTTPServer, address: str) -> tuple[IOStream, socket.socket]:
    """Let a server take a connection from an address; returns its end and the other one."""
    near, far = socket.socketpair()
    near.setblocking(False)
    near_stream = IOStream(near)
    server.handle_stream(near_stream, (address, 40_000))
    return near_stream, far


@pytest.fixture(scope="module")
def quiet(folder: Path) -> Iterator[Host]:
    with serving(folder) as host:
        yield host


@pytest.mark.parametrize("frames", range(1, 4))
def test_who_leaves_in_the_middle_of_a_message_is_no_error(quiet: Host, frames: int, until: Until) -> None:
    parts = [{"msgid": "1", "msgtype": "PATCH-DOC"}, {}, {"events": []}]

    async def visit(departure: str) -> None:
        visitor = await Visitor(quiet.root, "?view=model-types").open()
        assert visitor.socket
        for _ in range(20):  # answers are on their way
            await visitor.choose("shared.unit", "day")
            await visitor.choose("shared.unit", "month")
        for part in parts[:frames]:
            await visitor.socket.write_message(json.dumps(part))
        connection = visitor.socket.protocol.stream.socket  # type: ignore[union-attr]
        if departure == "half a frame":
            connection.send(b"\x81\xfe\x01")
        if departure == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        visitor.socket.protocol.stream.close()  # type: ignore[union-attr]
        await visitor.leave()

    before = quiet.lines().count("WebSocket connection closed")
    for departure in ("at once", "half a frame", "reset"):
        finished(visit(departure))
    until(lambda: quiet.lines().count("WebSocket connection closed") >= before + 3)
    assert errors_logged(quiet) == []


@pytest.mark.parametrize("sent", [*HALVES.values(), f"GET /static/js/bokeh.min.js HTTP/1.1\r\n{HEAD}\r\n".encode()])
def test_who_leaves_in_the_middle_of_a_request_is_no_error(quiet: Host, sent: bytes) -> None:
    for is_reset in (False, True):
        with closing(connected(quiet)) as connection:
            connection.sendall(sent)
            if is_reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert quiet.get("/healthz").status == 200
    assert errors_logged(quiet) == []


def errors_logged(host: Host) -> list[str]:
    return [line for line in host.lines().splitlines() if " level=error" in line or " level=warning" in line]
