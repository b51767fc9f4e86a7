"""Names of what adoption draws: regions as pages name them, and groups of what has no name of its own."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ...charts import styles_by_name
from .. import regions
from ..phrases import enumerated

UNNAMED = frozenset({"not reviewed", "unknown", "other", "none declared", "rare"})
"""Groups, in small letters, of what is in no group: none of them leads."""
_CODES = {label: region for region, label in regions.LABELS.items()}


def display_names(by: str, members: Iterable[str]) -> list[str]:
    """Return members as a page names them."""
    return [regions.LABELS.get(name, name) if by == "region" else str(name) for name in members]


def stored(by: str, names: Iterable[str]) -> list[str]:
    """Return members as they are stored, from names of either kind."""
    return [_CODES.get(name, name) if by == "region" else str(name) for name in names]


def searched(by: str, typed: str) -> tuple[str, list[str]]:
    """Return what is searched for in stored names, and stored names that are offered: regions are searched by label."""
    if by != "region":
        return typed, []
    words = typed.lower()
    return "", [region for region, label in regions.LABELS.items() if words in f"{label} {region}".lower()] or [typed]


def styles(by: str, members: list[str]) -> dict[str, tuple[str, str]]:
    """Return the colour and the marker of each member, by its name on a page."""
    names = display_names(by, members)
    if by == "region":
        return {name: regions.STYLES[name] for name in names if name in regions.STYLES}
    return styles_by_name(names, {})


def leader(by: str, levels: pd.DataFrame) -> pd.Series | None:
    """Return the most used one that is shown; of groups one with a name, if there is one."""
    levels = levels[levels["downloads_30d"].notna()]
    named = levels[~_is_unnamed(by, levels)]
    return None if levels.empty else (named if len(named) else levels).iloc[0]


def aside(by: str, levels: pd.DataFrame, first: pd.Series) -> str:
    """Return the shares of what is used more than the leader, and is no group."""
    rows = levels[_is_unnamed(by, levels) & (levels["place"] < first["place"]) & levels["share"].notna()]
    names = zip(display_names(by, rows["member"]), rows["share"], strict=True)
    shares = [f"“{name}” with {share:.0%}" for name, share in names]
    return f" (apart from it: {enumerated(shares)} of all downloads)" if shares else ""


def _is_unnamed(by: str, levels: pd.DataFrame) -> pd.Series:
    is_group = by not in ("model", "owner", "family")
    return levels["member"].str.lower().isin(UNNAMED if is_group else ())
