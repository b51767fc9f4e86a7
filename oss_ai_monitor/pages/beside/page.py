"""Side by side: a view at two snapshots, or with two selections, chart beside chart on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import panel as pn

from ...charts import Chart
from ...perspectives import address
from ...warehouse import Warehouse
from ..cited import ChartLinks
from ..computing import Computing
from ..escaping import escape_html
from ..page import Page, heading
from ..theme import stylesheet, text_pane
from .chooser import HERE, SidesChooser
from .fields import OF_DATASET, TEXT, Field
from .side import KINDS, LONGEST, Side, read_address
from .state import LEFT, RIGHT, State, state_of, written

QUESTION = "How does a view look at two snapshots, or with two selections?"
BOTH, ADDRESS, VIEW_LABEL = "both", "address", "View"
TITLES = {LEFT: "Left", RIGHT: "Right"}
STYLE = stylesheet(HERE / "texts.css")
PAIRS = (HERE / "pairs.css").read_text(encoding="utf-8")
"""Two columns of charts where there is room for them, else one."""
COMPUTING = "Both sides are being computed …"
FAILED = "The two sides could not be computed; the log of the server says why."
THREAD = ThreadPoolExecutor(1, "beside")
"""One for all visitors, so that the other cores stay with the charts."""


class SideBySidePage(Page):
    """The page of one visitor; its address holds the address of the view on each side."""

    title, slug = "Side by side", "beside"

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        self.state: State | None = None
        self._chooser = SidesChooser(self.choose)
        self._texts = text_pane("font-size: 0.95rem; line-height: 1.5;", STYLE, margin=0)
        self.chart_area.stylesheets = [PAIRS]
        parts = (heading(self.title, QUESTION), self._chooser, self._texts, self.chart_area)
        self.view = pn.Column(*parts, sizing_mode="stretch_width", margin=0)
        self._computing = Computing(
            THREAD, partial(state_of, warehouse), announce=self._announce, show=self._apply, fail=self._fail
        )
        self._computing.request({})

    def from_query(self, query: Mapping[str, str]) -> None:
        """Show what an address names; without a side it is that of the other one, at the snapshot of the page."""
        self._computing.request({side: query[side] for side in (LEFT, RIGHT) if query.get(side)})

    def choose(self, side: str, name: str, value: str) -> None:
        """Change one choice of one side, or the view of both."""
        queries = {one: read_address(text) for one, text in self.query.items()}
        if side == BOTH:
            shared_names = (address.SNAPSHOT, *address.SHARED)
            for one, query in queries.items():
                queries[one] = {address.VIEW: value} | {key: text for key, text in query.items() if key in shared_names}
        elif name == ADDRESS:
            self._computing.request({**self.query, side: value})
            return
        else:
            forgotten = OF_DATASET if name == address.DATASET else ()
            query = {key: text for key, text in queries.get(side, {}).items() if key not in forgotten}
            queries[side] = query | {name: value}
        self._computing.request({one: written(query) for one, query in queries.items()})

    def chart_links(self, chart: Chart) -> ChartLinks:
        """Return the tables, the query and the citation of a chart, of the snapshot and selection of its side."""
        for side in (self.state.left, self.state.right) if self.state else ():
            if any(one is chart for one in side.charts):
                return side.chart_links.get(chart.key, ChartLinks())
        return ChartLinks()

    def _announce(self, query: Mapping[str, str]) -> None:
        self.query = {side: text[:LONGEST] for side, text in query.items()}
        self._texts.object = escape_html(COMPUTING, "p")

    def _fail(self) -> None:
        self._texts.object = escape_html(FAILED, "p")

    def _apply(self, state: State) -> None:
        self.state = state
        self.query = state.query()
        self._offer(state)
        self._texts.object = texts_html(state)
        self.charts = [chart for pair in state.pairs for chart in pair]

    def _offer(self, state: State) -> None:
        """Offer the views, and of each side its choices and its address."""
        slug = state.left.kind.slug if state.left.kind else ""
        views = tuple((kind.slug, kind.title) for kind in KINDS.values())
        first = () if slug else (("", "Choose a view"),)
        groups: dict[str, tuple[str, tuple[Field, ...]]] = {
            BOTH: ("Both sides", (Field(address.VIEW, VIEW_LABEL, slug, options=(*first, *views)),))
        }
        for name, side in ((LEFT, state.left), (RIGHT, state.right)):
            text = address.write(side.query) if side.query else ""
            field = Field(ADDRESS, "Address of the view, for all its other choices", text, TEXT)
            groups[name] = TITLES[name], (*side.fields, field)
        self._chooser.offer(groups)


def texts_html(state: State) -> str:
    """Return what is said of both sides, and of the two together; every text is escaped."""
    message = f"<p class=notice role=note>{escape_html(state.message)}</p>" if state.message else ""
    sides = "".join(_side_html(TITLES[name], side) for name, side in ((LEFT, state.left), (RIGHT, state.right)))
    notes = "".join(f"<p class=quiet>{escape_html(note)}</p>" for note in state.notes)
    return f"<div role=status>{message}<div class=sides>{sides}</div>{notes}</div>"


def _side_html(title: str, side: Side) -> str:
    if side.problem:
        problem = escape_html(f"The {title.lower()} side {side.problem}")
        return f"<section>{escape_html(title, 'h3')}<p class=notice role=alert>{problem}</p></section>"
    tiles = "".join(escape_html(tile, "li") for tile in side.tiles)
    tiles = f"<ul>{tiles}</ul>" if tiles else ""
    quiet = "".join(f"<p class=quiet>{escape_html(text)}</p>" for text in (side.selection, side.about, *side.remarks))
    return f"<section>{escape_html(title, 'h3')}<p>{escape_html(side.sentence)}</p>{tiles}{quiet}</section>"
