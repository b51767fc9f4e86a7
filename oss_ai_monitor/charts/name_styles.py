"""A colour and a marker for each name of a chart with many names, such as base models."""

from __future__ import annotations

# Okabe and Ito's six, then six more kept apart from them for every kind of colour vision and from both surfaces.
COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    "#8C56C9", "#A3402B", "#7A8B00", "#4B5FE0", "#B39B6D", "#0F8A8A",
)  # fmt: skip
MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex")
NUMBER = len(COLOURS) * len(MARKERS)
"""How many names can have a style of their own."""


def styles_by_name(names: list[str], indices: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Return a unique colour and marker for each name: those of its index, or free ones if they are used."""
    holders: dict[int, str] = {}
    for name in names:
        if name in indices:
            holders.setdefault(indices[name], name)
    free = iter(n for n in range(NUMBER) if n not in holders)
    assigned = {
        name: indices[name] if name in indices and holders[indices[name]] == name else next(free, 0) for name in names
    }
    return {
        name: (COLOURS[n % len(COLOURS)], MARKERS[(n + n // len(COLOURS)) % len(MARKERS)])
        for name, n in assigned.items()
    }
