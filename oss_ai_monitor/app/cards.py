"""A card: one chart with its title, its table, its downloads and its provenance."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn
import param

from ..charts import Chart, pack
from ..pages.glossary import explained
from ..pages.spreadsheets import csv
from ..pages.theme import ABBR, DIALOG, stylesheet
from ..perspectives import Perspective, provenance_text
from ..perspectives.tile import Link
from ..sandbox import fill_parameters
from .citation import cite, source_line
from .component import Component, published
from .model_links import link_formats

HERE = Path(__file__).parent
CHARTS = HERE.parent / "charts"
STYLE = stylesheet(DIALOG, ABBR, HERE / "card.css")
HEADINGS = {
    "is_complete": "complete",
    "is_filling": "still filling",
    "is_missing_late_submissions": "late submissions missing",
}


class Card(Component):
    """A chart with its title, its buttons and its note, as one component; its table is made when it is first opened.

    A change sends what changed: texts, or the columns and options of the chart in one value.
    """

    scripts = (
        CHARTS / "bokeh.js", CHARTS / "chart.js",
        *(HERE / f"{name}.js" for name in ("elements", "copy", "download", "save", "cite", "card")),
    )  # fmt: skip

    template = param.String(doc="The address of the chart's template, or the template itself.")
    group = param.String(doc="The view that it belongs to: its charts are zoomed together.")
    link_text = param.String(doc="The text of a link to a page that shows more; empty for no link.")
    can_query = param.Boolean(doc="Whether its query can be opened on the SQL page.")
    texts = param.Dict(default={}, doc="title, note (HTML), description, source, name (of files), is_visible.")
    chart_data = param.Dict(default={}, doc="bytes, contents and options: what `pack` and a chart's options are.")

    def __init__(
        self,
        perspective: Perspective,
        chart: Chart,
        *,
        add_table: Callable[[Card, pn.viewable.Viewable], None],
        can_query: bool = False,
        pinned: Mapping[str, str] | None = None,
    ) -> None:
        """`add_table` puts the table of a card on the page, once; `pinned` is part of the links to pages of models."""
        self._pinned = dict(pinned or {})
        self._perspective, self._chart, self._add_table = perspective, chart, add_table
        self._table: pn.widgets.Tabulator | None = None
        self._is_visible, self._has_open_table = True, False
        self._actions: dict[str, Callable[[str], None]] = {
            "table": self._toggle_table,
            "csv": self._send_csv,
            "link": self._follow_link,
            "cite": self._cite,
            "sql": self._open_query,
        }
        further_link = perspective.further_link(chart)
        super().__init__(
            template=published(chart.template.text, "json"), group=perspective.slug, can_query=can_query,
            link_text=further_link[0] if further_link else "", texts=self._texts(), chart_data=self._chart_data(),
            stylesheets=[STYLE], sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def update(self, *, is_visible: bool = True) -> None:
        """Send what has changed of the chart and its texts, and update the table if it is open."""
        self._is_visible = is_visible
        values: dict[str, Any] = {"texts": self._texts(), "chart_data": self._chart_data()}
        self.param.update(**{name: value for name, value in values.items() if value != getattr(self, name)})
        self._show_table()

    def _show_table(self) -> None:
        """Show the table, with the present rows, where it is open and its card is on the page."""
        if self._table is None:
            return
        is_visible = self._has_open_table and self._is_visible and self._chart.is_offered
        if is_visible:
            self._table.value = self._frame()
        self._table.visible = is_visible

    def _texts(self) -> dict[str, Any]:
        chart, perspective = self._chart, self._perspective
        note = " ".join(part for part in (chart.caption, provenance_text(perspective, chart)) if part)
        return {
            "title": chart.title,
            "note": explained(note),
            "description": chart.description(),
            "source": source_line(perspective, self._chart),
            "name": file_name(perspective, chart),
            "is_visible": self._is_visible and chart.is_offered,
        }

    def _chart_data(self) -> dict[str, Any]:
        packed, contents = pack(self._chart.columns)
        return {"bytes": packed, "contents": contents, "options": copy.deepcopy(self._chart.options)}

    def _handle_msg(self, data: Any) -> None:
        """Do what a button asks for; anything else is ignored."""
        action = self._actions.get(str(data.get("action"))) if isinstance(data, dict) else None
        if action is not None:
            action(str(data.get("page", "")))

    def _cite(self, page: str) -> None:
        citation = cite(self._perspective, self._chart, page, dt.datetime.now(dt.UTC).date())
        self._send_msg({"cite": citation.text, "bibtex": citation.bibtex})

    def _follow_link(self, _: str) -> None:
        """Open the perspective that shows more of this."""
        if link := self._perspective.further_link(self._chart):
            self._perspective.navigate_to = link[1]

    def _open_query(self, _: str) -> None:
        """Open the query behind the chart on the SQL page, with its parameters filled in."""
        perspective = self._perspective
        text = fill_parameters(*perspective.bound_query(self._chart))
        perspective.navigate_to = Link("sql", str(perspective.filters.dataset), {"q": text})

    def _frame(self) -> pd.DataFrame:
        frame = self._perspective.table(self._chart)
        days = frame.select_dtypes("datetime").columns  # as text they can be sorted and filtered
        frame = frame.assign(**{day: frame[day].dt.strftime("%Y-%m-%d") for day in days})
        return frame.rename(columns=_heading)

    def _toggle_table(self, _: str) -> None:
        self._has_open_table = not self._has_open_table
        if self._table is not None:
            self._show_table()
            return
        self._table = table(self._frame(), self._perspective.source_for(self._chart).columns, self._pinned)
        self._add_table(self, self._table)

    def _send_csv(self, _: str) -> None:
        text = "\ufeff" + csv(self._perspective.table(self._chart))
        self._send_msg({"name": f"{file_name(self._perspective, self._chart)}.csv", "text": text})


def _heading(column: str) -> str:
    """Return the heading of a column in the table; files have its name in the query."""
    return HEADINGS.get(column, column.replace("_", " "))


def table(frame: pd.DataFrame, meanings: Mapping[str, str], pinned: Mapping[str, str]) -> pn.widgets.Tabulator:
    """Return a table that can be sorted and filtered, with the meaning of each column as a tooltip.

    Names of models lead to their pages.
    """
    formats: dict[str, Any] = {
        column: {"type": "money", "thousand": ",", "precision": 0} if frame[column].dtype.kind in "iu" else
        {"type": "money", "thousand": ",", "precision": 3}
        for column in frame.columns if frame[column].dtype.kind in "iuf"
    }  # fmt: skip
    formats |= link_formats(frame.columns, pinned)
    tooltips = {_heading(column): meaning for column, meaning in meanings.items()}
    return pn.widgets.Tabulator(
        frame, show_index=False, disabled=True, pagination="local", page_size=12, layout="fit_data_stretch",
        header_filters=True, formatters=formats, header_tooltips=tooltips, sizing_mode="stretch_width", theme="simple",
        text_align="left", margin=(0, 18, 16, 18),
    )  # fmt: skip


def file_name(perspective: Perspective, chart: Chart) -> str:
    """Return the name of a download: perspective, chart, dataset, and the day of the data."""
    about = perspective.selection_for(chart).about
    return f"{perspective.slug}_{chart.key}_{about['dataset']}_{about['as_of']:%Y-%m-%d}"
