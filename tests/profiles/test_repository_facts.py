"""What a model's page says of its commits, its last change, its languages and its papers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.profiles import Link, Profile, head, profile, report_section
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import land_rows
from tests.core.small_tables import listed

NAMES = ("last-modified", "commits", "contributors", "commit-days", "languages", "papers")
MANY = [f"arxiv:2401.{number:05}" for number in range(1, 21)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("facts")
    land_rows(
        folder,
        "hub_listing",
        [
            listed("tin/full", "fr", "arxiv:2407.01234", "arxiv:cs/0112017", "arxiv:1910.09700"),
            listed("tin/tagged", "en", "pt", *MANY, 'arxiv:2407.01234"><img src=x>'),
            listed("tin/bare"),
            listed("tin/by-bots"),
        ],
    )
    details = [
        listed("tin/full", last_modified="2024-06-03 12:00:00", card_data={"language": ["english", "zh-Hant", "yue"]})
    ]
    land_rows(folder, "hub_details", details)
    commits: list[dict[str, Any]] = [
        {
            "model_id": "tin/full", "commits": 1_200, "first_commit_at": "2024-01-01 10:00:00",
            "last_commit_at": "2024-06-03 12:00:00", "authors": ["tin", "ann", "SFconvertbot"],
        },
        {"model_id": "tin/tagged", "commits": None, "last_commit_at": "2024-06-03 12:00:00", "authors": ["tin"]},
        {"model_id": "tin/by-bots", "commits": 1, "authors": ["SFconvertbot"]},
    ]  # fmt: skip
    land_rows(folder, "hub_commits", commits)
    discussed: list[dict[str, Any]] = [
        {
            "model_id": "tin/full", "discussions": 1_205, "pull_requests": 5, "open_threads": 31,
            "latest_at": "2024-06-02 23:59:00",
        },
        {"model_id": "tin/tagged", "discussions": 40, "latest_at": "2024-05-01 10:00:00"},
        {"model_id": "tin/by-bots", "discussions": 0, "pull_requests": 0, "open_threads": 0},
    ]  # fmt: skip
    land_rows(folder, "hub_discussions", discussed)
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def facts(shown: Profile) -> dict[str, str]:
    return {fact.name: fact.value for fact in shown.facts if fact.name in NAMES}


def test_what_the_hub_says_beside_a_model_is_shown_with_its_age(opened: Warehouse) -> None:
    full = profile(opened, "model", "tin/full")
    assert facts(full) == {
        "last-modified": "3 Jun 2024",
        "commits": "1,200",
        "contributors": "2 users",
        "commit-days": "1 Jan 2024 to 3 Jun 2024",
        "languages": "Chinese (zh-hant), English (en), yue",
        "papers": "2407.01234, cs/0112017",
    }
    commits, languages = full.fact("commits"), full.fact("languages")
    assert commits is not None
    assert languages is not None
    assert (commits.source, commits.snapshot[:11]) == ("the Hub's answer about its commits", "15 Jun 2024")
    assert languages.explanation == "As its model card declares them."


def test_what_is_discussed_beside_a_model_is_shown_where_it_was_counted(opened: Warehouse) -> None:
    def discussed(name: str) -> dict[str, str]:
        shown = profile(opened, "model", name)
        return {fact.name: fact.value for fact in shown.facts if "discussion" in fact.name}

    assert discussed("tin/full") == {
        "discussions": "1,200 discussions, 5 pull requests; 31 of them open", "last-discussion": "2 Jun 2024"
    }  # fmt: skip
    assert discussed("tin/tagged") == {"discussions": "40, pull requests included", "last-discussion": "1 May 2024"}
    assert discussed("tin/by-bots") == {"discussions": "0 discussions, 0 pull requests"}
    assert discussed("tin/bare") == {}
    fact = profile(opened, "model", "tin/full").fact("discussions")
    assert fact is not None
    assert (fact.source, fact.snapshot[:11]) == ("the Hub's answer about its discussions", "15 Jun 2024")


def test_what_is_not_known_of_a_model_is_left_out(opened: Warehouse) -> None:
    assert facts(profile(opened, "model", "tin/bare")) == {}
    assert facts(profile(opened, "model", "tin/by-bots")) == {"commits": "1", "contributors": "none but bots"}
    tagged = profile(opened, "model", "tin/tagged")
    twelve = ", ".join(tag[6:] for tag in reversed(MANY[-12:]))
    assert facts(tagged) == {
        "commit-days": "3 Jun 2024",
        "languages": "English (en), Portuguese (pt)",
        "papers": f"{twelve} and 8 more",
    }
    assert next(fact.label for fact in tagged.facts if fact.name == "commit-days") == "Last commit"


def test_a_paper_leads_to_arxiv_and_nowhere_else(opened: Warehouse) -> None:
    full = profile(opened, "model", "tin/full")
    for page in (head(full), report_section(full)):
        assert (
            '<a href="https://arxiv.org/abs/cs/0112017" target="_blank" rel="noopener noreferrer">cs/0112017</a>'
            in page
        )
        assert "1910.09700" not in page
    tagged = profile(opened, "model", "tin/tagged")
    papers = tagged.fact("papers")
    assert papers is not None
    assert papers.links == tuple(Link("paper", tag[6:]) for tag in reversed(MANY[-12:]))
    assert "<img" not in head(tagged)
