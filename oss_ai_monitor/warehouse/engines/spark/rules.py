"""The dialect rules: by what constructs of DuckDB's dialect become Spark's, beyond what sqlglot itself knows of both.

Each changes nodes of one kind in the syntax tree, and has a test. What no rule carries over is listed by relation in
sql/spark_exceptions.csv: DuckDB makes those relations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import sqlglot
from sqlglot import exp

from .nodes import Kind, Node, call
from .text_rules import (
    dates_of_texts,
    decimals,
    distances,
    formats,
    likes,
    patterns,
    regular_expressions,
    rounding,
    small_letters,
    trims,
    whole_matches,
)
from .unnesting import spread_lists

Rule = Callable[[Node], None]
LAYERS = ("landing", "seeds", "staging", "core", "marts")
SIGNED = {"UTINYINT": "SMALLINT", "USMALLINT": "INT", "UINT": "BIGINT"}


def view_name(relation: str) -> str:
    """Return the name of the view that stands for a relation in a Spark session: views of a session have no schema."""
    return relation.replace(".", "__")


def _tables(node: Node) -> None:
    """core.models → core__models as models"""
    if node.text("db") in LAYERS:
        name = node.name
        if not node.alias:
            node.set("alias", exp.TableAlias(this=exp.to_identifier(name)))
        node.set("this", exp.to_identifier(view_name(f"{node.text('db')}.{name}")))
        node.set("db", None)


def _columns(node: Node) -> None:
    """core.models.model_id → models.model_id"""
    if node.text("db") in LAYERS:
        node.set("db", None)


def _types(node: Node) -> None:
    """usmallint → int; json → string"""
    if node.this.name in SIGNED:
        node.replace(exp.DataType.build(SIGNED[node.this.name]))
    elif node.this.name == "UBIGINT":
        node.replace(exp.DataType.build("DECIMAL(20, 0)"))
    elif node.this.name == "JSON":
        node.replace(exp.DataType.build("TEXT"))


def _windows(node: Node) -> None:
    """An alias of the same select inside a window → what it stands for"""
    for _ in range(3):
        computed = {
            item.alias: item.this
            for item in node.expressions
            if isinstance(item, exp.Alias) and not isinstance(item.this, exp.Column)
        }
        windows = [window for window in node.find_all(exp.Window) if window.parent_select is node]
        for window in windows:
            for column in list(window.find_all(exp.Column)):
                if not column.table and column.name in computed and window not in computed[column.name].walk():
                    column.replace(exp.paren(computed[column.name].copy()))


def _materialized(node: Node) -> None:
    """as materialized → as: Spark decides by itself what it keeps"""
    node.set("materialized", None)


def _first_of(node: Node) -> None:
    """arg_min(a, b), which takes no NULL for a → min_by over those that have an a"""
    value, by = node.this, node.expression
    node.set("expression", exp.If(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())), true=by.copy()))


def _lists(node: Node) -> None:
    """list(x order by y) → the rows sorted as structures, then x of each"""
    order, value = node.this, node.this
    is_distinct = False
    if isinstance(order, exp.Order):
        value, keys = order.this, order.expressions
    else:
        keys = []
    if isinstance(value, exp.Distinct):
        is_distinct, value = True, value.expressions[0]
    if not keys:
        if not is_distinct and not _is_filtered(node):
            node.replace(call("collect_list", value))
        return
    descending = {bool(key.args.get("desc")) for key in keys}
    if len(descending) > 1:
        raise sqlglot.UnsupportedError("a list in an order both ways")
    names = [f"k{number}" for number in range(len(keys))]
    fields = [exp.alias_(key.this.copy(), name) for key, name in zip(keys, names, strict=True)]
    struct = call("struct", *fields, exp.alias_(value.copy(), "v"))
    collected: Node = call("collect_set" if is_distinct else "collect_list", struct)
    outer: Node = node
    if _is_filtered(node):
        outer = node.parent
        collected = exp.Filter(this=collected, expression=outer.expression.copy())
    ordered = call("sort_array", collected, exp.Boolean(this=not descending.pop()))
    item = exp.to_identifier("item")
    outer.replace(call("transform", ordered, exp.Lambda(this=exp.column("v", table="item"), expressions=[item])))


def _is_filtered(node: Node) -> bool:
    return isinstance(node.parent, exp.Filter)


def _percentiles(node: Node) -> None:
    """percentile_cont(0.5) within group (order by x), which sqlglot makes approximate → percentile(x, 0.5)"""
    if isinstance(node.this, exp.PercentileCont | exp.PercentileDisc):
        if node.expression.expressions[0].args.get("desc"):
            raise sqlglot.UnsupportedError("a percentile from above: order upwards, and take 1 less its share")
        value = node.expression.expressions[0].this
        _within_group(node, isinstance(node.this, exp.PercentileDisc), value, node.this.this)


def _quantiles(node: Node) -> None:
    """quantile_cont(x, 0.5) → percentile(x, 0.5)"""
    if isinstance(node.parent, exp.WithinGroup) or node.expression is None:
        return
    _within_group(node, isinstance(node, exp.PercentileDisc), node.this, node.expression)


def _within_group(node: Node, is_discrete: bool, value: Node, share: Node) -> None:
    if not is_discrete:
        node.replace(call("percentile", value.copy(), share.copy()))
        return
    ordered = exp.Order(expressions=[exp.Ordered(this=value.copy(), nulls_first=True)])
    node.replace(exp.WithinGroup(this=call("percentile_disc", share.copy()), expression=ordered))


def _highest(node: Node) -> None:
    """max(x, 3) → the first three of the sorted list"""
    count = node.args.get("count") or next(iter(node.expressions), None)
    if count is not None:
        collected: Node = call("collect_list", node.this.copy())
        outer: Node = node
        if _is_filtered(node):
            outer = node.parent
            collected = exp.Filter(this=collected, expression=outer.expression.copy())
        ordered = call("sort_array", collected, exp.Boolean(this=False))
        outer.replace(call("slice", ordered, exp.Literal.number(1), count.copy()))


def _arrays(node: Node) -> None:
    """x[1], the first → x[0]; x[n] → element_at(x, n), which counts as DuckDB does; slices are refused: of texts substr
    serves both"""
    index = node.expressions[0] if len(node.expressions) == 1 else None
    if isinstance(index, exp.Subquery):
        raise sqlglot.UnsupportedError("a subquery as an index")
    if isinstance(index, exp.Slice):
        raise sqlglot.UnsupportedError("a slice: write substr, or list_slice")
    if index is None or index.is_string:
        return
    if isinstance(index, exp.Literal) and int(index.name) > 0:
        index.replace(exp.Literal.number(int(index.name) - 1))
    else:
        number = exp.cast(call("nullif", index.copy(), exp.Literal.number(0)), "int")
        node.replace(call("element_at", node.this.copy(), number))


def _functions(node: Node) -> None:
    """Functions that sqlglot passes on though Spark has another name for them"""
    name, arguments = node.name.lower(), node.expressions
    if name == "arg_min_null":
        node.replace(call("min_by", *arguments))
    elif name == "list_position":
        node.replace(call("nullif", call("array_position", *arguments), exp.Literal.number(0)))
    elif name == "regexp_escape":
        node.replace(call("regexp_replace", arguments[0], exp.Literal.string(r"([^\w])"), exp.Literal.string(r"\\$1")))
    elif name == "printf" and re.search(r"%[.\d]*g", arguments[0].sql()):
        raise sqlglot.UnsupportedError("printf with %g, which leaves zeros at the end in Spark")
    elif name in ("hash", "to_json", "date_part", "datepart", "weekday"):
        raise sqlglot.UnsupportedError(f"{name}, which gives something else in Spark")


JSON_TYPE = (
    "case substr(ltrim({0}), 1, 1) when '{{' then 'OBJECT' when '[' then 'ARRAY' when '\"' then 'VARCHAR'"
    " when 't' then 'BOOLEAN' when 'f' then 'BOOLEAN' when 'n' then 'NULL' when '-' then 'BIGINT'"
    " else if({0} is null, null, 'UBIGINT') end"
)


def _truncations(node: Node) -> None:
    """date_trunc by the unit in a column, which sqlglot takes for the name of a unit"""
    unit = node.args.get("unit")
    if unit is not None and unit.name.lower() not in UNITS:
        node.replace(call("date_trunc", exp.column(unit.name.lower()), node.this.copy()))


UNITS = {"second", "minute", "hour", "day", "week", "month", "quarter", "year"}


def _ranges(node: Node) -> None:
    """range(a, b), which ends before b → sequence(a, b - 1), or nothing; generate_series(a, b) → sequence(a, b), or
    nothing: Spark's sequence would count down where b is less than a"""
    start, end, step = node.args["start"], node.args["end"], node.args.get("step") or exp.Literal.number(1)
    if isinstance(step, exp.Neg):
        raise sqlglot.UnsupportedError("a series that counts down")
    last: Node = end.copy()
    is_series: Node = exp.LTE
    if node.args.get("is_end_exclusive"):
        last, is_series = exp.Sub(this=exp.paren(end.copy()), expression=step.copy()), exp.LT
    node.replace(
        exp.If(
            this=is_series(this=exp.paren(start.copy()), expression=exp.paren(end.copy())),
            true=call("sequence", start.copy(), last, step.copy()),
            false=exp.null(),
        )
    )


def _json_types(node: Node) -> None:
    """json_type → by the first sign"""
    node.replace(sqlglot.parse_one(JSON_TYPE.format(node.this.sql(dialect="spark")), read="spark"))


def _conditions(node: Node) -> None:
    """if(a, b) → if(a, b, null)"""
    if node.args.get("false") is None and not isinstance(node.parent, exp.Case):
        node.set("false", exp.null())


def _differences(node: Node) -> None:
    """date_diff('month', a, b), which counts the months that begin between → of the first days of both months"""
    unit = node.unit.name.lower()
    if unit == "month":
        for side in ("this", "expression"):
            node.set(side, call("trunc", node.args[side].copy(), exp.Literal.string("month")))
    elif unit != "day":
        raise sqlglot.UnsupportedError(f"date_diff of a {unit}: Spark counts whole ones")


def _indexed_lambdas(node: Node) -> None:
    """A lambda with the place of an item, which Spark counts from 0"""
    if len(node.expressions) > 1 and isinstance(node.parent, exp.ArrayFilter | exp.Transform):
        raise sqlglot.UnsupportedError("a lambda with the place of an item")


def _of_other_meaning(node: Node) -> None:
    """What has the same name in Spark and gives something else"""
    raise sqlglot.UnsupportedError(f"{node.key}, which gives something else in Spark")


RULES: Iterable[tuple[Kind | tuple[Kind, ...], Rule]] = (
    (exp.Select, _windows),
    (exp.Select, spread_lists),
    (exp.Table, _tables),
    (exp.Column, _columns),
    (exp.DataType, _types),
    (exp.CTE, _materialized),
    (exp.ArgMin, _first_of),
    (exp.ArgMax, _first_of),
    (exp.ArrayAgg, _lists),
    (exp.WithinGroup, _percentiles),
    (exp.PercentileCont, _quantiles),
    (exp.PercentileDisc, _quantiles),
    (exp.Max, _highest),
    (exp.RegexpFullMatch, whole_matches),
    ((exp.RegexpLike, exp.RegexpExtract, exp.RegexpExtractAll, exp.RegexpSplit), patterns),
    (exp.RegexpReplace, regular_expressions),
    (exp.Bracket, _arrays),
    ((exp.DateTrunc, exp.TimestampTrunc), _truncations),
    (exp.Literal, decimals),
    (exp.Round, rounding),
    ((exp.Like, exp.ILike), likes),
    (exp.Trim, trims),
    (exp.Lower, small_letters),
    (exp.TryCast, dates_of_texts),
    (exp.DateDiff, _differences),
    (exp.Lambda, _indexed_lambdas),
    (exp.Levenshtein, distances),
    ((exp.DayOfWeek, exp.DayOfWeekIso, exp.Extract), _of_other_meaning),
    (exp.GenerateSeries, _ranges),
    (exp.JSONType, _json_types),
    (exp.If, _conditions),
    (exp.TimeToStr, formats),
    (exp.Anonymous, _functions),
)
