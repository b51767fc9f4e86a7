"""Points by names that are only known when data arrive, such as authors: colours go by position in the list."""

from __future__ import annotations

from typing import Any

from bokeh.core.properties import value
from bokeh.models import LegendItem

from .points import MARKERS, Points
from .timeline import shortened

# Paul Tol's bright and vibrant sets: the hues of types and architectures mean other things.
COLOURS = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#EE7733", "#009988", "#BB5566", "#997700",
)  # fmt: skip
MAX_NAMES = 24  # names with a colour of their own; others are grey


class DynamicPoints(Points):
    """Points whose names change with the data: call `set_names` with them, in reading order, before `send`."""

    def __init__(self, key: str, *, by: str, **params: Any) -> None:
        super().__init__(key, by=by, colours={str(n): _colour(n) for n in range(MAX_NAMES)}, **params)
        self._swatches = self.figure.legend[0].items[0].renderers[0]
        self._swatches.glyph.marker = {"field": "marker"}
        self._swatches.data_source.data["marker"] = [_marker(n) for n in range(MAX_NAMES)]
        self._visible_names: list[str] = []

    def set_names(self, names: list[str], candidates: list[str]) -> None:
        """Set the names to draw; colours go by position in `candidates`, so that ticking a name changes no colour."""
        coloured = candidates[:MAX_NAMES]
        self._colours = {name: _colour(n) for n, name in enumerate(coloured)}
        if self._paint.factors != coloured:
            self._paint.update(factors=coloured, palette=list(self._colours.values()))
            self._shape.update(factors=coloured, markers=[_marker(n) for n in range(len(coloured))])
        labels = dict(zip(coloured, shortened(coloured), strict=True))
        visible = [name for name in coloured if name in names]
        if self._visible_names == visible:
            return
        self._visible_names = visible
        self.figure.legend[0].items = [
            LegendItem(label=value(labels[name]), renderers=[self._swatches], index=coloured.index(name))
            for name in visible
        ]

    def _name(self, names: set[str]) -> None:
        """Do nothing: `set_names` has made the legend."""


def _colour(n: int) -> str:
    return COLOURS[n % len(COLOURS)]


def _marker(n: int) -> str:
    return MARKERS[(n % len(COLOURS) + n // len(COLOURS)) % (len(MARKERS) - 1)]
