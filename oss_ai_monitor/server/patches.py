"""What a reader's browser may change on his page: the properties and messages that our own page sends, nothing else.

A patch of Bokeh may hold any model and set any property of any model. Here each of its events is refused, unless the
lists below offer it to readers; nothing is decoded before. `tests/browser/test_patches.py` holds the lists to what a
browser sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bokeh.document import Document
from bokeh.model import Model
from bokeh.models import Annotation, Axis, Grid, Plot, Range

MAX_VALUES, MAX_DEPTH = 1_000, 4
"""Values in a message of a component, and how deep they are nested: a choice of many names, in a list, in a message."""
MAX_EVENTS = 100
"""Events in one patch; a browser sends them one by one."""
DOCUMENT_EVENTS = ("document_ready", "client_reconnected")
"""Events of the whole page, which hold nothing."""
MODEL_CHANGED, MESSAGE_SENT = "ModelChanged", "MessageSent"
KINDS = (MODEL_CHANGED, MESSAGE_SENT)
"""Kinds of events that pages send; others could put anything into a document, or make it grow."""
Check = Callable[[Model, Any], bool]


class RefusedPatch(ValueError):
    """A patch holds what no page of ours sends; the message says what, and never how it was worded."""


def _is_bool(_: Model, value: Any) -> bool:
    return isinstance(value, bool)


def _is_option(model: Model, value: Any) -> bool:
    """Whether a value is one of those that a select offers, as names or as pairs of value and name."""
    options = [option[0] if isinstance(option, list | tuple) else option for option in model.options]
    return isinstance(value, str) and value in options


OFFERED: Mapping[str, Mapping[str, Check]] = {
    "Alert": {"closed": _is_bool, "dark_theme": _is_bool},
    "Button": {"dark_theme": _is_bool},
    "NotificationArea": {"dark_theme": _is_bool},
    "Page": {"dark_theme": _is_bool, "sidebar_open": _is_bool},
    "Select": {"dark_theme": _is_bool, "value": _is_option},
    "Typography": {"dark_theme": _is_bool},
}
"""By type of a model, its properties that a reader can set, and whether a value is one that he can choose."""
IGNORED: Mapping[str, frozenset[str]] = {
    "BrowserInfo": frozenset(
        ("dark_mode", "device_pixel_ratio", "language", "timezone", "timezone_offset", "webdriver", "webgl")
    ),
    "DataTabulator": frozenset(("filters", "page", "sorters", "stylesheets")),
    "Location": frozenset(("hash", "hostname", "href", "pathname", "port", "protocol", "search")),
    "Select": frozenset(("dropdown_open",)),
    "Selection": frozenset(("indices",)),
    "Toolbar": frozenset(("stylesheets",)),
}
"""Properties that scripts of Panel and Bokeh report by themselves, and the server never reads: they are dropped,
undecoded, and answered as if they were applied."""
DRAWN = (Annotation, Axis, Grid, Plot, Range)
"""Parts of a chart that is drawn in the session's own document, which only those of the SQL page are."""
LOOK = re.compile(
    r"(inner|outer|glyph)_(width|height)|start|end|([a-z_]+_)?(alpha|color|font|font_size|font_style|standoff|spacing)"
)
"""Their properties that a browser reports when it lays them out, moves them, or changes the theme: dropped likewise."""
IGNORED_EVENTS = frozenset(("cell-click", "dom_event", "selection-change"))
"""Clicks that Panel's components and tables report; ours have no answer to them in Python."""
IN_FULL = {"type", "name", "id", "attributes"}
"""What BokehJS says of a model that it writes in full."""
MESSAGES: Mapping[str, type | tuple[type, ...]] = {
    "Address": dict, "Answer": dict, "AnswerTable": dict, "Bar": str, "Card": dict, "Chooser": dict, "Controls": dict,
    "Editor": dict, "Navigation": int, "PageActions": dict, "Search": dict, "SidesChooser": dict,
}  # fmt: skip
"""Components of ours that take messages from their scripts, and of what type these are."""


def accepted(content: Any, document: Document, *, has_buffers: bool = False) -> list[dict[str, Any]]:
    """Return the events of a patch that are to be applied. Raises RefusedPatch if any of them is not offered."""
    events = content.get("events") if isinstance(content, dict) and content.keys() == {"events"} else None
    if has_buffers:
        raise RefusedPatch("bytes beside a message")
    if not isinstance(events, list) or not 0 < len(events) <= MAX_EVENTS:
        raise RefusedPatch("no list of events")
    return [event for event in events if _is_applied(event, document)]


def is_change(content: Any) -> bool:
    """Whether a patch only holds events of the kinds that pages send."""
    events = content.get("events") if isinstance(content, dict) else None
    return isinstance(events, list) and all(isinstance(event, dict) and event.get("kind") in KINDS for event in events)


def _is_applied(event: Any, document: Document) -> bool:
    """Whether an event is to be applied; False for those that are ignored. Raises RefusedPatch."""
    match event:
        case {"kind": "ModelChanged", "model": reference, "attr": str(name), "new": value} if len(event) == 4:
            event["model"] = reference = _reference(reference)
            return (model := _model(reference, document)) is not None and _is_change_applied(model, name, value)
        case {
            "kind": "MessageSent", "msg_type": "bokeh_event",
            "msg_data": {"type": "event", "name": str(name), "values": {"type": "map", **rest}, **others},
        } if len(event) == 3 and not others:  # fmt: skip
            return _is_event_applied(name, rest, document)
    raise RefusedPatch("an event of a form that pages do not send")


def _is_change_applied(model: Model, name: str, value: Any) -> bool:
    kind = _kind(model)
    if name in IGNORED.get(kind, ()) or (isinstance(model, DRAWN) and LOOK.fullmatch(name)):
        return False
    check = OFFERED.get(kind, {}).get(name)
    if check is None:
        raise RefusedPatch(f"the property is not offered: {kind}, {name[:40]}")
    if not check(model, value):
        raise RefusedPatch(f"a value that is not offered: {kind}, {name}")
    return True


def _is_event_applied(name: str, values: Mapping[Any, Any], document: Document) -> bool:
    if name in DOCUMENT_EVENTS and values in ({}, {"entries": []}):
        return True
    if name in IGNORED_EVENTS:
        return False
    match name, values:
        case "data_event", {"entries": [["model", reference] as entry, ["data", data]], **rest} if not rest:
            entry[1] = reference = _reference(reference)
            if (model := _model(reference, document)) is None:
                return False
            expected = MESSAGES.get(component := str(getattr(model, "class_name", "")))
            if expected is None or isinstance(data, bool) or not isinstance(_plain(data), expected):
                raise RefusedPatch(f"a message that is not offered: {component or _kind(model)}")
            return True
    raise RefusedPatch(f"an event that pages do not send: {name[:40]}")


def _reference(reference: Any) -> dict[str, str]:
    """Return a reference with nothing but its id. Raises RefusedPatch.

    BokehJS writes a model that it got since its last message in full, with its id, whoever sent it that model: what
    else it says of the model is left out, undecoded.
    """
    match reference:
        case {"id": str(model_id)} if len(reference) == 1:
            return {"id": model_id}
        case {"type": "object", "name": str(), "id": str(model_id)} if reference.keys() <= IN_FULL:
            return {"id": model_id}
    raise RefusedPatch("an object that is no reference")


def _model(reference: Mapping[str, str], document: Document) -> Model | None:
    """Return the model that is referred to; None for one that has left the page a moment ago. Raises RefusedPatch."""
    model = document.get_model_by_id(reference["id"])
    if model is None and not document.models.seen(reference["id"]):
        raise RefusedPatch("a reference to what is not on the page")
    return model


def _plain(data: Any) -> Any:
    """Return data, a mapping as an empty one. Raises RefusedPatch for what is no text, number, list or mapping."""
    for number, (part, depth) in enumerate(_parts(data)):
        if number >= MAX_VALUES or depth > MAX_DEPTH:
            raise RefusedPatch("more values than pages send")
        if not isinstance(part, str | int | float | None):
            raise RefusedPatch("an object in a value")
    return {} if isinstance(data, dict) else data


def _parts(data: Any) -> Iterator[tuple[Any, int]]:
    """Yield each value in data with its depth: the items of lists, the keys and values of mappings, and all else."""
    waiting = [(data, 0)]
    while waiting:
        part, depth = waiting.pop()
        if isinstance(part, list):
            inside = part
        elif isinstance(part, dict) and part.get("type") == "map" and part.keys() <= {"type", "entries"}:
            inside = _entries(part.get("entries", []))
        else:
            yield part, depth
            continue
        yield None, depth
        waiting += [(one, depth + 1) for one in inside]


def _entries(entries: Any) -> list[Any]:
    """Return the keys and values of a mapping. Raises RefusedPatch if it is none with texts as keys."""
    if not isinstance(entries, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in entries
    ):
        raise RefusedPatch("a mapping without texts as keys")
    return [part for pair in entries for part in pair]


def _kind(model: Model) -> str:
    """Return the name of a model's class, without the number that Panel adds to those that it makes."""
    return type(model).__name__.rstrip("0123456789")
