"""The shared vocabulary of pictures: bars over dates, points with lines, small panels; one look, kept figures.

Knows hvPlot, Bokeh and how things should look; knows neither the warehouse nor what a picture is about.
"""

from .areas import StackedAreas
from .bars import StackedBars
from .casts import CastPoints
from .dated import DatedBars
from .days import DayBars
from .grid import PanelGrid
from .lanes import Lanes, shortened
from .picture import DATES_OF_ITS_OWN, DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, Picture, together
from .points import Band, Path, Points
from .spans import (
    LATE_SUBMISSIONS_MISSING,
    STILL_FILLING,
    Span,
    ago,
    date_text,
    ends,
    joined,
    milliseconds,
    number_text,
    open_rows,
)
from .trends import steps, trend

__all__ = [
    "DATES_OF_ITS_OWN",
    "DATES_OF_THE_RANGE",
    "DATES_UP_TO_ITS_END",
    "LATE_SUBMISSIONS_MISSING",
    "STILL_FILLING",
    "Band",
    "CastPoints",
    "DatedBars",
    "DayBars",
    "Lanes",
    "PanelGrid",
    "Path",
    "Picture",
    "Points",
    "Span",
    "StackedAreas",
    "StackedBars",
    "ago",
    "date_text",
    "ends",
    "joined",
    "milliseconds",
    "number_text",
    "open_rows",
    "shortened",
    "steps",
    "together",
    "trend",
]
