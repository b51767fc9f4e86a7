"""The navigation: the names of perspectives and pages as tabs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param

from ..pages.theme import stylesheet
from .component import Component

STYLE = stylesheet(Path(__file__).with_name("navigation.css"))


class Navigation(Component):
    """A row of tabs; the page decides what they open."""

    titles = param.List(doc="The names of the perspectives, in reading order.")
    active = param.Integer(default=0, bounds=(0, None), doc="Which of them is selected.")

    scripts = (Path(__file__).with_name("navigation.js"),)

    def __init__(self, **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=(6, 0, 0, 0), **params)

    def _handle_msg(self, data: Any) -> None:
        """Open a tab by its number; anything else is ignored."""
        if type(data) is int and 0 <= data < len(self.titles):
            self.active = data
