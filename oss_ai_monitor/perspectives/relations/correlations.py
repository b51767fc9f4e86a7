"""Correlations of variables with missing values: Spearman's with Bonett and Wright's interval, Pearson's with Fisher's.

Every pair of variables is taken over the models of which both are known. Ties get their mean rank.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

Z = 1.959964  # of an interval that holds 95 of 100
COLUMNS = ["variable", "other", "n", "spearman", "low", "high", "pearson", "pearson_low", "pearson_high"]
LOGARITHM, LOGARITHM_OF_COUNT = "logarithm", "logarithm of one more"
"""How numbers that span many orders are taken for Pearson's correlation; counts may be 0."""


def matrix(values: pd.DataFrame, logarithms: Mapping[str, str]) -> pd.DataFrame:
    """Return one row for each pair of columns, in their order: how many models have both, and their correlations.

    `logarithms` says which columns are taken as logarithms for Pearson's correlation; others are taken as they are. A
    correlation is missing where one of the two has fewer than two different values, an interval where n is below 4.
    """
    names = list(values.columns)
    raw = {name: values[name].to_numpy("float64", na_value=np.nan) for name in names}
    is_known = {name: np.isfinite(raw[name]) for name in names}
    codes = {name: np.unique(np.where(is_known[name], raw[name], 0.0), return_inverse=True)[1] for name in names}
    transformed = {name: _transformed(raw[name], logarithms.get(name, "")) for name in names}
    standardised: dict[tuple[str, bytes], tuple[np.ndarray, np.ndarray]] = {}

    def of_both(name: str, both: np.ndarray, key: bytes) -> tuple[np.ndarray, np.ndarray]:
        """Return ranks and numbers of a variable over some models, each with mean 0 and length 1."""
        if (name, key) not in standardised:
            ranks = _mean_ranks(codes[name][both])
            standardised[name, key] = _unit(ranks), _unit(transformed[name][both])
        return standardised[name, key]

    rows = []
    for position, name in enumerate(names):
        for other in names[position + 1 :]:
            both = is_known[name] & is_known[other]
            key = np.packbits(both).tobytes()
            n = int(both.sum())
            one, two = (of_both(each, both, key) for each in (name, other))
            spearman, pearson = (float(np.clip(one[kind] @ two[kind], -1, 1)) if n > 1 else np.nan for kind in (0, 1))
            rows.append(
                (name, other, n, spearman, *interval(spearman, n, is_rank=True), pearson, *interval(pearson, n))
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def interval(correlation: float, n: int, *, is_rank: bool = False) -> tuple[float, float]:
    """Return the 95% interval of a correlation over n models, by Fisher's transformation.

    The variance on the transformed scale is 1 ÷ (n − 3), and of ranks (1 + r² ÷ 2) ÷ (n − 3) (Bonett and Wright 2000).
    """
    if n < 4 or not np.isfinite(correlation) or abs(correlation) >= 1:
        return np.nan, np.nan
    error = np.sqrt((1 + correlation**2 / 2 if is_rank else 1) / (n - 3))
    middle = np.arctanh(correlation)
    return float(np.tanh(middle - Z * error)), float(np.tanh(middle + Z * error))


def _transformed(numbers: np.ndarray, logarithm: str) -> np.ndarray:
    if logarithm == LOGARITHM:
        return np.log10(np.where(numbers > 0, numbers, np.nan))
    return np.log10(np.maximum(numbers, 0) + 1) if logarithm == LOGARITHM_OF_COUNT else numbers


def _mean_ranks(codes: np.ndarray) -> np.ndarray:
    """Return the ranks of values whose order their codes have; equal ones share the mean of their ranks."""
    counts = np.bincount(codes)
    ranks: np.ndarray = (np.cumsum(counts) - (counts - 1) / 2)[codes]
    return ranks


def _unit(numbers: np.ndarray) -> np.ndarray:
    """Return numbers with mean 0 and length 1; NaN where they are all alike, or differ by too little."""
    centred: np.ndarray = numbers - numbers.mean() if len(numbers) else numbers
    length = np.sqrt(centred @ centred)
    if not length > 0 or numbers.min() == numbers.max():
        return np.full(len(numbers), np.nan)
    unit: np.ndarray = centred / length
    return unit
