"""Named lines: what happened on a day, with its name in a lane above the data, as many as there is room for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, CustomJS, HoverTool, LabelSet, Segment
from bokeh.plotting import figure as Figure  # noqa: N812

from . import alt_text
from .bars import StackedBars
from .chart import set_data
from .periods import date_text, milliseconds
from .style import GREY

DATED = (Path(__file__).parent / "event_lines.js").read_text(encoding="utf-8")
LANES = 4
NAMED = 6  # lines that a description names
BEFORE_EVENTS = 6  # lines that get their names before dated events do


class EventLines:
    """Lines of one figure, the most important first; each has its label, its date and its source in the hover."""

    def __init__(self, figure: Figure, *, filling: ColumnDataSource | None = None) -> None:
        self._lines = ColumnDataSource(
            {name: [] for name in ("x", "name", "label", "on", "source", "style", "must")}, tags=[LANES]
        )
        named = ColumnDataSource({name: [] for name in ("x", "y0", "y1", "label", "on", "source")})
        labels = ColumnDataSource({name: [] for name in ("x", "dx", "y", "text", "style")})
        segment = Segment(x0="x", y0="y0", x1="x", y1="y1", line_color=GREY, line_dash=[3, 3], line_width=1.2)
        lines = figure.add_glyph(named, segment, level="annotation")
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
        told = HoverTool(
            renderers=[lines], tooltips=[("", "@label"), ("", "@on"), ("source", "@source")], visible=False
        )
        figure.add_tools(told)
        arguments = {"figure": figure, "lines": self._lines, "named": named, "labels": labels, "filling": filling}
        code = CustomJS(args=arguments, code=DATED)
        for change in ("inner_width", "inner_height"):
            figure.js_on_change(change, code)
        for axis in (figure.x_range, figure.y_range):
            for end in ("start", "end"):
                axis.js_on_change(end, code)
        for source in (self._lines, *([filling] if filling else [])):
            source.js_on_change("data", code)

    def send(self, lines: pd.DataFrame, x: Any, lanes: int = LANES) -> None:
        """The lines in the order of their rank: label, happened_on (date), source, is_event, must (drawn unnamed too).

        `x` is where each stands on the axis of the figure.
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

    def in_words(self) -> str:
        """The first of the lines, by name and date."""
        held = self._lines.data
        named = [f"{alt_text.plainly(name)} ({on})" for name, on in zip(held["name"], held["on"], strict=True)]
        rest = len(named) - NAMED
        return ", ".join(named[:NAMED]) + (f" and {alt_text.of(rest, 'other')}" if rest > 0 else "")


class EventBars(StackedBars):
    """Stacked bars with named lines above them, dated events among these."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, **params)
        self._named = EventLines(self.figure, filling=self._filling)
        self._dated = pd.DataFrame()

    def mark(self, events: pd.DataFrame) -> None:
        """Dated events join the lines that `draw_lines` is given next, after the first few of these."""
        self._dated = events

    def draw_lines(self, lines: pd.DataFrame) -> None:
        """Lines over the bars, the most important first: label, happened_on, source, must."""
        events = self._dated.assign(is_event=True, must=True) if len(self._dated) else self._dated
        lines = lines.assign(is_event=False)
        batched = pd.concat([lines[:BEFORE_EVENTS], events, lines[BEFORE_EVENTS:]]) if len(events) else lines
        self._named.send(batched, milliseconds(batched["happened_on"]))

    def _described(self) -> list[str]:
        lines = self._named.in_words()
        return [f"{said} Lines: {lines}." if lines else said for said in super()._described()]

    def _scale(self, low: float, high: float, *, lanes: int = 0, **how: Any) -> None:  # noqa: ARG002
        super()._scale(low, high, lanes=LANES, **how)
