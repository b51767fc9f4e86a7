"""The history of adoption: the figures of full listings, recorded day by day, because the Hub shows today's only.

It is small, and remains when the listings are removed. Knows the shape of a landed listing and the landing folder;
knows nothing of HTTP, of the warehouse or of a page.
"""

from .adoption import SOURCE, Figures, NotRecorded, catch_up, record, recorded_days, write_weeks
from .days import gaps
from .thinning import RetentionRule, outlived, superfluous, thin

__all__ = [
    "SOURCE",
    "Figures",
    "NotRecorded",
    "RetentionRule",
    "catch_up",
    "gaps",
    "outlived",
    "record",
    "recorded_days",
    "superfluous",
    "thin",
    "write_weeks",
]
