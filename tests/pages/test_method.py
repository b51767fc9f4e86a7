"""The page that says how numbers are made, and the words that are explained."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest

from oss_ai_monitor.app.session import Session
from oss_ai_monitor.pages import glossary
from oss_ai_monitor.pages.method import method
from oss_ai_monitor.perspectives import Filters, all_perspectives
from oss_ai_monitor.perspectives.selection import SWITCHES
from oss_ai_monitor.warehouse import Warehouse

ROWS = [
    {"fullname": "tin/a", "average": 40.0, "date": "2024-01-05", "eval_name": "1"},
    {"fullname": "tin/a", "average": 41.0, "date": "2024-01-06", "eval_name": "2"},
    {"fullname": "tin/b", "average": 42.0, "date": "2024-02-05", "eval_name": "3", "flagged": True},
    {"fullname": "tin/c", "average": 43.0, "date": "2024-03-05", "eval_name": "4"},
]
LISTED = [
    {"id": "tin/a", "created_at": "2024-01-03", "pipeline_tag": "text-generation", "tags": ["llama"]},
    {"id": "tin/d", "created_at": "2024-02-03", "pipeline_tag": "image-to-text"},
    {"id": "tin/e", "created_at": "2022-03-02T23:29:04"},
]


@pytest.fixture
def small(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(leaderboard_v1=ROWS, hub_listing=LISTED)


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())


def test_the_method_says_each_number_with_what_it_counts_today(small: Warehouse) -> None:
    page_text = plain(method(small))
    assert "Open LLM Leaderboard v1 : flagged and left out 1" in page_text.replace("v1:", "v1 :")
    assert "shows 2 of them as of 15 Jun 2024: 2 with a day on which they appeared, 0 without" in page_text.replace(
        " :", ":"
    )
    assert "undated: createdAt floor 1 " in page_text
    assert (
        "these have no day to be trusted: 1 because the Hub gave every repository from before 2 March 2022" in page_text
    )
    assert "flagged: left out 1 25.0%" in page_text
    assert small.identity is not None
    assert small.identity.snapshot_id in page_text
    assert small.identity.rules in page_text


def test_the_method_is_written_from_the_comments_of_the_sql(small: Warehouse) -> None:
    page_text = plain(method(small))
    assert "The day on which a model appeared is the first of these: its own curated date" in page_text.replace(
        " :", ":"
    )
    columns = small.query("data_dictionary")
    for comment in columns["column_comment"].dropna().unique():
        assert " ".join(comment.split()) in page_text
    for comment in columns["comment"].unique():
        text, _, grain = " ".join(comment.split()).rpartition(" Grain: ")
        assert f"{text} One row for each {grain.replace(', ', ' and ')}" in page_text
    assert "Grain" not in page_text
    for kind in all_perspectives:
        assert kind.question in page_text
        for name in kind.queries():
            assert (
                plain(html.escape((small.sql / "queries" / f"{name}.sql").read_text(encoding="utf-8"))) in page_text
            ), name


def test_the_method_shows_no_declarations_for_the_build(small: Warehouse) -> None:
    page_text = plain(method(small))
    assert "Under which licence a model is The licence of a model as it is declared: " in page_text
    assert "by model: " not in page_text


def test_a_rule_that_decided_of_few_has_a_share(warehouse_of: Callable[..., Warehouse]) -> None:
    rows = [
        {"fullname": f"tin/{n}", "average": 40.0, "date": "2024-01-05", "eval_name": str(n), "flagged": n == 0}
        for n in range(2001)
    ]
    assert "flagged: left out 1 <0.1%" in plain(method(warehouse_of(leaderboard_v1=rows)))


def test_what_strangers_wrote_is_text_in_the_method(warehouse_of: Callable[..., Warehouse]) -> None:
    tag = "<img src=x onerror=alert(1)>"
    page = method(
        warehouse_of(leaderboard_v1=[{"fullname": "tin/a", "average": 1.0, "date": "2024-01-05", "type": tag}])
    )
    assert "<img" not in page


def test_the_address_opens_the_method(small: Warehouse) -> None:
    visit = Session(small, "?view=method")
    assert visit.to_query() == "?view=method"
    assert visit.notices == []
    assert "Method" in visit.titles()


def test_terms_are_marked_once_as_words_of_their_own() -> None:
    assert glossary.explained("Flagged: flagged models of tin/merge & unflagged, 30-day downloads") == (
        '<abbr tabindex="0">Flagged</abbr>: flagged models of tin/merge &amp; unflagged, '
        '<abbr tabindex="0">30-day downloads</abbr>'
    )
    assert glossary.explained("<b>undated</b>") == '&lt;b&gt;<abbr tabindex="0">undated</abbr>&lt;/b&gt;'


def test_every_form_and_every_switch_has_a_meaning() -> None:
    explanations = json.loads(glossary.for_the_browser())
    assert set(explanations["forms"].values()) == set(range(len(explanations["meanings"])))
    labels = {Filters.param[name].label for name in SWITCHES}
    assert labels <= set(explanations["labels"])
    words = [one.term.lower() for one in glossary.terms()]
    assert words == sorted(words)
    assert {"unit", "quarter", "flagged", "merge", "architecture", "derivative", "snapshot", "half-life"} <= set(words)
    for one in glossary.terms():
        assert one.meaning.endswith((".", "!"))
        assert len(one.meaning) < 240
