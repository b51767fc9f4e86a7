"""The charts of profiles: models per month by relation, and downloads over days and weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from ..charts import Chart, LineSeries, Span, StackedBars, ends, milliseconds
from ..profiles import Series
from ..sandbox import fill_parameters
from ..warehouse import Warehouse

LINES = (("#0072B2", "circle"), ("#D55E00", "square"))
MONTHLY, DOWNLOADS = "models-by-month", "downloads"
"""The keys of the charts."""
DAYS = "Days on which the figure moved, as the Hub's listing has it."
WEEKS = "As the last listing of each complete week has it; a week without a listing is a gap."


def charts_of(warehouse: Warehouse, series: Sequence[Series]) -> list[Chart]:
    """Return a chart for each series of a profile."""
    return [_bars(warehouse, one) if one.kind == "bars" else _lines(one) for one in series]


def tables_of(series: Sequence[Series]) -> dict[str, pd.DataFrame]:
    """Return the rows of each chart of a profile by its key: period, relation and models, or figure and downloads."""
    return {_key(one): _frame(one) for one in series}


def queries_of(warehouse: Warehouse, series: Sequence[Series]) -> dict[str, str]:
    """Return the select behind each chart of a profile, with its values, by the key of the chart."""
    return {
        _key(one): fill_parameters(*warehouse.bound(one.query.name, **one.query.parameters))
        for one in series
        if one.query is not None
    }


def _key(series: Series) -> str:
    return MONTHLY if series.kind == "bars" else DOWNLOADS


def _frame(series: Series) -> pd.DataFrame:
    columns = ["period", "relation", "models"] if series.kind == "bars" else ["period", "figure", "downloads"]
    frame = pd.DataFrame(series.rows, columns=columns)
    return frame.assign(period=pd.to_datetime(frame["period"]))


def _bars(warehouse: Warehouse, series: Series) -> Chart:
    rows = warehouse.query("type_colours")
    rows = rows[rows["dataset_kind"] == "hub"]
    colours = dict(zip(rows["type"].astype(str), rows["color"].astype(str), strict=True))
    chart = StackedBars(MONTHLY, by="relation", colours=colours, height=260)
    frame = _frame(series)
    last_known = milliseconds([_as_of(warehouse) + dt.timedelta(days=1)])[0]
    frame = frame.assign(is_complete=ends(frame["period"], "month") <= last_known, is_filling=False)
    chart.title = series.title
    chart.caption = "By the month in which they appeared, stacked by relation. A month that the data cuts is pale."
    chart.send(frame, Span(frame["period"].min().date(), frame["period"].max().date(), "month"))
    return chart


def _lines(series: Series) -> Chart:
    unit = "week" if series.kind == "weeks" else "day"
    chart = LineSeries(DOWNLOADS, by="figure", value="downloads", y_title="downloads in 30 days", height=260)
    frame = _frame(series)
    frame = frame.assign(is_complete=True, is_filling=False)
    chart.title, chart.caption = series.title, WEEKS if unit == "week" else DAYS
    styles = dict(zip(dict.fromkeys(frame["figure"]), LINES, strict=False))
    chart.send(frame, Span(frame["period"].min().date(), frame["period"].max().date(), unit), styles)
    return chart


def _as_of(warehouse: Warehouse) -> dt.date:
    """Return the day up to which repositories are known: that of the Hub's listing, without one of the newest board."""
    rows = warehouse.query("datasets")
    listed = rows.loc[rows["kind"] == "hub", "as_of"]
    return pd.Timestamp((listed if len(listed) else rows["as_of"]).max()).date()
