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
from ..pages.theme import CHIP, QUIET, WORDS
from ..perspectives import Filters, Selection, address
from .report_job import NoReport, write_report

HERE = Path(__file__).parent
LOOK = f"""
.bar {{
  {WORDS} display: flex; align-items: center; gap: 8px; width: 100%; box-sizing: border-box; padding: 0 4px 0 12px;
}}
.said {{ {CHIP} margin-left: 12px; }}
.said:empty {{ visibility: hidden; }}
@media (max-width: 900px) {{ .said {{ display: none; }} }}
button {{
  {WORDS} {QUIET} font-size: 0.8125rem; line-height: 1.75; min-width: 64px; padding: 6px 12px; background: none;
  border: 1px solid var(--mui-palette-divider); border-radius: 18px; cursor: pointer;
}}
.said + button {{ margin-left: auto; }}
button:disabled {{ cursor: progress; opacity: 0.75; }}
button:hover {{ background: color-mix(in srgb, currentcolor 6%, transparent); }}
button:focus-visible {{ outline: 2px solid var(--mui-palette-primary-main); }}
@media (max-width: 700px) {{ button {{ padding: 1px 8px; font-size: 0.75rem; min-width: 0; }} }}
.bubble, .news {{
  {WORDS} position: fixed; inset: auto; margin: 0; max-width: min(340px, 100vw - 16px); box-sizing: border-box;
  padding: 8px 12px; border: 1px solid var(--mui-palette-divider); border-radius: 8px; pointer-events: none;
  background: var(--mui-palette-background-paper); color: var(--mui-palette-text-primary); font-size: 0.82rem;
  line-height: 1.45; box-shadow: 0 4px 16px rgb(0 0 0 / 22%);
}}
.news {{ top: 64px; right: 12px; pointer-events: auto; }}
"""


class Bar(JSComponent):
    """One component for all of it: its buttons are the browser's own."""

    status = param.String(doc="When a board closed and what its snapshot speaks of, or how old the data is.")
    glossary = param.String(default=for_the_browser(), doc="JSON: what words and the labels of controls mean.")

    writing = param.Boolean(doc="Whether a report is being written for this visitor.")

    _esm = "\n".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("copy.js", "download.js", "glossary.js", "bar.js")
    )

    def __init__(self, filters: Filters, **params: Any) -> None:
        super().__init__(stylesheets=[LOOK], sizing_mode="stretch_width", align="center", **params)
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
