"""Tiles on the page: cards that a mouse, a finger or a key opens."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui
import param

from ..perspectives import Perspective
from .look import CARD, QUIET
from .words import plain

GRID = """
:host { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px; }
@media (max-width: 1000px) { :host { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; } }
"""
FULL: dict[str, Any] = {
    "styles": {"height": "100%"},
    "stylesheets": [".clickable, .paper { height: 100%; }"],
    "sizing_mode": "stretch_width",
    "margin": 0,
}
TEXT: dict[str, Any] = {"overflowWrap": "anywhere", "textAlign": "left"}
FIGURE: dict[str, Any] = TEXT | {"fontSize": "clamp(1.45rem, 1.2rem + 1vw, 1.95rem)", "lineHeight": 1.2}
ARROW: dict[str, Any] = {"display": "flex", "justifyContent": "space-between", "alignItems": "baseline"}
ARROW["&::after"] = {"content": '"→"', "color": "primary.main", "paddingLeft": "8px"}
NARROW = "@media (max-width: 600px)"
INSIDE: dict[str, Any] = {"padding": "12px 18px 14px", "boxSizing": "border-box", NARROW: {"padding": "8px 12px 10px"}}
OPENS: dict[str, Any] = {
    "borderRadius": "10px",
    "alignItems": "stretch",
    "&:hover .MuiPaper-root": {"borderColor": "primary.main"},
    "&.Mui-focusVisible": {"outline": "2px solid", "outlineColor": "primary.main", "outlineOffset": "2px"},
}


class Tiles:
    """The tiles of a perspective, three beside each other, two or one where it is narrow; made once, then told anew."""

    def __init__(self, perspective: Perspective) -> None:
        self._perspective = perspective
        self._texts: list[tuple[pmui.Typography, pmui.Typography, pmui.Typography]] = []
        cells = [self._cell(number) for number in range(len(perspective.tiles))]
        self.view = pn.Column(*cells, stylesheets=[GRID], sizing_mode="stretch_width", margin=(0, 0, 6, 0))
        self.update()
        perspective.param.watch(self.update, "tiles")

    def update(self, *_: Any) -> None:
        """Follow the tiles, sending only the words that changed."""
        for tile, texts in zip(self._perspective.tiles, self._texts, strict=True):
            for text, said in zip(texts, (tile.title, tile.figure, tile.sentence), strict=True):
                if text.object != plain(said):
                    text.object = plain(said)

    def _cell(self, number: int) -> pmui.Clickable:
        looks: tuple[tuple[str, Any], ...] = (("caption", TEXT | QUIET | ARROW), ("h4", FIGURE), ("body2", TEXT))
        title, figure, sentence = (
            pmui.Typography("", variant=variant, sx=sx, margin=0, sizing_mode="stretch_width") for variant, sx in looks
        )
        self._texts.append((title, figure, sentence))
        card = pmui.Paper(
            title, figure, sentence,
            elevation=0, sx=CARD | INSIDE, **FULL,
        )  # fmt: skip

        def go(_: param.parameterized.Event) -> None:
            self._perspective.leads_to = self._perspective.tiles[number].way

        return pmui.Clickable(card, on_click=go, sx=OPENS, **FULL)
