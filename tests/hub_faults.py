"""What can go wrong between a Hub and its reader, on demand: one fault after another, or a mix from a seed."""

from __future__ import annotations

import json
import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any

Item = dict[str, Any]

STATUS = ("401", "403", "404", "429", "500", "502", "503", "504")
WIRE = ("hang-up", "reset", "short", "drip", "silent")
BODY = ("truncated", "malformed", "html", "not-a-list", "empty")
CURSOR = ("loop", "cycle", "dead-cursor", "no-link", "elsewhere")
PAGES = ("duplicates", "gap", "missing", "null", "wrong-type", "new-field", "hostile")
KINDS = (*STATUS, *WIRE, *BODY, *CURSOR, *PAGES)
PASSING = (
    "429",
    "500",
    "502",
    "503",
    "504",
    "hang-up",
    "reset",
    "short",
    "truncated",
    "malformed",
    "html",
    "loop",
    "duplicates",
)
"""Those after which asking again brings everything."""

HOSTILE: tuple[Any, ...] = (
    "<script>alert(1)</script>", "'; drop table models; --", "\u202egnihton", "\u0000", "\ud800",
    "license:" + "x" * 100_000, "base_model:merge:../../etc/passwd", "base_model:" + "a" * 5000, "dataset:",
    "🦙" * 2000, "$1", "{0}", "%s", "NaN", "\r\n",
)  # fmt: skip


@dataclass
class Fault:
    """One thing that goes wrong: at answers whose address matches, after so many of them, so many times."""

    kind: str
    on: str = ""
    times: int | None = 1
    after: int = 0
    seconds: float = 0.0
    """Of Retry-After, between drops of a drip, of silence."""
    options: dict[str, Any] = field(default_factory=dict)
    met: int = 0

    def is_due(self, address: str) -> bool:
        if not re.search(self.on, address):
            return False
        self.met += 1
        return self.met > self.after and (self.times is None or self.met <= self.after + self.times)


class Faults:
    """Those ordered for certain, and a mix by chance."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []
        self.happened: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._rng = random.Random(0)
        self._rate, self._kinds, self._seconds = 0.0, PASSING, 0.01

    def order(self, kind: str, **settings: Any) -> Fault:
        names = ("on", "times", "after", "seconds")
        options = {name: value for name, value in settings.items() if name not in names}
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no fault; expected one of {', '.join(KINDS)}")
        fault = Fault(kind, **{name: value for name, value in settings.items() if name in names}, options=options)
        self.ordered.append(fault)
        return fault

    def mix(self, seed: int, rate: float, kinds: tuple[str, ...] = PASSING, seconds: float = 0.01) -> None:
        """From now on every answer goes wrong with this chance; what is silent is so for so long."""
        self._rng, self._rate, self._kinds, self._seconds = random.Random(seed), rate, kinds, seconds

    def clear(self) -> None:
        self.ordered.clear()
        self._rate = 0.0

    def due(self, address: str) -> Fault | None:
        """The fault that befalls an answer."""
        with self._lock:
            due_faults = [fault for fault in self.ordered if fault.is_due(address)]
            fault = due_faults[0] if due_faults else None
            if fault is None and self._rate and self._rng.random() < self._rate:
                kind = self._rng.choice(self._kinds)
                fault = Fault(kind, seconds=self._seconds if kind == "silent" else 0.01)
            if fault:
                self.happened.append((fault.kind, address))
            return fault


def spoilt_items(fault: Fault, items: list[Item], before: list[Item]) -> list[Item]:
    """The items of a page as the fault leaves them; `before` are those of the page before it."""
    count = int(fault.options.get("count", 3))
    name = fault.options.get("name")
    if fault.kind == "duplicates":
        return before[-count:] + items
    if fault.kind == "gap":
        return items[:-count]
    spoiled_items = []
    for position, item in enumerate(items):
        item = dict(item)
        if position % int(fault.options.get("each", 3)) == 0:
            _spoil(fault.kind, item, name)
        spoiled_items.append(item)
    return spoiled_items


def spoilt_body(fault: Fault, body: bytes) -> bytes:
    """The body as the fault leaves it; its length is told as it then is."""
    if fault.kind == "truncated":
        return body[: len(body) * 2 // 3]
    if fault.kind == "malformed":
        return body[: len(body) // 2] + b'"}{]' + body[len(body) // 2 :]
    if fault.kind == "html":
        return b"<!DOCTYPE html><html><body><h1>We are down for maintenance</h1></body></html>"
    if fault.kind == "empty":
        return b"[]"
    if fault.kind == "not-a-list":
        return json.dumps({"error": "busy", "was": len(body)}).encode()
    return body


def _spoil(kind: str, item: Item, name: str | None) -> None:
    names = [name] if name else [key for key in item if key not in ("id", "_id")]
    if kind == "missing":
        for key in names:
            item.pop(key, None)
    elif kind == "null":
        item.update(dict.fromkeys(names))
    elif kind == "wrong-type":
        for key in names:
            item[key] = {"was": "text"} if isinstance(item.get(key), str) else "many"
    elif kind == "new-field":
        item["newlyInvented"] = {"deep": [1, {"id": "not/this"}]}
    elif kind == "hostile":
        item["tags"] = [*(item.get("tags") or []), *HOSTILE]
        item["pipeline_tag"], item["library_name"] = HOSTILE[2], HOSTILE[0]
