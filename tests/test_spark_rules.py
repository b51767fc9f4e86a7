"""Each rule of the dialect: what a construct of DuckDB becomes for Spark; tests/test_spark_build.py runs them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import duckdb
import pytest

from oss_ai_monitor.warehouse.engines.spark.translating import translate
from oss_ai_monitor.warehouse.engines.spark.types import exported, schema, spark_type

DECLARED = """
create schema core;
create table core.one (model_id varchar, day date, since date, likes bigint);
create table core.other (likes bigint, day date, owner varchar);
"""


def columns(select: str) -> Mapping[str, str]:
    with duckdb.connect() as db:
        db.execute(DECLARED)
        try:
            return {row[0]: row[1] for row in db.execute(f"describe {select}").fetchall()}
        except duckdb.Error as error:
            raise ValueError(str(error)) from error


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("select x from core.one", "SELECT x FROM core__one AS one"),
        ("select core.one.likes from core.one", "SELECT one.likes FROM core__one AS one"),
        ("select x.length() as y from t", "SELECT LENGTH(x) AS y FROM t"),
        ("select x::usmallint as x from t", "SELECT CAST(x AS INT) AS x FROM t"),
        ("select 0.5 * x as h from t", "SELECT 0.5D * x AS h FROM t"),
        ("select if(a, 1) as n from t", "SELECT IF(a, 1, NULL) AS n FROM t"),
        ("select len(x) as n from t", "SELECT SIZE(x) AS n FROM t"),
        ("select arg_max(a, b) as m from t", "SELECT MAX_BY(a, IF(NOT a IS NULL, b, NULL)) AS m FROM t"),
        ("select arg_min_null(a, b) as m from t", "SELECT MIN_BY(a, b) AS m FROM t"),
        ("select arg_min(a, b) as m from t", "SELECT MIN_BY(a, IF(NOT a IS NULL, b, NULL)) AS m FROM t"),
        ("select x[1] as f, x['k'] as k from t", "SELECT x[0] AS f, x['k'] AS k FROM t"),
        ("select x[n] as f from t", "SELECT ELEMENT_AT(x, CAST(NULLIF(n, 0) AS INT)) AS f FROM t"),
        ("select x[length(y)] as f from t", "SELECT ELEMENT_AT(x, CAST(NULLIF(LENGTH(y), 0) AS INT)) AS f FROM t"),
        ("select list_position(x, 1) as p from t", "SELECT NULLIF(ARRAY_POSITION(x, 1), 0) AS p FROM t"),
        ("select date_trunc(unit, day) as p from t", "SELECT DATE_TRUNC(unit, day) AS p FROM t"),
        ("select quantile_cont(x, 0.5) as m from t", "SELECT PERCENTILE(x, 0.5D) AS m FROM t"),
        (
            "select percentile_cont(0.5) within group (order by x) as m from t",
            "SELECT PERCENTILE(x, 0.5D) AS m FROM t",
        ),
        (
            "select quantile_disc(x, 0.5) as m from t",
            "SELECT PERCENTILE_DISC(0.5D) WITHIN GROUP (ORDER BY x) AS m FROM t",
        ),
        ("select lower(x) as l from t", "SELECT LOWER(TRANSLATE(x, 'İΣ', 'iσ')) AS l FROM t"),
        (
            "select round(x, 2) as r, round(x) as w from t",
            "SELECT (ROUND((x) * 100D) / 100D) AS r, ROUND(x) AS w FROM t",
        ),
        (
            "select date_diff('month', a, b) as d from t",
            "SELECT DATEDIFF(MONTH, TRUNC(a, 'month'), TRUNC(b, 'month')) AS d FROM t",
        ),
        (
            "select levenshtein(a, 'b') as l from t",
            "SELECT LEVENSHTEIN(DECODE(ENCODE(a, 'UTF-8'), 'ISO-8859-1'), DECODE(ENCODE('b', 'UTF-8'), 'ISO-8859-1')) "
            "AS l FROM t",
        ),
        (
            r"select regexp_matches(x, '(?i)a.[$.]\.$') as f from t",
            r"SELECT x RLIKE '(?iu)a[^\\n][$.]\\.\\z' AS f FROM t",
        ),
        ("select generate_series(a, b) as s from t", "SELECT IF((a) <= (b), SEQUENCE(a, b, 1), NULL) AS s FROM t"),
        ("with a as materialized (select 1 as n) select n from a", "WITH a AS (SELECT 1 AS n) SELECT n FROM a"),
        ("select strftime(a, '%Y-%mT') as f from t", r"SELECT DATE_FORMAT(a, 'yyyy-MM\'T\'') AS f FROM t"),
        ("select regexp_full_match(x, 'a') as f from t", r"SELECT x RLIKE '\\A(?:a)\\z' AS f FROM t"),
        (
            "select max(x, 3) filter (where y) as m from t",
            "SELECT SLICE(SORT_ARRAY(COLLECT_LIST(x) FILTER(WHERE y), FALSE), 1, 3) AS m FROM t",
        ),
        (
            r"select regexp_replace(x, 'a(b)', '\1', 'g') as y from t",
            "SELECT REGEXP_REPLACE(x, 'a(b)', '$1') AS y FROM t",
        ),
        (
            r"select regexp_replace(x, 'a(b)', '\1c') as y from t",
            r"SELECT REGEXP_REPLACE(x, '\\A((?s:.*?))(?:a(b))', '$1$2c') AS y FROM t",
        ),
        (
            "select list(x order by y desc) as l from t",
            "SELECT TRANSFORM(SORT_ARRAY(COLLECT_LIST(STRUCT(y AS k0, x AS v)), FALSE), item -> item.v) AS l FROM t",
        ),
        ("select range(1, b) as r from t", "SELECT IF((1) < (b), SEQUENCE(1, (b) - 1, 1), NULL) AS r FROM t"),
        (
            "select a + 1 as b, sum(x) over (order by b) as c from t",
            "SELECT a + 1 AS b, SUM(x) OVER (ORDER BY (a + 1) NULLS LAST) AS c FROM t",
        ),
        (
            "select likes + 1 as more from core.one where more > 3",
            "SELECT likes + 1 AS more FROM core__one AS one WHERE (likes + 1) > 3",
        ),
        ("select day - since as days from core.one", "SELECT DATEDIFF(DAY, since, day) AS days FROM core__one AS one"),
        (
            "select * replace (likes + 1 as likes) from core.one",
            "SELECT model_id, day, since, likes + 1 AS likes FROM core__one AS one",
        ),
        (
            "select other.* from core.one join core.other using (day)",
            "SELECT other.likes, other.day, other.owner FROM core__one AS one JOIN core__other AS other USING (day)",
        ),
        (
            "select day, likes from core.one union all by name select owner, day from core.other",
            "SELECT day, likes, NULL AS owner FROM (SELECT day, likes FROM core__one AS one) AS side UNION ALL "
            "SELECT day, NULL AS likes, owner FROM (SELECT owner, day FROM core__other AS other) AS side",
        ),
        (
            "select unnest(a)::date as x from t",
            "SELECT CAST(unnested_item AS DATE) AS x FROM t LATERAL VIEW EXPLODE(ARRAY(STRUCT(a AS list_0))) held_lists"
            " AS side_by_side LATERAL VIEW EXPLODE(side_by_side.list_0) unnested AS unnested_item",
        ),
    ],
)
def test_a_construct_of_duckdb_is_written_as_spark_has_it(select: str, expected: str) -> None:
    assert translate(select, columns) == expected


def test_lists_side_by_side_become_one_list_of_pairs() -> None:
    text = translate("select unnest(a) as x, generate_subscripts(a, 1) as n from t", columns)
    assert text.startswith("SELECT unnested_item.list_0 AS x, unnested_item.list_1 AS n FROM t LATERAL VIEW")
    assert "ARRAYS_ZIP(side_by_side.list_0, side_by_side.list_1)" in text


def test_only_texts_with_a_whole_day_are_read_as_dates() -> None:
    text = translate("select try_cast(x as date) as d, try_cast(x as timestamp) as t from t", columns)
    for kind in ("date", "timestamp_ntz"):
        assert f"'$1-$2-$3'), null) as {kind})" in text.lower()
    assert translate("select try_cast(x as int) as n from t", columns) == "SELECT TRY_CAST(x AS INT) AS n FROM t"


def test_a_trim_takes_every_space_of_unicode() -> None:
    spaces = "".join(chr(number) for number in range(0x10000) if unicodedata.category(chr(number)) == "Zs")
    assert translate("select trim(x) as x from t", columns) == f"SELECT TRIM('{spaces}' FROM x) AS x FROM t"
    assert translate("select trim(x, '-') as x from t", columns) == "SELECT TRIM('-' FROM x) AS x FROM t"


def test_the_type_of_json_is_told_by_its_first_sign() -> None:
    assert "WHEN '[' THEN 'ARRAY'" in translate("select json_type(x) as j from t", columns)


@pytest.mark.parametrize(
    "select",
    [
        "select hash(x) as h from t",
        "select to_json(x) as j from t",
        "select printf('%.4g B', x) as p from t",
        "select x[2:] as x from t",
        "select regexp_replace(x, y, 'z') as x from t",
        "select list(x order by y desc, z) as l from t",
        "select range(b, 1, -1) as r from t",
        "select regexp_matches(x, 'a', 'i') as f from t",
        r"select x like '%\_%' as f from t",
        "select percentile_disc(0.5) within group (order by x desc) as m from t",
        "select round(x, n) as r from t",
        "select date_diff('week', a, b) as d from t",
        "select list_filter(x, lambda item, place: place > 1) as l from t",
        "select isodow(day) as d from t",
        "select dayofweek(day) as d from t",
        "select date_part('dow', day) as d from t",
        "select extract(dow from day) as d from t",
    ],
)
def test_what_would_mean_something_else_is_refused(select: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        translate(select, columns)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("HUGEINT", "bigint"),
        ("VARCHAR[]", "array<string>"),
        ("STRUCT(benchmark VARCHAR, score DOUBLE)[]", "array<struct<`benchmark`: string, `score`: double>>"),
        ("DECIMAL(18,3)", "decimal(18,3)"),
        ("MAP(VARCHAR, BIGINT)", "map<string, bigint>"),
    ],
)
def test_a_type_of_duckdb_is_one_that_holds_its_values(kind: str, expected: str) -> None:
    assert spark_type(kind) == expected


def test_a_schema_quotes_names_and_whole_numbers_of_128_bits_are_written_as_64() -> None:
    assert schema({"day": "DATE", "models": "UINTEGER"}) == "`day` date, `models` bigint"
    assert exported({"rows": "HUGEINT", "day": "DATE"}) == '"rows"::bigint as "rows", "day" as "day"'
