"""`/digest/2024-W45`: what is news of a week, as a page without a session or a script; `/digest` lists the weeks, and
`/digest/2024-W45/<sentence>.svg` is the chart of a sentence.

What a digest says is decided in `programs`; here are its limits and its caching.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict

from ..perspectives import address
from ..programs.atom import SERVER
from ..programs.digest import Digest, Links, alone, digest, digest_page, list_page
from ..warehouse import Warehouse
from .health import UNREADABLE, Health
from .public_address import public_root
from .rendering import MAX_QUERY, NoSnapshot, RenderedHandler, Rendering, TooMany, without_slash

ROUTE = r"/digest(?:/(\d{4}-W\d{2}(?:/[a-z0-9-]{1,80}\.svg)?))?(/)?"
CACHED_PAGES = 64
"""Pages, of about 20 kB each."""
CACHED_DIGESTS = 8
"""Digests whose charts are asked for, with their queries: of about 50 kB each."""
MAX_AGE = 300
"""Seconds for which a browser or a proxy need not ask again."""
OFF_VALUES = ("off", "no", "false", "0")


class Digests(Rendering[str]):
    """Makes the pages and charts; a name is a week, one with the file of a chart, or empty for the list of weeks."""

    def __init__(self, health: Health) -> None:
        super().__init__(health, cache_size=CACHED_PAGES, threads="digest")
        self._digests: OrderedDict[tuple[str, str], Digest] = OrderedDict()
        self._digests_lock = threading.Lock()

    def _render(self, warehouse: Warehouse, name: str, query: dict[str, str]) -> str:
        """Return a page or a picture. Raises ValueError for what is no week, or none of its charts."""
        if not name:
            return list_page(warehouse)
        week, _, picture = name.partition("/")
        if picture:
            return self._picture(warehouse, week, picture.removesuffix(".svg"))
        has_sql = os.environ.get("OSS_AI_MONITOR_SQL", "").lower() not in OFF_VALUES
        return digest_page(warehouse, name, Links("../", query.get(address.SNAPSHOT, ""), has_sql))

    def _picture(self, warehouse: Warehouse, week: str, key: str) -> str:
        by_key = {one.key: one for one in self._digest(warehouse, week).sentences}
        if key not in by_key:
            raise ValueError(f"The digest of week {week} has no sentence {key}.")
        return alone(by_key[key])

    def _digest(self, warehouse: Warehouse, week: str) -> Digest:
        """Return a digest, made or cached: its charts are asked for one after the other."""
        key = warehouse.generation, week
        with self._digests_lock:
            if key not in self._digests:
                self._digests[key] = digest(warehouse, week)
                while len(self._digests) > CACHED_DIGESTS:
                    self._digests.popitem(last=False)
            return self._digests[key]


class DigestPage(RenderedHandler):
    """Answers with a page, or with a sentence that says why there is none."""

    def initialize(self, digests: Digests) -> None:
        self.digests = digests

    async def get(self, name: str | None = None, slash: str | None = None) -> None:
        if slash:
            self.redirect(without_slash(self.request.uri or ""), permanent=True)
            return
        if len(self.request.query) > MAX_QUERY:
            self.refuse(414, f"The query is longer than {MAX_QUERY:,} characters.")
            return
        query = {name: text for name, text in self.query().items() if name == address.SNAPSHOT}  # others change nothing
        try:
            answer = await self.digests.answer_in_thread(name or "", query)
        except (ValueError, NoSnapshot) as error:
            self.refuse(404, str(error))
        except TooMany:
            self.refuse(503, "Too many digests are being made at this moment. Please try again soon.", retry_after=5)
        except UNREADABLE as error:
            self.refuse_unreadable(error)
        else:
            media_type = "image/svg+xml" if name and name.endswith(".svg") else "text/html"
            self.set_header("Content-Type", f"{media_type}; charset=utf-8")
            self.set_header("Cache-Control", f"max-age={MAX_AGE}")
            self.write(
                answer.replace(SERVER, public_root(self))
            )  # Tornado adds an ETag of it, and answers 304 to who has it
