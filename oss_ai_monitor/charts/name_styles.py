"""A colour and a marker for each name of a chart with many names, such as base models.

Views that stand side by side share them: inside `SharedStyles.view` a name has what an earlier view gave it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Okabe and Ito's six, then six more kept apart from them for every kind of colour vision and from both surfaces.
COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    "#8C56C9", "#A3402B", "#7A8B00", "#4B5FE0", "#B39B6D", "#0F8A8A",
)  # fmt: skip
MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex")
NUMBER = len(COLOURS) * len(MARKERS)
"""How many names can have a style of their own."""


_shared: ContextVar[SharedStyles | None] = ContextVar("shared_styles", default=None)


class SharedStyles:
    """The places in the order of styles that names have in several views, one call after the other in each view."""

    def __init__(self) -> None:
        self._earlier: list[dict[str, int]] = []
        self._places: list[dict[str, int]] = []
        """Of each call of the present view the places of its names."""

    @contextmanager
    def view(self) -> Iterator[None]:
        """Share the places of names with the views before this one."""
        self._earlier, self._places = [*self._earlier, *self._places], []
        token = _shared.set(self)
        try:
            yield
        finally:
            _shared.reset(token)

    def earlier(self, names: Collection[str]) -> dict[str, int]:
        """Return the places of the call of an earlier view that had most of these names; of equals the same call."""
        same = len(self._places)
        calls = [(len(places.keys() & set(names)), n == same, places) for n, places in enumerate(self._earlier)]
        count, _, places = max(calls, key=lambda call: call[:2], default=(0, False, {}))
        return places if count else {}

    def record(self, places: dict[str, int]) -> None:
        """Keep the places of the names of a call."""
        self._places.append(places)


def places_by_name(names: list[str], places: dict[str, int], most: int) -> dict[str, int]:
    """Return a unique place below `most` for each name: its own, or a free one if that is used; the first if none is.

    Beside another view a name has the place that it has there, and no other name has that place while others are free.
    """
    shared = _shared.get()
    earlier = shared.earlier(names) if shared else {}
    used_there = {place for name, place in earlier.items() if name not in names}
    preferred = {name: place for name, place in places.items() if place not in earlier.values()} | earlier
    holders: dict[int, str] = {}
    for name in names:
        if name in preferred:
            holders.setdefault(preferred[name], name)
    free = [n for n in range(most) if n not in holders]
    left = iter(sorted(free, key=lambda n: n in used_there))
    assigned = {
        name: preferred[name] if name in preferred and holders[preferred[name]] == name else next(left, 0)
        for name in names
    }
    if shared:
        shared.record(assigned)
    return assigned


def styles_by_name(names: list[str], indices: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Return a unique colour and marker for each name: those of its index, or free ones if they are used."""
    return {
        name: (COLOURS[n % len(COLOURS)], MARKERS[(n + n // len(COLOURS)) % len(MARKERS)])
        for name, n in places_by_name(names, indices, NUMBER).items()
    }
