"""`/badge/<id>.svg`: one figure of a model or an owner as a picture for pages of other sites.

Off unless the operator switches it on. What a badge says is decided in `programs`; here are its limits and its caching.
"""

from __future__ import annotations

import os

from tornado.web import HTTPError

from ..programs import NoBadge, badge
from ..programs.badges import PARAMETERS
from ..warehouse import Warehouse
from .health import UNREADABLE, Health
from .rendering import BY_COMMAS, MAX_QUERY, NoSnapshot, RenderedHandler, Rendering, TooMany

ROUTE = r"/badge/([^?]{1,200})\.svg"
VARIABLE = "OSS_AI_MONITOR_BADGES"
CACHED_BADGES = 512
"""Badges, of about 1 kB each."""
MAX_AGE = 300
"""Seconds for which a browser or a proxy need not ask again."""


def are_offered() -> bool:
    """Return whether the operator has switched badges on."""
    return os.environ.get(VARIABLE, "off").lower() == "on"


class Badges(Rendering[str]):
    """Makes badges; a name is the path of its address."""

    def __init__(self, health: Health) -> None:
        super().__init__(health, cache_size=CACHED_BADGES, threads="badge")

    def _render(self, warehouse: Warehouse, name: str, query: dict[str, str]) -> str:
        return badge(warehouse, name, query).svg()


class BadgePicture(RenderedHandler):
    """Answers with a picture, with a sentence where there is no such badge, and with 404 where badges are off."""

    def initialize(self, badges: Badges) -> None:
        self.badges = badges

    async def get(self, name: str) -> None:
        if not self.settings.get("badges"):
            raise HTTPError(404)
        if len(self.request.query) > MAX_QUERY:
            self.refuse(414, f"The query is longer than {MAX_QUERY:,} characters.")
            return
        if reason := self.repeated_choices():
            self.refuse(400, f"{reason} {BY_COMMAS}")
            return
        query = {key: value for key, value in self.query().items() if key in PARAMETERS}  # others make no other badge
        try:
            picture = await self.badges.answer_in_thread(name, query)
        except (NoBadge, NoSnapshot) as error:
            self.refuse(404, str(error))
        except TooMany:
            self.refuse(503, "Too many badges are being made at this moment. Please try again soon.", retry_after=5)
        except UNREADABLE as error:
            self.refuse_unreadable(error)
        else:
            self.set_header("Content-Type", "image/svg+xml; charset=utf-8")
            self.set_header("Cache-Control", f"max-age={MAX_AGE}")
            self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
            self.write(picture)  # Tornado adds an ETag of it, and answers 304 to who has it
