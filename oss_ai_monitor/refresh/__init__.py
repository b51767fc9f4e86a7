"""Scheduling of refreshes, one at a time, and the state of the last one. Knows none of the sources."""

from .child_process import end_with, start_child
from .runner import Refreshing, Step, run_once
from .schedule import interval, repeat
from .state import LOCK, SCHEDULED, RefreshState, Schedule, StepStatus, is_held, unreadable

__all__ = [
    "LOCK",
    "SCHEDULED",
    "RefreshState",
    "Refreshing",
    "Schedule",
    "Step",
    "StepStatus",
    "end_with",
    "interval",
    "is_held",
    "repeat",
    "run_once",
    "start_child",
    "unreadable",
]
