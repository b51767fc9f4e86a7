"""Books of changes: what repositories of a simulated community declare on one day after another, and what changed.

The days themselves, with who appears, goes, is missing from one listing or renamed, are those of tests/oracle/days.py.
Here each repository declares a licence, access, bases, weights and a task; some change, some of those change back the
next day, and now and then an owner edits all of its repositories at once. Plain Python; nothing here reads SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from oss_ai_monitor.sources.record_fields import FIELDS
from oss_ai_monitor.sources.table import Table, connection
from tests.oracle.days import Day, Repository, days

FACTS = ("licence", "gating", "base", "parameters", "task")
CHOICES: dict[str, tuple[str | None, ...]] = {
    "licence": (None, "mit", "apache-2.0", "llama3.1"),
    "gating": ("false", "auto", "manual"),
    "base": (None, "tin/base", "tin/base, zinc/other"),
    "parameters": (None, "1000000000", "7241732096"),
    "task": (None, "text-generation", "fill-mask"),
}
Declared = dict[str, str | None]
Change = tuple[date, str, str, str | None, str | None, bool]
"""Day, latest name, kind, before, after, and whether a later listing confirms it."""


@dataclass
class DeclaredDay:
    """One day's listing: by the Hub's `_id`, the name and what it declares; `commits` is when that last changed."""

    day: Day
    declared: dict[str, Declared]
    commits: dict[str, datetime]
    edited_owner: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def table(self, *, is_dated: bool = True) -> Table:
        """The day's full listing as a table of hub_listing; without `is_dated` it lacks lastModified."""
        rows = [self._row(number, one, is_dated=is_dated) for number, one in enumerate(self.day.listed, 1)]
        db = connection()
        db.register("listed", pd.DataFrame(rows))
        kinds = {name: kind for name, _, kind, _ in FIELDS}
        columns = [
            f"{name}::{kinds[name]} as {name}" if name in rows[0] else f"null::{kinds[name]} as {name}"
            for name in kinds
        ]
        relation = db.sql(f"select row_number, {', '.join(columns)}, extra::json as extra from listed")
        address = f"simulated:hub_listing?day={self.day.on}&declared={is_dated}"
        moment = datetime(self.day.on.year, self.day.on.month, self.day.on.day, 6, tzinfo=UTC)
        return Table(
            "hub_listing", (address,), hashlib.sha256(f"{address} {rows}".encode()).hexdigest(), iter([relation]),
            as_of=moment, as_of_rule="simulated", is_simulated=True,
        )  # fmt: skip

    def _row(self, number: int, one: Repository, *, is_dated: bool) -> dict[str, object]:
        facts = self.declared[one.hub_id]
        tags = [f"license:{facts['licence']}"] if facts["licence"] else []
        tags += [f"base_model:finetune:{base}" for base in (facts["base"] or "").split(", ") if base]
        return {
            "row_number": number,
            "id": one.name,
            "downloads": one.downloads_30d,
            "downloads_all_time": one.downloads_all_time,
            "likes": one.likes,
            "last_modified": self.commits[one.hub_id].replace(tzinfo=None) if is_dated else None,
            "gated": facts["gating"],
            "pipeline_tag": facts["task"],
            "tags": ["region:us", *tags],
            "safetensors": f'{{"parameters": {{"BF16": {facts["parameters"]}}}}}' if facts["parameters"] else None,
            "extra": f'{{"_id": "{one.hub_id}"}}',
        }


def declared_days(number: int, models: int = 200, seed: int = 3) -> Iterator[DeclaredDay]:
    """Yield so many days of a community that declares facts; the same seed gives the same days."""
    rng = np.random.default_rng([seed, 11])
    declared: dict[str, Declared] = {}
    commits: dict[str, datetime] = {}
    undo: dict[str, Declared] = {}
    for n, day in zip(range(number), days(models, seed), strict=False):
        moment = datetime(day.on.year, day.on.month, day.on.day, 3, tzinfo=UTC)
        for one in day.listed:
            if one.hub_id not in declared:
                declared[one.hub_id] = {fact: CHOICES[fact][int(rng.integers(len(CHOICES[fact])))] for fact in FACTS}
                commits[one.hub_id] = moment
        after = {hub_id: dict(facts) for hub_id, facts in declared.items()}
        for hub_id, facts in undo.items():
            after[hub_id] |= facts
        undo = {}
        if n:
            for one in day.listed:
                if rng.random() < 0.03:
                    fact = FACTS[int(rng.integers(len(FACTS)))]
                    others = [value for value in CHOICES[fact] if value != declared[one.hub_id][fact]]
                    after[one.hub_id][fact] = others[int(rng.integers(len(others)))]
                    if rng.random() < 0.3:
                        undo[one.hub_id] = {fact: declared[one.hub_id][fact]}
        owner = ""
        if n % 10 == 7:
            owner = day.listed[0].name.partition("/")[0]
            for one in day.listed:
                if one.name.startswith(f"{owner}/"):
                    after[one.hub_id]["licence"] = "mit" if n % 20 == 7 else "apache-2.0"
        for hub_id, facts in after.items():
            is_of_files = any(facts[fact] != declared[hub_id][fact] for fact in ("licence", "base", "parameters"))
            commits[hub_id] = moment if is_of_files else commits[hub_id]
        declared = after
        yield DeclaredDay(
            day, {hub_id: dict(facts) for hub_id, facts in declared.items()}, dict(commits), owner,
            {one.hub_id: one.name for one in day.listed},
        )  # fmt: skip


def expected_changes(listings: Iterable[DeclaredDay]) -> set[Change]:
    """Return the changes that these listings, each compared with the one before it, show.

    A change that the very next listing takes back is none, and neither is its reversal.
    """
    by_day = list(listings)
    latest = {hub_id: name for one in by_day for hub_id, name in one.names.items()}
    last = by_day[-1].day.on
    changes: set[Change] = set()
    for hub_id, name in latest.items():
        presence = ["listed" if hub_id in one.names else "gone" for one in by_day]
        first = presence.index("listed")
        if first > 0:
            changes.add((by_day[first].day.on, name, "appeared", None, None, True))
        for n, _, after in _lasting([None] * first + presence[first:], first):
            kind = "gone" if after == "gone" else "back"
            changes.add((by_day[n].day.on, name, kind, None, None, by_day[n].day.on < last))
        for fact in FACTS:
            values = [one.declared[hub_id][fact] if hub_id in one.names else "absent" for one in by_day]
            for n, before, after in _lasting(values, first):
                changes.add((by_day[n].day.on, name, fact, before, after, by_day[n].day.on < last))
        names = [one.names[hub_id] for one in by_day if hub_id in one.names]
        on = [one.day.on for one in by_day if hub_id in one.names]
        changes |= {
            (on[n], name, "renamed", names[n - 1], names[n], True)
            for n in range(1, len(names))
            if names[n] != names[n - 1]
        }
    return changes


def _lasting(values: list[str | None], first: int) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield where a value differs from the one before, unless the next step takes that back; "absent" compares with
    nothing."""
    n = first + 1
    while n < len(values):
        before, after = values[n - 1], values[n]
        if before == after or "absent" in (before, after):
            n += 1
        elif n + 1 < len(values) and values[n + 1] == before:
            n += 2
        else:
            yield n, before, after
            n += 1
