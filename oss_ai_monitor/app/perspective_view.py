"""The place of one perspective on the page: its question, its answer, its states and its cards."""

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
    """A perspective on the page, built on its first opening and kept."""

    def __init__(self, perspective: Perspective, *, can_ask: bool = False) -> None:
        """`can_ask`: whether there is an SQL page to take the query behind a picture to."""
        self.perspective, self._can_ask = perspective, can_ask
        self._answer = text_pane("", HEADING, margin=(16, 0, 14, 0))
        self._alert: pmui.Alert | None = None
        self._offers: pn.FlexBox | None = None
        self._tiles: Tiles | None = None
        self._cards: list[Card] = []
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._say("")
        self.view = pn.Column(self._answer, self._place, sizing_mode="stretch_width", margin=0)
        perspective.param.watch(self._follow, ["state", "reason", "fed", "charts"])

    def wait(self) -> None:
        """Hold the place of the pictures while they are made."""
        self._place.objects = [pmui.Skeleton(variant="rounded", height=360, sizing_mode="stretch_width", margin=0)]

    def _follow(self, *_: Any) -> None:
        perspective = self.perspective
        if perspective.tiles and self._tiles is None:
            self._tiles = Tiles(perspective)
            self.view.insert(len(self.view) - 1, self._tiles)
        if perspective.charts and not self._cards:
            self._cards = [Card(perspective, chart, can_ask=self._can_ask) for chart in perspective.charts]
            self._place.objects = [card.view for card in self._cards]
        if perspective.state == "error" and not self._cards:
            self._place.objects = []
        good = perspective.state in ("ready", "empty")
        lacks = perspective.state == "no scores"
        if good or lacks:
            self._say("" if lacks else perspective.answer_text)
        self._tell(escape_markdown(perspective.reason), "error" if perspective.state == "error" else "info")
        if lacks and self._offers is None:
            names = perspective.selection.datasets.boards
            self._offers = pn.FlexBox(*map(self._offer, names), margin=(0, 0, 14, 0), sizing_mode="stretch_width")
            self.view.insert(len(self.view) - 1, self._offers)
        if self._offers is not None and self._offers.visible != lacks:
            self._offers.visible = lacks
        if self._place.visible == lacks:
            self._place.visible = not lacks
        if good:
            for card in self._cards:
                card.update()

    def _say(self, answer: str) -> None:
        """The question, and below it the answer where there is one."""
        text = escape_html(self.perspective.question, "h2") + (escape_html(answer, "p") if answer else "")
        if self._answer.object != text:
            self._answer.object = text

    def _tell(self, reason: str, severity: str) -> None:
        """Say why there is nothing to see, or nothing new; made when there is first something to say."""
        if self._alert is None:
            if not reason:
                return
            self._alert = pmui.Alert("", sizing_mode="stretch_width", margin=(0, 0, 14, 0))
            self.view.insert(1, self._alert)
        if self._alert.object != reason or self._alert.severity != severity:
            self._alert.param.update(object=reason, severity=severity, visible=bool(reason))

    def _offer(self, dataset: str) -> pmui.Button:
        label = f"Show {self.perspective.selection.datasets.abouts[dataset]['label']}"

        def choose(_: Any) -> None:
            self.perspective.filters.dataset = dataset

        return pmui.Button(label=label, variant="outlined", size="small", on_click=choose)
