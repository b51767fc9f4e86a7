"""Live requests to the Hub: listing, changes, details, commits, discussions and benchmarks; resumable, within quota."""

from oss_ai_monitor.sources.live.absences import Landed, absences
from oss_ai_monitor.sources.live.answer import Refused
from oss_ai_monitor.sources.live.benchmarks import benchmarks
from oss_ai_monitor.sources.live.failures import Failures
from oss_ai_monitor.sources.live.listing import changes, listing, watermark
from oss_ai_monitor.sources.live.session import OutOfBudget, RetryPolicy, Session
from oss_ai_monitor.sources.live.tracked import commits, details, discussions

__all__ = [
    "Failures",
    "Landed",
    "OutOfBudget",
    "Refused",
    "RetryPolicy",
    "Session",
    "absences",
    "benchmarks",
    "changes",
    "commits",
    "details",
    "discussions",
    "listing",
    "watermark",
]
