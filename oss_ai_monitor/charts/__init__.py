"""The kinds of charts: bars over dates, points with lines, small panels; a template each, filled with columns.

Knows hvPlot, Bokeh and the style; knows neither the warehouse nor the perspectives.
"""

from .areas import StackedAreas
from .bars import StackedBars
from .chart import DATES_OF_ITS_OWN, DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, Chart, batched
from .columns import pack
from .day_bars import DayBars
from .dynamic_points import DynamicPoints
from .event_lines import EventBars
from .grid import PanelGrid
from .look import FONT, INK, LINE, PALE
from .periods import (
    LATE_SUBMISSIONS_MISSING,
    STILL_FILLING,
    Span,
    age_text,
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
    "FONT",
    "INK",
    "LATE_SUBMISSIONS_MISSING",
    "LINE",
    "PALE",
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
    "age_text",
    "batched",
    "date_text",
    "ends",
    "joined",
    "milliseconds",
    "number_text",
    "open_rows",
    "pack",
    "shortened",
    "steps",
    "trend",
]
