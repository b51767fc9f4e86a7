"""What perspectives have shown, for the next visitor who makes the same choices.

An outcome is what follows from the choices alone: the texts of a perspective, and its cards as they are sent. It is
kept with the generation that it was read from, and goes with it.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..warehouse import Warehouse

MAX_BYTES = 48_000_000
"""Of the outcomes of one generation; about as much memory as a few hundred of them take."""
TEXT_BYTES = 20_000
"""What an outcome takes besides its charts, measured."""


@dataclass(frozen=True)
class Outcome:
    """What a perspective shows for some choices; nothing in it may be changed."""

    values: Mapping[str, Any]
    """Parameters of the perspective."""
    cards: Sequence[Mapping[str, Any]]
    """Parameters of the card of each chart."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return TEXT_BYTES + sum(
            sum(len(part) for part in card["chart_data"].values() if isinstance(part, bytes | str))
            for card in self.cards
        )


class Outcomes:
    """Outcomes by choices, those that were asked for last, up to so many bytes."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes, self._bytes = max_bytes, 0
        self._outcomes: OrderedDict[Hashable, Outcome] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, choices: Hashable) -> Outcome | None:
        """Return the outcome of these choices, if it is here."""
        with self._lock:
            outcome = self._outcomes.get(choices)
            if outcome is not None:
                self._outcomes.move_to_end(choices)
            return outcome

    def remember(self, choices: Hashable, outcome: Outcome) -> None:
        """Keep an outcome, except one that would push out too many others."""
        if outcome.size > self._max_bytes // 8:
            return
        with self._lock:
            if choices not in self._outcomes:
                self._outcomes[choices] = outcome
                self._bytes += outcome.size
            while self._bytes > self._max_bytes:
                self._bytes -= self._outcomes.popitem(last=False)[1].size


_by_warehouse: weakref.WeakKeyDictionary[Warehouse, Outcomes] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def outcomes_of(warehouse: Warehouse) -> Outcomes:
    """Return the outcomes that were read from an open generation."""
    with _lock:
        return _by_warehouse.setdefault(warehouse, Outcomes())
