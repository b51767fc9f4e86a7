"""The shared vocabulary of pictures: bars over dates, points with lines, small panels; one look, kept figures.

Knows hvPlot, Bokeh and how things should look; knows neither the warehouse nor what a picture is about.
"""

from .areas import StackedAreas
from .bars import StackedBars
from .chart import DATES_OF_ITS_OWN, DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, Chart, batched
from .day_bars import DayBars
from .dynamic_points import DynamicPoints
from .event_lines import EventBars
from .grid import PanelGrid
from .periods import (
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
from .points import Band, Path, Points
from .timeline import Timeline, shortened
from .trends import steps, trend

__all__ = [
    "DATES_OF_ITS_OWN",
    "DATES_OF_THE_RANGE",
    "DATES_UP_TO_ITS_END",
    "LATE_SUBMISSIONS_MISSING",
    "STILL_FILLING",
    "Band",
    "Chart",
    "DayBars",
    "DynamicPoints",
    "EventBars",
    "PanelGrid",
    "Path",
    "Points",
    "Span",
    "StackedAreas",
    "StackedBars",
    "Timeline",
    "ago",
    "batched",
    "date_text",
    "ends",
    "joined",
    "milliseconds",
    "number_text",
    "open_rows",
    "shortened",
    "steps",
    "trend",
]
