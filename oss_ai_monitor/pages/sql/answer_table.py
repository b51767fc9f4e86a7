"""An answer as a table that can be sorted and filtered; the plan of an EXPLAIN as text."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import panel as pn

from ...sandbox import Result
from ..theme import text_pane

EXACT = 2**53  # integers beyond are not exact in a browser
PRE = "pre { font-family: ui-monospace, monospace; font-size: 0.78rem; line-height: 1.3; margin: 0; overflow: auto; }"


def table(result: Result) -> pn.widgets.Tabulator:
    """Return a table of the rows, numbers without separators; a click on a column's name sorts.

    Columns get internal names: those of the answer are not trusted, and the table treats titles as HTML.
    """
    frame = result.readable()
    titles = {f"c{n}": html.escape(str(name)) for n, name in enumerate(frame.columns)}
    frame.columns = pd.Index(titles)
    numbers = [name for name in frame.columns if frame[name].dtype.kind in "iuf"]
    for name in numbers:
        is_integer = frame[name].dtype.kind in "iu"
        if is_integer and len(frame) and frame[name].abs().max() >= EXACT:
            frame[name] = frame[name].astype(str)
        else:
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    sorters = [{"field": name, "sorter": "number"} for name in numbers]
    formatters: dict[str, Any] = {name: {"type": "plaintext"} for name in frame.columns}
    return pn.widgets.Tabulator(
        frame, titles=titles, show_index=False, disabled=True, pagination="local", page_size=20,
        layout="fit_data_stretch", header_filters=True, formatters=formatters,
        configuration={"columns": sorters}, sizing_mode="stretch_width", theme="simple", margin=(10, 14, 14, 14),
    )  # fmt: skip


def as_text(result: Result) -> pn.pane.HTML | None:
    """Return the plan of an EXPLAIN as text; None for any other answer."""
    if [column.name for column in result.columns] != ["explain_key", "explain_value"]:
        return None
    pane = text_pane("", PRE, margin=(10, 14, 14, 14))
    pane.object = "".join(f"<pre>{html.escape(str(plan))}</pre>" for _, plan in result.rows)
    return pane
