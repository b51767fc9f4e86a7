"""Facts that the Hub says beside a model: commits, the last change, languages and papers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from tests.conftest import land_rows
from tests.core.small_tables import WarehouseOf, by_model, evaluation, listed, rows


def test_the_latest_answer_about_the_commits_of_a_repository_counts(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", [listed("tin/a"), listed("tin/b"), listed("openai-community/gpt2")])
    land_rows(tmp_path, "leaderboard_v1", [evaluation("gpt2")])
    first: list[dict[str, Any]] = [
        {
            "model_id": "tin/a", "commits": 3, "first_commit_at": "2024-01-01 10:00:00",
            "last_commit_at": "2024-01-03 10:00:00", "authors": ["tin"],
        },
        {"model_id": "tin/b", "commits": None, "last_commit_at": "2024-04-01 00:00:00", "authors": ["tin", "ann"]},
        {"model_id": "tin/named-by-nothing-else", "commits": 9, "authors": ["ann"]},
    ]  # fmt: skip
    second: list[dict[str, Any]] = [
        {
            "model_id": "tin/a", "commits": 7, "first_commit_at": "2024-01-01 10:00:00",
            "last_commit_at": "2024-06-04 09:30:00", "authors": ["tin", "ann", "SFconvertbot", "ann", ""],
        },
        {"model_id": "gpt2", "commits": 2, "authors": ["system"]},
        {"model_id": "TIN/B", "commits": None, "last_commit_at": "2024-06-02 00:00:00", "authors": []},
    ]  # fmt: skip
    for day, answers in ((1, first), (5, second)):
        at = datetime(2024, 6, day, 12, tzinfo=UTC)
        land_rows(tmp_path, "hub_commits", answers, as_of=at, adds_to="hub_commits")
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = warehouse.Warehouse.open(tmp_path)
    columns = "model_id, commits, contributors, first_commit_at, last_commit_at, counted_on"
    commits = rows(opened, f"select {columns} from core.repository_commits order by model_id")
    opened.close()
    june_5 = date(2024, 6, 5)
    assert commits == [
        ("openai-community/gpt2", 2, 0, None, None, june_5),  # a bot of the list alone
        ("tin/a", 7, 2, datetime(2024, 1, 1, 10), datetime(2024, 6, 4, 9, 30), june_5),
        ("tin/b", None, None, None, datetime(2024, 6, 2), june_5),  # too many to be counted
        ("tin/named-by-nothing-else", 9, 1, None, None, date(2024, 6, 1)),
    ]


def test_a_repository_was_last_changed_at_the_latest_moment_that_the_hub_says(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            listed("tin/both", last_modified="2024-05-01 10:00:00"),
            listed("tin/listed", last_modified="2024-05-02 11:00:00"),
            listed("tin/unknown"),
        ],
        hub_details=[
            listed("tin/both", last_modified="2024-05-03 12:00:00"),
            listed("tin/detailed", last_modified="2024-04-01 00:00:01"),
        ],
    )
    assert by_model(opened, "last_modified") == {
        "tin/both": datetime(2024, 5, 3, 12),
        "tin/listed": datetime(2024, 5, 2, 11),
        "tin/unknown": None,
        "tin/detailed": datetime(2024, 4, 1, 0, 0, 1),
    }


LANGUAGES = [
    (["en", "zh", "gpt2", "pt", "tf", "EN"], None, [("en", "tag"), ("pt", "tag"), ("zh", "tag")]),
    (["en", "is"], ["en"], [("en", "model card")]),  # "is" is a word of somebody's there
    ([], "German", [("de", "model card")]),
    ([], ["EN", "pt-BR", "zh-Hant", "eng", "multilingual", "multilingual"], [
        ("en", "model card"), ("eng", "model card"), ("multilingual", "model card"), ("pt-br", "model card"),
        ("zh-hant", "model card"),
    ]),
    (["fr"], ["code", "xx", "<b>en</b>", "", None, 7, "en, fr", "x" * 5000], [("fr", "tag")]),
    ([], {"name": "fr"}, [("fr", "model card")]),
    (["region:us"], None, []),
]  # fmt: skip


def test_languages_are_those_of_the_card_else_tags_that_are_codes(warehouse_of: WarehouseOf) -> None:
    cards = [
        listed(f"tin/model-{i}", *tags, card_data={"language": language})
        for i, (tags, language, _) in enumerate(LANGUAGES)
    ]
    tags = [listed(f"tin/model-{i}", *tags) for i, (tags, _, _) in enumerate(LANGUAGES)]
    opened = warehouse_of(hub_listing=tags, hub_details=cards)
    expected = [
        (f"tin/model-{i}", language, rule)
        for i, (_, _, declared) in enumerate(LANGUAGES)
        for language, rule in declared
    ]
    assert rows(opened, "select model_id, language, rule from core.languages order by all") == expected


PAPERS = [
    ("arxiv:2407.01234", "2407.01234"),
    ("arxiv: 2310.16609", "2310.16609"),
    ("arxiv:0704.0001v2", "0704.0001"),
    ("arxiv:cs/0112017", "cs/0112017"),
    ("arxiv:math.GT/0309136v1", "math.GT/0309136"),
    ("arxiv:hep-th/9901001", "hep-th/9901001"),
    ("arxiv:1910.09700", None),  # the template of model cards names it
    ("arxiv:2413.01234", None),  # there is no month 13
    ("arxiv:2407.0123", "2407.0123"),
    ("arxiv:2407.012345", None),
    ("arxiv:https://arxiv.org/abs/2407.01234", None),
    ("arxiv:2407.01234/../../x", None),
    ("arxiv:javascript:alert(1)", None),
    ("arxiv:2407.01234\n", None),
    ("arxiv:2407.01234\n2407.01235", None),
    ("arxiv:٢٤٠٧.٠١٢٣٤", None),
    ("arxiv:", None),
    ("arxiv:" + "9" * 10_000, None),
]


def test_a_paper_is_named_by_an_identifier_of_arxiv(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_listing=[listed(f"tin/{i:02}", tag) for i, (tag, _) in enumerate(PAPERS)])
    expected = [(f"tin/{i:02}", paper) for i, (_, paper) in enumerate(PAPERS) if paper]
    assert rows(opened, "select model_id, arxiv_id from core.papers order by all") == expected


def test_papers_are_of_the_listing_and_the_details_and_no_more_than_a_hundred(warehouse_of: WarehouseOf) -> None:
    many = [f"arxiv:2401.{number:05}" for number in range(1, 5_000)]
    opened = warehouse_of(
        hub_listing=[listed("tin/a", "arxiv:2407.00001", "arxiv:2407.00001v2"), listed("tin/many", *many)],
        hub_details=[listed("tin/a", "arxiv:2407.00001", "arxiv:2407.00002")],
    )
    papers = rows(opened, "select model_id, arxiv_id from core.papers order by all")
    assert papers[:2] == [("tin/a", "2407.00001"), ("tin/a", "2407.00002")]
    assert [paper for _, paper in papers[2:]] == [tag[6:] for tag in many[:100]]


def test_a_hostile_card_does_not_stop_the_build(warehouse_of: WarehouseOf) -> None:
    nested: object = "en"
    for _ in range(50):
        nested = [nested]
    cards = [nested, {"a": {"b": "c"}}, [["fr"]], True, 1e300]
    details = [listed(f"tin/{i}", card_data=json.dumps({"language": card})) for i, card in enumerate(cards)]
    assert rows(warehouse_of(hub_details=details), "select model_id, language from core.languages") == [("tin/2", "fr")]
