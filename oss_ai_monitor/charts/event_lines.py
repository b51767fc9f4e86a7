"""Named lines at the days of events; each name is in a lane above the data, if there is room."""

from __future__ import annotations

from typing import Any

import pandas as pd
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, CustomJS, HoverTool, LabelSet, Segment
from bokeh.plotting import figure as Figure  # noqa: N812

from . import alt_text
from .bars import StackedBars
from .chart import set_data
from .periods import date_text, milliseconds
from .scripts import script
from .style import GREY

PLACE_LABELS = script("event_lines")
LANES = 4
NAMED = 6  # lines that the alt text names
BEFORE_EVENTS = 6  # lines that get their names before dated events do


class EventLines:
    """Lines of one figure, the most important first; hovering over one shows its label, its date and its source."""

    def __init__(self, figure: Figure, *, filling: ColumnDataSource | None = None) -> None:
        self._lines = ColumnDataSource(
            {name: [] for name in ("x", "name", "label", "on", "source", "style", "must")}, tags=[LANES]
        )
        segments = ColumnDataSource({name: [] for name in ("x", "y0", "y1", "label", "on", "source")})
        labels = ColumnDataSource({name: [] for name in ("x", "dx", "y", "text", "style")})
        segment = Segment(x0="x", y0="y0", x1="x", y1="y1", line_color=GREY, line_dash=[3, 3], line_width=1.2)
        lines = figure.add_glyph(segments, segment, level="annotation")
        figure.add_layout(
            LabelSet(
                source=labels,
                x="x",
                y="y",
                x_offset="dx",
                text="text",
                y_units="screen",
                text_color=GREY,
                text_font=value("helvetica, arial, sans-serif"),
                text_font_size="11px",
                text_font_style="style",
                text_baseline="top",
                level="overlay",
            )
        )
        hover = HoverTool(
            renderers=[lines], tooltips=[("", "@label"), ("", "@on"), ("source", "@source")], visible=False
        )
        figure.add_tools(hover)
        arguments = {"figure": figure, "lines": self._lines, "named": segments, "labels": labels, "filling": filling}
        place_labels = CustomJS(args=arguments, code=PLACE_LABELS)
        for change in ("inner_width", "inner_height"):
            figure.js_on_change(change, place_labels)
        for axis in (figure.x_range, figure.y_range):
            for end in ("start", "end"):
                axis.js_on_change(end, place_labels)
        for source in (self._lines, *([filling] if filling else [])):
            source.js_on_change("data", place_labels)

    def send(self, lines: pd.DataFrame, x: Any, lanes: int = LANES) -> None:
        """Send lines in the order of their rank: label, happened_on (date), source, is_event, must (drawn unnamed too).

        `x` holds their positions on the axis of the figure.
        """
        self._lines.tags = [lanes]
        columns = {
            "x": x,
            "name": [label.partition(" (")[0] for label in lines["label"]],
            "label": lines["label"].tolist(),
            "on": [date_text(day) for day in lines["happened_on"]],
            "source": lines["source"].tolist(),
            "style": ["italic" if is_event else "normal" for is_event in lines["is_event"]],
            "must": lines["must"].tolist(),
        }
        set_data(self._lines, columns)

    def alt_text(self) -> str:
        """Return the names and dates of the first lines."""
        columns = self._lines.data
        names = [f"{alt_text.readable(name)} ({on})" for name, on in zip(columns["name"], columns["on"], strict=True)]
        unnamed = len(names) - NAMED
        return ", ".join(names[:NAMED]) + (f" and {alt_text.count_text(unnamed, 'other')}" if unnamed > 0 else "")


class EventBars(StackedBars):
    """Stacked bars with named lines above them; dated events are lines too."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, **params)
        self._named = EventLines(self.figure, filling=self._filling)
        self._dated_events = pd.DataFrame()

    def mark(self, events: pd.DataFrame) -> None:
        """Keep dated events for the next `draw_lines`, which places them after its first few lines."""
        self._dated_events = events

    def draw_lines(self, lines: pd.DataFrame) -> None:
        """Draw lines over the bars, the most important first: label, happened_on, source, must."""
        events = self._dated_events.assign(is_event=True, must=True) if len(self._dated_events) else self._dated_events
        lines = lines.assign(is_event=False)
        all_lines = pd.concat([lines[:BEFORE_EVENTS], events, lines[BEFORE_EVENTS:]]) if len(events) else lines
        self._named.send(all_lines, milliseconds(all_lines["happened_on"]))

    def _alt_texts(self) -> list[str]:
        lines = self._named.alt_text()
        return [f"{text} Lines: {lines}." if lines else text for text in super()._alt_texts()]

    def _scale(self, low: float, high: float, *, lanes: int = 0, **options: Any) -> None:  # noqa: ARG002
        super()._scale(low, high, lanes=LANES, **options)
