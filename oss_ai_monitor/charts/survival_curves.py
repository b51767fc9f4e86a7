"""Survival curves: steps with their intervals, and under them how many are at risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.properties import value as constant
from bokeh.models import FixedTicker, Text

from . import alt_text
from .dates_or_numbers import MARGIN
from .look import FONT
from .periods import number_text
from .step_curves import StepCurves
from .style import GREY, empty_source, follow_legend, range_options
from .styled_lines import Styles
from .template import Figure

ROW = 17  # height in pixels of a row of numbers below the curves
MARGINS = 90  # height in pixels of what is above and below the curves, as charts reckon it
STEPS = (13, 26, 52)  # between the numbers at risk: a quarter, a half, a year of weeks
MOST_PLACES = 5  # numbers in a row: so many have room on a narrow screen
HEADING = "at risk"


class SurvivalCurves(StepCurves):
    """Step curves over weeks, from 0 to 1, with a row of numbers below for each curve: those at risk in that week.

    `send` takes what `StepCurves` takes, and `send_at_risk` a row per name and week: the columns `by`, `x` and at_risk.
    """

    def __init__(self, key: str, *, height: int = 360, **params: Any) -> None:
        super().__init__(key, height=height, unit="week", **params)
        self._base_height = height
        self._at_risk_texts: dict[str, str] = {}

    @staticmethod
    def _add_layers(figure: Figure) -> None:
        """Add the rows of numbers, and ticks that stand over them."""
        figure.xaxis[0].ticker = FixedTicker(ticks=[0, 1], name="x-ticker")
        numbers = figure.add_glyph(
            empty_source("at-risk", "x", "y", "text", "colour", "name"),
            Text(
                x="x", y="y", text="text", text_color={"field": "colour"}, text_align="center",
                text_baseline="middle", text_font_size=constant("12px"), text_font=constant(FONT),
            ),
        )  # fmt: skip
        follow_legend(figure, {numbers: "name"})
        figure.add_glyph(
            empty_source("at-risk-heading", "x", "y", "text"),
            Text(
                x="x", y="y", text="text", text_color=constant(GREY), text_align="left", text_baseline="middle",
                text_font_size=constant("11px"), text_font=constant(FONT),
            ),
        )  # fmt: skip

    def send_at_risk(self, frame: pd.DataFrame, style_by_name: Styles, last: float) -> None:
        """Send the numbers below the curves, in the order of `style_by_name`; the axis goes to `last`."""
        names = [name for name in style_by_name if name in set(frame[self._by])]
        step = next((step for step in STEPS if last / step <= MOST_PLACES), STEPS[-1])
        places = np.arange(step, last + 1, step)
        rows = len(names) + 1 if len(places) and names else 0
        a_pixel = 1 / (self._base_height - MARGINS)  # of the scale, which goes from 0 to 1
        at_risk = frame[frame[self._x].isin(places) & frame[self._by].isin(names)]
        heights = {name: -(n + 1.6) * ROW * a_pixel for n, name in enumerate(names)}
        self._send(
            "at-risk",
            {
                "x": at_risk[self._x].to_numpy("float64"),
                "y": at_risk[self._by].map(heights).to_numpy("float64"),
                "text": [number_text(number) for number in at_risk["at_risk"]],
                "colour": [style_by_name[name][0] for name in at_risk[self._by]],
                "name": at_risk[self._by].tolist(),
            },
        )
        heading = [HEADING] if rows else []
        self._send(
            "at-risk-heading",
            {"x": np.zeros(len(heading)), "y": np.full(len(heading), -0.6 * ROW * a_pixel), "text": heading},
        )
        self._set("x-ticker", ticks=[0.0, *places.tolist()])
        margin = MARGIN * (last or 1.0)
        self._set("x-range", **range_options(-margin, max(last, 1.0) + margin))
        self._scale(0.0, 1.0, percents=True, lanes=1)
        self._set("y-range", start=-(rows + 0.2) * ROW * a_pixel, reset_start=-(rows + 0.2) * ROW * a_pixel)
        self._set_height(self._base_height + round((rows + 0.2) * ROW))
        by_name = at_risk.groupby(self._by, sort=False)
        self._at_risk_texts = {
            str(name): ", ".join(
                f"{number_text(at_risk)} in week {number_text(week)}"
                for week, at_risk in zip(part[self._x], part["at_risk"], strict=True)
            )
            for name, part in by_name
        }

    def _describe(self) -> str:
        texts = [
            f"At risk, {alt_text.readable(name)}: {text}."
            for name, text in list(self._at_risk_texts.items())[: alt_text.NAMED]
        ]
        return " ".join([super()._describe(), *texts])
