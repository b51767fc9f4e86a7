"""Which measure the bars of one listing show, their caption, and why a measure is not known."""

from __future__ import annotations

import pandas as pd

from .sources import MEASURES

_FALLBACK = "downloads_30d"


def measure_name(measure: str) -> str:
    """Return a measure as its control names it."""
    return {value: name for name, value in MEASURES.items()}[measure]


def drawn_measure(measure: str, levels: pd.DataFrame) -> str:
    """Return the measure of the bars: the chosen one, or downloads in 30 days where that is not known of any."""
    is_known = measure in levels and (levels.empty or bool(levels[measure].notna().any()))
    return measure if is_known else _FALLBACK


def caption(measure: str, levels: pd.DataFrame, listed_on: str) -> str:
    """Return of which day the bars are, or why they show another measure than the chosen one."""
    if drawn_measure(measure, levels) != measure:
        drawn = f"drawn instead are the downloads in 30 days, as listed on {listed_on}"
        return f"{unknown_reason(measure, has_one_listing=True)}; {drawn}."
    return (
        f"As listed on {listed_on}; lines over time, new downloads and movers need several weeks of listings, which "
        "this warehouse does not have yet."
    )


def unknown_reason(measure: str, *, has_one_listing: bool) -> str:
    """Return why no figure of a measure is known, as the beginning of a sentence."""
    name = measure_name(measure)
    if measure == "gained" and has_one_listing:
        return f"{name} are not known: they are the difference of two listings, and this warehouse has one"
    stated = "them" if measure == "likes" else "the downloads of all time"
    return f"{name} are not known: no listing in this warehouse states {stated}"
