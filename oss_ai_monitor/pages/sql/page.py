"""The SQL page of one visitor: runs a query in the sandbox, shows its answer, keeps the query in the address.

What takes long, such as a chart or a file of a wide answer, is made in a thread, see `work`.

The query of a link is put into the editor but not run: somebody else wrote it, few queries can run at once, and the
visitor should see it first. The query of a perspective is run at once, because the visitor has just clicked on it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import uuid
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote_plus

import panel as pn

from ...addresses import network
from ...plurals import counted
from ...sandbox import Limits, Refused, Result, Running, Sandbox
from ...warehouse import Warehouse
from ..page import Page, heading
from ..theme import CARD
from .answer_chart import AnswerChart
from .answer_table import AnswerTable, as_text
from .description import describe
from .editor import Editor
from .files import FILES, pieces_of
from .work import Work, in_thread

SENTENCE = (
    "One SELECT (or EXPLAIN) in DuckDB's SQL, over what stands behind every chart. Each runs in a process of its own "
    "that can read the warehouse and nothing else."
)
MAX_PROCESSES = max(1, min(4, (os.cpu_count() or 2) - 1))  # one core stays with the pages
LIMITS = Limits(at_once=MAX_PROCESSES)
MAX_LINK_LENGTH = 6_000  # characters of an encoded query in an address; some proxies cut longer ones
TOO_LONG = "The question is too long for a link: copy its text to pass it on."
_sandboxes: weakref.WeakKeyDictionary[Warehouse, Sandbox] = weakref.WeakKeyDictionary()
_running = Running(LIMITS.at_once)


class SqlPage(Page):
    """The SQL page of one visitor, with one running query at a time."""

    title, slug = "SQL", "sql"

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        self.result: Result | None = None
        self._question = ""
        self._task: asyncio.Task[None] | None = None
        self._works: set[asyncio.Task[None]] = set()
        self._is_making_file = False
        self._preparing: asyncio.Task[None] | None = None
        self._document = pn.state.curdoc
        self._visitor = uuid.uuid4().hex
        self._address = _address(self._document)
        self._sandbox, unavailable_reason = _sandbox(warehouse)
        description = describe(warehouse)
        self.editor = Editor(
            {"run": self.run, "stop": lambda _: self.stop(), "show": self.show, "save": self.save},
            text=description["examples"][0][1], message=unavailable_reason or "Ctrl-Enter runs the question.",
            can_query=self._sandbox is not None, state="idle" if self._sandbox else "refused", **description,
        )  # fmt: skip
        self._answers = pn.Column(sizing_mode="stretch_width", margin=0, visible=False, stylesheets=[CARD])
        self._views: dict[str, pn.viewable.Viewable] = {}
        self.view = pn.Column(
            heading("Ask the warehouse", SENTENCE), self.editor, self._answers, sizing_mode="stretch_width", margin=0
        )
        if self._document and self._document.session_context:
            pn.state.on_session_destroyed(lambda _: self._leave())
            self._document.add_next_tick_callback(self._prepare)

    def _prepare(self) -> None:
        """Have a process ready for the next question, so that it is answered sooner."""
        if self._sandbox:
            self._preparing = asyncio.get_running_loop().create_task(self._sandbox.prepare())

    def from_query(self, query: Mapping[str, str]) -> None:
        text = query.get("q", "")
        if not text:
            self.query = {}  # what is in the editor stays
            return
        if text != self._question:
            self._forget_answer()
        self.editor.text = text
        self._write_query(text)
        if self._sandbox:
            self.editor.message = "This question came with the link: read it, and run it if you like."

    def enter(self, query: Mapping[str, str]) -> None:
        """Run the query of a link from a perspective."""
        self.editor.text = query["q"]
        self.run(query["q"])

    def run(self, text: str) -> None:
        """Start a query; its answer or error is shown later. Does nothing while another one runs."""
        if self._task or not self._sandbox or self.editor.state == "running":
            return
        self._question = text
        self._write_query(text)
        self.editor.param.update(state="running", text=text)
        self._call_later(partial(self._begin, self._sandbox, text))

    def _begin(self, sandbox: Sandbox, text: str) -> None:
        """Start the task in the server's event loop, whichever thread handled the button."""
        self._task = asyncio.get_running_loop().create_task(self._answer(sandbox, text))

    def _forget_answer(self) -> None:
        """Show no answer to another query than the one in the editor."""
        self.stop()
        self.result, self._views = None, {}
        self._answers.visible = False
        if self.editor.state == "answered":
            self.editor.state = "idle"

    def stop(self) -> None:
        """Cancel the running query; its process is killed."""
        if self._task:
            self._task.cancel()

    def _leave(self) -> None:
        """End what is done for a visitor who has left."""
        for task in (self._task, *self._works):
            if task:
                task.cancel()

    async def wait(self) -> None:
        """Wait until no query runs and nothing is made of an answer."""
        while tasks := [task for task in (self._task, *self._works) if task]:
            await asyncio.wait(tasks)

    async def _answer(self, sandbox: Sandbox, text: str) -> None:
        """Run a query without holding the document's lock, so that Stop and other events are handled meanwhile."""
        try:
            result = await sandbox.run(text, self._visitor, self._address)
            self._call_later(partial(self._answered, result))
        except Refused as refused:
            self._call_later(partial(self._refused, str(refused)))
        except asyncio.CancelledError:
            self._call_later(partial(self._refused, "Stopped."))
        except Exception:  # the page shows that something went wrong, and keeps working
            logging.getLogger(__name__).exception("a query could not be run")
            self._call_later(
                partial(self._refused, "This query could not be run: reload the page, newer data may be in.")
            )
        finally:
            self._task = None
            if self._document and self._document.session_context:
                self._prepare()

    def _call_later(self, action: Callable[[], None]) -> None:
        if self._document and self._document.session_context:
            self._document.add_next_tick_callback(action)
        else:
            action()

    def _answered(self, result: Result) -> None:
        self.result, self._views = result, {}
        rows = counted(len(result.lines), "row")
        summary = f"{rows} in {result.seconds:.2f} s"
        message = f"{summary}; {result.cut}." if result.cut else f"{summary}."
        self.editor.param.update(state="answered", message=message if self.query else f"{message} {TOO_LONG}")
        self.show(self.editor.answer_view)

    def _refused(self, reason: str) -> None:
        self.editor.param.update(state="refused", message=reason)

    def show(self, view_name: str) -> None:
        """Show the answer as a table or as a chart, each made when it is first needed."""
        if not self.result or view_name not in ("table", "chart"):
            return
        self.editor.answer_view = view_name
        if view_name in self._views:
            self._set_view(self._views[view_name])
        else:
            self._work(
                partial(_view, self.result, view_name, self._work), partial(self._add_view, self.result, view_name)
            )

    def _add_view(self, result: Result, view_name: str, answer: AnswerChart | pn.viewable.Viewable) -> None:
        """Show what has been made of an answer, unless something else is to be shown by now."""
        if result is not self.result:
            return
        self._views[view_name] = answer.view if isinstance(answer, AnswerChart) else answer
        if view_name == self.editor.answer_view:
            self._set_view(self._views[view_name])
        if isinstance(answer, AnswerChart):
            answer.draw()

    def _set_view(self, view: pn.viewable.Viewable) -> None:
        self._answers.objects = [view]
        self._answers.visible = True

    def save(self, kind: str) -> None:
        """Have the browser save the answer as CSV or as Parquet; one file at a time is made."""
        if not self.result or kind not in FILES or self._is_making_file:
            return
        self._is_making_file = True
        media_type, make = FILES[kind]
        name = f"answer_{dt.datetime.now(dt.UTC):%Y-%m-%dT%H%M%SZ}.{kind}"
        self._work(partial(self._pieces, make, self.result), partial(self._send_file, name, media_type))

    def _pieces(self, make: Callable[[Result], bytes], result: Result) -> list[str]:
        """Make a file, in a thread; afterwards the next one may be asked for."""
        try:
            return pieces_of(make, result)
        finally:
            self._is_making_file = False

    def _send_file(self, name: str, media_type: str, pieces: list[str]) -> None:
        """Send a file piece by piece, with others' messages between them."""
        self.editor.save(name, media_type, pieces[0], is_last=len(pieces) == 1)
        if pieces[1:]:
            self._call_later(partial(self._send_file, name, media_type, pieces[1:]))

    def _work(self, make: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do something in a thread, and hand its result to `then` with the document's lock."""
        self._call_later(partial(self._start_work, make, then))

    def _start_work(self, make: Callable[[], Any], then: Callable[[Any], None]) -> None:
        task = asyncio.get_running_loop().create_task(self._do(make, then))
        self._works.add(task)
        task.add_done_callback(self._works.discard)

    async def _do(self, make: Callable[[], Any], then: Callable[[Any], None]) -> None:
        try:
            result = await in_thread(make)
        except Exception:  # the page keeps working
            logging.getLogger(__name__).exception("nothing could be made of an answer")
            return
        self._call_later(partial(then, result))

    def _write_query(self, text: str) -> None:
        """Keep the query in the address, if it is short enough."""
        self.query = {"q": text} if len(quote_plus(text)) <= MAX_LINK_LENGTH else {}


def _view(result: Result, view_name: str, work: Work) -> AnswerChart | pn.viewable.Viewable:
    """Return the answer as a table or as a chart; called in a thread."""
    if view_name == "chart":
        return AnswerChart(result, work)
    return as_text(result) or AnswerTable(result, work)


def _address(document: Any) -> str:
    """Return where the visitor of a document comes from, as it is counted: nothing for this machine itself."""
    context = document.session_context if document else None
    return network(str(getattr(context.request, "remote_ip", ""))) if context else ""


def _sandbox(warehouse: Warehouse) -> tuple[Sandbox | None, str]:
    """Return the sandbox that all visitors of a generation share, or the reason why there is none."""
    if warehouse not in _sandboxes:
        try:
            _sandboxes[warehouse] = Sandbox(warehouse.path, LIMITS, warehouse.macros_for, _running)
        except Refused as refused:
            return None, str(refused)
    return _sandboxes[warehouse], ""
