"""The address of the page, and the states that Back, Forward and links ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from .component import Component

HERE = Path(__file__).parent
MAX_ADDRESS = 7_000  # characters of an address from a browser; links of ours are shorter
MAX_NUMBER = 2**53  # JavaScript counts that far


class Address(Component):
    """The query of the address, as a component without any look.

    The browser asks for the state of an address in a message with a number, `{search, number}`: after Back, Forward and
    links. Until the last number is answered it leaves the address alone, so that an answer that comes late changes
    nothing.
    """

    search = param.String(doc="The query string of the address that restores the page, with its “?”.")
    title = param.String(doc="The title of the browser's tab.")
    answered = param.Integer(default=0, doc="The number of the last address that was asked for and is shown.")

    scripts = (HERE / "elements.js", HERE / "address.js")

    def __init__(self, restore: Callable[[str], None], **params: Any) -> None:
        """`restore` shows the state of an address, which is not trusted."""
        super().__init__(width=0, height=0, margin=0, **params)
        self._restore = restore

    def _handle_msg(self, data: object) -> None:
        """Show the state of an address; anything that is none is ignored."""
        match data:
            case {"search": str(search), "number": int(number)} if (
                number is not True and 0 < number < MAX_NUMBER and len(search) <= MAX_ADDRESS
            ):
                try:
                    self._restore(search.encode("utf-8", "replace").decode())  # half an emoji is no text
                finally:
                    self.answered = number
