"""How long the adoption of each release lasts, from the books of the simulated two years: the rules of endurance.

Days of releases come from outside (`books_of` has them). A week is kept if it has a listing. Plain loops over models.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from tests.oracle.adoption import AdoptionBooks, Array, Weeks

LEAST = 100
"""Downloads in the first thirty days from which on a release is followed."""


def monday_of(day: date) -> date:
    """Return the first day of a week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Followed:
    """A release with at least 100 downloads in 30 days when it was first read.

    That is in the first kept week from the one with its 30th day on (appeared_on + 29), from the first one that lists
    it, and from the first of all on. It is followed from birth if that week begins at most 36 days after its day.
    """

    model: int
    model_id: str
    appeared_on: date
    birth_week: date
    entry_week: date
    is_from_birth: bool

    def age(self, week: date) -> int:
        """Return the weeks from that of its day to another."""
        return (week - self.birth_week).days // 7


def followed(books: AdoptionBooks, weeks: Weeks, appeared: Mapping[str, date | None]) -> list[Followed]:
    """Return the releases that are followed; `appeared` is the day of each model (of None, nothing is followed)."""
    recorded = [week for week, has_listing in zip(weeks.weeks, weeks.has_listing, strict=True) if has_listing]
    releases = []
    for m, name in enumerate(books.models):
        day = appeared.get(name)
        if day is None:
            continue
        first_listed = next(books.days[i] for i in books.recorded if books.is_listed[i, m])
        due = max(monday_of(day + timedelta(days=29)), monday_of(first_listed), recorded[0])
        entry = next((week for week in recorded if week >= due), None)
        if entry and weeks.downloads_30d[weeks.weeks.index(entry), m] >= LEAST:
            is_from_birth = entry <= day + timedelta(days=36)
            releases.append(Followed(m, name, day, monday_of(day), entry, is_from_birth))
    return releases


def readings(weeks: Weeks, release: Followed) -> list[tuple[date, float, float]]:
    """Return the weeks with a figure since its birth: Monday, downloads of 30 days, the highest of these so far."""
    peak = 0.0
    rows = []
    for i, week in enumerate(weeks.weeks):
        downloads = float(weeks.downloads_30d[i, release.model])
        if week >= release.birth_week and downloads == downloads:
            peak = max(peak, downloads)
            rows.append((week, downloads, peak))
    return rows


def lifetimes(books: AdoptionBooks, weeks: Weeks, appeared: Mapping[str, date | None]) -> pd.DataFrame:
    """Return from when on and until when each release was followed, and what ended it, in weeks since that of its day.

    It fell at the first of two readings in a row, after that of its entry, with less than a tenth of the peak so far
    (both against the peak at the first of them); else it was removed, if the last listing lacks it, in the week of the
    first listing of that absence; else it was followed to its last reading but one. Columns: model_id, appeared_on,
    is_from_birth, entry, duration, event. At risk from `entry` (late entry) to `duration`.
    """
    rows = []
    for release in followed(books, weeks, appeared):
        read = readings(weeks, release)
        fell = [
            now[0]
            for now, later in pairwise(read)
            if now[0] > release.entry_week and now[1] * 10 < now[2] and later[1] * 10 < now[2]
        ]
        removed_on = absent_since(books, release.model)
        ended: date | None
        if fell:
            event, ended = "fell", fell[0]
        elif removed_on:
            event, ended = "removed", monday_of(removed_on)
        else:
            event, ended = "followed", read[-2][0] if len(read) > 1 else None
        duration = None if ended is None else release.age(ended)
        entry = release.age(release.entry_week)
        rows.append((release.model_id, release.appeared_on, release.is_from_birth, entry, duration, event))
    columns = ["model_id", "appeared_on", "is_from_birth", "entry", "duration", "event"]
    return pd.DataFrame(rows, columns=columns)


def absent_since(books: AdoptionBooks, model: int) -> date | None:
    """Return the day of the first listing of a model's present absence; None where the last listing has it."""
    last_listed = max(i for i in books.recorded if books.is_listed[i, model])
    return next((books.days[i] for i in books.recorded if i > last_listed), None)


def retention(books: AdoptionBooks, weeks: Weeks, appeared: Mapping[str, date | None]) -> pd.DataFrame:
    """Return which releases that are followed from birth stayed in use, by month of release and months of 30 days.

    Month k is read in the week with day 30 k - 1 since the release, or in the next one if that has no listing; one
    without a figure then is not in use. Columns: released_in, months_since, releases (that could be read), downloaded
    (at least one download in 30 days), above_a_tenth (of the peak so far).
    """
    recorded = {week for week, has_listing in zip(weeks.weeks, weeks.has_listing, strict=True) if has_listing}
    rows = []
    for release in followed(books, weeks, appeared):
        if not release.is_from_birth:
            continue
        read = {week: (downloads, peak) for week, downloads, peak in readings(weeks, release)}
        for month in range(1, 37):
            due = monday_of(release.appeared_on + timedelta(days=30 * month - 1))
            week = next((week for week in (due, due + timedelta(days=7)) if week in recorded), None)
            if week is None:
                continue
            downloads, peak = read.get(week, (0.0, 0.0))
            is_above = downloads > 0 and downloads * 10 >= peak
            rows.append((release.appeared_on.replace(day=1), month, 1, downloads >= 1, is_above))
    frame = pd.DataFrame(rows, columns=["released_in", "months_since", "releases", "downloaded", "above_a_tenth"])
    return frame.groupby(["released_in", "months_since"]).sum().astype(int).reset_index()


@dataclass(frozen=True)
class Launch:
    """The first half year of a release: its new downloads in each calendar week, the first being that of its day."""

    model_id: str
    by_week: list[float]  # 27 weeks
    first_days: int  # days of the first week, from 1 to 7

    @property
    def shares(self) -> list[float]:
        """Return the share of the first 26 weeks' downloads in each of them."""
        return [gained / sum(self.by_week[:26]) for gained in self.by_week[:26]]

    @property
    def best_week(self) -> int:
        """Return the week with most downloads of the first 26, from 1; of equals the first."""
        return self.by_week.index(max(self.by_week[:26])) + 1

    def by_day(self) -> list[float]:
        """Return the downloads of each day from that of the release, those of a week spread evenly."""
        days = [self.first_days] + [7] * 26
        return [gained / n for gained, n in zip(self.by_week, days, strict=True) for _ in range(n)]

    def half_life(self, horizon: int = 180) -> int:
        """Return the day by which half of the downloads of the first `horizon` days had come."""
        until = np.cumsum(self.by_day()[:horizon])
        return int(np.argmax(until >= until[-1] / 2 * (1 - 1e-12))) + 1


def launches(books: AdoptionBooks, weeks: Weeks, appeared: Mapping[str, date | None]) -> list[Launch]:
    """Return the launches of the releases that are followed from birth and listed in their first or second week.

    All 27 weeks compare. The downloads of all time in the first week with a listing are those of all days since the
    release, and are spread evenly over these where it is the second one.
    """
    complete = []
    for release in followed(books, weeks, appeared):
        if not release.is_from_birth or release.birth_week not in weeks.weeks:
            continue
        start, first_days = weeks.weeks.index(release.birth_week), 7 - release.appeared_on.weekday()
        gained = weeks.gained[start : start + 27, release.model].tolist()
        all_time = weeks.downloads_all_time[start : start + 27, release.model]
        first = next((i for i in (0, 1) if len(all_time) == 27 and all_time[i] == all_time[i]), None)
        if first is None:
            continue
        days = [first_days, 7][: first + 1]
        gained[: first + 1] = [float(all_time[first]) * n / sum(days) for n in days]
        if not np.isnan(gained).any() and sum(gained[:26]) > 0:
            complete.append(Launch(release.model_id, gained, first_days))
    return complete


AGES = (7, 14, 30, 60, 90, 180, 365)


def relative_adoption(
    books: AdoptionBooks, new: Array, appeared: Mapping[str, date | None], sizes: Mapping[str, str], most: int = 10
) -> pd.DataFrame:
    """Return RAM: downloads since the release at age t over the median of those of the ten most used of a size class.

    `new` is the new downloads of each day, (days, models): `books.downloads`, the truth, or `gains(books).gained`, what
    the counters tell, where NaN counts as none. Downloads at age t are those of the t days after the release's own; a
    release counts if these are all within the books. The most used have most downloads of all time on the last day, of
    equals the first by name. Columns: model_id, size, age, downloads, median, ratio (NaN over a median of 0).
    """
    until = np.nancumsum(new, axis=0)
    last = len(books.days) - 1
    by_use = sorted(range(len(books.models)), key=lambda m: (-int(books.downloads_all_time[last, m]), books.models[m]))
    rows = []
    for age in AGES:
        downloads: dict[int, float] = {}
        for m in by_use:
            day = appeared.get(books.models[m])
            if day and books.models[m] in sizes and 0 <= books.position(day) <= last - age:
                born = books.position(day)
                downloads[m] = float(until[born + age, m] - until[born, m])
        for size in set(sizes.values()):
            of_size = [m for m in downloads if sizes[books.models[m]] == size]
            median = float(np.median([downloads[m] for m in of_size[:most]])) if of_size else np.nan
            rows += [
                (books.models[m], size, age, downloads[m], median, downloads[m] / median if median else np.nan)
                for m in of_size
            ]
    return pd.DataFrame(rows, columns=["model_id", "size", "age", "downloads", "median", "ratio"])


def typical_launch(launched: list[Launch]) -> pd.DataFrame:
    """Return the median and the quartiles of the share of each week over some launches: week, low, share, high."""
    quartiles = np.quantile([launch.shares for launch in launched], [0.25, 0.5, 0.75], axis=0)
    columns = dict(zip(("low", "share", "high"), quartiles, strict=True))
    return pd.DataFrame({"week": np.arange(1, 27), **columns})
