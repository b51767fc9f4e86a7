"""The desk: where a question in SQL is written, and what can be done with its answer. Knows nothing of who answers."""

from __future__ import annotations

import base64
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
Act = Callable[[str], None]


def ace() -> str:
    """The folder of Ace's files among those that Panel brings and serves."""
    folders = sorted((BUNDLED / "bundled" / "aceplot").glob("*/src-min-noconflict"))
    return folders[-1].relative_to(BUNDLED).as_posix() if folders else ""


class Editor(JSComponent):
    """Description, editor and buttons in one component: what it says and does stays in the browser until Run."""

    text = param.String(doc="What the editor is given; what is typed comes back when it is asked.")
    examples = param.List(doc="Title and text of each.")
    schema = param.List(doc="Relation, kind, comment, and of each column its name, type and comment.")
    words = param.List(doc="Names that can be completed beside those of the schema, each with its kind.")
    state = param.Selector(default="idle", objects=["idle", "asking", "answered", "refused"])
    message = param.String(doc="What came of it, as text.")
    can_ask = param.Boolean(default=True, doc="Whether questions can be asked here.")
    shows = param.Selector(default="table", objects=["table", "chart"], doc="How the answer is shown.")
    ace = param.String(default=ace(), doc="Where Ace's files are, below what Panel serves.")
    popup = param.String(default=POPUP, doc="CSS of our own, for what hangs in the page itself.")

    _esm = (HERE / "editor.js").read_text(encoding="utf-8")

    def __init__(self, acts: Mapping[str, Act], **params: Any) -> None:
        super().__init__(stylesheets=[STYLE], sizing_mode="stretch_width", margin=(0, 0, 14, 0), **params)
        self._acts = acts

    def _handle_msg(self, data: Any) -> None:
        """Do what a button says: {act: text}; anything else comes from no button of ours."""
        for name, text in dict(data).items():
            if name in self._acts:
                self._acts[name](str(text))

    def save(self, name: str, kind: str, content: bytes) -> None:
        """Have the browser save a file; `kind` is its media type."""
        self._send_msg({"name": name, "type": kind, "base64": base64.b64encode(content).decode()})
