"""Other visitors: websocket clients that change something every few seconds and wait for the update."""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

CHANGE_INTERVAL = 3.0  # seconds between two changes of one visitor
LOSS_TIMEOUT = 20.0  # seconds after which an update counts as lost
UNITS = ("Day", "Week", "Month")


@dataclass
class Crowd:
    """Counts and times of all these visitors so far."""

    changes: int = 0
    ms: list[float] = field(default_factory=list)
    """Milliseconds from each change to the message that answers it."""
    lost: int = 0
    refused: int = 0
    """Refused SQL queries."""
    bytes: int = 0


@contextmanager
def crowd(address: str, searches: Sequence[str], seed: int = 1) -> Iterator[Crowd]:
    """Run one visitor for each search (`?view=…`) until the block ends.

    The block begins when all have opened the page. Raises the first error of any of them.
    """
    result, is_ready, is_over = Crowd(), threading.Event(), threading.Event()
    errors: list[BaseException] = []

    async def visit_all() -> None:
        dice = [random.Random(seed + n) for n in range(len(searches))]
        visitors = [
            (_Asker if "view=sql" in search else _Visitor)(address + search, result, visitor_dice)
            for search, visitor_dice in zip(searches, dice, strict=True)
        ]
        for visitor in visitors:
            await visitor.open()
        is_ready.set()
        await asyncio.gather(*(visitor.run(is_over) for visitor in visitors))

    def run() -> None:
        try:
            asyncio.run(visit_all())
        except BaseException as error:  # noqa: BLE001  (raised again below)
            errors.append(error)
            is_ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    is_ready.wait()
    try:
        if not errors:
            yield result
    finally:
        is_over.set()
        thread.join()
    if errors:
        raise errors[0]


class _Visitor:
    """Speaks as much of Bokeh's protocol as needed: header, metadata, content and buffers, each in a frame."""

    def __init__(self, url: str, result: Crowd, dice: random.Random) -> None:
        self.url, self.result, self.dice = url, result, dice
        self._unit = ""
        self._answered = asyncio.Event()
        self._socket: WebSocketClientConnection

    async def open(self) -> None:
        page = (await AsyncHTTPClient().fetch(self.url, request_timeout=60)).body.decode()
        token = re.search(r'"token":\s*"([^"]+)"', page)
        assert token, f"{self.url} holds no token"
        socket = self.url.partition("?")[0].replace("http", "ws", 1) + "/ws"
        request = HTTPRequest(socket, request_timeout=60)
        self._socket = await websocket_connect(request, subprotocols=["bokeh", token[1]], max_message_size=2**28)
        await self._receive("ACK")
        await self._send("PULL-DOC-REQ", {})
        document = json.loads(await self._receive("PULL-DOC-REPLY"))
        self._read_document(document)
        ready_event = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
        await self._patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": ready_event})
        self._listening = asyncio.create_task(self._listen())  # a server closes connections that answer no ping

    def _read_document(self, document: Any) -> None:
        """Find the control to change in the document that the server sent."""
        self._widget, self._unit = next(_controls(document, "Unit"))

    async def run(self, is_over: threading.Event) -> None:
        """Change the unit every few seconds, beginning at a random moment, and wait for the answer."""
        await asyncio.sleep(self.dice.uniform(0, CHANGE_INTERVAL))
        while not is_over.is_set():
            started_at = time.perf_counter()
            await self._change()
            while not is_over.is_set() and time.perf_counter() - started_at < CHANGE_INTERVAL:
                await asyncio.sleep(0.05)
        self._socket.close()
        self._listening.cancel()

    async def _change(self) -> None:
        self._answered.clear()
        started_at = time.perf_counter()
        self.result.changes += 1
        await self._send_change()
        try:
            await asyncio.wait_for(self._answered.wait(), LOSS_TIMEOUT)
        except TimeoutError:
            self.result.lost += 1
        else:
            self.result.ms.append(1000 * (time.perf_counter() - started_at))

    async def _send_change(self) -> None:
        self._unit = self.dice.choice([unit for unit in UNITS if unit != self._unit])
        for name, value in (("value", self._unit), ("active", UNITS.index(self._unit))):
            await self._patch({"kind": "ModelChanged", "model": {"id": self._widget}, "attr": name, "new": value})

    async def _listen(self) -> None:
        while True:
            if self._is_answer(await self._receive("PATCH-DOC")):
                self._answered.set()

    def _is_answer(self, content: str) -> bool:
        """Whether a message sets the address to the new unit: the charts are sent before it."""
        return f"unit={self._unit.lower()}" in content

    async def _patch(self, event: dict[str, Any]) -> None:
        await self._send("PATCH-DOC", {"events": [event]})

    async def _send(self, message_type: str, content: dict[str, Any]) -> None:
        header = {"msgid": f"{self.dice.getrandbits(64):x}", "msgtype": message_type}
        for part in (header, {}, content):
            await self._socket.write_message(json.dumps(part))

    async def _receive(self, message_type: str) -> str:
        """Return the content of the next message of a type."""
        while True:
            header = json.loads(await self._frame())
            _, content = await self._frame(), await self._frame()
            for _ in range(2 * header.get("num_buffers", 0)):
                await self._frame()
            if header["msgtype"] == message_type:
                return content if isinstance(content, str) else content.decode()

    async def _frame(self) -> str | bytes:
        frame = await self._socket.read_message()
        if frame is None:
            raise WebSocketClosedError(f"{self.url}: the server hung up")
        self.result.bytes += len(frame)
        return frame


class _Asker(_Visitor):
    """Runs the examples of the SQL page one after the other, in random order."""

    def _read_document(self, document: Any) -> None:
        self._widget, self._queries = next(_editors(document))
        self.dice.shuffle(self._queries)

    async def _send_change(self) -> None:
        self._queries.append(query := self._queries.pop(0))
        values = {"type": "map", "entries": [["model", {"id": self._widget}], ["data", _map({"run": query})]]}
        event = {"type": "event", "name": "data_event", "values": values}
        await self._patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event})

    def _is_answer(self, content: str) -> bool:
        self.result.refused += '"refused"' in content
        return '"answered"' in content or '"refused"' in content


def _map(values: dict[str, str]) -> dict[str, Any]:
    return {"type": "map", "entries": [list(pair) for pair in values.items()]}


def _editors(node: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the id of each SQL editor in a document, and its examples."""
    if isinstance(node, dict):
        attributes = node.get("attributes")
        if isinstance(attributes, dict) and attributes.get("class_name") == "Editor":
            yield node["id"], [text for _, text in attributes["data"]["attributes"]["examples"]]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _editors(child)


def _controls(node: Any, label: str) -> Iterator[tuple[str, Any]]:
    """Yield the id of each model in a document that holds the value of a control, and the value."""
    if isinstance(node, dict):
        attributes = node.get("attributes")
        if isinstance(attributes, dict) and attributes.get("label") == label and "value" in attributes:
            yield node["id"], attributes["value"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _controls(child, label)
