"""The base class of pages beside the perspectives: without shared filters, and with their own part of the address.

To add a page, write a subclass of `Page` in a module of this folder, and add it to `all_pages`: then it is in the
navigation after the perspectives, and `?view=<slug>` opens it. In the subclass

- `title` and `slug` name it, `group` is where it stands in the navigation;
- `__init__` creates `view`, once, when a visitor first opens the page;
- `query` is its own part of the address, beside `view`: when it is set, the address is updated;
- `from_query` applies the query of an address, `enter` the query of a `Link` from a perspective.

The pages of `profile_pages` are in no navigation: `?<slug>=<name>` opens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import panel as pn
import param

from ..charts import Chart
from ..perspectives import address
from ..warehouse import Warehouse
from .cited import ChartLinks
from .escaping import escape_html
from .theme import stylesheet, text_pane

HEADING = stylesheet(Path(__file__).with_name("heading.css"))


class Page(param.Parameterized):
    """One page beside the perspectives, for one visitor."""

    title: ClassVar[str]
    slug: ClassVar[str]
    group: ClassVar[str] = "Data"

    is_embeddable: ClassVar[bool] = False
    """Whether `/embed/<slug>?…` shows what it cites."""

    query = param.Dict(default={}, doc="Its own part of the address: word → value.")

    cited = param.String(default="", doc="What a citation of it is called; empty where there is nothing to cite.")

    badges = param.List(default=[], doc="Figures of what it cites of which the server can show badges.")

    feed = param.Dict(default={}, doc="The choices of changes by which a feed follows what it names; none for no feed.")

    charts = param.List(default=[], doc="Its charts, which the app puts into `chart_area`.")

    queries: Mapping[str, str]
    """The select behind a chart, with its values, by the key of the chart."""

    view: pn.viewable.Viewable

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__()
        self.warehouse = warehouse
        self.queries = {}
        self.pinned: Mapping[str, str] = {}
        """The part of the address that pins a snapshot, for links to other pages."""
        self.chart_area = pn.Column(sizing_mode="stretch_width", margin=0)
        self.action_area = pn.Row(margin=(16, 0, 0, 0))
        """Where the app puts the buttons that cite and embed it."""

    def links_of(self, chart: Chart) -> dict[str, str]:  # noqa: ARG002
        """Return by the name of a row of a chart: the query of the page that a click on it opens. None by default."""
        return {}

    def chart_links(self, chart: Chart) -> ChartLinks:  # noqa: ARG002
        """Return the tables, the selects and the citation of a chart, for links below it. None by default."""
        return ChartLinks()

    def from_query(self, query: Mapping[str, str]) -> None:
        """Apply the query of an address, which is not trusted. Does nothing by default."""

    def to_query(self) -> dict[str, str]:
        """Return the query that opens the page as it is now."""
        return {address.VIEW: self.slug, **self.query}

    @property
    def heading(self) -> str:
        """Its name in the title of the browser's tab."""
        return self.title

    def enter(self, query: Mapping[str, str]) -> None:
        """Apply the query of a link from a perspective, which is trusted. Same as `from_query` by default."""
        self.from_query(query)


class DisabledPage(Page):
    """A replacement for a page that the operator has switched off."""

    def __init__(self, warehouse: Warehouse, kind: type[Page]) -> None:
        super().__init__(warehouse)
        self.slug, self.title = kind.slug, kind.title  # type: ignore[misc]
        self.view = heading(kind.title, "The operator of this page has switched it off.")


def heading(title: str, sentence: str) -> pn.pane.HTML:
    """Return the heading of a page; title and sentence are escaped."""
    pane = text_pane("", HEADING, margin=(16, 0, 14, 0))
    write_heading(pane, title, sentence)
    return pane


def write_heading(pane: pn.pane.HTML, title: str, sentence: str) -> None:
    """Write another title and sentence into a heading; both are escaped."""
    pane.object = escape_html(title, "h2") + escape_html(sentence, "p")
