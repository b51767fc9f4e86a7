"""The state of one visitor's page, and the address that restores it."""

from __future__ import annotations

from collections.abc import Collection

import param

from ..pages import DisabledPage, Page, all_pages, profile_pages
from ..perspectives import Filters, Perspective, address, all_perspectives
from ..warehouse import Warehouse
from .citation import to_query
from .pinned import Pin

TITLE = "Open-Source AI Monitor"
UNPINNED = Pin()


class Session(param.Parameterized):
    """One visitor's filters, perspectives and pages, which of them is active, and the address of that.

    `disabled` are the slugs of pages that the operator has switched off: they are not in the navigation.
    """

    active = param.Integer(default=0, bounds=(0, None), doc="Index of the active perspective or page.")

    def __init__(
        self, warehouse: Warehouse, search: str = "", disabled: Collection[str] = (), pin: Pin = UNPINNED
    ) -> None:
        super().__init__()
        self.pinned = {address.SNAPSHOT: pin.shown_id} if pin.shown_id else {}
        self.warehouse = warehouse
        self._disabled = disabled
        kinds = sorted(all_pages, key=lambda kind: kind.slug in disabled)
        self._pages = dict(enumerate([*kinds, *profile_pages], len(all_perspectives)))
        self._opened_pages: dict[int, Page] = {}
        self.filters = Filters(warehouse)
        query = address.read(search)
        self.notices = self.filters.from_query(query)
        self.opened: dict[int, Perspective] = {}
        named = next((kind.slug for kind in profile_pages if kind.slug in query), all_perspectives[0].slug)
        view = query.get(address.VIEW, named)
        slugs = self.slugs()
        if view in slugs:
            self.active = slugs.index(view)
        else:
            self.notices.append(f"There is no page “{view}”: showing {all_perspectives[0].title}.")
        if self.page:
            self.page.from_query(query)
        elif self.visible:
            self.notices += self.visible.from_query(query)

    def slugs(self) -> list[str]:
        """Return the slugs of all perspectives and pages, by index."""
        return [kind.slug for kind in all_perspectives] + [kind.slug for kind in self._pages.values()]

    def offers(self, slug: str) -> bool:
        """Whether there is such a page and it is not switched off."""
        return slug not in self._disabled and slug in (kind.slug for kind in self._pages.values())

    def titles(self) -> list[str]:
        """Return the titles in the navigation, by index; pages that are switched off or have no tab come after them."""
        pages = [kind.title for kind in self._pages.values() if kind.slug not in self._disabled and kind in all_pages]
        return [kind.title for kind in all_perspectives] + pages

    def title(self) -> str:
        """Return the title for the browser's tab and history."""
        return f"{self.page.heading if self.page else self.titles()[self.active]} · {TITLE}"

    @property
    def visible(self) -> Perspective | None:
        """The active perspective, created when it is first visible; None on a page."""
        if self.active in self._pages:
            return None
        if self.active not in self.opened:
            self.opened[self.active] = all_perspectives[self.active](self.warehouse, self.filters)
        return self.opened[self.active]

    @property
    def page(self) -> Page | None:
        """The active page, created when it is first opened; None at a perspective."""
        kind = self._pages.get(self.active)
        if kind and self.active not in self._opened_pages:
            page = DisabledPage(self.warehouse, kind) if kind.slug in self._disabled else kind(self.warehouse)
            page.pinned = self.pinned
            self._opened_pages[self.active] = page
        return self._opened_pages.get(self.active)

    def to_query(self) -> str:
        """Return the query string that restores the current view."""
        if self.page:
            return address.write(self.page.to_query() | self.pinned)
        assert self.visible
        return address.write(to_query(self.visible) | self.pinned)
