"""What the Hub shows only today, kept day by day: figures of full listings in a slim history, which outlives them.

Knows the shape of a landed listing and the landing folder; knows nothing of HTTP, of the warehouse or of a page.
"""

from .adoption import SOURCE, Figures, NotRecorded, catch_up, record, recorded_days
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
]
