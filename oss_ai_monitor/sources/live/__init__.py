"""The Hub itself, asked now: its listing, what changed, details, commits and discussions; resumable and polite."""

from oss_ai_monitor.sources.live.answer import Refused
from oss_ai_monitor.sources.live.listing import changes, listing
from oss_ai_monitor.sources.live.session import Manners, OutOfBudget, Session

__all__ = ["Manners", "OutOfBudget", "Refused", "Session", "changes", "listing"]
