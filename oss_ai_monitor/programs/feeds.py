"""Changes as an Atom feed, for the query of the page's address: the latest first, each with a link to its model's page.

What an entry says was written by strangers: it is text, escaped, without the signs that XML does not have.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from ..charts import date_text
from ..pages.tables import withheld
from ..perspectives import Perspective, address, all_perspectives, open_perspective
from ..perspectives.changes.sources import LABELS
from ..perspectives.changes.texts import change_text
from ..warehouse import Warehouse
from .tables import InvalidRequest, NoTable, NotComputed

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
SLUG, LINES = "changes", "most-used"
MOST = 100
"""Entries of a feed."""
DAYS = 60
"""A feed goes so far back from the day of the data, where its address has no dates."""
LONGEST = 300
"""Signs of a title."""
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(warehouse: Warehouse, query: Mapping[str, str]) -> str:
    """Return the feed of the changes that the query of an address chooses.

    Raises NoTable and InvalidRequest, whose messages are for readers, and NotComputed.
    """
    perspective = _opened(warehouse, query)
    chart = next(one for one in perspective.charts if one.key == LINES)
    if reason := withheld(perspective, chart):
        raise NoTable(reason)
    rows = perspective.table(chart)
    rows = rows.sort_values("day", ascending=False, kind="stable").head(MOST)
    chosen = address.write(dict(query))
    root = ElementTree.Element("feed", xmlns=ATOM)
    _add(root, "id", _identifier(f"feed {chosen}"))
    _add(root, "title", f"Open-Source AI Monitor: changes, {perspective.selection.about['label']}")
    _add(root, "subtitle", perspective.answer_text)
    _add(root, "updated", _moment(perspective.selection.about["as_of"]))
    ElementTree.SubElement(root, "link", rel="self", href=f"changes.atom{chosen}", type="application/atom+xml")
    page = address.write(perspective.page_query())
    ElementTree.SubElement(root, "link", rel="alternate", href=f"../serve{page}", type="text/html")
    _add(ElementTree.SubElement(root, "author"), "name", "Open-Source AI Monitor")
    if warehouse.is_simulated:
        _add(root, "rights", "Simulated data, no statement about the world.")
    for row in rows.itertuples(index=False):
        _add_entry(root, row)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _opened(warehouse: Warehouse, query: Mapping[str, str]) -> Perspective:
    kind = next(one for one in all_perspectives if one.slug == SLUG)
    allowed = (address.VIEW, address.SNAPSHOT, *address.SHARED, *kind.parameters)
    if unknown := [name[:60] for name in query if name not in allowed]:
        raise InvalidRequest(f"There is no choice {', '.join(unknown[:5])}; there are {', '.join(allowed)}.")
    opened = open_perspective(warehouse, kind, query)
    if "from" not in query and "to" not in query:
        selection = opened.perspective.selection
        last = pd.Timestamp(selection.about["as_of"]).date()
        first = max(last - dt.timedelta(days=DAYS), selection.bounds[0])
        opened = open_perspective(warehouse, kind, {**query, "from": first.isoformat(), "to": last.isoformat()})
    if invalid := [notice for notice in opened.notices if not notice.startswith(address.CUT)]:
        raise InvalidRequest(" ".join(invalid))
    if opened.perspective.state == "error":
        raise NotComputed(f"{SLUG}: {opened.perspective.reason}")
    return opened.perspective


def _add_entry(root: ElementTree.Element, row: Any) -> None:
    entry = ElementTree.SubElement(root, "entry")
    title = change_text(row)
    _add(entry, "id", _identifier(f"{row.day:%Y-%m-%d} {row.kind} {row.subject_text} {row.owner} {row.model_id}"))
    _add(entry, "title", title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…")
    _add(entry, "updated", _moment(row.day))
    ElementTree.SubElement(entry, "category", term=str(row.kind), label=LABELS[str(row.kind)])
    if not str(row.model_id).startswith("left-out/"):
        page = address.write({"model": str(row.model_id)})
        ElementTree.SubElement(entry, "link", rel="alternate", href=f"../serve{page}", type="text/html")
    since = "" if pd.isna(row.since) else f" It happened after {date_text(row.since)}."
    _add(entry, "summary", f"{title}, as of {date_text(row.day)}.{since}")


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    """Add an element with plain text."""
    ElementTree.SubElement(parent, name).text = _NOT_IN_XML.sub("\ufffd", text)


def _identifier(text: str) -> str:
    """Return an identifier that is the same whenever the same text is given."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"oss-ai-monitor {text}").urn


def _moment(day: Any) -> str:
    return f"{pd.Timestamp(day):%Y-%m-%dT%H:%M:%SZ}"
