"""How the server's time for a change is spent: the page runs in this process, and each part is timed."""

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

PARTS = ("query", "updating the charts", "message", "all the rest")


def parts(folder: Path, view: str, dataset: str, unit: str, count: int = 11) -> dict[str, float]:
    """Return the median milliseconds of a change of the first day, by part.

    The parts are the query, turning its rows into columns of the figures, the message to the browser, and all the rest:
    titles, sentences, notes and Panel's own work.
    """
    compat.apply()
    pn.extension("tabulator")
    warehouse, seconds = Warehouse.open(folder), defaultdict[str, list[float]](list)
    document = Document()
    with set_curdoc(document), _sessions_made() as sessions:
        app.page(warehouse, f"?view={view}&dataset={dataset}&unit={unit}").server_doc(document)
        (session,) = sessions
        assert session.visible
        session.visible.open()
        filters = session.filters
        with (
            _timed(session.visible, "fetch", "query", seconds),
            _timed(session.visible, "update", "updating the charts", seconds),
        ):
            for _ in range(count):
                document.hold("combine")
                started_at = time.perf_counter()
                filters.dates = (filters.dates[0] + dt.timedelta(days=1), filters.dates[1])
                seconds["all"].append(time.perf_counter() - started_at)
                started_at = time.perf_counter()
                changes: Any = document.callbacks._held_events
                Protocol().create("PATCH-DOC", changes).content_json  # noqa: B018 - the property serializes when it is read
                seconds["message"].append(time.perf_counter() - started_at)
                changes.clear()
                document.unhold()
    warehouse.close()
    milliseconds = {name: 1000 * median(times) for name, times in seconds.items()}
    milliseconds["all the rest"] = milliseconds.pop("all") - milliseconds["query"] - milliseconds["updating the charts"]
    return {name: milliseconds[name] for name in PARTS}


@contextmanager
def _sessions_made() -> Iterator[list[layout.Session]]:
    """Yield a list of the sessions that are opened inside the block."""
    sessions, original = list[layout.Session](), layout.Session

    class Recorded(original):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            sessions.append(self)

    layout.Session = Recorded  # type: ignore[misc]
    try:
        yield sessions
    finally:
        layout.Session = original  # type: ignore[misc]


@contextmanager
def _timed(perspective: Perspective, name: str, part: str, seconds: dict[str, list[float]]) -> Iterator[None]:
    """Time each call of one method."""
    method: Callable[..., Any] = getattr(perspective, name)

    def timed(*args: Any) -> Any:
        started_at = time.perf_counter()
        try:
            return method(*args)
        finally:
            seconds[part].append(time.perf_counter() - started_at)

    setattr(perspective, name, timed)
    try:
        yield
    finally:
        delattr(perspective, name)
