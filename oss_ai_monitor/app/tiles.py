"""Tiles on the page: cards that a mouse, a finger or a key opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from ..pages.theme import stylesheet
from ..perspectives import Perspective

STYLE = stylesheet(Path(__file__).with_name("tiles.css"))


class Tiles(JSComponent):
    """The tiles of a perspective, three beside each other, two or one where it is narrow; made once, then told anew.

    One component for all of them: a component each for card and texts took a quarter of the page's build.
    """

    texts = param.List(doc="Title, figure and sentence of each tile, as they are: text, never markup.")

    _esm = (Path(__file__).parent / "tiles.js").read_text(encoding="utf-8")

    def __init__(self, perspective: Perspective, **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=(0, 0, 16, 0), **params)
        self._perspective = perspective
        self._follow()
        perspective.param.watch(self._follow, "tiles")

    def _follow(self, *_: Any) -> None:
        self.texts = [[tile.title, tile.figure, tile.sentence] for tile in self._perspective.tiles]

    def _handle_msg(self, data: int) -> None:
        self._perspective.navigate_to = self._perspective.tiles[data].link
