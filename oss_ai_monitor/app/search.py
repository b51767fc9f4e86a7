"""The search box: models, owners, families and releases by words of their names, while a reader types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn

from ..pages.search_results import MIN_CHARACTERS, facts, find, folded, query_of
from ..pages.theme import stylesheet
from ..perspectives import address
from ..warehouse import Warehouse
from .component import Component

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "search.css")
INTERVAL = 0.2  # seconds between two searches of one visitor
MAX_NUMBER = 2**53  # JavaScript counts that far
THREAD = ThreadPoolExecutor(1, "searches")
"""One for all visitors, so that searches leave the other cores to the charts."""


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
