"""Other visitors: websocket clients that change something every few seconds and wait for the answer.

They change the unit by sending what a browser sent for it, with the ids of their own document in place of its ids.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from .browser import Frames, Visitor

CHANGE_INTERVAL = 3.0  # seconds between two changes of one visitor
LOSS_TIMEOUT = 20.0  # seconds after which an answer counts as lost
UNITS = ("Day", "Month", "Week")
RUN, RUN_BEFORE = "run", "ask"  # what the editor of the SQL page sends, and what it once sent; others are ignored


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


@dataclass(frozen=True)
class Choice:
    """A change that a visitor can make: the events to send, and texts of which its answer has one."""

    events: list[Any]
    answers: tuple[str, ...]


Choices = Callable[[Any], list[Choice]]
"""The choices of a visitor whose document it is."""


def units(visitor: Visitor, frames: Frames) -> Choices:
    """Choose each unit in a page whose frames are recorded, and return these choices for other visitors of it."""
    recorded: dict[str, list[Any]] = {}
    for unit in UNITS:
        already_sent = len(frames.sent)
        visitor.press(unit)
        while not any(unit.lower() in str(frame).lower() for frame in frames.sent[already_sent:]):
            visitor.page.wait_for_timeout(50)  # the driver tells of frames a little later
        recorded[unit] = [
            event for content in _contents(frames.sent[already_sent:], "PATCH-DOC") for event in content["events"]
        ]
    original_ids = list(_ids(next(_contents(frames.received, "PULL-DOC-REPLY"))))

    def choices(document: Any) -> list[Choice]:
        ids = dict(zip(original_ids, _ids(document), strict=False))
        choices = []
        for unit, events in recorded.items():
            own_events = []
            for event in events:
                with suppress(KeyError):  # of a model that came later: a browser says how large a chart is
                    own_events.append(_renamed(event, ids))
            assert own_events, f"nothing is sent when {unit} is chosen"
            choices.append(Choice(own_events, (f"unit={unit.lower()}",)))
        return choices

    return choices


def questions(*queries: str) -> Choices:
    """Return SQL queries as choices of a visitor of the SQL page; without queries, its examples."""

    def choices(document: Any) -> list[Choice]:
        editor, texts = next((node["id"], texts) for node in _nodes(document) if (texts := _examples(node)))
        return [
            Choice([_data_event(editor, {RUN: query, RUN_BEFORE: query})], ('"answered"', '"refused"'))
            for query in queries or texts
        ]

    return choices


@contextmanager
def crowd(
    address: str, visits: Sequence[tuple[str, Choices]], seed: int = 1, interval: float | None = None
) -> Iterator[Crowd]:
    """Run a visitor for each search (`?view=…`) with its choices until the block ends.

    The block begins when all have opened the page. Raises the first error of any of them.
    """
    result, is_ready, is_over = Crowd(), threading.Event(), threading.Event()
    errors: list[BaseException] = []

    async def visit_all() -> None:
        visitors = [
            _Visitor(address + search, choices, result, random.Random(seed + n), interval or CHANGE_INTERVAL)
            for n, (search, choices) in enumerate(visits)
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

    thread = threading.Thread(target=run, daemon=True)
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


@dataclass
class _Visitor:
    """Speaks as much of Bokeh's protocol as needed: header, metadata, content and buffers, each in a frame."""

    url: str
    choices: Choices
    result: Crowd
    dice: random.Random
    interval: float
    _awaited: tuple[str, ...] = ()
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        page = (await AsyncHTTPClient().fetch(self.url, request_timeout=60)).body.decode()
        token = re.search(r'"token":\s*"([^"]+)"', page)
        assert token, f"{self.url} holds no token"
        socket = self.url.partition("?")[0].replace("http", "ws", 1) + "/ws"
        request = HTTPRequest(socket, request_timeout=60)
        self._socket: WebSocketClientConnection = await websocket_connect(
            request, subprotocols=["bokeh", token[1]], max_message_size=2**28
        )
        await self._receive("ACK")
        await self._send("PULL-DOC-REQ", {})
        self._choices = self.choices(json.loads(await self._receive("PULL-DOC-REPLY")))
        start = self.dice.randrange(max(len(self._choices) - 1, 1))  # not with the last unit, which is shown at first
        self._choices = self._choices[start:] + self._choices[:start]
        ready = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
        await self._patch([{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": ready}])
        self._listening = asyncio.create_task(self._listen())  # a server closes connections that answer no ping

    async def run(self, is_over: threading.Event) -> None:
        """Make another choice every few seconds, beginning at a random moment, and wait for the answer."""
        await asyncio.sleep(self.dice.uniform(0, self.interval))
        while not is_over.is_set():
            started_at = time.perf_counter()
            await self._change()
            while not is_over.is_set() and time.perf_counter() - started_at < self.interval:
                await asyncio.sleep(0.05)
        self._socket.close()
        self._listening.cancel()

    async def _change(self) -> None:
        self._answered.clear()
        self._choices.append(choice := self._choices.pop(0))
        self._awaited = choice.answers
        started_at = time.perf_counter()
        self.result.changes += 1
        await self._patch(choice.events)
        try:
            await asyncio.wait_for(self._answered.wait(), LOSS_TIMEOUT)
        except TimeoutError:
            self.result.lost += 1
        else:
            self.result.ms.append(1000 * (time.perf_counter() - started_at))

    async def _listen(self) -> None:
        while True:
            content = await self._receive("PATCH-DOC")
            self.result.refused += '"refused"' in content
            if any(text in content for text in self._awaited):
                self._answered.set()

    async def _patch(self, events: list[Any]) -> None:
        await self._send("PATCH-DOC", {"events": events})

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


def _contents(frames: Sequence[str | bytes], message_type: str) -> Iterator[Any]:
    """Yield the contents of messages of a type."""
    stream = iter(frames)
    for frame in stream:
        header = json.loads(frame)
        next(stream)
        content = next(stream)
        for _ in range(2 * header.get("num_buffers", 0)):
            next(stream)
        if header["msgtype"] == message_type:
            yield json.loads(content)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a document, from the outside in."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(child)


def _ids(document: Any) -> Iterator[str]:
    """Yield the ids in a document in the order in which they first stand in it, which is the same for all visitors."""
    yield from dict.fromkeys(node["id"] for node in _nodes(document) if isinstance(node.get("id"), str))


def _renamed(value: Any, ids: dict[str, str]) -> Any:
    """Return an event with other ids. Raises KeyError for an id that is not in the document."""
    if isinstance(value, dict):
        return {key: ids[part] if key == "id" else _renamed(part, ids) for key, part in value.items()}
    return [_renamed(part, ids) for part in value] if isinstance(value, list) else value


def _examples(node: Any) -> list[str]:
    """Return the examples of the SQL editor, if that is the node."""
    data = node.get("attributes", {}).get("data") if isinstance(node.get("attributes"), dict) else None
    attributes = data.get("attributes", {}) if isinstance(data, dict) else {}
    return [text for _, text in attributes.get("examples", ())]


def _data_event(model: str, data: dict[str, str]) -> dict[str, Any]:
    content = {"type": "map", "entries": [list(pair) for pair in data.items()]}
    values = {"type": "map", "entries": [["model", {"id": model}], ["data", content]]}
    event = {"type": "event", "name": "data_event", "values": values}
    return {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}
