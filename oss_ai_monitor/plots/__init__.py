"""The shared vocabulary of pictures: bars over dates, points with lines, small panels; one look, kept figures.

Knows hvPlot, Bokeh and how things should look; knows neither the warehouse nor what a picture is about.
"""

from .bars import StackedBars
from .panels import SmallPanels
from .picture import Picture, together
from .points import Points
from .spans import Span, ago, date_text, number_text
from .trends import steps, trend

__all__ = [
    "Picture",
    "Points",
    "SmallPanels",
    "Span",
    "StackedBars",
    "ago",
    "date_text",
    "number_text",
    "steps",
    "together",
    "trend",
]
