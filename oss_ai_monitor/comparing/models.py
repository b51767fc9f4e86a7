"""The models of a dataset in one generation, with what a figure reads of them; renamed ones by their former name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from ..warehouse import Warehouse
from .figures import Figure

QUERY = "compared_models"


def models_of(warehouse: Warehouse, dataset: str, figure: Figure) -> pd.DataFrame:
    """Return name_hash and the columns that the figure reads, one row a model, in the order of name_hash."""
    select, values = _bound(warehouse, dataset, figure)
    columns = ", ".join(("name_hash", *figure.columns))
    return warehouse.sql_frame(f"select {columns},\nfrom (\n{select})", values)


def figure_select(warehouse: Warehouse, dataset: str, figure: Figure) -> tuple[str, dict[str, Any]]:
    """Return a select of the figure as `value`, which any reader of the generation can run, and what it binds."""
    select, values = _bound(warehouse, dataset, figure)
    return f"select {figure.expression} as value,\nfrom (\n{select})", values


def renamed(
    now: Warehouse, since: dt.date, models_then: pd.DataFrame, models_now: pd.DataFrame, *, is_hub: bool
) -> dict[int, int]:
    """Return the hash of the present name → that of the former one, of models that were renamed between the ends.

    On the Hub another repository may have taken the former name since; a leaderboard may go on with it.
    """
    rows = now.query("compared_renames", since=since)
    if rows.empty:
        return {}
    former, latest = rows["former_hash"].to_numpy(), rows["name_hash"].to_numpy()
    before, after = (models["name_hash"].to_numpy() for models in (models_then, models_now))
    is_listed_now, was_listed_now = np.isin(latest, after), np.isin(former, after)
    chosen = np.isin(former, before) & ~np.isin(latest, before) & (is_hub | (is_listed_now & ~was_listed_now))
    return {int(new): int(old) for old, new in zip(former[chosen], latest[chosen], strict=True)}


def with_latest_names(models: pd.DataFrame, former_of: dict[int, int]) -> pd.DataFrame:
    """Return models with the present name of those that were renamed."""
    if not former_of:
        return models
    latest_of = {old: new for new, old in former_of.items()}
    hashes = models["name_hash"].to_numpy().copy()
    for place in np.flatnonzero(np.isin(hashes, np.array(list(latest_of), hashes.dtype))):
        hashes[place] = latest_of[int(hashes[place])]
    return models.assign(name_hash=hashes)


def _bound(warehouse: Warehouse, dataset: str, figure: Figure) -> tuple[str, dict[str, Any]]:
    return warehouse.bound(QUERY, {"dataset": dataset, "benchmark": figure.benchmark})
