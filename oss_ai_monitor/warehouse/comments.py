"""The comments of columns, from the comments in the SQL: written once, where a column is computed, and inherited by
every relation that selects it unchanged."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb

from .plan.relations import Relation, syntax

_COLUMN_COMMENT = re.compile(r"(\w+),?[ \t]*/\*\s*(.*?)\s*\*/", re.DOTALL)
Node = dict[str, Any]
Comments = dict[str, dict[str, str]]


def column_comments(relations: Iterable[Relation]) -> Comments:
    """Return the comments of the columns of each relation, by qualified name; relations are given in build order.

    A column without a comment of its own has that of the column that it selects, also through several relations.
    """
    return _column_comments(tuple(relations))


@functools.lru_cache(maxsize=4)
def _column_comments(relations: tuple[Relation, ...]) -> Comments:
    """Cached, since a process that builds several times would spend most of a small build here."""
    comments: Comments = {}
    with duckdb.connect() as parser:
        for relation in relations:
            comments[relation.qualified] = inherited(parser, relation, comments) | own_comments(relation)
    return comments


def inherited(parser: duckdb.DuckDBPyConnection, relation: Relation, comments: Comments) -> dict[str, str]:
    """Return the comments of the columns that a relation selects unchanged from those that it reads."""
    node = syntax(parser, relation.select)["statements"][0]["node"]
    if (table := _whole_table(node)) in comments:
        return comments[table]
    selected = {name: _origin(node, name, {}, comments) for name in _names(node)}
    return {name: comment for name, comment in selected.items() if comment}


def _whole_table(node: Node) -> str:
    """Return the qualified name of the one table that a query selects whole, or an empty text."""
    table, items = node.get("from_table", {}), node.get("select_list", [])
    is_whole = [item["class"] for item in items] == ["STAR"] and not items[0]["exclude_list"]
    return f"{table['schema_name']}.{table['table_name']}" if is_whole and table["type"] == "BASE_TABLE" else ""


def own_comments(relation: Relation) -> dict[str, str]:
    """Return the comments beside the columns in a relation's own text."""
    return {name: " ".join(text.split()) for name, text in _COLUMN_COMMENT.findall(relation.select)}


def _origin(node: Node, column: str, ctes: dict[str, Node], comments: Comments) -> str:
    """Return the comment of the column that a query selects under this name; "" if it is computed there."""
    ctes = ctes | {entry["key"]: entry["value"]["query_node"] for entry in node.get("cte_map", {}).get("map", [])}
    if node["type"] != "SELECT_NODE":
        return ""  # a union: its column needs a comment of its own
    sources = dict(_sources(node["from_table"]))
    for item in node["select_list"]:
        if item["class"] == "COLUMN_REF" and (item["alias"] or item["column_names"][-1]) == column:
            *table, name = item["column_names"]
            to_read = sources.items() if not table else [(table[-1], sources.get(table[-1], {}))]
        elif item["class"] == "STAR":
            name, to_read = column, [(item["relation_name"], sources.get(item["relation_name"], {}))]
            to_read = sources.items() if not item["relation_name"] else to_read
        else:
            continue
        for _, source in to_read:
            if comment := _of_source(source, name, ctes, comments):
                return comment
    return ""


def _of_source(source: Node, column: str, ctes: dict[str, Node], comments: Comments) -> str:
    """Return the comment of one column of a table, of a common table expression or of a subquery."""
    if source.get("type") == "SUBQUERY":
        return _origin(source["subquery"]["node"], column, ctes, comments)
    if source.get("type") != "BASE_TABLE":
        return ""
    if source["schema_name"]:
        return comments.get(f"{source['schema_name']}.{source['table_name']}", {}).get(column, "")
    name = source["table_name"]
    others = {other: node for other, node in ctes.items() if other != name}
    return _origin(ctes[name], column, others, comments) if name in ctes else ""


def _sources(table: Node) -> Iterator[tuple[str, Node]]:
    """Yield what a select reads, each under the name by which its columns are qualified."""
    if table["type"] == "JOIN":
        yield from _sources(table["left"])
        yield from _sources(table["right"])
    else:
        yield table["alias"] or table.get("table_name", ""), table


def _names(node: Node) -> list[str]:
    """Return the columns that a select lists by name."""
    items = [item for item in node.get("select_list", []) if item["class"] == "COLUMN_REF"]
    return [item["alias"] or item["column_names"][-1] for item in items]
