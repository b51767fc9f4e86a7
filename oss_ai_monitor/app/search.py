"""The search box: models, owners, families and releases by words of their names, while a reader types."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn

from ..charts import date_text, number_text
from ..pages.tables import are_rows_withheld
from ..pages.theme import stylesheet
from ..perspectives import address
from ..warehouse import Outdated, Warehouse
from .component import Component

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "search.css")
MIN_CHARACTERS, MAX_CHARACTERS = 2, 100
INTERVAL = 0.2  # seconds between two searches of one visitor
MAX_NUMBER = 2**53  # JavaScript counts that far
THREAD = ThreadPoolExecutor(1, "searches")
"""One for all visitors, so that searches leave the other cores to the charts."""
OUTDATED = "This snapshot was built by an earlier version, without names to search: a new build has them."
FAILED = "The search failed; the log of the server says why."


class Search(Component):
    """A text box with a list of results, each of which leads to a page of its own.

    The browser asks in a message with a number, `{typed, number}`, and gets `{number, results, note}`. The search runs
    in a thread; of what is typed meanwhile only the last is searched.
    """

    scripts = tuple(HERE / name for name in ("elements.js", "fields.js", "combobox.js", "search.js"))

    def __init__(self, warehouse: Warehouse, pinned: Mapping[str, str] | None = None, **params: Any) -> None:
        """`pinned` is the part of an address that pins the snapshot, which results keep."""
        super().__init__(stylesheets=[STYLE], margin=0, **params)
        self._warehouse, self._pinned = warehouse, dict(pinned or {})
        self._waiting: tuple[str, int] | None = None
        self._task: asyncio.Task[None] | None = None
        self._document = pn.state.curdoc
        if self._document and self._document.session_context:
            pn.state.on_session_destroyed(lambda _: self._leave())

    def _handle_msg(self, data: object) -> None:
        """Search what was typed; anything else is ignored."""
        match data:
            case {"typed": str(typed), "number": int(number)} if number is not True and 0 < number < MAX_NUMBER:
                self._waiting = folded(typed), number
                if self._task is None:
                    self._call_later(self._start)

    def _start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._answer())

    async def _answer(self) -> None:
        """Search the last text that was typed, until there is no newer one."""
        try:
            while self._waiting:
                (typed, number), self._waiting = self._waiting, None
                results = await asyncio.get_running_loop().run_in_executor(THREAD, find, self._warehouse, typed)
                self._call_later(partial(self._send_msg, {"number": number, **self._message(typed, results)}))
                await asyncio.sleep(INTERVAL)
        finally:
            self._task = None

    def _message(self, typed: str, answer: pd.DataFrame | str) -> dict[str, Any]:
        """Return the results of a search, or why there are none."""
        if isinstance(answer, str):
            return {"results": [], "note": answer}
        rows: list[dict[str, Any]] = answer.to_dict("records")  # type: ignore[assignment]
        results = [[row["kind"], row["name"], facts(row), address.write(query_of(row) | self._pinned)] for row in rows]
        note = f"No model, owner, family or release has “{typed}” in its name." if not results else ""
        return {"results": results, "note": note if len(typed) >= MIN_CHARACTERS else ""}

    def _leave(self) -> None:
        if self._task:
            self._task.cancel()

    def _call_later(self, action: Callable[[], None]) -> None:
        if self._document and self._document.session_context:
            self._document.add_next_tick_callback(action)
        else:
            action()


def folded(typed: str) -> str:
    """Return what was typed as names are searched: in lower case, of a limited length."""
    return typed[:MAX_CHARACTERS].encode("utf-8", "replace").decode().strip().lower()


def find(warehouse: Warehouse, typed: str) -> pd.DataFrame | str:
    """Return the results of a search, the best first, or why there are none; nothing is found for a single letter."""
    words = typed.split()
    pattern = "%".join(["", *(re.sub(r"([%_\\])", r"\\\1", word) for word in words), ""])
    parameters = {"typed": "-".join(words), "longest_word": max(words, key=len, default=""), "pattern": pattern}
    try:
        return warehouse.query("search", **parameters) if len(typed) >= MIN_CHARACTERS else pd.DataFrame()
    except Outdated:
        return OUTDATED
    except Exception:  # the page shows that something went wrong, and keeps working
        logging.getLogger(__name__).exception("a search could not be run")
        return FAILED


def query_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the query of the page that a result leads to: its own, of a release the view of its derivatives."""
    if row["kind"] == "release":
        return {address.VIEW: "releases", "dataset": row["shown_on"], "release": row["release_id"]}
    return {row["kind"]: row["name"]}


def facts(row: Mapping[str, Any]) -> str:
    """Return size, score and downloads of a result in one line; what is not known, or withheld, is left out."""
    if row["kind"] == "release":
        return f"released {date_text(row['released_on'])}"
    counted = {"owner": "models", "family": "descendants"}.get(row["kind"])
    parts = [f"{number_text(int(row['models']))} {counted}"] if counted else []
    if counted == "models" and row["models"] == 1:
        parts = ["1 model"]
    if not pd.isna(row["parameters_b"]):
        parts.append(f"{row['parameters_b']:.3g} B" if row["parameters_b"] >= 0.001 else "under 0.001 B")
    if not pd.isna(row["score"]) and not are_rows_withheld():
        parts.append(f"{row['dataset']} {row['score']:.1f}")
    if row["downloads_30d"]:
        parts.append(f"{number_text(int(row['downloads_30d']))} downloads in 30 days")
    return " · ".join(parts)
