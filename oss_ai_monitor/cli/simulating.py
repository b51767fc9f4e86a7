"""The history of a simulated community, which joins its source with the history of adoption."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from oss_ai_monitor import history
from oss_ai_monitor.landing import AlreadyLanded, Landing
from oss_ai_monitor.sources import simulated
from oss_ai_monitor.sources.simulated.adoption import DAILY, DAYS
from oss_ai_monitor.terminal import print_message

DEFAULT_MODELS, DEFAULT_SEED = simulated.MODELS, 1
"""Size and seed of the simulated community by default."""
LARGE, DAILY_OF_LARGE = 100_000, 7
"""A community of more models has no history unless asked for, and then only so many days one by one."""


def record_simulated(
    landing: Landing,
    models: int = DEFAULT_MODELS,
    seed: int = DEFAULT_SEED,
    days: int | None = None,
    notify: Callable[[str], None] = print_message,
) -> int:
    """Record the days of a simulated community up to its listing's; returns how many were not recorded before."""
    days = days or (1 if models > LARGE else DAYS)
    if days == 1:
        return 0
    with simulated.history(models, seed, days=days, daily=DAILY_OF_LARGE if models > LARGE else DAILY) as listings:
        figures = history.DailyFigures(listings.select, listings.paths, listings, listings.notes, has_access=True)
        outcome = history.record_days(landing, figures)
        with contextlib.suppress(AlreadyLanded):
            landing.land(listings.changes)
    if runs := outcome.recorded:
        first, last = (f"{run.as_of:%Y-%m-%d}" for run in (runs[0], runs[-1]))
        message = f"{first} is kept" if len(runs) == 1 else f"{len(runs)} days from {first} to {last} are kept"
        notify(f"{history.SOURCE}: {message} ({listings.notes[-1]})")
    if others := [day for day in outcome.already if listings.fingerprint not in day.run.fingerprint]:
        are = "is" if len(others) == 1 else "are"
        notify(f"  attention: {len(others)} of its days {are} kept already, from other listings")
    for reason in list(outcome.refused.values())[:1]:
        are = "is" if len(outcome.refused) == 1 else "are"
        notify(f"  attention: {len(outcome.refused)} of its days {are} not kept: {reason}")
    return len(runs)
