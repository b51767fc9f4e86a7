"""The fields of both sides, in plain HTML, and the view that both show. Does not know what is done with a choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from ..theme import stylesheet
from .fields import DATE, TEXT, Field

HERE = Path(__file__).parent
STYLE = stylesheet(HERE.parent / "then_and_now" / "chooser.css", HERE / "chooser.css")
MAX_CHARACTERS = 6_000
"""Characters of a value that comes from a browser."""


class SidesChooser(JSComponent):
    """A group of fields for both sides and one for each; the browser asks for a change: `{side, name, value}`."""

    groups = param.List(default=[], doc="Of each group: its name, its title, and name, label, kind, options of fields.")
    values = param.Dict(default={}, doc="The values of each group by name of the field, by name of the group.")

    _esm = (HERE / "chooser.js").read_text(encoding="utf-8")

    def __init__(self, choose: Callable[[str, str, str], None], **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=(0, 0, 12, 0), **params)
        self._choose = choose

    def offer(self, groups: dict[str, tuple[str, tuple[Field, ...]]]) -> None:
        """Offer fields: by the name of a group its title and its fields."""
        self.param.update(
            groups=[
                [
                    name,
                    title,
                    [[one.name, one.label, one.kind, [list(option) for option in one.options]] for one in fields],
                ]
                for name, (title, fields) in groups.items()
            ],
            values={name: {one.name: one.value for one in fields} for name, (_, fields) in groups.items()},
        )

    def _handle_msg(self, data: object) -> None:
        """Pass a choice on that is offered, a date or a text; anything else is ignored."""
        match data:
            case {"side": str(side), "name": str(name), "value": str(value)} if len(value) <= MAX_CHARACTERS:
                of_side: list[Any] = next((fields for group, _, fields in self.groups if group == side), [])
                for field_name, _, kind, options in of_side:
                    is_offered = kind == TEXT or value in [option[0] for option in options]
                    if field_name == name and (is_offered or (kind == DATE and _is_date(value))):
                        self._choose(side, name, value.encode("utf-8", "replace").decode())


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
