"""The choices of the page: dataset, figure and both dates, in plain HTML. Does not know what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from ..theme import stylesheet

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "chooser.css")
MAX_CHARACTERS = 100
"""Characters of a value that comes from a browser."""


class Chooser(JSComponent):
    """A select box for each choice; the browser asks for a change in a message `{name, value}`."""

    choices = param.List(default=[], doc="Of each choice its name, its label, and its options: value and label.")
    values = param.Dict(default={}, doc="The value of each choice, by its name.")

    _esm = (HERE / "chooser.js").read_text(encoding="utf-8")

    def __init__(self, choose: Callable[[str, str], None], **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=(0, 0, 12, 0), **params)
        self._choose = choose

    def offer(self, choices: Mapping[str, tuple[str, list[tuple[str, str]]]], values: Mapping[str, str]) -> None:
        """Offer choices: by name the label and the options, each a value and its label."""
        listed = [[name, label, [list(option) for option in options]] for name, (label, options) in choices.items()]
        self.param.update(choices=listed, values=dict(values))

    def _handle_msg(self, data: object) -> None:
        """Pass a choice on that is offered; anything else is ignored."""
        match data:
            case {"name": str(name), "value": str(value)} if len(value) <= MAX_CHARACTERS:
                offered = {one: [option[0] for option in options] for one, _, options in self.choices}
                if value in offered.get(name, []):
                    self._choose(name, value)
