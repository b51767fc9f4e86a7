"""The bar beside the title: what the data is, a link to what is seen, a report; and what words on the page mean."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn
import param
from panel.custom import JSComponent

from ..charts import date_text
from ..pages.glossary import for_the_browser
from ..pages.theme import stylesheet
from ..perspectives import Filters, Selection, address
from .report_job import NoReport, write_report

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "bar.css")


class Bar(JSComponent):
    """One component for all of it: its buttons are the browser's own."""

    status = param.String(doc="When a board closed and what its snapshot speaks of, or how old the data is.")
    glossary = param.String(default=for_the_browser(), doc="JSON: what words and the labels of controls mean.")

    writing = param.Boolean(doc="Whether a report is being written for this visitor.")

    _esm = "\n".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("copy.js", "download.js", "glossary.js", "bar.js")
    )

    def __init__(self, filters: Filters, **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", align="center", **params)
        self._filters = filters

    def _handle_msg(self, data: str) -> None:
        if data == "report" and not self.writing:
            self.writing = True
            pn.state.execute(self._report)

    async def _report(self) -> None:
        """Have a report written, and hand it over, or say why there is none; no more of it where the visitor leaves."""
        selection, task = self._filters.selection, asyncio.current_task()
        if task and pn.state.curdoc:
            pn.state.on_session_destroyed(lambda _: task.cancel())
        name = f"oss-ai-monitor_{selection.dataset}_{selection.about['as_of']:%Y-%m-%d}.html".replace("/", "-")
        try:
            page = await write_report(self._filters.warehouse, address.write_selection(selection))
            message = {"name": name, "page": page}
        except NoReport as error:
            message = {"told": str(error)}
        except asyncio.CancelledError:
            return
        self.writing = False
        self._send_msg(message)


def state_of(selection: Selection) -> str:
    """When a leaderboard closed and of which day its snapshot is, or how old the data is."""
    about = selection.about
    if about["is_closed"]:
        return f"closed {date_text(about['closed_on'])}, last submission {date_text(about['last_submitted_on'])}"
    if not pd.isna(about["closed_on"]):
        return f"snapshot of {date_text(about['as_of'])} of a board that closed on {date_text(about['closed_on'])}"
    what = "listing" if about["kind"] == "hub" else "leaderboard"
    return f"{what} of {date_text(about['as_of'])}"
