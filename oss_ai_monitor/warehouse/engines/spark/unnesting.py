"""Lists taken apart in the list of a select: DuckDB does so anywhere, and pads the shorter of several; Spark in lateral
views, or alone."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from .nodes import Node, call


def spread_lists(node: Node) -> None:
    """unnest in the list of a select → lateral view explode, and several side by side by arrays_zip"""
    unnested = [
        item
        for item in node.find_all(exp.Unnest, exp.Explode, exp.Anonymous)
        if item.parent_select is node
        and item.find_ancestor(exp.From, exp.Join, exp.Lateral, exp.Where, exp.Subquery) in (None, _outer(node))
        and (not isinstance(item, exp.Anonymous) or item.name.lower() == "generate_subscripts")
    ]
    unnested = [item for item in unnested if any(item in expression.walk() for expression in node.expressions)]
    is_alone = len(unnested) == 1 and not isinstance(unnested[0], exp.Anonymous)
    if not unnested or (is_alone and any(item.unalias() is unnested[0] for item in node.expressions)):
        return
    lists: dict[str, Node] = {}
    for number, item in enumerate(unnested):
        of = item.this if isinstance(item, exp.Explode) else item.expressions[0]
        read = of.copy()
        if isinstance(item, exp.Anonymous):
            size = exp.Anonymous(this="size", expressions=[of.copy()])
            read = exp.If(
                this=exp.GT(this=size, expression=exp.Literal.number(0)),
                true=call("sequence", exp.Literal.number(1), size.copy()),
                false=exp.Cast(this=exp.Array(expressions=[]), to=exp.DataType.build("ARRAY<INT>")),
            )
        lists[f"list_{number}"] = read
        place = exp.column(f"list_{number}", table="unnested_item")
        if item.parent is node:  # without a name
            place = exp.alias_(place, f"list_{number}")
        item.replace(place)
    zipped = call("arrays_zip", *(exp.column(name, table="side_by_side") for name in lists))
    source = exp.Lateral(
        this=call("explode", zipped if len(lists) > 1 else exp.column("list_0", table="side_by_side")),
        view=True,
        alias=exp.TableAlias(this=exp.to_identifier("unnested"), columns=[exp.to_identifier("unnested_item")]),
    )
    is_grouped = node.args.get("group") or node.args.get("qualify")
    if is_grouped:
        raise sqlglot.UnsupportedError("lists unnested beside groups")
    # the lists get their names in a lateral view of one structure, since arrays_zip names what it joins by columns
    fields = [
        exp.alias_(exp.Coalesce(this=read, expressions=[call("array")]) if len(lists) > 1 else read, name)
        for name, read in lists.items()
    ]
    inline = exp.Lateral(
        this=call("explode", call("array", call("struct", *fields))),
        view=True,
        alias=exp.TableAlias(this=exp.to_identifier("held_lists"), columns=[exp.to_identifier("side_by_side")]),
    )
    if len(lists) == 1:
        for column in node.find_all(exp.Column):
            if column.table == "unnested_item" and column.name == "list_0":
                column.replace(exp.column("unnested_item"))
    node.set("laterals", [*(node.args.get("laterals") or []), inline, source])


def _outer(node: Node) -> Node | None:
    return node.find_ancestor(exp.From, exp.Join, exp.Lateral, exp.Where, exp.Subquery)
