"""A card: one chart with its title, its table, its downloads and its provenance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn
import param
from panel.custom import JSComponent

from ..charts import Chart
from ..pages.glossary import explained
from ..pages.spreadsheets import csv
from ..pages.theme import ABBR, CARD, DIALOG, QUIET, stylesheet, text_pane
from ..perspectives import Perspective, provenance_text
from ..perspectives.tile import Link
from ..sandbox import fill_parameters
from .citation import cite, source_line

HERE = Path(__file__).parent
HEAD = stylesheet(DIALOG, HERE / "head.css")
HEADINGS = {
    "is_complete": "complete",
    "is_filling": "still filling",
    "is_missing_late_submissions": "late submissions missing",
}


class Head(JSComponent):
    """The head of a card: the title of the chart, and buttons for its table, its files and a link to more."""

    title = param.String(doc="The title of the card.")
    link_text = param.String(doc="The text of a link to a page that shows more; empty for no link.")
    figures = param.List(doc="Ids of the figures, in reading order.")
    can_query = param.Boolean(doc="Whether its query can be opened on the SQL page.")
    alts = param.List(doc="The alternative text of each visible figure.")
    source = param.String(doc="The line in a saved file: source, snapshot, rules.")

    _esm = "\n".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("copy.js", "download.js", "save.js", "head.js")
    )

    def __init__(self, actions: Mapping[str, Callable[[str], None]], **params: Any) -> None:
        """`actions`: what the buttons do, by name; each gets the page's address, without its query."""
        super().__init__(stylesheets=[HEAD], margin=(14, 12, 2, 18), sizing_mode="stretch_width", **params)
        self._actions = actions

    def _handle_msg(self, data: Mapping[str, str]) -> None:
        self._actions[data["action"]](data["page"])


class Card:
    """A chart with its head, its note and its table, which is created when it is first opened."""

    def __init__(self, perspective: Perspective, chart: Chart, *, can_query: bool = False) -> None:
        self._perspective, self._chart = perspective, chart
        further_link = perspective.further_link(chart)
        self._head = Head(
            {
                "table": self._toggle,
                "csv": self._send,
                "link": self._follow_link,
                "cite": self._cite,
                "sql": self._open_query,
            },
            title=chart.title,
            can_query=can_query,
            link_text=further_link[0] if further_link else "",
            figures=[figure.id for figure in chart.figures],
        )
        self._note = text_pane(f"{QUIET} font-size: 0.82rem; line-height: 1.5;", ABBR, margin=(4, 18, 14, 18))
        self._table: pn.widgets.Tabulator | None = None
        self.view = pn.Column(
            self._head, pn.pane.Bokeh(chart.figure, sizing_mode="stretch_width", margin=(0, 14)), self._note,
            stylesheets=[CARD], sizing_mode="stretch_width", margin=(0, 0, 16, 0),
        )  # fmt: skip

    def _cite(self, page: str) -> None:
        citation = cite(self._perspective, self._chart, page, dt.datetime.now(dt.UTC).date())
        self._head._send_msg({"cite": citation.text, "bibtex": citation.bibtex})

    def _follow_link(self, _: str) -> None:
        """Open the perspective that shows more of this."""
        if link := self._perspective.further_link(self._chart):
            self._perspective.navigate_to = link[1]

    def _open_query(self, _: str) -> None:
        """Open the query behind the chart on the SQL page, with its parameters filled in."""
        perspective = self._perspective
        text = fill_parameters(*perspective.bound_query(self._chart))
        perspective.navigate_to = Link("sql", str(perspective.selection.dataset), {"q": text})

    def update(self) -> None:
        """Update the title, the note, the file names and, if it is open, the table from the chart."""
        chart, perspective = self._chart, self._perspective
        if self.view.visible != chart.is_offered:
            self.view.visible = chart.is_offered
        if self._head.title != chart.title:
            self._head.title = chart.title
        note = explained(" ".join(part for part in (chart.caption, provenance_text(perspective, chart)) if part))
        if self._note.object != note:
            self._note.object = note
        if self._head.source != (source := source_line(perspective)):
            self._head.source = source
        if self._head.alts != (alts := chart.alts()):
            self._head.alts = alts
        name = file_name(perspective, chart)
        if chart.figure.tags[:1] != [name]:
            chart.figure.tags = [name, *chart.figure.tags[1:]]
        if self._table is not None and self._table.visible:
            self._table.value = self._frame()

    def _frame(self) -> pd.DataFrame:
        frame = self._perspective.table(self._chart)
        days = frame.select_dtypes("datetime").columns  # as text they can be sorted and filtered
        frame = frame.assign(**{day: frame[day].dt.strftime("%Y-%m-%d") for day in days})
        return frame.rename(columns=_heading)

    def _toggle(self, _: str) -> None:
        if self._table is None:
            self._table = table(self._frame(), self._perspective.source_for(self._chart).columns)
            self.view.append(self._table)
            return
        if not self._table.visible:
            self._table.value = self._frame()
        self._table.visible = not self._table.visible

    def _send(self, _: str) -> None:
        text = "\ufeff" + csv(self._perspective.table(self._chart))
        self._head._send_msg({"name": f"{file_name(self._perspective, self._chart)}.csv", "text": text})


def _heading(column: str) -> str:
    """Return the heading of a column in the table; files have its name in the query."""
    return HEADINGS.get(column, column.replace("_", " "))


def table(frame: pd.DataFrame, meanings: Mapping[str, str]) -> pn.widgets.Tabulator:
    """Return a table that can be sorted and filtered, with the meaning of each column as a tooltip."""
    formats: dict[str, Any] = {
        column: {"type": "money", "thousand": ",", "precision": 0} if frame[column].dtype.kind in "iu" else
        {"type": "money", "thousand": ",", "precision": 3}
        for column in frame.columns if frame[column].dtype.kind in "iuf"
    }  # fmt: skip
    tooltips = {_heading(column): meaning for column, meaning in meanings.items()}
    return pn.widgets.Tabulator(
        frame, show_index=False, disabled=True, pagination="local", page_size=12, layout="fit_data_stretch",
        header_filters=True, formatters=formats, header_tooltips=tooltips, sizing_mode="stretch_width", theme="simple",
        text_align="left", margin=(0, 18, 14, 18),
    )  # fmt: skip


def file_name(perspective: Perspective, chart: Chart) -> str:
    """Return the name of a download: perspective, chart, dataset, and the day of the data."""
    about = perspective.selection.about
    return f"{perspective.slug}_{chart.key}_{about['dataset']}_{about['as_of']:%Y-%m-%d}"
