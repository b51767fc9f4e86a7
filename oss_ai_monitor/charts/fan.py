"""A line of counts by month, and where it may go: a forecast with two prediction intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..plurals import counted
from .line_series import LineSeries
from .periods import Span, number_text, period_text
from .styled_lines import Styles

INTERVALS = "80% and 95% intervals"
COUNTED, FORECAST = "counted", "forecast"
STYLES: Styles = {COUNTED: ("#0072B2", "circle"), FORECAST: ("#D55E00", "square")}


class Fan(LineSeries):
    """Counts, and after them a forecast with intervals that should hold 80 and 95 of 100 counts.

    `send_forecast` takes one row a period, in order: period (date), `value`, is_forecast, and of a forecast low, high
    (80%), outer_low and outer_high (95%). The forecast is drawn from the last count on.
    """

    def __init__(self, key: str, *, value: str, **params: Any) -> None:
        super().__init__(key, by="part", value=value, details=((INTERVALS, "intervals"),), **params)
        self._rows = pd.DataFrame()

    def send_forecast(self, rows: pd.DataFrame, span: Span) -> None:
        """Send new counts and a new forecast; the axis is that of the span."""
        self._rows = rows
        is_forecast = rows["is_forecast"].to_numpy(bool)
        part = np.where(is_forecast, FORECAST, COUNTED)
        drawn = rows.assign(part=part, intervals=[_intervals(row) for row in rows.itertuples()])
        ends = dict.fromkeys(("low", "high", "outer_low", "outer_high"), drawn.loc[~is_forecast, self._value].iloc[-1:])
        start = drawn[~is_forecast].tail(1).assign(part=FORECAST, **ends)
        self.send(
            pd.concat([drawn, start if is_forecast.any() else start.iloc[:0]]).assign(is_complete=True), span, STYLES
        )

    def _set_tooltips(self, at: tuple[str, str], *, has_band: bool) -> None:  # noqa: ARG002
        """Set the texts of the hover, in which both intervals stand as text."""
        super()._set_tooltips(at, has_band=False)

    def _describe(self) -> str:
        is_forecast = self._rows["is_forecast"].to_numpy(bool)
        past, ahead = self._rows[~is_forecast], self._rows[is_forecast]
        texts = [f"Line of {counted(len(past), 'month')}, and a forecast of {len(ahead)} more."]
        for rows, name in ((past, "Last counted"), (ahead, "Last forecast")):
            if len(rows):
                row = rows.iloc[-1]
                value = f"{name}: {number_text(row[self._value])} in {period_text(row['period'], 'month')}"
                texts.append(f"{value}{', ' + _intervals(row) if name == 'Last forecast' else ''}.")
        return " ".join(texts)


def _intervals(row: Any) -> str:
    if not row.is_forecast:
        return "counted"
    return (
        f"80% {number_text(row.low)} to {number_text(row.high)}, "
        f"95% {number_text(row.outer_low)} to {number_text(row.outer_high)}"
    )
