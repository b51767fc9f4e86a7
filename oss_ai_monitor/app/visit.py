"""What one visitor looks at, and the address that says so."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode

import param

from ..perspectives import Filters, Perspective, all_perspectives
from ..warehouse import Warehouse
from .citing import address
from .pins import Pin
from .rooms import Closed, Room, all_rooms

TITLE = "Open-Source AI Monitor"
UNPINNED = Pin()


class Visit(param.Parameterized):
    """What one visitor sees: filters, perspectives and rooms, which of them is visible, how the address says so.

    `closed` are the slugs of rooms that the operator has switched off: they are in no navigation.
    """

    active = param.Integer(default=0, bounds=(0, None), doc="The visible perspective or room, by its place.")

    def __init__(
        self, warehouse: Warehouse, search: str = "", closed: Collection[str] = (), pin: Pin = UNPINNED
    ) -> None:
        super().__init__()
        self._pinned = {"snapshot": pin.shown} if pin.shown else {}
        self.warehouse = warehouse
        self._closed = closed
        kinds = sorted(all_rooms(), key=lambda kind: kind.slug in closed)
        self._rooms = dict(enumerate(kinds, len(all_perspectives)))
        self._entered: dict[int, Room] = {}
        self.filters = Filters(warehouse)
        said = dict(parse_qsl(search.removeprefix("?")))
        self.notices = self.filters.follow(said)
        self.opened: dict[int, Perspective] = {}
        view = said.get("view", all_perspectives[0].slug)
        slugs = self.slugs()
        if view in slugs:
            self.active = slugs.index(view)
        else:
            self.notices.append(f"There is no page “{view}”: showing {all_perspectives[0].title}.")
        if self.room:
            self.room.follow(said)
        elif self.visible:
            self.notices += self.visible.follow(said)

    def slugs(self) -> list[str]:
        """What an address calls each perspective and room, by its place."""
        return [kind.slug for kind in all_perspectives] + [kind.slug for kind in self._rooms.values()]

    def offers(self, slug: str) -> bool:
        """Whether there is such a room, and it is not switched off."""
        return slug not in self._closed and slug in (kind.slug for kind in self._rooms.values())

    def titles(self) -> list[str]:
        """The names in the navigation, by place; rooms that are switched off come after them."""
        rooms = [kind.title for kind in self._rooms.values() if kind.slug not in self._closed]
        return [kind.title for kind in all_perspectives] + rooms

    def title(self) -> str:
        """What the browser calls what is seen, in its tab and its history."""
        return f"{self.titles()[self.active]} · {TITLE}"

    @property
    def visible(self) -> Perspective | None:
        """The perspective that is looked at, made when it first is; None in a room."""
        if self.active in self._rooms:
            return None
        if self.active not in self.opened:
            self.opened[self.active] = all_perspectives[self.active](self.warehouse, self.filters)
        return self.opened[self.active]

    @property
    def room(self) -> Room | None:
        """The room that the visitor is in, made when first entered; None at a perspective."""
        kind = self._rooms.get(self.active)
        if kind and self.active not in self._entered:
            made = Closed(self.warehouse, kind) if kind.slug in self._closed else kind(self.warehouse)
            self._entered[self.active] = made
        return self._entered.get(self.active)

    def address(self) -> str:
        """The query string that reproduces what is seen."""
        if self.room:
            return "?" + urlencode({"view": self.room.slug} | self.room.said | self._pinned)
        assert self.visible
        return "?" + urlencode(address(self.visible) | self._pinned)
