"""A chart of a page beside the perspectives: its title, the chart, and a link to its table."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import param

from ..charts import Chart, pack
from ..pages.theme import stylesheet
from .component import Component, published

HERE = Path(__file__).parent
CHARTS = HERE.parent / "charts"
STYLE = stylesheet(HERE / "card.css")


class PageChart(Component):
    """A chart that does not change any more, as one component; it sends nothing."""

    scripts = (CHARTS / "bokeh.js", CHARTS / "chart.js", HERE / "elements.js", HERE / "page_chart.js")

    template = param.String(doc="The address of the chart's template, or the template itself.")
    texts = param.Dict(default={}, doc="title, note, description, and csv and sql, which are addresses, as text.")
    chart_data = param.Dict(default={}, doc="bytes, contents and options: what `pack` and a chart's options are.")

    links = param.Dict(default={}, doc="By the name of a row: the query of the page that a click on it opens.")

    def __init__(
        self, chart: Chart, csv: str = "", sql: str = "", links: Mapping[str, str] | None = None, **params: Any
    ) -> None:
        """`csv` is the address of the table behind it, `sql` of its query; without an address there is no link."""
        packed, contents = pack(chart.columns)
        super().__init__(
            template=published(chart.template.text, "json"),
            texts={
                "title": chart.title, "note": chart.caption, "description": chart.description(), "csv": csv, "sql": sql,
            },
            chart_data={"bytes": packed, "contents": contents, "options": copy.deepcopy(chart.options)},
            links=dict(links or {}), stylesheets=[STYLE], sizing_mode="stretch_width", margin=0, **params,
        )  # fmt: skip
