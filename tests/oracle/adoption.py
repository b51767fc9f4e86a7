"""The books of the invented community's two years: what happened, what the Hub showed of it, and what can be computed
from that. Plain NumPy and pandas, from the true downloads of each day; nothing here reads what has landed.

Arrays are (days, models) or (weeks, models); a model is its position in `models`. NaN is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from oss_ai_monitor.sources import simulated
from oss_ai_monitor.sources.simulated.adoption import (
    DAILY,
    DAYS,
    FROZEN,
    MISSING,
    MOST_USED,
    PARTLY_FROZEN,
    ROLLED_BACK,
    Adoption,
    date_of,
    former_name,
)

LARGEST = 25_000
FIGURES = ("downloads_30d", "downloads_all_time", "likes")
LEAD = 40
"""Days before the first one that the figures of the first ones depend on."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class AdoptionBooks:
    """Every day of the history, whether or not there is a listing of it."""

    days: list[date]
    is_kept: Array  # (days,): a listing of the day is recorded
    models: list[str]  # present names, or the last ones
    former: dict[str, tuple[str, date]]  # present name → the name before, and the first day with the present one
    downloads: Array  # new downloads, as they truly were
    is_listed: Array  # in the Hub's listing of the day
    downloads_30d: Array  # as the Hub showed them, like the next two; on days with is_listed only
    downloads_all_time: Array
    likes: Array

    @property
    def recorded(self) -> list[int]:
        """Positions of the days with a recorded listing."""
        return [int(i) for i in np.flatnonzero(self.is_kept)]

    def position(self, day: date) -> int:
        """Return the position of a day."""
        return (day - self.days[0]).days


def adoption_books(
    models: int = simulated.MODELS,
    seed: int = 1,
    *,
    evaluations: int | None = None,
    as_of: datetime = simulated.AS_OF,
    seeds: Path | None = None,
    days: int = DAYS,
    daily: int = DAILY,
) -> AdoptionBooks:
    """Return the books of the history that `simulated.history` has with the same arguments."""
    if models > LARGEST:
        raise ValueError(f"these books are kept of up to {LARGEST:,} models")
    community = simulated.community(models, seed, evaluations=evaluations, as_of=as_of, seeds=seeds)
    adoption = Adoption(community)
    lives, last = adoption.lives, adoption.last
    calendar = np.arange(last - days + 1, last + 1)
    is_sunday = np.array([date_of(day).isoweekday() == 7 for day in calendar.tolist()])
    is_kept = ((calendar > last - daily) | is_sunday) & ~np.isin(last - calendar, MISSING)
    chosen = np.flatnonzero(lives.is_listed(np.arange(len(community)), calendar[is_kept]).any(axis=0))
    until = lives.downloads(chosen, np.arange(calendar[0] - LEAD, last + 1))
    new = np.diff(until, axis=0)
    recent, all_time = _shown(until[0], new, chosen, last)
    names = [name or "" for name in community.names(chosen)]
    renamed_on = adoption.renamed_on[chosen].tolist()
    return AdoptionBooks(
        days=[date_of(day) for day in calendar.tolist()],
        is_kept=is_kept,
        models=names,
        former={n: (former_name(n), date_of(on)) for n, on in zip(names, renamed_on, strict=True) if on},
        downloads=new[LEAD - 1 :],
        is_listed=lives.is_listed(chosen, calendar),
        downloads_30d=recent[-days:],
        downloads_all_time=all_time[-days:],
        likes=np.concatenate([adoption.figures(chosen, part).likes for part in np.array_split(calendar, 10)]),
    )


def _shown(before: Array, new: Array, chosen: Array, last: int) -> tuple[Array, Array]:
    """Return the downloads of thirty days and of all time as the Hub showed them: frozen, partly frozen, taken back."""
    truth = before + np.cumsum(new, axis=0)
    month_before = np.concatenate([np.repeat(before[None], 30, axis=0), truth])[: len(truth)]
    all_time, recent = truth.copy(), truth - month_before
    for i in range(1, len(truth)):
        before_last = len(truth) - 1 - i
        if before_last in FROZEN:
            all_time[i], recent[i] = all_time[i - 1], recent[i - 1]
        if before_last in PARTLY_FROZEN:
            is_frozen = (recent[i - 1] >= MOST_USED) & ((chosen + last - before_last) % 5 < 2)
            all_time[i, is_frozen], recent[i, is_frozen] = all_time[i - 1, is_frozen], recent[i - 1, is_frozen]
    back_on = len(truth) - 1 - ROLLED_BACK
    if back_on > 0:
        all_time[back_on:] -= np.where(chosen % 5 == 2, truth[back_on - 1] * 2 // 5, 0)
    return recent, all_time


@dataclass(frozen=True)
class Gains:
    """New downloads of each calendar day as far as the counter of all time tells them."""

    gained: Array  # (days, models): a decrease counts as none; NaN where no two listings with the model compare
    is_spread: Array  # more than a day passed between the listings: the gain is spread evenly over the days between
    is_rollback: Array  # (days, models), on the day of the later listing


def gains(books: AdoptionBooks) -> Gains:
    """Compare each recorded listing with the one before it."""
    shape = books.is_listed.shape
    gained, spread, rollback = np.full(shape, np.nan), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for before, day in pairwise(books.recorded):
        more = books.downloads_all_time[day] - books.downloads_all_time[before]
        is_on_both = books.is_listed[before] & books.is_listed[day]
        gained[before + 1 : day + 1] = np.where(is_on_both, np.maximum(more, 0) / (day - before), np.nan)
        spread[before + 1 : day + 1] = is_on_both & (day - before > 1)
        rollback[day] = is_on_both & (more < 0)
    return Gains(gained, spread, rollback)


@dataclass(frozen=True)
class Weeks:
    """The weekly series: weeks from Monday to Sunday, from that of the first recorded day to the last that is over."""

    weeks: list[date]  # Mondays
    models: list[str]
    has_listing: Array  # (weeks,)
    downloads_30d: Array  # (weeks, models): of the week's last listing that has the model; NaN without one
    downloads_all_time: Array
    likes: Array
    gained: Array  # new downloads of the week's days; NaN where none of them compares
    is_spread: Array  # some of them are spread evenly over days between listings
    is_listed: Array  # in the week's last listing

    def frame(self) -> pd.DataFrame:
        """Return one row for each model and week of which anything is known, in the columns of the weekly series."""
        shape = self.gained.shape
        columns = {
            name: getattr(self, name).ravel()
            for name in ("downloads_30d", "downloads_all_time", "likes", "gained", "is_spread", "is_listed")
        }
        week = np.repeat(np.array(self.weeks, dtype="datetime64[D]"), shape[1])
        frame = pd.DataFrame({"model_id": np.tile(self.models, shape[0]), "week": week, **columns})
        return frame[frame["downloads_30d"].notna() | frame["gained"].notna()].reset_index(drop=True)


def weekly(books: AdoptionBooks) -> Weeks:
    """Return the weekly series of every model, whether or not it passed the floor."""
    compared, recorded = gains(books), books.recorded
    first = recorded[0] - books.days[recorded[0]].weekday()  # may be before the first day
    mondays = list(range(first, recorded[-1] - 5, 7))
    figures = {name: np.full((len(mondays), len(books.models)), np.nan) for name in FIGURES}
    is_listed = np.zeros((len(mondays), len(books.models)), dtype=bool)
    for row, monday in enumerate(mondays):
        for day in [day for day in recorded if monday <= day < monday + 7]:
            is_listed[row] = books.is_listed[day]
            for name, values in figures.items():
                values[row] = np.where(books.is_listed[day], getattr(books, name)[day], values[row])
    by_week = [slice(max(monday, 0), monday + 7) for monday in mondays]
    counts = np.array([(~np.isnan(compared.gained[week])).sum(axis=0) for week in by_week])
    sums = np.array([np.nansum(compared.gained[week], axis=0) for week in by_week])
    return Weeks(
        weeks=[books.days[0] + timedelta(days=monday) for monday in mondays],
        models=books.models,
        has_listing=np.array([bool(books.is_kept[week].any()) for week in by_week]),
        **figures,
        gained=np.where(counts > 0, sums, np.nan),
        is_spread=np.array([compared.is_spread[week].any(axis=0) for week in by_week]),
        is_listed=is_listed,
    )


def passed_floor(books: AdoptionBooks) -> set[str]:
    """Return the models that ever had 10 downloads in 30 days, 50 of all time, or one like, in a recorded listing."""
    listed = books.is_listed[books.is_kept]
    passed = (books.downloads_30d[books.is_kept] >= 10) | (books.downloads_all_time[books.is_kept] >= 50)
    passed |= books.likes[books.is_kept] >= 1
    return {books.models[i] for i in np.flatnonzero((passed & listed).any(axis=0))}


def sums_by_day(books: AdoptionBooks, members: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the sums of each recorded day over all listed models, or over those of each member (model → member).

    Columns: day, member, models, downloads_30d, downloads_all_time, likes, gained: the new downloads since the recorded
    day before, of models that are on both (NaN on the first day). A member has a row on days with one of its models.
    """
    names = np.array([(members or {}).get(name, "Unknown") if members else "all" for name in books.models])
    rows, before = [], None
    for day in books.recorded:
        more = np.zeros(len(names)) if before is not None else np.full(len(names), np.nan)
        if before is not None:
            is_on_both = books.is_listed[before] & books.is_listed[day]
            change = books.downloads_all_time[day] - books.downloads_all_time[before]
            more = np.where(is_on_both, np.maximum(change, 0), 0).astype(float)
        listed = books.is_listed[day]
        columns = {"member": names, "gained": more, "models": 1} | {name: getattr(books, name)[day] for name in FIGURES}
        summed = pd.DataFrame(columns)[listed].groupby("member").sum(min_count=1).reset_index()
        rows.append(summed.assign(day=pd.Timestamp(books.days[day])))
        before = day
    frame: pd.DataFrame = pd.concat(rows)[["day", "member", "models", *FIGURES, "gained"]]
    return frame.reset_index(drop=True)


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
