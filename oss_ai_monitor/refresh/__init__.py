"""When the sources are asked again, one refresh at a time, and what is remembered of it. Knows none of them."""

from .beside import beside, end_with
from .memory import LOCK, SCHEDULED, Memory, Schedule, Told, is_held
from .once import Refreshing, Step, once
from .schedule import interval, repeat

__all__ = [
    "LOCK",
    "SCHEDULED",
    "Memory",
    "Refreshing",
    "Schedule",
    "Step",
    "Told",
    "beside",
    "end_with",
    "interval",
    "is_held",
    "once",
    "repeat",
]
