"""Lines through points: steps, and a smooth trend."""

from __future__ import annotations

import functools

import numpy as np
from statsmodels.nonparametric.smoothers_lowess import lowess

FEWEST = 8  # distinct periods below which no trend is computed
CACHED = 1_000  # trends in the cache, of at most a few kilobytes each


def trend(x: np.ndarray, y: np.ndarray, fraction: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Return a LOWESS trend over the range of x; empty for fewer than eight distinct x.

    Hand it complete periods only. Cleveland (1979), as statsmodels computes it, with its three robust iterations.
    Results are cached and shared between visitors: the arrays are read-only.
    """
    is_finite = np.isfinite(x) & np.isfinite(y)
    return _trend(x[is_finite].tobytes(), y[is_finite].tobytes(), fraction)


@functools.lru_cache(maxsize=CACHED)
def _trend(xs: bytes, ys: bytes, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.frombuffer(xs), np.frombuffer(ys)
    if len(np.unique(x)) < FEWEST:
        return np.array([]), np.array([])
    smooth = lowess(y, x, frac=fraction, it=3, delta=0.01 * float(np.ptp(x)))
    smooth = smooth[np.isfinite(smooth[:, 1])]
    _, first_rows = np.unique(smooth[:, 0], return_index=True)
    line = smooth[first_rows, 0], smooth[first_rows, 1]
    for column in line:
        column.flags.writeable = False
    return line


def steps(x: np.ndarray, y: np.ndarray, until: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return a line that keeps each value until the next one, and the last one until `until`."""
    if len(x) == 0:
        return x, y
    xs, ys = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
    if until is not None and until > xs[-1]:
        xs, ys = np.append(xs, until), np.append(ys, ys[-1])
    return xs, ys
