"""Websockets: a visitor may send changes of models on his page, within the limits, and nothing else."""

from __future__ import annotations

import logging
import time
from typing import Any

from bokeh.server.connection import ServerConnection
from panel.io.server import WSHandler

from .limits import Bucket, Limits

FRAMES_PER_MESSAGE = 3
"""Header, metadata and content."""
MAX_FRAMES = FRAMES_PER_MESSAGE + 8
"""Frames of one message with buffers; Bokeh keeps them all until the last one has come."""
BURST_SECONDS = 10
"""Seconds whose messages may come in one burst: a page that opens reports the sizes of all its parts."""
MAX_ERRORS = 100
"""Changes of one connection that cannot be applied; our own pages send none."""
ALLOWED_EVENTS = ("ModelChanged", "MessageSent")
"""The events that our own pages send; others could put anything into a document, or make it grow."""
REFUSED, IDLE = 1008, 4000
"""Close codes: policy violation, and idle for too long."""
_log = logging.getLogger(__name__)


class Socket(WSHandler):
    """Bokeh's connection, with limits."""

    connection: ServerConnection | None
    _limits: Limits
    _bucket: Bucket | None = None
    _errors = 0
    _fragments = 0
    last_message_at = 0.0

    def open(self, *args: Any, **options: Any) -> Any:
        self._limits = self.settings["limits"]
        self.last_message_at = time.monotonic()
        self.settings["sockets"].add(self)
        if rate := FRAMES_PER_MESSAGE * self._limits.messages_per_second:
            self._bucket = Bucket(BURST_SECONDS * rate, rate)
        try:
            return super().open(*args, **options)
        except Exception as error:  # noqa: BLE001 - an invalid token can fail anywhere
            self._refuse("token", str(error))
            return None

    async def on_message(self, fragment: str | bytes) -> None:
        self.last_message_at = time.monotonic()
        if self._bucket and not self._bucket.take():
            self._refuse("messages")
        elif self.receiver is None:
            self._refuse("before the greeting")
        elif self.close_code is None and self.ws_connection is not None:
            await super().on_message(fragment)

    async def _receive(self, fragment: str | bytes) -> Any:
        self._fragments += 1
        if self._fragments > MAX_FRAMES:
            self._refuse("message without end")
            return None
        message = await super()._receive(fragment)
        if message:
            self._fragments = 0
        return message

    async def _handle(self, message: Any) -> Any:
        message_type = getattr(message, "msgtype", "")
        if message_type == "PUSH-DOC" or (message_type == "PATCH-DOC" and not _is_change(message.content)):
            self._refuse("not a change")
            return None
        return await super()._handle(message)

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

    def _refuse(self, reason: str, detail: str = "") -> None:
        fields = {"event": "turned away", "reason": reason, "from": self.request.remote_ip}
        _log.info("connection closed", extra={"fields": fields | ({"why": detail[:200]} if detail else {})})
        if self.ws_connection is not None:
            self.close(REFUSED, reason)


def _is_change(content: Any) -> bool:
    """Whether a patch only changes existing models."""
    events = content.get("events") if isinstance(content, dict) else None
    return isinstance(events, list) and all(
        isinstance(event, dict) and event.get("kind") in ALLOWED_EVENTS for event in events
    )
