"""The bar beside the title: what the data is, a link to what is seen, and how things are counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from ..perspectives import Filters
from ..plots import date_text
from .look import CHIP, DIALOG, QUIET, WORDS

HERE = Path(__file__).parent
METHOD = (HERE / "method.html").read_text(encoding="utf-8")
LOOK = f"""
.bar {{
  {WORDS} display: flex; align-items: center; gap: 8px; width: 100%; box-sizing: border-box; padding-right: 4px;
}}
.said {{ {CHIP} }}
.said:empty {{ visibility: hidden; }}
@media (max-width: 900px) {{ .said {{ display: none; }} }}
button {{
  {WORDS} {QUIET} font-size: 0.8125rem; line-height: 1.75; min-width: 64px; padding: 6px 12px; background: none;
  border: 1px solid var(--mui-palette-divider); border-radius: 18px; cursor: pointer;
}}
.said + button {{ margin-left: auto; }}
button:hover {{ background: color-mix(in srgb, currentcolor 6%, transparent); }}
button:focus-visible {{ outline: 2px solid var(--mui-palette-primary-main); }}
@media (max-width: 700px) {{ button {{ padding: 1px 8px; font-size: 0.75rem; min-width: 0; }} }}
{DIALOG}
"""


class Bar(JSComponent):
    """One component for all of it: its buttons and its dialog are the browser's own."""

    said = param.String(doc="That a board is closed, or how old the data is.")
    method = param.String(default=METHOD, doc="HTML of our own.")

    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("copy.js", "bar.js"))

    def __init__(self, **params: Any) -> None:
        super().__init__(stylesheets=[LOOK], sizing_mode="stretch_width", align="center", **params)


def state_of(filters: Filters) -> str:
    """That a board is closed, or how old the data is."""
    about = filters.about
    if about["is_closed"]:
        return f"closed archive, last submission {date_text(about['last_submitted_on'])}"
    what = "leaderboard" if about["kind"] == "benchmark" else "listing"
    return f"{what} of {date_text(about['as_of'])}"
