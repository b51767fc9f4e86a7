"""Changes as an Atom feed, for the query of the page's address: the latest first, each with a link to its model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..charts import date_text
from ..pages.tables import withheld
from ..perspectives import Perspective, address, all_perspectives, choose_perspective
from ..perspectives.changes.sources import LABELS
from ..perspectives.changes.texts import change_text
from ..perspectives.copies import originals
from ..warehouse import Warehouse
from .atom import SERVER, Entry, atom
from .problem import unknown_choices
from .tables import InvalidRequest, NoTable, NotComputed, without_substitutes

SLUG, LINES, HUB = "changes", "most-used", "hub"
HIDDEN = "left-out/"
"""Begins the name of a repository that is left out on request; it has no page."""
MOST = 100
"""Entries of a feed."""
DAYS = 60
"""A feed goes so far back from the day of the data, where its address has no dates."""


def feed(warehouse: Warehouse, query: Mapping[str, str], root: str = SERVER) -> str:
    """Return the feed of the changes that the query of an address chooses; `root` is the address of the server.

    Raises NoTable and InvalidRequest, whose messages are for readers, and NotComputed.
    """
    perspective = _opened(warehouse, query)
    chart = next(one for one in perspective.charts if one.key == LINES)
    if reason := withheld(perspective, chart):
        raise NoTable(reason)
    rows = perspective.table(chart)
    rows = rows.sort_values("day", ascending=False, kind="stable").head(MOST)
    chosen = address.write(dict(query)) if query else ""
    original_of = originals(warehouse)
    return atom(
        f"changes {chosen}",
        f"Open-Source AI Monitor: changes, {perspective.selection.about['label']}",
        perspective.answer_text,
        _moment(perspective.selection.about["as_of"]),
        f"feed/changes.atom{chosen}",
        f"serve{address.write(perspective.page_query())}",
        [_entry(row, original_of) for row in rows.itertuples(index=False)],
        root=root,
        is_simulated=warehouse.is_simulated,
    )


def _opened(warehouse: Warehouse, query: Mapping[str, str]) -> Perspective:
    kind = next(one for one in all_perspectives if one.slug == SLUG)
    allowed = (address.VIEW, address.SNAPSHOT, *address.SHARED, *kind.parameters)
    if unknown := [name for name in query if name not in allowed]:
        raise InvalidRequest(unknown_choices(unknown, allowed))
    chosen = choose_perspective(warehouse, kind, query)
    if "from" not in query and "to" not in query:
        selection = chosen.perspective.selection
        last = pd.Timestamp(selection.about["as_of"]).date()
        first = max(last - dt.timedelta(days=DAYS), selection.bounds[0])
        chosen = choose_perspective(warehouse, kind, {**query, "from": first.isoformat(), "to": last.isoformat()})
    if invalid := [notice for notice in chosen.notices if not notice.startswith(address.CUT)]:
        raise InvalidRequest(without_substitutes(invalid))
    perspective = chosen.perspective
    perspective.open()
    if perspective.state == "error":
        raise NotComputed(f"{SLUG}: {perspective.reason}")
    return perspective


def _entry(row: Any, original_of: Mapping[str, str]) -> Entry:
    title = change_text(row, original_of)
    since = "" if pd.isna(row.since) else f" It happened after {date_text(row.since)}."
    return Entry(
        f"{row.day:%Y-%m-%d} {row.kind} {row.subject_text} {row.owner} {row.model_id}",
        title,
        _moment(row.day),
        f"{title}, as of {date_text(row.day)}.{since}",
        _page(row),
        (str(row.kind), LABELS[str(row.kind)]),
    )


def _page(row: Any) -> str:
    """Return the address of the page that shows an entry: that of the model, or the change itself where it is gone."""
    name = str(row.model_id)
    if name.startswith(HIDDEN):
        return ""
    if row.kind != "gone":
        return f"serve{address.write({'model': name})}"
    day = row.day.strftime("%Y-%m-%d")
    since = day if pd.isna(row.since) else row.since.strftime("%Y-%m-%d")
    chosen = {"kinds": "gone", "text": name, "from": since, "to": day, "unit": "day"}
    return f"serve{address.write({address.VIEW: SLUG, address.DATASET: HUB, **chosen})}"


def _moment(day: Any) -> dt.datetime:
    moment: dt.datetime = pd.Timestamp(day).floor("s").to_pydatetime().replace(tzinfo=dt.UTC)
    return moment
