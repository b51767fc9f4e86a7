"""When a model appeared: the order of the dates, and the bounds of its class, its base and its score."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import WarehouseOf, by_model, evaluation, listed, rows

QWEN2 = {"architectures": ["Qwen2ForCausalLM"]}  # not before 2024-02-04
LLAMA = {"architectures": ["LlamaForCausalLM"]}  # not before 2023-02-24
LLAMA_3 = "base_model:meta-llama/Meta-Llama-3-8B"  # curated: 2024-04-18
QWEN2_NAME = QWEN2["architectures"][0]


def board(model: str, submitted: str, **more: Any) -> dict[str, Any]:
    return evaluation(model, submission_date=submitted, **more)


# model → the day it appeared, the rule, and the rows that speak of it: listed, v2, v1
ORDER = {
    "mistralai/Mistral-7B-v0.1": ("2023-09-27", "curated release date"),
    "Qwen/Qwen1.5-7B": ("2024-02-04", "date of its release"),
    "Qwen/Qwen1.5-14B": ("2024-02-04", "date of its release"),
    "Qwen/Qwen1.5-4B": ("2024-02-04", "date of its release"),
    "Qwen/Qwen1.5-32B": ("2024-04-01", "Hub createdAt"),
    "Qwen/Qwen1.5-MoE-A2.7B": ("2024-03-28", "date of its release"),
    "facebook/opt-6.7b": ("2022-05-03", "date of its release"),
    "tin/created": ("2024-02-01", "Hub createdAt"),
    "tin/uploaded": ("2024-06-28", "upload date"),
    "tin/submitted": ("2024-07-01", "first submission"),
    "tin/submitted-on-v1": ("2023-11-01", "first submission"),
    "tin/floor": (None, "undated: createdAt floor"),
    "tin/just-after-the-floor": ("2022-03-02", "Hub createdAt"),
    "tin/upload-floor": (None, "undated: upload floor"),
    "tin/submitted-late": (None, "undated: late board"),
    "tin/years-ahead": (None, "undated: createdAt after its snapshot"),
    "tin/tomorrow": ("2025-03-02", "Hub createdAt"),
    "tin/blank": (None, "undated: no date"),
}
CLASS = {
    "tin/on-the-day": ("2024-02-04", "Hub createdAt"),
    "tin/class-35": ("2024-02-04", "first day of its class"),
    "tin/class-36": (None, "undated: older than its class"),
    "tin/class-36-scored": ("2024-07-01", "first submission, for it is older than its class"),
    "tin/class-on-the-board": ("2024-02-04", "first day of its class"),
    "tin/class-36-scored-late": (None, "undated: older than its class"),
    "tin/class-of-a-tag": ("2023-06-01", "Hub createdAt"),
    "Qwen/preview": ("2023-11-01", "Hub createdAt"),
}
BASE = {
    "meta-llama/Meta-Llama-3-8B": ("2024-04-18", "curated release date"),
    "tin/base-35": ("2024-04-18", "first day of its base"),
    "tin/base-36": (None, "undated: older than its base"),
    "tin/base-36-scored": ("2024-07-01", "first submission, for it is older than its base"),
    "tin/grandchild": ("2024-04-18", "first day of its base"),
    "tin/of-a-release-date": ("2024-02-04", "first day of its base"),
    "tin/of-an-unknown-release": ("2023-07-18", "first day of its base"),
    "tin/merge-of-both": ("2024-04-18", "first day of its base"),
    "tin/young-base": ("2024-05-10", "Hub createdAt"),
    "tin/older-child": ("2024-05-01", "Hub createdAt"),
    "google/gemma-7b": ("2024-02-10", "first submission, for it is older than the curated date"),
    "tin/of-gemma": ("2024-02-15", "Hub createdAt"),
}
SCORE = {
    "tin/remade": ("2024-07-10", "first submission, for it is older than its date"),
    "tin/remade-late": (None, "undated: scored before its date"),
    "tin/official": ("2024-08-30", "first submission, for it is older than its date"),
    "google/gemma-2-9b": ("2024-06-27", "curated release date"),
    "google/gemma-2-27b": ("2024-05-22", "first submission, for it is older than the curated date"),
    "google/gemma-2-9b-it": ("2024-06-27", "date of its release"),
    "microsoft/phi-4": ("2024-12-11", "first submission, for it is older than the curated date"),
    "Qwen/Qwen2.5-7B": ("2024-09-10", "first submission, for it is older than the curated date"),
    "upstage/SOLAR-10.7B-v1.0": ("2023-12-12", "curated release date"),
}


@pytest.fixture(scope="module")
def opened(warehouse_of: WarehouseOf) -> Warehouse:
    return warehouse_of(
        as_of=datetime(2025, 3, 1, 12, tzinfo=UTC),
        hub_listing=[
            listed("mistralai/Mistral-7B-v0.1", created_at="2023-09-20 13:03:50"),
            listed("Qwen/Qwen1.5-7B", created_at="2024-01-22 00:00:00"),
            listed("Qwen/Qwen1.5-14B", created_at="2023-06-01 00:00:00"),
            listed("Qwen/Qwen1.5-4B", created_at="2024-02-04 11:00:00"),
            listed("Qwen/Qwen1.5-32B", created_at="2024-04-01 00:00:00"),
            listed("Qwen/Qwen1.5-MoE-A2.7B", created_at="2024-03-20 00:00:00"),
            listed("facebook/opt-6.7b", created_at="2022-03-02 23:29:04"),
            listed("tin/created", created_at="2024-02-01 10:00:00"),
            listed("tin/floor", created_at="2022-03-02 23:29:04"),
            listed("tin/just-after-the-floor", created_at="2022-03-02 23:29:10"),
            listed("tin/tomorrow", created_at="2025-03-02 11:00:00"),
            listed("tin/years-ahead", created_at="2031-01-01 00:00:00"),
            listed("tin/on-the-day", created_at="2024-02-04 00:30:00", config=QWEN2),
            listed("tin/class-35", created_at="2023-12-31 10:00:00", config=QWEN2),
            listed("tin/class-36", created_at="2023-12-30 10:00:00", config=QWEN2),
            listed("tin/class-36-scored", created_at="2023-12-30 10:00:00", config=QWEN2),
            listed("tin/class-36-scored-late", created_at="2023-01-01 10:00:00", config=LLAMA),
            listed("tin/class-of-a-tag", "qwen2", created_at="2023-06-01 10:00:00"),
            listed("Qwen/preview", created_at="2023-11-01 10:00:00", config=QWEN2),
            listed("meta-llama/Meta-Llama-3-8B", created_at="2024-04-17 09:35:16"),
            listed("tin/base-35", LLAMA_3, created_at="2024-03-14 10:00:00"),
            listed("tin/base-36", LLAMA_3, created_at="2024-03-13 10:00:00"),
            listed("tin/base-36-scored", LLAMA_3, created_at="2024-03-13 10:00:00"),
            listed("tin/grandchild", "base_model:tin/base-35", created_at="2024-03-20 10:00:00"),
            listed("tin/of-a-release-date", "base_model:Qwen/Qwen1.5-7B", created_at="2024-01-25 10:00:00"),
            listed(
                "tin/of-an-unknown-release", "base_model:meta-llama/Llama-2-7b-hf", created_at="2023-07-01 10:00:00"
            ),
            listed("tin/merge-of-both", LLAMA_3, "base_model:Qwen/Qwen1.5-7B", created_at="2024-04-10 10:00:00"),
            listed("tin/young-base", created_at="2024-05-10 10:00:00"),
            listed("tin/older-child", "base_model:tin/young-base", created_at="2024-05-01 10:00:00"),
            listed("google/gemma-7b", created_at="2024-02-08 08:11:59"),
            listed("tin/of-gemma", "base_model:google/gemma-7b", created_at="2024-02-15 10:00:00"),
            listed("tin/remade", created_at="2024-09-01 10:00:00"),
            listed("tin/remade-late", created_at="2023-12-01 10:00:00"),
            listed("tin/official", created_at="2024-09-01 10:00:00"),
            listed("upstage/SOLAR-10.7B-v1.0", created_at="2024-01-05 10:00:00"),
        ],
        leaderboard_v2=[
            board("tin/uploaded", "2024-07-03", upload_to_hub_date="2024-06-28"),
            board("tin/submitted", "2024-07-01"),
            board("tin/submitted", "2024-08-01"),
            board("tin/upload-floor", "2024-07-10", upload_to_hub_date="2022-03-02"),
            board("tin/class-36-scored", "2024-07-01"),
            board("tin/class-on-the-board", "2024-07-01", upload_to_hub_date="2024-01-20", architecture=QWEN2_NAME),
            board("tin/base-36-scored", "2024-07-01"),
            board("tin/remade", "2024-07-10"),
            board("tin/official", "2024-08-30", official_providers=True),
            board("google/gemma-2-9b", "2024-05-23", official_providers=True),
            board("google/gemma-2-27b", "2024-05-22", official_providers=True),
            board("google/gemma-2-9b-it", "2024-06-20", official_providers=True),
            board("microsoft/phi-4", "2024-12-11"),
            board("Qwen/Qwen2.5-7B", "2024-09-10"),
            board("Qwen/Qwen2.5-7B", "2024-09-15", official_providers=True),
        ],
        leaderboard_v1=[
            evaluation("tin/submitted-on-v1", date="2023-11-01T09:00:00Z"),
            evaluation("tin/submitted-late", date="2023-10-31T09:00:00Z"),
            evaluation("tin/floor", date="2024-03-01T00:00:00Z"),
            evaluation("tin/blank", date=""),
            evaluation("tin/class-36-scored-late", date="2023-06-01T09:00:00Z"),
            evaluation("google/gemma-7b", date="2024-02-10T09:00:00Z"),
            evaluation("tin/remade-late", date="2023-10-01T09:00:00Z"),
        ],
    )


@pytest.mark.parametrize(("model", "expected"), [*ORDER.items(), *CLASS.items(), *BASE.items(), *SCORE.items()])
def test_when_a_model_appeared(opened: Warehouse, model: str, expected: tuple[str | None, str]) -> None:
    assert by_model(opened, "appeared_at::date::varchar, appeared_rule")[model] == expected


def test_no_model_is_left_out_of_these_tables(opened: Warehouse) -> None:
    assert set(by_model(opened, "appeared_at")) == {*ORDER, *CLASS, *BASE, *SCORE}


def test_a_base_that_is_younger_than_its_derivative_is_in_doubt_and_nothing_moves(opened: Warehouse) -> None:
    doubted = rows(
        opened,
        "select model_id, claimant, claim, used from core.disputes where rule = 'younger than a derivative' order by 1",
    )
    assert doubted == [("tin/young-base", "Hub createdAt", "2024-05-10", "kept, in doubt")]


def test_every_date_that_is_claimed_and_not_used_is_a_dispute(opened: Warehouse) -> None:
    disputed = rows(
        opened, "select model_id, claimant, claim, used from core.disputes where fact = 'date' order by all"
    )
    assert disputed == [
        ("Qwen/Qwen1.5-14B", "Hub createdAt", "2023-06-01", "2024-02-04"),
        ("Qwen/Qwen1.5-7B", "Hub createdAt", "2024-01-22", "2024-02-04"),
        ("Qwen/Qwen1.5-MoE-A2.7B", "Hub createdAt", "2024-03-20", "2024-03-28"),
        ("Qwen/Qwen2.5-7B", "curated release date", "2024-09-18", "2024-09-10"),
        ("facebook/opt-6.7b", "Hub createdAt", "2022-03-02", "2022-05-03"),
        ("google/gemma-2-27b", "curated release date", "2024-06-27", "2024-05-22"),
        ("google/gemma-2-9b", "leaderboard v2", "2024-05-23", "2024-06-27"),
        ("google/gemma-2-9b-it", "leaderboard v2", "2024-06-20", "2024-06-27"),
        ("google/gemma-7b", "Hub createdAt", "2024-02-08", "2024-02-10"),
        ("google/gemma-7b", "curated release date", "2024-02-21", "2024-02-10"),
        ("meta-llama/Meta-Llama-3-8B", "Hub createdAt", "2024-04-17", "2024-04-18"),
        ("microsoft/phi-4", "curated release date", "2024-12-12", "2024-12-11"),
        ("mistralai/Mistral-7B-v0.1", "Hub createdAt", "2023-09-20", "2023-09-27"),
        ("tin/base-35", "Hub createdAt", "2024-03-14", "2024-04-18"),
        ("tin/base-36", "Hub createdAt", "2024-03-13", "undated"),
        ("tin/base-36-scored", "Hub createdAt", "2024-03-13", "2024-07-01"),
        ("tin/class-35", "Hub createdAt", "2023-12-31", "2024-02-04"),
        ("tin/class-36", "Hub createdAt", "2023-12-30", "undated"),
        ("tin/class-36-scored", "Hub createdAt", "2023-12-30", "2024-07-01"),
        ("tin/class-36-scored-late", "Hub createdAt", "2023-01-01", "undated"),
        ("tin/class-on-the-board", "upload date", "2024-01-20", "2024-02-04"),
        ("tin/grandchild", "Hub createdAt", "2024-03-20", "2024-04-18"),
        ("tin/merge-of-both", "Hub createdAt", "2024-04-10", "2024-04-18"),
        ("tin/of-a-release-date", "Hub createdAt", "2024-01-25", "2024-02-04"),
        ("tin/of-an-unknown-release", "Hub createdAt", "2023-07-01", "2023-07-18"),
        ("tin/official", "Hub createdAt", "2024-09-01", "2024-08-30"),
        ("tin/remade", "Hub createdAt", "2024-09-01", "2024-07-10"),
        ("tin/remade-late", "Hub createdAt", "2023-12-01", "undated"),
        ("tin/years-ahead", "Hub createdAt", "2031-01-01", "undated"),
        ("tin/young-base", "Hub createdAt", "2024-05-10", "kept, in doubt"),
        ("upstage/SOLAR-10.7B-v1.0", "Hub createdAt", "2024-01-05", "2023-12-12"),
    ]


def test_a_release_that_is_still_to_come_dates_nothing_yet(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        as_of=datetime(2024, 6, 26, 12, tzinfo=UTC),
        hub_listing=[
            listed("google/gemma-2-9b", created_at="2024-06-24 08:05:41"),  # curated: 2024-06-27
            listed("google/gemma-2-9b-it", created_at="2024-06-24 08:05:41"),
            listed("tin/of-gemma-2", "base_model:google/gemma-2-9b", created_at="2024-06-25 10:00:00"),
        ],
    )
    assert rows(opened, "select appeared_at::date::varchar, appeared_rule from core.models order by model_id") == [
        ("2024-06-24", "Hub createdAt"),
        ("2024-06-24", "Hub createdAt"),
        ("2024-06-25", "Hub createdAt"),
    ]
