"""Links that pin a snapshot: which generation they get to see, and what they are told where it is another.

An address only ever names an id; paths come from what is listed on the disk.
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
from .generations import MOST_OLD, NEWEST, acquire, acquire_old

LONGEST = 60  # signs of a wrong id that the notice repeats
PINNED = Path(__file__).with_name("show_pinned.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Pin:
    """What became of a pinned link: the id that is shown because it was asked for, and what is to be told of it.

    `not_shown` is an id that was asked for and is not shown, though it could be.
    """

    shown: str = ""
    not_shown: str = ""
    message: str = ""


def open_pinned(folder: Path, search: str | None = None) -> tuple[Warehouse, Pin]:
    """The generation that an address pins, or the newest, for this session. Raises NoWarehouse where there is none."""
    if search is None:
        search = str(pn.state.location.search or "") if pn.state.location else ""
    requested = address.read(search).get(address.SNAPSHOT)
    newest = acquire(folder)
    if requested is None:
        return newest, Pin()
    current = newest.identity.snapshot_id if newest.identity else ""
    if requested == current:
        return newest, Pin(shown=requested)
    landed = landed_by(requested)
    if landed is None:
        wrong = requested if len(requested) <= LONGEST else f"{requested[:LONGEST]}…"
        return newest, Pin(message=f"“{wrong}” is no id of a snapshot: shown is the newest, {_named(newest)}.")
    path = by_snapshot_id(folder).get(requested)
    if path is None:
        return newest, Pin(not_shown=requested, message=_not_here(requested, f"{landed:%Y-%m-%dT%H:%M:%S}", newest))
    try:
        old = acquire_old(path, newest.path)
    except Outdated:
        return newest, Pin(not_shown=requested, message=_outdated(requested, f"{landed:%Y-%m-%dT%H:%M:%S}", newest))
    except (duckdb.Error, Damaged):  # it went while we looked, or cannot be read
        return newest, Pin(not_shown=requested, message=_not_here(requested, f"{landed:%Y-%m-%dT%H:%M:%S}", newest))
    if old is None:
        busy = (
            f"This link pins snapshot {requested}, which is here; but {MOST_OLD} older ones are being read at the "
            f"moment, and this server opens no more: try again later. Shown is the newest, {_named(newest)}."
        )
        return newest, Pin(not_shown=requested, message=busy)
    return old, Pin(shown=requested, message=_older(old, newest))


def notice(pin: Pin) -> list[pn.viewable.Viewable]:
    """The notice about a pin, with buttons for the newest and the pinned; nothing where that is the same."""
    if not pin.message:
        return []
    newest = pmui.Button(label="Show the newest", size="small", variant="outlined", margin=(4, 8, 4, 0))
    newest.js_on_click(code=NEWEST)
    buttons = [newest]
    if pin.not_shown:
        pinned = pmui.Button(label="Show the pinned", size="small", variant="outlined", margin=(4, 8, 4, 0))
        pinned.js_on_click(args={"snapshot": pin.not_shown}, code=PINNED)
        buttons.append(pinned)
    content = pn.Column(pmui.Typography(escape_markdown(pin.message), margin=0), pn.Row(*buttons, margin=0), margin=0)
    return [pmui.Alert(content, severity="info", variant="outlined", sizing_mode="stretch_width", margin=(0, 0, 12, 0))]


def _named(warehouse: Warehouse) -> str:
    """A generation with the day that its data speaks of."""
    identity = warehouse.identity
    return f"snapshot {snapshot_of(warehouse)}" + (f" (data of {date_text(identity.as_of)})" if identity else "")


def _older(old: Warehouse, newest: Warehouse) -> str:
    before, now = (warehouse.identity.rules if warehouse.identity else "" for warehouse in (old, newest))
    message = f"This link pins {_named(old)}, and shows it. Loaded since: {_named(newest)}."
    return message if before == now else f"{message} The counting rules have changed: version {before}, now {now}."


def _outdated(requested: str, landed: str, newest: Warehouse) -> str:
    return (
        f"This link pins snapshot {requested}. An earlier version of this tool built it, and its tables are not those "
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
