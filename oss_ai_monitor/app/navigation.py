"""The way between perspectives: their names in a row, one of them selected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from ..pages.theme import QUIET, WORDS

LOOK = f"""
.list {{ display: flex; position: relative; overflow-x: auto; scrollbar-width: none; }}
button {{
  {WORDS} {QUIET} font-size: 0.95rem; font-weight: 500; line-height: 1.25; flex: none; min-height: 48px;
  padding: 10px 12px; background: none; border: 0; border-bottom: 2px solid transparent; cursor: pointer;
}}
button[aria-selected="true"] {{
  color: var(--mui-palette-primary-main); border-bottom-color: var(--mui-palette-primary-main);
}}
button:focus-visible {{ outline: 2px solid currentcolor; outline-offset: -2px; }}
"""


class Navigation(JSComponent):
    """Tabs; what they lead to is the page's matter."""

    titles = param.List(doc="The names of the perspectives, in reading order.")
    active = param.Integer(default=0, bounds=(0, None), doc="Which of them is selected.")

    _esm = (Path(__file__).parent / "navigation.js").read_text(encoding="utf-8")

    def __init__(self, **params: Any) -> None:
        super().__init__(stylesheets=[LOOK], sizing_mode="stretch_width", margin=(6, 0, 0, 0), **params)
