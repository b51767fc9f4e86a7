"""A chart of a page beside the perspectives: its title, the chart, links to what is behind it, and its citation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import param

from ..charts import Chart
from ..pages.cited import Cited
from ..pages.theme import DIALOG, stylesheet
from .cards import chart_data
from .citation import cite_text
from .component import Component, published

HERE = Path(__file__).parent
CHARTS = HERE.parent / "charts"
STYLE = stylesheet(DIALOG, HERE / "card.css")


class PageChart(Component):
    """A chart that does not change any more, as one component; a click on Cite asks for its citation."""

    scripts = (
        CHARTS / "bokeh.js", CHARTS / "chart.js",
        *(HERE / f"{name}.js" for name in ("elements", "copy", "offer", "page_chart")),
    )  # fmt: skip

    template = param.String(doc="The address of the chart's template, or the template itself.")
    texts = param.Dict(default={}, doc="title, note and description, as text.")
    addresses = param.Dict(default={}, doc="What links below it are called → where they lead.")
    can_cite = param.Boolean(doc="Whether there is a citation of it.")
    chart_data = param.Dict(default={}, doc="bytes, and parts: what `chart_data` returns.")

    links = param.Dict(default={}, doc="By the name of a row: the query of the page that a click on it opens.")

    def __init__(
        self,
        chart: Chart,
        addresses: Mapping[str, str] | None = None,
        *,
        links: Mapping[str, str] | None = None,
        cited: Cited | None = None,
        **params: Any,
    ) -> None:
        """`addresses` are those of the table and the query behind it; `cited` is what a citation of it says."""
        self._cited = cited
        super().__init__(
            template=published(chart.template.text, "json"),
            texts={"title": chart.title, "note": chart.caption, "description": chart.description()},
            addresses=dict(addresses or {}), can_cite=cited is not None,
            chart_data=chart_data(chart),
            links=dict(links or {}), stylesheets=[STYLE], sizing_mode="stretch_width", margin=0, **params,
        )  # fmt: skip

    def _handle_msg(self, data: object) -> None:
        """Send the citation that a click asks for; anything else is ignored."""
        match data:
            case {"action": "cite", "page": str(page)} if self._cited:
                citation = cite_text(self._cited, page, dt.datetime.now(dt.UTC).date())
                texts = {"Text": citation.text, "BibTeX": citation.bibtex}
                copied = {"copied": "text and BibTeX", "count": len(texts), "note": ""}
                self._send_msg({"heading": "Cite this chart", "texts": texts, **copied})
