"""A server for one window: on a free port of loopback, under a secret path, in its own thread."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from tornado.routing import Matcher, Rule
from tornado.web import ErrorHandler, RequestHandler

HOST = "127.0.0.1"
START_TIMEOUT = 60.0
"""Seconds in which the server must be up; it imports large packages first."""
STOP_TIMEOUT = 5.0
"""Seconds in which it must have stopped."""
ATTEMPTS = 5


class PrivateServer:
    """Serves a page's file to those who know the address, and to nobody else.

    Every user of a machine can connect to its loopback. The path begins with a secret of 256 bits; all other paths,
    websockets included, are answered with 404. The secret is in no process argument, and only in a file of the user's.
    """

    def __init__(self, page: Path, on_raise: Callable[[], None]) -> None:
        self._page, self._on_raise = page, on_raise
        self._prefix = "/" + secrets.token_urlsafe(32)
        self._loop: IOLoop | None = None
        self._is_up = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)
        self.address = ""

    def start(self) -> str:
        """Start serving, and return the address once it answers. Raises the error that prevented it."""
        self._thread.start()
        if not self._is_up.wait(START_TIMEOUT):
            raise TimeoutError(f"the page was not served within {START_TIMEOUT:g} s")
        if self._error:
            raise self._error
        return self.address

    def stop(self) -> None:
        """End the server and its thread."""
        if self._loop and self._thread.is_alive():
            self._loop.add_callback(self._loop.stop)
            self._thread.join(STOP_TIMEOUT)

    def _serve(self) -> None:
        try:
            asyncio.set_event_loop(asyncio.new_event_loop())
            self._loop = IOLoop.current()
            server = self._listen(self._loop)
        except BaseException as error:  # noqa: BLE001 - raised again in `start`
            self._error = error
            self._is_up.set()
            return
        self._loop.add_callback(self._is_up.set)
        self._loop.start()
        server.stop(wait=True)
        self._loop.close(all_fds=True)

    def _listen(self, loop: IOLoop) -> Any:
        """Return Panel's server, listening behind the matcher. Its websocket accepts its own origin only."""
        from panel.io.server import get_server  # imported late: it takes a second, in which the window opens

        for remaining in reversed(range(ATTEMPTS)):
            with socket.socket() as probe:
                probe.bind((HOST, 0))
                port = probe.getsockname()[1]
            raise_route = (r"/raise", _Raise, {"on_raise": self._on_raise})
            try:
                server = get_server(
                    {"/": str(self._page)}, port=port, address=HOST, prefix=self._prefix, loop=loop,
                    websocket_origin=[f"{HOST}:{port}"], extra_patterns=[raise_route],
                    log_function=lambda _: None,  # a log of requests would hold the secret
                )  # fmt: skip
            except OSError:  # another process took this port first
                if not remaining:
                    raise
                continue
            break
        server._tornado.add_handlers(r".*", [Rule(_NotAuthorised(self._prefix), ErrorHandler, {"status_code": 404})])
        server.start()
        self.address = f"http://{HOST}:{port}{self._prefix}/"
        return server


class _NotAuthorised(Matcher):
    """Matches requests without the secret, or for another host name (DNS rebinding)."""

    def __init__(self, prefix: str) -> None:
        self._secret_path = f"{prefix}/".encode()

    def match(self, request: Any) -> dict[str, Any] | None:
        path_start = request.path.encode("utf-8", "surrogateescape")[: len(self._secret_path)]
        is_authorised = hmac.compare_digest(path_start, self._secret_path) and request.host_name == HOST
        return None if is_authorised else {}


class _Raise(RequestHandler):
    """Brings the window to the front when the program is started a second time."""

    def initialize(self, on_raise: Callable[[], None]) -> None:
        self._on_raise = on_raise

    def post(self) -> None:
        self._on_raise()
        self.set_status(204)
