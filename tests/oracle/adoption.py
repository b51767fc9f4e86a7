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

    gained: Array  # (days, models), whole: a decrease counts as none; NaN where no two listings with the model compare
    is_spread: Array  # (days,): more than a day passed between the listings, whose gain is spread evenly over it
    is_rollback: Array  # (days, models), on the day of the later listing


def gains(books: AdoptionBooks) -> Gains:
    """Compare each recorded listing with the one before it; of a gap's gain, each day has its whole part."""
    shape = books.is_listed.shape
    gained, rollback = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    spread = np.zeros(len(books.days), dtype=bool)
    for before, day in pairwise(books.recorded):
        more = books.downloads_all_time[day] - books.downloads_all_time[before]
        is_on_both = books.is_listed[before] & books.is_listed[day]
        passed = np.arange(1, day - before + 1)[:, None]
        until = np.maximum(more, 0) * passed // (day - before)
        of_day = until - np.maximum(more, 0) * (passed - 1) // (day - before)
        gained[before + 1 : day + 1] = np.where(is_on_both, of_day, np.nan)
        spread[before + 1 : day + 1] = day - before > 1
        rollback[day] = is_on_both & (more < 0)
    return Gains(gained, spread, rollback)


@dataclass(frozen=True)
class Weeks:
    """The weekly series: weeks from Monday to Sunday, from that of the first recorded day to the last that is over."""

    weeks: list[date]  # Mondays
    models: list[str]
    has_listing: Array  # (weeks,)
    is_spread: Array  # (weeks,): more than a day passed between two of the listings that give its new downloads
    downloads_30d: Array  # (weeks, models): in the week's last listing; NaN where it has none, or lacks the model
    downloads_all_time: Array
    likes: Array
    gained: Array  # new downloads of the week's days; NaN where none of them compares
    is_listed: Array  # in the last listing up to the end of the week
    is_of_week: Array  # in a listing of the week, or in the last one before it
    has_passed: Array  # ever had 10 downloads in 30 days, 50 of all time, or one like, up to the end of the week

    def frame(self) -> pd.DataFrame:
        """Return the rows of the weekly series, in its columns but with model_id instead of series_id."""
        shape = self.gained.shape
        names = (*FIGURES, "gained", "is_listed")
        columns = {name: getattr(self, name).ravel() for name in names}
        week = np.repeat(np.array(self.weeks, dtype="datetime64[s]"), shape[1])
        spread = np.repeat(self.is_spread, shape[1])
        frame = pd.DataFrame({"model_id": np.tile(self.models, shape[0]), "week": week, "is_spread": spread, **columns})
        return frame[(self.is_of_week & self.has_passed).ravel()].reset_index(drop=True)


def weekly(books: AdoptionBooks) -> Weeks:
    """Return the weekly series of every model, whether or not it passed the floor."""
    compared, recorded = gains(books), books.recorded
    first = recorded[0] - books.days[recorded[0]].weekday()  # may be before the first day
    mondays = list(range(first, recorded[-1] - 5, 7))
    shape = (len(mondays), len(books.models))
    figures = {name: np.full(shape, np.nan) for name in FIGURES}
    is_listed, is_of_week, has_passed = (np.zeros(shape, dtype=bool) for _ in range(3))
    passes = _passes(books)
    for row, monday in enumerate(mondays):
        if row:
            is_listed[row], has_passed[row] = is_listed[row - 1], has_passed[row - 1]
            is_of_week[row] = is_listed[row - 1]
        for day in [day for day in recorded if monday <= day < monday + 7]:
            is_listed[row] = books.is_listed[day]
            is_of_week[row] |= books.is_listed[day]
            has_passed[row] |= passes[day]
            for name, values in figures.items():
                values[row] = np.where(books.is_listed[day], getattr(books, name)[day], np.nan)
    by_week = [slice(max(monday, 0), monday + 7) for monday in mondays]
    counts = np.array([(~np.isnan(compared.gained[week])).sum(axis=0) for week in by_week])
    sums = np.array([np.nansum(compared.gained[week], axis=0) for week in by_week])
    return Weeks(
        weeks=[books.days[0] + timedelta(days=monday) for monday in mondays],
        models=books.models,
        has_listing=np.array([bool(books.is_kept[week].any()) for week in by_week]),
        is_spread=np.array([bool(compared.is_spread[week].any()) for week in by_week]),
        **figures,
        gained=np.where(counts > 0, sums, np.nan),
        is_listed=is_listed,
        is_of_week=is_of_week,
        has_passed=has_passed,
    )


def _passes(books: AdoptionBooks) -> Array:
    """Return in which listing of which day a model has 10 downloads in 30 days, 50 of all time, or one like."""
    passes = (books.downloads_30d >= 10) | (books.downloads_all_time >= 50) | (books.likes >= 1)
    passed: Array = passes & books.is_listed & books.is_kept[:, None]
    return passed


def passed_floor(books: AdoptionBooks) -> set[str]:
    """Return the models that ever had 10 downloads in 30 days, 50 of all time, or one like, in a recorded listing."""
    return {books.models[i] for i in np.flatnonzero(_passes(books).any(axis=0))}


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
