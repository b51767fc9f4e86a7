"""The connection of the page to its server: a banner while it is lost, and what lets the same page go on afterwards."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import panel as pn
import param

from ..pages.theme import stylesheet
from .component import Component

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "connection.css")


class Connection(Component):
    """A banner that the browser shows while the connection is lost; the server only names what the page shows.

    A browser that connects again goes on with its page if it has the same name. Otherwise something has changed that it
    has not been sent, or the server has another page: then it loads the page again.
    """

    shown = param.String(doc="A name by chance, another one after a change that no browser was sent.")

    scripts = tuple(HERE / f"{name}.js" for name in ("elements", "websocket", "kept_actions", "connection"))

    def __init__(self, **params: Any) -> None:
        super().__init__(shown=_name(), stylesheets=[STYLE], sizing_mode="stretch_width", margin=0, **params)
        self._is_unseen = False
        self._bokeh_document = pn.state.curdoc
        if self._bokeh_document:
            self._bokeh_document.on_change(self._watch)

    def _watch(self, _: object) -> None:
        """Take another name if no browser is connected at a change of the page."""
        context = self._bokeh_document.session_context if self._bokeh_document else None
        is_seen = context is None or context.session is None or context.session.connection_count > 0
        if is_seen or self._is_unseen:
            self._is_unseen = not is_seen
            return
        self._is_unseen = True
        self.shown = _name()


def _name() -> str:
    return secrets.token_hex(8)
