"""What the derivatives of each base gained, in one row a base."""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = [
    *("base", "own_score", "released_on", "derivatives", "best_gain", "best_model", "median_gain"),
    *("share_above_the_base", "days_to_the_peak", "peak_on", "rungs", "still_filling", "missing_late_submissions"),
    *("before_the_release", "undated"),
    *("own_evaluations", "own_spread", "lower", "upper"),
]


def summary(bases: pd.DataFrame, derivatives: pd.DataFrame) -> pd.DataFrame:
    """One row per base: what its derivatives gained; best gain and peak are the last rung of its ladder."""
    is_rung = derivatives["is_rung"].to_numpy(bool)
    rungs = derivatives[["base_model_id", "model_id", "gain", "days", "appeared_on"]][is_rung].to_dict("records")
    made = []
    for base in bases.to_dict("records"):
        own = [rung for rung in rungs if rung["base_model_id"] == base["base_model_id"]]
        last = own[-1] if own else None
        made.append(
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
                "rungs": len(own),
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
    return pd.DataFrame(made, columns=COLUMNS)
