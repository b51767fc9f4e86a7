"""Lines through points: running steps, and a smooth trend that never stands alone."""

from __future__ import annotations

import functools

import numpy as np
from statsmodels.nonparametric.smoothers_lowess import lowess

FEWEST = 8  # distinct periods below which a trend would be an invention
KEPT = 1_000  # trends that are kept, of at most a few kilobytes each


def trend(x: np.ndarray, y: np.ndarray, fraction: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """A LOWESS trend over the range of x and no further; empty for fewer than eight distinct x.

    Hand it complete periods only. Cleveland (1979), as statsmodels computes it, with its three robust iterations.
    Who asks for the same, be it another visitor, shares the arrays: they are read-only.
    """
    known = np.isfinite(x) & np.isfinite(y)
    return _trend(x[known].tobytes(), y[known].tobytes(), fraction)


@functools.lru_cache(maxsize=KEPT)
def _trend(xs: bytes, ys: bytes, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.frombuffer(xs), np.frombuffer(ys)
    if len(np.unique(x)) < FEWEST:
        return np.array([]), np.array([])
    smooth = lowess(y, x, frac=fraction, it=3, delta=0.01 * float(np.ptp(x)))
    smooth = smooth[np.isfinite(smooth[:, 1])]
    _, first = np.unique(smooth[:, 0], return_index=True)
    found = smooth[first, 0], smooth[first, 1]
    for part in found:
        part.flags.writeable = False
    return found


def steps(x: np.ndarray, y: np.ndarray, until: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """A line that holds each value until the next one, and the last one until `until`."""
    if len(x) == 0:
        return x, y
    xs, ys = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
    if until is not None and until > xs[-1]:
        xs, ys = np.append(xs, until), np.append(ys, ys[-1])
    return xs, ys
