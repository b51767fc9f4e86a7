"""The views that a visitor has opened: one is visible, the others are hidden but stay laid out and drawn."""

from __future__ import annotations

import panel as pn

from ..pages import Page
from ..perspectives import Perspective
from .links import page_chart_links
from .page_actions import PageActions
from .page_chart import PageChart
from .perspective_view import PerspectiveView
from .session import Session

# A hidden view stays laid out and drawn: with display: none, Bokeh would lay out and draw all of it again.
HIDDEN_STYLES = {"visibility": "hidden", "content-visibility": "hidden", "height": "0", "overflow": "hidden"}
VISIBLE_STYLES = {"visibility": "visible", "content-visibility": "visible", "height": "auto", "overflow": "visible"}


class Views:
    """The view of each perspective and page, created when it is first opened."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.main = pn.Column(sizing_mode="stretch_width", margin=0, css_classes=["views"])
        self._perspectives: dict[int, PerspectiveView] = {}
        self._pages: dict[int, Page] = {}

    def add_page(self) -> Page | None:
        """Add the active page and return it, if it is new."""
        session = self._session
        if session.page is None or session.active in self._pages:
            return None
        self._pages[session.active] = session.page
        session.page.action_area.append(PageActions(session.page))
        can_query = session.offers("sql")
        _draw_charts(session.page, can_query=can_query)
        session.page.param.watch(lambda event: _draw_charts(event.obj, can_query=can_query), "charts")
        self.main.append(session.page.view)
        return session.page

    def add_perspective(self) -> Perspective | None:
        """Add the active perspective and return it, if it is new."""
        session, perspective = self._session, self._session.visible
        if perspective is None or session.active in self._perspectives:
            return None
        view = PerspectiveView(perspective, can_query=session.offers("sql"), pinned=session.pinned)
        self._perspectives[session.active] = view
        self.main.append(view.view)
        return perspective

    def show_active(self) -> None:
        """Show the active view; hide all others, whose perspectives stop computing."""
        active = self._session.active
        for n, page in self._pages.items():
            _set_visible(page.view, is_visible=n == active)
        for n, view in self._perspectives.items():
            _set_visible(view.view, is_visible=n == active)
            if n != active:
                view.perspective.hide()

    def show_placeholder(self) -> None:
        """Show a placeholder where the charts of the active perspective will be."""
        self._perspectives[self._session.active].show_placeholder()


def _draw_charts(page: Page, *, can_query: bool) -> None:
    """Put the charts of a page where it has room for them; with links to the SQL page if `can_query`."""
    page.chart_area.objects = [
        PageChart(
            chart,
            page_chart_links(page, chart, can_query=can_query),
            links=page.links_of(chart),
            cited=page.chart_links(chart).cited,
        )
        for chart in page.charts
    ]


def _set_visible(view: pn.Column, *, is_visible: bool) -> None:
    """Show or hide a view."""
    styles = VISIBLE_STYLES if is_visible else HIDDEN_STYLES
    if view.styles != styles and (view.styles or not is_visible):  # a style that is only removed stays in the browser
        view.styles = styles
