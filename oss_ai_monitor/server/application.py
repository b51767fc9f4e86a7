"""Bokeh's application, guarded and watched: every request comes through one door."""

from __future__ import annotations

import logging
import time
from typing import Any

from bokeh.server.tornado import BokehTornado
from bokeh.server.views.doc_handler import DocHandler
from bokeh.server.views.ws import WSHandler
from bokeh.util.token import get_session_id
from panel.auth import BasicLoginHandler
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import PeriodicCallback
from tornado.web import RequestHandler, StaticFileHandler

from . import probes
from .embed import Embed
from .handlers import TurnedAway, with_guard
from .limits import Admission, Limits, network
from .metrics import Metrics
from .sockets import Socket

_PROBES = (probes.Alive, probes.Ready, probes.Watched)
_log = logging.getLogger(__name__)


class Application(BokehTornado):
    """Bokeh's application, watched and guarded."""

    def __init__(self, *args: Any, metrics: Metrics, limits: Limits, **more: Any) -> None:
        self._sockets: set[Socket] = set()
        self._limits = limits
        self._admission = Admission(limits, self._held)
        super().__init__(*args, limits=limits, sockets=self._sockets, **more)
        metrics.watch(
            {
                "sessions, Visits that are held open.": lambda: len(self._held()),
                "connections, Websockets that are open.": lambda: len(self._sockets),
            }
        )

    def get_handler_delegate(
        self, request: HTTPServerRequest, target_class: type[RequestHandler], *args: Any, **more: Any
    ) -> Any:
        """Whatever answers, and be it that nothing is there, has the guard before it; who is too many is told so."""
        if reason := self._refusal(request, target_class):
            told = {"event": "turned away", "reason": reason, "from": request.remote_ip}
            _log.info("turned away", extra={"told": told})
            return super().get_handler_delegate(request, with_guard(TurnedAway))
        return super().get_handler_delegate(request, with_guard(target_class), *args, **more)

    def start(self) -> None:
        super().start()
        PeriodicCallback(self._let_idle_rest, 60_000).start()

    async def _let_idle_rest(self) -> None:
        """Close what has been used by nobody for long, so that others find a place."""
        last = time.monotonic() - 60 * self._limits.idle_minutes
        if self._limits.idle_minutes:
            for socket in [socket for socket in self._sockets if socket.heard < last]:
                await socket.rest()

    def _refusal(self, request: HTTPServerRequest, kind: type[RequestHandler]) -> str:
        """Why what is asked is turned away; empty where it is not. What costs nothing is not counted."""
        address = request.remote_ip or ""
        if issubclass(kind, WSHandler):
            most, who = 2 * self._limits.sessions, network(address)  # a page that reloads has two for a moment
            if most and len(self._sockets) >= most:
                return "connections"
            most = 2 * self._limits.sessions_per_address
            if who and most and sum(network(one.request.remote_ip or "") == who for one in self._sockets) >= most:
                return "connections of one address"
            return self._admission.refusal(address, is_new=not self._is_held(request))
        if issubclass(kind, BasicLoginHandler) and request.method == "POST":
            return self._admission.refusal(address, is_new=False, is_login=True)
        if issubclass(kind, (DocHandler, Embed)):
            return self._admission.refusal(address, is_new=issubclass(kind, DocHandler))
        return ""

    def _held(self) -> list[str]:
        """The address of each visit that is held open."""
        found = (
            session.document.session_context for context in self.applications.values() for session in context.sessions
        )
        return [str(getattr(context.request, "remote_ip", "")) if context else "" for context in found]

    def _is_held(self, request: HTTPServerRequest) -> bool:
        """Whether a websocket belongs to a visit that is held open already."""
        token = request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()
        try:
            wanted = get_session_id(token)
        except Exception:  # noqa: BLE001 - a token that is none can fail anywhere, and holds nothing open
            return True
        return any(session.id == wanted for context in self.applications.values() for session in context.sessions)


def log_answer(handler: RequestHandler) -> None:
    """One event for each answer: the path, never the query, which may hold a visitor's token."""
    request, status = handler.request, handler.get_status()
    route = _route(handler)
    event = {
        "event": "request", "route": route, "method": request.method, "path": request.path, "status": status,
        "ms": round(1000 * request.request_time(), 1), "from": request.remote_ip,
    }  # fmt: skip
    usual = status < 400 and route in ("static", "probe")
    level = logging.ERROR if status >= 500 and route != "probe" else logging.DEBUG if usual else logging.INFO
    _log.log(level, "answered", extra={"told": event})


def _route(handler: RequestHandler) -> str:
    """The kind of an address, of which there are few."""
    kinds = {
        "page": DocHandler,
        "embed": Embed, "websocket": WSHandler, "static": StaticFileHandler, "probe": _PROBES,
    }  # fmt: skip
    return next((name for name, kind in kinds.items() if isinstance(handler, kind)), "other")
