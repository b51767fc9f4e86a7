"""The view of one perspective: its question, its answer, its states and its cards."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from ..pages.escaping import escape_html, escape_markdown
from ..pages.page import HEADING
from ..pages.theme import text_pane
from ..perspectives import Perspective
from .cards import Card
from .tiles import Tiles


class PerspectiveView:
    """A perspective on the page; created when it is first opened, and kept."""

    def __init__(self, perspective: Perspective, *, can_query: bool = False) -> None:
        """`can_query`: whether there is an SQL page on which the query behind a chart can be opened."""
        self.perspective, self._can_query = perspective, can_query
        self._answer = text_pane("", HEADING, margin=(16, 0, 14, 0))
        self._alert: pmui.Alert | None = None
        self._offers: pn.FlexBox | None = None
        self._tiles: Tiles | None = None
        self._cards: list[Card] = []
        self._content = pn.Column(sizing_mode="stretch_width", margin=0)
        self._show_answer("")
        self.view = pn.Column(self._answer, self._content, sizing_mode="stretch_width", margin=0)
        perspective.param.watch(self._update, ["state", "reason", "updates", "charts"])

    def show_placeholder(self) -> None:
        """Show a placeholder while the charts are made."""
        self._content.objects = [pmui.Skeleton(variant="rounded", height=360, sizing_mode="stretch_width", margin=0)]

    def _update(self, *_: Any) -> None:
        perspective = self.perspective
        if perspective.tiles and self._tiles is None:
            self._tiles = Tiles(perspective)
            self.view.insert(len(self.view) - 1, self._tiles)
        if perspective.charts and not self._cards:
            self._cards = [Card(perspective, chart, can_query=self._can_query) for chart in perspective.charts]
            self._content.objects = [card.view for card in self._cards]
        if perspective.state == "error" and not self._cards:
            self._content.objects = []
        has_answer = perspective.state in ("ready", "empty")
        lacks_scores = perspective.state == "no scores"
        if has_answer or lacks_scores:
            self._show_answer("" if lacks_scores else perspective.answer_text)
        self._show_alert(escape_markdown(perspective.reason), "error" if perspective.state == "error" else "info")
        if lacks_scores and self._offers is None:
            names = perspective.selection.datasets.boards
            self._offers = pn.FlexBox(
                *map(self._dataset_button, names), margin=(0, 0, 14, 0), sizing_mode="stretch_width"
            )
            self.view.insert(len(self.view) - 1, self._offers)
        if self._offers is not None and self._offers.visible != lacks_scores:
            self._offers.visible = lacks_scores
        if self._content.visible == lacks_scores:
            self._content.visible = not lacks_scores
        if has_answer:
            for card in self._cards:
                card.update()

    def _show_answer(self, answer: str) -> None:
        """Show the question, and below it the answer, if there is one."""
        text = escape_html(self.perspective.question, "h2") + (escape_html(answer, "p") if answer else "")
        if self._answer.object != text:
            self._answer.object = text

    def _show_alert(self, reason: str, severity: str) -> None:
        """Show why there is nothing, or nothing new, to see; the alert is created when it is first needed."""
        if self._alert is None:
            if not reason:
                return
            self._alert = pmui.Alert("", sizing_mode="stretch_width", margin=(0, 0, 14, 0))
            self.view.insert(1, self._alert)
        if self._alert.object != reason or self._alert.severity != severity:
            self._alert.param.update(object=reason, severity=severity, visible=bool(reason))

    def _dataset_button(self, dataset: str) -> pmui.Button:
        label = f"Show {self.perspective.selection.datasets.rows_by_name[dataset]['label']}"

        def choose(_: Any) -> None:
            self.perspective.filters.dataset = dataset

        return pmui.Button(label=label, variant="outlined", size="small", on_click=choose)
