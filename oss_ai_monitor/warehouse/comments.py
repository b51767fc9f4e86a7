"""What each column holds, from the comments in the SQL: said once, where a column is made, and inherited where it is
only passed on."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb

from .relations import Relation

_OWN = re.compile(r"(\w+),?[ \t]*/\*\s*(.*?)\s*\*/", re.DOTALL)
Node = dict[str, Any]
Comments = dict[str, dict[str, str]]


def column_comments(relations: Iterable[Relation]) -> Comments:
    """By qualified name, the comment of each column of these relations, which stand in the order of the build.

    A column without a comment of its own has that of the column which it passes on, if need be through several.
    """
    return _column_comments(tuple(relations))


@functools.lru_cache(maxsize=4)
def _column_comments(relations: tuple[Relation, ...]) -> Comments:
    """Read them once for a process that builds again and again: two thirds of a small build were this."""
    comments: Comments = {}
    with duckdb.connect() as parser:
        for relation in relations:
            comments[relation.qualified] = inherited(parser, relation, comments) | own_comments(relation)
    return comments


def inherited(parser: duckdb.DuckDBPyConnection, relation: Relation, comments: Comments) -> dict[str, str]:
    """The comments of the columns that a relation passes on, as those have them that it reads."""
    row = parser.execute("select json_serialize_sql($select::varchar)", {"select": relation.select}).fetchall()
    node = json.loads(row[0][0])["statements"][0]["node"]
    if (table := _whole_table(node)) in comments:
        return comments[table]
    passed_on = {name: _origin(node, name, {}, comments) for name in _names(node)}
    return {name: comment for name, comment in passed_on.items() if comment}


def _whole_table(node: Node) -> str:
    """The qualified name of the one table that a query passes on as it is."""
    table, items = node.get("from_table", {}), node.get("select_list", [])
    is_whole = [item["class"] for item in items] == ["STAR"] and not items[0]["exclude_list"]
    return f"{table['schema_name']}.{table['table_name']}" if is_whole and table["type"] == "BASE_TABLE" else ""


def own_comments(relation: Relation) -> dict[str, str]:
    """The comments that stand beside the columns in a relation's own text."""
    return {name: " ".join(text.split()) for name, text in _OWN.findall(relation.select)}


def _origin(node: Node, column: str, ctes: dict[str, Node], comments: Comments) -> str:
    """The comment of the column that a query passes on under this name; nothing where it is computed here."""
    ctes = ctes | {entry["key"]: entry["value"]["query_node"] for entry in node.get("cte_map", {}).get("map", [])}
    if node["type"] != "SELECT_NODE":
        return ""  # several selects make one column: whoever joins them says what it holds
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
    """The comment of one column of a table, of a common table expression or of a subquery."""
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
    """What a select reads, each under the name by which its columns are qualified."""
    if table["type"] == "JOIN":
        yield from _sources(table["left"])
        yield from _sources(table["right"])
    else:
        yield table["alias"] or table.get("table_name", ""), table


def _names(node: Node) -> list[str]:
    """The columns that a select names itself."""
    items = [item for item in node.get("select_list", []) if item["class"] == "COLUMN_REF"]
    return [item["alias"] or item["column_names"][-1] for item in items]
