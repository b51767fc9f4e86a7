"""A generation that was published, or that a follower received: the mark inside it, and what its SQL may do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from . import checksums
from .building import before, swap
from .checksums import connect, require_shape
from .errors import Damaged, WarehouseError

MARK = "publication"  # a macro: it returns, as JSON, what is published and what is not in it
FUNCTIONS = frozenset({"generate_series", "generate_subscripts", "json_each", "json_tree", "range", "unnest"})
"""The table functions that views and macros of a generation may call: none of them reads a file."""
SCHEMAS = ("core", "marts")
_NAME = r'(?:\w+|"\w+")'
_VIEW = re.compile(rf"CREATE VIEW (?:core|marts)\.{_NAME} (?:\({_NAME}(?:, {_NAME})*\) )?AS (.*)", re.DOTALL)


def mark_published(generation: Path, notice: str) -> None:
    """Write into a generation that nobody reads yet what it is, as JSON."""
    with connect(generation, read_only=False) as db:
        text = notice.replace("'", "''")
        db.execute(f"create or replace macro {MARK}() as '{text}'")
        db.execute("checkpoint")


def publication(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the mark of an open generation; {} where it was built here."""
    try:
        text = db.execute(f"select {MARK}()").fetchall()[0][0]
        mark = json.loads(text)
    except (duckdb.CatalogException, duckdb.BinderException, ValueError, RecursionError):
        return {}
    return mark if isinstance(mark, dict) else {}


def adopt(folder: Path, file: Path, snapshot_id: str, rules: str) -> Path:
    """Make a file that was received from elsewhere, in the folder generations, the one that serves.

    Call it under the lock of builds. Raises Damaged where it is no generation, or another one than it should be,
    Outdated where another version built it, WarehouseError where its views or macros could read anything else.
    """
    try:
        with connect(file, read_only=True) as db:
            require_shape(db, file)
            rows = db.execute("select snapshot_id, rule_version from core.builds").fetchall()
            if rows != [(snapshot_id, rules)]:
                raise Damaged(file, f"is not the generation {snapshot_id} by the rules {rules}")
            require_harmless(db, file)
    except duckdb.Error as error:
        raise Damaged(file, f"is no warehouse ({' '.join(str(error).split())[:200]})") from error
    target = file.parent / f"{datetime.now(UTC).strftime('%Y%m%dT%H%M%S.%fZ')}.duckdb"
    checksums.sync(file)
    checksums.write(file, checksums.path_of(target), before(folder))
    file.rename(target)
    checksums.sync(target.parent)
    swap(folder, target)
    return target


def require_harmless(db: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise WarehouseError unless all views and macros of an open generation read its own tables only.

    DuckDB runs the SQL of a view where it is asked, so one in a foreign file could read files of this machine.
    """
    statements = db.execute(
        """
        select view_name, sql from duckdb_views() where not internal
        union all
        select function_name, if(function_type = 'table_macro', '', 'select ') || macro_definition
        from duckdb_functions() where not internal and function_type in ('macro', 'table_macro')
        order by all
        """
    ).fetchall()
    macros = {name for name, statement in statements if not statement.startswith("CREATE")}
    with duckdb.connect() as parser:
        for name, statement in statements:
            match = _VIEW.fullmatch(statement)
            select = match[1].rstrip("; \n") if match else statement
            is_other = name not in macros and not match
            if reason := "is none of ours" if is_other else _objection(parser, select, FUNCTIONS | macros):
                raise WarehouseError(f"{path.name}: {name[:60]!r} {reason}; it is refused")


def _objection(parser: duckdb.DuckDBPyConnection, select: str, functions: frozenset[str]) -> str:
    """Return what a select does that is not allowed; "" if nothing."""
    text = parser.execute("select json_serialize_sql($select::varchar)", {"select": select}).fetchall()[0][0]
    tree = json.loads(text)
    if tree.get("error"):
        return "cannot be read"
    nodes: list[Any] = [tree]
    names: set[str] = set()
    tables: list[tuple[str, str, str]] = []
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes.extend(node)
        elif isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                tables.append((node.get("catalog_name", ""), node.get("schema_name", ""), node.get("table_name", "")))
            if node.get("type") == "TABLE_FUNCTION":
                function = node.get("function") or {}
                if function.get("function_name") not in functions:
                    return f"calls {str(function.get('function_name'))[:40]}"
            if isinstance(node.get("cte_map"), dict):
                names |= {entry["key"] for entry in node["cte_map"].get("map", [])}
            nodes.extend(node.values())
    for catalog, schema, table in tables:
        is_ours = not catalog and schema in SCHEMAS and bool(re.fullmatch(r"\w+", table))
        is_cte = not catalog and schema in ("", "recurring") and table in names and re.fullmatch(r"\w+", table)
        if not is_ours and not is_cte:  # the name of a file is no word, so that no such one passes for a CTE
            return f"reads {table[:60]}"
    return ""
