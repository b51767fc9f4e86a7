"""What one visitor looks at, and the address that opens it again."""

from __future__ import annotations

from collections.abc import Collection

import param

from ..pages import DisabledPage, Page, all_pages
from ..perspectives import Filters, Perspective, address, all_perspectives
from ..warehouse import Warehouse
from .citation import to_query
from .pinned import Pin

TITLE = "Open-Source AI Monitor"
UNPINNED = Pin()


class Session(param.Parameterized):
    """What one visitor sees: filters, perspectives and pages, which of them is visible, and the address of that.

    `disabled` are the slugs of pages that the operator has switched off: they are in no navigation.
    """

    active = param.Integer(default=0, bounds=(0, None), doc="The visible perspective or page, by its place.")

    def __init__(
        self, warehouse: Warehouse, search: str = "", disabled: Collection[str] = (), pin: Pin = UNPINNED
    ) -> None:
        super().__init__()
        self._pinned = {address.SNAPSHOT: pin.shown} if pin.shown else {}
        self.warehouse = warehouse
        self._disabled = disabled
        kinds = sorted(all_pages, key=lambda kind: kind.slug in disabled)
        self._pages = dict(enumerate(kinds, len(all_perspectives)))
        self._entered: dict[int, Page] = {}
        self.filters = Filters(warehouse)
        words = address.read(search)
        self.notices = self.filters.from_query(words)
        self.opened: dict[int, Perspective] = {}
        view = words.get(address.VIEW, all_perspectives[0].slug)
        slugs = self.slugs()
        if view in slugs:
            self.active = slugs.index(view)
        else:
            self.notices.append(f"There is no page “{view}”: showing {all_perspectives[0].title}.")
        if self.page:
            self.page.from_query(words)
        elif self.visible:
            self.notices += self.visible.from_query(words)

    def slugs(self) -> list[str]:
        """What an address calls each perspective and page, by its place."""
        return [kind.slug for kind in all_perspectives] + [kind.slug for kind in self._pages.values()]

    def offers(self, slug: str) -> bool:
        """Whether there is such a page, and it is not switched off."""
        return slug not in self._disabled and slug in (kind.slug for kind in self._pages.values())

    def titles(self) -> list[str]:
        """The names in the navigation, by place; pages that are switched off come after them."""
        pages = [kind.title for kind in self._pages.values() if kind.slug not in self._disabled]
        return [kind.title for kind in all_perspectives] + pages

    def title(self) -> str:
        """What the browser calls what is seen, in its tab and its history."""
        return f"{self.titles()[self.active]} · {TITLE}"

    @property
    def visible(self) -> Perspective | None:
        """The perspective that is looked at, made when it first is; None on a page."""
        if self.active in self._pages:
            return None
        if self.active not in self.opened:
            self.opened[self.active] = all_perspectives[self.active](self.warehouse, self.filters)
        return self.opened[self.active]

    @property
    def page(self) -> Page | None:
        """The page that the visitor looks at, made when first opened; None at a perspective."""
        kind = self._pages.get(self.active)
        if kind and self.active not in self._entered:
            page = DisabledPage(self.warehouse, kind) if kind.slug in self._disabled else kind(self.warehouse)
            self._entered[self.active] = page
        return self._entered.get(self.active)

    def to_query(self) -> str:
        """The query string that reproduces what is seen."""
        if self.page:
            return address.write({address.VIEW: self.page.slug} | self.page.query | self._pinned)
        assert self.visible
        return address.write(to_query(self.visible) | self._pinned)
