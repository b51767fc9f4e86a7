"""What a page computes for one visitor in a thread, so that other visitors do not wait; the last request counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, TypeVar

import panel as pn

Result = TypeVar("Result")


class Computing(Generic[Result]):
    """Computes what a query names: at once without a server, else in a thread, and shows the last one requested."""

    def __init__(
        self,
        thread: ThreadPoolExecutor,
        compute: Callable[[Mapping[str, str]], Result],
        *,
        announce: Callable[[Mapping[str, str]], None],
        show: Callable[[Result], None],
        fail: Callable[[], None],
    ) -> None:
        """`announce` says that a query is being computed, `show` shows the result, `fail` says that there is none."""
        self._thread, self._compute = thread, compute
        self._announce, self._show, self._fail = announce, show, fail
        self._document = pn.state.curdoc
        self._task: asyncio.Task[None] | None = None
        self._requested: dict[str, str] = {}
        if self._document and self._document.session_context:
            pn.state.on_session_destroyed(lambda _: self._leave())

    def request(self, query: Mapping[str, str]) -> None:
        """Compute what a query names, instead of what was requested before."""
        self._requested = dict(query)
        if not (self._document and self._document.session_context):
            self._show(self._compute(query))
            return
        self._announce(query)
        if pn.state.loaded:
            self._document.add_next_tick_callback(self._start)
        else:  # before the page is there, Panel passes no change of a component on
            pn.state.onload(partial(self._document.add_next_tick_callback, self._start))

    def _start(self) -> None:
        """Compute what was requested last, unless that is being done."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        """Compute until nothing else was requested meanwhile."""
        computed: dict[str, str] | None = None
        try:
            while computed != self._requested:
                computed = self._requested
                compute = partial(self._compute, computed)
                result = await asyncio.get_running_loop().run_in_executor(self._thread, compute)
                if computed == self._requested and self._document:
                    self._document.add_next_tick_callback(partial(self._show_latest, result, computed))
        except Exception:  # the page shows that something went wrong, and keeps working
            logging.getLogger(__name__).exception("a page could not be computed")
            if self._document:
                self._document.add_next_tick_callback(self._fail)
        finally:
            self._task = None

    def _show_latest(self, result: Result, requested: Mapping[str, str]) -> None:
        """Show a result, unless something else was requested meanwhile."""
        if requested == self._requested:
            self._show(result)

    def _leave(self) -> None:
        """End what is done for a visitor who has left."""
        if self._task:
            self._task.cancel()
