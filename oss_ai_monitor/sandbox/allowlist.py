"""What a visitor's question may read and call, decided by its tree: what is not listed is refused.

Imports nothing of this package but `statements`: the confined process loads both by themselves.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).with_name("allowed_functions.txt")
CATALOG = "warehouse"
"""The name under which the confined process attaches the warehouse."""
DUCKDB_RELATIONS = {
    *(("", f"duckdb_{name}") for name in ("columns", "constraints", "indexes", "schemas", "tables", "types", "views")),
    *(("information_schema", name) for name in ("columns", "schemata", "tables", "views")),
}
"""Relations of DuckDB itself that tell of relations and columns."""
SHOWN = {'"tables"', '"schemas"', "__show_tables_expanded"}
"""What SHOW may list."""
EXPRESSIONS = {
    "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA",
    "LAMBDA_REF", "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW",
}  # fmt: skip
PARTS = {
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
    "BASE_TABLE", "EMPTY", "EXPRESSION_LIST", "JOIN", "PIVOT", "SHOW_REF", "SUBQUERY", "TABLE_FUNCTION",
    "DISTINCT_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER",
    "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
}  # fmt: skip


class NotAllowed(Exception):
    """The query reads or calls what it may not; the message says what."""


@dataclass(frozen=True)
class Allowed:
    """Relations and functions that may be used, all in lower case."""

    relations: frozenset[tuple[str, str]]
    """Schema and name; those of DuckDB that need no schema have none."""
    duckdb_names: frozenset[str]
    """Names of DuckDB's own relations that need no schema: no part of a question takes one of them."""
    functions: frozenset[str]
    table_functions: frozenset[str]

    @classmethod
    def of(cls, db: Any, functions: tuple[frozenset[str], frozenset[str]]) -> Allowed:
        """Return what may be used on a connection whose current database is the warehouse: `functions`, as `listed`
        returns them, the warehouse's relations and its macros.
        """
        rows = db.execute(
            """
            select schema_name, table_name as name, false as is_internal from duckdb_tables()
            where database_name = current_database()
            union all
            select schema_name, view_name, internal from duckdb_views()
            where database_name = current_database() or internal
            """
        ).fetchall()
        macros = db.execute(
            """
            select function_name, function_type = 'table_macro' from duckdb_functions()
            where not internal and function_type in ('macro', 'table_macro')
            """
        ).fetchall()
        return cls(
            frozenset((schema.lower(), name.lower()) for schema, name, is_internal in rows if not is_internal)
            | frozenset(DUCKDB_RELATIONS),
            frozenset(
                name.lower() for schema, name, is_internal in rows if is_internal and schema != "information_schema"
            ),
            functions[0] | {name.lower() for name, is_in_from in macros if not is_in_from},
            functions[1] | {name.lower() for name, is_in_from in macros if is_in_from},
        )

    def check(self, tree: dict[str, Any]) -> None:
        """Raise NotAllowed for the first part of a tree that is not listed."""
        parameters = {f"${node['identifier']}" for node in _nodes(tree) if node.get("class") == "PARAMETER"}
        if parameters:
            raise NotAllowed(f"Write values in place of the parameters {', '.join(sorted(parameters))}.")
        queries = {name.lower() for node in _nodes(tree) for name in _query_names(node)}
        if reserved := queries & self.duckdb_names:
            raise NotAllowed(f"{min(reserved)} is a name of DuckDB's own: call this part of the question otherwise.")
        called_in_from = {id(node["function"]) for node in _nodes(tree) if node.get("type") == "TABLE_FUNCTION"}
        for node in _nodes(tree):
            self._check_kind(node)
            kind = node.get("type")
            if kind == "BASE_TABLE":
                self._check_relation(_path(node), queries)
            elif kind == "SHOW_REF":
                self._check_shown(node, queries)
            if "function_name" in node:
                is_in_from = id(node) in called_in_from
                name = _path(node)[-1]
                if name not in (self.table_functions if is_in_from else self.functions):
                    raise NotAllowed(
                        f"{name[:200]} is not among the functions that can be called here: those compute from what "
                        f"they are handed.{_hint(difflib.get_close_matches(name, sorted(self.functions), 2))}"
                    )

    def _check_kind(self, node: dict[str, Any]) -> None:
        kind = node.get("class", node.get("type"))
        listed_kinds = EXPRESSIONS if "class" in node else PARTS
        if isinstance(kind, str) and kind not in listed_kinds:
            raise NotAllowed(f"Only a SELECT that reads can be asked here, and no {kind.partition('_')[0]}.")

    def _check_relation(self, path: list[str], queries: set[str]) -> None:
        name = path[-1]
        schema = path[-2] if len(path) > 1 else ""
        is_of_warehouse = len(path) < 3 or path[:-2] == [CATALOG]
        if not (is_of_warehouse and (schema, name) in self.relations) and not (len(path) == 1 and name in queries):
            raise NotAllowed(self._unknown_relation(".".join(path)))

    def _check_shown(self, node: dict[str, Any], queries: set[str]) -> None:
        """DESCRIBE and SUMMARIZE hold a query, which is checked by itself; SHOW names something."""
        kind, path = node.get("show_type"), _path(node)
        if kind in ("DESCRIBE", "SUMMARY") and node.get("query"):
            return
        if kind == "SHOW_SPECIAL" and path[-1] in SHOWN:
            return
        if kind == "SHOW_FROM" and any(str(node.get("schema_name")).lower() == schema for schema, _ in self.relations):
            return
        if kind != "SHOW":
            raise NotAllowed("SHOW lists tables and schemas here, and DESCRIBE and SUMMARIZE tell of a relation.")
        self._check_relation(path, queries)

    def _unknown_relation(self, name: str) -> str:
        names = [f"{schema}.{name}".removeprefix(".") for schema, name in sorted(self.relations)]
        last = name.rpartition(".")[2]
        likely = [each for each in names if each.rpartition(".")[2] == last]
        likely += [each for each in difflib.get_close_matches(name, names, 3) if each not in likely]
        return f"{name[:200]} is not among the relations of the warehouse, which can be read here.{_hint(likely[:3])}"


def _hint(names: list[str]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


def listed(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the functions of a list, and those of them that stand in FROM, in lower case."""
    lines = [line.strip().lower() for line in path.read_text(encoding="utf-8").splitlines()]
    names = [line for line in lines if line and not line.startswith("# ") and line != "#"]
    in_from = [name for name in names if name.startswith("from ")]
    return frozenset(names).difference(in_from), frozenset(name.removeprefix("from ") for name in in_from)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a tree."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _path(node: dict[str, Any]) -> list[str]:
    """Return catalog, schema and name of a relation or function, as far as they are written, in lower case."""
    return [part.lower() for part in node["qualified_name"].get("path") or [""]]


def _query_names(node: dict[str, Any]) -> list[str]:
    """Return the names of the queries in a WITH."""
    return [str(entry["key"]) for entry in node.get("cte_map", {}).get("map", [])]
