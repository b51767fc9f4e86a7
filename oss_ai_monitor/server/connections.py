"""HTTP connections: how many one address may hold, and how long one may stay that asks and reads nothing.

Websockets leave these limits when they open: sockets.py has theirs.
"""

from __future__ import annotations

import functools
import logging
import socket
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from ..addresses import network
from .self_test import SelfTest

IDLE_TIMEOUT = 20
"""Seconds in which the headers of a request must have come, the first one and each later one of a connection."""
BODY_TIMEOUT = 10
"""Seconds in which the body of a request must have come: a login form."""
UNREAD_TIMEOUT = 20
"""Seconds after which the system closes a connection whose other end has taken nothing of an answer."""
_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux
_log = logging.getLogger(__name__)


class ConnectionServer(HTTPServer):
    """Tornado's server, with a limit on the connections that one address holds open.

    Behind a proxy (`xheaders`) the other end of every connection is the proxy, and the visitor's address is known only
    once a request has come: there the proxy counts connections. Those from this machine itself are never counted.
    """

    def initialize(self, *args: Any, per_address: int = 0, self_test: SelfTest | None = None, **options: Any) -> None:
        self._self_test = self_test
        self._per_address = 0 if options.get("xheaders") else per_address
        self._visitors: dict[IOStream, str] = {}
        self._counts: Counter[str] = Counter()
        timeouts = {"idle_connection_timeout": IDLE_TIMEOUT, "body_timeout": BODY_TIMEOUT}
        super().initialize(*args, **options | timeouts)

    def add_sockets(self, sockets: Iterable[socket.socket]) -> None:
        """Take connections from now on, or once the server's test of itself has passed: they wait until then."""
        if self._self_test is None:
            super().add_sockets(sockets)
        else:
            self._self_test.when_passed(functools.partial(super().add_sockets, list(sockets)))

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Serve a new connection, or close it if its address has enough."""
        peer = str(address[0]) if isinstance(address, tuple) else ""  # a socket of the file system has no address
        visitor = network(peer)
        if visitor and self._per_address:
            if self._counts[visitor] >= self._per_address:
                fields = {"event": "turned away", "reason": "HTTP connections of one address", "from": peer}
                _log.info("connection closed", extra={"fields": fields})
                stream.close()
                return
            self._visitors[stream] = visitor
            self._counts[visitor] += 1
        _limit_unread(stream, UNREAD_TIMEOUT)
        super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:
        """Forget a connection that has ended, or has become a websocket."""
        stream: IOStream = server_conn.stream
        if visitor := self._visitors.pop(stream, ""):
            self._counts[visitor] -= 1
            self._counts += Counter()  # without those that have none
        if not stream.closed():
            _limit_unread(stream, 0)
        super().on_close(server_conn)


def _limit_unread(stream: IOStream, seconds: int) -> None:
    """Have the system close a connection that leaves what is sent unread for so long; 0: never."""
    if _USER_TIMEOUT is not None and stream.socket.family in (socket.AF_INET, socket.AF_INET6):
        stream.socket.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, 1000 * seconds)
