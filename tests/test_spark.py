"""What Spark cannot make of layers 1 to 3 is listed in sql/spark_exceptions.csv: all of it, and no more.

No Spark is needed here: tests/test_spark_build.py runs one. What only a cluster refuses, though each function exists
there, is listed with a construct that begins with "on a cluster: ".
"""

from __future__ import annotations

import csv
import functools
import itertools
import re

import duckdb
import pytest
import sqlglot
from sqlglot.errors import ParseError
from sqlglot.tokens import TokenType

from oss_ai_monitor import warehouse
from oss_ai_monitor.warehouse.engines.duckdb.landed import create_landing
from oss_ai_monitor.warehouse.engines.spark.translating import translate
from oss_ai_monitor.warehouse.engines.spark.types import schema

SQL = warehouse.sql_folder()
RELATIONS = {item.qualified: item for item in warehouse.relations(SQL) if item.layer != "landing"}
KEYWORDS = (
    "all and as except exists filter from group in join key not on or over then using values when where rlike end"
)
SPARK_HAS = """
    abs aggregate any_value array array_append array_contains array_distinct array_join array_min array_position
    array_prepend arrays_zip avg bit_xor bool_and bool_or cast ceil chr coalesce collect_list collect_set concat
    concat_ws contains corr count date_add date_format date_sub date_trunc datediff decimal decode dense_rank
    element_at encode exp explode filter first_value floor get_json_object greatest grouping if isnan lag last_day
    last_value lead least left length levenshtein listagg ln lower ltrim max max_by md5 median min min_by mode
    nullif percentile percentile_disc printf rank regexp_extract regexp_extract_all regexp_replace replace round
    row_number rtrim sequence sha2 sign size slice sort_array split split_part sqrt startswith struct substr
    substring sum transform translate trim trunc try_cast within
"""
"""Functions of Spark 4 that mean the same there once the rules have been applied."""
ON_A_CLUSTER = "on a cluster: "


@functools.cache
def declared() -> duckdb.DuckDBPyConnection:
    """Every relation with its columns, and without a row."""
    db = duckdb.connect()
    for layer in ("landing", "seeds", "staging", "core", "marts"):
        db.execute(f"create schema {layer}")
    db.execute("attach ':memory:' as work")
    for layer in ("landing", "seeds", "staging", "core", "marts"):
        db.execute(f"create schema work.{layer}")
    shapes = [item for item in warehouse.relations(SQL) if item.layer == "landing"]
    create_landing(db, SQL, shapes, [], [], [])
    for name, relation in RELATIONS.items():
        db.execute(f"create table {name} as from ({relation.select}) limit 0")
    return db


def columns(select: str) -> dict[str, str]:
    try:
        return {row[0]: row[1] for row in declared().execute(f"describe {select}").fetchall()}
    except duckdb.Error as error:
        raise ValueError(str(error)) from error


def refusals(relation: warehouse.Relation) -> set[str]:
    """What of a relation no rule carries over to Spark."""
    try:
        schema(columns(f"select * from {relation.qualified}"))
        text = translate(relation.select, columns)
        sqlglot.parse_one(text, read="spark")
    except ParseError:
        return {"a text that Spark's own grammar refuses"}
    except ValueError as error:
        return {str(error)}
    ctes = {cte.alias.lower() for cte in sqlglot.parse_one(relation.select, read="duckdb").find_all(sqlglot.exp.CTE)}
    return {f"function {name}" for name in _functions(text) - set(SPARK_HAS.split()) - ctes}


def _functions(text: str) -> set[str]:
    tokens = sqlglot.tokenize(text, read="spark")
    called = {name.text.lower() for name, after in itertools.pairwise(tokens) if after.token_type == TokenType.L_PAREN}
    return {name for name in called if re.fullmatch(r"[a-z_]\w*", name)} - set(KEYWORDS.split())


def listed() -> dict[str, dict[str, str]]:
    """By relation: reasons by construct."""
    rows: dict[str, dict[str, str]] = {}
    with (SQL / "spark_exceptions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["relation"], {})[row["construct"]] = row["reason"]
    return rows


@pytest.mark.parametrize("name", RELATIONS)
def test_what_spark_cannot_make_is_listed_with_its_reason(name: str) -> None:
    expected = {construct for construct in listed().get(name, {}) if not construct.startswith(ON_A_CLUSTER)}
    assert refusals(RELATIONS[name]) == expected


def test_the_list_names_no_relation_that_is_gone_and_gives_a_reason_for_each() -> None:
    assert listed().keys() <= RELATIONS.keys()
    assert all(reason.strip() for reasons in listed().values() for reason in reasons.values())
    rows = [row for row in (SQL / "spark_exceptions.csv").read_text(encoding="utf-8").splitlines() if row]
    assert len(rows) == 1 + sum(map(len, listed().values())), "a construct of a relation is listed once"


def test_most_of_the_relations_are_made_by_spark() -> None:
    assert len(listed()) < len(RELATIONS) / 8
