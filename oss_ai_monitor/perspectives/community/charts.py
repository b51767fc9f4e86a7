"""What the charts of the community are sent: cells of months, corners of curves, counts with their forecast."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...charts import number_text
from .forecast import Forecast

MOST_COHORTS = 24
FEWEST_REPOSITORIES = 10  # of a month, below which a share says little and is not drawn
CURVES = {"owners": "owners", "contributors": "contributors"}
ALL_EQUAL = "if all had as many"


def cells(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return the cells of the triangle, its months since the first model, and its cohorts with their sizes."""
    cohorts = rows.drop_duplicates("joined_in")[["joined_in", "owners"]].tail(MOST_COHORTS)
    labels = {
        month: f"{month:%b %Y}: {number_text(owners)}"
        for month, owners in zip(cohorts["joined_in"], cohorts["owners"], strict=True)
    }
    drawn = rows[rows["joined_in"].isin(list(labels))]
    drawn = drawn.assign(joined_in=drawn["joined_in"].map(labels), months_since=drawn["months_since"].astype(str))
    months = sorted(set(drawn["months_since"]), key=int)
    return drawn, months, list(labels.values())


def shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the months as one line; those with few repositories have no share."""
    enough = rows["repositories"].to_numpy() >= FEWEST_REPOSITORIES
    return rows.assign(part="several contributors", share=np.where(enough, rows["share"].astype("float64"), np.nan))


def corners(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the corners of the Lorenz curves, in percent of people, and the diagonal."""
    parts = [pd.DataFrame({"curve": ALL_EQUAL, "percent": [0.0, 100.0], "share": [0.0, 1.0]})]
    for kind, part in rows.groupby("kind", sort=False):
        start = pd.DataFrame({"curve": [CURVES[str(kind)]], "percent": [0.0], "share": [0.0]})
        line = {"curve": CURVES[str(kind)], "percent": 100 * part["author_share"], "share": part["model_share"]}
        parts += [start, pd.DataFrame(line)]
    return pd.concat(parts, ignore_index=True)


def gini(rows: pd.DataFrame) -> float:
    """Return the Gini coefficient of counts: rows have `models`, rising, and how many `authors` have so many.

    G = 2Σ(place × models) ÷ (n × all models) − (n + 1) ÷ n, over places from 1.
    """
    models, authors = rows["models"].to_numpy("float64"), rows["authors"].to_numpy("float64")
    last = np.cumsum(authors)
    places = authors * (2 * last - authors + 1) / 2  # the sum of the places of those who have as many
    n = last[-1]
    return float(2 * (places * models).sum() / (n * (authors * models).sum()) - (n + 1) / n)


def without_gaps(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return counts and forecasts without an empty cell: both ends of the interval of a count are the count."""
    is_counted = ~rows["is_forecast"].to_numpy(bool)
    ends = {name: rows[name].where(~is_counted, rows[column]) for name in ("low", "high", "outer_low", "outer_high")}
    return rows.assign(**ends, method=np.where(is_counted, "counted", rows["method"]))


def with_forecast(series: pd.DataFrame, column: str, forecast: Forecast | None, months: int) -> pd.DataFrame:
    """Return the counts of a series, and after them so many months of its forecast."""
    counted = series[["period", column]].assign(is_forecast=False, method=None)
    counted = counted.assign(**dict.fromkeys(("low", "high", "outer_low", "outer_high"), np.nan))
    if forecast is None:
        return counted
    starts = pd.date_range(series["period"].iloc[-1], periods=months + 1, freq="MS")[1:]
    ends = [end[:months] for level in (80, 95) for end in forecast.predicted.interval(level)]
    ahead = pd.DataFrame(
        {
            "period": starts.astype(counted["period"].dtype),
            column: forecast.predicted.counts()[:months],
            "is_forecast": True,
            "method": forecast.method,
            **dict(zip(("low", "high", "outer_low", "outer_high"), ends, strict=True)),
        }
    )
    return pd.concat([counted.astype({column: "float64"}), ahead], ignore_index=True)
