"""Atom feeds (RFC 4287), written by feedgen. What an entry says was written by strangers: it is escaped text, without
the signs that XML does not have."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from feedgen.feed import FeedGenerator

from ..version import __version__

MEDIA_TYPE = "application/atom+xml"
AUTHOR = "Open-Source AI Monitor"
LONGEST = 300
"""Signs of a title."""
SERVER = "https://server.invalid/"
"""Stands for the address of the server in a cached feed until it is sent (RFC 2606: no server has the name)."""
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One entry of a feed; `link` is relative to the address of the server, and an empty one is none."""

    identity: str
    title: str
    updated: dt.datetime
    summary: str
    link: str = ""
    category: tuple[str, str] | None = None
    """A term and its label."""
    content: str = ""
    """HTML."""


def atom(
    identity: str, title: str, subtitle: str, updated: dt.datetime, own_link: str, page: str, entries: Iterable[Entry],
    *, root: str, is_simulated: bool,
) -> str:  # fmt: skip
    """Return a feed; `own_link` and `page` are relative to `root`, the address of the server.

    The same answer gives the same text, and identifiers are the same whatever the address.
    """
    feed = FeedGenerator()
    feed.id(_identifier(f"feed {identity}"))
    feed.title(in_xml(title))
    feed.subtitle(in_xml(subtitle))
    feed.updated(updated)
    feed.author({"name": AUTHOR})
    feed.generator(AUTHOR, version=__version__)
    feed.link([
        {"rel": "self", "href": root + own_link, "type": MEDIA_TYPE},
        {"rel": "alternate", "href": root + page, "type": "text/html"},
    ])  # fmt: skip
    if is_simulated:
        feed.rights("Simulated data, no statement about the world.")
    for one in entries:
        _add(feed, one, root)
    written: bytes = feed.atom_str(pretty=True)
    return written.decode()


def _add(feed: FeedGenerator, one: Entry, root: str) -> None:
    entry = feed.add_entry(order="append")
    entry.id(_identifier(one.identity))
    entry.title(in_xml(one.title if len(one.title) <= LONGEST else f"{one.title[: LONGEST - 1]}…"))
    entry.updated(one.updated)
    if one.category:
        term, label = one.category
        entry.category({"term": term, "label": label})
    if one.link:
        entry.link({"rel": "alternate", "href": root + one.link, "type": "text/html"})
    if one.summary:
        entry.summary(in_xml(one.summary))
    if one.content:
        entry.content(in_xml(one.content), type="html")


def in_xml(text: str) -> str:
    """Return a text without what XML has no sign for."""
    return _NOT_IN_XML.sub("\ufffd", text)


def _identifier(text: str) -> str:
    """Return an identifier that is the same whenever the same text is given."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"oss-ai-monitor {text}").urn
