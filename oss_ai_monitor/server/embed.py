"""One chart with its source line, for a frame on another site: `/embed/<perspective>?…`, with the page's parameters.

`/embed/model?model=…`, and the same of an owner and a family, is a sentence on what is named, with its chart.

There is no session and no websocket: a page is rendered once for each generation and address, in a thread, and cached.
"""

from __future__ import annotations

import html
from pathlib import Path

from bokeh.embed import components
from tornado.web import HTTPError

from .. import profiles
from ..pages.profile_charts import charts_of
from ..pages.tables import are_rows_withheld
from ..perspectives import address, all_perspectives, dates_of, open_perspective, provenance_text
from ..programs import NotComputed
from ..warehouse import Warehouse
from .health import UNREADABLE, Health
from .rendering import BY_COMMAS, MAX_QUERY, NoSnapshot, RenderedHandler, Rendering, TooMany

ROUTE = r"/embed/([a-z-]{1,40})"
CHART_PARAMETER = "picture"
"""The only parameter that embeds have and the page has not: the key of a chart; the first chart if it is missing."""
SCRIPTS = "/static/js/bokeh.min.js"
CACHED_PAGES = 64
"""Pages, of about 100 kB each."""
STYLE = (Path(__file__).parent / "embed.css").read_text(encoding="utf-8")


class Embeds(Rendering[str]):
    """Renders embeds: each is a page."""

    failures = (*UNREADABLE, NotComputed)

    def __init__(self, health: Health, page: str = "/serve", scripts: str = SCRIPTS) -> None:
        super().__init__(health, cache_size=CACHED_PAGES, threads="embed")
        self.page, self.scripts = page, scripts

    def _render(self, warehouse: Warehouse, slug: str, query: dict[str, str]) -> str:
        """Return the page of an embed. Raises KeyError for a perspective, a chart or a name that is not there."""
        if slug in profiles.KINDS:
            return self._profile(warehouse, slug, query)
        kinds = {kind.slug: kind for kind in all_perspectives}
        if CHART_PARAMETER in query and query[CHART_PARAMETER] not in kinds[slug].sources:
            raise KeyError(query[CHART_PARAMETER])
        opened = open_perspective(warehouse, kinds[slug], query)
        perspective, notices = opened.perspective, opened.notices
        offered = {chart.key: chart for chart in perspective.charts if chart.is_offered}
        if perspective.state == "error":
            raise NotComputed(f"{slug}: {perspective.reason}")
        if perspective.state != "ready" or not offered:
            reason = perspective.reason or "There is no chart here."
            return self._page(warehouse, perspective.page_query(), reason, "", "", notices)
        chart = offered[query[CHART_PARAMETER]] if CHART_PARAMETER in query else next(iter(offered.values()))
        script, element = components(chart.figure())
        selection, chosen = perspective.selection_for(chart), dates_of(perspective, chart)
        label = selection.about["label"]
        by_unit = f", by {selection.unit}" if perspective.uses("unit") else ""
        dated = f"{label}, {chosen}{by_unit}" if chosen else label
        source = f"{chart.caption} {chart.details} {dated} · {provenance_text(perspective, chart)}"
        return self._page(warehouse, perspective.page_query(), chart.title, element + script, source, notices)

    def _profile(self, warehouse: Warehouse, kind: str, query: dict[str, str]) -> str:
        """Return what is said of a model, an owner or a family, with its charts."""
        try:
            profile = profiles.profile(warehouse, kind, query.get(kind, ""), shows_scores=not are_rows_withheld())
        except profiles.UnknownName as error:
            raise KeyError(error.name) from error
        charts = charts_of(warehouse, profile.series)
        script, elements = components([chart.figure() for chart in charts]) if charts else ("", ())
        content = f"<p>{_text(profile.sentence)}</p>{''.join(elements)}{script}"
        source = " ".join([*(chart.caption for chart in charts), profile.citation])
        return self._page(warehouse, profile.query, profile.title, content, source, list(profile.notices))

    def _page(
        self, warehouse: Warehouse, query: dict[str, str], title: str, content: str, source: str, notices: list[str]
    ) -> str:
        """Return a page of HTML; `query` is of the page that it leads to, `content` is HTML."""
        link = self.page + address.write(query)
        if warehouse.is_simulated:
            notices = ["Simulated data: an invented community around real releases.", *notices]
        notes = "".join(f'<p class="note">{_text(notice)}</p>' for notice in notices)
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{_text(title)} · Open-Source AI Monitor</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>
<script src="{_text(self.scripts)}"></script></head><body>
<h1>{_text(title)}</h1>{content}{notes}
<p class="note">{_text(source)} <a href="{_text(link)}" target="_blank" rel="noopener">Open-Source AI Monitor</a></p>
</body></html>
"""


class Embed(RenderedHandler):
    """Answers with a page, and with 404 where no site may show embeds."""

    def initialize(self, embeds: Embeds) -> None:
        self.embeds = embeds

    async def get(self, slug: str) -> None:
        if not self.settings.get("embed_origins") or len(self.request.query) > MAX_QUERY:
            raise HTTPError(404)
        if reason := self.repeated_choices():
            self.refuse(400, f"{reason} {BY_COMMAS}")
            return
        try:
            page = await self.embeds.answer_in_thread(slug, self.query())
        except (KeyError, NoSnapshot):
            raise HTTPError(404) from None
        except TooMany:
            self.refuse(
                503, "There are too many charts to be drawn at this moment. Please try again soon.", retry_after=5
            )
            return
        except (*UNREADABLE, NotComputed) as error:
            self.refuse_unreadable(error)
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "max-age=300")
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.write(page)


def _text(text: str) -> str:
    return html.escape(" ".join(str(text).split()))
