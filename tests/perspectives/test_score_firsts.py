"""The best of every benchmark: places, ranks on the average and specialist gaps against NumPy and the raw file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.score_progress.view import ScoreProgress
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows
from tests.test_real_data import V2

NAMES = ("ifeval", "bbh", "math_lvl_5", "gpqa", "musr", "mmlu_pro")
SCORES = {
    "tin/all-round": [50, 50, 50, 50, 50, 50],
    "tin/coder": [20, 20, 90, 20, 20, 10],
    "lead/tied": [50, 10, 10, 10, 10, 12],
    "lead/weak": [10, 12, 8, 9, 11, 10],
}


def evaluated(name: str, scores: list[int], **more: Any) -> dict[str, Any]:
    benchmarks = dict(zip(NAMES, map(float, scores), strict=True))
    day = "2024-08-01"
    about = {"fullname": name, "average": sum(scores) / 6, "upload_to_hub_date": day, "submission_date": day}
    return about | benchmarks | {"params_b": 7.0} | more


def view_of(warehouse: Warehouse, end: dt.date) -> ScoreProgress:
    filters = Filters(warehouse)
    filters.dataset = "v2"
    filters.dates = (dt.date(2024, 7, 1), end)
    view = ScoreProgress(warehouse, filters)
    view.open()
    assert view.state == "ready", view.reason
    return view


def test_firsts_have_their_rank_and_gap(tmp_path: Path) -> None:
    rows = [evaluated(name, scores) for name, scores in SCORES.items()]
    rows.append(evaluated("lead/flagged", [99] * 6, flagged=True))
    land_rows(tmp_path, "leaderboard_v2", rows, as_of=dt.datetime(2024, 12, 1, tzinfo=dt.UTC))
    build(tmp_path, Landing(tmp_path / "landing").selected())
    warehouse = Warehouse.open(tmp_path)
    view = view_of(warehouse, dt.date(2024, 9, 1))
    firsts = view.others["firsts"][view.others["firsts"]["place"] == 1]
    assert list(zip(firsts["label"], firsts["model_id"], firsts["average_rank"], strict=True)) == [
        ("IFEval", "lead/tied", 3), ("IFEval", "tin/all-round", 1), ("BBH", "tin/all-round", 1),
        ("MATH Lvl 5", "tin/coder", 2), ("GPQA", "tin/all-round", 1), ("MUSR", "tin/all-round", 1),
        ("MMLU-PRO", "tin/all-round", 1),
    ]  # fmt: skip
    table = np.array(list(SCORES.values()), float)
    on_mean = (table.mean(axis=1) - table.mean()) / table.mean(axis=1).std(ddof=1)
    on_maths = (table[:, 2] - table[:, 2].mean()) / table[:, 2].std(ddof=1)
    gap = firsts.set_index("label")["specialist_gap"]["MATH Lvl 5"]
    assert gap == pytest.approx(on_maths[1] - on_mean[1])
    on_ifeval = (table[:, 0] - table[:, 0].mean()) / table[:, 0].std(ddof=1)
    assert on_ifeval[2] - on_mean[2] > gap  # the largest
    chart = view.charts[2]
    assert chart.caption.endswith("most of all lead/tied on IFEval.")
    assert chart.columns["rows"]["model_id"][:2] == ["lead/tied", "tin/all-round"]
    assert chart.columns["rows"]["row"][3] == "MATH Lvl 5 · rank 2\ntin/coder"
    warehouse.close()


def test_a_single_benchmark_has_no_such_chart(warehouse_of: Callable[..., Warehouse]) -> None:
    one = {"model_id": "tin/one", "benchmark_id": "tin/maths", "value": 40.0}
    warehouse = warehouse_of(hub_benchmarks=[one], hub_listing=[{"id": "tin/one", "created_at": "2024-06-01"}])
    filters = Filters(warehouse)
    filters.dataset = "tin/maths"
    view = ScoreProgress(warehouse, filters)
    view.open()
    assert not view.charts[2].is_offered


@pytest.fixture(scope="module")
def real(open_warehouse: Callable[[Path], Warehouse], real_community: Path) -> Warehouse:
    return open_warehouse(real_community)


def test_the_real_firsts_are_those_of_the_raw_file(real: Warehouse, real_data: Path) -> None:
    with duckdb.connect() as db:
        raw = db.execute("from read_parquet($path)", {"path": str(real_data / V2)}).df()
    raw = raw[~raw["Flagged"]].sort_values("Average ⬆️", ascending=False)
    raw = raw.drop_duplicates("fullname").reset_index(drop=True)
    view = view_of(real, dt.date(2025, 2, 20))
    firsts = view.others["firsts"][view.others["firsts"]["place"] == 1].set_index("label")
    on_mean = (raw["Average ⬆️"] - raw["Average ⬆️"].mean()) / raw["Average ⬆️"].std()
    for label in ("IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"):
        best = raw[label].idxmax()
        assert firsts["model_id"][label] == raw["fullname"][best]
        assert firsts["average_rank"][label] == 1 + (raw["Average ⬆️"] > raw["Average ⬆️"][best]).sum()
        gap = (raw[label][best] - raw[label].mean()) / raw[label].std() - on_mean[best]
        assert firsts["specialist_gap"][label] == pytest.approx(gap, abs=0.01)  # names in two spellings are one model
