"""What layers 1 to 3 cannot take over to Spark is listed in sql/spark_exceptions.csv: all of it, and no more."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.tokens import TokenType

from oss_ai_monitor import warehouse

SQL = warehouse.sql_folder()
RELATIONS = {item.qualified: item.select for item in warehouse.relations(SQL) if item.layer != "landing"}
KEYWORDS = "all and as except exists filter from group in join key not on or over using values when where"
SPARK_HAS = """
    abs any_value array array_append array_contains array_distinct array_join array_min array_prepend bool_and
    bool_or cast ceil chr coalesce collect_list concat concat_ws contains count date_format date_trunc datediff
    dense_rank explode first_value floor get_json_object greatest if last_day least left length levenshtein listagg
    ln lower max max_by md5 median min min_by mode nullif printf regexp_extract regexp_extract_all regexp_replace
    replace round row_number sequence sha2 split split_part sqrt startswith struct substring sum transform trim
    try_cast
"""
"""Functions of Spark 4 that mean the same there; whoever needs another adds it here, or lists it as an exception."""


def constructs(select: str) -> set[str]:
    """What of a select in DuckDB's dialect has no counterpart in Spark's."""
    tree = sqlglot.parse_one(select, read="duckdb")
    structures = set(_structures(tree))
    try:
        text = tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE, comments=False)
    except sqlglot.UnsupportedError as error:
        structures.add(f"sqlglot: {error}")
        text = tree.sql(dialect="spark", unsupported_level=ErrorLevel.IGNORE, comments=False)
    try:
        sqlglot.parse_one(text, read="spark")
    except ParseError:
        structures.add("a text that Spark's own grammar refuses")
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    return structures | {f"function {name}" for name in _functions(text) - set(SPARK_HAS.split()) - ctes}


def _functions(text: str) -> set[str]:
    tokens = sqlglot.tokenize(text, read="spark")
    called = {name.text.lower() for name, after in itertools.pairwise(tokens) if after.token_type == TokenType.L_PAREN}
    return {name for name in called if re.fullmatch(r"[a-z_]\w*", name)} - set(KEYWORDS.split())


def _structures(tree: exp.Expression) -> Iterator[str]:
    """Constructs that sqlglot writes down though Spark has them not, or means something else by them."""
    for node in tree.walk():
        if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
            yield "union by name"
        if isinstance(node, exp.DataType) and node.this.name in ("UTINYINT", "USMALLINT", "UINT", "UBIGINT"):
            yield "unsigned type"
        if isinstance(node, exp.Column) and node.text("db") in ("core", "marts", "seeds", "staging"):
            yield "column named by schema and table"
        if isinstance(node, exp.Bracket) and any(
            isinstance(item, exp.Slice | exp.Subquery) for item in node.expressions
        ):
            yield "slice or subquery as an index"
        if isinstance(node, exp.Star) and node.args.get("replace"):
            yield "star with replace"
        if isinstance(node, exp.RegexpReplace | exp.Anonymous) and "'g'" in node.sql(dialect="duckdb"):
            yield "option g of regexp_replace"
        if isinstance(node, exp.ArrayAgg) and isinstance(node.this, exp.Order):
            yield "ordered list"
        if isinstance(node, exp.Select):
            unnested = [item for item in node.expressions if isinstance(item.unalias(), exp.Unnest | exp.Explode)]
            if len(unnested) > 1:
                yield "several lists unnested side by side"
            for item in node.expressions:
                lists = list(item.find_all(exp.Unnest, exp.Explode))
                if any(unnest is not item.unalias() and unnest.parent_select is node for unnest in lists):
                    yield "unnest inside an expression"
            computed = {item.alias for item in node.expressions if not isinstance(item.unalias(), exp.Column)}
            windows = (window for window in node.find_all(exp.Window) if window.parent_select is node)
            columns = (column for window in windows for column in window.find_all(exp.Column))
            if any(not column.table and column.name in computed for column in columns):
                yield "alias of the same select in a window"
        if isinstance(node, exp.CTE) and node.args.get("key_expressions"):
            yield "recursion using key"


def listed() -> dict[tuple[str, str], str]:
    with (SQL / "spark_exceptions.csv").open(encoding="utf-8", newline="") as file:
        return {(row["relation"], row["construct"]): row["reason"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_spark_cannot_run_of_a_relation_is_listed_with_its_reason(relation: str) -> None:
    assert constructs(RELATIONS[relation]) == {construct for name, construct in listed() if name == relation}


def test_the_list_names_no_relation_that_is_gone_and_gives_a_reason_for_each() -> None:
    assert {name for name, _ in listed()} <= set(RELATIONS)
    assert all(reason.strip() for reason in listed().values())
    rows = [row for row in (SQL / "spark_exceptions.csv").read_text(encoding="utf-8").splitlines() if row]
    assert len(rows) == len(listed()) + 1, "a construct of a relation is listed once"


@pytest.mark.parametrize(
    ("select", "construct"),
    [
        ("select list_sum([1, 2]) as n", "function list_sum"),
        ("select 1 as n union all by name select 2 as n", "union by name"),
        ("select a[2:] as rest from core.t", "slice or subquery as an index"),
        ("select unnest(a) as one, unnest(b) as other from core.t", "several lists unnested side by side"),
        ("select unnest(a)::date as day from core.t", "unnest inside an expression"),
        ("select n::usmallint as n from core.t", "unsigned type"),
        ("select seeds.t.label from seeds.t", "column named by schema and table"),
    ],
)
def test_what_failed_on_a_spark_is_noticed_in_a_new_relation(select: str, construct: str) -> None:
    assert construct in constructs(select)
