"""One picture with its source line, for a frame on another site: `/embed/<perspective>?…`, as the page's address says.

No session and no websocket: a page that is made once for each generation and address, and kept.
"""

from __future__ import annotations

import html
from collections import OrderedDict

from bokeh.embed import components
from tornado.web import HTTPError, RequestHandler

from ..perspectives import Perspective, address, all_perspectives, dates_of, open_perspective, stands_on
from ..warehouse import Warehouse
from .health import UNREADABLE, Health

ROUTE = r"/embed/([a-z-]{1,40})"
PICTURE = "picture"
"""The one parameter of an address that is only an embed's: which picture, by its key; the first one otherwise."""
SCRIPTS = "/static/js/bokeh.min.js"
KEPT = 64
"""Pages, of about 100 kB each."""
LONGEST = 2_000
"""Letters of an address."""
STYLE = """
html { color-scheme: light; }
body { margin: 0; padding: 10px 14px; color: #1b1e23; background: #fff; font: 14px/1.45 system-ui, sans-serif; }
h1 { font-size: 1rem; margin: 0 0 4px; } p { margin: 4px 0 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 8px; }
.note { color: #646b75; font-size: 0.75rem; overflow-wrap: anywhere; }
"""


class Embeds:
    """Makes the pages, and keeps those asked for last."""

    def __init__(self, health: Health, page: str = "/serve", scripts: str = SCRIPTS) -> None:
        self.health, self.page, self.scripts = health, page, scripts
        self._kept: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def html(self, slug: str, words: dict[str, str]) -> str:
        """The page of one chart. Raises KeyError for a perspective or a chart that is not there, and UNREADABLE."""
        warehouse, _ = self.health.datasets()
        key = warehouse.generation, slug, address.write(dict(sorted(words.items())))
        if key in self._kept:
            self._kept.move_to_end(key)
        else:
            self._kept[key] = self._rendered(warehouse, slug, words)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def _rendered(self, warehouse: Warehouse, slug: str, words: dict[str, str]) -> str:
        from ..report import LOOK  # not before: few servers are asked for an embed, and scripts come with it

        kinds = {kind.slug: kind for kind in all_perspectives}
        opened = open_perspective(warehouse, kinds[slug], words)
        perspective, notices = opened.perspective, opened.notices
        selection = perspective.selection
        offered = {chart.key: chart for chart in perspective.charts if chart.is_offered}
        if perspective.state != "ready" or not offered:
            return self._page(perspective, perspective.reason or "There is no picture here.", "", "", notices)
        chart = offered[words[PICTURE]] if PICTURE in words else next(iter(offered.values()))
        script, places = components(list(chart.figures[: chart.shown]), theme=LOOK)
        drawn = f'<div class="grid">{"".join(places)}</div>' if len(places) > 1 else "".join(places)
        chosen = dates_of(perspective, chart)
        label = selection.about["label"]
        dated = f"{label}, {chosen}, by {selection.unit}." if chosen else f"{label}."
        source = f"{chart.shows} {dated} {stands_on(perspective, chart)}"
        return self._page(perspective, chart.title, drawn + script, source, notices)

    def _page(self, perspective: Perspective, title: str, drawn: str, source: str, notices: list[str]) -> str:
        shared = address.write_selection(perspective.selection)
        link = self.page + address.write({address.VIEW: perspective.slug} | shared | perspective.to_query())
        if perspective.warehouse.is_simulated:
            notices = ["Simulated data: an invented community around real releases.", *notices]
        notes = "".join(f'<p class="note">{_text(notice)}</p>' for notice in notices)
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{_text(title)} · Open-Source AI Monitor</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>
<script src="{_text(self.scripts)}"></script></head><body>
<h1>{_text(title)}</h1>{drawn}{notes}
<p class="note">{_text(source)} <a href="{_text(link)}" target="_blank" rel="noopener">Open-Source AI Monitor</a></p>
</body></html>
"""


class Embed(RequestHandler):
    """One picture; nothing at all where no site may show it."""

    SUPPORTED_METHODS = ("GET",)

    def initialize(self, embeds: Embeds) -> None:
        self.embeds = embeds

    async def get(self, slug: str) -> None:
        if not self.settings.get("embed_origins") or len(self.request.query) > LONGEST:
            raise HTTPError(404)
        words = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        try:
            page = self.embeds.html(slug, words)
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
