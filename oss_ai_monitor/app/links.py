"""Addresses on this server for others: of the table behind a chart, for programs, and of frames, for other sites."""

from __future__ import annotations

import html
import ipaddress
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from ..charts import Chart
from ..pages import Page, SideBySidePage
from ..perspectives import Perspective, address, snapshot_of
from . import offers
from .citation import is_page

TABLE = "table"
"""The word for the key of a chart in an address."""
FRAME_MARGIN = 150
"""Pixels of a frame around its chart: its title, and the lines below it at 600 pixels of width."""
FOR_BADGES = "Markdown for a model card or a README: a picture of the newest figure that leads to this page."
BADGES = {
    "downloads": "Downloads in 30 days",
    "trend": "Downloads of the week against the weeks before",
    "family": "Models that descend from it",
}
"""Figure of a badge → its name for readers."""
ONLY_HERE = "Its address is that of this machine ({host}): no other machine can open it."
FOR_READERS = "For a feed reader: each change of it becomes an entry."
FOR_SITES = "For the sites that the operator of this server lets show its charts."


def feed_links(perspective: Perspective) -> list[tuple[str, str]]:
    """Return the texts and addresses of links to what is sent of a perspective; none where this server sends nothing.

    A feed goes on, so it has the choices of the page without its dates.
    """
    if not (perspective.has_feed and offers.current().data):
        return []
    query = {name: text for name, text in _query(perspective).items() if name not in ("from", "to", "unit")}
    return [
        ("Digest of each week", "digest"),
        ("Feed of these choices", f"feed/{perspective.slug}.atom{address.write(query)}"),
    ]


def beside_link(perspective: Perspective, pinned: Mapping[str, str]) -> tuple[str, str]:
    """Return text and address of a link that shows a perspective twice, side by side, to choose another on one side."""
    left = address.write(perspective.page_query()).removeprefix("?")
    return "Compare side by side", address.write({address.VIEW: SideBySidePage.slug, "left": left, **pinned})


def feed_elements() -> str:
    """Return the elements of the document's head by which readers of feeds find those of this server."""
    if not offers.current().data:
        return ""
    return "".join(
        f'<link rel="alternate" type="application/atom+xml" title="{title}" href="feed/{name}.atom">'
        for name, title in (("changes", "Changes"), ("digest", "The week in open models"))
    )


def page_feed_link(page: Page, address_of_page: str) -> str:
    """Return the address of the feed of what a page names."""
    return f"{_server(address_of_page)}feed/changes.atom{address.write(page.feed)}"


def data_links(perspective: Perspective, chart: Chart, page: str) -> dict[str, str]:
    """Return the addresses of the table behind a chart: of the newest data as CSV and JSON, and of this snapshot."""
    query = _query(perspective) | {TABLE: chart.key}
    base = f"{_server(page)}data/{perspective.slug}"
    links = {"CSV": f"{base}.csv{address.write(query)}", "JSON": f"{base}.json{address.write(query)}"}
    if perspective.warehouse.identity:
        pinned = query | {address.SNAPSHOT: snapshot_of(perspective.warehouse)}
        links["CSV of this snapshot"] = f"{base}.csv{address.write(pinned)}"
    return links


def frame_text(perspective: Perspective, chart: Chart, page: str) -> str:
    """Return the HTML with which another site shows a chart."""
    link = f"{_server(page)}embed/{perspective.slug}{address.write(_query(perspective) | {'picture': chart.key})}"
    return _frame(link, chart.title, chart.height + FRAME_MARGIN)


def page_frame_text(page: Page, address_of_page: str) -> str:
    """Return the HTML with which another site shows what a page of a model, an owner or a family says and draws."""
    link = f"{_server(address_of_page)}embed/{page.slug}{address.write(page.to_query())}"
    return _frame(link, page.cited, sum(chart.height for chart in page.charts) + FRAME_MARGIN)


def badge_texts(page: Page, address_of_page: str) -> dict[str, str]:
    """Return the Markdown of each badge of a page, by the name of its figure."""
    ((kind, name),) = page.to_query().items()
    link = f"{address_of_page if is_page(address_of_page) else '/serve'}?{urlencode({kind: name})}"
    return {
        BADGES[figure]: f"[![{BADGES[figure]}]({_badge(address_of_page, kind, name, figure)})]({link})"
        for figure in page.badges
    }


def page_chart_links(page: Page, chart: Chart, *, can_query: bool) -> dict[str, str]:
    """Return the addresses of the tables behind a chart of a page, and of their selects, by what the links are called.

    They are relative to the page; there are none of tables where this server has none, nor of selects without
    `can_query`.
    """
    chart_links = page.chart_links(chart)
    tables, selects = dict(chart_links.tables), {name: dict(query) for name, query in chart_links.selects.items()}
    if page.cited:
        tables["CSV"] = f"data/{page.slug}.csv{address.write({**page.to_query(), TABLE: chart.key, **page.pinned})}"
    if chart.key in page.queries:
        selects["SQL"] = {"q": page.queries[chart.key], **page.pinned}
    links = tables if offers.current().data else {}
    if can_query:
        links |= {name: address.write({address.VIEW: "sql", **query}) for name, query in selects.items()}
    return links


def note_with_reach(note: str, page: str) -> str:
    """Return a note with a sentence after it where the address of the page is one that only this machine can open."""
    try:
        host = urlsplit(page).hostname or ""
    except ValueError:  # such as an unfinished IPv6 address
        return note
    return f"{note} {ONLY_HERE.format(host=host)}" if is_page(page) and _is_loopback(host) else note


def _is_loopback(host: str) -> bool:
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return number.is_loopback or number.is_unspecified


def _badge(page: str, kind: str, name: str, figure: str) -> str:
    choices = {"show": figure} | ({"of": kind} if kind == "owner" else {})
    return f"{_server(page)}badge/{quote(name, safe='/')}.svg?{urlencode(choices)}"


def _frame(link: str, title: str, height: int) -> str:
    return (
        f'<iframe src="{html.escape(link)}" title="{html.escape(title)}" width="100%" '
        f'height="{height}" style="border: 0" loading="lazy"></iframe>'
    )


def _query(perspective: Perspective) -> dict[str, str]:
    """Return the choices of the page's address; the path names the view."""
    return {name: text for name, text in perspective.page_query().items() if name != address.VIEW}


def _server(page: str) -> str:
    """Return the address below which the server answers, for a page of it; "/" for what is no address."""
    return page.rpartition("/")[0] + "/" if is_page(page) else "/"
