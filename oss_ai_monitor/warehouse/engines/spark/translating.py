"""A select in DuckDB's dialect, written for Spark: what must be known of columns and their types, then the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from .nodes import AsWritten, Node
from .rules import RULES, view_name

__all__ = ["translate", "view_name"]
Columns = Callable[[str], Mapping[str, str]]
"""A function of a select in DuckDB's dialect: its columns and their types. Raises ValueError for one that is a part of
another and means nothing alone."""


def translate(select: str, columns: Columns) -> str:
    """Return a select for Spark. Raises ValueError for what it cannot write.

    Relations are read from views with two underscores instead of the dot: a view of a session has no schema there.
    """
    try:
        tree = sqlglot.parse_one(re.sub(r"\blen\(", "array_length(", select), read=AsWritten)
        chain_calls(tree)
        for prepare in (expand_stars, resolve_aliases, subtract_dates, align_unions):
            prepare(tree, columns)
        for kind, rule in RULES:
            for node in reversed(list(tree.find_all(kind))):  # the inner ones first
                rule(node)
        return str(tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE, comments=False))
    except SqlglotError as error:
        raise ValueError(" ".join(str(error).split())[:200]) from error


def align_unions(tree: Node, columns: Columns) -> None:
    """Give the sides of each union by name the same columns in the same order."""
    unions = [node for node in tree.find_all(exp.SetOperation) if node.args.get("by_name")]
    for union in reversed(unions):  # the inner ones first: a chain of unions is nested on its left
        names = {side: list(columns(_standing_alone(union.args[side]))) for side in ("this", "expression")}
        every = list(dict.fromkeys(names["this"] + names["expression"]))
        for side, columns_of_side in names.items():
            listed = [exp.column(name) if name in columns_of_side else exp.alias_(exp.null(), name) for name in every]
            operand = union.args[side]
            inner = operand if isinstance(operand, exp.Subquery) else exp.Subquery(this=operand.copy())
            inner = inner.copy()
            inner.set("alias", exp.TableAlias(this=exp.to_identifier("side")))
            union.set(side, exp.select(*listed).from_(inner))
        union.set("by_name", False)


def chain_calls(tree: Node) -> None:
    """x.lower() → lower(x)"""
    for node in reversed(list(tree.find_all(exp.Dot))):
        if isinstance(node.expression, exp.Anonymous):
            arguments = ", ".join(item.sql(dialect=AsWritten) for item in (node.this, *node.expression.expressions))
            node.replace(sqlglot.parse_one(f"{node.expression.name}({arguments})", read=AsWritten))


def expand_stars(tree: Node, columns: Columns) -> None:
    """* replace (e as a) → every column by its name; so too where qualify would add a column to *"""
    for select in reversed(list(tree.find_all(exp.Select))):
        items = list(select.expressions)
        is_joined = any(join.args.get("using") for join in select.args.get("joins") or [])
        is_ordered = select.args.get("qualify") is not None or is_joined  # Spark puts columns of using first
        for place, item in reversed(list(enumerate(items))):
            star = item if isinstance(item, exp.Star) else item.this if isinstance(item, exp.Column) else None
            if not isinstance(star, exp.Star) or not (is_ordered or star.args.get("replace")):
                continue
            replaced = {alias.alias: alias for alias in star.args.get("replace") or []}
            names = columns(_standing_alone(select, f"select {item.sql(dialect='duckdb')}"))
            table = item.table if isinstance(item, exp.Column) else None
            items[place : place + 1] = [replaced.get(name) or exp.column(name, table=table or None) for name in names]
        select.set("expressions", items)


def subtract_dates(tree: Node, columns: Columns) -> None:
    """day - since, if both are dates → datediff(day, since)"""
    for node in reversed(list(tree.find_all(exp.Sub))):
        select = node.find_ancestor(exp.Select)
        if select is None or any(isinstance(side, exp.Literal | exp.Interval) for side in (node.this, node.expression)):
            continue
        sides = f"select {node.this.sql(dialect='duckdb')} as a, {node.expression.sql(dialect='duckdb')} as b"
        try:
            types = set(columns(_standing_alone(select, sides)).values())
        except ValueError:  # an alias of the same select, or a row of a lambda
            continue
        if types == {"DATE"}:
            node.replace(exp.DateDiff(this=node.this.copy(), expression=node.expression.copy(), unit=exp.var("DAY")))


def resolve_aliases(tree: Node, columns: Columns) -> None:
    """An alias of the same select in where, or beside what is unnested → what it stands for"""
    for select in tree.find_all(exp.Select):
        where = select.args.get("where")
        computed = {item.alias: item.this for item in select.expressions if isinstance(item, exp.Alias)}
        used = [
            column
            for column in (where.find_all(exp.Column) if where else ())
            if not column.table and column.name in computed and column.parent_select is select
        ]
        if used:
            available = columns(_standing_alone(select, "select *"))
            for column in used:
                if column.name not in available:
                    column.replace(exp.paren(computed[column.name].copy()))


def _standing_alone(query: Node, head: str = "") -> str:
    """Return the text of a part of a query, with the common table expressions that it can see before it.

    `head`: what to select in the place of a select's own list, without its conditions.
    """
    body = query.unnest() if isinstance(query, exp.Subquery) else query
    visible: list[str] = []
    node = query
    recursive = False
    if head and isinstance(body, exp.Select) and (with_ := body.args.get("with_")) is not None:
        visible = [cte.sql(dialect=AsWritten, comments=False) for cte in with_.expressions]
        recursive = bool(with_.args.get("recursive"))
    while (parent := node.parent) is not None:
        with_ = parent.args.get("with_")
        if with_ is not None:
            recursive = recursive or bool(with_.args.get("recursive"))
            before = []
            for cte in with_.expressions:
                if any(cte is ancestor for ancestor in _ancestors(query)):
                    if with_.args.get("recursive") and cte.alias_column_names:
                        nulls = ", ".join("null" for _ in cte.alias_column_names)
                        before.append(f"{cte.alias}({', '.join(cte.alias_column_names)}) as (select {nulls})")
                    break
                before.append(cte.sql(dialect=AsWritten, comments=False))
            visible = before + visible
        node = parent
    if head:
        parts = [body.args.get("from_"), *(body.args.get("joins") or [])]
        text = " ".join([head, *(part.sql(dialect=AsWritten, comments=False) for part in parts if part is not None)])
    else:
        text = body.sql(dialect=AsWritten, comments=False)
    word = "with recursive" if recursive else "with"
    return f"{word} {', '.join(visible)} select * from ({text})" if visible else text


def _ancestors(node: Node) -> list[Node]:
    every = []
    while (parent := node.parent) is not None:
        every.append(parent)
        node = parent
    return every
