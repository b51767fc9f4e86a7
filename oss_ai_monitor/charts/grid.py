"""A grid of small panels, one for each name, on a shared scale: an area down to zero, with a trend over it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import alt_text
from .bars import PERIOD
from .chart import Chart
from .grid_columns import cell_columns, row_ranges, scale_ticks
from .grid_template import make
from .periods import Span, ends, milliseconds, open_rows
from .style import GREY
from .template import template


class PanelGrid(Chart):
    """Small panels that share both axes, `height` pixels each; each `send` sets the names that they show.

    They are drawn by one figure, on one pair of hidden axes that count pixels: `panels.js` decides how many columns fit
    and moves the data of each panel to its place. Gaps stay gaps: where a value is missing there is neither area nor
    outline, though the trend may pass over it.
    """

    def __init__(
        self, key: str, *, by: str, colours: dict[str, str], x_title: str = "appeared (UTC)", height: int = 196,
        **params: Any,
    ) -> None:  # fmt: skip
        self._by, self._colours = by, colours
        parts = ("panels", x_title, height)
        super().__init__(template(parts, lambda: make(x_title, height)), height=2 * height, key=key, **params)
        self._sent: tuple[dict[str, np.ndarray], np.ndarray, list[str], Span, str, int] | None = None

    def send(
        self, frame: pd.DataFrame, span: Span, *, value: str, names: dict[str, str], y_title: str, value_label: str,
        reference: str, reference_label: str, digits: int,
    ) -> None:  # fmt: skip
        """Send new data to every panel, on one scale.

        frame: one row per period and name, with period (date), `by`, models, `value` (NaN is a gap), the column
        `reference` that it is compared with, is_complete, is_filling, and has_appeared: before that no trend begins.
        names: name → title of its panel, in reading order. `y_title` names the measure; `value_label` and
        `reference_label` are what the hover calls `value` and `reference`.
        """
        self.is_empty = not len(frame)
        self._set("hover", tooltips=_tooltips(PERIOD[span.unit], value_label, reference_label, str(digits)))
        cells = cell_columns(
            frame, frame[self._by].map({name: n for n, name in enumerate(names)}), span, value, reference
        )
        uncertain = np.unique(frame["period"].to_numpy()[open_rows(frame)])
        self._sent = cells, milliseconds(uncertain), list(names.values()), span, y_title, digits
        colours = [self._colours.get(name, GREY) for name in names]
        self._send("panels", {"title": list(names.values()), "colour": colours})
        self._send("cells", cells)
        self._fill(milliseconds(uncertain), ends(uncertain, span.unit))
        self._set("dates", start=span.left, end=span.right)
        self._set("y-axis", axis_label=y_title)
        self._set("y-ticker", ticks=scale_ticks(cells["value"]))

    def _describe(self) -> str:
        assert self._sent is not None
        cells, uncertain, titles, span, y_title, digits = self._sent
        texts = [f"Small panels by {self._by} on one scale: {y_title}, {alt_text.range_of(span)}."]
        for rows in row_ranges(cells["panel"]):
            title = titles[cells["panel"][rows.start]]
            starts, values = cells["period"][rows], cells["value"][rows].astype("float64")
            periods, is_complete = starts.astype("datetime64[ms]"), ~np.isin(starts, uncertain)
            peak = alt_text.peak_and_last(periods, values, is_complete, span.unit, f"+,.{digits}f")
            low = np.nanmin(values, initial=np.inf)
            lowest = f" Lowest {alt_text.signed_number(low, f'+,.{digits}f')}." if np.isfinite(low) else ""
            texts.append(f"{alt_text.readable(title)}: {peak}{lowest}")
        return " ".join(texts)


def _tooltips(period: str, value_label: str, reference_label: str, digits: str) -> list[tuple[str, str]]:
    return [
        ("", period),
        (value_label, f"@value{{+{digits}}}"),
        ("new models", "@models{0,0}"),
        (reference_label, "@before{1}"),
    ]
