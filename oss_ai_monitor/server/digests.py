"""`/digest/2024-W45`: what is news of a week, as a page without a session or a script; `/digest` lists the weeks.

What a digest says is decided in `programs`; here are its limits and its caching.
"""

from __future__ import annotations

import os

from ..perspectives import address
from ..programs.digest import Links, digest_page, list_page
from ..warehouse import Warehouse
from .health import UNREADABLE, Health
from .rendering import MAX_QUERY, NoSnapshot, RenderedHandler, Rendering, TooMany

ROUTE = r"/digest(?:/(\d{4}-W\d{2}))?"
CACHED_PAGES = 64
"""Pages, of about 20 kB each."""
MAX_AGE = 300
"""Seconds for which a browser or a proxy need not ask again."""
OFF_VALUES = ("off", "no", "false", "0")


class Digests(Rendering[str]):
    """Makes the pages; a name is a week, or empty for the list of weeks."""

    def __init__(self, health: Health) -> None:
        super().__init__(health, cache_size=CACHED_PAGES, threads="digest")

    def _render(self, warehouse: Warehouse, name: str, query: dict[str, str]) -> str:
        """Return a page. Raises ValueError for what is no week."""
        if not name:
            return list_page(warehouse)
        has_sql = os.environ.get("OSS_AI_MONITOR_SQL", "").lower() not in OFF_VALUES
        return digest_page(warehouse, name, Links("../", query.get(address.SNAPSHOT, ""), has_sql))


class DigestPage(RenderedHandler):
    """Answers with a page, or with a sentence that says why there is none."""

    def initialize(self, digests: Digests) -> None:
        self.digests = digests

    async def get(self, week: str | None = None) -> None:
        if len(self.request.query) > MAX_QUERY:
            self.refuse(414, f"The query is longer than {MAX_QUERY:,} characters.")
            return
        query = {name: text for name, text in self.query().items() if name == address.SNAPSHOT}  # others change nothing
        try:
            page = await self.digests.answer_in_thread(week or "", query)
        except (ValueError, NoSnapshot) as error:
            self.refuse(404, str(error))
        except TooMany:
            self.refuse(503, "Too many digests are being made at this moment. Please try again soon.", retry_after=5)
        except UNREADABLE as error:
            self.refuse_unreadable(error)
        else:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.set_header("Cache-Control", f"max-age={MAX_AGE}")
            self.write(page)  # Tornado adds an ETag of it, and answers 304 to who has it
