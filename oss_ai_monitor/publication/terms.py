"""What may be passed on: landed runs by the terms of their source, and a recipe for each that may not be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Protocol, TypeVar

from ..warehouse import shorten_paths

METADATA = frozenset(
    {
        "hub_absences",
        "hub_changes",
        "hub_commits",
        "hub_details",
        "hub_discussions",
        "hub_fact_changes",
        "hub_failures",
        "hub_listing",
        "hub_repositories",
    }
)
"""Sources of metadata that the Hub's interface gives to everybody."""
HISTORY = frozenset({"hub_access", "hub_adoption", "hub_adoption_weeks"})
"""The history of adoption: its days count from each other, so it is passed on as a whole or not at all."""
SHARE_ALIKE = "hub_weekly_snapshots"
PERMISSIVE = "cfahlgren1/hub-stats"
LICENCES = frozenset({"apache-2.0", "cc-by-4.0", "cc0-1.0", "mit", "odc-by-1.0", "pddl-1.0"})
"""Licences of a long table under which figures may be passed on by who names their source."""
BOARDS = ("leaderboard_v1", "leaderboard_v2", "leaderboard_changes", "hub_benchmarks")
RECIPES = {
    "leaderboard_v1": "oss-ai-monitor ingest archive",
    "leaderboard_v2": "oss-ai-monitor ingest archive",
    "leaderboard_changes": "oss-ai-monitor ingest archive",
    "hub_benchmarks": "oss-ai-monitor ingest benchmarks",
    "hub_adoption": "oss-ai-monitor ingest weekly --since 2024-07-24",
}
REASONS = {
    "leaderboard_v1": "Rows of the first Open LLM Leaderboard: its archive names no licence.",
    "leaderboard_v2": "Rows of the second Open LLM Leaderboard: its archive names no licence.",
    "leaderboard_changes": "Changes between snapshots of a leaderboard: they hold its rows.",
    "hub_benchmarks": "Rows of the official benchmarks' leaderboards.",
}
HISTORY_REASON = (
    "The history of adoption: some of its days come from share-alike snapshots (ODbL-1.0) or from a table without a "
    "licence that lets figures be passed on, and later days count from them."
)
OTHER_REASON = "Data of the source {source}: its terms have not been reviewed."


class Landed(Protocol):
    """The attributes of a landed run that decide whether it may be passed on."""

    @property
    def source(self) -> str: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def is_simulated(self) -> bool: ...


Run = TypeVar("Run", bound=Landed)


def select(runs: Iterable[Run], history: Iterable[Run] = ()) -> tuple[list[Run], list[str], list[str]]:
    """Return the runs that may be passed on, the reasons of those that may not, and the recipes for these.

    `history`: every recorded day, also those that no build reads any more, because weeks are computed from them.
    """
    runs = list(runs)
    days = [run for run in [*history, *runs] if run.source in HISTORY - {"hub_adoption_weeks"}]
    has_open_history = all(_may_pass(run) for run in days)
    passed: list[Run] = []
    refused: list[str] = []
    for run in runs:
        is_allowed = run.source in METADATA and not _is_share_alike(run)
        if is_allowed or (run.source in HISTORY and has_open_history):
            passed.append(run)
        else:
            refused.append(run.source)
    names = list(dict.fromkeys(sorted(refused)))
    reasons = [
        HISTORY_REASON if name in HISTORY else REASONS.get(name, OTHER_REASON.format(source=name)) for name in names
    ]
    recipes = [recipe for name in names if (recipe := RECIPES.get(name))]
    return passed, list(dict.fromkeys(reasons)), list(dict.fromkeys(recipes))


def public_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return where data came from, without the folders of this machine and without user names in addresses."""
    public = []
    for address in addresses:
        if "://" in address:
            public.append(re.sub(r"(?<=://)[^/@\s]*@", "", address))
        else:
            public.append(address if address.startswith("simulated:") else PurePath(address.replace("\\", "/")).name)
    return tuple(public)


def public_notes(notes: Iterable[str]) -> tuple[str, ...]:
    """Return the remarks of a run without the folders of this machine."""
    return tuple(shorten_paths(note) for note in notes)


def _may_pass(day: Landed) -> bool:
    """Whether a day of the history comes from our own listings, from an open source, or is simulated."""
    if _is_share_alike(day):
        return False
    if day.is_simulated or any(note.startswith("kept from hub_listing ") for note in day.notes):
        return True
    if any(PERMISSIVE in text for text in (*day.addresses, *day.notes)):
        return True
    licences = [note.partition(": ")[2] for note in day.notes if note.startswith("licence of the table: ")]
    return any(licence.strip().lower() in LICENCES for licence in licences)


def _is_share_alike(run: Landed) -> bool:
    return any(SHARE_ALIKE in text or "ODbL" in text for text in (*run.addresses, *run.notes))
