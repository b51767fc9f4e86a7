"""Literals in place of parameters: DuckDB reads back exactly the value, whatever it holds."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oss_ai_monitor.sandbox import fill_parameters, literal

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False), TEXTS, st.lists(TEXTS),
    st.dates(), st.datetimes(),
)  # fmt: skip
HOSTILE = [
    "'; drop table core.models; --", "''", "\\'", "$dataset", "$$", "a'b\nc", "*/ select 1 /*", "-- ", '"', "é’‘",
    "' || (select 1) || '",
]  # fmt: skip


def read_back(value: Any) -> Any:
    with duckdb.connect() as db:
        return db.execute(f"select {literal(value)}").fetchall()[0][0]


@given(VALUES)
def test_a_literal_is_read_back_as_it_was(value: Any) -> None:
    assert read_back(value) == value


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    assert read_back(text) == text
    assert read_back([text, "x"]) == [text, "x"]


@given(TEXTS, st.dates(), st.lists(TEXTS, max_size=3))
def test_a_filled_select_says_what_the_bound_one_does(text: str, day: dt.date, texts: list[str]) -> None:
    select = (
        "select $text || '$day' as a, $day as b, len($texts) as c -- $text\n, '--' || $text as \"$text\" /* $day */"
    )
    values = {"text": text, "day": day, "texts": texts}
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        assert db.execute(fill_parameters(select, values)).fetchall() == db.execute(select, values).fetchall()


def test_what_has_no_literal_is_refused() -> None:
    with pytest.raises(TypeError, match="no literal for a object"):
        literal(object())
    with pytest.raises(KeyError):
        fill_parameters("select $nobody", {})


def test_numbers_do_not_run_into_a_sign() -> None:
    with duckdb.connect() as db:
        assert db.execute(f"select 1 -{literal(-2)}, 1 -{literal(-0.5)}").fetchall() == [(3, 1.5)]


def test_no_comment_of_a_query_names_a_value_that_would_stay_unfilled() -> None:
    queries = sorted((Path(__file__).parents[1] / "sql" / "queries").glob("*.sql"))
    assert queries
    comments = {query.name: re.findall(r"--[^\n]*\$[a-z_]+", query.read_text(encoding="utf-8")) for query in queries}
    assert {name: matches for name, matches in comments.items() if matches} == {}
