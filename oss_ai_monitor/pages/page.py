"""Pages beside the perspectives: they have no shared filters, and a query of their own in the address.

A page is added by a module beside this one with a subclass of `Page`, and its line in `all_pages`: then it stands in
the navigation after the perspectives, in that order, and `?view=<slug>` opens it. In the subclass

- `title` and `slug` name it;
- `__init__` creates `view`, once, when a visitor first opens the page;
- `query` is its own part of the address, beside `view`: set it, and the address follows;
- `from_query` takes over what an address asks for, `enter` what a perspective hands over with a `Link`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import panel as pn
import param

from ..warehouse import Warehouse
from .escaping import escape_html
from .theme import stylesheet, text_pane

HEADING = stylesheet(Path(__file__).with_name("heading.css"))


class Page(param.Parameterized):
    """One page beside the perspectives, for one visitor."""

    title: ClassVar[str]
    slug: ClassVar[str]

    query = param.Dict(default={}, doc="Its own part of the address: word → value.")

    view: pn.viewable.Viewable

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__()
        self.warehouse = warehouse

    def from_query(self, query: Mapping[str, str]) -> None:
        """Take over what an address asks for, which a stranger may have written. Nothing by default."""

    def enter(self, query: Mapping[str, str]) -> None:
        """Take over what a perspective hands over, which is ours. As from an address by default."""
        self.from_query(query)


class DisabledPage(Page):
    """What is shown instead of a page that the operator has switched off."""

    def __init__(self, warehouse: Warehouse, kind: type[Page]) -> None:
        super().__init__(warehouse)
        self.slug = kind.slug  # type: ignore[misc]
        self.view = heading(kind.title, "The operator of this page has switched it off.")


def heading(title: str, sentence: str) -> pn.pane.HTML:
    """What stands over a page: both as text."""
    pane = text_pane("", HEADING, margin=(16, 0, 14, 0))
    pane.object = escape_html(title, "h2") + escape_html(sentence, "p")
    return pane
