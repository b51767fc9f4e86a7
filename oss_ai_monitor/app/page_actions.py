"""The buttons of a page beside the perspectives: cite what it shows, and show it or a badge on another site."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import param

from ..pages import Page
from ..pages.theme import DIALOG, stylesheet
from . import offers
from .citation import cite_page
from .component import Component
from .links import FOR_BADGES, FOR_READERS, FOR_SITES, badge_texts, note_with_reach, page_feed_link, page_frame_text

HERE = Path(__file__).parent
STYLE = stylesheet(DIALOG, HERE / "card.css")


class PageActions(Component):
    """The buttons of a page; each is hidden where there is nothing to cite or to embed."""

    scripts = tuple(HERE / f"{name}.js" for name in ("elements", "copy", "offer", "page_actions"))

    cited = param.String(doc="What is cited, such as the name of a model; empty for nothing.")
    can_embed = param.Boolean(doc="Whether other sites may show it in a frame.")
    has_badges = param.Boolean(doc="Whether there are badges of it for other sites.")
    has_feed = param.Boolean(doc="Whether there is a feed of what changes.")

    def __init__(self, page: Page, **params: Any) -> None:
        self._page = page
        super().__init__(**self._state(), stylesheets=[STYLE], margin=0, **params)
        page.param.watch(lambda _: self.param.update(**self._state()), ["cited", "charts", "badges", "feed"])

    def _state(self) -> dict[str, Any]:
        page, offered = self._page, offers.current()
        return {
            "cited": page.cited,
            "can_embed": bool(page.is_embeddable and page.cited and offered.embeds),
            "has_badges": bool(page.badges and offered.badges),
            "has_feed": bool(page.feed and offered.data),
        }

    def _handle_msg(self, data: object) -> None:
        """Send the texts that a button asks for; anything else is ignored."""
        match data:
            case {"action": "cite", "page": str(address)} if self.cited:
                today = dt.datetime.now(dt.UTC).date()
                citation = cite_page(self._page.warehouse, self.cited, self._page.to_query(), address, today)
                texts = {"Text": citation.text, "BibTeX": citation.bibtex}
                self._offer("Cite this page", texts, copied="text and BibTeX", note="")
            case {"action": "embed", "page": str(address)} if self.can_embed:
                texts = {"HTML": page_frame_text(self._page, address)}
                self._offer("Embed this page", texts, copied="HTML", note=note_with_reach(FOR_SITES, address))
            case {"action": "badge", "page": str(address)} if self.has_badges:
                texts = badge_texts(self._page, address)
                note = note_with_reach(FOR_BADGES, address)
                self._offer("Badge", texts, copied=next(iter(texts)), note=note, count=1)

            case {"action": "feed", "page": str(address)} if self.has_feed:
                texts = {"Atom": page_feed_link(self._page, address)}
                self._offer("Feed of changes", texts, copied="Atom", note=note_with_reach(FOR_READERS, address))

    def _offer(self, heading: str, texts: dict[str, str], *, copied: str, note: str, count: int = 0) -> None:
        """Show texts in a dialog, of which the first ones, else all, are copied at once."""
        count = count or len(texts)
        self._send_msg({"heading": heading, "texts": texts, "copied": copied, "count": count, "note": note})
