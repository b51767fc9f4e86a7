"""Links that pin a snapshot: which generation they open, and the notice if it is another one.

An address only contains an id; paths come from the listing of the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import panel as pn
import panel_material_ui as pmui

from ..charts import date_text
from ..pages.escaping import escape_markdown
from ..perspectives import address, snapshot_of
from ..warehouse import Damaged, Outdated, Warehouse, by_snapshot_id, landed_by
from .generations import MAX_OLD, NEWEST, acquire, acquire_old

MAX_ID_LENGTH = 60  # characters of an invalid id that the notice repeats
PINNED = Path(__file__).with_name("show_pinned.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Pin:
    """The result of opening a pinned link: the requested id that is shown, and the notice about it.

    `requested_id` is an id that was requested and is not shown now, but may be available later.
    """

    shown_id: str = ""
    requested_id: str = ""
    message: str = ""


def open_pinned(folder: Path, search: str | None = None) -> tuple[Warehouse, Pin]:
    """Return the generation that an address pins, or the newest, for this session. Raises NoWarehouse."""
    if search is None:
        search = str(pn.state.location.search or "") if pn.state.location else ""
    requested = address.read(search).get(address.SNAPSHOT)
    newest = acquire(folder)
    if requested is None:
        return newest, Pin()
    current = newest.identity.snapshot_id if newest.identity else ""
    if requested == current:
        return newest, Pin(shown_id=requested)
    landed = landed_by(requested)
    if landed is None:
        short_id = requested if len(requested) <= MAX_ID_LENGTH else f"{requested[:MAX_ID_LENGTH]}…"
        return newest, Pin(message=f"“{short_id}” is no id of a snapshot: shown is the newest, {_named(newest)}.")
    path = by_snapshot_id(folder).get(requested)
    if path is None:
        return newest, Pin(requested_id=requested, message=_not_here(requested, f"{landed:%Y-%m-%dT%H:%M:%S}", newest))
    try:
        old = acquire_old(path, newest.path)
    except Outdated as error:
        message = _outdated(requested, f"{landed:%Y-%m-%dT%H:%M:%S}", newest, is_later=error.is_later)
        return newest, Pin(requested_id=requested, message=message)
    except (duckdb.Error, Damaged):  # deleted meanwhile, or unreadable
        return newest, Pin(requested_id=requested, message=_not_here(requested, f"{landed:%Y-%m-%dT%H:%M:%S}", newest))
    if old is None:
        busy = (
            f"This link pins snapshot {requested}, which is here; but {MAX_OLD} older ones are being read at the "
            f"moment, and this server opens no more: try again later. Shown is the newest, {_named(newest)}."
        )
        return newest, Pin(requested_id=requested, message=busy)
    return old, Pin(shown_id=requested, message=_older(old, newest))


def notice(pin: Pin) -> list[pn.viewable.Viewable]:
    """Return the notice about a pin, with buttons for the newest and the pinned; none if they are the same."""
    if not pin.message:
        return []
    newest = pmui.Button(label="Show the newest", size="small", variant="outlined", margin=(4, 8, 4, 0))
    newest.js_on_click(code=NEWEST)
    buttons = [newest]
    if pin.requested_id:
        pinned = pmui.Button(label="Show the pinned", size="small", variant="outlined", margin=(4, 8, 4, 0))
        pinned.js_on_click(args={"snapshot": pin.requested_id}, code=PINNED)
        buttons.append(pinned)
    content = pn.Column(pmui.Typography(escape_markdown(pin.message), margin=0), pn.Row(*buttons, margin=0), margin=0)
    return [pmui.Alert(content, severity="info", variant="outlined", sizing_mode="stretch_width", margin=(0, 0, 12, 0))]


def _named(warehouse: Warehouse) -> str:
    """Return the id of a generation with the day of its data."""
    identity = warehouse.identity
    return f"snapshot {snapshot_of(warehouse)}" + (f" (data of {date_text(identity.as_of)})" if identity else "")


def _older(old: Warehouse, newest: Warehouse) -> str:
    old_rules, new_rules = (warehouse.identity.rules if warehouse.identity else "" for warehouse in (old, newest))
    message = f"This link pins {_named(old)}, and shows it. Loaded since: {_named(newest)}."
    return (
        message
        if old_rules == new_rules
        else f"{message} The counting rules have changed: version {old_rules}, now {new_rules}."
    )


def _outdated(requested: str, landed: str, newest: Warehouse, *, is_later: bool) -> str:
    other = "A later" if is_later else "An earlier"
    return (
        f"This link pins snapshot {requested}. {other} version of this tool built it, and its tables are not those "
        f"that this version draws: shown is the newest, {_named(newest)}. Who runs the server builds it anew with "
        f"“oss-ai-monitor build --landed-by {landed} --beside” (with the same --as-of where it was built with one); "
        "then this link shows it, counted by the present rules."
    )


def _not_here(requested: str, landed: str, newest: Warehouse) -> str:
    return (
        f"This link pins snapshot {requested}, of what had landed by {landed.replace('T', ' ')} UTC. It is not on this "
        f"server: shown is the newest, {_named(newest)}. Who runs the server brings it back with “oss-ai-monitor "
        f"build --landed-by {landed} --beside” (with the same --as-of where it was built with one), which keeps it in "
        "generations/beside; then this link shows it."
    )
