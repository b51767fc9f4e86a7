"""Colour scales for cells: readable with every kind of colour vision, on a light and on a dark surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from bokeh.palettes import Cividis256, interp_palette

BLACK, WHITE = "#000000", "#FFFFFF"  # on a middle colour of a scale nothing softer has a contrast of 4.5
FROM_ZERO = tuple(Cividis256[36:236])  # neither of its ends is a surface of the page
AROUND_ZERO = tuple(interp_palette(("#1F5FA8", "#8DB3DA", "#D5D8DD", "#EFA868", "#B4540A"), 201))
MIDDLE = 0.179  # the luminance on which dark and light texts have the same contrast


def colour_at(share: float, scale: Sequence[str]) -> str:
    """Return the colour at a share of a scale, as Bokeh maps it."""
    return scale[int(np.clip(share * len(scale), 0, len(scale) - 1))]


def text_colour(background: str) -> str:
    """Return the colour of a text that can be read on this colour: dark or light."""
    channels = np.array([int(background[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    luminance = float(channels**2.2 @ np.array([0.2126, 0.7152, 0.0722]))
    return BLACK if luminance > MIDDLE else WHITE
