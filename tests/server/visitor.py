"""A visitor without a browser: opens the page, reads its document, and sends any message over its websocket."""

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
    """Speaks Bokeh's protocol: header, metadata and content of a message, each in a frame."""

    def __init__(self, root: str, search: str = "", **headers: str) -> None:
        self.root, self.search = root, search
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.socket: WebSocketClientConnection | None = None
        self.models: dict[str, dict[str, Any]] = {}
        """By id: type, attributes."""
        self.errors: list[str] = []
        self._sent = self._choices = 0
        self._is_gone = False

    async def __aenter__(self) -> Visitor:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def open(self) -> Visitor:
        """Open the page and its websocket, and read what is on it."""
        await self.shake_hands(await self.token())
        await self.hear("ACK")
        await self.pull()
        await self.send_event({"type": "event", "name": "document_ready", "values": {"type": "map"}})
        return self

    async def token(self) -> str:
        request = HTTPRequest(f"{self.root}/serve{self.search}", headers=self.headers, request_timeout=PATIENCE)
        page = (await AsyncHTTPClient().fetch(request)).body.decode()
        match = re.search(r'"token":\s*"([^"]+)"', page)
        assert match, "no token"
        return match[1]

    async def shake_hands(self, token: str) -> None:
        url = self.root.replace("http", "ws", 1) + "/serve/ws"
        request = HTTPRequest(url, headers=self.headers, request_timeout=PATIENCE)
        self.socket = await websocket_connect(request, subprotocols=["bokeh", token], max_message_size=2**28)

    async def pull(self) -> None:
        await self.send("PULL-DOC-REQ", {})
        document = json.loads(await self.hear("PULL-DOC-REPLY"))
        self.models = {model["id"]: model for model in _models(document)}

    @property
    def controls(self) -> str:
        """The id of the model of the sidebar's controls."""
        (model,) = (
            model["id"]
            for model in self.models.values()
            if "descriptions" in (model["attributes"].get("data") or {}).get("attributes", {})
        )
        return str(model)

    async def choose(self, name: str, value: Any) -> None:
        """Send what the browser sends when a control is changed."""
        self._choices += 1
        await self.message(self.controls, {"name": name, "value": value, "number": self._choices})

    async def message(self, model: str, data: Any) -> None:
        """Send a message of a component; a mapping in it is sent as JavaScript's is."""
        entries = [["model", {"id": model}], ["data", _serialized(data)]]
        await self.send_event({"type": "event", "name": "data_event", "values": {"type": "map", "entries": entries}})

    async def change(self, model: str, attr: str, new: Any) -> None:
        await self.patch({"kind": "ModelChanged", "model": {"id": model}, "attr": attr, "new": new})

    async def send_event(self, event: Any) -> None:
        await self.patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event})

    async def patch(self, *events: Any) -> None:
        await self.send("PATCH-DOC", {"events": list(events)})

    async def send(self, message_type: str, content: Any) -> None:
        self._sent += 1
        assert self.socket
        for part in ({"msgid": str(self._sent), "msgtype": message_type}, {}, content):
            await self.socket.write_message(json.dumps(part))

    async def is_served(self) -> bool:
        """Change the unit, and return whether the address follows.

        It is changed twice: the first change is none where the page had that unit.
        """
        for unit in ("day", "month"):
            await self.choose("shared.unit", unit)
        while "unit=month" not in await self.hear("PATCH-DOC"):
            pass
        return True

    async def hear(self, message_type: str) -> str:
        """Return the content of the next message of a type; errors before it are added to `errors`."""
        while True:
            header = json.loads(await self.frame())
            _, content = await self.frame(), await self.frame()
            for _ in range(2 * header.get("num_buffers", 0)):
                await self.frame()
            text = content if isinstance(content, str) else content.decode(errors="replace")
            if header["msgtype"] == "ERROR":
                self.errors.append(text)
            if header["msgtype"] == message_type:
                return text

    async def frame(self) -> str | bytes:
        assert self.socket
        frame = await asyncio.wait_for(self.socket.read_message(), PATIENCE)
        if frame is None:
            self._is_gone = True
            raise HungUp(f"{self.socket.close_code} {self.socket.close_reason}")
        return frame

    async def leave(self) -> None:
        if self.socket:
            self.socket.close()
            await asyncio.sleep(0.02)
            while not self._is_gone and await asyncio.wait_for(self.socket.read_message(), PATIENCE) is not None:
                pass


def _serialized(data: Any) -> Any:
    if isinstance(data, dict) and all(isinstance(key, str) for key in data) and "type" not in data:
        return {"type": "map", "entries": [[key, value] for key, value in data.items()]}
    return data


def _models(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every model in a document."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "id" in node:
            yield node | {"attributes": node.get("attributes", {})}
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _models(child)
