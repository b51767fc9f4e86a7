"""Where the nodes of a family are drawn: by the day of appearing from left to right, by generation from top to bottom.

Within a layer a node is as near to the bases that it stands on as there is room (a barycentre), and covers no other.
NumPy does that for some hundred nodes in milliseconds, so that nothing is laid out when the warehouse is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WIDTH = 300.0
"""Pixels between the first and the last day for which nodes are kept apart; a telephone has about as many."""
UNDATED = 0.045
"""Undated models are so far to the left of the first day, as a share of all days."""
GAP = 4.0
"""Pixels between two nodes of a row."""
MOST_ROWS = 7
"""Rows of a layer; with more nodes they cover each other a little."""


@dataclass(frozen=True)
class Layout:
    """The position of each node, and the layers from top to bottom: layer, lower and upper end."""

    x: np.ndarray
    y: np.ndarray
    layers: list[tuple[int, float, float]]

    @property
    def rows(self) -> float:
        """How high it is, in rows."""
        return -min((low for _, low, _ in self.layers), default=0.0)


def layout(
    days: np.ndarray, layers: np.ndarray, sizes: np.ndarray, edges: Sequence[tuple[int, int]]
) -> Layout:  # fmt: skip
    """Place nodes.

    days: numbers, NaN where undated; layers: whole numbers, the first on top; sizes: pixels; edges: (base, model) as
    positions of nodes.
    """
    x = _across(days)
    width = float(np.ptp(x)) or 1.0
    parents: list[list[int]] = [[] for _ in days]
    for base, model in edges:
        parents[model].append(base)
    y, share = np.zeros(len(x)), np.full(len(x), 0.5)
    top = 0.0
    ends: list[tuple[int, float, float]] = []
    for layer in np.unique(layers):
        nodes = np.flatnonzero(layers == layer)
        wish = {int(n): float(np.mean(share[parents[n]])) if parents[n] else 0.5 for n in nodes}
        rows = _rows(nodes[np.lexsort((nodes, x[nodes]))], x / width * WIDTH, sizes, wish)
        number = max(rows.values()) + 1
        for n, row in rows.items():
            share[n] = (row + 0.5) / number
            y[n] = -(top + row + 0.5)
        low = -(top + number)
        ends.append((int(layer), low, -top))
        top += number
    return Layout(x, y, ends)


def _across(days: np.ndarray) -> np.ndarray:
    """Return positions from left to right: days, and for undated nodes one at the left of all days."""
    dated = days[np.isfinite(days)]
    if not len(dated):
        return np.zeros(len(days))
    first, last = float(dated.min()), float(dated.max())
    return np.where(np.isfinite(days), days, first - UNDATED * ((last - first) or 1.0))


def _rows(nodes: np.ndarray, pixels: np.ndarray, sizes: np.ndarray, wish: dict[int, float]) -> dict[int, int]:
    """Return the row of each node of a layer, from left to right: of the free rows the one nearest to its wish."""
    number = _needed_rows(nodes, pixels, sizes)
    free_from = np.full(number, -np.inf)
    rows: dict[int, int] = {}
    for n in nodes:
        left = pixels[n] - sizes[n] / 2
        distance = np.abs((np.arange(number) + 0.5) / number - wish[n])
        covered = np.maximum(free_from - left, 0.0)
        row = int(np.lexsort((distance, covered))[0])
        rows[int(n)] = row
        free_from[row] = left + sizes[n] + GAP
    return rows


def _needed_rows(nodes: np.ndarray, pixels: np.ndarray, sizes: np.ndarray) -> int:
    """Return how many rows there must be so that no node covers another, as far as that is possible."""
    starts, ends = pixels[nodes] - sizes[nodes] / 2, pixels[nodes] + sizes[nodes] / 2 + GAP
    most = max(int(((starts <= start) & (ends > start)).sum()) for start in starts)
    return min(max(most, 1), MOST_ROWS)
