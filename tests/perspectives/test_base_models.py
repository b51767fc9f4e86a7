"""The ladder: by lineage, from the base's own score, strictly upward."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.charts.ladder import Ladder
from oss_ai_monitor.charts.name_styles import COLOURS, styles_by_name
from oss_ai_monitor.perspectives import BaseModels, Filters
from oss_ai_monitor.perspectives.base_models import view as base_models
from oss_ai_monitor.perspectives.base_models.notes import style_indices as places_of
from oss_ai_monitor.warehouse import Warehouse

WarehouseOf = Callable[..., Warehouse]
BASE, INSTRUCT = "mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-Instruct-v0.1"
BEFORE = "tiiuae/falcon-180B"  # released 6 September 2023, and that stands whatever it declares
RELEASED = dt.date(2023, 9, 27)


def listed(model: str, day: int | None, *bases: str, relation: str = "finetune") -> dict[str, Any]:
    """A repository of the Hub that appeared `day` days after the base's release; None is the floor of createdAt."""
    moment = "2022-03-02 23:29:04" if day is None else f"{RELEASED + dt.timedelta(days=day)} 10:00:00"
    return {"id": model, "created_at": moment, "tags": [f"base_model:{relation}:{base}" for base in bases]}


def evaluated(model: str, score: float, **more: Any) -> dict[str, Any]:
    return {"fullname": model, "average": score, "type": "🔶 fine-tuned", "date": "2024-06-01T00:00:00Z", **more}


def community(warehouse_of: WarehouseOf) -> Warehouse:
    models = [
        (listed(BEFORE, -7, BASE), 90.0),
        (listed(INSTRUCT, 0, BASE), 55.0),
        (listed("tin/first", 10, BASE), 62.0),
        (listed("tin/lower", 20, BASE), 61.0),
        (listed("tin/same", 30, BASE), 62.0),
        (listed("tin/second", 40, "tin/first"), 66.0),
        (listed("tin/merge", 50, "tin/first", "tin/lower", relation="merge"), 70.0),
        (listed("tin/undated", None, BASE), 80.0),
        (listed("tin/stranger", 60, "tin/unknown"), 99.0),
    ]
    board = [evaluated(BASE, 60.0), evaluated(BASE, 58.0), evaluated(BASE, 99.0, flagged=True)]
    board += [evaluated(row["id"], score) for row, score in models]
    return warehouse_of(hub_listing=[row for row, _ in models], leaderboard_v1=board)


def opened(warehouse: Warehouse) -> BaseModels:
    filters = Filters(warehouse)
    filters.dataset = "v1"
    filters.dates = (dt.date(2022, 3, 2), dt.date(2024, 6, 15))
    perspective = BaseModels(warehouse, filters)
    perspective.bases = [BASE]
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def rungs(perspective: BaseModels) -> list[tuple[str, int, float]]:
    rows = perspective.answer[perspective.answer["is_rung"]]
    return list(zip(rows["model_id"], rows["days"].astype(int), rows["gain"].astype(float), strict=True))


def test_a_ladder_starts_at_the_base_and_climbs_by_lineage(warehouse_of: WarehouseOf) -> None:
    perspective = opened(community(warehouse_of))
    assert rungs(perspective) == [
        (BASE, 0, 0.0),
        ("tin/first", 10, 2.0),
        ("tin/second", 40, 6.0),
        ("tin/merge", 50, 10.0),
    ]
    perspective.merges = False
    assert rungs(perspective) == [(BASE, 0, 0.0), ("tin/first", 10, 2.0), ("tin/second", 40, 6.0)]
    assert "1 merge left out" in perspective.left_out_text


def test_what_was_before_the_release_or_undated_is_listed_and_not_drawn(warehouse_of: WarehouseOf) -> None:
    perspective = opened(community(warehouse_of))
    perspective.resized = True  # one of them is 25 times as large as its base
    ladder = perspective.charts[0]
    listed_models = set(perspective.table(ladder)["model"])
    assert listed_models == {
        BEFORE, INSTRUCT, "tin/first", "tin/lower", "tin/same", "tin/second", "tin/merge", "tin/undated",
    }  # fmt: skip
    drawn = {model for source in ("rungs", "others") for model in ladder.columns[source]["model_id"]}
    assert drawn == listed_models - {BEFORE, "tin/undated"}
    assert "1 derivative dated before the base's release: in the table, not drawn" in perspective.left_out_text
    assert "1 derivative undated: in the table, not drawn" in perspective.left_out_text
    assert (
        dict(zip(ladder.columns["others"]["model_id"], ladder.columns["others"]["marker"], strict=True))[INSTRUCT]
        == "star"
    )


def test_what_was_up_to_five_weeks_before_its_base_stands_on_the_day_of_the_release(warehouse_of: WarehouseOf) -> None:
    models = [listed("tin/week-before", -7, BASE), listed("tin/below", -3, "tin/week-before")]
    models += [listed("tin/months-before", -60, BASE), listed("tin/months-before-late-board", -60, BASE)]
    board = [evaluated(BASE, 60.0), evaluated("tin/week-before", 61.0), evaluated("tin/below", 62.0)]
    board += [evaluated("tin/months-before", 63.0)]  # submitted on 1 June 2024, day 248
    board += [evaluated("tin/months-before-late-board", 99.0, date="2023-10-15T00:00:00Z")]
    perspective = opened(warehouse_of(hub_listing=models, leaderboard_v1=board))
    assert rungs(perspective) == [(BASE, 0, 0.0), ("tin/below", 0, 2.0), ("tin/months-before", 248, 3.0)]
    assert "1 derivative undated: in the table, not drawn" in perspective.left_out_text
    assert "before the base's release" not in perspective.left_out_text


def test_the_table_tells_each_base(warehouse_of: WarehouseOf) -> None:
    perspective = opened(community(warehouse_of))
    perspective.resized = True  # one of them is 25 times as large as its base
    row = perspective.table(perspective.charts[1]).iloc[0]
    assert (row["base"], row["derivatives"], row["best_gain"], row["best_model"]) == (
        "Mistral 7B v0.1",
        8,
        10.0,
        "tin/merge",
    )
    assert (row["median_gain"], row["share_above_the_base"], row["days_to_the_peak"]) == (4.0, 7 / 8, 50.0)
    assert (row["before_the_release"], row["undated"], row["own_evaluations"], row["own_spread"]) == (1, 1, 2, 2.0)
    assert perspective.answer_text == (
        "Mistral 7B v0.1 was improved furthest: +10.0 points by tin/merge (16 Nov 2023, 50 days after its release)."
    )


def test_a_base_without_an_evaluation_cannot_be_chosen_and_says_why(warehouse_of: WarehouseOf) -> None:
    perspective = opened(community(warehouse_of))
    assert "microsoft/phi-2" in perspective.disabled_options["bases"]
    assert "Phi-2 (no own evaluation here)" in perspective.param["bases"].names
    notices = perspective.from_query({"bases": f"{BASE},microsoft/phi-2,tin/none"})
    assert perspective.bases == [BASE]
    assert notices == [
        "“microsoft/phi-2” cannot be chosen: no evaluation of its own on this leaderboard.",
        "“tin/none” cannot be chosen: it is no base model that is known here.",
    ]


def test_a_link_reproduces_the_choice(warehouse_of: WarehouseOf) -> None:
    perspective = opened(community(warehouse_of))
    assert perspective.to_query() == {}
    perspective.param.update(bases=[], labels=False)
    assert perspective.to_query() == {"labels": "no", "bases": "none"}
    assert perspective.state == "empty"
    assert perspective.reason == "Choose a base model to see its ladder."
    perspective.from_query({"bases": BASE, "labels": "yes"})
    assert perspective.to_query() == {}


def test_bases_without_a_derivative_leave_nothing_to_draw(warehouse_of: WarehouseOf) -> None:
    board = [evaluated(BASE, 60.0), evaluated("tin/first", 62.0)]
    perspective = opened(warehouse_of(hub_listing=[listed("tin/first", 10, BASE)], leaderboard_v1=board))
    ladder = perspective.charts[0]
    assert (ladder.key, ladder.is_empty) == ("ladder", False)
    perspective.filters.dates = (dt.date(2022, 3, 2), RELEASED + dt.timedelta(days=9))
    assert rungs(perspective) == [(BASE, 0, 0.0)]
    assert ladder.is_empty


def test_a_change_of_unit_asks_nothing(warehouse_of: WarehouseOf) -> None:
    perspective = opened(community(warehouse_of))
    before = perspective.answer
    perspective.filters.unit = "month"
    assert perspective.answer is before


def test_on_the_hub_it_shows_the_newest_leaderboard(warehouse_of: WarehouseOf) -> None:
    perspective = opened(community(warehouse_of))
    perspective.filters.dataset = "hub"
    assert perspective.state in ("ready", "empty")
    assert perspective.selection.dataset == "v1"
    perspective.filters.dataset = "v1"
    assert perspective.state in ("ready", "empty")
    assert perspective.bases == [BASE]


def test_every_ladder_is_strictly_increasing_and_the_same_as_counted_by_hand(warehouse_of: WarehouseOf) -> None:
    dice = random.Random(7)
    names = [BASE] + [f"tin/{number}" for number in range(150)]
    models, board = [], [evaluated(BASE, 50.0)]
    for number, name in enumerate(names[1:], 1):
        models.append(listed(name, dice.randrange(-20, 200), dice.choice(names[:number])))
        board.append(evaluated(name, float(dice.randrange(30, 70))))
    perspective = opened(warehouse_of(hub_listing=models, leaderboard_v1=board))
    # what is up to 35 days older than its base gets the base's day
    days = {row["id"]: max((pd.Timestamp(row["created_at"]).date() - RELEASED).days, 0) for row in models}
    best, expected = 0.0, [(BASE, 0, 0.0)]
    for row in sorted(board[1:], key=lambda row: (days[row["fullname"]], -row["average"], row["fullname"])):
        if row["average"] - 50.0 > best:
            best = row["average"] - 50.0
            expected.append((row["fullname"], days[row["fullname"]], best))
    assert rungs(perspective) == expected
    gains = [gain for *_, gain in expected]
    assert all(lower < higher for lower, higher in pairwise(gains))


def test_every_base_has_a_colour_and_marker_of_its_own() -> None:
    names = [f"base {number}" for number in range(40)]
    styles = styles_by_name(names, {"base 3": 0, "base 5": 1})
    assert len(set(styles.values())) == 40
    assert len({colour for colour, _ in list(styles.values())[:12]}) == len(COLOURS)
    assert styles_by_name(["base 5", "base 9"], {"base 3": 0, "base 5": 1})["base 5"] == styles["base 5"]
    assert len(set(styles_by_name(["base 1", "base 2", "base 3"], {"base 1": 0, "base 3": 0}).values())) == 3


def test_the_usual_bases_of_a_leaderboard_all_look_different_and_keep_their_looks_on_another() -> None:
    with (Path(__file__).parents[2] / "sql" / "seeds" / "base_models.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    boards = [[row["label"] for row in rows if row[f"is_default_{board}"] == "true"] for board in ("v2", "v1")]
    assert [len(names) > 8 for names in boards] == [True, True]
    boards.append([boards[0][3], boards[1][0], boards[0][1]])  # an official benchmark has some of both
    places = places_of(boards)
    for names in boards:
        styles = styles_by_name(names, places)
        assert len(set(styles.values())) == len(names)
        assert styles == {name: styles_by_name([name], places)[name] for name in names}


def test_of_too_many_derivatives_a_sample_is_drawn_and_all_figures_stay(
    warehouse_of: WarehouseOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [(listed(f"tin/model-{n:03}", 1 + n // 4, BASE), 50.0 + n * 37 % 80 / 4) for n in range(200)]
    board = [evaluated(BASE, 60.0), *(evaluated(row["id"], score) for row, score in models)]
    warehouse = warehouse_of(hub_listing=[row for row, _ in models], leaderboard_v1=board)
    complete = opened(warehouse)
    monkeypatch.setattr(base_models, "MAX_POINTS", 50)
    sampled = opened(warehouse)
    assert len(complete.answer) == 201
    drawn = len(sampled.answer) - 1
    assert 20 < drawn < 120
    assert rungs(sampled) == rungs(complete)
    assert set(sampled.answer["model_id"]) <= set(complete.answer["model_id"])
    pd.testing.assert_frame_equal(sampled.summary, complete.summary)
    gains = complete.answer.loc[~complete.answer["is_base"], "gain"]
    assert (
        complete.summary.loc[0, ["lower", "median_gain", "upper"]].tolist()
        == gains.quantile([0.25, 0.5, 0.75]).tolist()
    )
    assert f"{drawn} of 200 derivatives are drawn and in the table of models" in sampled.left_out_text
    assert "are drawn" not in complete.left_out_text


def test_a_name_says_the_gain_of_the_last_rung_be_it_hollow() -> None:
    ladder = Ladder("ladder", x_title="", y_title="")
    common = {"is_rung": True, "is_own": False, "score": 60.0, "on": pd.Timestamp("2024-01-01"), "type": "chat"}
    rows = pd.DataFrame(
        [
            {
                "name": "one",
                "days": 1.0,
                "gain": 2.0,
                "is_unsettled": False,
                "model_id": "tin/a",
                "base_score": 58.0,
                **common,
            },
            {
                "name": "one",
                "days": 9.0,
                "gain": 5.0,
                "is_unsettled": True,
                "model_id": "tin/b",
                "base_score": 58.0,
                **common,
            },
            {
                "name": "two",
                "days": 3.0,
                "gain": 4.0,
                "is_unsettled": True,
                "model_id": "tin/c",
                "base_score": 58.0,
                **common,
            },
        ]
    )
    bases = pd.DataFrame(
        {"name": ["one", "two"], "until": [20, 20], "low": [0.0] * 2, "high": [0.0] * 2, "summary": [""] * 2}
    )
    ladder.send(rows, bases, styles_by_name(["one", "two"], {}), labels=True, others=True)
    assert ladder.columns["names"]["text"] == ["one +5.0", "two +4.0"]
    assert list(ladder.columns["names"]["y"]) == [5.0, 4.0]


def test_a_merge_of_bases_of_two_sizes_stands_under_the_one_of_its_own(warehouse_of: WarehouseOf) -> None:
    """A 70 B model and an adapter of an 8 B one were merged to 70 B: the 8 B base was not improved by 30 points."""
    small, large = "meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-70B"
    models = {
        small: (60.0, 8.03, ()), large: (80.0, 70.6, ()), "tin/tuned-70b": (82.0, 70.6, (large,)),
        "tin/lora-8b": (61.0, 8.03, (small,)), "tin/merge-70b": (90.0, 70.6, ("tin/tuned-70b", "tin/lora-8b")),
    }  # fmt: skip
    hub = [listed(name, 250 + n, *bases) for n, (name, (*_, bases)) in enumerate(models.items())]
    board = [evaluated(name, score, params_b=size) for name, (score, size, _) in models.items()]
    filters = Filters(warehouse_of(hub_listing=hub, leaderboard_v1=board))
    filters.dataset = "v1"
    filters.dates = (dt.date(2022, 3, 2), dt.date(2024, 6, 15))
    perspective = BaseModels(filters.warehouse, filters)
    for bases, improved in [([small], [1.0]), ([small, large], [1.0, 10.0])]:
        perspective.bases = bases
        perspective.open()
        assert sorted(perspective.summary["best_gain"]) == improved
    perspective.bases = [small]
    assert "1 derivative grown or pruned" in perspective.left_out_text
    perspective.resized = True
    assert perspective.summary["best_gain"].tolist() == [30.0], "by a switch, as published analyses count"
    perspective.bases = [small, large]
    assert sorted(perspective.summary["best_gain"]) == [1.0, 10.0], "and then under the base of its own size"


def test_models_of_which_no_source_names_a_base_are_said(warehouse_of: WarehouseOf) -> None:
    """Of three models that the board alone has, v1 names no base of any; the listing has the other two."""
    board = [evaluated(name, 60.0) for name in (BASE, "tin/first", "tin/a", "tin/b", "tin/c")]
    perspective = opened(
        warehouse_of(hub_listing=[listed(BASE, 0), listed("tin/first", 10, BASE)], leaderboard_v1=board)
    )
    note = "3 models of unknown base: not in the Hub's listing, and no board names one"
    assert all(note in perspective.left_out_of(chart) for chart in perspective.charts)
