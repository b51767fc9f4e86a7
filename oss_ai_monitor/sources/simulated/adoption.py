"""Two years of days of the invented community, as full listings would have shown them.

The Hub's counters do not always say what happened: on some days they are frozen, on some those of a part of the most
used models, once the counts of all time are taken back for some, and on some days nobody asked. A few models have had
another name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.sources.simulated.access import GATED, access_of
from oss_ai_monitor.sources.simulated.community import Bools, Community, Ints
from oss_ai_monitor.sources.simulated.lives import WINDOW, Lives, lives_of
from oss_ai_monitor.sources.table import connection

DAYS, DAILY = WINDOW, 60
"""Days of the history, and how many of them at its end are recorded day by day; before them, Sundays are."""
FROZEN = (689, 612, 455, 300, 201, 200, 55, 25)
"""So many days before the last one, downloads are shown as on the day before."""
PARTLY_FROZEN = (540, 331, 118, 51, 12)
"""And on these, those of two fifths of the most used models."""
ROLLED_BACK = 402
"""And on this one, two fifths of the downloads of all time are taken back from every fifth model."""
MISSING = (694, 650, 580, 579, 578, 577, 576, *range(424, 407, -1), 303, 200, 96, 47, 46, 33)
"""And on these there is no listing."""
MOST_USED = 60_000
"""Downloads in thirty days from which on a model is one of the most used."""
_CELLS, _MODELS = 2_000_000, 50_000
"""Figures in a file, and models that are computed at a time."""
SELECT = """
select
    day, n, if(day < date '1970-01-01' + renamed_on::int, former_id, model_id) as model_id, hub_id,
    downloads_30d, downloads_all_time, likes, null::timestamp as last_modified,
    if(day < date '1970-01-01' + access_changed_on::int, former_gated, gated) as gated,
from read_parquet($paths[2:]) as figures
join read_parquet($paths[1]) as names using (n)
"""
"""Over the files of `Adoption.write`: the rows of all listings, in the columns of a recorded day and of its access."""


@dataclass(frozen=True)
class Figures:
    """What the Hub shows of some models on some days, as (days, models)."""

    is_listed: Bools
    downloads_30d: Ints
    downloads_all_time: Ints
    likes: Ints


class Adoption:
    """The history of a community's figures; days are counted since 1970-01-01."""

    def __init__(self, community: Community, lives: Lives | None = None) -> None:
        self.community = community
        self.lives = lives or lives_of(community)
        self.last = self.lives.last
        self.renamed_on = _renamed_on(community, self.lives)
        self.access = access_of(community, self.lives)
        self.rolled_back_on = self.last - ROLLED_BACK
        self._frozen = {self.last - before for before in FROZEN}
        self._partly_frozen = {self.last - before for before in PARTLY_FROZEN}

    def days(self, days: int = DAYS, daily: int = DAILY) -> Ints:
        """Return the days with a listing: the last `daily` of `days`, and the Sundays before them."""
        chosen = self._chosen(days, daily)
        listed: Ints = chosen[~np.isin(self.last - chosen, MISSING)]
        return listed

    def missing(self, days: int = DAYS, daily: int = DAILY) -> int:
        """Return how many of the last `daily` of `days`, and of the Sundays before them, have no listing."""
        return int(np.isin(self.last - self._chosen(days, daily), MISSING).sum())

    def _chosen(self, days: int, daily: int) -> Ints:
        every = np.arange(self.last - days + 1, self.last + 1)
        chosen: Ints = every[(every > self.last - daily) | ((every + 3) % 7 == 6)]  # 1970-01-01 was a Thursday
        return chosen

    def figures(self, models: Ints, days: Ints) -> Figures:
        """Return what the Hub shows of some models on some days."""
        counted_on = np.array([self._counted_on(day) for day in days.tolist()], dtype=np.int64)
        partly_frozen = np.flatnonzero(np.isin(days, list(self._partly_frozen)))
        before = np.array([self._counted_on(day - 1) for day in days[partly_frozen].tolist()], dtype=np.int64)
        rolled_back_before = np.array([self.rolled_back_on - 1])
        used = [counted_on, counted_on - 30, before, before - 30, rolled_back_before]
        needed = np.unique(np.concatenate(used))
        downloads = self.lives.downloads(models, needed)
        row = {day: i for i, day in enumerate(needed.tolist())}

        def until(on: Ints) -> Ints:
            return downloads[[row[day] for day in on.tolist()]]

        all_time, recent = until(counted_on), until(counted_on) - until(counted_on - 30)
        for i, on in zip(partly_frozen.tolist(), before.tolist(), strict=True):
            earlier, month_earlier = until(np.array([on, on - 30]))
            recent_earlier = earlier - month_earlier
            is_frozen = (recent_earlier >= MOST_USED) & ((models + days[i]) % 5 < 2)
            all_time[i], recent[i] = np.where(is_frozen, (earlier, recent_earlier), (all_time[i], recent[i]))
        lost = np.where(models % 5 == 2, until(rolled_back_before)[0] * 2 // 5, 0)
        all_time -= (days >= self.rolled_back_on)[:, None] * lost
        return Figures(self.lives.is_listed(models, days), recent, all_time, self._likes(models, days))

    def names(self, models: Ints) -> list[tuple[str, str | None]]:
        """Return the name of each model, and the one that it had before it was renamed."""
        renamed = self.renamed_on[models] > 0
        return [
            (name or "", former_name(name or "") if is_renamed else None)
            for name, is_renamed in zip(self.community.names(models), renamed.tolist(), strict=True)
        ]

    def write(self, folder: Path, days: Ints) -> tuple[Path, ...]:
        """Write the listings of some days in Parquet: the names, then the figures; `SELECT` puts them together."""
        is_removed = (self.lives.away_from <= days[0]) & (self.lives.away_until > self.last)
        models = np.flatnonzero(~is_removed)
        paths = [folder / "names.parquet"]
        with connection() as db:
            self._write_names(db, models, paths[0])
            for part, block in enumerate(np.array_split(days, -(-len(days) * len(models) // _CELLS))):
                paths.append(folder / f"figures-{part:05d}.parquet")
                self._write_figures(db, models, block, paths[-1])
        return tuple(paths)

    def _write_names(self, db: duckdb.DuckDBPyConnection, models: Ints, path: Path) -> None:
        db.execute(_NAMED)
        for start in range(0, len(models), _MODELS):
            part = models[start : start + _MODELS]
            names = pd.DataFrame(self.names(part), columns=["model_id", "former_id"], dtype=object)
            names["n"], names["renamed_on"] = part, self.renamed_on[part]
            names["access_changed_on"] = self.access.changed_on[part]
            names["gated"], names["former_gated"] = GATED[self.access.now[part]], GATED[self.access.before[part]]
            db.register("named", names)
            db.execute("insert into names by name from named")
        db.execute(f"copy ({_NAMES}) to '{path}' (format parquet)")

    def _write_figures(self, db: duckdb.DuckDBPyConnection, models: Ints, days: Ints, path: Path) -> None:
        columns = ("downloads_30d", "downloads_all_time", "likes")
        parts: dict[str, list[Ints]] = {name: [] for name in ("day", "n", *columns)}
        for start in range(0, len(models), _MODELS):
            part = models[start : start + _MODELS]
            figures = self.figures(part, days)
            listed = figures.is_listed
            parts["day"].append(np.broadcast_to(days[:, None], listed.shape)[listed])
            parts["n"].append(np.broadcast_to(part, listed.shape)[listed])
            for name in columns:
                parts[name].append(getattr(figures, name)[listed])
        db.register("shown", pd.DataFrame({name: np.concatenate(chunks) for name, chunks in parts.items()}))
        order = _ORDER if len(models) > _MODELS else ""
        query = f"select * replace (date '1970-01-01' + day::int as day) from shown{order}"
        db.execute(f"copy ({query}) to '{path}' (format parquet)")

    def _likes(self, models: Ints, days: Ints) -> Ints:
        """Return the likes of some models, which grow as the downloads do, first faster and then more slowly."""
        liked = np.flatnonzero(self.lives.likes[models])
        likes = np.zeros((len(days), len(models)), dtype=np.int64)
        of = models[liked]
        total = np.maximum(self.lives.downloads(of, np.array([self.last])), 1)
        share = np.sqrt(self.lives.downloads(of, days) / total)
        likes[:, liked] = np.floor(self.lives.likes[of] * share).astype(np.int64)
        return likes

    def _counted_on(self, day: int) -> int:
        while day in self._frozen:
            day -= 1
        return day


def former_name(name: str) -> str:
    """Return the name that a renamed model had before: with another owner, or with another ending."""
    owner, _, own_name = name.partition("/")
    return f"{owner}/{own_name}-draft" if len(name) % 2 else f"sim-former-{owner.removeprefix('sim-')}/{own_name}"


def date_of(day: int) -> date:
    """Return the date of a day since 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=day)


def _renamed_on(community: Community, lives: Lives) -> Ints:
    """Return the first day with its present name of each model; 0 where it never had another one."""
    rng = np.random.default_rng([community.seed, 7])
    n = len(lives)
    on = rng.integers(lives.last - WINDOW + 2, lives.last, n)
    is_renamed = community.listed & (np.arange(n) % 389 == 7) & (on > lives.born)
    is_renamed[list(community.ids)] = False
    return np.where(is_renamed, on, 0)


_NAMED = """
create table names (
    n bigint, renamed_on bigint, model_id varchar, former_id varchar,
    access_changed_on bigint, gated varchar, former_gated varchar
)
"""
_NAMES = """
select
    n, renamed_on, model_id, former_id, access_changed_on, gated, former_gated, left(md5(model_id), 24) as hub_id,
from names
"""
_ORDER = " order by day, n"
