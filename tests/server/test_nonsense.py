"""A visitor that sends nonsense gets a notice, never a broken page or a traceback; others are not affected."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tornado.websocket import websocket_connect

from oss_ai_monitor.app.session import Session
from oss_ai_monitor.perspectives import Filters, all_perspectives
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import PATIENCE, finished

from .conftest import Host
from .visitor import HungUp, Visitor

NONSENSE: list[Any] = [
    None, True, -1, 0, 2**70, 1e308, "", "x", "\0", "1" * 5000, "<script>", [], {}, [1, 2], ["a"], {"a": 1},
    "2024-01-01",
    ["2024-01-01"], ["9999-12-31", "0001-01-01"], ["2024-02-30", "2024-13-01"], [None, None], [[[[]]]], {"id": "p1"},
    {"type": "number", "value": "nan"}, {"type": "number", "value": "+inf"}, {"type": "map", "entries": [["a", 1]]},
    {"type": "object", "name": "Figure", "id": "zz"}, {"type": "slice", "start": None, "stop": 1, "step": 0},
    {"type": "ndarray", "array": "!!", "shape": [1], "dtype": "float64", "order": "little"},
    {"type": "ndarray", "array": {"type": "bytes", "data": ""}, "shape": [-1], "dtype": "float64", "order": "little"},
    {"type": "bytes", "data": "AAA"}, {"type": "typed_array", "array": "A", "order": "little", "dtype": "x"},
    {"type": "symbol", "name": "__import__"}, {"type": "no such type"},
]  # fmt: skip
ROUNDS = int(os.environ.get("ROUNDS", "2"))
"""Of random changes, 60 each; ten addresses for each of them. `make soak` asks for more."""
OWN_PARAMETERS = sorted({name for kind in all_perspectives for name in kind.parameters})
CONTROLS = [f"shared.{name}" for name in Filters.param] + [
    f"{kind.slug}.{name}" for kind in all_perspectives for name in kind.parameters
]
NAMED = ["model", "owner", "family"]
KEYS = ["view", "dataset", "from", "to", "unit", "sizes", "score", "snapshot", *Filters.param, *OWN_PARAMETERS, *NAMED]
VALUES = [
    "v1",
    "v2",
    "hub",
    "day",
    "yes",
    "no",
    "2024-01-01",
    "0001-01-01",
    "9999-12-31",
    "2024-02-30",
    "-1",
    "1e999",
    ",",
]
VALUES += [
    "< 3,> 80",
    "average",
    "tin",
    "None",
    "\0",
    "a" * 3000,
    "%",
    "&",
    "' or 1=1 --",
    "<img src=x onerror=1>",
    "\u202e",
]


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], folder: Path) -> Warehouse:
    return open_warehouse(folder)


queries = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(max_size=40), max_size=6)


@pytest.mark.slow
@given(query=queries, view=st.sampled_from([kind.slug for kind in all_perspectives]))
@settings(max_examples=10 * ROUNDS, deadline=None)
def test_whatever_an_address_says_there_is_a_page_and_a_notice(
    opened: Warehouse, query: dict[str, str], view: str
) -> None:
    session = Session(opened, "?" + urlencode({"view": view} | query))
    perspective = session.visible
    assert perspective is not None
    perspective.open()
    assert perspective.state in ("ready", "empty"), (query, perspective.reason)
    assert not any("Traceback" in notice or "Error" in notice for notice in session.notices)
    reopened = Session(opened, session.to_query())
    assert (reopened.to_query(), reopened.notices) == (session.to_query(), [])


@pytest.mark.slow
@given(name=st.sampled_from([*filter(None, VALUES)]) | st.text(min_size=1, max_size=300), kind=st.sampled_from(NAMED))
@settings(max_examples=10 * ROUNDS, deadline=None)
def test_whatever_name_an_address_holds_there_is_a_page_that_restores_itself(
    opened: Warehouse, name: str, kind: str
) -> None:
    assert Session(opened, f"?{kind}=").visible, "without a name the overview"
    session = Session(opened, "?" + urlencode({kind: name, "dataset": name}))
    assert session.page
    assert session.page.slug == kind
    assert len(session.to_query()) < 2_500
    reopened = Session(opened, session.to_query())
    assert (reopened.to_query(), reopened.title()) == (session.to_query(), session.title())


async def sent(visitor: Visitor, dice: random.Random, number: int) -> None:
    """Random changes, most of them to what holds a visitor's choices, and some events."""
    choices = [model for model in visitor.models.values() if {"value", "active"} & model["attributes"].keys()]
    for _ in range(number):
        model = dice.choice(choices if dice.random() < 0.7 else list(visitor.models.values()))
        if dice.random() < 0.3:
            await visitor.choose(dice.choice(CONTROLS), dice.choice(NONSENSE))
        elif dice.random() < 0.2:
            name = dice.choice(["esm_event", "dom_event", "button_click", "reset", "tap", "nothing", "data_event"])
            entries = [["model", {"id": model["id"]}], ["data", dice.choice(NONSENSE)]]
            await visitor.send_event({"type": "event", "name": name, "values": {"type": "map", "entries": entries}})
        else:
            await visitor.change(model["id"], dice.choice([*model["attributes"], "value"]), dice.choice(NONSENSE))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_random_changes_break_no_page(host: Host, seed: int) -> None:
    dice = random.Random(seed)

    async def visit() -> list[str]:
        view = dice.choice([kind.slug for kind in all_perspectives])
        async with Visitor(host.root, f"?view={view}") as visitor:
            await sent(visitor, dice, 60)
            assert await visitor.is_served()
            return visitor.errors

    errors = finished(visit())
    assert errors
    for error in errors:
        assert json.loads(error) == {"text": "This could not be applied; nothing has changed.", "traceback": None}


def test_who_chooses_what_is_not_there_sees_what_is_chosen(host: Host) -> None:
    async def visit() -> tuple[str, list[str]]:
        async with Visitor(host.root, "?view=model-types") as visitor:
            await visitor.choose("shared.unit", "no such unit")
            while '"answered"' not in (message := await visitor.hear("PATCH-DOC")):
                pass
            assert await visitor.is_served()
            return message, visitor.errors

    message, errors = finished(visit())
    assert "no such unit" not in message
    assert errors == []


FRAMES: dict[str, list[str | bytes]] = {
    "no JSON": ["hello", "{}", "{}"],
    "binary": [b"\x00\xff" * 50, b"", b"\xff"],
    "not a message": ["[]", "{}", "{}"],
    "no kind": ["{}", "{}", "{}"],
    "unknown kind": ['{"msgid": "1", "msgtype": "NOTHING"}', "{}", "{}"],
    "deep": ["[" * 50_000, "{}", "{}"],
    "another document": ['{"msgid": "1", "msgtype": "PUSH-DOC"}', "{}", '{"doc": {"roots": [], "title": ""}}'],
    "a title": ['{"msgid": "1", "msgtype": "PATCH-DOC"}', "{}", '{"events": [{"kind": "TitleChanged", "title": "x"}]}'],
    "rows without end": [
        '{"msgid": "1", "msgtype": "PATCH-DOC"}', "{}",
        '{"events": [{"kind": "ColumnsStreamed", "model": {"id": "p1"}, "attr": "data", "data": {}}]}',
    ],
    "no events": ['{"msgid": "1", "msgtype": "PATCH-DOC"}', "{}", '{"events": 7}'],
    "buffers": ['{"msgid": "1", "msgtype": "PATCH-DOC", "num_buffers": 99}', *["{}"] * 40],
    "too large": ["x" * 300_000],
}  # fmt: skip


def test_garbage_is_hung_up_on_while_others_are_served(host: Host) -> None:
    async def visit() -> dict[str, str]:
        ends = {}
        async with Visitor(host.root, "?view=model-types") as other:
            for name, frames in FRAMES.items():
                async with Visitor(host.root, "?view=model-types") as visitor:
                    assert visitor.socket
                    for frame in frames:
                        await visitor.socket.write_message(frame, binary=isinstance(frame, bytes))
                    try:
                        await visitor.hear("NOTHING")
                    except HungUp as end:
                        ends[name] = str(end)
            assert await other.is_served()
        return ends

    ends = finished(visit())
    assert set(ends) == set(FRAMES)
    assert not any("Traceback" in end or "/" in end for end in ends.values())


@pytest.mark.parametrize("token", ["nonsense", "", "e30.e30", "eyJzZXNzaW9uX2lkIjogIngifQ"])
def test_a_token_of_ones_own_opens_nothing(host: Host, token: str) -> None:
    async def visit() -> None:
        protocols = ["bokeh", token] if token else ["bokeh"]
        socket = await websocket_connect(host.root.replace("http", "ws", 1) + "/serve/ws", subprotocols=protocols)
        assert await asyncio.wait_for(socket.read_message(), PATIENCE) is None
        socket.close()

    finished(visit())
    lines = [line for line in host.lines().splitlines() if "logger=oss_ai_monitor.server.sockets" in line]
    assert lines
    assert not any("trace=" in line for line in lines)
