"""One chart with its source line, for a frame on another site: `/embed/<perspective>?…`, with the page's parameters.

There is no session and no websocket: a page is rendered once for each generation and address, and cached. Threads do
that, so that the server answers others meanwhile.
"""

from __future__ import annotations

import asyncio
import contextvars
import html
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bokeh.document import Document
from bokeh.embed import components
from panel.io import state
from tornado.web import HTTPError, RequestHandler

from ..perspectives import Perspective, address, all_perspectives, dates_of, open_perspective, provenance_text
from ..warehouse import Warehouse
from .health import UNREADABLE, Health

ROUTE = r"/embed/([a-z-]{1,40})"
CHART_PARAMETER = "picture"
"""The only parameter that embeds have and the page has not: the key of a chart; the first chart if it is missing."""
SCRIPTS = "/static/js/bokeh.min.js"
CACHED_PAGES = 64
"""Pages, of about 100 kB each."""
AT_ONCE = 2
"""Embeds that are rendered at a time; they share one core with all visitors."""
MAX_WAITING = 20
"""Embeds that are rendered or wait for it; what is more is refused."""
MAX_QUERY = 2_000
"""Characters of a query."""
STYLE = (Path(__file__).parent / "embed.css").read_text(encoding="utf-8")


class TooMany(Exception):
    """As many embeds wait to be rendered as may."""


class Embeds:
    """Renders embeds in threads, and keeps the most recently used ones."""

    def __init__(self, health: Health, page: str = "/serve", scripts: str = SCRIPTS) -> None:
        self.health, self.page, self.scripts = health, page, scripts
        self._cache: OrderedDict[tuple[str, str, str], str] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="embed")
        self._rendering: dict[tuple[str, str], asyncio.Future[str]] = {}

    async def html_in_thread(self, slug: str, query: dict[str, str]) -> str:
        """As `html`, without holding up the event loop; who asks for the same waits for the same.

        Raises TooMany where too many wait already.
        """
        key = slug, address.write(dict(sorted(query.items())))
        if key not in self._rendering:
            if len(self._rendering) >= MAX_WAITING:
                raise TooMany
            # a context of its own: no change of Panel's state reaches a later embed
            render = contextvars.Context().run
            future = asyncio.get_running_loop().run_in_executor(self._threads, render, self._outside, slug, query)
            future.add_done_callback(lambda _: self._rendering.pop(key))
            self._rendering[key] = future
        return await asyncio.shield(self._rendering[key])

    def _outside(self, slug: str, query: dict[str, str]) -> str:
        """Render outside of every visitor's page: without a document of its own it would be part of the current one."""
        state.curdoc = Document()
        return self.html(slug, query)

    def html(self, slug: str, query: dict[str, str]) -> str:
        """The page of one chart. Raises KeyError for a perspective or a chart that is not there, and UNREADABLE."""
        warehouse, _ = self.health.datasets()
        try:
            page = self._html(warehouse, slug, query)
        except UNREADABLE:
            if self.health.datasets()[0] is warehouse:
                raise
        else:
            if self.health.datasets()[0] is warehouse:
                return page
        # the generation was closed meanwhile, because there is a newer one
        return self._html(self.health.datasets()[0], slug, query)

    def _html(self, warehouse: Warehouse, slug: str, query: dict[str, str]) -> str:
        key = warehouse.generation, slug, address.write(dict(sorted(query.items())))
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        page = self._render(warehouse, slug, query)
        with self._lock:
            self._cache[key] = page
            while len(self._cache) > CACHED_PAGES:
                self._cache.popitem(last=False)
        return page

    def _render(self, warehouse: Warehouse, slug: str, query: dict[str, str]) -> str:
        kinds = {kind.slug: kind for kind in all_perspectives}
        opened = open_perspective(warehouse, kinds[slug], query)
        perspective, notices = opened.perspective, opened.notices
        offered = {chart.key: chart for chart in perspective.charts if chart.is_offered}
        if perspective.state != "ready" or not offered:
            return self._page(perspective, perspective.reason or "There is no chart here.", "", "", notices)
        chart = offered[query[CHART_PARAMETER]] if CHART_PARAMETER in query else next(iter(offered.values()))
        script, element = components(chart.figure())
        selection, chosen = perspective.selection_for(chart), dates_of(perspective, chart)
        label = selection.about["label"]
        dated = f"{label}, {chosen}, by {selection.unit}." if chosen else f"{label}."
        source = f"{chart.caption} {dated} {provenance_text(perspective, chart)}"
        return self._page(perspective, chart.title, element + script, source, notices)

    def _page(self, perspective: Perspective, title: str, chart_html: str, source: str, notices: list[str]) -> str:
        shared = address.write_selection(perspective.filters.selection)
        link = self.page + address.write({address.VIEW: perspective.slug} | shared | perspective.to_query())
        if perspective.warehouse.is_simulated:
            notices = ["Simulated data: an invented community around real releases.", *notices]
        notes = "".join(f'<p class="note">{_text(notice)}</p>' for notice in notices)
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{_text(title)} · Open-Source AI Monitor</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>
<script src="{_text(self.scripts)}"></script></head><body>
<h1>{_text(title)}</h1>{chart_html}{notes}
<p class="note">{_text(source)} <a href="{_text(link)}" target="_blank" rel="noopener">Open-Source AI Monitor</a></p>
</body></html>
"""


class Embed(RequestHandler):
    """Answers with one chart, and with 404 where no site may show embeds."""

    SUPPORTED_METHODS = ("GET",)

    def initialize(self, embeds: Embeds) -> None:
        self.embeds = embeds

    async def get(self, slug: str) -> None:
        if not self.settings.get("embed_origins") or len(self.request.query) > MAX_QUERY:
            raise HTTPError(404)
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        try:
            page = await self.embeds.html_in_thread(slug, query)
        except KeyError:
            raise HTTPError(404) from None
        except TooMany:
            self.set_status(503)
            self.set_header("Retry-After", "5")
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.write("There are too many charts to be drawn at this moment. Please try again soon.\n")
            return
        except UNREADABLE as error:
            raise HTTPError(503, "no generation can be read: %s", error) from error
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "max-age=300")
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.write(page)


def _text(text: str) -> str:
    return html.escape(" ".join(str(text).split()))
