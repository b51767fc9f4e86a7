"""The page to compare with: model types, written as one would write it first, without anything of our page.

Every change queries core.* and makes a new hvPlot object, which a pane renders anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import holoviews as hv
import hvplot.pandas  # noqa: F401  (gives pandas frames their .hvplot)
import pandas as pd
import panel as pn
import panel_material_ui as pmui

from oss_ai_monitor.warehouse import Warehouse

DATASETS = {"Hub": "hub", "Leaderboard v2": "v2", "Leaderboard v1": "v1"}
HUB = """
    select appeared_at::date as day, relation as type
    from core.models
    where is_listed and pipeline_tag = 'text-generation'"""
BOARD = """
    select models.appeared_at::date as day, evaluations.type
    from core.evaluations
    join core.models using (model_id)
    where leaderboard = $dataset"""
QUERY = """
    with seen as ({seen})
    select date_trunc($unit, day)::timestamp as period, type, count(*) as models
    from seen
    where day between $start and $end and (len($types) = 0 or list_contains($types, type))
    group by all
    order by all"""


def page(warehouse: Warehouse) -> pn.viewable.Viewable:
    """Return the page of one visitor; its state is in the address, so that the end of a change can be noticed."""
    datasets = warehouse.query("datasets").set_index("dataset")
    arguments = pn.state.session_args if pn.state.curdoc else {}
    options = {label: name for label, name in DATASETS.items() if name in datasets.index}
    first = arguments.get("dataset", [b""])[0].decode()
    first = first if first in datasets.index else next(iter(options.values()))
    dataset = pmui.Select(label="Dataset", options=options, value=first)
    unit = pmui.RadioButtonGroup(label="Unit", options={"Day": "day", "Week": "week", "Month": "month"}, value="week")
    dates = pmui.DateRangePicker(label="Dates")
    types = pmui.MultiChoice(label="Types")

    def follow(name: str) -> None:
        dataset_row = datasets.loc[name]
        type_rows = warehouse.sql_frame(
            f"select distinct type from ({_models_of(name)}) order by type", _parameters(name)
        )
        dates.value = (dataset_row["default_start"].date(), dataset_row["default_end"].date())
        types.param.update(options=list(type_rows["type"]), value=[])

    def counts(name: str, period: str, span: Any, chosen_types: list[str]) -> pd.DataFrame:
        start, end = (pd.Timestamp(moment).date() for moment in span)
        parameters = {"unit": period, "start": start, "end": end, "types": chosen_types, **_parameters(name)}
        return warehouse.sql_frame(QUERY.format(seen=_models_of(name)), parameters)

    def absolute(*chosen: Any) -> hv.Overlay:
        return _bars(counts(*chosen), "models")

    def shares(*chosen: Any) -> hv.Overlay:
        frame = counts(*chosen)
        frame["share"] = frame["models"] / frame.groupby("period")["models"].transform("sum")
        return _bars(frame, "share")

    follow(dataset.value)
    pn.bind(follow, dataset, watch=True)
    if pn.state.location:
        pn.state.location.sync(dataset, {"value": "dataset"})
        pn.state.location.sync(unit, {"value": "unit"})
        pn.state.location.sync(dates, {"value": "dates"})
        pn.state.location.sync(types, {"value": "types"})
    chosen = dataset, unit, dates, types
    plots = [pn.pane.HoloViews(pn.bind(draw, *chosen), sizing_mode="stretch_width") for draw in (absolute, shares)]
    return pmui.Page(title="The naive way", sidebar=list(chosen), main=plots, busy_indicator="linear")


def _bars(frame: pd.DataFrame, value: str) -> Any:
    bars = frame.hvplot.bar(x="period", y=value, by="type", stacked=True, height=330, responsive=True)
    return bars.opts(hv.opts.Bars(line_color=None))


def _models_of(name: str) -> str:
    return HUB if name == "hub" else BOARD


def _parameters(name: str) -> dict[str, str]:
    return {} if name == "hub" else {"dataset": name}


if pn.state.curdoc:
    pn.extension("tabulator")
    hv.renderer("bokeh").webgl = False  # slower with it where software draws: no advantage is taken of that
    folder = Path(os.environ["OSS_AI_MONITOR_WAREHOUSE"])
    page(pn.state.as_cached("warehouse", Warehouse.open, folder=folder)).servable()
