"""The Cite button of a page beside the perspectives."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import param

from ..pages import Page
from ..pages.theme import DIALOG, stylesheet
from .citation import cite_page
from .component import Component

HERE = Path(__file__).parent
STYLE = stylesheet(DIALOG, HERE / "card.css")


class PageCitation(Component):
    """A button that cites what a page shows, as text and as BibTeX; hidden where there is nothing to cite."""

    scripts = tuple(HERE / f"{name}.js" for name in ("elements", "copy", "offer", "page_citation"))

    cited = param.String(doc="What is cited, such as the name of a model; empty for nothing.")

    def __init__(self, page: Page, **params: Any) -> None:
        super().__init__(cited=page.cited, stylesheets=[STYLE], margin=0, **params)
        self._page = page
        page.param.watch(lambda event: self.param.update(cited=event.new), "cited")

    def _handle_msg(self, data: object) -> None:
        """Send the citation; anything but the address of the page is ignored."""
        match data:
            case {"page": str(page)} if self._page.cited:
                today = dt.datetime.now(dt.UTC).date()
                citation = cite_page(self._page.warehouse, self._page.cited, self._page.to_query(), page, today)
                self._send_msg({
                    "heading": "Cite this page", "texts": {"Text": citation.text, "BibTeX": citation.bibtex},
                    "copied": "text and BibTeX", "count": 2, "note": "",
                })  # fmt: skip
