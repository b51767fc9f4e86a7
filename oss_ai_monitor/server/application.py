"""Bokeh's application with headers, limits, metrics and logs: every request passes through `get_handler_delegate`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from bokeh.server.tornado import BokehTornado
from bokeh.server.views.doc_handler import DocHandler
from bokeh.server.views.ws import WSHandler
from bokeh.util.token import get_session_id
from panel.auth import BasicLoginHandler
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import PeriodicCallback
from tornado.web import RequestHandler, StaticFileHandler

from ..addresses import network
from . import probes
from .api import Api, TurnedAwayProgram
from .badge import BadgePicture
from .data import Data, DataList
from .digests import DigestPage
from .embed import Embed
from .handlers import Starting, TurnedAway, with_guard
from .limits import Admission, Limits
from .logouts import LOGIN_COOKIE, Logouts
from .metrics import Metrics
from .self_test import SelfTest
from .sockets import Socket

_PROBES = (probes.Alive, probes.Ready, probes.MetricsProbe)
_log = logging.getLogger(__name__)
OF_ADDRESS = "of one address"
"""How the reason of a refusal ends that is due to one address alone."""
WARNINGS_EVERY = 600_000
"""Milliseconds between two looks for warnings; each is logged once a day."""


class Application(BokehTornado):
    """Bokeh's application with limits, and with `Guard` before every handler."""

    def __init__(
        self,
        *args: Any,
        metrics: Metrics,
        limits: Limits,
        logouts: Logouts,
        self_test: SelfTest,
        log_warnings: Callable[[], None],
        **options: Any,
    ) -> None:
        self._sockets: set[Socket] = set()
        self._limits, self._logouts, self._self_test = limits, logouts, self_test
        self._log_warnings = log_warnings
        self._admission = Admission(limits, self._open_sessions)
        super().__init__(*args, limits=limits, logouts=logouts, sockets=self._sockets, **options)
        self_test.is_bound = True
        metrics.watch(
            {
                "sessions, Sessions that are open.": lambda: len(self._open_sessions()),
                "connections, Websockets that are open.": lambda: len(self._sockets),
            }
        )

    def get_handler_delegate(
        self, request: HTTPServerRequest, target_class: type[RequestHandler], *args: Any, **options: Any
    ) -> Any:
        """Put the guard before every handler, 404s included; answer 503 before the test, and beyond a limit."""
        if self._self_test.is_own(request):
            return super().get_handler_delegate(request, with_guard(target_class), *args, **options)
        if not self._self_test.has_passed:
            return super().get_handler_delegate(request, with_guard(Starting))
        if reason := self._refusal(request, target_class):
            fields = {"event": "turned away", "reason": reason, "from": request.remote_ip}
            _log.info("turned away", extra={"fields": fields})
            if issubclass(target_class, Api):
                is_of_address = {"is_of_address": reason.endswith(OF_ADDRESS)}
                return super().get_handler_delegate(request, with_guard(TurnedAwayProgram), is_of_address)
            return super().get_handler_delegate(request, with_guard(TurnedAway))
        return super().get_handler_delegate(request, with_guard(target_class), *args, **options)

    def start(self) -> None:
        super().start()
        self.io_loop.add_callback(self._test_itself)
        PeriodicCallback(self._close_idle_sockets, 60_000).start()
        self._log_warnings()
        PeriodicCallback(self._log_warnings, WARNINGS_EVERY).start()

    async def _test_itself(self) -> None:
        """Serve visitors from now on, or end if forbidden messages are not refused."""
        await self._self_test.run(self)
        if not self._self_test.has_passed:
            self.io_loop.stop()

    def is_self_test(self, request: HTTPServerRequest) -> bool:
        """Whether a request is the server's own, at its start."""
        return self._self_test.is_own(request)

    def close_sockets(self, cookie: str) -> None:
        """Close the connections of a login that has ended."""
        for socket in [socket for socket in self._sockets if socket.get_cookie(LOGIN_COOKIE) == cookie]:
            socket.close_logged_out()

    async def _close_idle_sockets(self) -> None:
        """Close connections that nobody has used for a long time, so that others can connect.

        And those of logins that have ended in another process.
        """
        for cookie in {socket.get_cookie(LOGIN_COOKIE) or "" for socket in self._sockets}:
            if cookie in self._logouts:
                self.close_sockets(cookie)
        oldest = time.monotonic() - 60 * self._limits.idle_minutes
        if self._limits.idle_minutes:
            for socket in [socket for socket in self._sockets if socket.last_message_at < oldest]:
                await socket.close_idle()

    def _refusal(self, request: HTTPServerRequest, handler_class: type[RequestHandler]) -> str:
        """Return why a request is refused, or an empty string; requests that cost nothing are not counted."""
        address = request.remote_ip or ""
        if issubclass(handler_class, WSHandler):
            limit = 2 * self._limits.sessions  # a page that reloads has two connections for a moment
            if limit and len(self._sockets) >= limit:
                return "connections"
            visitor, limit = network(address), 2 * self._limits.sessions_per_address
            connections = [network(socket.request.remote_ip or "") for socket in self._sockets]
            if visitor and limit and connections.count(visitor) >= limit:
                return "connections of one address"
            return self._admission.refusal(address, is_new=not self._has_session(request))
        if issubclass(handler_class, BasicLoginHandler) and request.method == "POST":
            return self._admission.refusal(address, is_new=False, is_login=True)
        if issubclass(handler_class, (DocHandler, Api, BadgePicture, Data, DataList, DigestPage, Embed)):
            return self._admission.refusal(address, is_new=issubclass(handler_class, DocHandler))
        return ""

    def _open_sessions(self) -> list[str]:
        """Return the address of each open session."""
        contexts = (
            session.document.session_context for context in self.applications.values() for session in context.sessions
        )
        return [str(getattr(context.request, "remote_ip", "")) if context else "" for context in contexts]

    def _has_session(self, request: HTTPServerRequest) -> bool:
        """Whether a websocket belongs to a session that is open already."""
        token = request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()
        try:
            session_id = get_session_id(token)
        except Exception:  # noqa: BLE001 - an invalid token can fail anywhere, and opens no session
            return True
        return any(session.id == session_id for context in self.applications.values() for session in context.sessions)


def log_answer(handler: RequestHandler) -> None:
    """Log one event for each answer: the path, never the query, which may hold a visitor's token."""
    request, status = handler.request, handler.get_status()
    route = _route(handler)
    fields = {
        "event": "request", "route": route, "method": request.method, "path": request.path, "status": status,
        "ms": round(1000 * request.request_time(), 1), "from": request.remote_ip,
    }  # fmt: skip
    is_routine = (status < 400 and route in ("static", "probe")) or isinstance(handler, Starting)
    is_failure = status >= 500 and route not in ("probe", "turned away")
    level = logging.ERROR if is_failure else logging.DEBUG if is_routine else logging.INFO
    _log.log(level, "answered", extra={"fields": fields})


def _route(handler: RequestHandler) -> str:
    """Return the kind of a request, of which there are few."""
    classes = {
        "page": DocHandler, "api": Api, "badge": BadgePicture,
        "data": (Data, DataList), "digest": DigestPage, "embed": Embed,
        "websocket": WSHandler, "static": StaticFileHandler, "probe": _PROBES,
        "turned away": (TurnedAway, TurnedAwayProgram),
    }  # fmt: skip
    return next((name for name, handler_class in classes.items() if isinstance(handler, handler_class)), "other")
