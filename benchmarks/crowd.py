"""Other visitors: websocket clients that change something every few seconds and check that their update arrives."""

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

EVERY = 3.0  # seconds between two changes of one visitor
LOST = 20.0  # seconds after which an update counts as lost
UNITS = ("Day", "Week", "Month")


@dataclass
class Crowd:
    """What all the others did and saw so far."""

    changes: int = 0
    ms: list[float] = field(default_factory=list)
    """From each change that was answered to the message that says so."""
    lost: int = 0
    refused: int = 0
    """Of the questions in SQL."""
    bytes: int = 0


@contextmanager
def crowd(address: str, searches: Sequence[str], seed: int = 1) -> Iterator[Crowd]:
    """One visitor for each search (`?view=…`), all of them at it until the block ends.

    The block begins when all have opened the page. Raises what went wrong with any of them.
    """
    told, ready, over = Crowd(), threading.Event(), threading.Event()
    troubles: list[BaseException] = []

    async def all_of_them() -> None:
        dice = [random.Random(seed + n) for n in range(len(searches))]
        visitors = [
            (_Asker if "view=sql" in search else _Visitor)(address + search, told, one)
            for search, one in zip(searches, dice, strict=True)
        ]
        for visitor in visitors:
            await visitor.open()
        ready.set()
        await asyncio.gather(*(visitor.stay(over) for visitor in visitors))

    def run() -> None:
        try:
            asyncio.run(all_of_them())
        except BaseException as trouble:  # noqa: BLE001  (raised again where the crowd was called for)
            troubles.append(trouble)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    try:
        if not troubles:
            yield told
    finally:
        over.set()
        thread.join()
    if troubles:
        raise troubles[0]


class _Visitor:
    """Speaks Bokeh's protocol, as far as needed: header, metadata, content and buffers, each a frame."""

    def __init__(self, url: str, told: Crowd, dice: random.Random) -> None:
        self.url, self.told, self.dice = url, told, dice
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
        await self._hear("ACK")
        await self._say("PULL-DOC-REQ", {})
        found = json.loads(await self._hear("PULL-DOC-REPLY"))
        self._find(found)
        seen = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
        await self._patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": seen})
        self._listening = asyncio.create_task(self._listen())  # from now on: a server hangs up on who answers no ping

    def _find(self, found: Any) -> None:
        """Know what is to be changed, from the document as it was sent."""
        self._widget, self._unit = next(_controls(found, "Unit"))

    async def stay(self, over: threading.Event) -> None:
        """Change the unit every few seconds, at moments of one's own, and await the answer."""
        await asyncio.sleep(self.dice.uniform(0, EVERY))
        while not over.is_set():
            began = time.perf_counter()
            await self._change()
            while not over.is_set() and time.perf_counter() - began < EVERY:
                await asyncio.sleep(0.05)
        self._socket.close()
        self._listening.cancel()

    async def _change(self) -> None:
        self._answered.clear()
        began = time.perf_counter()
        self.told.changes += 1
        await self._act()
        try:
            await asyncio.wait_for(self._answered.wait(), LOST)
        except TimeoutError:
            self.told.lost += 1
        else:
            self.told.ms.append(1000 * (time.perf_counter() - began))

    async def _act(self) -> None:
        self._unit = self.dice.choice([unit for unit in UNITS if unit != self._unit])
        for name, value in (("value", self._unit), ("active", UNITS.index(self._unit))):
            await self._patch({"kind": "ModelChanged", "model": {"id": self._widget}, "attr": name, "new": value})

    async def _listen(self) -> None:
        while True:
            if self._is_answer(await self._hear("PATCH-DOC")):
                self._answered.set()

    def _is_answer(self, content: str) -> bool:
        """The answer is the address that says the unit: the pictures came before it."""
        return f"unit={self._unit.lower()}" in content

    async def _patch(self, event: dict[str, Any]) -> None:
        await self._say("PATCH-DOC", {"events": [event]})

    async def _say(self, kind: str, content: dict[str, Any]) -> None:
        header = {"msgid": f"{self.dice.getrandbits(64):x}", "msgtype": kind}
        for part in (header, {}, content):
            await self._socket.write_message(json.dumps(part))

    async def _hear(self, wanted: str) -> str:
        """The content of the next message of that kind."""
        while True:
            header = json.loads(await self._frame())
            _, content = await self._frame(), await self._frame()
            for _ in range(2 * header.get("num_buffers", 0)):
                await self._frame()
            if header["msgtype"] == wanted:
                return content if isinstance(content, str) else content.decode()

    async def _frame(self) -> str | bytes:
        frame = await self._socket.read_message()
        if frame is None:
            raise WebSocketClosedError(f"{self.url}: the server hung up")
        self.told.bytes += len(frame)
        return frame


class _Asker(_Visitor):
    """Asks the examples of the SQL page, one after the other, from one of its own choice on."""

    def _find(self, found: Any) -> None:
        self._widget, self._texts = next(_desks(found))
        self.dice.shuffle(self._texts)

    async def _act(self) -> None:
        self._texts.append(text := self._texts.pop(0))
        values = {"type": "map", "entries": [["model", {"id": self._widget}], ["data", _map({"ask": text})]]}
        event = {"type": "event", "name": "data_event", "values": values}
        await self._patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event})

    def _is_answer(self, content: str) -> bool:
        self.told.refused += '"refused"' in content
        return '"answered"' in content or '"refused"' in content


def _map(values: dict[str, str]) -> dict[str, Any]:
    return {"type": "map", "entries": [list(one) for one in values.items()]}


def _desks(found: Any) -> Iterator[tuple[str, list[str]]]:
    """The id of where questions are written, and the examples that it offers, wherever in a document."""
    if isinstance(found, dict):
        attributes = found.get("attributes")
        if isinstance(attributes, dict) and attributes.get("class_name") == "Editor":
            yield found["id"], [text for _, text in attributes["data"]["attributes"]["examples"]]
        found = list(found.values())
    if isinstance(found, list):
        for one in found:
            yield from _desks(one)


def _controls(found: Any, label: str) -> Iterator[tuple[str, Any]]:
    """The id of what holds a control's value, and the value, wherever in a document."""
    if isinstance(found, dict):
        attributes = found.get("attributes")
        if isinstance(attributes, dict) and attributes.get("label") == label and "value" in attributes:
            yield found["id"], attributes["value"]
        found = list(found.values())
    if isinstance(found, list):
        for one in found:
            yield from _controls(one, label)
