"""Survival by Kaplan and Meier with Greenwood's bands and late entry, and the log-rank test, by statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Z = 1.959964  # of a band that holds 95 of 100
FEWEST_AT_RISK = 10  # a curve is drawn in the weeks in which at least so many are at risk
COLUMNS = ["week", "survival", "low", "high", "at_risk", "fell", "removed"]


def curve(rows: pd.DataFrame, fewest: int = FEWEST_AT_RISK) -> pd.DataFrame:
    """Return the survival curve of lifetimes: one row per week, from the one before the first with enough at risk.

    rows: entry and duration (weeks; at risk after the one and up to the other), event ("fell" ends a lifetime, any
    other one ends following it only) and releases, how many there are of each. With fewer than `fewest` at risk at
    first, it starts in the first week that has as many, of those that have not fallen by then; it ends where there are
    fewer again.
    """
    rows = rows[rows["duration"] > rows["entry"]]
    entry, duration, releases = (rows[name].to_numpy("int64") for name in ("entry", "duration", "releases"))
    last = int(duration.max(initial=0))
    at_risk = np.cumsum(_counts(entry + 1, releases, last) - _counts(duration + 1, releases, last))
    enough = np.flatnonzero(at_risk >= fewest)
    if not len(enough):
        return pd.DataFrame(columns=COLUMNS)
    first = int(enough[0])
    fewer = np.flatnonzero(at_risk[first:] < fewest)
    end = first + int(fewer[0]) - 1 if len(fewer) else last
    fell, removed = (
        _counts(duration[is_such], releases[is_such], last)
        for is_such in (rows["event"].to_numpy() == event for event in ("fell", "removed"))
    )
    is_in = duration >= first
    estimate = _estimate(
        duration[is_in].repeat(releases[is_in]),
        (rows["event"].to_numpy() == "fell")[is_in].repeat(releases[is_in]),
        np.maximum(entry, first - 1)[is_in].repeat(releases[is_in]),
    )
    weeks = np.arange(first - 1, end + 1)
    steps = np.searchsorted(estimate.surv_times, weeks, side="right")
    survival = np.append(1.0, estimate.surv_prob)[steps]
    error = np.append(0.0, np.nan_to_num(estimate.surv_prob_se))[steps]
    error = np.where(survival < 1, error, np.nan)  # Greenwood's variance says nothing before the first has fallen
    return pd.DataFrame(
        {
            "week": weeks,
            "survival": survival,
            "low": np.clip(survival - Z * error, 0, 1),
            "high": np.clip(survival + Z * error, 0, 1),
            "at_risk": at_risk[np.maximum(weeks, first)],
            "fell": np.where(weeks < first, 0, fell[weeks]),
            "removed": np.where(weeks < first, 0, removed[weeks]),
        }
    )


def _counts(weeks: np.ndarray, releases: np.ndarray, last: int) -> np.ndarray:
    return np.bincount(weeks, releases, last + 2)[: last + 2].astype("int64")


def _estimate(duration: np.ndarray, fell: np.ndarray, entry: np.ndarray) -> Any:
    from statsmodels.duration.survfunc import SurvfuncRight  # half a second: only when it is needed

    return SurvfuncRight(duration, fell.astype("int64"), entry=entry)


def log_rank(rows: pd.DataFrame, by: str) -> float | None:
    """Return the probability of groups as different as these if they were all alike; None of fewer than two.

    A group of which nothing was at risk when anything fell is not compared, nor are groups never at risk together.
    """
    rows = rows[rows["duration"] > rows["entry"]]
    fell_in = np.unique(rows.loc[rows["event"] == "fell", "duration"])
    is_compared = np.searchsorted(fell_in, rows["duration"], "right") > np.searchsorted(fell_in, rows["entry"], "right")
    rows = rows[rows[by].isin(rows.loc[is_compared, by])]
    if rows[by].nunique() < 2:
        return None
    from statsmodels.duration.survfunc import survdiff  # as above

    releases = rows["releases"].to_numpy("int64")
    columns = [rows[name].to_numpy("int64").repeat(releases) for name in ("duration", "entry")]
    fell = (rows["event"].to_numpy() == "fell").astype("int64").repeat(releases)
    groups = pd.factorize(rows[by])[0].repeat(releases)
    try:
        return float(survdiff(columns[0], fell, groups, entry=columns[1])[1])
    except np.linalg.LinAlgError:
        return None


def at(curve: pd.DataFrame, week: int) -> pd.Series | None:
    """Return the row of a week of a curve; None where it does not reach it."""
    rows = curve[curve["week"] == week]
    return None if rows.empty else rows.iloc[0]


def median_week(curve: pd.DataFrame) -> int | None:
    """Return the first week by which half have fallen; None where more than half have not."""
    fallen = curve.loc[curve["survival"] <= 0.5, "week"]
    return None if fallen.empty else int(fallen.iloc[0])
