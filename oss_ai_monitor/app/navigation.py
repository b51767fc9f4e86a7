"""The navigation: the views by their groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param

from ..pages.theme import stylesheet
from .component import Component

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "navigation.css")


class Navigation(Component):
    """A button for each group, which opens a list of links to its views; the page decides what they open."""

    groups = param.List(doc="Title of each group, and of each of its views: index, title and slug; in reading order.")
    active = param.Integer(default=0, bounds=(0, None), doc="The index of the view that is shown.")
    query = param.String(doc="The shared choices as in an address, for links that open in another tab.")

    scripts = (HERE / "elements.js", HERE / "navigation.js")

    def __init__(self, **params: Any) -> None:
        at_left = {"margin-right": "auto"}  # where it has a line to itself, too
        super().__init__(stylesheets=[STYLE], margin=0, styles=at_left, **params)
        self._numbers = {number for _, views in self.groups for number, *_ in views}

    def _handle_msg(self, data: Any) -> None:
        """Open a view by its index; anything else is ignored."""
        if type(data) is int and data in self._numbers:
            self.active = data
