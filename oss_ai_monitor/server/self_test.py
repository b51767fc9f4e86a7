"""What the server tries on itself before it serves anybody: a forbidden message must be refused.

The guard of websockets overrides names that Bokeh does not document. Where a version of Bokeh or Panel has lost them,
nothing would fail: the guard would only not be asked. So each process opens a real websocket on itself, to the address
of the page and with a small document of its own, and ends if what it sends there is applied. Visitors' connections wait
until then; what asks at the address of this test without its key is answered with 503.

`_sessions` (of Bokeh's application context), which Bokeh does not document, gets that document. Without it the page
itself would have to be made, which needs the data. tests/server/test_private_names.py has a test for it; when it is
gone, the server does not start.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import bokeh
import panel
from bokeh.document import Document
from bokeh.models import Spacer
from bokeh.server.contexts import ApplicationContext
from bokeh.server.session import ServerSession
from bokeh.util.token import generate_jwt_token, generate_session_id
from tornado.httpclient import HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.netutil import bind_sockets
from tornado.websocket import WebSocketClientConnection, websocket_connect

HEADER = "X-Self-Test"
LOOPBACK = "127.0.0.1"
TIMEOUT = 60
"""Seconds in which the test must have passed; it takes a tenth of one on a quiet machine."""
EXPIRATION = 600
"""Seconds for which the token of the document is valid."""
MARK, FORBIDDEN = "untouched", "forbidden"
UNSAFE = (
    "the page is not served: {reason}. Nothing would keep visitors from changing what they like. This is Bokeh {bokeh} "
    "with Panel {panel}; install the versions that this release was tested with: "
    "pip install --constraint constraints.txt oss-ai-monitor"
)


class NotRefused(Exception):
    """A forbidden message was not refused, or an ordinary one was."""


class SelfTest:
    """Whether the guard of this process has been seen to work; only its own requests, which hold a key, come before."""

    def __init__(self) -> None:
        self.has_passed = False
        self.is_bound = False
        """Whether an application asks it before every request."""
        self.failure = ""
        self._waiting: list[Callable[[], None]] = []
        self._key = secrets.token_urlsafe(32)

    def is_own(self, request: HTTPServerRequest) -> bool:
        """Whether a request is one of this test's own; none is any more once it has ended."""
        return bool(self._key) and hmac.compare_digest(request.headers.get(HEADER, "").encode(), self._key.encode())

    def when_passed(self, action: Callable[[], None]) -> None:
        """Do something once the guard has been seen to work."""
        self._waiting.append(action)

    async def run(self, application: Any) -> None:
        """Send forbidden messages to each page of an application; sets `has_passed`, or `failure` to the reason."""
        server = HTTPServer(application)
        try:
            async with asyncio.timeout(TIMEOUT):
                sockets = bind_sockets(0, LOOPBACK)  # whatever address, certificate or file visitors connect to
                server.add_sockets(sockets)
                port = sockets[0].getsockname()[1]
                for path, context in application.applications.items():
                    address = f"ws://{LOOPBACK}:{port}{application.prefix}{path.rstrip('/')}/ws"
                    await self._try(address, application, context)
            self.has_passed = True
            for action in self._waiting:
                action()
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the guard has not been seen to work
            reason = str(error) if isinstance(error, NotRefused) else f"its guard could not be tried ({error!r})"
            self.failure = UNSAFE.format(reason=reason, bokeh=bokeh.__version__, panel=panel.__version__)
        finally:
            server.stop()
            self._key = ""

    async def _try(self, address: str, application: Any, context: ApplicationContext) -> None:
        with _document(application, context) as (token, model):
            request = HTTPRequest(address, headers={HEADER: self._key}, connect_timeout=TIMEOUT)
            socket = await websocket_connect(request, subprotocols=["bokeh", token])
            try:
                await _hear(socket)  # the greeting
                for event in forbidden_events(model):
                    if await _ask(socket, "PATCH-DOC", {"events": [event]}) != "ERROR":
                        raise NotRefused("a forbidden message over a websocket was applied")
                if await _ask(socket, "PATCH-DOC", {"events": [_sent("document_ready", [])]}) != "OK":
                    raise NotRefused("a message that every browser sends was refused")
            finally:
                socket.close()


@contextmanager
def _document(application: Any, context: ApplicationContext) -> Iterator[tuple[str, str]]:
    """Open a small document; yields its token and the id of its model, and checks at the end that it is untouched."""
    signing = {"secret_key": application.secret_key, "signed": application.sign_sessions}
    session_id = generate_session_id(**signing)
    token = generate_jwt_token(session_id, **signing, expiration=EXPIRATION)
    document, model = Document(), Spacer(tags=[MARK])
    document.add_root(model)
    context._sessions[session_id] = ServerSession(session_id, document, io_loop=application.io_loop, token=token)
    try:
        yield token, model.id
        if model.tags != [MARK] or model.name or document.get_model_by_id(FORBIDDEN):
            raise NotRefused("a forbidden message over a websocket was applied, and an error sent nevertheless")
    finally:
        del context._sessions[session_id]


def forbidden_events(model: str) -> list[dict[str, Any]]:
    """Return events of which none may be applied: a model in a value, a property that is not offered, and both."""
    new_model = {"type": "object", "name": "Spacer", "id": FORBIDDEN}
    change = {"kind": "ModelChanged", "model": {"id": model}}
    return [
        change | {"attr": "tags", "new": [new_model]},
        change | {"attr": "name", "new": FORBIDDEN},
        _sent("data_event", [["model", {"id": model}], ["data", new_model]]),
    ]


def _sent(name: str, entries: list[Any]) -> dict[str, Any]:
    event = {"type": "event", "name": name, "values": {"type": "map", "entries": entries}}
    return {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}


async def _ask(socket: WebSocketClientConnection, kind: str, content: dict[str, Any]) -> str:
    """Send a message; returns the type of the answer."""
    for part in ({"msgid": secrets.token_hex(4), "msgtype": kind}, {}, content):
        await socket.write_message(json.dumps(part))
    return await _hear(socket)


async def _hear(socket: WebSocketClientConnection) -> str:
    """Return the type of the next message. Raises NotRefused if the connection has ended."""
    frames = [await socket.read_message() for _ in range(3)]  # header, metadata and content
    if None in frames:
        raise NotRefused(f"its guard could not be tried (the websocket ended: {socket.close_code})")
    return str(json.loads(frames[0] or "")["msgtype"])
