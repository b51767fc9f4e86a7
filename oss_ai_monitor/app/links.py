"""Addresses of a chart on this server for others: of its table, for programs, and of a frame, for other sites."""

from __future__ import annotations

import html

from ..charts import Chart
from ..perspectives import Perspective, address, snapshot_of
from .citation import is_page

FRAME_MARGIN = 150
"""Pixels of a frame around its chart: its title, and the lines below it at 600 pixels of width."""


def data_links(perspective: Perspective, chart: Chart, page: str) -> dict[str, str]:
    """Return the addresses of the table behind a chart: of the newest data as CSV and JSON, and of this snapshot."""
    query = _query(perspective) | {"table": chart.key}
    base = f"{_server(page)}data/{perspective.slug}"
    links = {"CSV": f"{base}.csv{address.write(query)}", "JSON": f"{base}.json{address.write(query)}"}
    if perspective.warehouse.identity:
        pinned = query | {address.SNAPSHOT: snapshot_of(perspective.warehouse)}
        links["CSV of this snapshot"] = f"{base}.csv{address.write(pinned)}"
    return links


def frame_text(perspective: Perspective, chart: Chart, page: str) -> str:
    """Return the HTML with which another site shows a chart."""
    link = f"{_server(page)}embed/{perspective.slug}{address.write(_query(perspective) | {'picture': chart.key})}"
    return (
        f'<iframe src="{html.escape(link)}" title="{html.escape(chart.title)}" width="100%" '
        f'height="{chart.height + FRAME_MARGIN}" style="border: 0" loading="lazy"></iframe>'
    )


def _query(perspective: Perspective) -> dict[str, str]:
    """Return the choices of the page's address; the path names the view."""
    return {name: text for name, text in perspective.page_query().items() if name != address.VIEW}


def _server(page: str) -> str:
    """Return the address below which the server answers, for a page of it; "/" for what is no address."""
    return page.rpartition("/")[0] + "/" if is_page(page) else "/"
