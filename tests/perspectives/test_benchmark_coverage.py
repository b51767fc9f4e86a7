"""Official benchmarks: pending results by age, and the most used models without a result, counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.score_progress.view import ScoreProgress
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows

AS_OF = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)


def entry(benchmark: str, model: str, value: float, **more: Any) -> dict[str, Any]:
    return {"benchmark_id": benchmark, "model_id": model, "value": value} | more


ENTRIES = [
    entry("lab/maths", "tin/verified", 70, verified=True, evaluated_on="2026-01-01"),
    entry("lab/maths", "tin/reported", 60, evaluated_on="2026-02-01"),
    entry("lab/maths", "tin/new", 80, pull_request=1, evaluated_on="2026-06-28"),  # 2 days
    entry("lab/maths", "tin/older", 81, pull_request=2, evaluated_on="2026-05-01"),  # 60 days
    entry("lab/maths", "tin/oldest", 82, pull_request=3, evaluated_on="2025-01-01"),  # 545 days
    entry("lab/maths", "tin/undated", 83, pull_request=4),
    entry("lab/law", "tin/verified", 50, evaluated_on="2026-01-01"),
]
LISTED = [
    {"id": "tin/verified", "downloads": 50},
    {"id": "tin/reported", "downloads": 300},
    {"id": "tin/new", "downloads": 200},
    {"id": "tin/without", "downloads": 1_000},
    {"id": "lead/without", "downloads": 900},
    {"id": "tin/speech", "downloads": 5_000, "pipeline_tag": "text-to-speech"},
    {"id": "tin/unused", "downloads": 0},
]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScoreProgress]:
    folder = tmp_path_factory.mktemp("coverage")
    listed = [{"created_at": "2025-06-01", "pipeline_tag": "text-generation", **row} for row in LISTED]
    land_rows(folder, "hub_benchmarks", ENTRIES, as_of=AS_OF)
    land_rows(folder, "hub_listing", listed, as_of=AS_OF)
    build(folder, Landing(folder / "landing").selected())
    opened = Warehouse.open(folder)
    filters = Filters(opened)
    filters.dataset = "lab/maths"
    shown = ScoreProgress(opened, filters)
    shown.open()
    assert shown.state == "ready", shown.reason
    yield shown
    opened.close()


def test_pending_results_stand_under_their_age(view: ScoreProgress) -> None:
    rows = view.others["pending"]
    maths = rows[rows["benchmark_id"] == "lab/maths"]
    assert dict(zip(maths["age"], maths["results"].astype(int), strict=True)) == {
        "up to a week": 1, "up to 30 days": 0, "up to 90 days": 1, "up to a year": 0, "more than a year": 1,
        "no date": 1,
    }  # fmt: skip
    chart = next(chart for chart in view.charts if chart.key == "pending")
    assert chart.is_offered
    assert chart.caption == (
        "4 results of official benchmarks, of 7 in all, wait in pull requests; the oldest was evaluated 545 days "
        "before the snapshot."
    )
    assert set(chart.columns["rows"]["name"]) == {"maths"}


def test_the_matrix_says_which_of_the_most_used_models_have_no_result(view: ScoreProgress) -> None:
    rows = view.others["coverage"]
    results = {
        (model, bench): result
        for model, bench, result in zip(rows["model_id"], rows["benchmark"], rows["result"], strict=True)
    }
    assert list(dict.fromkeys(rows["model_id"])) == [
        "tin/without", "lead/without", "tin/reported", "tin/new", "tin/verified"
    ]  # fmt: skip
    assert {model: results[model, "maths"] for model, _ in results} == {
        "tin/without": "none", "lead/without": "none", "tin/reported": "reported", "tin/new": "pending",
        "tin/verified": "verified",
    }  # fmt: skip
    chart = next(chart for chart in view.charts if chart.key == "coverage")
    assert chart.caption == "Of the 5 most downloaded models so many have no result: law 4, maths 2."
    assert set(chart.columns["cells"]["y_name"]) == {"tin/without", "lead/without", "reported", "new", "verified"}


def test_models_of_all_tasks_on_request(view: ScoreProgress) -> None:
    view.filters.text_generation = False
    assert view.others["coverage"]["model_id"].iloc[0] == "tin/speech"
    view.filters.text_generation = True
