"""Which architecture a model has: its class, its model_type, a tag; for copies what they copy."""

from __future__ import annotations

from typing import Any

import pytest

from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import WarehouseOf, by_model, evaluation, listed, rows

OF_BASE, NAMESAKE, NAME = (
    "its base, as a quantized copy",
    "a repository of the same name without the suffix",
    "told by its name",
)
TAG, CONFIG = "model_type among the tags", "class in the config"
QWEN = {"architectures": ["Qwen2ForCausalLM"]}
PHI = {"architectures": ["Phi3ForCausalLM"]}

# model → its row of the listing, its architecture, what it was read from, the rule
COPIES: dict[str, tuple[dict[str, Any], str, str | None, str]] = {
    "tin/owlet": (listed("tin/owlet", config=QWEN), "Qwen", "Qwen2ForCausalLM", CONFIG),
    "tin/owlet-q": (listed("tin/owlet-q", "base_model:quantized:tin/owlet"), "Qwen", "Qwen2ForCausalLM", OF_BASE),
    "tin/tagged-GGUF": (
        listed("tin/tagged-GGUF", "gguf", "mistral", "base_model:tin/owlet"),
        "Qwen",
        "Qwen2ForCausalLM",
        OF_BASE,
    ),
    "tin/copy-of-a-copy-GGUF": (
        listed("tin/copy-of-a-copy-GGUF", "mistral", "base_model:tin/owlet-q"),
        "Qwen",
        "Qwen2ForCausalLM",
        OF_BASE,
    ),
    "tin/own-class-GGUF": (
        listed("tin/own-class-GGUF", "gguf", "base_model:tin/owlet", config=PHI),
        "Phi",
        "Phi3ForCausalLM",
        CONFIG,
    ),
    "tin/tag-alone-GGUF": (listed("tin/tag-alone-GGUF", "gguf", "mistral"), "Mistral", "mistral", TAG),
    "zinc/owlet-GGUF": (listed("zinc/owlet-GGUF", "gguf"), "Qwen", "owlet", NAMESAKE),
    "zinc/tin_-_owlet-4bits": (listed("zinc/tin_-_owlet-4bits"), "Qwen", "owlet", NAMESAKE),
    "zinc/Owlet-Q4_K_M-GGUF": (listed("zinc/Owlet-Q4_K_M-GGUF"), "Qwen", "owlet", NAMESAKE),
    "zinc/my-mistral-7b-GGUF": (listed("zinc/my-mistral-7b-GGUF"), "Mistral", "mistral", NAME),
    "zinc/nothing-GGUF": (listed("zinc/nothing-GGUF"), "Unknown", None, "none known"),
    "tin/merge-of-two-GGUF": (
        listed("tin/merge-of-two-GGUF", "gguf", "base_model:tin/owlet", "base_model:tin/own-class-GGUF"),
        "Unknown",
        None,
        "none known",
    ),
    "tin/fine-tune": (listed("tin/fine-tune", "mistral", "base_model:tin/owlet"), "Mistral", "mistral", TAG),
    "tin/fine-tune-16bit": (
        listed("tin/fine-tune-16bit", "mistral", "base_model:tin/owlet"),
        "Mistral",
        "mistral",
        TAG,
    ),
    "tin/saved024bit": (
        listed("tin/saved024bit", "mistral", "base_model:tin/owlet"),
        "Qwen",
        "Qwen2ForCausalLM",
        OF_BASE,
    ),
    "tin/fine-tune-mute": (listed("tin/fine-tune-mute", "base_model:tin/owlet"), "Unknown", None, "none known"),
}


@pytest.fixture(scope="module")
def opened(warehouse_of: WarehouseOf) -> Warehouse:
    return warehouse_of(hub_listing=[row for row, *_ in COPIES.values()])


@pytest.mark.parametrize("model", list(COPIES))
def test_a_copy_has_the_architecture_of_what_it_copies(opened: Warehouse, model: str) -> None:
    _, *expected = COPIES[model]
    architecture, name, rule = by_model(opened, "architecture, architecture_name, architecture_rule")[model]
    assert [architecture, name and name.strip("-"), rule] == expected


def test_a_tag_that_the_base_overrules_is_a_dispute(opened: Warehouse) -> None:
    actual = rows(
        opened, "select model_id, claimant, claim, used from core.disputes where fact = 'architecture' order by 1"
    )
    assert actual == [
        ("tin/copy-of-a-copy-GGUF", TAG, "mistral", "Qwen"),
        ("tin/saved024bit", TAG, "mistral", "Qwen"),
        ("tin/tagged-GGUF", TAG, "mistral", "Qwen"),
    ]


def test_the_architecture_is_the_first_name_that_a_group_knows(warehouse_of: WarehouseOf) -> None:
    cases: list[tuple[dict[str, Any], tuple[str, str | None]]] = [
        ({"tags": ["transformers", "qwen2"]}, ("Qwen", "qwen2")),
        ({"tags": ["transformers", "bert"]}, ("Other", "bert")),
        ({"tags": ["my-own-tag"]}, ("Unknown", None)),
        (
            {"config": '{"architectures": ["MistralForCausalLM"], "model_type": "llama"}'},
            ("Mistral", "MistralForCausalLM"),
        ),
        ({"config": '{"architectures": ["NewForCausalLM"], "model_type": "llama"}'}, ("Llama", "llama")),
        ({"config": '{"architectures": ["NewForCausalLM"]}'}, ("Other", "NewForCausalLM")),
    ]
    opened = warehouse_of(hub_details=[{"id": f"tin/{n}", **row} for n, (row, _) in enumerate(cases)])
    actual = rows(opened, "select architecture, architecture_name from core.models order by model_id")
    assert actual == [expected for _, expected in cases]


def test_a_junk_architecture_is_unknown(warehouse_of: WarehouseOf) -> None:
    junk = ["?", "Unknown", "", "L;l;a;m;a", "L,l,a,m,a", "LlamaModel"]
    board = [evaluation(f"tin/{n}", 40.0, architecture=name) for n, name in enumerate(junk)]
    opened = warehouse_of(leaderboard_v1=board)
    assert rows(opened, "select distinct architecture, architecture_rule from core.models") == [
        ("Unknown", "none known")
    ]
