"""What the derivatives of each base gained, in one row a base."""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = [
    *("base", "own_score", "released_on", "derivatives", "best_gain", "best_model", "median_gain"),
    *("share_above_the_base", "days_to_the_peak", "rungs", "still_filling", "before_the_release", "undated"),
    *("own_evaluations", "own_spread", "lower", "upper"),
]


def summary(answer: pd.DataFrame) -> pd.DataFrame:
    """One row per base: what its derivatives gained; best gain and peak as on the ladder, without what still fills."""
    rows = answer[~answer["is_base"]]
    gain, days = rows["gain"].to_numpy("float64"), rows["days"].to_numpy("float64", na_value=np.nan)
    filling, model = rows["is_filling"].to_numpy(bool), rows["model_id"].to_numpy()
    stands = rows["is_rung"].to_numpy(bool) & ~filling
    own = rows.groupby("base_model_id", sort=False).indices
    made = []
    for base in answer[answer["is_base"]].to_dict("records"):
        at = own.get(base["base_model_id"], np.array([], dtype=int))
        rungs = at[stands[at]]
        lower, middle, upper = np.quantile(gain[at], (0.25, 0.5, 0.75)) if len(at) else (np.nan,) * 3
        made.append(
            {
                "base": base["label"],
                "own_score": base["base_score"],
                "released_on": base["released_on"],
                "derivatives": len(at),
                "best_gain": gain[rungs[-1]] if len(rungs) else np.nan,
                "best_model": model[rungs[-1]] if len(rungs) else "",
                "median_gain": middle,
                "share_above_the_base": (gain[at] > 0).mean() if len(at) else np.nan,
                "days_to_the_peak": days[rungs[-1]] if len(rungs) else np.nan,
                "rungs": len(rungs),
                "still_filling": int(filling[at].sum()),
                "before_the_release": int((days[at] < 0).sum()),
                "undated": int(np.isnan(days[at]).sum()),
                "own_evaluations": base["evaluations"],
                "own_spread": base["spread_high"] - base["spread_low"],
                "lower": lower,
                "upper": upper,
            }
        )
    return pd.DataFrame(made, columns=COLUMNS)
