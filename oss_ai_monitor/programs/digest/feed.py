"""The digests of the latest weeks as an Atom feed, an entry a week."""

from __future__ import annotations

import datetime as dt
import html

from ...warehouse import Warehouse
from ..atom import SERVER, Entry, atom
from . import chart
from .edition import Digest, digest
from .texts import Links, linked_text, text_of
from .weeks import weeks

MOST_WEEKS = 8
"""Entries of the feed."""


def digest_feed(warehouse: Warehouse, root: str = SERVER) -> str:
    """Return the feed of the latest weeks that are in the data; `root` is the address of the server."""
    digests = [digest(warehouse, week.name) for week in weeks(warehouse)[:MOST_WEEKS]]
    latest = max((one.updated for one in digests), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    return atom(
        "digest",
        "Open-Source AI Monitor: the week in open models",
        "What is news of a week, in up to ten sentences with numbers.",
        latest,
        "feed/digest.atom",
        "digest",
        [_entry(one, Links(root)) for one in digests],
        root=root,
        is_simulated=warehouse.is_simulated,
    )


def _entry(one: Digest, where: Links) -> Entry:
    items = "".join(
        f'<li>{linked_text(sentence, where)}<br><img src="{html.escape(where.to_picture(one.week, sentence.key))}" '
        f'alt="{text_of(chart.description(sentence))}"></li>'
        for sentence in one.sentences
    )
    notes = "".join(f"<p>{text_of(note)}</p>" for note in one.notes)
    return Entry(
        f"digest {one.week}", one.title, one.updated, one.summary, f"digest/{one.week}",
        content=f"<ol>{items}</ol>{notes}" if items else notes,
    )  # fmt: skip
