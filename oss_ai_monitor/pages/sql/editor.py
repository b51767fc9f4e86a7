"""The desk: where a question in SQL is written, and what can be done with its answer. Knows nothing of who answers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import panel
import param
from panel.custom import JSComponent

from ..theme import CARD, QUIET, WORDS

HERE = Path(__file__).parent
BUNDLED = Path(panel.__file__).parent / "dist"
LOOK = f"""
.room {{
  {WORDS} display: grid; grid-template-columns: minmax(240px, 320px) minmax(0, 1fr); gap: 16px; width: 100%;
}}
.work, .schema {{ {CARD} }}
.work {{ display: flex; flex-direction: column; min-height: 440px; }}
.schema {{ position: relative; min-height: 44px; }}
.schema[open] > .tables {{ position: absolute; inset: 92px 0 0; overflow: auto; padding: 0 10px 10px; }}
summary {{ cursor: pointer; }}
.schema > summary {{ padding: 12px 14px; font-weight: 700; font-size: 0.95rem; }}
.search {{
  {WORDS} box-sizing: border-box; width: calc(100% - 24px); margin: 0 12px 8px; padding: 6px 10px; font-size: 0.86rem;
  color: inherit; background: none; border: 1px solid var(--mui-palette-divider); border-radius: 8px;
}}
.table {{ font-size: 0.82rem; line-height: 1.45; }}
.table > summary {{ padding: 3px 4px; border-radius: 6px; overflow-wrap: anywhere; }}
.table > summary:hover {{ background: color-mix(in srgb, currentcolor 6%, transparent); }}
.table > div {{ padding: 2px 4px 8px 16px; }}
.table p {{ {QUIET} margin: 0 0 6px; }}
.column {{ margin: 3px 0; }}
.column i {{ {QUIET} font-style: normal; font-size: 0.72rem; margin: 0 6px; overflow-wrap: anywhere; }}
.column span {{ {QUIET} display: block; }}
[hidden] {{ display: none !important; }}
code, .use {{ font-family: ui-monospace, monospace; font-size: 0.8rem; }}
.use {{ padding: 0 4px; border: 0; border-radius: 4px; min-height: 0; color: var(--mui-palette-primary-main); }}
.bar, .ways {{ display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }}
.bar {{ padding: 10px 14px; border-bottom: 1px solid var(--mui-palette-divider); }}
button, select {{
  {WORDS} font-size: 0.85rem; line-height: 1.5; padding: 5px 14px; background: none; color: inherit; cursor: pointer;
  border: 1px solid var(--mui-palette-divider); border-radius: 8px;
}}
select {{ flex: 0 1 340px; min-width: 0; text-overflow: ellipsis; background: var(--mui-palette-background-paper); }}
option {{ background: var(--mui-palette-background-paper); color: var(--mui-palette-text-primary); }}
button:hover:not(:disabled), select:hover {{ background-color: color-mix(in srgb, currentcolor 6%, transparent); }}
button:disabled {{ opacity: 0.45; cursor: default; }}
button:focus-visible, select:focus-visible, summary:focus-visible, input:focus-visible {{
  outline: 2px solid var(--mui-palette-primary-main); outline-offset: 1px;
}}
.run {{
  background: var(--mui-palette-primary-main); color: var(--mui-palette-primary-contrastText); font-weight: 500;
  border-color: transparent;
}}
.run:hover:not(:disabled) {{ background-color: color-mix(in srgb, var(--mui-palette-primary-main) 88%, black); }}
.ways button[aria-pressed="true"] {{
  color: var(--mui-palette-primary-main); border-color: var(--mui-palette-primary-main);
}}
.answer {{
  display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; justify-content: space-between;
  padding: 10px 14px; border-top: 1px solid var(--mui-palette-divider); margin-top: auto;
}}
.told {{
  {QUIET} margin: 0; font-size: 0.85rem; line-height: 1.5; min-width: 0; flex: 1 1 300px; overflow-wrap: anywhere;
}}
.told.refused {{
  color: var(--mui-palette-error-main); font-family: ui-monospace, monospace; font-size: 0.8rem; white-space: pre-wrap;
}}
.editor {{ flex: 1; min-height: 280px; }}
.plain {{
  box-sizing: border-box; width: 100%; height: 100%; min-height: 280px; padding: 12px; border: 0; resize: vertical;
  background: none; color: inherit; font-family: ui-monospace, monospace; font-size: 0.84rem;
}}
.ace_editor.ace-tm {{ background: none; color: var(--mui-palette-text-primary); }}
.ace-tm .ace_gutter.ace_gutter {{ background: none; {QUIET} }}
.ace-tm .ace_gutter-active-line.ace_gutter-active-line {{
  background: color-mix(in srgb, currentcolor 12%, transparent);
}}
.ace-tm .ace_cursor.ace_cursor {{ color: var(--mui-palette-text-primary); }}
.ace-tm .ace_marker-layer .ace_selection.ace_selection {{
  background: color-mix(in srgb, var(--mui-palette-primary-main) 26%, transparent);
}}
.ace-tm .ace_marker-layer .ace_bracket {{ border-color: var(--mui-palette-divider); }}
.ace-tm .ace_text-layer :is(.ace_support, .ace_identifier, .ace_operator, .ace_variable) {{ color: inherit; }}
.ace-tm .ace_text-layer .ace_comment {{ {QUIET} font-style: italic; }}
.ace-tm .ace_text-layer :is(.ace_keyword, .ace_storage, .ace_support.ace_type):not(.ace_operator) {{
  color: var(--mui-palette-primary-main);
}}
.ace-tm .ace_text-layer .ace_string {{ color: var(--mui-palette-success-main); }}
.ace-tm .ace_text-layer .ace_constant {{ color: var(--mui-palette-warning-main); }}
@media (max-width: 900px) {{
  .room {{ grid-template-columns: minmax(0, 1fr); gap: 12px; }}
  .schema[open] > .tables {{ position: static; max-height: 320px; }}
}}
"""
POPUP = """
.ace_editor.ace_autocomplete, .ace_tooltip.ace_doc-tooltip {
  background: var(--mui-palette-background-paper); color: var(--mui-palette-text-primary); border-radius: 6px;
  border: 1px solid var(--mui-palette-divider); box-shadow: 0 4px 16px rgb(0 0 0 / 25%); max-width: 90vw;
}
.ace_editor.ace_autocomplete { width: 420px; }
.ace_editor.ace_autocomplete .ace_marker-layer .ace_active-line {
  background: color-mix(in srgb, var(--mui-palette-primary-main) 22%, transparent);
}
.ace_editor.ace_autocomplete .ace_line-hover {
  background: color-mix(in srgb, currentcolor 8%, transparent); border-color: transparent;
}
.ace_editor.ace_autocomplete .ace_completion-highlight { color: var(--mui-palette-primary-main); text-shadow: none; }
.ace_editor.ace_autocomplete .ace_completion-meta { color: var(--mui-palette-text-secondary); opacity: 1; }
.ace_tooltip.ace_doc-tooltip { padding: 6px 10px; font-size: 12px; max-width: 340px; white-space: pre-wrap; }
"""
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
        super().__init__(stylesheets=[LOOK], sizing_mode="stretch_width", margin=(0, 0, 14, 0), **params)
        self._acts = acts

    def _handle_msg(self, data: Any) -> None:
        """Do what a button says: {act: text}; anything else comes from no button of ours."""
        for name, text in dict(data).items():
            if name in self._acts:
                self._acts[name](str(text))

    def save(self, name: str, kind: str, content: bytes) -> None:
        """Have the browser save a file; `kind` is its media type."""
        self._send_msg({"name": name, "type": kind, "base64": base64.b64encode(content).decode()})
