"""Which names are one repository: letter case, legacy names, and what a flag under one of the names means."""

from __future__ import annotations

import pytest

from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import WarehouseOf, evaluation, listed, rows


@pytest.fixture(scope="module")
def opened(warehouse_of: WarehouseOf) -> Warehouse:
    return warehouse_of(
        hub_listing=[
            listed("Tin/Listed", downloads=5),
            listed("tin/Twice", downloads=5, last_modified="2024-01-01 00:00:00"),
            listed("tin/twice", downloads=7, last_modified="2024-02-01 00:00:00"),
            listed("openai-community/gpt2"),
            listed("google-t5/t5-base"),
            listed("t5-base"),  # a listing of before it moved
            listed("tin/child-1", "base_model:gpt2"),
            listed("tin/child-2", "base_model:GPT2"),
            listed("tin/child-3", "base_model:openai-community/GPT2"),
            listed("tin/child-4", "base_model:t5-base"),
            listed("tin/child-5", "base_model:TIN/LISTED"),
            listed("tin/child-6", "base_model:lone-name"),
            listed("tin/lone-name"),
            listed("tin/child-7", "base_model:gone/Base"),
            listed("tin/child-8", "base_model:gone/base"),
            listed("tin/child-9", "base_model:gone/base"),
            listed("tin/narcissus", "base_model:Tin/Narcissus"),
        ],
        hub_details=[listed("tin/LISTED")],
        leaderboard_v1=[
            evaluation("tin/listed", 40.0, date="2024-03-01T00:00:00Z"),
            evaluation("TIN/listed", 50.0, date="2024-04-01T00:00:00Z"),
            evaluation("zinc/Board", 40.0, date="2024-03-01T00:00:00Z"),
            evaluation("Zinc/board", 50.0, date="2024-02-01T00:00:00Z"),
            evaluation("gpt2", 30.0),
            evaluation("tin/Half-flagged", 70.0, flagged=True),
            evaluation("tin/half-flagged", 60.0),
            evaluation("tin/mixed", 70.0, flagged=True),
            evaluation("tin/mixed", 60.0),
        ],
    )


def ids(opened: Warehouse, where: str) -> list[str]:
    return [row[0] for row in rows(opened, f"select model_id from core.models where {where} order by all")]


def bases(opened: Warehouse) -> dict[str, tuple[str, bool]]:
    answers = rows(opened, "select model_id, base_model_id, is_known from core.base_models")
    return {model: (base, is_known) for model, base, is_known in answers}


def test_names_that_differ_in_letter_case_alone_are_one_repository_spelt_as_listed(opened: Warehouse) -> None:
    assert ids(opened, "model_id ilike 'tin/listed'") == ["Tin/Listed"]
    evaluated = rows(opened, "select score, folded from core.evaluations where model_id = 'Tin/Listed'")
    assert evaluated == [(50.0, 1)]


def test_what_no_listing_names_is_spelt_as_last_submitted(opened: Warehouse) -> None:
    assert ids(opened, "model_id ilike 'zinc/%'") == ["zinc/Board"]
    submitted = rows(
        opened, "select model_id, submitted_as, score from core.submissions where model_id ilike 'zinc/%' order by all"
    )
    assert submitted == [("zinc/Board", "Zinc/board", 50.0), ("zinc/Board", None, 40.0)]


def test_a_repository_that_a_listing_spells_in_two_ways_is_counted_once(opened: Warehouse) -> None:
    actual = rows(opened, "select lower(model_id), downloads_30d from core.models where model_id ilike 'tin/twice'")
    assert actual == [("tin/twice", 7)]


def test_a_legacy_name_is_its_successor_in_any_letter_case(opened: Warehouse) -> None:
    assert [bases(opened)[f"tin/child-{n}"] for n in (1, 2, 3)] == [("openai-community/gpt2", True)] * 3
    assert rows(opened, "select model_id from core.evaluations where score = 30") == [("openai-community/gpt2",)]


def test_a_legacy_name_is_its_successor_before_any_exact_match(opened: Warehouse) -> None:
    assert ids(opened, "model_id ilike '%t5-base'") == ["google-t5/t5-base"]
    assert bases(opened)["tin/child-4"] == ("google-t5/t5-base", True)


def test_a_declared_base_is_found_in_any_letter_case_and_none_is_its_own(opened: Warehouse) -> None:
    assert bases(opened)["tin/child-5"] == ("Tin/Listed", True)
    assert "tin/narcissus" not in bases(opened)


def test_a_unique_name_without_its_owner_proves_nothing(opened: Warehouse) -> None:
    assert bases(opened)["tin/child-6"] == ("lone-name", False)


def test_an_unknown_parent_is_one_in_any_letter_case_spelt_as_most_declare_it(opened: Warehouse) -> None:
    assert [bases(opened)[f"tin/child-{n}"] for n in (7, 8, 9)] == [("gone/base", False)] * 3
    assert len(rows(opened, "from core.unknown_parents where model_id ilike 'gone/base'")) == 1


def test_a_repository_that_is_flagged_under_one_spelling_stands_by_the_other_and_says_so(opened: Warehouse) -> None:
    evaluated = rows(opened, "select score from core.evaluations where model_id ilike 'tin/half-flagged'")
    assert evaluated == [(60.0,)]
    disputed = rows(
        opened,
        "select lower(model_id), claimant from core.disputes where rule = 'flagged under one spelling' order by all",
    )
    assert disputed == [("tin/half-flagged", "leaderboard v1")]


def test_every_other_name_is_a_dispute_and_names_what_is_used(opened: Warehouse) -> None:
    actual = rows(
        opened,
        "select claimant, claim, used, rule from core.disputes where fact = 'name'"
        " and rule != 'flagged under one spelling' and model_id not ilike '%-flagged' and model_id not ilike '%/twice'"
        " order by all",
    )
    source, declared = "a source", "declarations of a base"
    assert actual == [
        (source, "TIN/listed", "Tin/Listed", "letter case"),
        (source, "Zinc/board", "zinc/Board", "letter case"),
        (source, "gpt2", "openai-community/gpt2", "legacy name"),
        (source, "t5-base", "google-t5/t5-base", "legacy name"),
        (source, "tin/LISTED", "Tin/Listed", "letter case"),
        (source, "tin/listed", "Tin/Listed", "letter case"),
        (declared, "GPT2", "openai-community/gpt2", "legacy name"),
        (declared, "TIN/LISTED", "Tin/Listed", "letter case"),
        (declared, "Tin/Narcissus", "tin/narcissus", "letter case"),
        (declared, "gpt2", "openai-community/gpt2", "legacy name"),
        (declared, "openai-community/GPT2", "openai-community/gpt2", "letter case"),
        (declared, "t5-base", "google-t5/t5-base", "legacy name"),
    ]
