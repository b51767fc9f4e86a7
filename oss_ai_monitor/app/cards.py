"""A card: one chart with its title, its table, its downloads, its addresses and its provenance."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import panel as pn
import param

from ..charts import Chart
from ..pages.spreadsheets import csv
from ..pages.tables import reading_table, withheld
from ..pages.theme import ABBR, DIALOG, stylesheet
from ..pages.workbook import Sheet, workbook
from ..perspectives import Perspective, file_name, source_facts
from ..perspectives.tile import Link
from ..sandbox import fill_parameters
from . import offers
from .card_table import CardTable, shown_frame
from .citation import TOOL, cite, is_page, pinned_query
from .component import Component, published
from .links import FOR_SITES, data_links, frame_text

HERE = Path(__file__).parent
CHARTS = HERE.parent / "charts"
STYLE = stylesheet(DIALOG, ABBR, HERE / "card.css")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOR_PROGRAMS = "For programs and spreadsheets; without from and to in the address it has the usual dates."
MOST_PICKED, LONGEST_PICKED = 2, 300
"""A click names a row, or the row and the column of a cell; a name has at most so many characters."""
MONTHS, DAYS = "mmm yyyy", "yyyy-mm-dd"
"""How a workbook shows the day on which a period begins."""


class Card(Component):
    """A chart with its title, its buttons and its note, as one component; its table is made when it is first opened.

    A change sends what changed: texts, or the columns and options of the chart in one value.
    """

    scripts = (
        CHARTS / "bokeh.js", CHARTS / "chart.js",
        *(HERE / f"{name}.js" for name in ("elements", "copy", "download", "save", "offer", "card")),
    )  # fmt: skip

    template = param.String(doc="The address of the chart's template, or the template itself.")
    chart_height = param.Integer(doc="The height of the chart in pixels, for which there is room until it is drawn.")
    group = param.String(doc="The view that it belongs to: its charts are zoomed together.")
    link_text = param.String(doc="The text of a link to a page that shows more; empty for no link.")
    can_query = param.Boolean(doc="Whether its query can be opened on the SQL page.")
    can_embed = param.Boolean(doc="Whether other sites may show it in a frame.")
    texts = param.Dict(
        default={},
        doc="title, empty (why nothing is drawn), note, counted (both HTML), description, source (lines), query, name "
        "(of files), has_table, is_visible.",
    )
    zeros = param.Integer(default=0, doc="Rows of the open table that hold zeros only, which a switch hides.")
    chart_data = param.Dict(default={}, doc="bytes, and parts: what `chart_data` returns.")

    def __init__(
        self,
        perspective: Perspective,
        chart: Chart,
        values: Mapping[str, Any],
        *,
        add_table: Callable[[Card, pn.viewable.Viewable], None],
        can_query: bool = False,
        pinned: Mapping[str, str] | None = None,
    ) -> None:
        """`values` are those of card_content.py; `add_table` puts a table of a card on the page, once.

        `pinned` is part of the links to pages of models.
        """
        self._pinned = dict(pinned or {})
        self._perspective, self._chart, self._add_table = perspective, chart, add_table
        self._tables: dict[bool, CardTable] = {}  # the wide one, and the one with a row for each model
        self._is_visible, self._has_open_table, self._hides_zeros = True, False, False
        self._actions: dict[str, Callable[[str], None]] = {
            "table": self._toggle_table,
            "zeros": self._toggle_zeros,
            "csv": self._send_csv,
            "xlsx": self._send_workbook,
            "data": self._offer_data,
            "embed": self._offer_frame,
            "link": self._follow_link,
            "cite": self._cite,
            "sql": self._open_query,
        }
        further_link = perspective.further_link(chart)
        super().__init__(
            template=published(chart.template.text, "json"), group=perspective.slug, can_query=can_query,
            chart_height=chart.height,
            can_embed=offers.current().embeds,
            link_text=further_link[0] if further_link else "", **values,
            stylesheets=[STYLE], sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def update(self, values: Mapping[str, Any]) -> None:
        """Send what has changed of the chart and its texts, and update the table if it is open."""
        self._is_visible = True
        self.param.update(**{name: value for name, value in values.items() if value != getattr(self, name)})
        self._show_table()

    def hide(self) -> None:
        """Hide the card and its table until there is something to show again."""
        self._is_visible = False
        self.texts = self.texts | {"is_visible": False}
        self._show_table()

    def _show_table(self) -> None:
        """Show the table, with the present rows, where it is open and its card is on the page."""
        if self._has_open_table and self._is_visible:
            self._perspective.catch_up()
        is_visible = self._has_open_table and self._is_visible and self._chart.is_offered and not self._withheld()
        table = reading_table(self._perspective, self._chart) if is_visible else None
        for is_wide, shown in self._tables.items():
            shown.visible = table is not None and is_wide == table.is_wide
        self.zeros = 0 if table is None else int(table.is_zero.sum())
        if table is None:
            return
        frame = shown_frame(table, self._unit(), hides_zeros=self._hides_zeros)
        label = f"Table of {self._chart.title}"
        if table.is_wide in self._tables:
            self._tables[table.is_wide].update(table, frame, self._pinned, label)
        else:
            self._tables[table.is_wide] = CardTable(table, frame, self._pinned, label)
            self._add_table(self, self._tables[table.is_wide])

    def _withheld(self) -> str:
        return withheld(self._perspective, self._chart)

    def _unit(self) -> str:
        return self._perspective.selection_for(self._chart).unit

    def _handle_msg(self, data: Any) -> None:
        """Do what a button or a click on the chart asks for; anything else is ignored."""
        self._perspective.catch_up()
        if isinstance(data, dict) and data.get("action") == "pick":
            self._pick(data.get("names"))
            return
        action = self._actions.get(str(data.get("action"))) if isinstance(data, dict) else None
        if action is not None:
            action(str(data.get("page", "")))

    def _pick(self, names: Any) -> None:
        """Pass the names of a clicked row or cell on; they come from a browser, and may be anything."""
        if isinstance(names, list) and 0 < len(names) <= MOST_PICKED and all(isinstance(name, str) for name in names):
            self._perspective.pick(self._chart, [name[:LONGEST_PICKED] for name in names])

    def _offer(self, heading: str, texts: dict[str, str], *, copied: str = "", count: int = 1, note: str = "") -> None:
        """Show texts to copy in a dialog; the first `count` of them are copied at once, which `copied` names."""
        self._send_msg({"heading": heading, "texts": texts, "copied": copied, "count": count, "note": note})

    def _cite(self, page: str) -> None:
        citation = cite(self._perspective, self._chart, page, dt.datetime.now(dt.UTC).date())
        texts = {"Text": citation.text, "BibTeX": citation.bibtex}
        self._offer("Cite this chart", texts, copied="text and BibTeX", count=2)

    def _offer_data(self, page: str) -> None:
        if reason := self._withheld():
            self._offer("Addresses of this table", {}, note=reason)
        elif offers.current().data:
            texts = data_links(self._perspective, self._chart, page)
            self._offer("Addresses of this table", texts, copied="CSV", note=FOR_PROGRAMS)
        else:
            note = f"This server has no addresses for tables: whoever runs it starts “{offers.START}” instead."
            self._offer("Addresses of this table", {}, note=note)

    def _offer_frame(self, page: str) -> None:
        if offers.current().embeds:
            texts = {"HTML": frame_text(self._perspective, self._chart, page)}
            self._offer("Embed this chart", texts, copied="HTML", note=FOR_SITES)

    def _follow_link(self, _: str) -> None:
        """Open the perspective that shows more of this."""
        if link := self._perspective.further_link(self._chart):
            self._perspective.navigate_to = link[1]

    def _open_query(self, _: str) -> None:
        """Open the query behind the chart on the SQL page, with its parameters filled in."""
        perspective = self._perspective
        text = fill_parameters(*perspective.bound_query(self._chart))
        perspective.navigate_to = Link("sql", str(perspective.filters.dataset), {"q": text})

    def _toggle_table(self, _: str) -> None:
        self._has_open_table = not self._has_open_table
        self._show_table()

    def _toggle_zeros(self, _: str) -> None:
        """Hide the rows that hold zeros only, or show them again."""
        self._hides_zeros = not self._hides_zeros
        self._show_table()

    def _send_csv(self, _: str) -> None:
        if not self._withheld():
            text = "\ufeff" + csv(self._perspective.table(self._chart))
            self._send_file("csv", "text/csv", text.encode())

    def _send_workbook(self, page: str) -> None:
        """Send an XLSX, which is made in a thread."""
        if self._withheld():
            return
        perspective, chart = self._perspective, self._chart
        read, source = reading_table(perspective, chart), perspective.source_for(chart)
        day_format = MONTHS if self._unit() == "month" else DAYS
        sheets = [Sheet("Data", perspective.table(chart), source.shares)]
        if read.is_wide:
            sheets.insert(0, Sheet("Table", read.frame, read.shares, day_format))
        address = (page if is_page(page) else "") + pinned_query(perspective)
        facts = source_facts(perspective, chart) | {
            "columns": _meanings(source.columns),
            "tool": TOOL,
            "address": address,
        }
        sql = fill_parameters(*perspective.bound_query(chart))

        async def send() -> None:
            content = await asyncio.to_thread(workbook, sheets, facts, sql)
            self._send_file("xlsx", XLSX, content)

        pn.state.execute(send)

    def _send_file(self, ending: str, media_type: str, content: bytes) -> None:
        name = f"{file_name(self._perspective, self._chart)}.{ending}"
        self._send_msg({"name": name, "type": media_type, "content": base64.b64encode(content).decode()})


def _meanings(columns: Mapping[str, str]) -> str:
    """Return the columns of the table in words."""
    return "; ".join(f"{name}: {meaning}" for name, meaning in columns.items())
