"""What the Hub shows only today, kept day by day: figures of full listings in a slim history, which outlives them.

Knows the shape of a landed listing and the landing folder; knows nothing of HTTP, of the warehouse or of a page.
"""

from .adoption import SOURCE, Figures, NotKept, catch_up, keep, kept
from .days import gaps
from .thinning import Keep, outlived, superfluous, thin

__all__ = [
    "SOURCE",
    "Figures",
    "Keep",
    "NotKept",
    "catch_up",
    "gaps",
    "keep",
    "kept",
    "outlived",
    "superfluous",
    "thin",
]
