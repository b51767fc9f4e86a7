"""Which generation a visitor reads: one open file a generation, shared by visitors, closed when the last has left."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import panel as pn
import panel_material_ui as pmui

from ..warehouse import Damaged, NoWarehouse, Outdated, Warehouse, current, for_strangers

MOST_OLD = 3  # generations that are open at a time beside the newest
LOOK_EVERY = 15_000  # milliseconds between two looks for a newer generation
NEWEST = Path(__file__).with_name("show_newest.js").read_text(encoding="utf-8")
_lock = threading.Lock()
_open: dict[Path, Warehouse] = {}
_visitors: Counter[Path] = Counter()


def acquire(folder: Path) -> Warehouse:
    """The newest generation that can be read, for this session. Raises NoWarehouse, Damaged where there is none."""
    with _lock:
        path = current(folder)
        if path not in _open:
            opened = Warehouse.open(folder)
            path = opened.path
            if _open.setdefault(path, opened) is not opened:  # one before the newest, which is damaged
                opened.close()
        _close_old(path)
        return _open_shared(path)


def acquire_old(path: Path, newest: Path) -> Warehouse | None:
    """Another generation than the newest, for this session; None where so many are open already that it must wait.

    Raises Damaged, and Outdated where an earlier version built it.
    """
    with _lock:
        _close_old(newest)
        if path not in _open and len(_open.keys() - {newest}) >= MOST_OLD:
            return None
        return _open_shared(path)


def _open_shared(path: Path) -> Warehouse:
    if path not in _open:
        opened = Warehouse(path)
        if opened.is_outdated:
            opened.close()
            raise Outdated(path)
        _open[path] = opened
    _visitors[path] += 1
    if pn.state.curdoc:
        pn.state.on_session_destroyed(lambda _: _release(path))
    return _open[path]


def _close_old(newest: Path) -> None:
    for old in [old for old in _open if old != newest and not _visitors[old]]:
        _open.pop(old).close()


def _release(path: Path) -> None:
    with _lock:
        _visitors[path] -= 1


def is_newest(warehouse: Warehouse) -> bool:
    """Whether nothing newer has been built beside it."""
    try:
        return current(warehouse.path.parent.parent) == warehouse.path.resolve()
    except (NoWarehouse, Damaged):
        return True


def offer(warehouse: Warehouse) -> pn.Column:
    """A place for a quiet offer, made once a newer generation serves; the visitor decides when to look at it."""
    place = pn.Column(sizing_mode="stretch_width", margin=0)

    def look() -> None:
        if len(place) or is_newest(warehouse):
            return
        reload = pmui.Button(label="Show it", size="small", variant="outlined", margin=(0, 8))
        reload.js_on_click(code=NEWEST)
        content = pn.Row("New data is in; this page still shows the data it was opened with.", reload, margin=0)
        place.append(
            pmui.Alert(content, severity="info", variant="outlined", sizing_mode="stretch_width", margin=(0, 0, 12, 0))
        )

    if pn.state.curdoc:
        pn.state.add_periodic_callback(look, period=LOOK_EVERY)
    return place


def without_data(reason: str) -> pmui.Page:
    """The page where there is no warehouse: what is missing, and what to run."""
    alert = pmui.Alert(for_strangers(reason), severity="warning", variant="outlined", sizing_mode="stretch_width")
    return pmui.Page(title="Open-Source AI Monitor", main=[alert])
