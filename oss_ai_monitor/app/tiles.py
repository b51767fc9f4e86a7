"""Tiles on the page: cards that a mouse, a finger or a key opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from ..pages.theme import CARD, QUIET, WORDS
from ..perspectives import Perspective

LOOK = f"""
.grid {{ display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px; }}
button {{
  {CARD} {WORDS} color: inherit; display: flex; flex-direction: column; padding: 12px 18px 14px; text-align: left;
  overflow-wrap: anywhere; cursor: pointer;
}}
button:hover {{ border-color: var(--mui-palette-primary-main); }}
button:focus-visible {{ outline: 2px solid var(--mui-palette-primary-main); outline-offset: 2px; }}
span {{ display: block; }}
.title {{
  display: flex; justify-content: space-between; align-items: baseline;
  {QUIET} font-size: 0.82rem; line-height: 1.5;
}}
.title::after {{ content: "→"; color: var(--mui-palette-primary-main); padding-left: 8px; }}
.figure {{ font-size: clamp(1.45rem, 1.2rem + 1vw, 1.95rem); font-weight: 700; line-height: 1.2; }}
.sentence {{ font-size: 0.875rem; line-height: 1.43; }}
@media (max-width: 1000px) {{ .grid {{ grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }} }}
@media (max-width: 600px) {{ button {{ padding: 8px 12px 10px; }} }}
"""


class Tiles(JSComponent):
    """The tiles of a perspective, three beside each other, two or one where it is narrow; made once, then told anew.

    One component for all of them: a component each for card and texts took a quarter of the page's build.
    """

    texts = param.List(doc="Title, figure and sentence of each tile, as they are: text, never markup.")

    _esm = (Path(__file__).parent / "tiles.js").read_text(encoding="utf-8")

    def __init__(self, perspective: Perspective, **params: Any) -> None:
        super().__init__(stylesheets=[LOOK], sizing_mode="stretch_width", margin=(0, 0, 16, 0), **params)
        self._perspective = perspective
        self._follow()
        perspective.param.watch(self._follow, "tiles")

    def _follow(self, *_: Any) -> None:
        self.texts = [[tile.title, tile.figure, tile.sentence] for tile in self._perspective.tiles]

    def _handle_msg(self, data: int) -> None:
        self._perspective.navigate_to = self._perspective.tiles[data].link
