"""Books of what the invented community declares: each repository day by day, from the simulator's own arrays.

Plain Python; nothing here reads what has landed or what is built.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from oss_ai_monitor.sources import simulated
from oss_ai_monitor.sources.simulated.adoption import Adoption, date_of
from oss_ai_monitor.sources.simulated.fact_changes import fact_changes
from tests.oracle.changes import Change


def simulated_changes(models: int, seed: int, days: int, daily: int) -> set[Change]:
    """Return the changes that remain: what the very next listing takes back is none, and the last day's wait."""
    adoption = Adoption(simulated.community(models, seed))
    recorded = [date_of(day) for day in adoption.days(days, daily).tolist()]
    (relation,) = fact_changes(adoption, adoption.days(days, daily))
    latest = {former: name for name, former in adoption.names(_all(adoption)) if former}
    steps: dict[tuple[str, str], dict[date, tuple[Any, Any]]] = {}
    for day, _, kind, name, before, after in relation.fetchall():
        if kind != "compared":
            assert before != after, (day, kind, name)
            steps.setdefault((latest.get(name, name), kind), {})[day] = (before, after)
    changes: set[Change] = set()
    for (name, kind), by_day in steps.items():
        taken_back: set[date] = set()
        for earlier, later in pairwise(recorded):
            reverses = later in by_day and by_day.get(earlier) == by_day[later][::-1]
            if reverses and earlier not in taken_back:
                taken_back |= {earlier, later}
        changes |= {
            (day, name, kind, before, after, day < recorded[-1])
            for day, (before, after) in by_day.items()
            if day not in taken_back
        }
    return changes


def final_facts(changes: set[Change]) -> dict[tuple[str, str], str | None]:
    """Return what each repository declares after its last change: (name, kind) → value."""
    return {(name, kind): after for _, name, kind, _, after, _ in sorted(changes, key=lambda change: change[0])}


def _all(adoption: Adoption) -> Any:
    return np.arange(len(adoption.community))
