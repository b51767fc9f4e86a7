"""A visitor without a browser: opens the page, holds its document, and sends over its websocket whatever it likes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.conftest import PATIENCE


class HungUp(Exception):
    """The server closed the connection; the message is its code and reason."""


class Visitor:
    """Speaks Bokeh's protocol: header, metadata and content of a message, each a frame."""

    def __init__(self, root: str, search: str = "", **headers: str) -> None:
        self.root, self.search = root, search
        self.headers = {name.replace("_", "-"): said for name, said in headers.items()}
        self.socket: WebSocketClientConnection | None = None
        self.models: dict[str, dict[str, Any]] = {}
        """By id: type, attributes."""
        self.errors: list[str] = []
        self._sent = 0
        self._is_gone = False

    async def __aenter__(self) -> Visitor:
        return await self.come()

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def come(self) -> Visitor:
        """Open the page and its websocket, and read what is on it."""
        await self.shake_hands(await self.token())
        await self.hear("ACK")
        await self.pull()
        await self.send_event({"type": "event", "name": "document_ready", "values": {"type": "map"}})
        return self

    async def token(self) -> str:
        request = HTTPRequest(f"{self.root}/serve{self.search}", headers=self.headers, request_timeout=PATIENCE)
        page = (await AsyncHTTPClient().fetch(request)).body.decode()
        found = re.search(r'"token":\s*"([^"]+)"', page)
        assert found, "no token"
        return found[1]

    async def shake_hands(self, token: str) -> None:
        url = self.root.replace("http", "ws", 1) + "/serve/ws"
        request = HTTPRequest(url, headers=self.headers, request_timeout=PATIENCE)
        self.socket = await websocket_connect(request, subprotocols=["bokeh", token], max_message_size=2**28)

    async def pull(self) -> None:
        await self.say("PULL-DOC-REQ", {})
        found = json.loads(await self.hear("PULL-DOC-REPLY"))
        self.models = {one["id"]: one for one in _models(found)}

    def controls(self, label: str) -> list[str]:
        """The ids of what holds a control's value."""
        return [
            found["id"]
            for found in self.models.values()
            if found["attributes"].get("label") == label and "value" in found["attributes"]
        ]

    async def change(self, model: str, attr: str, new: Any) -> None:
        await self.patch({"kind": "ModelChanged", "model": {"id": model}, "attr": attr, "new": new})

    async def send_event(self, event: Any) -> None:
        await self.patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event})

    async def patch(self, *events: Any) -> None:
        await self.say("PATCH-DOC", {"events": list(events)})

    async def say(self, kind: str, content: Any) -> None:
        self._sent += 1
        assert self.socket
        for part in ({"msgid": str(self._sent), "msgtype": kind}, {}, content):
            await self.socket.write_message(json.dumps(part))

    async def is_served(self) -> bool:
        """Whether the page still follows its controls: the unit is changed, and the address says so.

        It is changed twice: the first change is none where the page had that unit.
        """
        (control,) = self.controls("Unit")
        for unit in ("Day", "Month"):
            await self.change(control, "value", unit)
            await self.change(control, "active", ("Day", "Week", "Month").index(unit))
        while "unit=month" not in await self.hear("PATCH-DOC"):
            pass
        return True

    async def hear(self, wanted: str) -> str:
        """The content of the next message of that kind; errors on the way are kept."""
        while True:
            header = json.loads(await self.frame())
            _, content = await self.frame(), await self.frame()
            for _ in range(2 * header.get("num_buffers", 0)):
                await self.frame()
            said = content if isinstance(content, str) else content.decode(errors="replace")
            if header["msgtype"] == "ERROR":
                self.errors.append(said)
            if header["msgtype"] == wanted:
                return said

    async def frame(self) -> str | bytes:
        assert self.socket
        found = await asyncio.wait_for(self.socket.read_message(), PATIENCE)
        if found is None:
            self._is_gone = True
            raise HungUp(f"{self.socket.close_code} {self.socket.close_reason}")
        return found

    async def leave(self) -> None:
        if self.socket:
            self.socket.close()
            await asyncio.sleep(0.02)
            while not self._is_gone and await asyncio.wait_for(self.socket.read_message(), PATIENCE) is not None:
                pass


def _models(found: Any) -> Iterator[dict[str, Any]]:
    """Every model in a document, wherever it stands."""
    if isinstance(found, dict):
        if found.get("type") == "object" and "id" in found:
            yield found | {"attributes": found.get("attributes", {})}
        found = list(found.values())
    if isinstance(found, list):
        for one in found:
            yield from _models(one)
