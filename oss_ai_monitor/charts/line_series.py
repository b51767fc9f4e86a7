"""Lines by name over periods, with gaps, intervals, dated events and hatched open periods."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import alt_text
from .bars import PERIOD
from .named_lines import NamedLines, finite_runs
from .number_formats import COUNTS, NumberFormat
from .periods import Span, ends, joined, milliseconds, open_rows
from .points import Band, Path
from .styled_lines import Styles

BANDS = (("low", "high"), ("outer_low", "outer_high"))
OUTER = BANDS[1]
MOST_MARKED = 60  # periods up to which every point is visible; with more, only those that no line joins


class LineSeries(NamedLines):
    """One line a name over periods; a missing value or a missing row is a gap, in which nothing is drawn.

    `send` takes one row per period and name: period (date), the columns `by` and `value`, is_complete, is_filling, and
    optional `low` and `high`, and `outer_low` and `outer_high` of a wider interval. A point is in the middle of its
    period, and hollow where the period is open.
    """

    def __init__(
        self, key: str, *, by: str, value: str, y_title: str, x_title: str = "date (UTC)",
        numbers: NumberFormat = COUNTS, details: tuple[tuple[str, str], ...] = (), height: int = 360, **params: Any,
    ) -> None:  # fmt: skip
        super().__init__(
            key, by=by, value=value, y_title=y_title, x_title=x_title, numbers=numbers, details=details, height=height,
            has_dates=True, **params,
        )  # fmt: skip
        self._sent: tuple[np.ndarray, np.ndarray, Span] | None = None

    def send(
        self, frame: pd.DataFrame, span: Span, style_by_name: Styles, *, from_zero: bool = True, is_log: bool = False,
        y_title: str = "",
    ) -> None:  # fmt: skip
        """Send new lines, in the order of `style_by_name`; with `from_zero` the scale holds zero.

        On a logarithmic scale (`is_log`) zeros are gaps. `y_title` is another title for the y axis.
        """
        self._set_scale(is_log=is_log, y_title=y_title)
        frame = frame[frame[self._by].isin(list(style_by_name))]
        periods, index = np.unique(frame["period"].to_numpy(), return_inverse=True)
        middle, is_open = (milliseconds(periods) + ends(periods, span.unit)) / 2, open_rows(frame)
        open_periods = np.isin(np.arange(len(periods)), index[is_open])
        self._sent = periods, ~open_periods, span
        columns = {
            name: frame[name].to_numpy("float64", na_value=np.nan)
            for name in (self._value, "low", "high", *OUTER)
            if name in frame
        }
        is_visible = np.full(len(frame), len(periods) <= MOST_MARKED)
        paths, bands = [], []
        for name, rows in frame.groupby(self._by, sort=False).indices.items():
            heights = {column: _placed(index[rows], values[rows], len(periods)) for column, values in columns.items()}
            path = Path(str(name), str(name), middle, heights[self._value])
            paths.append(path)
            bands += [Band(path.name, middle, heights[low], heights[high]) for low, high in BANDS if low in heights]
            alone = [run.start for run in finite_runs(path.y) if run.stop - run.start == 1]
            is_visible[rows] |= np.isin(index[rows], alone)
        order = list(style_by_name)
        points = self._point_columns(frame, middle[index], is_open=is_open, is_visible=is_visible)
        points["period"] = milliseconds(periods)[index]
        self._send_lines(sorted(paths, key=lambda path: order.index(path.name)), bands, points, style_by_name)
        self._set_tooltips(("", PERIOD[span.unit]), has_band=bool(bands))
        filling = joined(milliseconds(periods)[open_periods], ends(periods, span.unit)[open_periods])
        self._scale_lines(bands, lanes=self._set_axis(middle, span, filling), from_zero=from_zero)

    def _describe(self) -> str:
        assert self._sent is not None
        periods, is_complete, span = self._sent
        texts = [
            f"{alt_text.readable(path.name)}: "
            + alt_text.peak_and_last(periods, path.y, is_complete, span.unit, self._numbers.text)
            for path in self._paths[: alt_text.NAMED]
        ]
        return " ".join([f"{self._count_text()}, {alt_text.range_of(span)}.", *texts, *self._unnamed_text()])


def _placed(index: np.ndarray, values: np.ndarray, length: int) -> np.ndarray:
    """Return values at their positions, with gaps everywhere else."""
    line = np.full(length, np.nan)
    line[index] = values
    return line
