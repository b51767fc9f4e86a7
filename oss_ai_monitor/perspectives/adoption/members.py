"""The members that a reader of adoption chooses: the names that are searched, offered, and drawn where none is chosen.

A grouping stores names as the warehouse has them; a page shows some of them in other words.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...warehouse import Warehouse
from . import names as adoption_names

MOST_MEMBERS = 24
"""So many names have a colour of their own."""


class AdoptionMembers:
    """Names of each grouping; the most used of a grouping are queried once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._most_used: dict[str, list[str]] = {}

    def search(self, by: str, typed: str) -> list[str]:
        """Return members whose name contains what was typed, as a page names them, the most used first."""
        words, members = adoption_names.searched(by, typed[:200])
        rows = self._warehouse.query("adoption_members", by=by, typed=words, members=members)
        return adoption_names.display_names(by, rows["member"])

    def offered(self, by: str, names: Sequence[str]) -> list[str]:
        """Return those of some names that the grouping has, in their order, as a page names them."""
        if not names:
            return []
        stored = adoption_names.stored(by, names)
        offered = set(self._warehouse.query("adoption_members", by=by, typed="", members=stored)["member"])
        chosen = [name for name in dict.fromkeys(stored) if name in offered][:MOST_MEMBERS]
        return adoption_names.display_names(by, chosen)

    def drawn(self, by: str, chosen: Sequence[str]) -> list[str]:
        """Return the chosen members, or the ten most used where none is chosen, as they are stored."""
        if chosen:
            return adoption_names.stored(by, list(chosen)[:MOST_MEMBERS])
        if by not in self._most_used:
            rows = self._warehouse.query("adoption_members", by=by, typed="", members=[])
            self._most_used[by] = list(rows["member"])
        return self._most_used[by]
