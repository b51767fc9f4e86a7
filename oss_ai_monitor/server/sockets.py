"""Websockets: a visitor may send what the page offers him, within the limits, and nothing else.

Bokeh does not document what is overridden or asked here, beginning with an underscore:

`_receive` (of its websocket handler)
    Frames of a message are counted. Without it a message without end would fill the memory.
`_handle` (the same)
    A patch is looked at before it is applied. Without it a patch could make thousands of models.
`_internal_error`, `_protocol_error` (the same)
    Who sends what is no message is hung up on, with a code that browsers know. Without them Bokeh's own ones would
    raise an error in the log.
`_clients` (of its application)
    A failed ping has removed a connection already. Without it each would be an error in the log.

tests/server/test_private_names.py has a test for each. When one of them is gone, the server does not start: it sends
itself a forbidden message first (self_test.py).
"""

from __future__ import annotations

import logging
import time
from typing import Any

from bokeh.server.connection import ServerConnection
from panel.io.server import WSHandler

from .limits import Bucket, Limits
from .patches import RefusedPatch, accepted, is_change

FRAMES_PER_MESSAGE = 3
"""Header, metadata and content."""
MAX_FRAMES = FRAMES_PER_MESSAGE + 8
"""Frames of one message with buffers; Bokeh keeps them all until the last one has come."""
BURST_SECONDS = 10
"""Seconds whose messages may come in one burst."""
EVENTS_OF_A_PULL = 20
"""Events that a request for the whole page counts as; a browser sends one."""
MAX_ERRORS = 100
"""Changes of one connection that cannot be applied; our own pages send none."""
REFUSED, IDLE, LOGGED_OUT = 1008, 4000, 4001
"""Close codes: policy violation, idle for too long, and logged out."""
_log = logging.getLogger(__name__)


class Socket(WSHandler):
    """Bokeh's connection, with limits."""

    connection: ServerConnection | None
    _limits: Limits
    _messages: Bucket | None = None
    _events: Bucket | None = None
    _bytes: Bucket | None = None
    _errors = 0
    _fragments = 0
    last_message_at = 0.0

    async def prepare(self) -> None:
        """Ask for the login, except of the server's own test at its start."""
        if self.application.is_self_test(self.request):
            self.current_user = "the server itself"
            return
        await super().prepare()

    def open(self, *args: Any, **options: Any) -> Any:
        self._limits = self.settings["limits"]
        self.last_message_at = time.monotonic()
        self.settings["sockets"].add(self)
        self._messages = _bucket(FRAMES_PER_MESSAGE * self._limits.messages_per_second)
        self._events = _bucket(self._limits.events_per_second)
        self._bytes = _bucket(1024 * self._limits.kilobytes_per_second)
        try:
            return super().open(*args, **options)
        except Exception as error:  # noqa: BLE001 - an invalid token can fail anywhere
            self._refuse("token", str(error))
            return None

    async def on_message(self, fragment: str | bytes) -> None:
        self.last_message_at = time.monotonic()
        if self._messages and not self._messages.take():
            self._refuse("messages")
        elif self._bytes and not self._bytes.take(len(fragment)):
            self._refuse("bytes")
        elif self.receiver is None:
            self._refuse("before the greeting")
        elif self.close_code is None and self.ws_connection is not None:
            await super().on_message(fragment)

    async def _receive(self, fragment: str | bytes) -> Any:
        self._fragments += 1
        if self._fragments > MAX_FRAMES:
            self._refuse("message without end")
            return None
        try:
            message = await super()._receive(fragment)
        except Exception as error:  # noqa: BLE001 - what is no message can fail anywhere, and is no error of ours
            self._refuse("not understood", repr(error))
            return None
        if message:
            self._fragments = 0
        return message

    async def _handle(self, message: Any) -> Any:
        """Handle a request for the page, or a patch of which every event is offered to readers."""
        kind = getattr(message, "msgtype", "")
        if kind == "PULL-DOC-REQ":
            return await super()._handle(message) if self._take_events(EVENTS_OF_A_PULL) else None
        if kind != "PATCH-DOC" or not is_change(message.content):
            self._refuse("not a change")
            return None
        if not self._take_events(len(message.content["events"])) or self.connection is None:
            return None
        try:
            events = accepted(message.content, self.connection.session.document, has_buffers=bool(message.buffers))
        except RefusedPatch as reason:
            self._report("a patch was refused", "patch", str(reason))
            return self.connection.error(message, str(reason))
        if not events:
            return self.connection.ok(message)
        message.content = {"events": events}
        return await super()._handle(message)

    def _take_events(self, number: int) -> bool:
        """Count events; close the connection if there are too many, and return False."""
        if self._events and not self._events.take(number):
            self._refuse("events")
            return False
        return True

    async def send_message(self, message: Any) -> None:
        if message.msgtype == "ERROR":
            self._errors += 1
            if self._errors > MAX_ERRORS:
                self._refuse("nonsense")
                return
            message.content = {"text": "This could not be applied; nothing has changed.", "traceback": None}
        await super().send_message(message)

    def _internal_error(self, message: str) -> None:
        self._refuse("not understood", message)

    def _protocol_error(self, message: str) -> None:
        self._refuse("not understood", message)

    def on_close(self) -> None:
        self.settings["sockets"].discard(self)
        if self.connection is not None and self.connection not in self.application._clients:
            self.connection = None  # removed already by a failed ping: Bokeh would look for its session
        super().on_close()

    async def close_idle(self) -> None:
        """Close a connection that nobody uses; the page reconnects with the next click."""
        connection = self.connection
        if connection is not None:
            session = connection.session

            def stop_reconnecting() -> None:
                session.document.config.reconnect_session = False

            await session.with_document_locked(stop_reconnecting)
        self.close(IDLE, "idle")

    def close_logged_out(self) -> None:
        """Close the connection of a visitor who has logged out; without his login it cannot connect again."""
        self.close(LOGGED_OUT, "logged out")

    def _refuse(self, reason: str, detail: str = "") -> None:
        self._report("connection closed", reason, detail)
        if self.ws_connection is not None:
            self.close(REFUSED, reason)

    def _report(self, message: str, reason: str, detail: str = "") -> None:
        """Log what was turned away in one line, except of the server's own test."""
        if not self.application.is_self_test(self.request):
            fields = {"event": "turned away", "reason": reason, "from": self.request.remote_ip}
            _log.info(message, extra={"fields": fields | ({"why": detail[:200]} if detail else {})})


def _bucket(rate: float) -> Bucket | None:
    """Return a bucket for so much a second; None where there is no limit."""
    return Bucket(BURST_SECONDS * rate, rate) if rate else None
