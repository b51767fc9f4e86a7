"""An answer as a table that can be sorted and filtered; the plan of an EXPLAIN as text.

The browser has one page of the table, and asks for another one; whoever asks has it made in a thread.
"""

from __future__ import annotations

import html
import json
import math
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent
from panel.models.tabulator import DataTabulator

from ...sandbox import Column, Result
from ...sandbox.results import Cell
from ..theme import TABLE_ROLES, stylesheet, text_pane
from .work import Work

HERE = Path(__file__).parent
STYLE = stylesheet(HERE / "answer_table.css")
PAGE_ROWS = 20
PAGE_LETTERS, LEAST_LETTERS = 400_000, 100  # of all cells of a page together, and of one cell in any case
MOST_SORTS = 5
MOST_FILTERS = 20
PRE = "pre { font-family: ui-monospace, monospace; font-size: 0.78rem; line-height: 1.3; margin: 0; overflow: auto; }"


@dataclass(frozen=True)
class Question:
    """What page a browser asks for."""

    number: int
    """Of the question, for the browser to tell the answers apart."""
    page: int
    """From 1."""
    sorts: tuple[tuple[int, bool], ...]
    """Columns to sort by, the first one first, and whether each descends."""
    filters: tuple[tuple[int, str], ...]
    """Columns and the text that their cells must hold."""

    @classmethod
    def of(cls, text: str, columns: int) -> Question | None:
        """Read what a browser sent; None for anything that no table of so many columns asks."""
        try:
            request = json.loads(text)
            number, page = int(request["number"]), int(request["page"])
            sorts = tuple((int(sort["field"][1:]), sort["dir"] == "desc") for sort in request["sort"])[:MOST_SORTS]
            filters = tuple((int(one["field"][1:]), str(one["value"]).casefold()) for one in request["filter"])
            filters = tuple(dict(one for one in filters if one[1]).items())  # one of a column
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
            return None
        is_known = len(filters) <= MOST_FILTERS and all(0 <= n < columns for n, _ in (*sorts, *filters))
        return cls(number, max(page, 1), sorts, filters) if is_known else None


class Rows:
    """The rows of an answer in the order of the last question."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self._ordered: tuple[Any, list[bytes]] = ((), ()), list(result.lines)
        cells = PAGE_ROWS * max(len(result.columns), 1)
        self._letters = max(PAGE_LETTERS // cells, LEAST_LETTERS)

    def page(self, question: Question) -> str:
        """Return a page as JSON: the question's number, how many pages there are, and the cells as text."""
        key = question.sorts, question.filters
        if self._ordered[0] != key:
            self._ordered = key, self._order(question)
        lines = self._ordered[1]
        start = (question.page - 1) * PAGE_ROWS
        rows = [[self._shortened(cell_text(cell)) for cell in json.loads(line)] for line in lines[start:][:PAGE_ROWS]]
        pages = max(math.ceil(len(lines) / PAGE_ROWS), 1)
        return json.dumps({"number": question.number, "last_page": pages, "rows": rows})

    def _order(self, question: Question) -> list[bytes]:
        matches = [
            (line, row)
            for line, row in zip(self.result.lines, self.result.read(), strict=True)
            if all(text in cell_text(row[n]).casefold() for n, text in question.filters)
        ]
        for n, descends in reversed(question.sorts):  # a sort keeps the order of what is equal
            keys = [(_sort_key(self.result.columns[n], one[1][n]), one) for one in matches]
            present = sorted((pair for pair in keys if pair[0] is not None), key=lambda pair: pair[0], reverse=descends)
            matches = [one for _, one in present] + [one for key, one in keys if key is None]
        return [line for line, _ in matches]

    def _shortened(self, text: str) -> str:
        return text if len(text) <= self._letters else f"{text[: self._letters]}…"


class AnswerTable(JSComponent):
    """A table of one answer: titles are sent with it, rows when the browser asks for a page."""

    columns = param.List(doc="Of each column its title, and whether it holds numbers.")
    tabulator = param.String(doc="The folder of Tabulator's files, below the folder that Panel serves.")

    _esm = "\n".join(
        file.read_text(encoding="utf-8") for file in (HERE / "bundled.js", TABLE_ROLES, HERE / "answer_table.js")
    )

    def __init__(self, result: Result, work: Work) -> None:
        super().__init__(
            columns=[[column.name, column.is_number] for column in result.columns], tabulator=_tabulator(),
            stylesheets=[STYLE], sizing_mode="stretch_width", margin=(10, 14, 14, 14),
        )  # fmt: skip
        self._rows, self._work = Rows(result), work

    def _handle_msg(self, data: Any) -> None:
        """Send the page that the browser asks for; anything else is ignored."""
        request = data.get("page") if isinstance(data, dict) else None
        if isinstance(request, str) and (question := Question.of(request, len(self.columns))):
            self._work(partial(self._rows.page, question), self._send_page)

    def _send_page(self, page: str) -> None:
        self._send_msg({"page": page})


def cell_text(cell: Cell) -> str:
    """Return a cell as it is shown and searched."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _sort_key(column: Column, cell: Cell) -> Any:
    """Return what a cell is sorted by; None for what has no place in an order."""
    if cell is None or cell != cell:
        return None
    if column.is_number:
        return Decimal(cell) if isinstance(cell, str) else cell
    return (cell.casefold(), cell) if isinstance(cell, str) else cell


def _tabulator() -> str:
    """Return the folder of the library behind Panel's own tables, below the folder that Panel serves."""
    script = next(str(path) for path in DataTabulator.__javascript__ if "tabulator-tables" in str(path))
    return script[script.index("bundled/") : script.index("/js/")]


def as_text(result: Result) -> pn.pane.HTML | None:
    """Return the plan of an EXPLAIN as text; None for any other answer."""
    if [column.name for column in result.columns] != ["explain_key", "explain_value"]:
        return None
    pane = text_pane("", PRE, margin=(10, 14, 14, 14))
    pane.object = "".join(f"<pre>{html.escape(str(plan))}</pre>" for _, plan in result.rows)
    return pane
