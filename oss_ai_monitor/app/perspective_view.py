"""The view of one perspective: its question, its answer, its states and its cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn

from ..perspectives import Perspective
from ..perspectives.outcomes import outcomes_of
from .answer import Answer
from .card_content import content
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
        perspective.outcomes = outcomes_of(perspective.warehouse)
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
        if has_answer:
            self._show_charts()
            clear_notice()
        elif lacks_scores:
            for card in self._cards:
                card.hide()

    def _show_charts(self) -> None:
        """Show the charts as they are now: as they were shown before, or as they were computed, for others too."""
        perspective = self.perspective
        outcome = perspective.recalled or perspective.remember(
            [content(perspective, chart) for chart in perspective.charts]
        )
        if self._cards:
            for card, values in zip(self._cards, outcome.cards, strict=True):
                card.update(values)
            return
        self._cards = [
            Card(perspective, chart, values, add_table=self._add_table, can_query=self._can_query, pinned=self._pinned)
            for chart, values in zip(perspective.charts, outcome.cards, strict=True)
        ]
        self.view.extend(self._cards)

    def _add_table(self, card: Card, table: pn.viewable.Viewable) -> None:
        """Put the table of a card below it."""
        self.view.insert(self.view.objects.index(card) + 1, table)
