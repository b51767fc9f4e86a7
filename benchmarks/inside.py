"""Where a change spends the server's time: the page in this process, its parts timed one by one."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import panel as pn
from bokeh.document import Document
from bokeh.protocol import Protocol
from panel.io.state import set_curdoc

from oss_ai_monitor import app, compat
from oss_ai_monitor.app import layout
from oss_ai_monitor.perspectives import Perspective
from oss_ai_monitor.warehouse import Warehouse

PARTS = ("query", "feeding the pictures", "message", "all the rest")


def parts(folder: Path, view: str, dataset: str, unit: str, count: int = 11) -> dict[str, float]:
    """Median milliseconds of a change of the first day, by part: the query; what turns its rows into columns of the
    figures; the message to the browser; titles, sentences, notes and Panel's own work."""
    compat.apply()
    pn.extension("tabulator")
    warehouse, spent = Warehouse.open(folder), defaultdict[str, list[float]](list)
    document = Document()
    with set_curdoc(document), _made() as visits:
        app.page(warehouse, f"?view={view}&dataset={dataset}&unit={unit}").server_doc(document)
        (seen,) = visits
        assert seen.visible
        seen.visible.open()
        filters = seen.filters
        with (
            _timed(seen.visible, "fetch", "query", spent),
            _timed(seen.visible, "update", "feeding the pictures", spent),
        ):
            for _ in range(count):
                document.hold("combine")
                began = time.perf_counter()
                filters.dates = (filters.dates[0] + dt.timedelta(days=1), filters.dates[1])
                spent["all"].append(time.perf_counter() - began)
                began = time.perf_counter()
                changes: Any = document.callbacks._held_events
                Protocol().create("PATCH-DOC", changes).content_json  # noqa: B018 - made when asked for
                spent["message"].append(time.perf_counter() - began)
                changes.clear()
                document.unhold()
    warehouse.close()
    found = {name: 1000 * median(took) for name, took in spent.items()}
    found["all the rest"] = found.pop("all") - found["query"] - found["feeding the pictures"]
    return {name: found[name] for name in PARTS}


@contextmanager
def _made() -> Iterator[list[layout.Session]]:
    """The visits that are made inside."""
    made, kind = list[layout.Session](), layout.Session

    class Kept(kind):  # type: ignore[valid-type, misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            made.append(self)

    layout.Session = Kept  # type: ignore[misc]
    try:
        yield made
    finally:
        layout.Session = kind  # type: ignore[misc]


@contextmanager
def _timed(perspective: Perspective, name: str, part: str, spent: dict[str, list[float]]) -> Iterator[None]:
    """Time each call of one method."""
    method: Callable[..., Any] = getattr(perspective, name)

    def timed(*given: Any) -> Any:
        began = time.perf_counter()
        try:
            return method(*given)
        finally:
            spent[part].append(time.perf_counter() - began)

    setattr(perspective, name, timed)
    try:
        yield
    finally:
        delattr(perspective, name)
