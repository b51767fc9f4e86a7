"""The columns behind a grid of panels: one row per panel and period, the outlines of the areas, and the trends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from .periods import Span, ends, milliseconds
from .trends import FEWEST, trend

ZERO, GAP = np.array([0.0]), np.array([np.nan])


def cell_columns(
    frame: pd.DataFrame, panels: pd.Series, span: Span, value: str, reference: str
) -> dict[str, np.ndarray]:
    """Return one row per panel and period, the rows of a panel together and in order."""
    panel_numbers = panels.to_numpy("int8")
    order = np.argsort(panel_numbers, kind="stable")
    rows = frame.iloc[order]
    left, right = milliseconds(rows["period"]), ends(rows["period"], span.unit)
    height, middle = rows[value].to_numpy("float64", na_value=np.nan), (left + right) / 2
    appeared = np.where(rows["has_appeared"].to_numpy(bool), height, np.nan)
    trends = [
        _on_grid(
            middle[panel_rows], *trend(middle[panel_rows], appeared[panel_rows], _trend_fraction(appeared[panel_rows]))
        )
        for panel_rows in row_ranges(panel_numbers[order])
    ]
    return {
        "panel": panel_numbers[order],
        "period": left,
        "end": right,
        "middle": middle,
        "value": height.astype("float32"),
        "models": rows["models"].to_numpy("int32"),
        "before": rows[reference].to_numpy("float32", na_value=np.nan),
        "trend": np.concatenate([*trends, np.array([])]).astype("float32"),
    }


def outlines(cells: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the corners of each panel's area, those of a panel together and in order."""
    columns = [cells[name] for name in ("panel", "period", "end", "value")]
    outlines = [
        (panel[0], *steps_to_zero(left, right, height))
        for panel, left, right, height in ([column[rows] for column in columns] for rows in row_ranges(cells["panel"]))
    ]
    return {
        "panel": np.repeat(np.array([n for n, _, _ in outlines], "int8"), [len(x) for _, x, _ in outlines]),
        "x": np.concatenate([*(x for _, x, _ in outlines), np.array([])]),
        "y": np.concatenate([*(y for _, _, y in outlines), np.array([])]).astype("float32"),
    }


def row_ranges(panel: np.ndarray) -> list[slice]:
    """Return the range of rows of each panel."""
    edges = np.flatnonzero(np.diff(panel, prepend=-1, append=-1))
    return [slice(start, end) for start, end in pairwise(edges)]


def steps_to_zero(left: np.ndarray, right: np.ndarray, height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outline of an area that stands on zero, one step a period, in pieces between gaps with NaN between."""
    finite = np.flatnonzero(np.isfinite(height))
    pieces = np.split(finite, np.flatnonzero(np.diff(finite) > 1) + 1) if len(finite) else []
    xs: list[np.ndarray] = []
    ys: list[np.ndarray] = []
    for piece in pieces:
        x, y = np.column_stack([left[piece], right[piece]]).ravel(), np.repeat(height[piece], 2)
        xs += [x[:1], x, x[-1:], GAP]
        ys += [ZERO, y, ZERO, GAP]
    return (np.concatenate(xs), np.concatenate(ys)) if xs else (np.array([]), np.array([]))


def _trend_fraction(height: np.ndarray) -> float:
    """Return the share of points that each part of a trend uses: half of them, or eight where half is fewer."""
    return min(1.0, max(0.5, FEWEST / max(int(np.isfinite(height).sum()), 1)))


def _on_grid(x: np.ndarray, known_x: np.ndarray, known_y: np.ndarray) -> np.ndarray:
    """Return a trend at every x between its first and its last point, and NaN beyond them."""
    if len(known_x) == 0:
        return np.full(len(x), np.nan)
    values: np.ndarray = np.interp(x, known_x, known_y, left=np.nan, right=np.nan)
    return values
