"""Sums of models by name, as sentences need them."""

from __future__ import annotations

import numpy as np
import pandas as pd


def totals(names: pd.Series, models: pd.Series) -> dict[str, int]:
    """How many models each name has, most first; names with as many in the order of their first row."""
    place, known = pd.factorize(names)
    sums = np.bincount(place, models.to_numpy("float64"), len(known))
    return {str(known[n]): int(sums[n]) for n in np.argsort(-sums, kind="stable")}
