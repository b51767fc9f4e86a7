"""How things are counted: each rule on a few made-up rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from oss_ai_monitor.warehouse import Warehouse, sql_folder

WarehouseOf = Callable[..., Warehouse]


def rows(opened: Warehouse, select: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in opened._db.cursor().execute(select).fetchall()]


def evaluation(model: str, score: float | None, **more: Any) -> dict[str, Any]:
    return {"fullname": model, "average": score, "type": "🔶 fine-tuned on domain-specific datasets", **more}


def test_the_best_unflagged_evaluation_stands_for_its_repository(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        leaderboard_v1=[
            evaluation("tin/a", 50.0, precision="float16"),
            evaluation("tin/a", 60.0, precision="bfloat16"),
            evaluation("tin/a", 90.0, precision="4bit", flagged=True),
            evaluation("tin/b", 70.0, flagged=True),
            evaluation("baseline", 31.0),
        ]
    )
    assert rows(opened, "select model_id, score, precision, folded from core.evaluations") == [
        ("tin/a", 60.0, "bfloat16", 1)
    ]
    assert rows(opened, "select models, repositories, flagged, folded from marts.datasets") == [(1, 2, 2, 1)]
    assert rows(opened, "select model_id from core.models order by all") == [("tin/a",), ("tin/b",)]


def test_inverted_flags_are_set_right(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        leaderboard_v1=[
            evaluation("tin/a", 50.0, flagged=True, flagged_inverted=True),
            evaluation("tin/b", 50.0, flagged=False, flagged_inverted=True),
        ]
    )
    assert rows(opened, "select model_id, is_flagged from core.submissions order by all") == [
        ("tin/a", False),
        ("tin/b", True),
    ]


def test_nan_never_wins(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        leaderboard_v1=[evaluation("tin/a", float("nan")), evaluation("tin/a", 40.0, arc=float("nan"))]
    )
    assert rows(opened, "select score from core.evaluations") == [(40.0,)]
    assert rows(opened, "select * from core.scores") == []


def test_ids_that_differ_by_case_are_two_models(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(leaderboard_v1=[evaluation("Tin/A", 40.0), evaluation("tin/a", 50.0)])
    assert rows(opened, "select count(*) from core.evaluations") == [(2,)]


def test_when_a_model_appeared(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[
            {"id": "tin/created", "created_at": "2024-02-01 10:00:00"},
            {"id": "tin/floor", "created_at": "2022-03-02 23:29:04"},
            {"id": "tin/just-after-the-floor", "created_at": "2022-03-02 23:29:10"},
            {"id": "tin/tomorrow", "created_at": "2024-06-16 11:00:00"},
            {"id": "tin/years-ahead", "created_at": "2031-01-01 00:00:00"},
        ],
        leaderboard_v1=[
            evaluation("tin/floor", 40.0, date="2024-03-01T00:00:00Z"),
            evaluation("tin/submitted", 40.0, date="2023-11-01T09:00:00Z"),
            evaluation("tin/submitted", 40.0, date="2023-12-01T09:00:00Z"),
            evaluation("tin/submitted-late", 40.0, date="2023-10-31T09:00:00Z"),
            evaluation("tin/blank", 40.0, date=""),
        ],
    )
    assert rows(opened, "select model_id, appeared_at::date::varchar, appeared_rule from core.models order by all") == [
        ("tin/blank", None, "undated: no date"),
        ("tin/created", "2024-02-01", "Hub createdAt"),
        ("tin/floor", None, "undated: createdAt floor"),
        ("tin/just-after-the-floor", "2022-03-02", "Hub createdAt"),
        ("tin/submitted", "2023-11-01", "first submission"),
        ("tin/submitted-late", None, "undated: late board"),
        ("tin/tomorrow", "2024-06-16", "Hub createdAt"),
        ("tin/years-ahead", None, "undated: createdAt after its snapshot"),
    ]


def test_an_upload_date_goes_before_a_submission_and_its_floor_dates_nothing(warehouse_of: WarehouseOf) -> None:
    board = [
        evaluation("tin/a", 40.0, upload_to_hub_date="2024-06-01", submission_date="2024-06-10"),
        evaluation("tin/b", 40.0, upload_to_hub_date="2022-03-02", submission_date="2024-06-10"),
    ]
    opened = warehouse_of(leaderboard_v2=board)
    assert rows(opened, "select model_id, appeared_at::date::varchar, appeared_rule from core.models order by all") == [
        ("tin/a", "2024-06-01", "upload date"),
        ("tin/b", None, "undated: upload floor"),
    ]


def test_a_curated_release_date_goes_before_createdat(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_listing=[{"id": "mistralai/Mistral-7B-v0.1", "created_at": "2023-09-20 13:03:50"}])
    assert rows(opened, "select appeared_at::date::varchar, appeared_rule from core.models") == [
        ("2023-09-27", "curated release date")
    ]


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
    found = rows(opened, "select architecture, architecture_name from core.models order by model_id")
    assert found == [expected for _, expected in cases]


def test_a_junk_architecture_is_unknown(warehouse_of: WarehouseOf) -> None:
    junk = ["?", "Unknown", "", "L;l;a;m;a", "L,l,a,m,a", "LlamaModel"]
    board = [evaluation(f"tin/{n}", 40.0, architecture=name) for n, name in enumerate(junk)]
    opened = warehouse_of(leaderboard_v1=board)
    assert rows(opened, "select distinct architecture, architecture_rule from core.models") == [
        ("Unknown", "none known")
    ]


def test_a_type_is_what_the_submitter_declared(warehouse_of: WarehouseOf) -> None:
    cases = [
        ("🟢 pretrained", "pretrained", "declared on the leaderboard"),
        ("🟩 continuously pretrained", "continuously pretrained", "declared on the leaderboard"),
        ("🔶 fine-tuned on domain-specific datasets", "fine-tuned", "declared on the leaderboard"),
        ("💬 chat models (RLHF, DPO, IFT, ...)", "chat", "declared on the leaderboard"),
        ("🤝 base merges and moerges", "merge", "declared on the leaderboard"),
        ("🌸 multimodal", "multimodal", "declared on the leaderboard"),
        ("❓ other", "other", "declared on the leaderboard"),
        (None, "unknown", "no label"),
        ("?", "unknown", "no label"),
        ("🦄 dreamt", "unknown", "label not known: dreamt"),
    ]
    board = [evaluation(f"tin/{n}", 40.0, type=label) for n, (label, *_) in enumerate(cases)]
    opened = warehouse_of(leaderboard_v1=board)
    found = rows(opened, "select type, type_rule from core.evaluations order by model_id")
    assert found == [tuple(expected) for _, *expected in cases]


def test_parameters_that_are_not_positive_are_missing(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        leaderboard_v1=[evaluation("tin/a", 40.0, params_b=0.0), evaluation("tin/b", 40.0, params_b=7.0)],
        hub_details=[{"id": "tin/c", "safetensors": '{"total": 8030261248}'}],
        hub_listing=[
            {"id": "tin/b", "safetensors": '{"parameters": {"BF16": 7241732096}, "total": 7241732096}'},
            {"id": "tin/c", "safetensors": '{"total": "many"}'},
            {"id": "tin/d", "safetensors": '{"total": 0}'},
            {"id": "tin/e", "safetensors": '{"total": 1e300}'},
            {"id": "tin/f", "safetensors": '{"total": "NaN"}'},
        ],
    )
    found = rows(opened, "select model_id, parameters_b, parameters_rule from core.models order by all")
    assert found == [
        ("tin/a", None, "missing"),
        ("tin/b", 7.241732096, "safetensors"),
        ("tin/c", 8.030261248, "safetensors"),
        ("tin/d", None, "missing"),
        ("tin/e", None, "missing"),
        ("tin/f", None, "missing"),
    ]


def test_sizes_include_their_lower_bound(warehouse_of: WarehouseOf) -> None:
    cases = [
        (2.99, "< 3"),
        (3.0, "3–9"),
        (9.0, "9–20"),
        (20.0, "20–40"),
        (40.0, "40–80"),
        (80.0, "40–80"),
        (80.1, "> 80"),
    ]
    board = [evaluation(f"tin/{n}", 40.0, params_b=parameters_b) for n, (parameters_b, _) in enumerate(cases)]
    opened = warehouse_of(leaderboard_v2=board)
    assert rows(opened, "select size from marts.models order by model_id") == [(size,) for _, size in cases]


def test_licences_are_classed_and_say_where_they_were_read(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(
        hub_listing=[{"id": "tin/a", "tags": ["license:apache-2.0"]}, {"id": "tin/b", "tags": ["license:home-made"]}],
        hub_details=[{"id": "tin/c", "card_data": '{"license": ["CC-BY-NC-4.0"]}'}],
        leaderboard_v1=[evaluation("tin/d", 40.0, hub_license="?")],
    )
    found = rows(opened, "select model_id, license, license_class, license_rule from core.models order by all")
    assert found == [
        ("tin/a", "apache-2.0", "permissive", "tag"),
        ("tin/b", "home-made", "other", "tag"),
        ("tin/c", "cc-by-nc-4.0", "non-commercial", "model card"),
        ("tin/d", None, "unknown", "none declared"),
    ]


def test_bots_are_no_contributors(warehouse_of: WarehouseOf) -> None:
    opened = warehouse_of(hub_commits=[{"model_id": "tin/a", "authors": ["ann", "system", "SFconvertbot", "ann"]}])
    assert rows(opened, "select model_id, contributor, commits from core.contributors") == [("tin/a", "ann", None)]


def test_a_listing_that_names_a_model_twice_counts_it_once(warehouse_of: WarehouseOf) -> None:
    twice = [
        {"id": "tin/a", "downloads": 5, "last_modified": "2024-01-01 00:00:00"},
        {"id": "tin/a", "downloads": 7, "last_modified": "2024-02-01 00:00:00"},
    ]
    opened = warehouse_of(hub_listing=twice)
    assert rows(opened, "select model_id, downloads_30d from core.models") == [("tin/a", 7)]


COLUMNS = (
    "leaderboard varchar, evaluation_id bigint, model_key int, type varchar, type_rule varchar, score double,"
    " submitted_on date, revision varchar, precision varchar, weight_type varchar, chat_template boolean,"
    " eval_name varchar, is_official boolean, is_merged boolean, architecture_class varchar, parameters_b double,"
    " is_pending boolean, is_flagged boolean, snapshot_id varchar"
)
submissions = st.fixed_dictionaries(
    {
        "model_key": st.sampled_from([1, 2, 3]),
        "score": st.one_of(st.none(), st.sampled_from([10.0, 20.0, 20.5])),
        "is_flagged": st.booleans(),
        "submitted_on": st.sampled_from(["2024-01-01", "2024-02-01", None]),
        "revision": st.sampled_from(["aa", "bb", None]),
        "precision": st.sampled_from(["float16", "bfloat16", None]),
        "weight_type": st.sampled_from(["Original", "Adapter"]),
    }
)


def standing(board: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What core.evaluations makes of a board, its own select executed on it."""
    with duckdb.connect() as db:
        db.execute(f"create schema core; create table core.keyed_submissions ({COLUMNS})")
        for number, row in enumerate(board):
            row = {"leaderboard": "v1", "evaluation_id": number, **row}
            names, marks = ", ".join(row), ", ".join(f"${name}" for name in row)
            db.execute(f"insert into core.keyed_submissions ({names}) values ({marks})", row)
        select = (sql_folder() / "2_core" / "keyed_evaluations.sql").read_text(encoding="utf-8")
        db.execute(f"create table core.keyed_evaluations as\n{select}")
        found = db.execute(
            "from core.keyed_evaluations join core.keyed_submissions using (leaderboard, evaluation_id, model_key)"
        ).fetchall()
        names = [column[0] for column in db.description]
    kept = [names.index(name) for name in ("model_key", "score", "submitted_on", "revision", "precision", "folded")]
    return sorted((tuple(row[n] for n in kept) for row in found), key=repr)


@settings(max_examples=60, deadline=None)
@given(st.lists(submissions, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_best_stands_whatever_the_order(board: list[dict[str, Any]], shuffled: Any) -> None:
    again = list(board)
    shuffled.shuffle(again)
    first = standing(board)
    assert standing(again) == first
    for model_key, score, *_, folded in first:
        own = [row["score"] for row in board if row["model_key"] == model_key and not row["is_flagged"]]
        assert score == max((value for value in own if value is not None), default=None)
        assert folded == len(own) - 1
    assert {row[0] for row in first} == {row["model_key"] for row in board if not row["is_flagged"]}
