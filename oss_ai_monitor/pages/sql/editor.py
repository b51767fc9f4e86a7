"""The SQL editor with the schema, the examples and buttons for the answer. Does not know how a query is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import panel
import param
from panel.custom import JSComponent

from ..theme import stylesheet

HERE = Path(__file__).parent
BUNDLED = Path(panel.__file__).parent / "dist"
STYLE = stylesheet(HERE / "editor.css")
POPUP = (HERE / "popup.css").read_text(encoding="utf-8")
Action = Callable[[str], None]


def ace() -> str:
    """Return the folder of Ace's files among those that Panel serves."""
    folders = sorted((BUNDLED / "bundled" / "aceplot").glob("*/src-min-noconflict"))
    return folders[-1].relative_to(BUNDLED).as_posix() if folders else ""


class Editor(JSComponent):
    """Schema, editor and buttons in one component; the text stays in the browser until Run."""

    text = param.String(doc="The text of the editor as set by the server; typed text is sent with Run.")
    examples = param.List(doc="Title and text of each.")
    schema = param.List(doc="Relation, kind, comment, and of each column its name, type and comment.")
    words = param.List(doc="Names that can be completed beside those of the schema, each with its kind.")
    state = param.Selector(default="idle", objects=["idle", "running", "answered", "refused"])
    message = param.String(doc="The status of the last query, as text.")
    can_query = param.Boolean(default=True, doc="Whether queries can be run here.")
    answer_view = param.Selector(default="table", objects=["table", "chart"], doc="How the answer is shown.")
    ace = param.String(default=ace(), doc="The folder of Ace's files, below the folder that Panel serves.")
    popup = param.String(default=POPUP, doc="CSS for the list of completions, which is outside of this component.")

    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("bundled.js", "editor.js"))

    def __init__(self, actions: Mapping[str, Action], **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=(0, 0, 14, 0), **params)
        self._actions = actions

    def _handle_msg(self, data: Any) -> None:
        """Run the actions of a message {action: text}; unknown ones are ignored."""
        for action, text in dict(data).items():
            if action in self._actions:
                self._actions[action](str(text))

    def save(self, name: str, kind: str, base64: str, *, is_last: bool) -> None:
        """Send a piece of a file, which the browser saves when the last one has come; `kind` is its media type."""
        self._send_msg({"name": name, "type": kind, "base64": base64, "is_last": is_last})
