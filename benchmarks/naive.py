"""The page to compare with: model types, written as one would write it first, without anything of our page.

Every change queries core.* and makes a new hvPlot object, which a pane renders anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import holoviews as hv
import hvplot.pandas  # noqa: F401  (gives pandas frames their .hvplot)
import panel as pn
import panel_material_ui as pmui

from oss_ai_monitor.warehouse import Warehouse

QUERY = """
    select date_trunc($unit, appeared_at::date)::timestamp as period, relation as type, count(*) as models
    from core.models
    where is_listed and pipeline_tag = 'text-generation' and appeared_at::date >= $start
    group by all
    order by all"""


def page(warehouse: Warehouse) -> pn.viewable.Viewable:
    """Return the page of one visitor; its state is in the address, so that the end of a change can be noticed."""
    datasets = warehouse.query("datasets").set_index("dataset")
    start = datasets.loc["hub"]["default_start"].date()
    unit = pmui.RadioButtonGroup(label="Unit", options={"Day": "day", "Week": "week", "Month": "month"}, value="week")

    def plot(period: str, value: str) -> Any:
        frame = warehouse.sql_frame(QUERY, {"unit": period, "start": start})
        frame["share"] = frame["models"] / frame.groupby("period")["models"].transform("sum")
        bars = frame.hvplot.bar(x="period", y=value, by="type", stacked=True, height=330, responsive=True)
        return bars.opts(hv.opts.Bars(line_color=None))

    plots = [
        pn.pane.HoloViews(pn.bind(plot, unit, value), sizing_mode="stretch_width") for value in ("models", "share")
    ]
    if pn.state.location:
        pn.state.location.sync(unit, {"value": "unit"})
    return pmui.Page(title="The naive way", sidebar=[unit], main=plots, busy_indicator="linear")


if pn.state.curdoc:
    pn.extension("tabulator")
    hv.renderer("bokeh").webgl = False  # slower with it where software draws: no advantage is taken of that
    folder = Path(os.environ["OSS_AI_MONITOR_WAREHOUSE"])
    page(pn.state.as_cached("warehouse", Warehouse.open, folder=folder)).servable()
