"""What a browser may change: the properties and messages that the page sends, and nothing else."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import panel_material_ui as pmui
import pytest
from bokeh.document import Document
from bokeh.models import ColumnDataSource, Plot, Spacer
from panel.custom import JSComponent
from panel.models.location import Location

import oss_ai_monitor
from oss_ai_monitor.server.limits import Limits
from oss_ai_monitor.server.patches import MAX_EVENTS, MESSAGES, RefusedPatch, accepted
from oss_ai_monitor.server.sockets import MAX_ERRORS
from tests.conftest import finished

from .conftest import Host, serving
from .visitor import HungUp, Visitor

NEW_MODEL = {"type": "object", "name": "Div", "id": "made", "attributes": {"text": "x"}}
VALUES: dict[str, Any] = {
    "a model": NEW_MODEL,
    "4,000 models": [{"type": "object", "name": "Div", "id": f"made{n}"} for n in range(4_000)],
    "in a list": [[NEW_MODEL]],
    "in a map": {"type": "map", "entries": [["a", NEW_MODEL]]},
    "as a key": {"type": "map", "entries": [[NEW_MODEL, 1]]},
    "in a plain mapping": {"a": NEW_MODEL},
    "an array": {"type": "array", "entries": [NEW_MODEL]},
    "a set": {"type": "set", "entries": [1]},
    "an ndarray": {"type": "ndarray", "array": [NEW_MODEL], "shape": [1], "dtype": "object", "order": "little"},
    "a typed array": {"type": "typed_array", "array": NEW_MODEL, "order": "little", "dtype": "int8"},
    "a slice": {"type": "slice", "start": NEW_MODEL, "stop": None, "step": None},
    "packed bytes": {"type": "bytes", "data": "H4sIAAAAAAAA/wMAAAAAAAAAAAA="},
    "a symbol": {"type": "symbol", "name": "x"},
    "a date": {"type": "date", "iso": "2024-01-01"},
    "a value": {"type": "value", "value": NEW_MODEL},
    "a field": {"type": "field", "field": "x"},
    "an expression": {"type": "expr", "expr": NEW_MODEL},
    "an event": {"type": "event", "name": "document_ready", "values": {"type": "map"}},
    "an object without an id": {"type": "object", "name": "x"},
    "a reference to nothing": {"id": "nothing"},
    "a mapping that is none": {"type": "map", "entries": [["a"]]},
    "deep": [[[[[["x"]]]]]],
    "many": list(range(2_000)),
}
"""Values that no page sends."""
PROPERTIES = (
    "name", "tags", "subscribed_events", "js_property_callbacks", "js_event_callbacks", "syncable", "css_classes",
    "visible", "children", "data", "stylesheets", "styles", "esm", "bundle", "importmap", "events", "class_name",
    "pathname", "search", "hash", "href", "reload", "object", "text", "active", "titles", "values", "descriptions",
    "answered", "source", "config", "theme_config", "sx", "busy", "no_such_property",
)  # fmt: skip
"""Properties that pages have and readers cannot set, and one that nothing has."""


def message(model: str, data: Any, name: str = "data_event") -> dict[str, Any]:
    values = {"type": "map", "entries": [["model", {"id": model}], ["data", data]]}
    return {
        "kind": "MessageSent",
        "msg_type": "bokeh_event",
        "msg_data": {"type": "event", "name": name, "values": values},
    }


def change(model: str, attr: str, new: Any) -> dict[str, Any]:
    return {"kind": "ModelChanged", "model": {"id": model}, "attr": attr, "new": new}


async def answers(visitor: Visitor, *events: Any) -> list[str]:
    """Send each event as a patch of its own; returns the types of the answers, in their order."""
    types = []
    for event in events:
        await visitor.patch(event)
        while (kind := json.loads(await visitor.frame())["msgtype"]) not in ("OK", "ERROR"):
            await visitor.frame(), await visitor.frame()
        assert "Traceback" not in str((await visitor.frame(), await visitor.frame()))
        types.append(kind)
    return types


def page_of(visitor: Visitor) -> str:
    """Return the id of the model that holds what readers set on the whole page."""
    (page,) = (key for key, model in visitor.models.items() if model["name"].rstrip("0123456789") == "Page")
    return page


async def models(visitor: Visitor) -> set[str]:
    await visitor.pull()
    return set(visitor.models)


def test_no_value_makes_a_model_whatever_it_is_hidden_in(host: Host) -> None:
    """The literal case first: 4,000 models were made, and nobody was served for 20 s."""

    async def visit() -> tuple[dict[str, list[str]], set[str]]:
        async with Visitor(host.root, "?view=model-types") as visitor:
            before = await models(visitor)
            page = page_of(visitor)
            refused = {
                name: await answers(
                    visitor, message(visitor.controls, value), change(page, "sidebar_open", value),
                    message(visitor.controls, {"type": "map", "entries": [["name", value]]}),
                )
                for name, value in VALUES.items()
            }  # fmt: skip
            assert await visitor.is_served()
            return refused, await models(visitor) - before

    refused, new_models = finished(visit())
    assert {name: kinds[:2] for name, kinds in refused.items()} == {name: ["ERROR", "ERROR"] for name in VALUES}
    assert not {key for key in new_models if key.startswith("made")}
    assert all(kinds[2] == "ERROR" for kinds in refused.values())
    lines = [line for line in host.lines().splitlines() if "a patch was refused" in line]
    assert len(lines) >= len(VALUES)
    assert not any("trace=" in line for line in lines)


def test_what_the_page_does_not_offer_to_readers_is_refused(host: Host) -> None:
    async def visit() -> list[str]:
        async with Visitor(host.root, "?view=model-types") as visitor:
            await models(visitor)  # and the answer to the greeting
            page = page_of(visitor)
            types = await answers(
                visitor,
                *(change(model, name, "x") for model in (visitor.controls, page) for name in PROPERTIES),
                *(message(page, "x", name) for name in ("esm_event", "button_click", "tap", "no_such_event")),
                message(page, "x"),
            )
            assert await visitor.is_served()
            await visitor.pull()
            assert "x" not in visitor.models[page]["attributes"].values()
            return types

    types = finished(visit())
    assert set(types) == {"ERROR"}


@pytest.mark.parametrize("kind", ["ColumnDataChanged", "ColumnsStreamed", "ColumnsPatched", "RootAdded", "RootRemoved"])
def test_events_that_pages_do_not_send_end_the_connection(host: Host, kind: str) -> None:
    async def visit() -> None:
        async with Visitor(host.root, "?view=model-types") as visitor:
            await visitor.patch({"kind": kind, "model": {"id": visitor.controls}, "attr": "data", "data": {}})
            await visitor.hear("NOTHING")

    with pytest.raises(HungUp, match="1008 not a change"):
        finished(visit())


def test_who_sends_nothing_but_what_is_refused_is_hung_up_on(host: Host) -> None:
    async def visit() -> None:
        async with Visitor(host.root, "?view=model-types") as visitor:
            for _ in range(MAX_ERRORS + 1):
                await visitor.change(visitor.controls, "tags", ["x"])
            await visitor.hear("NOTHING")

    with pytest.raises(HungUp, match="1008 nonsense"):
        finished(visit())


@pytest.fixture(scope="module")
def strict(folder: Path) -> Iterator[Host]:
    """A server that lets one connection send little, and none to it open often."""
    limits = ("--max-events-per-second", "3", "--max-kilobytes-per-second", "2")
    with serving(folder, *limits) as host:
        yield host


@pytest.mark.parametrize(
    ("number", "size", "reason"), [(MAX_EVENTS, 1, "events"), (1, 30_000, "bytes")], ids=["events", "bytes"]
)
def test_events_and_bytes_of_a_connection_are_counted(strict: Host, number: int, size: int, reason: str) -> None:
    async def visit() -> None:
        async with Visitor(strict.root, "?view=model-types") as visitor:
            await visitor.patch(*(change(visitor.controls, "x" * size, 1) for _ in range(number)))
            await visitor.hear("NOTHING")

    assert (Limits().events_per_second, Limits().kilobytes_per_second) == (80, 64)
    with pytest.raises(HungUp, match=f"1008 {reason}"):
        finished(visit())


@pytest.fixture
def document() -> Document:
    """A document with what is offered, ignored and refused."""
    document = Document()
    for model in (
        pmui.Select(label="x", options={"Line": "line", "Bars": "bar"}).get_root().data,
        pmui.Alert("x").get_root().data,
        Plot(name="plot"),
        Location(),
        Spacer(name="spacer"),
    ):
        document.add_root(model)
    return document


def one(document: Document, kind: str) -> str:
    (model,) = (model.id for model in document.models if type(model).__name__.rstrip("0123456789") == kind)
    return str(model)


@pytest.mark.parametrize(
    ("kind", "name", "value", "number"),
    [
        ("Select", "value", "Bars", 1), ("Select", "dark_theme", True, 1), ("Alert", "closed", True, 1),
        ("Select", "dropdown_open", True, 0), ("Plot", "inner_width", NEW_MODEL, 0),
        ("Plot", "border_fill_color", "x", 0), ("Location", "port", "443", 0),
        ("Location", "href", "https://monitor.example.org/serve", 0),
    ],
)  # fmt: skip
def test_what_browsers_send_is_applied_or_dropped(
    document: Document, kind: str, name: str, value: Any, number: int
) -> None:
    events = [change(one(document, kind), name, value)]
    assert accepted({"events": events}, document) == events * number
    ready = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
    first = {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": ready}
    assert accepted({"events": [first, *events]}, document) == [first, *events * number]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("Select", "value", "no option"), ("Select", "value", ["Bars"]), ("Select", "value", None),
        ("Alert", "closed", "yes"), ("Alert", "closed", 1), ("Plot", "tags", []), ("Plot", "renderers", []),
        ("Plot", "x_range", {"id": "x"}), ("Spacer", "width", 10), ("Spacer", "background_color", "red"),
    ],
)  # fmt: skip
def test_a_value_that_a_property_does_not_offer_is_a_refused_patch(
    document: Document, kind: str, name: str, value: Any
) -> None:
    with pytest.raises(RefusedPatch):
        accepted({"events": [change(one(document, kind), name, value)]}, document)


@pytest.mark.parametrize(
    "content",
    [
        {"events": []}, {"events": [change("x", "y", 1)] * (MAX_EVENTS + 1)}, {"events": {}}, [], {},
        {"events": [change("x", "y", 1)]}, {"events": [change("", "closed", True) | {"model": NEW_MODEL}]},
        {"events": [change("", "closed", True) | {"hint": 1}]}, {"events": [], "references": [NEW_MODEL]},
    ],
)  # fmt: skip
def test_a_patch_of_another_form_is_refused(document: Document, content: Any) -> None:
    with pytest.raises(RefusedPatch):
        accepted(content, document)
    with pytest.raises(RefusedPatch, match="bytes beside"):
        accepted({"events": [change(one(document, "Alert"), "closed", True)]}, document, has_buffers=True)


def test_a_model_that_a_browser_writes_in_full_is_a_reference_by_its_id(document: Document) -> None:
    """As BokehJS does in the first message after the model came, such as the first click on a new card."""
    model_id = one(document, "Alert")
    in_full = {"type": "object", "name": "x", "id": model_id, "attributes": {"closed": NEW_MODEL}}
    expected = [change(model_id, "closed", True)]
    assert accepted({"events": [change(model_id, "closed", True) | {"model": in_full}]}, document) == expected
    assert document.get_model_by_id("made") is None
    for odd in (in_full | {"id": "made"}, in_full | {"id": 1}, in_full | {"x": 1}, in_full | {"type": "x"}, {"id": 1}):
        with pytest.raises(RefusedPatch):
            accepted({"events": [change(model_id, "closed", True) | {"model": odd}]}, document)


def test_a_change_of_what_has_left_the_page_a_moment_ago_is_dropped(document: Document) -> None:
    referenced = ColumnDataSource()
    plot = document.get_model_by_id(one(document, "Plot"))
    holder = Spacer(tags=[referenced])
    document.add_root(holder)
    document.remove_root(holder)
    assert plot is not None
    assert accepted({"events": [change(holder.id, "closed", True)]}, document) == []


def test_every_component_of_ours_that_takes_messages_is_listed() -> None:
    for module in pkgutil.walk_packages(oss_ai_monitor.__path__, "oss_ai_monitor."):
        if module.name.startswith(("oss_ai_monitor.app", "oss_ai_monitor.pages")):
            importlib.import_module(module.name)
    assert {kind.__name__ for kind in components(JSComponent) if "_handle_msg" in vars(kind)} == set(MESSAGES)


def components(kind: type[Any]) -> Iterator[type[Any]]:
    """Yield the classes of this package that are derived from a class."""
    for derived in kind.__subclasses__():
        if derived.__module__.startswith("oss_ai_monitor"):
            yield derived
        yield from components(derived)
