"""The base class of perspectives: one query per change, charts that are created once and updated, error handling.

See docs/adding-a-perspective.md for how to add one. What a subclass declares and defines is in protocol.py; do not
override the methods of this module.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import param

from ..charts import batched
from ..warehouse import Warehouse, shorten_paths
from .filters import Filters
from .headlines import NO_BAND, NO_RULE, is_opening, of_view, otherwise
from .outcomes import Outcome, Outcomes
from .protocol import PerspectiveProtocol
from .selection import Selection

_log = logging.getLogger(__name__)
SHOWN = ("state", "reason", "answer_text", "answer_models", "left_out_text", "tiles", "headlines", "headlines_note")
"""The parameters that follow from the choices, and from nothing else."""


class Perspective(PerspectiveProtocol):
    """One question for one reader. While it is hidden it only becomes stale; while it is visible it is updated."""

    visible = param.Boolean(default=False, doc="Only the visible perspective computes.")
    stale = param.Boolean(default=True, doc="Whether something changed since the last update of the charts.")
    state = param.Selector(default="loading", objects=["loading", "ready", "empty", "error", "no scores"])
    reason = param.String(doc="Why there is an error or nothing to show, for the reader.")
    updates = param.Integer(default=0, doc="Number of updates of the charts, which may change their titles.")

    def __init__(self, warehouse: Warehouse, filters: Filters | Selection, **params: Any) -> None:
        """Follow filters that a reader edits, or use a fixed selection."""
        self.warehouse = warehouse
        self.filters = Filters(filters) if isinstance(filters, Selection) else filters
        self.answer = pd.DataFrame()
        self._answered: dict[str, Any] | None = None
        self._dataset = ""
        self.outcomes: Outcomes | None = None
        """Where the page looks up what it has shown before; elsewhere each perspective computes."""
        self.recalled: Outcome | None = None
        """What is shown, if it was looked up."""
        self._is_recalled = False
        self._outcome_key: Hashable = None
        super().__init__(**params)
        self.prepare()
        self._offer_choices()
        self.filters.param.watch(self._changed, [name for name in self.filters.param if name != "name"])
        if self.parameters:
            self.param.watch(self._changed, list(self.parameters))

    def open(self) -> None:
        """Become visible, and update the charts if something changed meanwhile."""
        self.visible = True
        if self.stale:
            self.refresh()

    def hide(self) -> None:
        """Become invisible; then nothing is computed."""
        self.visible = False

    def refresh(self) -> None:
        """Fetch data, update the charts and set the state. After an error the last good charts stay."""
        started_at, updates = time.perf_counter(), self.updates
        with batched():
            self._refresh()
        if self.updates > updates or self.state == "error":
            ms = round(1000 * (time.perf_counter() - started_at), 1)
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
            why = self.warehouse.why_no_boards or "there is no leaderboard in this warehouse"
            reason = f"The Hub's listing holds no scores, and {why}."
            self.param.update(state="no scores", reason=reason)
            return
        self._outcome_key = self._choices_made()
        self.recalled = self.outcomes.recall(self._outcome_key) if self.outcomes else None
        try:
            if self.recalled:
                self._answered, self._is_recalled = dependencies, True
                self.param.update(charts=self.charts or self.draw(), updates=self.updates + 1, **self.recalled.values)
                return
            answer = self.fetch()
            charts = self.charts or self.draw()
            self.answer, self._is_recalled = answer, False
            self.mark_events(charts)
            self._read_headlines()
            self.update(answer)
            if not self.charts:
                self.charts = charts
            texts: dict[str, Any] = {
                "answer_text": self.sentence(answer) + ("" if self.is_summary else otherwise(self.headlines)),
                "answer_models": self.models_of_sentence(answer),
                "left_out_text": " · ".join(self.left_out(answer)),
            }
        except Exception as error:  # the page shows what went wrong, and keeps working
            logging.getLogger(__name__).exception("%s could not be computed", self.slug)
            self._answered = None
            self.param.update(state="error", reason=f"This could not be computed: {_reason(error)}")
            return
        self._answered = dependencies
        empty = all(chart.is_empty for chart in self.charts)
        texts |= {"state": "empty" if empty else "ready", "reason": self.empty_reason() if empty else ""}
        self.param.update(updates=self.updates + 1, **texts)

    def _choices_made(self) -> Hashable:
        """Return all that decides what it shows of a generation; the day is part of it, since texts may name an age."""
        values = {name: getattr(self, name) for name in self.parameters}
        return type(self), self.filters.selection, repr(values), dt.datetime.now(dt.UTC).date()

    def remember(self, cards: Sequence[Mapping[str, Any]]) -> Outcome:
        """Return what it shows, with the parameters of the cards of its charts, and keep it for the same choices."""
        values = {name: getattr(self, name) for name in SHOWN}
        outcome = Outcome(values, cards)
        if self.outcomes and self._outcome_key == self._choices_made():
            self.outcomes.remember(self._outcome_key, outcome)
        return outcome

    def catch_up(self) -> None:
        """Compute what was looked up, for a reader who asks for more than what is shown, such as a table."""
        if self._is_recalled:
            self.answer = self.fetch()
            self.mark_events(self.charts)
            self.update(self.answer)
            self._is_recalled = False

    def _read_headlines(self) -> None:
        """Read what other rules would say, where the choices are those that the page opens with."""
        chosen = self.filters.selection
        figures = of_view(self.warehouse, chosen.dataset, self.slug)
        is_at_first = is_opening(chosen) and not self.to_query()
        self.headlines = figures if is_at_first else []
        self.headlines_note = ""
        if figures and not is_at_first:
            self.headlines_note = NO_BAND
        elif is_at_first and not figures and not self.is_summary:
            self.headlines_note = NO_RULE


def _reason(error: Exception) -> str:
    if isinstance(error, (duckdb.Error, LookupError, AttributeError)):  # its words are about code, and for the log
        return "the log says why."
    first = str(error).strip().partition("\n")[0]
    return shorten_paths(first) or type(error).__name__
