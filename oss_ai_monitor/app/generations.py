"""Open generations: one connection for each, shared by all visitors, closed when the last one has left."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import panel as pn
import panel_material_ui as pmui

from ..warehouse import Damaged, NoWarehouse, Warehouse, current, shorten_paths

MAX_OLD = 3  # older generations that are open at a time
CHECK_INTERVAL = 15_000  # milliseconds between two checks for a newer generation
NEWEST = Path(__file__).with_name("show_newest.js").read_text(encoding="utf-8")
_lock = threading.Lock()
_open: dict[Path, Warehouse] = {}
_visitors: Counter[Path] = Counter()


def acquire(folder: Path) -> Warehouse:
    """Return the newest readable generation, for this session. Raises NoWarehouse, Damaged."""
    with _lock:
        path = current(folder)
        if path not in _open:
            opened = Warehouse.open(folder)
            path = opened.path
            if _open.setdefault(path, opened) is not opened:  # an earlier one, because the newest is damaged
                opened.close()
        _close_old(path)
        return _open_shared(path)


def acquire_old(path: Path, newest: Path) -> Warehouse | None:
    """Return an older generation, for this session; None if too many older ones are open.

    Raises Damaged, and Outdated if another version built it.
    """
    with _lock:
        _close_old(newest)
        if path not in _open and len(_open.keys() - {newest}) >= MAX_OLD:
            return None
        return _open_shared(path)


def _open_shared(path: Path) -> Warehouse:
    if path not in _open:
        _open[path] = Warehouse(path)
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
    """Whether no newer generation has been built."""
    try:
        return current(warehouse.path.parent.parent) == warehouse.path.resolve()
    except (NoWarehouse, Damaged):
        return True


def newer_data_notice(warehouse: Warehouse) -> pn.Column:
    """Return an area that offers a newer generation once there is one; the visitor decides when to load it."""
    area = pn.Column(sizing_mode="stretch_width", margin=0)

    def check() -> None:
        if len(area) or is_newest(warehouse):
            return
        reload = pmui.Button(label="Show it", size="small", variant="outlined", margin=(0, 8))
        reload.js_on_click(code=NEWEST)
        content = pn.Row("New data is in; this page still shows the data it was opened with.", reload, margin=0)
        area.append(
            pmui.Alert(content, severity="info", variant="outlined", sizing_mode="stretch_width", margin=(0, 0, 12, 0))
        )

    if pn.state.curdoc:
        pn.state.add_periodic_callback(check, period=CHECK_INTERVAL)
    return area


def without_data(reason: str) -> pmui.Page:
    """Return the page without a warehouse: what is missing, and what to run."""
    alert = pmui.Alert(shorten_paths(reason), severity="warning", variant="outlined", sizing_mode="stretch_width")
    return pmui.Page(title="Open-Source AI Monitor", main=[alert])
