"""Sums of models by name, and the names of types, as sentences need them."""

from __future__ import annotations

import numpy as np
import pandas as pd


def totals(names: pd.Series, models: pd.Series) -> dict[str, int]:
    """How many models each name has, most first; names with as many in the order of their first row."""
    place, known = pd.factorize(names)
    sums = np.bincount(place, models.to_numpy("float64"), len(known))
    return {str(known[n]): int(sums[n]) for n in np.argsort(-sums, kind="stable")}


def of_type(name: str) -> str:
    """A type after a share of models: of type merge, of unknown type, with no declared base."""
    return {"unknown": "of unknown type", "none declared": "with no declared base"}.get(name, f"of type {name}")
