"""Points by names that are only known when data arrive, such as authors: colours go by position in the list."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from .name_styles import places_by_name
from .points import MARKERS, Points
from .style import swatch_data
from .timeline import LONGEST_IN_LEGEND, shortened

# Paul Tol's bright and vibrant sets: the hues of types and architectures mean other things.
COLOURS = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#EE7733", "#009988", "#BB5566", "#997700",
)  # fmt: skip
MAX_NAMES = 24  # names with a colour of their own; others are grey


class DynamicPoints(Points):
    """Points whose names change with the data: call `set_names` with them, in reading order, before `send`."""

    def __init__(self, key: str, *, by: str, **params: Any) -> None:
        super().__init__(key, by=by, colours={str(n): _colour(n) for n in range(MAX_NAMES)}, **params)
        self._texts: dict[int, str] = {}

    def set_names(self, names: list[str], candidates: list[str]) -> None:
        """Set the names to draw; colours go by position in `candidates`, so that ticking a name changes no colour."""
        coloured = candidates[:MAX_NAMES]
        places = places_by_name(coloured, {name: n for n, name in enumerate(coloured)}, 2 * MAX_NAMES)
        self._colours = {name: _colour(n) for name, n in places.items()}
        markers = [_marker(n) for n in places.values()]
        self._set("colours", factors=coloured, palette=list(self._colours.values()))
        self._set("markers", factors=coloured, markers=markers)
        self._send("swatches", swatch_data(self._colours) | {"marker": markers})
        texts = enumerate(zip(coloured, shortened(coloured, LONGEST_IN_LEGEND), strict=True))
        self._texts = {n: text for n, (name, text) in texts if name in names}

    def _markers(self) -> tuple[str, ...]:
        return tuple(_marker(n) for n in range(MAX_NAMES))

    def _show_names(self, positions: Mapping[str, int], names: Set[str]) -> None:  # noqa: ARG002
        """Let the legend name what `set_names` was given."""
        self._show_legend(self._texts)


def _colour(n: int) -> str:
    return COLOURS[n % len(COLOURS)]


def _marker(n: int) -> str:
    return MARKERS[(n % len(COLOURS) + n // len(COLOURS)) % (len(MARKERS) - 1)]
