"""The head of a perspective: its question, its answer, why there is none, and its tiles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import panel as pn
import param

from ..pages.theme import stylesheet
from ..perspectives import Perspective
from .band import bands, bands_of_tile
from .component import Component
from .links import beside_link, feed_links

HERE = Path(__file__).parent
STYLE = stylesheet(HERE.parent / "pages" / "heading.css", HERE / "answer.css", HERE / "band.css")


class Answer(Component):
    """The question of a perspective with its answer, as one component; it follows the perspective's state.

    All texts are shown as text, never as markup.
    """

    scripts = (HERE / "elements.js", HERE / "band.js", HERE / "answer.js")

    content = param.Dict(
        default={},
        doc="question, scores_from, answer, answer_models, reason, is_error, is_loading, offers, links, tiles, bands, "
        "bands_note.",
    )

    def __init__(self, perspective: Perspective, pinned: Mapping[str, str] | None = None, **params: Any) -> None:
        """`pinned` is the part of an address that pins the snapshot of this page."""
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=0, **params)
        self._perspective, self._pinned = perspective, pinned or {}
        self._boards: list[str] = []
        self.update()

    def update(self, *, is_loading: bool = False) -> None:
        """Show the present state; the last answer stands while there is an error, and beside a placeholder."""
        perspective = self._perspective
        answer, models = str(self.content.get("answer", "")), self.content.get("answer_models", [])
        has_links = pn.state.location is not None  # names of models lead to their pages, which a notebook has not
        if perspective.state in ("ready", "empty", "no scores"):
            answer = "" if perspective.state == "no scores" else perspective.answer_text
            models = perspective.answer_models if has_links else []
        self._boards = perspective.selection.datasets.boards if perspective.state == "no scores" else []
        labels = perspective.selection.datasets.rows_by_name
        self.content = {
            "question": perspective.question,
            "scores_from": perspective.scores_from,
            "answer": answer,
            "answer_models": [name for name in models if not name.startswith("left-out/")],
            "reason": perspective.reason,
            "is_error": perspective.state == "error",
            "is_loading": is_loading,
            "offers": [f"Show {labels[name]['label']}" for name in self._boards],
            "links": self._links_below() if has_links else [],
            "tiles": [
                [
                    tile.title,
                    tile.figure,
                    tile.sentence if tile.headlines else tile.full_sentence,
                    tile.model if has_links else "",
                    bands_of_tile(tile, has_links=has_links),
                    tile.headlines_note,
                ]
                for tile in perspective.tiles
            ],
            "bands": [] if perspective.is_summary or not answer else bands(perspective.headlines, has_links=has_links),
            "bands_note": perspective.headlines_note if answer else "",
        }

    def _links_below(self) -> list[list[str]]:
        """Return text and address of each link below the answer."""
        return [list(link) for link in (beside_link(self._perspective, self._pinned), *feed_links(self._perspective))]

    def _handle_msg(self, data: Any) -> None:
        """Open the link of a tile, or show a dataset that is offered; numbers that are not there are ignored."""
        kind, number = (data.get("kind"), data.get("number")) if isinstance(data, dict) else (None, None)
        if type(number) is not int or number < 0:
            return
        tiles = self._perspective.tiles
        if kind == "tile" and number < len(tiles):
            self._perspective.navigate_to = tiles[number].link
        elif kind == "offer" and number < len(self._boards):
            self._perspective.filters.dataset = self._boards[number]
