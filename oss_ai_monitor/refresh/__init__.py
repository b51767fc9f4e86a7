"""When the sources are asked again, one refresh at a time, and what is remembered of it. Knows none of them."""

from .child_process import end_with, start_child
from .runner import Refreshing, Step, run_once
from .schedule import interval, repeat
from .state import LOCK, SCHEDULED, RefreshState, Schedule, StepStatus, is_held

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
]
