"""The view of one perspective: its question, its answer, its states and its cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn

from ..perspectives import Perspective
from .answer import Answer
from .cards import Card
from .errors import clear_notice


class PerspectiveView:
    """A perspective on the page; created when it is first opened, and kept."""

    def __init__(
        self, perspective: Perspective, *, can_query: bool = False, pinned: Mapping[str, str] | None = None
    ) -> None:
        """`can_query`: whether there is an SQL page on which the query behind a chart can be opened.

        `pinned` is the part of an address that pins the snapshot of this page.
        """
        self.perspective, self._can_query, self._pinned = perspective, can_query, pinned
        self._answer = Answer(perspective, pinned)
        self._cards: list[Card] = []
        self.view = pn.Column(self._answer, sizing_mode="stretch_width", margin=0)
        perspective.param.watch(self._update, ["state", "reason", "updates", "charts"])

    def show_placeholder(self) -> None:
        """Show a placeholder while the charts are made."""
        self._answer.update(is_loading=True)

    def _update(self, *_: Any) -> None:
        perspective = self.perspective
        self._answer.update()
        has_answer, lacks_scores = perspective.state in ("ready", "empty"), perspective.state == "no scores"
        if perspective.charts and not self._cards:
            self._cards = [
                Card(perspective, chart, add_table=self._add_table, can_query=self._can_query, pinned=self._pinned)
                for chart in perspective.charts
            ]
            self.view.extend(self._cards)
        elif has_answer or lacks_scores:
            for card in self._cards:
                card.update(is_visible=not lacks_scores)
        if has_answer:
            clear_notice()

    def _add_table(self, card: Card, table: pn.viewable.Viewable) -> None:
        """Put the table of a card below it."""
        self.view.insert(self.view.objects.index(card) + 1, table)
