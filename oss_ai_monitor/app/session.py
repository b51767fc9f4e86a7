"""The state of one visitor's page, and the address that restores it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import param

from ..pages import DisabledPage, Page, all_pages, profile_pages
from ..perspectives import GROUPS, Filters, Perspective, Selection, address, all_perspectives
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
        self.notices = [*address.repeated(search), *self.filters.from_query(query)]
        self.opened: dict[int, Perspective] = {}
        self.active = self._index_of(query)
        if self.page:
            self.page.from_query(query)
        elif self.visible:
            self.notices += self._own_choices(self.visible, query)

    def restore(self, search: str) -> int:
        """Take the state of an address, all but which view is active; return the index of that view.

        What the address of a perspective does not mention is as it was at first. `notices` are those about it.
        """
        if self.visible:
            self.visible.hide()
        query, self.notices = address.read(search), address.repeated(search)
        index = self._index_of(query)
        if index in self._pages:
            page = self._page(index)
            if address.write(page.to_query()) != address.write(_without_snapshot(query)):
                page.from_query(query)
            return index
        selection, notices = address.read_selection(query, Selection.defaults(self.filters.datasets))
        self.filters.take(selection)
        perspective = self._perspective(index)
        perspective.reset()
        self.notices += notices + self._own_choices(perspective, query)
        return index

    @staticmethod
    def _own_choices(perspective: Perspective, query: Mapping[str, str]) -> list[str]:
        """Set the own choices of a perspective; returns a notice for each value and each name that it does not have."""
        unknown = address.unknown_names(query, perspective.parameters, perspective.title)
        return [*perspective.from_query(query), *unknown]

    def _index_of(self, query: Mapping[str, str]) -> int:
        """Return the index of the view that an address names; of the first one, with a notice, if there is none."""
        named = next((kind.slug for kind in profile_pages if kind.slug in query), all_perspectives[0].slug)
        view, slugs = query.get(address.VIEW, named), self.slugs()
        if view in slugs:
            return slugs.index(view)
        self.notices.append(f"There is no page “{view}”: showing {all_perspectives[0].title}.")
        return 0

    def slugs(self) -> list[str]:
        """Return the slugs of all perspectives and pages, by index."""
        return [kind.slug for kind in all_perspectives] + [kind.slug for kind in self._pages.values()]

    def offers(self, slug: str) -> bool:
        """Whether there is such a page and it is not switched off."""
        return slug not in self._disabled and slug in (kind.slug for kind in self._pages.values())

    def titles(self) -> list[str]:
        """Return the titles in the navigation, by index; pages that are switched off or in no group come after them."""
        pages = [kind.title for kind in self._pages.values() if kind.slug not in self._disabled and kind in all_pages]
        return [kind.title for kind in all_perspectives] + pages

    def groups(self) -> list[list[Any]]:
        """Return the title of each group, and index, title and slug of its views; in reading order."""
        kinds: list[type[Perspective] | type[Page]] = [*all_perspectives, *self._pages.values()]
        shown = list(enumerate(kinds[: len(self.titles())]))
        views = {group: [[n, kind.title, kind.slug] for n, kind in shown if kind.group == group] for group in GROUPS}
        return [[group, views[group]] for group in GROUPS if views[group]]

    def title(self) -> str:
        """Return the title for the browser's tab and history."""
        return f"{self.page.heading if self.page else self.titles()[self.active]} · {TITLE}"

    @property
    def visible(self) -> Perspective | None:
        """The active perspective, created when it is first visible; None on a page."""
        return None if self.active in self._pages else self._perspective(self.active)

    def _perspective(self, index: int) -> Perspective:
        if index not in self.opened:
            self.opened[index] = all_perspectives[index](self.warehouse, self.filters)
        return self.opened[index]

    @property
    def page(self) -> Page | None:
        """The active page, created when it is first opened; None at a perspective."""
        return self._page(self.active) if self.active in self._pages else None

    def _page(self, index: int) -> Page:
        if index not in self._opened_pages:
            kind = self._pages[index]
            page = DisabledPage(self.warehouse, kind) if kind.slug in self._disabled else kind(self.warehouse)
            page.pinned = self.pinned
            self._opened_pages[index] = page
        return self._opened_pages[index]

    def to_query(self) -> str:
        """Return the query string that restores the current view."""
        if self.page:
            return address.write(self.page.to_query() | self.pinned)
        assert self.visible
        return address.write(to_query(self.visible) | self.pinned)

    def shared_query(self) -> str:
        """Return the shared choices and the pinned snapshot as a part of an address, without “?”."""
        return address.write(address.write_selection(self.filters.selection) | self.pinned).removeprefix("?")


def _without_snapshot(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name != address.SNAPSHOT}
