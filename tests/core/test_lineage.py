"""How a repository relates to its bases, and what it descends from."""

from __future__ import annotations

from tests.core.small_tables import WarehouseOf, evaluation, rows


def test_the_relation_is_the_strongest_that_is_declared(warehouse_of: WarehouseOf) -> None:
    cases = [
        (["base_model:merge:x/y", "base_model:quantized:x/z"], "merge"),
        (["base_model:adapter:x/y", "base_model:quantized:x/y"], "quantized"),
        (["base_model:finetune:x/y", "base_model:adapter:x/z"], "adapter"),
        (["base_model:x/y", "base_model:finetune:x/y"], "finetune"),
        (["base_model:x/y", "base_model:x/z"], "base without relation"),
        (["base_model:tin/5"], "none declared"),
        (["base_model:<script>", "license:mit"], "none declared"),
        ([], "none declared"),
    ]
    opened = warehouse_of(hub_listing=[{"id": f"tin/{n}", "tags": tags} for n, (tags, _) in enumerate(cases)])
    assert rows(opened, "select relation from core.models order by model_id") == [(expected,) for _, expected in cases]


def test_a_leaderboards_word_on_bases_counts_only_where_the_hub_knows_nothing(warehouse_of: WarehouseOf) -> None:
    board = [evaluation(f"tin/{name}", 40.0, base_model="x/y") for name in ("listed", "gone")]
    opened = warehouse_of(leaderboard_v2=board, hub_listing=[{"id": "tin/listed", "tags": []}])
    assert rows(opened, "select model_id, relation, relation_rule from core.models order by all") == [
        ("tin/gone", "base without relation", "base model on the leaderboard"),
        ("tin/listed", "none declared", "no base model declared"),
    ]
    assert rows(opened, "select model_id from core.lineage order by all") == [("tin/gone",), ("tin/listed",)]


def test_what_names_a_copy_of_a_release_stands_on_what_it_is_a_copy_of(warehouse_of: WarehouseOf) -> None:
    """An instruct model counts under its base, and so does what was trained from another repository of its weights."""
    bases = {
        "tin/of-base-copy": "unsloth/llama-3-8b-bnb-4bit",
        "tin/of-instruct": "meta-llama/Meta-Llama-3-8B-Instruct",
        "tin/of-instruct-copy": "unsloth/llama-3-8b-Instruct-bnb-4bit",
        "tin/of-mirror": "NousResearch/Meta-Llama-3-8B-Instruct",
    }
    opened = warehouse_of(
        hub_listing=[
            {"id": "meta-llama/Meta-Llama-3-8B", "tags": []},
            {"id": "meta-llama/Meta-Llama-3-8B-Instruct", "tags": []},
            {"id": "unsloth/llama-3-8b-Instruct-bnb-4bit", "tags": []},
            *({"id": name, "tags": [f"base_model:{base}"]} for name, base in bases.items()),
        ]
    )
    assert rows(opened, "from core.lineage where ancestor_id = 'meta-llama/Meta-Llama-3-8B' order by all") == [
        ("meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Meta-Llama-3-8B", 1),
        ("tin/of-base-copy", "meta-llama/Meta-Llama-3-8B", 1),
        ("tin/of-instruct", "meta-llama/Meta-Llama-3-8B", 2),
        ("tin/of-instruct-copy", "meta-llama/Meta-Llama-3-8B", 2),
        ("tin/of-mirror", "meta-llama/Meta-Llama-3-8B", 2),
    ]
    assert rows(opened, "select base_model_id from core.base_models where model_id = 'tin/of-mirror'") == [
        ("NousResearch/Meta-Llama-3-8B-Instruct",)
    ], "as declared"


def test_lineage_is_followed_through_cycles_and_merges_are_inherited(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            {"id": "tin/child", "tags": ["base_model:finetune:tin/blend"]},
            {"id": "tin/blend", "tags": ["base_model:merge:tin/one", "base_model:merge:tin/gone"]},
            {"id": "tin/one", "tags": ["base_model:tin/two"]},
            {"id": "tin/two", "tags": ["base_model:tin/one"]},
        ]
    )
    assert rows(opened, "from core.lineage where model_id in ('tin/child', 'tin/two') order by all") == [
        ("tin/child", "tin/blend", 1),
        ("tin/child", "tin/gone", 2),
        ("tin/child", "tin/one", 2),
        ("tin/child", "tin/two", 3),
        ("tin/two", "tin/one", 1),
    ]
    assert rows(opened, "select model_id, merge_rule from core.models where is_merge order by all") == [
        ("tin/blend", "declared relation"),
        ("tin/child", "a merge among its ancestors"),
    ]
    assert rows(opened, "select base_model_id from core.base_models where not is_known") == [("tin/gone",)]
