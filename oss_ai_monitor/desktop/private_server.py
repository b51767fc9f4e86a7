"""A server for one window: on a free port of loopback, under a path that nobody can guess, in a thread of its own."""

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
PATIENCE = 60.0
"""Seconds in which the server must be up; it imports much of what it serves."""
GRACE = 5.0
"""Seconds in which it must be down again."""
TRIES = 5


class PrivateServer:
    """Serves a page's file to whoever knows the address, and to nobody else.

    Every user of a machine can connect to its loopback. The path is a secret of 256 bits; what does not begin with it,
    files and websockets too, is not found. It is in no argument of a process, and in no file but one of the user's own.
    """

    def __init__(self, page: Path, on_raise: Callable[[], None]) -> None:
        self._page, self._on_raise = page, on_raise
        self._prefix = "/" + secrets.token_urlsafe(32)
        self._loop: IOLoop | None = None
        self._up = threading.Event()
        self._trouble: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)
        self.address = ""

    def start(self) -> str:
        """Serve; returns the address once it answers. Raises what kept it from doing so."""
        self._thread.start()
        if not self._up.wait(PATIENCE):
            raise TimeoutError(f"the page was not served within {PATIENCE:g} s")
        if self._trouble:
            raise self._trouble
        return self.address

    def stop(self) -> None:
        """End the server and its thread."""
        if self._loop and self._thread.is_alive():
            self._loop.add_callback(self._loop.stop)
            self._thread.join(GRACE)

    def _serve(self) -> None:
        try:
            asyncio.set_event_loop(asyncio.new_event_loop())
            self._loop = IOLoop.current()
            server = self._bound(self._loop)
        except BaseException as error:  # noqa: BLE001 - raised again by who waits for it
            self._trouble = error
            self._up.set()
            return
        self._loop.add_callback(self._up.set)
        self._loop.start()
        server.stop(wait=True)
        self._loop.close(all_fds=True)

    def _bound(self, loop: IOLoop) -> Any:
        """Panel's server, listening, behind the guard. Its websocket takes our own origin alone."""
        from panel.io.server import get_server  # here: it imports for a second, while the window opens

        for remaining in reversed(range(TRIES)):
            with socket.socket() as probe:
                probe.bind((HOST, 0))
                port = probe.getsockname()[1]
            raised = (r"/raise", _Raise, {"on_raise": self._on_raise})
            try:
                server = get_server(
                    {"/": str(self._page)}, port=port, address=HOST, prefix=self._prefix, loop=loop,
                    websocket_origin=[f"{HOST}:{port}"], extra_patterns=[raised],
                    log_function=lambda _: None,  # a log of requests would hold the secret
                )  # fmt: skip
            except OSError:  # somebody was quicker at this port
                if not remaining:
                    raise
                continue
            break
        server._tornado.add_handlers(r".*", [Rule(_Strange(self._prefix), ErrorHandler, {"status_code": 404})])
        server.start()
        self.address = f"http://{HOST}:{port}{self._prefix}/"
        return server


class _Strange(Matcher):
    """Matches what is not asked by who knows the secret, or not under our own name (a name may be rebound to us)."""

    def __init__(self, prefix: str) -> None:
        self._within = f"{prefix}/".encode()

    def match(self, request: Any) -> dict[str, Any] | None:
        begins = request.path.encode("utf-8", "surrogateescape")[: len(self._within)]
        is_known = hmac.compare_digest(begins, self._within) and request.host_name == HOST
        return None if is_known else {}


class _Raise(RequestHandler):
    """A second start asks for the window."""

    def initialize(self, on_raise: Callable[[], None]) -> None:
        self._on_raise = on_raise

    def post(self) -> None:
        self._on_raise()
        self.set_status(204)
