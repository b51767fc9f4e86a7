"""Recording what changed between snapshots when they land, and once for all that landed before.

Which repositories appear, go, come back or are renamed is in the history of adoption already; here are what they
declare, and the scores of leaderboards.
"""

from oss_ai_monitor.landing import Landing, Manifest

from . import board_changes, fact_changes
from .adoption import history_lock, listings_by_day, recorded_days
from .figures import NotRecorded


def catch_up_changes(landing: Landing) -> tuple[list[Manifest], list[str]]:
    """Record what changed between the full listings that are there, after `catch_up`, and between the snapshots of each
    leaderboard; returns runs and messages.

    Safe to call at any time, and again after a crash.
    """
    manifests: list[Manifest] = []
    messages: list[str] = []
    with history_lock(landing):
        for earlier, later in uncompared(landing):
            try:
                manifests.append(fact_changes.record_facts(landing, earlier, later))
            except NotRecorded as reason:
                messages.append(str(reason))
        manifests += board_changes.record_boards(landing)
    return manifests, messages


def uncompared(landing: Landing) -> list[tuple[Manifest, Manifest]]:
    """Return the pairs of full listings that are still to be compared, the earlier one first."""
    listings = listings_by_day(landing)
    if not listings:
        return []
    is_simulated = any(run.is_simulated for run in listings.values())
    return fact_changes.pending(landing, listings, recorded_days(landing, is_simulated=is_simulated))
