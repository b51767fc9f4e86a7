"""Official benchmarks in the warehouse and in the perspectives: one at a time, never in one average."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from oss_ai_monitor import warehouse
from oss_ai_monitor.perspectives import BaseModels, Filters, ModelTypes, Overview, ScoreProgress

Rows = list[dict[str, Any]]
MATH, CODE = "lab/math", "lab/code"


def entry(benchmark: str, model_id: str, value: float, **more: Any) -> dict[str, Any]:
    return {"benchmark_id": benchmark, "model_id": model_id, "value": value, "filename": "r.yaml", **more}


ENTRIES = [
    entry(MATH, "base/one", 40, verified=True, evaluated_on="2024-03-01"),
    entry(MATH, "kid/better", 55, verified=False, evaluated_on="2024-04-01"),
    entry(MATH, "kid/better", 99, pull_request=7, evaluated_on="2024-05-01"),
    entry(MATH, "kid/pending", 60, pull_request=8),
    entry(MATH, "kid/beyond", 1450, verified=True),
    entry(CODE, "base/one", 10, evaluated_on="2024-05-20"),
    entry(CODE, "nobody/knows", 20),
]
LISTED = [
    {"id": "base/one", "created_at": "2024-02-01", "tags": []},
    {"id": "kid/better", "created_at": "2024-03-10", "tags": ["base_model:finetune:base/one"]},
    {"id": "kid/pending", "created_at": "2024-04-10", "tags": ["base_model:finetune:base/one"]},
    {"id": "kid/beyond", "created_at": "2024-04-11", "tags": ["base_model:finetune:base/one"]},
]
V2 = [
    {"fullname": "base/one", "average": 30.0, "type": "pretrained", "submission_date": "2024-05-01", "mmlu_pro": 33.0}
]


def test_the_merged_result_stands_before_a_pending_one(
    warehouse_of: Callable[..., warehouse.Warehouse],
) -> None:
    board = warehouse_of(hub_benchmarks=ENTRIES, hub_listing=LISTED, leaderboard_v2=V2)
    frame = board.sql_frame(
        "select leaderboard, model_id, type, score, folded, is_pending from core.evaluations order by all"
    )
    assert frame.astype(object).where(frame.notna(), None).to_numpy().tolist() == [
        [CODE, "base/one", "reported", 10.0, 0, False],
        [CODE, "nobody/knows", "reported", 20.0, 0, False],
        [MATH, "base/one", "verified", 40.0, 0, False],
        [MATH, "kid/better", "reported", 55.0, 1, False],
        [MATH, "kid/beyond", "verified", None, 0, False],
        [MATH, "kid/pending", "pending", 60.0, 0, True],
        ["v2", "base/one", "pretrained", 30.0, 0, None],
    ]
    scores = board.sql_frame("select leaderboard, score from core.scores where model_id = 'base/one' order by 1")
    assert scores.to_numpy().tolist() == [[CODE, 10.0], [MATH, 40.0], ["v2", 33.0]]
    dates = board.sql_frame("select model_id, appeared_rule from core.models order by 1")
    assert dict(dates.to_numpy().tolist())["nobody/knows"] == "undated: no date"


def test_each_is_a_dataset_of_its_own_after_the_others(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    board = warehouse_of(hub_benchmarks=ENTRIES, hub_listing=LISTED, leaderboard_v2=V2)
    frame = board.query("datasets")
    assert frame[["dataset", "kind", "models", "dated", "undated"]].to_numpy().tolist() == [
        ["v2", "leaderboard", 1, 1, 0],
        ["hub", "hub", 4, 4, 0],
        [CODE, "benchmark", 2, 1, 1],
        [MATH, "benchmark", 4, 4, 0],
    ]


def test_one_without_any_date_is_no_dataset_but_lands(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    board = warehouse_of(hub_benchmarks=[entry(CODE, "nobody/knows", 20)], hub_listing=LISTED)
    assert board.query("datasets")["dataset"].tolist() == ["hub"]
    assert board.sql_frame("select score from core.evaluations")["score"].tolist() == [20.0]


def opened(board: warehouse.Warehouse, dataset: str) -> Filters:
    filters = Filters(board)
    filters.dataset = dataset
    return filters


def test_the_perspectives_show_it(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    filters = opened(warehouse_of(hub_benchmarks=ENTRIES, hub_listing=LISTED, leaderboard_v2=V2), MATH)
    assert (filters.selection.benchmarks, filters.selection.score_name, filters.selection.kind) == (
        {"Score": "average"},
        "score",
        "benchmark",
    )
    progress = ScoreProgress(filters.warehouse, filters)
    progress.open()
    assert progress.state == "ready"
    assert list(progress.choices("types")) == ["verified", "reported", "pending"]
    best = progress.answer.dropna(subset="score")
    assert sorted(zip(best["type"], best["score"], strict=True)) == [
        ("pending", 60.0), ("reported", 55.0), ("verified", 40.0)
    ]  # fmt: skip
    assert "average" not in progress.answer_text
    assert progress.answer["best_so_far"].max() == 55.0  # a pending result sets no record
    types = ModelTypes(filters.warehouse, filters)
    types.open()
    assert types.answer.groupby("type")["models"].sum().to_dict() == {"pending": 1, "reported": 1, "verified": 2}
    bases = BaseModels(filters.warehouse, filters)
    bases.open()
    assert bases.bases == ["base/one"]
    gains = bases.answer[~bases.answer["is_base"]].set_index("model_id")["gain"]
    assert gains.to_dict() == {"kid/better": 15.0, "kid/pending": 20.0}
    assert bases.answer.set_index("model_id")["is_filling"]["kid/pending"]


def test_scores_of_two_never_meet(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    board = warehouse_of(hub_benchmarks=ENTRIES, hub_listing=LISTED, leaderboard_v2=V2)
    for dataset, best in ((MATH, 55.0), (CODE, 20.0), ("v2", 30.0)):
        overview = Overview(board, opened(board, dataset))
        overview.open()
        tile = next(tile for tile in overview.tiles if tile.title.startswith("Best open model"))
        assert tile.figure == f"{best:.1f}"
        best_score = board.sql_frame("select max(score) as best from marts.scores where dataset = $d", {"d": dataset})
        assert (
            best_score["best"][0] == {MATH: 60.0, CODE: 20.0, "v2": 33.0}[dataset]
        )  # MATH: a pending one is nobody's best


def test_the_tile_of_ages_names_no_benchmark_but_the_chosen(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    board = warehouse_of(hub_benchmarks=ENTRIES, hub_listing=LISTED, leaderboard_v2=V2)
    for dataset, named in ((MATH, True), ("v2", False)):
        overview = Overview(board, opened(board, dataset), today=pd.Timestamp("2024-06-20").date())
        overview.open()
        (age,) = [tile for tile in overview.tiles if tile.title.startswith("Age")]
        assert ("math as of 15 Jun 2024" in age.sentence) == named
        assert "code" not in age.sentence
