"""What a visitor may send over his websocket: changes of what is on his page, not too many, and nothing else."""

from __future__ import annotations

import logging
import time
from typing import Any

from bokeh.server.connection import ServerConnection
from panel.io.server import WSHandler

from .limits import Bucket, Limits

FRAMES = 3
"""Of a message: header, metadata, content."""
PIECES_AT_MOST = FRAMES + 8
"""Frames of one message; what follows the content would be kept until the last one has come."""
AT_ONCE = 10
"""Seconds' worth of messages that may come together: a page that opens tells how large everything is."""
WRONG_AT_MOST = 100
"""Changes of one connection that cannot be applied; a page of ours makes none."""
CHANGES = ("ModelChanged", "MessageSent")
"""What of a document a page of ours changes; others would put anything into it, or make it grow."""
REFUSED, IDLE = 1008, 4000
"""Codes of closing: against the rules; nothing happened for long."""
_log = logging.getLogger(__name__)


class Socket(WSHandler):
    """Bokeh's connection, held to the rules."""

    connection: ServerConnection | None
    _limits: Limits
    _frames: Bucket | None = None
    _wrong = 0
    _pieces = 0
    heard = 0.0

    def open(self, *args: Any, **more: Any) -> Any:
        self._limits = self.settings["limits"]
        self.heard = time.monotonic()
        self.settings["sockets"].add(self)
        if a_second := FRAMES * self._limits.messages_per_second:
            self._frames = Bucket(AT_ONCE * a_second, a_second)
        try:
            return super().open(*args, **more)
        except Exception as error:  # noqa: BLE001 - a token that is none can fail anywhere
            self._refuse("token", str(error))
            return None

    async def on_message(self, fragment: str | bytes) -> None:
        self.heard = time.monotonic()
        if self._frames and not self._frames.take():
            self._refuse("messages")
        elif self.receiver is None:
            self._refuse("before the greeting")
        elif self.close_code is None and self.ws_connection is not None:
            await super().on_message(fragment)

    async def _receive(self, fragment: str | bytes) -> Any:
        self._pieces += 1
        if self._pieces > PIECES_AT_MOST:
            self._refuse("message without end")
            return None
        message = await super()._receive(fragment)
        if message:
            self._pieces = 0
        return message

    async def _handle(self, message: Any) -> Any:
        kind = getattr(message, "msgtype", "")
        if kind == "PUSH-DOC" or (kind == "PATCH-DOC" and not _is_change(message.content)):
            self._refuse("not a change")
            return None
        return await super()._handle(message)

    async def send_message(self, message: Any) -> None:
        if message.msgtype == "ERROR":
            self._wrong += 1
            if self._wrong > WRONG_AT_MOST:
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
            self.connection = None  # given up already, when a ping found it closed: Bokeh would look for its session
        super().on_close()

    async def rest(self) -> None:
        """Give back what nobody has used for long; the page comes back with its next click."""
        connection = self.connection
        if connection is not None:
            session = connection.session

            def stay_away() -> None:
                session.document.config.reconnect_session = False

            await session.with_document_locked(stay_away)
        self.close(IDLE, "idle")

    def _refuse(self, reason: str, why: str = "") -> None:
        told = {"event": "turned away", "reason": reason, "from": self.request.remote_ip}
        _log.info("connection closed", extra={"told": told | ({"why": why[:200]} if why else {})})
        if self.ws_connection is not None:
            self.close(REFUSED, reason)


def _is_change(content: Any) -> bool:
    """Whether a patch changes models that are there, and does nothing else."""
    events = content.get("events") if isinstance(content, dict) else None
    return isinstance(events, list) and all(
        isinstance(event, dict) and event.get("kind") in CHANGES for event in events
    )
