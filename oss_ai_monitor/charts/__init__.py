"""The kinds of charts: bars, lines and points over dates, cells, rows, graphs; a template each, filled with columns.

Knows hvPlot, Bokeh and the style; knows neither the warehouse nor the perspectives.
"""

from .areas import StackedAreas
from .bars import StackedBars
from .chart import DATES_OF_ITS_OWN, DATES_OF_THE_RANGE, DATES_UP_TO_ITS_END, Chart, batched
from .columns import pack
from .curves import Curves
from .day_bars import DayBars
from .dynamic_points import DynamicPoints
from .event_lines import EventBars
from .fan import Fan
from .frontier import Frontier
from .graph import Graph
from .grid import PanelGrid
from .heat_map import HeatMap
from .interval_dots import IntervalDots
from .line_series import LineSeries
from .look import FONT, INK, LINE, PALE
from .model_points import ModelPoints, Scale
from .name_styles import SharedStyles, styles_by_name
from .number_formats import COUNTS, GAINS, LARGE_COUNTS, RATIOS, SCORES, SHARES, NumberFormat
from .number_lines import NumberLines
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
    period_text,
)
from .points import TREND, Band, Path, Points
from .shared_scale import share_scale
from .stacked_rows import StackedRows
from .step_curves import StepCurves
from .style import GREY, NOT_DRAWN
from .survival_curves import SurvivalCurves
from .timeline import Timeline, shortened
from .trends import steps, trend
from .waterfall import Waterfall

__all__ = [
    "COUNTS",
    "DATES_OF_ITS_OWN",
    "DATES_OF_THE_RANGE",
    "DATES_UP_TO_ITS_END",
    "FONT",
    "GAINS",
    "GREY",
    "INK",
    "LARGE_COUNTS",
    "LATE_SUBMISSIONS_MISSING",
    "LINE",
    "NOT_DRAWN",
    "PALE",
    "RATIOS",
    "SCORES",
    "SHARES",
    "STILL_FILLING",
    "TREND",
    "Band",
    "Chart",
    "Curves",
    "DayBars",
    "DynamicPoints",
    "EventBars",
    "Fan",
    "Frontier",
    "Graph",
    "HeatMap",
    "IntervalDots",
    "LineSeries",
    "ModelPoints",
    "NumberFormat",
    "NumberLines",
    "PanelGrid",
    "Path",
    "Points",
    "Scale",
    "SharedStyles",
    "Span",
    "StackedAreas",
    "StackedBars",
    "StackedRows",
    "StepCurves",
    "SurvivalCurves",
    "Timeline",
    "Waterfall",
    "age_text",
    "batched",
    "date_text",
    "ends",
    "joined",
    "milliseconds",
    "number_text",
    "open_rows",
    "pack",
    "period_text",
    "share_scale",
    "shortened",
    "steps",
    "styles_by_name",
    "trend",
]
