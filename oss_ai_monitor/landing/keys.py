"""The numbers that stand for ids of repositories in the tables of a warehouse: an id gets its number once.

They are landed as runs of their own, which hold the ids that a build met first, so backups and checks cover them. They
say nothing about the world, and are no part of what a generation stands on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import duckdb

from .manifest import Manifest
from .runs import KEYS, Landing


class Keys:
    """The numbers of real ids or of simulated ones, which never meet."""

    def __init__(self, landing: Landing, *, is_simulated: bool) -> None:
        self.landing, self.is_simulated = landing, is_simulated

    @property
    def runs(self) -> list[Manifest]:
        """The runs that count, oldest first: each was numbered after the one that it names.

        One without the run before it is passed over, for its numbers may have been given again since. Of two that
        follow the same one, which only a restored backup brings, the branch that holds more ids counts.
        """
        return _counting(run for run in self.landing.manifests(KEYS) if run.is_simulated == self.is_simulated)

    def add(self, numbered: duckdb.DuckDBPyRelation) -> Manifest:
        """Land the numbers of ids that have none yet. Raises LandingError."""
        runs = self.runs
        previous = runs[-1].snapshot_id if runs else None
        fingerprint = hashlib.sha256(f"{KEYS} after {previous}".encode()).hexdigest()
        with self.landing.run(
            KEYS, addresses=["numbered by a build"], fingerprint=fingerprint, is_simulated=self.is_simulated
        ) as run:
            run.revision, run.as_of, run.as_of_rule = previous, datetime.now(UTC), "numbered"
            run.adds_to = KEYS if previous else None
            run.write(numbered)
        assert run.manifest is not None
        return run.manifest


def passed_over(landed: Iterable[Manifest]) -> list[Manifest]:
    """Return those of some runs that do not count, because the run is missing after which they were numbered."""
    landed = [run for run in landed if run.source == KEYS]
    counting = {
        run.snapshot_id
        for flag in (False, True)
        for run in _counting(run for run in landed if run.is_simulated == flag)
    }
    return [run for run in landed if run.snapshot_id not in counting]


def _counting(landed: Iterable[Manifest]) -> list[Manifest]:
    runs = {run.snapshot_id: run for run in landed}
    totals = _totals(runs)
    if not totals:
        return []
    last = max((name for name in runs if name in totals), key=totals.__getitem__)
    return _back_to_the_first(runs[last], runs)


def _totals(runs: Mapping[str, Manifest]) -> dict[str, tuple[int, str]]:
    """Return by run how many ids it and those before it hold, and the first of them; none where one is missing."""
    totals: dict[str, tuple[int, str]] = {}
    for first in [run for run in runs.values() if run.revision is None]:
        totals[first.snapshot_id] = first.rows, first.snapshot_id
    following: dict[str, list[Manifest]] = {}
    for run in runs.values():
        if run.revision is not None:
            following.setdefault(run.revision, []).append(run)
    reached = list(totals)
    while reached:
        previous = reached.pop()
        for run in following.get(previous, ()):
            totals[run.snapshot_id] = totals[previous][0] + run.rows, totals[previous][1]
            reached.append(run.snapshot_id)
    return totals


def _back_to_the_first(run: Manifest, runs: Mapping[str, Manifest]) -> list[Manifest]:
    """Return the runs from the first one to this one."""
    chain = [run]
    while (previous := chain[-1].revision) is not None:
        chain.append(runs[previous])
    return chain[::-1]
