"""The bar of the header: title, the state of the data, a link to the view, a report, the theme, and the glossary."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn
import param

from ..charts import date_text
from ..pages.glossary import for_the_browser
from ..pages.theme import stylesheet
from ..perspectives import Filters, Selection, address
from .component import Component
from .report_job import NoReport, write_report

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "bar.css")


class Bar(Component):
    """One component with plain HTML buttons, which is faster than a component for each."""

    title = param.String(doc="The title of the page.")
    has_filters = param.Boolean(doc="Whether the view has filters, which a shortcut leads to.")
    status = param.String(doc="When a board closed and the day of its snapshot, or the day of the data.")
    glossary = param.String(default=for_the_browser(), doc="JSON: the meanings of terms and of the labels of controls.")

    writing = param.Boolean(doc="Whether a report is being written for this visitor.")

    scripts = tuple(
        HERE / f"{name}.js" for name in ("elements", "copy", "download", "glossary", "theme", "landmarks", "bar")
    )

    def __init__(self, filters: Filters, **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", align="center", **params)
        self._filters = filters

    def _handle_msg(self, data: str) -> None:
        if data == "report" and not self.writing:
            self.writing = True
            pn.state.execute(self._report)

    async def _report(self) -> None:
        """Write a report and send it, or the reason why there is none; cancelled if the visitor leaves."""
        selection, task = self._filters.selection, asyncio.current_task()
        if task and pn.state.curdoc:
            pn.state.on_session_destroyed(lambda _: task.cancel())
        name = f"oss-ai-monitor_{selection.dataset}_{selection.about['as_of']:%Y-%m-%d}.html".replace("/", "-")
        try:
            page = await write_report(self._filters.warehouse, address.write_selection(selection))
            message = {"name": name, "page": page}
        except NoReport as error:
            message = {"error": str(error)}
        except asyncio.CancelledError:
            return
        self.writing = False
        self._send_msg(message)


def status_text(selection: Selection) -> str:
    """Return when a leaderboard closed and the day of its snapshot, or the day of the data."""
    about = selection.about
    if about["is_closed"]:
        return f"closed {date_text(about['closed_on'])}, last submission {date_text(about['last_submitted_on'])}"
    if not pd.isna(about["closed_on"]):
        return f"snapshot of {date_text(about['as_of'])} of a board that closed on {date_text(about['closed_on'])}"
    noun = "listing" if about["kind"] == "hub" else "leaderboard"
    return f"{noun} of {date_text(about['as_of'])}"
