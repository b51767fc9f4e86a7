"""The columns behind a grid of panels: one row per panel and period, with the trends, and the ticks of their scale."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from .periods import Span, ends, milliseconds, round_ticks
from .trends import FEWEST, trend


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
        "value": height.astype("float32"),
        "models": rows["models"].to_numpy("int32"),
        "before": rows[reference].to_numpy("float32", na_value=np.nan),
        "trend": np.concatenate([*trends, np.array([])]).astype("float32"),
    }


def row_ranges(panel: np.ndarray) -> list[slice]:
    """Return the range of rows of each panel."""
    edges = np.flatnonzero(np.diff(panel, prepend=-1, append=-1))
    return [slice(start, end) for start, end in pairwise(edges)]


def scale_ticks(values: np.ndarray) -> list[float]:
    """Return round ticks that enclose all values and zero: the scale that the panels share."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    return round_ticks(min(low, 0.0), max(high, 0.0), 3)


def _trend_fraction(height: np.ndarray) -> float:
    """Return the share of points that each part of a trend uses: half of them, or eight where half is fewer."""
    return min(1.0, max(0.5, FEWEST / max(int(np.isfinite(height).sum()), 1)))


def _on_grid(x: np.ndarray, known_x: np.ndarray, known_y: np.ndarray) -> np.ndarray:
    """Return a trend at every x between its first and its last point, and NaN beyond them."""
    if len(known_x) == 0:
        return np.full(len(x), np.nan)
    values: np.ndarray = np.interp(x, known_x, known_y, left=np.nan, right=np.nan)
    return values
