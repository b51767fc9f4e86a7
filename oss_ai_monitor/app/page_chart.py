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
from .card_content import chart_data
from .citation import cite_text
from .component import Component, published

FOLDER = Path(__file__).parent
CHARTS = FOLDER.parent / "charts"
STYLE = stylesheet(DIALOG, FOLDER / "card.css")
HERE = "https://server.invalid/page"
"""Stands for the address of the page until a browser shows the citation (RFC 2606: no server has the name)."""


class PageChart(Component):
    """A chart that does not change any more, as one component; it sends nothing."""

    scripts = (
        CHARTS / "bokeh.js", CHARTS / "chart.js",
        *(FOLDER / f"{name}.js" for name in ("elements", "copy", "offer", "page_chart")),
    )  # fmt: skip

    template = param.String(doc="The address of the chart's template, or the template itself.")
    texts = param.Dict(default={}, doc="title, note and description, as text.")
    addresses = param.Dict(default={}, doc="What links below it are called → where they lead.")
    citation = param.Dict(default={}, doc="Its citation by the name of the form, with `here` for the page; or empty.")
    here = param.String(default=HERE, doc="What stands for the address of the page.")
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
        super().__init__(
            template=published(chart.template.text, "json"),
            texts={"title": chart.title, "note": chart.caption, "description": chart.description()},
            addresses=dict(addresses or {}), citation=_citation(cited),
            chart_data=chart_data(chart),
            links=dict(links or {}), stylesheets=[STYLE], sizing_mode="stretch_width", margin=0, **params,
        )  # fmt: skip


def _citation(cited: Cited | None) -> dict[str, str]:
    """Return a citation in both forms, with HERE for the address of the page, which the browser knows."""
    if cited is None:
        return {}
    citation = cite_text(cited, HERE, dt.datetime.now(dt.UTC).date())
    return {"Text": citation.text, "BibTeX": citation.bibtex}
