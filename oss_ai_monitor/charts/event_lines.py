"""Named lines at the days of events; each name is in a lane above the data, if there is room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from bokeh.models import ColumnDataSource, CustomJS, HoverTool, Segment

from ..plurals import counted
from . import alt_text
from .bars import StackedBars
from .periods import date_text, milliseconds
from .scripts import once_per_change
from .style import GREY, add_label_layer
from .template import Figure

PLACE_LABELS = once_per_change("event_lines")
LANES = 4
NAMED = 6  # lines that the alt text names
BEFORE_EVENTS = 6  # lines that get their names before dated events do


NO_LINES: dict[str, Any] = {name: [] for name in ("x", "name", "label", "on", "source", "style", "is_event", "must")}


def add_lines(figure: Figure, *, filling: ColumnDataSource | None = None) -> None:
    """Add a layer of named lines; hovering over one shows its label, its date and its source.

    Its source is `lines`, whose tag is the number of lanes for names.
    """
    lines = ColumnDataSource(dict(NO_LINES), tags=[LANES], name="lines")
    segments = ColumnDataSource({name: [] for name in ("x", "y0", "y1", "label", "on", "source")})
    labels = ColumnDataSource({name: [] for name in ("x", "dx", "y", "text", "style")})
    segment = Segment(x0="x", y0="y0", x1="x", y1="y1", line_color=GREY, line_dash=[3, 3], line_width=1.2)
    drawn = figure.add_glyph(segments, segment, level="annotation")
    add_label_layer(figure, labels, y_units="screen", text_baseline="top", text_font_style="style")
    figure.add_tools(
        HoverTool(renderers=[drawn], tooltips=[("", "@label"), ("", "@on"), ("source", "@source")], visible=False)
    )
    arguments = {"figure": figure, "lines": lines, "named": segments, "labels": labels, "filling": filling}
    place_labels = CustomJS(args=arguments, code=PLACE_LABELS)
    for change in ("inner_width", "inner_height"):
        figure.js_on_change(change, place_labels)
    for axis in (figure.x_range, figure.y_range):
        for end in ("start", "end"):
            axis.js_on_change(end, place_labels)
    for source in (lines, *([filling] if filling else [])):
        source.js_on_change("data", place_labels)


def line_columns(lines: pd.DataFrame, x: Any) -> dict[str, Any]:
    """Return the columns of lines in the order of their rank.

    lines: label, happened_on (date), source, is_event, must (has room first); `x` holds their positions on the axis.
    """
    return {
        "x": x,
        "name": [label.partition(" (")[0] for label in lines["label"]],
        "label": lines["label"].tolist(),
        "on": [date_text(day) for day in lines["happened_on"]],
        "source": lines["source"].tolist(),
        "style": ["italic" if is_event else "normal" for is_event in lines["is_event"]],
        "is_event": lines["is_event"].tolist(),
        "must": lines["must"].tolist(),
    }


def lines_text(columns: Mapping[str, Any]) -> str:
    """Return the names and dates of the first lines."""
    names = [f"{alt_text.readable(name)} ({on})" for name, on in zip(columns["name"], columns["on"], strict=True)]
    unnamed = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {counted(unnamed, 'other')}" if unnamed > 0 else "")


class EventBars(StackedBars):
    """Stacked bars with named lines above them; dated events are lines too."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, **params)
        self._lines, self._dated_events = NO_LINES, pd.DataFrame()

    def _make(self, height: int) -> Figure:
        figure = super()._make(height)
        add_lines(figure, filling=figure.select_one({"name": "filling"}))
        return figure

    def mark(self, events: pd.DataFrame) -> None:
        """Keep dated events for the next `draw_lines`, which places them after its first few lines."""
        self._dated_events = events

    def draw_lines(self, lines: pd.DataFrame) -> None:
        """Draw lines over the bars, the most important first: label, happened_on, source, must."""
        events = self._dated_events.assign(is_event=True, must=True) if len(self._dated_events) else self._dated_events
        lines = lines.assign(is_event=False)
        all_lines = pd.concat([lines[:BEFORE_EVENTS], events, lines[BEFORE_EVENTS:]]) if len(events) else lines
        self._lines = line_columns(all_lines, milliseconds(all_lines["happened_on"]))
        self._send("lines", self._lines)

    def _describe(self) -> str:
        lines = lines_text(self._lines)
        return super()._describe() + (f" Lines: {lines}." if lines else "")

    def _scale(self, low: float, high: float, *, lanes: int = 0, **options: Any) -> None:  # noqa: ARG002
        super()._scale(low, high, lanes=LANES, **options)
