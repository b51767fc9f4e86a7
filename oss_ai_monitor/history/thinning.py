"""Which listings may go, by a rule that somebody stated; the history of adoption keeps their figures."""

import re
import shutil
from dataclasses import dataclass
from datetime import date, timedelta

from oss_ai_monitor.landing import Landing, Manifest

from .adoption import LISTING, recorded_days

CHANGES = "hub_changes"
REMOVED = ".removed-"


@dataclass(frozen=True)
class RetentionRule:
    """All listings of the last days, then the first of each week, then of each month, for so many of these."""

    days: int
    weeks: int
    months: int

    @classmethod
    def parse(cls, text: str) -> "RetentionRule":
        """From words like `8d 8w 24m`. Raises ValueError."""
        found = re.fullmatch(r"\s*(\d+)d(?:[\s,]*(\d+)w)?(?:[\s,]*(\d+)m)?\s*", text)
        if not found or int(found[1]) < 1:
            raise ValueError(f"'{text}' is no rule; expected days, weeks and months, such as '8d 8w 24m'")
        return cls(int(found[1]), int(found[2] or 0), int(found[3] or 0))

    def days_to_keep(self, days: list[date]) -> set[date]:
        """Of some days those that stay, counted back from the last of them."""
        if not days:
            return set()
        last = max(days)
        stay = {day for day in days if day > last - timedelta(days=self.days)}
        monday = last - timedelta(days=last.weekday())
        weeks = {day - timedelta(days=day.weekday()): day for day in sorted(days, reverse=True)}
        stay |= {day for week, day in weeks.items() if week > monday - timedelta(weeks=self.weeks)}
        months = {day.year * 12 + day.month: day for day in sorted(days, reverse=True)}
        return stay | {day for month, day in months.items() if month > last.year * 12 + last.month - self.months}


def superfluous(landing: Landing, keep: RetentionRule) -> list[Manifest]:
    """The full listings that the rule lets go, oldest first.

    Never the two latest, nor the two latest that were fetched, by whose difference removals are seen, and never one
    whose day the history lacks.
    """
    runs = sorted(landing.manifests(LISTING), key=lambda run: (run.as_of, run.finished))
    stay = keep.days_to_keep([run.as_of.date() for run in runs])
    held = {
        (day.on, day.run.is_simulated)
        for is_simulated in (False, True)
        for day in recorded_days(landing, is_simulated=is_simulated)
    }
    needed = [*runs[-2:], *[run for run in runs if run.as_of_rule == "fetched"][-2:]]
    first = {run.as_of.date(): run for run in reversed(runs)}
    return [
        run
        for run in runs
        if run not in needed
        and (run.as_of.date(), run.is_simulated) in held
        and (
            run.as_of.date() not in stay or (run is not first[run.as_of.date()] and not _is_young(run, runs[-1], keep))
        )
    ]


def outlived(landing: Landing, keep: RetentionRule) -> list[Manifest]:
    """Lists of changes, oldest first, of days of which not all listings stay, once two fetched listings came after."""
    fetched = sorted(run.started for run in landing.manifests(LISTING) if run.as_of_rule == "fetched")
    if len(fetched) < 2:
        return []
    young = max(fetched).date() - timedelta(days=keep.days)
    changes = [run for run in landing.manifests(CHANGES) if run.finished < fetched[-2] and run.as_of.date() <= young]
    return sorted(changes, key=lambda run: run.as_of)


def thin(landing: Landing, keep: RetentionRule) -> list[Manifest]:
    """Remove what is superfluous or outlived, each by one rename before its files go; returns what was removed."""
    for leftover in landing.folder.glob(f"*/{REMOVED}*"):
        shutil.rmtree(leftover)
    gone = [*superfluous(landing, keep), *outlived(landing, keep)]
    for run in gone:
        hidden = run.folder.with_name(f"{REMOVED}{run.snapshot_id}")
        run.folder.rename(hidden)
        shutil.rmtree(hidden)
    return gone


def _is_young(run: Manifest, last: Manifest, keep: RetentionRule) -> bool:
    return run.as_of.date() > last.as_of.date() - timedelta(days=keep.days)
