"""Tiles on the page: figures with a sentence; a click opens their link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from ..pages.theme import stylesheet
from ..perspectives import Perspective

STYLE = stylesheet(Path(__file__).with_name("tiles.css"))


class Tiles(JSComponent):
    """The tiles of a perspective in up to three columns; created once, then updated.

    One component for all of them: separate components took a quarter of the time to build the page.
    """

    texts = param.List(doc="Title, figure and sentence of each tile, as text and not as markup.")

    _esm = (Path(__file__).parent / "tiles.js").read_text(encoding="utf-8")

    def __init__(self, perspective: Perspective, **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=(0, 0, 16, 0), **params)
        self._perspective = perspective
        self._update()
        perspective.param.watch(self._update, "tiles")

    def _update(self, *_: Any) -> None:
        self.texts = [[tile.title, tile.figure, tile.sentence] for tile in self._perspective.tiles]

    def _handle_msg(self, data: int) -> None:
        self._perspective.navigate_to = self._perspective.tiles[data].link
