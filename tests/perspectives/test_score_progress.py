"""Score progress: records stand on every score and name their holders, trends on enough real points."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from oss_ai_monitor.app.citation import to_query
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters, ScoreProgress
from oss_ai_monitor.perspectives.score_progress import view as score_progress
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows

WarehouseOf = Callable[..., Warehouse]
MONDAY = dt.date(2024, 1, 1)


def community(weeks: int = 12, each: int = 3) -> list[tuple[str, dt.date, str, float]]:
    """Each week a few fine-tuned models, every second week a chat model, before that one model of the floor."""
    models = [("old/floor", dt.date(2022, 3, 2), "🟢 pretrained", 20.0)]
    for week in range(weeks):
        day = MONDAY + dt.timedelta(days=7 * week + week % 7)
        models += [(f"fine/model-{week}-{n}", day, "🔶 fine-tuned", 40.0 + (week % 5) * 3 + n) for n in range(each)]
        if week % 2:
            models.append((f"chat/model-{week}", day, "💬 chat", 30.0 + week))
    models.append(("plain/unknown", MONDAY, "", 10.0))
    return models


def landed(models: list[tuple[str, dt.date, str, float]]) -> dict[str, list[dict[str, Any]]]:
    listing = [
        {"id": model, "created_at": f"{day} {'23:29:04' if model == 'old/floor' else '10:00:00'}"}
        for model, day, *_ in models
    ]
    rows = [
        {"fullname": model, "type": kind, "average": score, "arc": score, "date": f"{day}T00:00:00Z"}
        for model, day, kind, score in models
    ]
    return {"hub_listing": listing, "leaderboard_v1": rows}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("scores")
    for name, rows in landed(community()).items():
        land_rows(folder, name, rows)
    build(folder, Landing(folder / "landing").selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def opened(warehouse: Warehouse, **choices: Any) -> ScoreProgress:
    filters = Filters(warehouse)
    filters.dataset = "v1"
    filters.param.update(dates=(MONDAY, dt.date(2024, 6, 15)), unit="week")
    perspective = ScoreProgress(warehouse, filters, **choices)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def source(perspective: ScoreProgress, name: str, chart: int = 0) -> dict[str, Any]:
    return perspective.charts[chart].columns[name]


def test_each_point_is_the_best_of_its_type_and_week_and_names_its_model(board: Warehouse) -> None:
    perspective = opened(board)
    points = source(perspective, "points")
    named = dict(zip(points["model_id"], points["y"], strict=True))
    assert named["fine/model-4-2"] == 54.0
    assert "fine/model-4-1" not in named
    assert len(named) == 12 + 6 + 1


def test_the_running_best_rises_at_the_day_of_each_record(board: Warehouse) -> None:
    perspective = opened(board)
    records = perspective.records
    assert list(records["model_id"]) == [f"fine/model-{n}-2" for n in range(5)]
    assert list(records["score"]) == [42.0, 45.0, 48.0, 51.0, 54.0]
    assert perspective.answer_text == (
        "The best average score rose by 12.0 points in 4 records: from 42.0 by fine/model-0-2 (1 Jan 2024) to 54.0 by "
        "fine/model-4-2 (2 Feb 2024)."
    )
    assert perspective.answer_models == ["fine/model-0-2", "fine/model-4-2"]
    lines = source(perspective, "lines")
    assert lines["name"][-1] == "best so far, fine/model-4-2 (2 Feb 2024)"
    assert [list(y) for y in lines["ys"]] == [[42, 42, 42], [42, 45, 45], [45, 48, 48], [48, 51, 51], [51, 54, 54]]
    assert [x[0] for x in lines["xs"][1:]] == [x[-1] for x in lines["xs"][:-1]]


def test_what_was_best_before_the_range_is_where_the_line_starts(board: Warehouse) -> None:
    perspective = opened(board)
    perspective.filters.dates = (MONDAY + dt.timedelta(days=14), dt.date(2024, 6, 15))
    records = perspective.records
    assert list(records["score"]) == [45.0, 48.0, 51.0, 54.0]
    assert records["model_id"].iloc[0] == "fine/model-1-2"
    assert records["is_before"].tolist() == [True, False, False, False]
    assert "from 45.0, reached before these dates, by fine/model-1-2 (9 Jan 2024) to 54.0" in perspective.answer_text
    perspective.filters.dates = (dt.date(2024, 3, 1), dt.date(2024, 6, 15))
    assert perspective.answer_text == (
        "The best average score is 54.0 points, by fine/model-4-2 (2 Feb 2024); no model in these dates scored more."
    )


def test_a_model_of_an_incomplete_week_is_pale_and_sets_a_record(warehouse_of: WarehouseOf) -> None:
    models = [*community(), ("late/best", dt.date(2024, 6, 14), "💬 chat", 99.0)]
    perspective = opened(warehouse_of(**landed(models)))
    points = source(perspective, "points")
    place = points["model_id"].index("late/best")
    assert points["alpha"][place] < 0.5
    assert perspective.answer["best_so_far"].max() == 99.0
    assert perspective.answer_text.endswith("to 99.0 by late/best (14 Jun 2024).")
    table = perspective.table(perspective.charts[0])
    assert table["best_so_far_model_id"].iloc[-1] == "late/best"


def test_records_are_the_same_in_every_unit(warehouse_of: WarehouseOf) -> None:
    days = [(f"up/{n:02}", MONDAY + dt.timedelta(days=n), "💬 chat", 40.0 + n) for n in range(20)]
    perspective = opened(warehouse_of(**landed(days)))
    for unit in ("day", "week", "month"):
        perspective.filters.unit = unit
        assert perspective.records["model_id"].tolist() == [model for model, *_ in days]
        assert "rose by 19.0 points in 19 records" in perspective.answer_text


@pytest.mark.parametrize(("weeks", "trends"), [(7, []), (8, ["fine-tuned"]), (16, ["fine-tuned", "chat"])])
def test_a_trend_needs_eight_periods_and_stays_within_its_points(
    warehouse_of: WarehouseOf, weeks: int, trends: list[str]
) -> None:
    perspective = opened(warehouse_of(**landed(community(weeks))))
    smooth = source(perspective, "trends")
    assert sorted(smooth["name"]) == sorted(trends)
    points = source(perspective, "points")
    for name, x in zip(smooth["name"], smooth["xs"], strict=True):
        days_of_type = [at for at, kind in zip(points["x"], points["type"], strict=True) if kind == name]
        assert min(days_of_type) <= min(x)
        assert max(x) <= max(days_of_type)


def test_cumulative_counts_start_with_what_was_there_before_and_never_fall(board: Warehouse) -> None:
    perspective = opened(board)
    areas = source(perspective, "areas", chart=1)
    assert areas["pretrained"][0] == 1
    assert areas["so far"][-1] == len(community())
    assert np.all(np.diff(areas["so far"]) >= 0)


def test_the_unknown_type_can_be_chosen(board: Warehouse) -> None:
    perspective = opened(board)
    assert "unknown" in perspective.param["types"].objects
    perspective.types = ["unknown"]
    assert source(perspective, "points")["model_id"] == ["plain/unknown"]
    assert perspective.from_query({"types": "unknown,chat"}) == []


def test_choosing_types_draws_fewer_points_and_changes_no_number(board: Warehouse) -> None:
    every, some = opened(board), opened(board, types=["chat"])
    assert {name.split("/")[0] for name in source(some, "points")["model_id"]} == {"chat"}
    assert source(some, "points")["y"].tolist() == [31.0, 33.0, 35.0, 37.0, 39.0, 41.0]
    assert source(some, "lines")["name"][:3] == source(every, "lines")["name"][:3]
    assert some.answer_text == every.answer_text
    drawn, undrawn = (source(some, "areas", chart=1)[name] for name in ("chat", "not drawn"))
    together = source(every, "areas", chart=1)["so far"]
    assert (drawn + undrawn).tolist() == together.tolist() == source(some, "areas", chart=1)["so far"].tolist()
    assert drawn.tolist() == source(every, "areas", chart=1)["chat"].tolist()


def test_median_and_quartiles_are_of_all_models_whatever_is_chosen(board: Warehouse) -> None:
    lines_of = [source(opened(board, what="every", types=types), "lines") for types in ([], ["chat"])]
    medians = [lines["ys"][lines["name"].index("median of all models")].tolist() for lines in lines_of]
    np.testing.assert_equal(*medians)


def test_median_and_quartiles_stand_where_there_are_ten_models(warehouse_of: WarehouseOf) -> None:
    nine_models = [(f"few/{n}", MONDAY, "💬 chat", 50.0 + n) for n in range(9)]
    eleven_models = [(f"many/{n}", MONDAY + dt.timedelta(days=7), "💬 chat", float(n)) for n in range(11)]
    perspective = opened(warehouse_of(**landed(nine_models + eleven_models)), what="every")
    lines = source(perspective, "lines")
    median = lines["ys"][lines["name"].index("median of all models")]
    assert [value for value in median if np.isfinite(value)] == [5.0, 5.0]
    assert len(source(perspective, "points")["x"]) == 20


def test_too_many_models_are_thinned_evenly_with_every_best_and_the_note_says_so(
    warehouse_of: WarehouseOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_progress, "MAX_POINTS", 30)
    models = community(12, each=20)
    warehouse = warehouse_of(**landed(models))
    perspective = opened(warehouse, what="every")
    points = source(perspective, "points")
    assert set(perspective.answer["model_id"].dropna()) <= set(points["model_id"])
    assert 30 <= len(points["model_id"]) <= 30 + 19
    assert f"{len(points['model_id'])} of {len(models) - 1} are drawn" in perspective.charts[0].details
    fine = [name for name in points["model_id"] if name.startswith("fine/")]
    assert {name.split("-")[1] for name in fine} == {str(week) for week in range(12)}
    assert source(opened(warehouse, what="every"), "points")["model_id"] == points["model_id"]
    lines = source(perspective, "lines")
    median = lines["ys"][lines["name"].index("median of all models")]
    assert median[0] == np.median([10.0, *(40.0 + n for n in range(20))])


def test_on_the_hub_it_shows_the_newest_leaderboard_over_its_own_dates(board: Warehouse) -> None:
    perspective = opened(board)
    answer = perspective.answer_text
    perspective.filters.dataset = "hub"
    perspective.filters.dates = (dt.date(2024, 5, 1), dt.date(2024, 5, 2))
    assert perspective.state == "ready"
    assert perspective.scores_from == "Scores of Open LLM Leaderboard v1, 1 Jan 2024 to 15 Jun 2024"
    assert perspective.answer_text == answer
    assert perspective.filters.selection.dataset == "hub"
    assert to_query(perspective)["dataset"] == "hub"
    perspective.filters.dataset = "v1"
    assert perspective.scores_from == ""


def test_without_any_leaderboard_it_says_so(warehouse_of: WarehouseOf) -> None:
    warehouse = warehouse_of(hub_listing=landed(community())["hub_listing"])
    perspective = ScoreProgress(warehouse, Filters(warehouse))
    perspective.open()
    assert perspective.state == "no scores"
    assert perspective.reason.endswith("there is no leaderboard in this warehouse.")


def test_a_benchmark_has_records_of_its_own(board: Warehouse) -> None:
    perspective = opened(board)
    perspective.filters.benchmark = "arc"
    assert perspective.charts[0].title == "Best ARC score of each type and week"
    assert perspective.state == "ready"


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        ({}, ""),
        ({"at_most_b": 8.0}, " of at most 8 B parameters"),
        ({"sizes": ("3-9", "unknown")}, " of 3-9 B parameters or of unknown size"),
        ({"sizes": ("unknown",), "at_most_b": 8.0}, " of unknown size and of at most 8 B parameters"),
    ],
)
def test_a_sentence_says_of_which_sizes_it_speaks(board: Warehouse, choices: dict[str, Any], text: str) -> None:
    selection = dataclasses.replace(opened(board).selection, **choices)
    assert selection.of_these_sizes == text
