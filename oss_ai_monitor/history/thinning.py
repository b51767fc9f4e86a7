"""Removing old listings by a retention rule; the histories of adoption and of access keep their figures."""

import re
import shutil
from dataclasses import dataclass
from datetime import date, timedelta

from oss_ai_monitor.landing import Landing, Manifest

from .access import access_days
from .adoption import LISTING, recorded_days
from .changes import uncompared

CHANGES = "hub_changes"
REMOVED = ".removed-"


@dataclass(frozen=True)
class RetentionRule:
    """Keep all listings of the last `days`, then the first of each week for `weeks`, and of each month for `months`."""

    days: int
    weeks: int
    months: int

    @classmethod
    def parse(cls, text: str) -> "RetentionRule":
        """Parse a rule such as `8d 8w 24m`. Raises ValueError."""
        match = re.fullmatch(r"\s*(\d+)d(?:[\s,]*(\d+)w)?(?:[\s,]*(\d+)m)?\s*", text)
        if not match or int(match[1]) < 1:
            raise ValueError(f"'{text}' is no rule; expected days, weeks and months, such as '8d 8w 24m'")
        return cls(int(match[1]), int(match[2] or 0), int(match[3] or 0))

    def days_to_keep(self, days: list[date]) -> set[date]:
        """Return the days to keep, counted back from the last day."""
        if not days:
            return set()
        last = max(days)
        keep = {day for day in days if day > last - timedelta(days=self.days)}
        monday = last - timedelta(days=last.weekday())
        weeks = {day - timedelta(days=day.weekday()): day for day in sorted(days, reverse=True)}
        keep |= {day for week, day in weeks.items() if week > monday - timedelta(weeks=self.weeks)}
        months = {day.year * 12 + day.month: day for day in sorted(days, reverse=True)}
        return keep | {day for month, day in months.items() if month > last.year * 12 + last.month - self.months}


def superfluous(landing: Landing, rule: RetentionRule) -> list[Manifest]:
    """Return the full listings that the rule does not keep, oldest first.

    Never the two latest, nor the two latest that were fetched, whose comparison detects removals, and never one whose
    day is missing in the history of adoption or in that of access, or which is still to be compared with another.
    """
    listings = [run for run in landing.manifests(LISTING) if not run.is_ahead()]  # which would make all others old
    runs = sorted(listings, key=lambda run: (run.as_of, run.finished))
    kept_days = rule.days_to_keep([run.as_of.date() for run in runs])
    recorded = {
        (day.on, is_simulated)
        for is_simulated in (False, True)
        for has_access in [access_days(landing, is_simulated=is_simulated)]
        for day in recorded_days(landing, is_simulated=is_simulated)
        if day.on in has_access
    }
    latest_runs = [*runs[-2:], *[run for run in runs if run.as_of_rule == "fetched"][-2:]]
    latest_runs += [run for pair in uncompared(landing) for run in pair]
    first = {run.as_of.date(): run for run in reversed(runs)}
    return [
        run
        for run in runs
        if run not in latest_runs
        and (run.as_of.date(), run.is_simulated) in recorded
        and (
            run.as_of.date() not in kept_days
            or (run is not first[run.as_of.date()] and not _is_young(run, runs[-1], rule))
        )
    ]


def outlived(landing: Landing, rule: RetentionRule) -> list[Manifest]:
    """Return the lists of changes older than the rule's `days`, oldest first, if two listings were fetched since."""
    listings = [run for run in landing.manifests(LISTING) if not run.is_ahead()]
    fetched = sorted(run.started for run in listings if run.as_of_rule == "fetched")
    if len(fetched) < 2:
        return []
    young_from = max(fetched).date() - timedelta(days=rule.days)
    changes = [
        run for run in landing.manifests(CHANGES) if run.finished < fetched[-2] and run.as_of.date() <= young_from
    ]
    return sorted(changes, key=lambda run: run.as_of)


def thin(landing: Landing, rule: RetentionRule) -> list[Manifest]:
    """Remove superfluous and outlived runs, each hidden by one rename before its files are deleted; returns them."""
    for leftover in landing.folder.glob(f"*/{REMOVED}*"):
        shutil.rmtree(leftover)
    removed = [*superfluous(landing, rule), *outlived(landing, rule)]
    for run in removed:
        hidden = run.folder.with_name(f"{REMOVED}{run.snapshot_id}")
        run.folder.rename(hidden)
        shutil.rmtree(hidden)
    return removed


def _is_young(run: Manifest, last: Manifest, rule: RetentionRule) -> bool:
    return run.as_of.date() > last.as_of.date() - timedelta(days=rule.days)
