"""The views that a visitor has opened: one of them is shown, the others wait unseen, laid out and drawn."""

from __future__ import annotations

import panel as pn

from ..pages import Page
from ..perspectives import Perspective
from . import controls
from .perspective_view import PerspectiveView
from .session import Session

# A reader who turns to another view leaves this one laid out and drawn, and finds it so: were it not displayed, Bokeh
# would lay out and draw all of it anew.
AWAY = {"visibility": "hidden", "content-visibility": "hidden", "height": "0", "overflow": "hidden"}
SHOWN = {"visibility": "visible", "content-visibility": "visible", "height": "auto", "overflow": "visible"}


class Views:
    """What stands in the page and in the sidebar for each perspective and page, made when it is first opened."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.main = pn.Column(sizing_mode="stretch_width", margin=0, css_classes=["places"])
        self.sidebar = pn.Column(sizing_mode="stretch_width", margin=0, css_classes=["places"])
        self._perspectives: dict[int, tuple[PerspectiveView, pn.Column]] = {}
        self._pages: dict[int, Page] = {}

    def add_page(self) -> Page | None:
        """Add the page that the visitor looks at, if it is new; then return it."""
        session = self._session
        if session.page is None or session.active in self._pages:
            return None
        self._pages[session.active] = session.page
        self.main.append(session.page.view)
        return session.page

    def add_perspective(self) -> Perspective | None:
        """Add the perspective that the visitor looks at, if it is new; then return it."""
        session, perspective = self._session, self._session.visible
        if perspective is None or session.active in self._perspectives:
            return None
        view = PerspectiveView(perspective, can_ask=session.offers("sql"))
        own_controls = controls.for_perspective(perspective)
        self._perspectives[session.active] = view, own_controls
        self.main.append(view.view)
        self.sidebar.append(own_controls)
        return perspective

    def show_active(self) -> None:
        """Show what the visitor looks at; all other views wait, and their perspectives stop computing."""
        active = self._session.active
        for n, page in self._pages.items():
            _put(page.view, away=n != active)
        for n, (view, own_controls) in self._perspectives.items():
            _put(view.view, away=n != active)
            _put(own_controls, away=n != active)
            if n != active:
                view.perspective.hide()

    def hold_place(self) -> None:
        """Let the browser show that something comes, where the charts of the active perspective will be."""
        self._perspectives[self._session.active][0].wait()


def _put(view: pn.Column, *, away: bool) -> None:
    """Show a view, or have it wait unseen."""
    styles = AWAY if away else SHOWN
    if view.styles != styles and (away or view.styles):  # a style that is only taken back stays in the browser
        view.styles = styles
