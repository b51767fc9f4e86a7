"""Facts that cannot be: they date, size and name nothing, and no landed row keeps a build from its end."""

from __future__ import annotations

from collections.abc import Callable

from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import by_model, evaluation, listed, rows

WarehouseOf = Callable[..., Warehouse]


def test_scores_beyond_their_range_and_rows_without_a_name_stop_no_build(warehouse_of: WarehouseOf) -> None:
    board = [evaluation("tin/a", 150.0, ifeval=float("inf")), evaluation("tin/b", -3.0), evaluation("  ", 40.0)]
    opened = warehouse_of(leaderboard_v2=board)
    assert by_model(opened, "score", "core.evaluations") == {"tin/a": None, "tin/b": None}
    assert rows(opened, "select * from core.scores") == []


def test_a_day_after_the_snapshot_is_no_day(warehouse_of: WarehouseOf) -> None:
    board = [
        evaluation("tin/to-come", upload_to_hub_date="2027-01-05"),
        evaluation("tin/known", upload_to_hub_date="2027-01-05", submission_date="2024-06-10"),
    ]
    opened = warehouse_of(leaderboard_v2=board)
    assert by_model(opened, "appeared_at::date::varchar, appeared_rule") == {
        "tin/to-come": (None, "undated: no date"),
        "tin/known": ("2024-06-10", "first submission"),
    }


def test_a_day_before_the_hub_kept_days_is_none(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_listing=[listed("tin/old", created_at="1970-01-01 00:00:00")])
    assert by_model(opened, "appeared_rule") == {"tin/old": "undated: createdAt before the Hub kept it"}


def test_names_that_differ_beyond_their_two_hundredth_letter_are_one_dispute(warehouse_of: WarehouseOf) -> None:
    name = "tin/" + "x" * 250
    opened = warehouse_of(leaderboard_v2=[evaluation(name + end) for end in ("AA", "aA", "Aa")])
    assert rows(opened, "select count(*) from core.models") == [(1,)]
    assert rows(opened, "select count(*) from core.disputes where fact = 'name'") == [(1,)]


def test_counts_of_packed_weights_that_cannot_be_are_none(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            listed(f"tin/{n}", "gptq", safetensors={"parameters": {"F16": 7e9, **packed}})
            for n, packed in enumerate(({"I32": -1e10}, {"U8": "nan"}, {"U8": "inf"}, {"I32": 1e300}))
        ]
    )
    assert set(by_model(opened, "parameters_b").values()) == {7.0}


def test_a_release_that_is_still_to_come_hides_no_earlier_bound(warehouse_of: WarehouseOf) -> None:
    """Seen in June 2024, made from Mistral 7B (27 September 2023) and from what is released in 2025."""
    bases = ("base_model:mistralai/Mistral-7B-v0.1", "base_model:Qwen/Qwen3-8B")
    opened = warehouse_of(hub_listing=[listed("tin/early", *bases, created_at="2023-01-01 00:00:00")])
    assert by_model(opened, "appeared_rule") == {"tin/early": "undated: older than its base"}


def test_a_repository_that_came_later_replaces_no_base(warehouse_of: WarehouseOf) -> None:
    """Phi-3-small was released on 21 May 2024; what was made of Phi-3-mini before is an upscale, not of it."""
    base = "base_model:microsoft/Phi-3-mini-4k-instruct"
    opened = warehouse_of(
        hub_listing=[
            listed("microsoft/Phi-3-small-8k-instruct", created_at="2024-05-07 00:00:00"),
            listed("tin/phi-3-6b-early", base, created_at="2024-05-08 00:00:00"),
            listed("tin/phi-3-7b-later", base, created_at="2024-06-08 00:00:00"),
        ]
    )
    actual = dict(rows(opened, "select model_id, base_model_id from core.base_models"))
    assert actual["tin/phi-3-6b-early"] == "microsoft/Phi-3-mini-4k-instruct"
    assert actual["tin/phi-3-7b-later"].startswith("microsoft/Phi-3-small")


def test_a_number_of_bits_that_a_leaderboard_read_out_of_a_name_is_no_size(warehouse_of: WarehouseOf) -> None:
    board = [evaluation("64bits/Lex-13B", params_b=64.0), evaluation("tin/phi_merged_16bit", params_b=16.0)]
    opened = warehouse_of(leaderboard_v2=board)
    assert by_model(opened, "parameters_b") == {"64bits/Lex-13B": 13.0, "tin/phi_merged_16bit": None}


def test_what_is_in_doubt_but_stands_says_so(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            listed("tin/base", created_at="2024-03-01 00:00:00"),
            listed("tin/older", "base_model:tin/base", created_at="2024-02-01 00:00:00"),
        ]
    )
    assert rows(opened, "select model_id, claim, used, rule from core.disputes") == [
        ("tin/base", "2024-03-01", "kept, in doubt", "younger than a derivative")
    ]
    assert rows(opened, "select * from marts.disputed_models") == []


def test_the_card_of_a_listed_model_is_read(warehouse_of: WarehouseOf) -> None:
    """Dumps of ModelInfo objects are listings with cards."""
    card = {"license": "mit", "base_model": "tin/base", "datasets": ["tin/data"]}
    opened = warehouse_of(hub_listing=[listed("tin/base"), listed("tin/a", card_data=card)])
    assert by_model(opened, "license, license_rule, relation")["tin/a"] == (
        "mit",
        "model card",
        "base without relation",
    )
    assert rows(opened, "select model_id, dataset_id from core.training_data") == [("tin/a", "tin/data")]


def test_a_renamed_base_stands_on_its_ladder_by_its_new_name(warehouse_of: WarehouseOf) -> None:
    """The board of 2025 lists Llama-3.1-8B, and what declares Meta-Llama-3.1-8B descends from it."""
    base = {"base_model": "meta-llama/Meta-Llama-3.1-8B"}
    board = [
        evaluation("meta-llama/Llama-3.1-8B", 14.0, submission_date="2024-07-24"),
        evaluation("tin/tuned", 30.0, submission_date="2024-08-24", upload_to_hub_date="2024-08-20", **base),
    ]
    opened = warehouse_of(leaderboard_v2=board)
    assert rows(
        opened,
        "select score, derivatives, unavailable from marts.bases where dataset = 'v2' and label = 'Llama 3.1 8B'",
    ) == [(14.0, 1, None)]
