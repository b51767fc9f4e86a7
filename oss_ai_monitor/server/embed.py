"""One chart with its source line, for a frame on another site: `/embed/<perspective>?…`, with the page's parameters.

There is no session and no websocket: a page is rendered once for each generation and address, and cached.
"""

from __future__ import annotations

import html
from collections import OrderedDict
from pathlib import Path

from bokeh.embed import components
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
MAX_QUERY = 2_000
"""Characters of a query."""
STYLE = (Path(__file__).parent / "embed.css").read_text(encoding="utf-8")


class Embeds:
    """Renders embeds, and keeps the most recently used ones."""

    def __init__(self, health: Health, page: str = "/serve", scripts: str = SCRIPTS) -> None:
        self.health, self.page, self.scripts = health, page, scripts
        self._cache: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def html(self, slug: str, query: dict[str, str]) -> str:
        """The page of one chart. Raises KeyError for a perspective or a chart that is not there, and UNREADABLE."""
        warehouse, _ = self.health.datasets()
        key = warehouse.generation, slug, address.write(dict(sorted(query.items())))
        if key in self._cache:
            self._cache.move_to_end(key)
        else:
            self._cache[key] = self._render(warehouse, slug, query)
            while len(self._cache) > CACHED_PAGES:
                self._cache.popitem(last=False)
        return self._cache[key]

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
            page = self.embeds.html(slug, query)
        except KeyError:
            raise HTTPError(404) from None
        except UNREADABLE as error:
            raise HTTPError(503, "no generation can be read: %s", error) from error
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "max-age=300")
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.write(page)


def _text(text: str) -> str:
    return html.escape(" ".join(str(text).split()))
