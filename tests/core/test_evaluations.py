"""Which evaluation stands for its repository: the best unflagged one, and how flags, types and NaN are read."""

from __future__ import annotations

from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from oss_ai_monitor.warehouse import sql_folder
from tests.core.small_tables import WarehouseOf, evaluation, rows


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
    actual = rows(opened, "select type, type_rule from core.evaluations order by model_id")
    assert actual == [tuple(expected) for _, *expected in cases]


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
        db.execute(f"create schema core; create table core.submissions_by_key ({COLUMNS})")
        for number, row in enumerate(board):
            row = {"leaderboard": "v1", "evaluation_id": number, **row}
            names, marks = ", ".join(row), ", ".join(f"${name}" for name in row)
            db.execute(f"insert into core.submissions_by_key ({names}) values ({marks})", row)
        select = (sql_folder() / "2_core" / "evaluations_by_key.sql").read_text(encoding="utf-8")
        db.execute(f"create table core.evaluations_by_key as\n{select}")
        actual = db.execute(
            "from core.evaluations_by_key join core.submissions_by_key using (leaderboard, evaluation_id, model_key)"
        ).fetchall()
        columns = [column[0] for column in db.description]
    positions = [
        columns.index(name) for name in ("model_key", "score", "submitted_on", "revision", "precision", "folded")
    ]
    return sorted((tuple(row[n] for n in positions) for row in actual), key=repr)


@settings(max_examples=60, deadline=None)
@given(st.lists(submissions, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_best_stands_whatever_the_order(board: list[dict[str, Any]], shuffled: Any) -> None:
    shuffled_board = list(board)
    shuffled.shuffle(shuffled_board)
    first = standing(board)
    assert standing(shuffled_board) == first
    for model_key, score, *_, folded in first:
        scores_of_model = [row["score"] for row in board if row["model_key"] == model_key and not row["is_flagged"]]
        assert score == max((value for value in scores_of_model if value is not None), default=None)
        assert folded == len(scores_of_model) - 1
    assert {row[0] for row in first} == {row["model_key"] for row in board if not row["is_flagged"]}
