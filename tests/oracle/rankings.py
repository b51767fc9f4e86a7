"""What moved most, what was most used and how unevenly, from the books of the simulated two years; plain NumPy."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from tests.oracle.adoption import AdoptionBooks, Array, Weeks, gains


def movers(books: AdoptionBooks, floor: int = 100, week: date | None = None) -> pd.DataFrame:
    """Return the models that moved in a week (the last whole one), the fastest first: this week's new downloads against
    the mean of the three before.

    Left out are those below the floor, those with more than half of the week on one day (a burst), and those that do
    not compare on every day of the four weeks, or had no download in the three. Columns: model_id, gained, mean and
    growth.
    """
    last = books.recorded[-1]
    monday = books.position(week) if week else max(i for i in range(last - 5) if books.days[i].weekday() == 0)
    daily = gains(books).gained[monday - 21 : monday + 7]
    this_week, mean = daily[21:].sum(axis=0), daily[:21].sum(axis=0) / 3
    is_chosen = (this_week >= floor) & (daily[21:].max(axis=0) * 2 <= this_week) & (mean > 0)
    frame: pd.DataFrame = pd.DataFrame({"model_id": books.models, "gained": this_week, "mean": mean})[is_chosen]
    frame["growth"] = (frame["gained"] - frame["mean"]) / frame["mean"]
    return frame.sort_values(["growth", "model_id"], ascending=[False, True]).reset_index(drop=True)


def most_used(books: AdoptionBooks, day: date, most: int = 100) -> list[str]:
    """Return the listed models with most downloads of 30 days on a recorded day; of equals the first by name."""
    i = books.position(day)
    used = [(-int(books.downloads_30d[i, m]), books.models[m]) for m in np.flatnonzero(books.is_listed[i])]
    return [name for _, name in sorted(used)[:most]]


def turnover(books: AdoptionBooks, days: list[date], most: int = 100) -> pd.DataFrame:
    """Compare the most used models of each day with those of the day before it in the list: day, stayed, entered and
    the Jaccard index."""
    tops = [set(most_used(books, day, most)) for day in days]
    rows = [
        (day, len(now & before), len(now - before), len(now & before) / len(now | before))
        for day, (before, now) in zip(days[1:], pairwise(tops), strict=True)
    ]
    return pd.DataFrame(rows, columns=["day", "stayed", "entered", "jaccard"])


def gini(values: Array) -> float:
    """Return the Gini coefficient: 2 Σ i x_(i) / (n Σ x) − (n + 1) / n, with x in ascending order and i from 1."""
    ascending = np.sort(np.asarray(values, dtype=float))
    n, total = len(ascending), ascending.sum()
    return float(2 * (np.arange(1, n + 1) * ascending).sum() / (n * total) - (n + 1) / n)


def hhi(values: Array) -> float:
    """Return the Herfindahl–Hirschman index: the sum of the squared shares in per cent."""
    shares = 100 * np.asarray(values, dtype=float) / np.sum(values)
    return float((shares**2).sum())


def concentration(
    weeks: Weeks, members: Mapping[str, str] | None = None, *, without_largest: bool = False
) -> pd.DataFrame:
    """Return how the downloads of 30 days are spread over models, or over members (model → member), in each week with a
    listing: week, members, gini, hhi, shares of the top 1, 10 and 100. Counted are those in the week's last listing."""
    names = np.array([members.get(name, "Unknown") if members else name for name in weeks.models])
    rows = []
    for i in np.flatnonzero(weeks.has_listing):
        listed = weeks.is_listed[i]
        values = pd.Series(weeks.downloads_30d[i, listed]).groupby(names[listed]).sum().sort_values(ascending=False)
        used = values.to_numpy()[1 if without_largest else 0 :]
        tops = [float(used[:most].sum() / used.sum()) for most in (1, 10, 100)]
        rows.append((weeks.weeks[i], len(used), gini(used), hhi(used), *tops))
    return pd.DataFrame(rows, columns=["week", "members", "gini", "hhi", "top_1", "top_10", "top_100"])
