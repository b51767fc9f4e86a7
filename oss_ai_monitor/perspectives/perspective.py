"""A perspective at work: one query per change, charts that are made once and fed, an error that leaves the last answer.

docs/adding-a-perspective.md walks through a new one: a module of this folder with a subclass of `Perspective`. What the
subclass declares and defines is in protocol.py; nothing of this module is to be defined anew.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import pandas as pd
import param

from ..charts import batched
from ..warehouse import Warehouse, for_strangers
from .filters import Filters
from .phrases import counted
from .protocol import PerspectiveProtocol
from .selection import Selection

__all__ = ["Perspective", "counted"]
_log = logging.getLogger(__name__)


class Perspective(PerspectiveProtocol):
    """One question, for one reader: hidden, it only notes that something changed; visible, it keeps up."""

    visible = param.Boolean(default=False, doc="Only the visible perspective computes.")
    stale = param.Boolean(default=True, doc="Whether something changed since the charts were last fed.")
    state = param.Selector(default="loading", objects=["loading", "ready", "empty", "error", "no scores"])
    reason = param.String(doc="In an error or where there is nothing to show: why, in a reader's words.")
    fed = param.Integer(default=0, doc="How often the charts were fed: their titles may be others each time.")

    def __init__(self, warehouse: Warehouse, filters: Filters | Selection, **params: Any) -> None:
        """Follow filters that a reader edits, or stay with a selection that nobody edits."""
        self.warehouse = warehouse
        self.filters = Filters(filters) if isinstance(filters, Selection) else filters
        self.answer = pd.DataFrame()
        self._answered: dict[str, Any] | None = None
        self._dataset = ""
        super().__init__(**params)
        self.prepare()
        self._offer_choices()
        self.filters.param.watch(self._changed, [name for name in self.filters.param if name != "name"])
        if self.parameters:
            self.param.watch(self._changed, list(self.parameters))

    def open(self) -> None:
        """Become visible, and catch up with what changed meanwhile."""
        self.visible = True
        if self.stale:
            self.refresh()

    def hide(self) -> None:
        """Stop computing."""
        self.visible = False

    def refresh(self) -> None:
        """Fetch, feed the charts and tell what came of it. An error is shown, and the last good charts stay."""
        began, fed = time.perf_counter(), self.fed
        with batched():
            self._refresh()
        if self.fed > fed or self.state == "error":
            ms = round(1000 * (time.perf_counter() - began), 1)
            event = {"event": "change", "view": self.slug, "outcome": self.state, "ms": ms}
            _log.debug("computed", extra={"fields": event})

    def _offer_choices(self) -> None:
        self._dataset = self.filters.dataset
        self.offer_choices()

    def _changed(self, *_: Any) -> None:
        self.adjust_choices()
        self.stale = True
        if self._dataset != self.filters.dataset:
            self._offer_choices()
        if self.visible:
            self.refresh()

    def _refresh(self) -> None:
        dependencies = self.depends_on()
        if dependencies == self._answered and self.state in ("ready", "empty"):
            self.stale = False
            return
        self.stale = False
        if self.needs_scores and not self.selection.has_scores:
            self._answered = None
            self.param.update(state="no scores", reason="The Hub's listing holds no scores; a leaderboard does.")
            return
        try:
            answer = self.fetch()
            charts = self.charts or self.draw()
            self.answer = answer
            self.mark_events(charts)
            self.update(answer)
            if not self.charts:
                self.charts = charts
            texts = {"answer_text": self.sentence(answer), "left_out_text": " · ".join(self.left_out(answer))}
        except Exception as error:  # the page is an edge: it tells what went wrong and lives on
            logging.getLogger(__name__).exception("%s could not be computed", self.slug)
            self._answered = None
            self.param.update(state="error", reason=f"This could not be computed: {_in_words(error)}")
            return
        self._answered = dependencies
        empty = all(chart.is_empty for chart in self.charts)
        texts |= {"state": "empty" if empty else "ready", "reason": self.empty_reason() if empty else ""}
        self.param.update(fed=self.fed + 1, **texts)


def _in_words(error: Exception) -> str:
    first = str(error).strip().partition("\n")[0]
    return for_strangers(first) or type(error).__name__
