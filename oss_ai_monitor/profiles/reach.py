"""How far a model, an owner or a family is used: its downloads over the weeks, and those of what descends from it."""

from __future__ import annotations

import pandas as pd

from ..plurals import counted
from ..warehouse import Warehouse
from .derivatives import Descendants
from .profile import Fact, Query, Section, Series
from .wording import count, number, rows_of, text

LEVEL = "Downloads in the 30 days before the end of each week"
FIGURE = "downloads in 30 days"
WEEKS_BEFORE = 3


def weekly_series(rows: pd.DataFrame, query: Query) -> tuple[Series, ...]:
    """Return the curve of the rows of a query: week, downloads_30d and perhaps part.

    None where fewer than two weeks have any. A week without a listing has no figure, and is a gap.
    """
    if rows.empty or rows.dropna(subset=["downloads_30d"])["week"].nunique() < 2:
        return ()
    names = rows["part"] if "part" in rows else pd.Series(FIGURE, index=rows.index)
    points = tuple(
        (pd.Timestamp(week).date(), str(part), float("nan") if pd.isna(downloads) else float(downloads))
        for week, part, downloads in zip(rows["week"], names, rows["downloads_30d"], strict=True)
    )
    return (Series(LEVEL, "weeks", points, query),)


def weekly_trend(rows: pd.DataFrame) -> float | None:
    """Return the new downloads of the last complete week against the mean of the three before, as a change from 0.

    None where a week of the four is missing or has no listing, or where the three had no downloads.
    """
    last = rows.tail(WEEKS_BEFORE + 1)
    if len(last) <= WEEKS_BEFORE or not bool(last["is_last"].iloc[-1]):
        return None
    if last["gained"].isna().any() or last["downloads_30d"].isna().any():
        return None
    if (pd.Timestamp(last["week"].iloc[-1]) - pd.Timestamp(last["week"].iloc[0])).days != 7 * WEEKS_BEFORE:
        return None
    gained = last["gained"].astype(float).tolist()
    before = sum(gained[:-1]) / WEEKS_BEFORE
    return gained[-1] / before - 1 if before > 0 else None


def reach(descendants: Descendants, base_downloads: int | None) -> Section:
    """Return the downloads of a base and of what descends from it, by relation, with shares of the family."""
    title = "Reach of the family"
    if not descendants.models or descendants.downloads_30d is None:
        return Section(title)
    total = descendants.downloads_30d + (base_downloads or 0)
    by_relation = descendants.counts.groupby("relation").agg(
        models=("models", "sum"),
        downloads=("downloads_30d", lambda downloads: downloads.sum(min_count=1)),  # unknown is not 0
    )
    lines = [("the base itself", 1, base_downloads)] + [
        (f"derivatives: {relation}", count(row["models"]), count(row["downloads"]))
        for relation, row in by_relation.sort_values("downloads", ascending=False, na_position="last").iterrows()
    ]
    share = f", {descendants.downloads_30d / total:.1%} of its family's" if base_downloads is not None and total else ""
    sentence = (
        f"What descends from it was downloaded {counted(descendants.downloads_30d, 'time')} in 30 days{share}. "
        "A model with several bases counts in the family of each."
    )
    rows = tuple(
        (name, models, downloads, number(100 * downloads / total, 1) if total and downloads is not None else None)
        for name, models, downloads in lines
    )
    return Section(
        title,
        (sentence,),
        ("part of the family", "models", "downloads in 30 days", "% of the family's downloads"),
        rows,
    )


def owner_reach(warehouse: Warehouse, owner: str) -> list[Fact]:
    """Return how far what others made of an owner's models is used; nothing where nobody made any."""
    rows = warehouse.query("owner_reach", owner=owner)
    others = next((one for one in rows_of(rows) if not one.is_own), None)
    if others is None:
        return []
    value = f"{counted(int(others.models), 'model')} by {counted(int(others.owners), 'owner')}"
    if text(others.downloads_30d):
        value += f", {counted(int(others.downloads_30d), 'download')} in 30 days"
    explanation = "Models of others that descend from its own, directly or through others; each counts once."
    return [Fact("reach", "Made of its models by others", value, explanation=explanation)]
