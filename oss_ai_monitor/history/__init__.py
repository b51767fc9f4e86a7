"""The history of adoption: the figures of full listings, recorded day by day, because the Hub shows today's only.

It is small, and remains when the listings are removed. Knows the shape of a landed listing and the landing folder;
knows nothing of HTTP, of the warehouse or of a page.
"""

from .access import access_days
from .adoption import catch_up, catch_up_access, obstacle, record, record_days, recorded_days, write_weeks
from .changes import catch_up_changes
from .coverage import Coverage, coverage
from .days import gaps
from .figures import DailyFigures, Figures, NotRecorded
from .recording import SOURCE, Outcome
from .thinning import RetentionRule, outlived, superfluous, thin

__all__ = [
    "SOURCE",
    "Coverage",
    "DailyFigures",
    "Figures",
    "NotRecorded",
    "Outcome",
    "RetentionRule",
    "access_days",
    "catch_up",
    "catch_up_access",
    "catch_up_changes",
    "coverage",
    "gaps",
    "obstacle",
    "outlived",
    "record",
    "record_days",
    "recorded_days",
    "superfluous",
    "thin",
    "write_weeks",
]
