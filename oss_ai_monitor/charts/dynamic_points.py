"""Points by names that nobody knows beforehand, such as authors: colours go by place, and the legend follows."""

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
MOST = 24  # names with a place of their own; others are grey


class DynamicPoints(Points):
    """Points whose names change with the data: call `cast` with them, in reading order, before `send`."""

    def __init__(self, key: str, *, by: str, **params: Any) -> None:
        super().__init__(key, by=by, colours={str(n): _colour(n) for n in range(MOST)}, **params)
        self._swatches = self.figure.legend[0].items[0].renderers[0]
        self._swatches.glyph.marker = {"field": "marker"}
        self._swatches.data_source.data["marker"] = [_marker(n) for n in range(MOST)]
        self._drawn_names: list[str] = []

    def set_names(self, names: list[str], among: list[str]) -> None:
        """Name who is drawn; places go by `among`, everyone who could be, so that nobody changes colour by a tick."""
        known = among[:MOST]
        self._colours = {name: _colour(n) for n, name in enumerate(known)}
        if self._paint.factors != known:
            self._paint.update(factors=known, palette=list(self._colours.values()))
            self._shape.update(factors=known, markers=[_marker(n) for n in range(len(known))])
        labels = dict(zip(known, shortened(known), strict=True))
        drawn = [name for name in known if name in names]
        if self._drawn_names == drawn:
            return
        self._drawn_names = drawn
        self.figure.legend[0].items = [
            LegendItem(label=value(labels[name]), renderers=[self._swatches], index=known.index(name)) for name in drawn
        ]

    def _name(self, names: set[str]) -> None:
        """The legend holds the cast already."""


def _colour(n: int) -> str:
    return COLOURS[n % len(COLOURS)]


def _marker(n: int) -> str:
    return MARKERS[(n % len(COLOURS) + n // len(COLOURS)) % (len(MARKERS) - 1)]
