"""Which base a model is counted under: as declared, or the repository of the release that must have been meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import WarehouseOf, evaluation, listed, rows

LLAMA_2, LLAMA_3, LLAMA_31 = "meta-llama/Llama-2-7b-hf", "meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3.1-8B"
MISTRAL, MIXTRAL = "mistralai/Mistral-7B-v0.1", "mistralai/Mixtral-8x7B-Instruct-v0.1"
SIZE, GENERATION = "the release has one of its size", "name tells another generation"

# model, the base that it declares, the base that is used, the rule where they differ
REPLACED = [
    ("tin/airoboros-70b", LLAMA_3, "meta-llama/Meta-Llama-3-70B", SIZE),
    ("tin/role-play-13b", LLAMA_2, "meta-llama/Llama-2-13b-hf", SIZE),
    ("tin/role-play-70b", "meta-llama/Llama-2-7b-chat-hf", "meta-llama/Llama-2-70b-chat-hf", SIZE),
    ("tin/dolphin-Phi-3-Medium", "unsloth/Phi-3-mini-4k-instruct", "microsoft/Phi-3-medium-4k-instruct", SIZE),
    ("tin/gemma-7b-tales", "google/gemma-2b-it", "google/gemma-7b-it", SIZE),
    ("tin/weights-without-a-number", "Qwen/Qwen1.5-7B", "Qwen/Qwen1.5-14B", SIZE),
    ("tin/llama-3.1-chat", LLAMA_3, LLAMA_31, GENERATION),
    ("tin/Llama2-sft", "meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Llama-2-7b-chat-hf", GENERATION),
]
KEPT_BASES = [
    ("tin/same-8b", LLAMA_3),
    ("tin/sizeless", LLAMA_3),
    ("tin/grown-12b", LLAMA_3),  # no 12B in the release
    ("tin/hero-2x7B", MISTRAL),
    ("tin/expert-moe-70b", LLAMA_3),
    ("tin/pruned-4b", "Qwen/Qwen1.5-7B"),
    ("tin/tales-mixtral-7b", MIXTRAL),
    ("tin/llama-3.1-before-its-day", LLAMA_3),
    ("tin/llama-3-8b-and-more", LLAMA_3),
    ("tin/Qwen1.5-7B-cut-to-4b", "Qwen/Qwen1.5-7B"),  # carries its base's whole name
    ("tin/mistral-14b", "Qwen/Qwen1.5-7B"),  # speaks of another family
    ("tin/llama-13b-of-none", "tin/grown-12b"),  # its base is of no release
    ("Qwen/Qwen1.5-4B-Chat", "Qwen/Qwen1.5-7B"),  # itself of the release
    ("tin/packed", "unsloth/gemma-7b-bnb-4bit"),  # 9.3 against 7 by name, and the release's own is called 7 too
    ("tin/doubled-adapter", "Qwen/Qwen2.5-7B"),
]
IN_THE_RELEASES = [
    "google/gemma-7b",
    "google/gemma-7b-it",
    "google/gemma-1.1-7b-it",
    "meta-llama/Llama-2-7b-chat-hf",
    "meta-llama/Llama-2-7b-chat-hf",
    "meta-llama/Llama-2-70b-chat",
    "meta-llama/Llama-2-70b-chat-hf",
    "meta-llama/Meta-Llama-3-8B",
    "microsoft/Phi-3-medium-4k-instruct",
    "microsoft/Phi-3-medium-128k-instruct",
    "mistralai/Mistral-7B-v0.1",
    "Qwen/Qwen1.5-14B",
]
MERGES = [("tin/merge-70b", [f"merge:{LLAMA_3}"]), ("tin/two-bases-70b", [LLAMA_3, MISTRAL, "Qwen/Qwen1.5-7B"])]


@pytest.fixture(scope="module")
def opened(warehouse_of: WarehouseOf) -> Warehouse:
    created = {"tin/llama-3.1-before-its-day": "2024-05-01 00:00:00"}
    weighed = {
        "tin/weights-without-a-number": {"total": 14_200_000_000},
        "tin/packed": {"parameters": {"BF16": 9_300_000_000}},
        "google/gemma-7b": {"parameters": {"BF16": 8_537_680_896}},
        "google/gemma-7b-it": {"parameters": {"BF16": 8_537_680_896}},
        "google/gemma-1.1-7b-it": {"parameters": {"BF16": 8_537_680_896}},
    }
    declared = [
        (model, [base]) for model, base, *_ in [*REPLACED, *KEPT_BASES] if model != "tin/doubled-adapter"
    ] + MERGES
    return warehouse_of(
        as_of=datetime(2025, 3, 1, tzinfo=UTC),
        hub_listing=[
            *(
                listed(
                    model,
                    *(f"base_model:{base}" for base in bases),
                    created_at=created.get(model, "2024-08-10 00:00:00"),
                    safetensors=weighed.get(model),
                )
                for model, bases in declared
            ),
            *(listed(base, safetensors=weighed.get(base)) for base in IN_THE_RELEASES),
            listed("meta-llama/Meta-Llama-3-8B-Instruct"),
            listed("tin/child-of-instruct", "base_model:meta-llama/Meta-Llama-3-8B-Instruct"),
            listed("google/gemma-2-9b-it", "base_model:google/gemma-2-9b"),
        ],
        leaderboard_v2=[
            evaluation("tin/doubled-adapter", params_b=15.231, weight_type="Adapter", base_model="Qwen/Qwen2.5-7B"),
            *(evaluation(model) for model in ("tin/same-8b", "tin/grown-12b", "tin/hero-2x7B", "tin/airoboros-70b")),
            evaluation("meta-llama/Meta-Llama-3-8B-Instruct"),
        ],
    )


def used(opened: Warehouse, model: str) -> list[str]:
    return [
        row[0]
        for row in rows(opened, f"select base_model_id from core.base_models where model_id = '{model}' order by 1")
    ]


@pytest.mark.parametrize(("model", "declared", "expected", "rule"), REPLACED)
def test_a_base_that_cannot_be_meant_is_replaced_and_disputed(
    opened: Warehouse, model: str, declared: str, expected: str, rule: str
) -> None:
    assert used(opened, model) == [expected]
    disputed = (
        f"select claimant, claim, used, rule from core.disputes where fact = 'base model' and model_id = '{model}'"
    )
    assert rows(opened, disputed) == [("tag without relation", declared, expected, rule)]


@pytest.mark.parametrize(("model", "declared"), KEPT_BASES)
def test_a_base_that_may_be_meant_stays(opened: Warehouse, model: str, declared: str) -> None:
    assert used(opened, model) == [declared]
    assert rows(opened, f"from core.disputes where fact = 'base model' and model_id = '{model}'") == []


def test_a_merge_and_a_model_of_several_bases_are_of_what_they_declare(opened: Warehouse) -> None:
    for model, bases in MERGES:
        assert used(opened, model) == sorted(base.removeprefix("merge:") for base in bases)


def test_a_size_beyond_the_bases_is_marked_and_stays_on_the_ladder(opened: Warehouse) -> None:
    ladder = rows(
        opened,
        "select models.model_id, is_resized from marts.derivatives join core.models using (model_key)"
        " join core.models as base on base.model_key = base_key"
        f" where base.model_id in ('{LLAMA_3}', '{MISTRAL}') and derivatives.distance = 1 order by 1",
    )
    assert ladder == [
        ("meta-llama/Meta-Llama-3-8B-Instruct", False),
        ("tin/grown-12b", True),
        ("tin/hero-2x7B", True),
        ("tin/same-8b", False),
    ]


def test_an_owners_instruct_model_is_under_its_base_whether_it_declares_it_or_not(opened: Warehouse) -> None:
    edges = "select base_model_id, relation, rule, is_declared_on_hub from core.base_models where model_id = '{}'"
    curated = "curated: the owner's own instruct model"
    assert rows(opened, edges.format("meta-llama/Meta-Llama-3-8B-Instruct")) == [(LLAMA_3, "finetune", curated, False)]
    declared = ("google/gemma-2-9b", None, "tag without relation", True)
    assert rows(opened, edges.format("google/gemma-2-9b-it")) == [declared]
    lineage = "select ancestor_id, distance from core.lineage where model_id = 'tin/child-of-instruct' order by 2"
    assert rows(opened, lineage) == [("meta-llama/Meta-Llama-3-8B-Instruct", 1), (LLAMA_3, 2)]
    assert rows(opened, "select relation from core.models where model_id = 'meta-llama/Meta-Llama-3-8B-Instruct'") == [
        ("none declared",)
    ]
