"""The Model Context Protocol: read-only tools over the views, the names and the confined SQL of one warehouse.

Answers are those of `/api/…`, from the newest generation at each call, so that who is left out later is left out of the
next answer. Needs the extra `mcp`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
from bokeh.document import Document
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from panel.io import state
from pydantic import Field

from .pages.sql.description import STORED, describe
from .perspectives import address
from .plurals import counted, verb_after
from .programs import MAX_ROWS, NotComputed, Problem, list_views, search, stands_on, view_answer, why
from .sandbox import Limits, Refused, Result, Running, Sandbox
from .version import __version__
from .warehouse import Warehouse, WarehouseError, current, shorten_paths

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
INSTRUCTIONS = (
    "What the Hugging Face Hub and its leaderboards said about open-source AI, and how it was counted. Begin with "
    "list_views, which has every question that can be asked; ask ask_view for its answer. search_names looks for "
    "models and owners, explain says why a fact is as it is, describe_relations and query_sql are for all else. Quote "
    "a number together with its snapshot and with what is left out; where is_simulated is true, say that the data are "
    "made up; where copy_of is not null, say that they are a copy, who published it and when."
)
LIMITS = Limits()
"""Of a question in SQL: those of a visitor's page."""
VIEWS = "list_views has the names of the views, and with the name of a view its tables and choices."
NAMES = "search_names looks for names; without fact all facts are in the answer."
RELATIONS = "describe_relations without names has those that there are."
EXAMPLES = 3
"""Examples of questions in SQL that a client is shown."""
BRIEF = ("view", "title", "group", "question", "tables")
"""What is listed of each view; its choices are where it is named."""
ARGUMENTS = (address.VIEW, "rows", "sql")
"""What ask_view takes as arguments, so that it cannot be among the choices besides."""
Rows = Annotated[int, Field(ge=0, le=MAX_ROWS, description="Rows of each table that the answer has.")]


class Generations:
    """The newest generation of a warehouse's folder, opened anew when a build has made another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: Warehouse | None = None

    def newest(self) -> Warehouse:
        """Return the newest generation. Raises WarehouseError."""
        if self._open is None or self._open.path != current(self.folder):
            opened = Warehouse.open(self.folder)
            if self._open:
                self._open.close()
            self._open = opened
        return self._open


class Tools:
    """What the tools do: one call at a time, in whichever thread it comes."""

    def __init__(self, folder: Path) -> None:
        self._generations, self._lock = Generations(folder), threading.Lock()
        self._running = Running(LIMITS.at_once)

    def list_views(
        self, view: Annotated[str, Field(description="Only this view, with its choices.")] = ""
    ) -> dict[str, Any]:
        """List every question that can be asked, with the tables of its view, and the datasets with their dates."""
        return self._answer(lambda warehouse: _views(warehouse, view), VIEWS)

    def ask_view(
        self,
        view: Annotated[str, Field(description="The name of a view, as list_views has it, such as score-progress.")],
        choices: Annotated[
            dict[str, str | bool | int | float | list[str]] | None,
            Field(
                description="Choices by name, as in the page's address: dataset, from and to (YYYY-MM-DD), unit (day, "
                "week, month), sizes, at_most (billions of parameters), score, and the view's own, which list_views "
                "has. What is not chosen is as the page opens."
            ),
        ] = None,
        table: Annotated[str, Field(description="Only this table; without it all tables of the view.")] = "",
        rows: Rows = 10,
        sql: Annotated[bool, Field(description="Whether each table has its query with all values filled in.")] = False,
    ) -> dict[str, Any]:
        """Answer the question of a view: the sentence, its figures and the rows of its tables, with what is left out
        and the rules by which it was counted.
        """
        query = {
            address.replace_surrogates(name): address.replace_surrogates(address.write_value(value))
            for name, value in (choices or {}).items()
        }
        if address.SNAPSHOT in query:
            raise ToolError("Answers are from the newest snapshot here: leave out snapshot.")
        if misplaced := [name for name in ARGUMENTS if name in query]:
            raise ToolError(f"Not among the choices but an argument of its own: {', '.join(misplaced)}.")
        query |= {"rows": str(rows), "sql": address.write_value(sql)}
        return self._answer(
            lambda warehouse: view_answer(warehouse, view, query | ({"table": table} if table else {})), VIEWS
        )

    def explain(
        self,
        name: Annotated[str, Field(description="The id of a model, the name of an owner, or the base of a family.")],
        kind: Annotated[Literal["model", "owner", "family"], Field(description="What the name is of.")] = "model",
        fact: Annotated[str, Field(description="Only this fact, such as date, size, license or bases.")] = "",
        rows: Rows = 10,
    ) -> dict[str, Any]:
        """Say what is known of a model, an owner or a family, and why: each fact with its source, the rule that decided
        and the claims that are not believed.
        """
        query = {kind: name, "rows": str(rows)} | ({"fact": fact} if fact else {})
        return self._answer(lambda warehouse: why(warehouse, query), NAMES)

    def search_names(
        self, words: Annotated[str, Field(description="Words of a name, 2 to 100 letters.")]
    ) -> dict[str, Any]:
        """Look for models, owners, families and releases by words of their names, the best first."""
        return self._answer(lambda warehouse: search(warehouse, {"q": words}), "Write 2 to 100 letters of a name.")

    def describe_relations(
        self,
        relations: Annotated[
            list[str] | None, Field(description="Relations whose columns are wanted, such as core.models.")
        ] = None,
    ) -> dict[str, Any]:
        """List the relations that query_sql can read, with examples; of those that are named, the columns."""
        return self._answer(lambda warehouse: _relations(warehouse, relations or []), RELATIONS)

    async def query_sql(
        self,
        select: Annotated[str, Field(description="One SELECT or EXPLAIN in DuckDB's SQL.")],
        rows: Annotated[int, Field(ge=1, le=MAX_ROWS, description="Rows that the answer has at most.")] = 100,
    ) -> dict[str, Any]:
        """Answer one SELECT over the relations that describe_relations lists, in a confined process that can read them
        and nothing else.
        """
        with _as_tool_errors(RELATIONS):
            warehouse = await asyncio.to_thread(self._newest)
            sandbox = Sandbox(warehouse.path, LIMITS, warehouse.macros_for, self._running)
            return stands_on(warehouse) | _rows(await sandbox.run(select, visitor="client"), rows)

    def _newest(self) -> Warehouse:
        with self._lock:
            return self._generations.newest()

    def _answer(self, answer: Callable[[Warehouse], dict[str, Any]], next_step: str) -> dict[str, Any]:
        with self._lock, _as_tool_errors(next_step):
            state.curdoc = Document()  # no page is open: what is drawn belongs to this call alone
            return answer(self._generations.newest())


def server(folder: Path, *, with_sql: bool = True) -> MCPServer[Any]:
    """Return a server of the tools for the warehouse in a folder; without SQL where the operator says so."""
    tools = Tools(folder)
    mcp_server = MCPServer("oss-ai-monitor", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    offered: list[Callable[..., Any]] = [tools.list_views, tools.ask_view, tools.explain, tools.search_names]
    for tool in offered + ([tools.describe_relations, tools.query_sql] if with_sql else []):
        mcp_server.tool(description=" ".join((tool.__doc__ or "").split()), annotations=READ_ONLY)(tool)
    return mcp_server


def _views(warehouse: Warehouse, view: str) -> dict[str, Any]:
    answer = list_views(warehouse, {"view": view} if view else {})
    if view:
        return answer
    return answer | {"views": [{name: one[name] for name in BRIEF} for one in answer["views"]]}


def _relations(warehouse: Warehouse, names: list[str]) -> dict[str, Any]:
    """Return the relations of a warehouse; those of `names` with their columns. Raises Problem for others."""
    description = describe(warehouse)
    relations = {relation: (kind, comment, columns) for relation, kind, comment, columns in description["schema"]}
    if unknown := [name[:60] for name in names if name not in relations]:
        raise Problem(404, f"There is no relation {', '.join(unknown[:5])}.", RELATIONS)
    names = list(dict.fromkeys(names))
    if names:
        return stands_on(warehouse) | {
            "relations": [
                {
                    "relation": name,
                    "kind": relations[name][0],
                    "meaning": relations[name][1],
                    "columns": [
                        {"name": column, "type": type_name, "meaning": meaning}
                        for column, type_name, meaning in relations[name][2]
                    ],
                }
                for name in names
            ]
        }
    return stands_on(warehouse) | {
        "relations": [
            {"relation": name, "meaning": text.partition(". ")[0]}
            for name, (_, text, _) in relations.items()
            if STORED not in text
        ],
        "examples": [{"title": title, "sql": select} for title, select in description["examples"][:EXAMPLES]],
    }


def _rows(result: Result, most: int) -> dict[str, Any]:
    """Return the first rows of an answer in SQL, and what of it is left out."""
    rows, is_more = list(result.read(0, most)), result.has_more
    cut = f"the first {len(rows):,} of {'more than ' if is_more else ''}{counted(len(result.lines), 'row')}"
    notes = [note for note in (cut if is_more or len(rows) < len(result.lines) else "", *_cells_cut(result)) if note]
    return {
        "columns": [{"name": column.name, "type": column.type} for column in result.columns],
        "rows": rows,
        "rows_in_all": None if is_more else len(result.lines),
        "rows_left_out": None if is_more else len(result.lines) - len(rows),
        "left_out": notes,
    }


def _cells_cut(result: Result) -> list[str]:
    """Return which columns and letters of an answer are left out, in words."""
    columns, texts = result.left_out, result.shortened
    return [
        f"{counted(columns, 'column')} {verb_after(columns, 'is', 'are')} left out" if columns else "",
        f"{counted(texts, 'long text')} {verb_after(texts, 'is', 'are')} shortened" if texts else "",
    ]


@contextlib.contextmanager
def _as_tool_errors(next_step: str) -> Iterator[None]:
    """Let the client read what is wrong and what to do next; what is of this machine goes to the log."""
    try:
        yield
    except Problem as problem:
        nearest = problem.more.get("nearest")
        names = [f"The nearest names are {', '.join(nearest)}."] if nearest else []
        raise ToolError(" ".join([problem.detail, *names, next_step])) from None
    except Refused as refused:
        raise ToolError(f"{refused} {next_step}") from None
    except (NotComputed, WarehouseError, duckdb.Error, OSError) as error:
        logging.getLogger(__name__).exception("a question of a client was not answered")
        reason = str(error) if isinstance(error, (NotComputed, WarehouseError)) else "The data cannot be read."
        raise ToolError(shorten_paths(reason)) from None
