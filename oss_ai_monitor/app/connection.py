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
    """A banner that the browser shows while the connection is lost; the server keeps a version of the page.

    A browser that connects again goes on with its page if that has the same version. Otherwise something has changed
    that it has not been sent, or the server has another page: then it loads the page again.
    """

    page_version = param.String(doc="A random text, which changes when the page changes while no browser is connected.")

    scripts = tuple(HERE / f"{name}.js" for name in ("elements", "websocket", "kept_actions", "connection"))

    def __init__(self, **params: Any) -> None:
        super().__init__(
            page_version=_random_text(), stylesheets=[STYLE], sizing_mode="stretch_width", margin=0, **params
        )
        self._is_unseen = False
        self._bokeh_document = pn.state.curdoc
        if self._bokeh_document:
            self._bokeh_document.on_change(self._watch)

    def _watch(self, _: object) -> None:
        """Change the version if the page changes while no browser is connected."""
        context = self._bokeh_document.session_context if self._bokeh_document else None
        is_seen = context is None or context.session is None or context.session.connection_count > 0
        if is_seen or self._is_unseen:
            self._is_unseen = not is_seen
            return
        self._is_unseen = True
        self.page_version = _random_text()


def _random_text() -> str:
    return secrets.token_hex(8)
