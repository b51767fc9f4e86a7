"""The SQL page of one visitor: runs a query in the sandbox, shows its answer, keeps the query in the address.

A question that comes with a link is put into the editor and waits there: somebody else wrote it, it takes one of few
places, and who opens a link should see what is asked before it is. One that a perspective hands over is ours, was just
wished for with a click, and is asked at once.
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

from ...sandbox import Limits, Refused, Result, Sandbox, examples
from ...warehouse import Warehouse
from ..dictionary import readable
from ..page import Page, heading
from ..spreadsheets import csv
from ..theme import CARD
from .answer_chart import AnswerChart
from .answer_table import as_text, table
from .editor import Editor

SENTENCE = (
    "One SELECT (or EXPLAIN) in DuckDB's SQL, over what stands behind every picture. Each runs in a process of its own "
    "that can read the warehouse and nothing else."
)
AT_ONCE = max(1, min(4, (os.cpu_count() or 2) - 1))  # one core stays with the pages
TO_LINK = 6_000  # letters of an encoded question that an address can hold; servers in between cut longer ones
TOO_LONG = "The question is too long for a link: copy its text to pass it on."
STORED = "As stored; read"  # what a relation says of itself that people read by another name: such come last
WORDS = """
select keyword_name as word, 'keyword' as kind
from duckdb_keywords()
where keyword_category = 'reserved' or keyword_name in ('over', 'partition', 'filter', 'date', 'interval')
union
select function_name, 'function' from duckdb_functions()
where function_type in ('scalar', 'aggregate', 'macro') and regexp_full_match(function_name, '[a-z][a-z0-9_]*')
order by all
"""
_sandboxes: weakref.WeakKeyDictionary[Warehouse, Sandbox] = weakref.WeakKeyDictionary()
_described: weakref.WeakKeyDictionary[Warehouse, dict[str, list[Any]]] = weakref.WeakKeyDictionary()


class SqlPage(Page):
    """What one visitor asks, one question at a time."""

    title, slug = "SQL", "sql"

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        self.result: Result | None = None
        self._asking: asyncio.Task[None] | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._document = pn.state.curdoc
        self._visitor = uuid.uuid4().hex
        self._sandbox, why_not = _sandbox(warehouse)
        description = _description(warehouse)
        self.editor = Editor(
            {"ask": self.ask, "stop": lambda _: self.stop(), "show": self._show, "save": self._save},
            text=description["examples"][0][1], message=why_not or "Ctrl-Enter runs the question.",
            can_ask=self._sandbox is not None, state="idle" if self._sandbox else "refused", **description,
        )  # fmt: skip
        self._answers = pn.Column(sizing_mode="stretch_width", margin=0, visible=False, stylesheets=[CARD])
        self._table: pn.viewable.Viewable | None = None
        self._chart: AnswerChart | None = None
        self.view = pn.Column(
            heading("Ask the warehouse", SENTENCE), self.editor, self._answers, sizing_mode="stretch_width", margin=0
        )
        if self._document and self._document.session_context:
            pn.state.on_session_destroyed(lambda _: self.stop())
            self._document.add_next_tick_callback(self._prepare)

    def _prepare(self) -> None:
        """Have a process ready for the next question, so that it is answered sooner."""
        if self._sandbox:
            self._preparing = asyncio.get_running_loop().create_task(self._sandbox.prepare())

    def from_query(self, query: Mapping[str, str]) -> None:
        if text := query.get("q", ""):
            self.editor.text = text
            self._write_query(text)
            if self._sandbox:
                self.editor.message = "This question came with the link: read it, and run it if you like."

    def enter(self, query: Mapping[str, str]) -> None:
        """Take a question that a perspective hands over, and ask it."""
        self.editor.text = query["q"]
        self.ask(query["q"])

    def ask(self, text: str) -> None:
        """Ask; the answer, or why there is none, is shown when it comes. Nothing where one is still being answered."""
        if self._asking or not self._sandbox or self.editor.state == "asking":
            return
        self._write_query(text)
        self.editor.param.update(state="asking", text=text)
        self._later(partial(self._begin, self._sandbox, text))

    def _begin(self, sandbox: Sandbox, text: str) -> None:
        """In the server's own loop, wherever the button was handled."""
        self._asking = asyncio.get_running_loop().create_task(self._answer(sandbox, text))

    def stop(self) -> None:
        """End the question that is being answered; its process is killed."""
        if self._asking:
            self._asking.cancel()

    async def wait(self) -> None:
        """Until nothing is being answered any more."""
        if self._asking:
            await asyncio.wait([self._asking])

    async def _answer(self, sandbox: Sandbox, text: str) -> None:
        """In no lock of the page's, so that Stop and everything else get through meanwhile."""
        try:
            result = await sandbox.run(text, self._visitor)
            self._later(partial(self._answered, result))
        except Refused as refused:
            self._later(partial(self._refused, str(refused)))
        except asyncio.CancelledError:
            self._later(partial(self._refused, "Stopped."))
        except Exception:  # the page is an edge: it says that something went wrong, and lives on
            logging.getLogger(__name__).exception("a question could not be asked")
            self._later(partial(self._refused, "This could not be asked: reload the page, newer data may be in."))
        finally:
            self._asking = None
            if self._document and self._document.session_context:
                self._prepare()

    def _later(self, act: Callable[[], None]) -> None:
        if self._document and self._document.session_context:
            self._document.add_next_tick_callback(act)
        else:
            act()

    def _answered(self, result: Result) -> None:
        self.result, self._table, self._chart = result, None, None
        rows = "1 row" if len(result.rows) == 1 else f"{len(result.rows):,} rows"
        summary = f"{rows} in {result.seconds:.2f} s"
        message = f"{summary}; {result.cut}." if result.cut else f"{summary}."
        self.editor.param.update(state="answered", message=message if self.query else f"{message} {TOO_LONG}")
        self._show(self.editor.shows)

    def _refused(self, why: str) -> None:
        self.editor.param.update(state="refused", message=why)

    def _show(self, what: str) -> None:
        """The answer as a table or as a chart, each made when it is first wished for."""
        if not self.result or what not in ("table", "chart"):
            return
        self.editor.shows = what
        if what == "chart" and self._chart is None:
            self._chart = AnswerChart(self.result)
        if what == "table" and self._table is None:
            self._table = as_text(self.result) or table(self.result)
        view = self._chart.view if what == "chart" and self._chart else self._table
        self._answers.objects = [view]
        self._answers.visible = True

    def _save(self, kind: str) -> None:
        if not self.result:
            return
        name = f"answer_{dt.datetime.now(dt.UTC):%Y-%m-%dT%H%M%SZ}"
        if kind == "csv":
            content = ("\ufeff" + csv(self.result.readable())).encode()
            self.editor.save(f"{name}.csv", "text/csv", content)
        elif kind == "parquet":
            self.editor.save(f"{name}.parquet", "application/vnd.apache.parquet", self.result.parquet())

    def _write_query(self, text: str) -> None:
        """Keep the question in the address, where it fits."""
        self.query = {"q": text} if len(quote_plus(text)) <= TO_LINK else {}


def _sandbox(warehouse: Warehouse) -> tuple[Sandbox | None, str]:
    """The one that all visitors of a generation share, or why there is none."""
    if warehouse not in _sandboxes:
        try:
            _sandboxes[warehouse] = Sandbox(warehouse.path, Limits(at_once=AT_ONCE), warehouse.macros_for)
        except Refused as refused:
            return None, str(refused)
    return _sandboxes[warehouse], ""


def _description(warehouse: Warehouse) -> dict[str, list[Any]]:
    """What the editor offers for a generation: read once, for all visitors."""
    if warehouse not in _described:
        rows = warehouse.query("data_dictionary").itertuples(index=False)
        relations: dict[str, list[Any]] = {}
        for relation, kind, comment, column, type_, column_comment in rows:
            relations.setdefault(relation, [relation, kind, readable(str(comment)), []])[3].append(
                [column, type_, str(column_comment)]
            )
        _described[warehouse] = {
            "schema": sorted(relations.values(), key=lambda relation: STORED in relation[2]),
            "examples": [[example.title, example.select] for example in examples(warehouse.sql)],
            "words": warehouse.sql_frame(WORDS).to_numpy().tolist(),
        }
    return _described[warehouse]
