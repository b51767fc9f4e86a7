"""A summary of what the derivatives of each base gained."""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = {
    "base": "the base model",
    "own_score": "of the base itself, points of 100",
    "released_on": "day of its release, UTC",
    "derivatives": "models that derive from it, a count",
    "best_gain": "of the last rung of its ladder, points above the base's own score",
    "best_model": "the repository that gained most",
    "median_gain": "of all its derivatives, points",
    "share_above_the_base": "of its derivatives, 0 to 1",
    "days_to_the_peak": "days from the release to the last rung",
    "peak_on": "day of the last rung, UTC",
    "rungs": "derivatives that beat the base and all before them, a count",
    "still_filling": "derivatives of days of which the leaderboard still gets models, a count",
    "missing_late_submissions": "derivatives of days of which the leaderboard never got the last models, a count",
    "before_the_release": "derivatives dated before the release, a count",
    "undated": "derivatives without a date, a count",
    "own_evaluations": "evaluations of the base itself, a count",
    "own_spread": "how far they differ, points",
    "lower": "lower quartile of the gains, points",
    "upper": "upper quartile of the gains, points",
}
"""The columns of the summary, with their meanings and units."""


def summary(bases: pd.DataFrame, derivatives: pd.DataFrame) -> pd.DataFrame:
    """Return one row per base: what its derivatives gained; best gain and peak are the last rung of its ladder."""
    is_rung = derivatives["is_rung"].to_numpy(bool)
    rungs = derivatives[["base_model_id", "model_id", "gain", "days", "appeared_on"]][is_rung].to_dict("records")
    rows = []
    for base in bases.to_dict("records"):
        base_rungs = [rung for rung in rungs if rung["base_model_id"] == base["base_model_id"]]
        last = base_rungs[-1] if base_rungs else None
        rows.append(
            {
                "base": base["label"],
                "own_score": base["base_score"],
                "released_on": base["released_on"],
                "derivatives": int(base["derivatives"]),
                "best_gain": np.nan if last is None else last["gain"],
                "best_model": "" if last is None else last["model_id"],
                "median_gain": base["median_gain"],
                "share_above_the_base": base["share_above"],
                "days_to_the_peak": np.nan if last is None else float(last["days"]),
                "peak_on": pd.NaT if last is None else last["appeared_on"],
                "rungs": len(base_rungs),
                "still_filling": int(base["still_filling"]),
                "missing_late_submissions": int(base["missing_late_submissions"]),
                "before_the_release": int(base["before_release"]),
                "undated": int(base["undated"]),
                "own_evaluations": base["evaluations"],
                "own_spread": base["spread_high"] - base["spread_low"],
                "lower": base["lower_gain"],
                "upper": base["upper_gain"],
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
