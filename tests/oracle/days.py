"""The same invented community on one day after another, as full listings show it, and the books of what happened.

Downloads come every day, a few repositories appear, are removed, are given another name (or a name that has become
free), or are missing from one listing; on some days nothing moves, on some the counts of all time are taken back.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from oss_ai_monitor.sources.record_fields import FIELDS
from oss_ai_monitor.sources.table import Table, connection

FIRST = date(2026, 8, 3)


@dataclass(frozen=True)
class Repository:
    """What the Hub shows of one repository today, and the `_id` by which it knows it under any name."""

    hub_id: str
    name: str
    downloads_30d: int
    downloads_all_time: int
    likes: int


@dataclass
class Day:
    """One day of the community, and what happened since the day before; names are those of the day itself."""

    on: date
    listed: list[Repository]
    appeared: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    """New name → old name."""
    rolled_back: set[str] = field(default_factory=set)
    is_stalled: bool = False

    def table(self, *, with_hub_id: bool = True) -> Table:
        """The day's full listing as a table of hub_listing."""
        frame = pd.DataFrame(
            {
                "row_number": np.arange(1, len(self.listed) + 1),
                "id": [repository.name for repository in self.listed],
                "downloads": [repository.downloads_30d for repository in self.listed],
                "downloads_all_time": [repository.downloads_all_time for repository in self.listed],
                "likes": [repository.likes for repository in self.listed],
                "hub_id": [repository.hub_id for repository in self.listed],
            }
        )
        db = connection()
        db.register("listed", frame)
        columns = [name if name in frame else f"null::{kind} as {name}" for name, _, kind, _ in FIELDS]
        extra = "json_object('_id', hub_id)" if with_hub_id else "null::json"
        relation = db.sql(f"select row_number, {', '.join(columns)}, {extra} as extra from listed")
        address = f"simulated:hub_listing?day={self.on}&models={len(self.listed)}"
        return Table(
            "hub_listing",
            (address,),
            hashlib.sha256(f"{address} {self.listed}".encode()).hexdigest(),
            iter([relation]),
            as_of=datetime(self.on.year, self.on.month, self.on.day, 6, tzinfo=UTC),
            as_of_rule="simulated",
            is_simulated=True,
        )


def days(models: int = 300, seed: int = 1, first: date = FIRST) -> Iterator[Day]:
    """Day after day without end; the same seed gives the same days."""
    rng = np.random.default_rng([seed, 5])
    repositories = [_new(rng, number, day=0) for number in range(models)]
    number = models
    away: list[Repository] = []
    yield Day(first, list(repositories), appeared={repository.name for repository in repositories})
    for n in range(1, 10**6):
        day = Day(first + timedelta(days=n), [], is_stalled=n % 29 == 11)
        if not day.is_stalled:
            repositories = [_moved(rng, repository, 60 if n % 31 == 20 else 1) for repository in repositories]
            if n % 17 == 5:
                repositories = [_rolled_back(rng, day, repository) for repository in repositories]
            for _ in range(2):
                day.removed.add(repositories.pop(int(rng.integers(len(repositories)))).name)
            for _ in range(5):
                repositories.append(_new(rng, number, day=n))
                day.appeared.add(repositories[-1].name)
                number += 1
            number = _rename(rng, day, repositories, number, is_taken_over=n % 7 == 3)
        missing = set(rng.choice(len(repositories), 3, replace=False).tolist()) if n % 23 == 9 else set()
        away = [repositories[index] for index in sorted(missing)]
        day.missing = {repository.name for repository in away}
        day.listed = [repository for index, repository in enumerate(repositories) if index not in missing]
        yield day


def _new(rng: np.random.Generator, number: int, day: int) -> Repository:
    fresh = day > 0
    all_time = 0 if rng.random() < 0.5 else int(np.exp(rng.normal(2 if fresh else 4, 2)))
    hub_id = hashlib.md5(f"repository {number}".encode(), usedforsecurity=False).hexdigest()[:24]
    return Repository(
        hub_id, f"sim-owner-{number % 41}/model-{number}", min(all_time, all_time // 3 + 1), all_time, all_time // 40
    )


def _moved(rng: np.random.Generator, repository: Repository, times: int) -> Repository:
    """A day's downloads: about as many come as leave the window of thirty days."""
    rate = repository.downloads_30d / 30
    new, old = int(rng.poisson(rate * times + 0.01)), int(rng.poisson(rate))
    return replace(
        repository,
        downloads_30d=max(repository.downloads_30d + new - old, 0),
        downloads_all_time=repository.downloads_all_time + new,
        likes=repository.likes + int(rng.random() < 0.01) - int(repository.likes > 0 and rng.random() < 0.002),
    )


def _rolled_back(rng: np.random.Generator, day: Day, repository: Repository) -> Repository:
    if repository.downloads_all_time < 10 or rng.random() > 0.2:
        return repository
    day.rolled_back.add(repository.name)
    return replace(repository, downloads_all_time=int(repository.downloads_all_time * 0.6))


def _rename(
    rng: np.random.Generator, day: Day, repositories: list[Repository], number: int, *, is_taken_over: bool
) -> int:
    """Rename one that is older than today; on some days a new repository takes its name at once."""
    index = int(rng.integers(len(repositories) - len(day.appeared)))
    old = repositories[index].name
    repositories[index] = replace(repositories[index], name=f"sim-moved/{old.partition('/')[2]}-{day.on:%m%d}")
    day.renamed[repositories[index].name] = old
    if old in day.rolled_back:
        day.rolled_back = day.rolled_back - {old} | {repositories[index].name}
    if is_taken_over:
        repositories.append(replace(_new(rng, number, day=1), name=old))
        day.appeared.add(old)
        number += 1
    return number
