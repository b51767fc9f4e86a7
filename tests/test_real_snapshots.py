"""What must come out of the six dated exports of v2; skipped, saying so, where they are absent.

Expected values are computed by pandas over the raw files, and stand here as literals beside that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.sources import archive

TOLERANCE = 0.005
"""Points of 100: half of the last digit that the exports of 2024 give."""


@pytest.fixture(scope="module")
def snapshots(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Manifest]:
    """Every export, landed as of the day in its name."""
    landing = Landing(tmp_path_factory.mktemp("snapshots"))
    runs = {}
    for path in sorted((real_data / "leaderboard_snapshots").glob("*.csv.gz")):
        day = path.name.removeprefix("huggingface_v2_").removesuffix(".csv.gz")
        (table,) = archive.read([path], as_of=datetime.fromisoformat(day).replace(tzinfo=UTC))
        runs[day] = landing.land(table)
    return runs


def raw(real_data: Path, day: str) -> pd.DataFrame:
    return pd.read_csv(real_data / f"leaderboard_snapshots/huggingface_v2_{day}.csv.gz")


def landed(run: Manifest, select: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        return db.execute(f"{select} from read_parquet($1)", [[str(path) for path in run.paths]]).fetchall()


@pytest.mark.parametrize(
    ("day", "rows", "inverted", "flagged"),
    [
        ("2024-07-13", 237, True, 0), ("2024-11-04", 1730, True, 0), ("2024-11-08", 1793, True, 0),
        ("2025-02-13", 3827, False, 1), ("2025-02-14", 3834, False, 1), ("2025-03-21", 4576, False, 1),
    ],
)  # fmt: skip
def test_each_export_lands_whole_and_the_right_way_round(
    real_data: Path, snapshots: dict[str, Manifest], day: str, rows: int, inverted: bool, flagged: int
) -> None:
    sent = raw(real_data, day)
    run = snapshots[day]
    assert run.rows == len(sent) == rows
    assert run.polarity == dict.fromkeys(("flagged", "moe", "merged"), "inverted" if inverted else "as sent")
    counts = "count(*) filter (flagged != flagged_inverted), count(*) filter (moe != moe_inverted), count(*) filter ("
    (flag_counts,) = landed(run, f"select {counts} merged != merged_inverted)")
    names = (
        ("flagged", "moe", "not_merged")
        if inverted
        else tuple(f"features_is_{n}" for n in ("flagged", "moe", "merged"))
    )
    assert flag_counts == tuple(int((sent[name] != inverted).sum()) for name in names)
    assert flag_counts[0] == flagged


@pytest.mark.parametrize(
    ("before", "after", "name", "key", "rescored"),
    [
        ("2024-11-04", "2024-11-08", "math_lvl_5", ["fullname", "precision"], 1214),
        ("2025-02-13", "2025-02-14", "evaluations_math_normalized_score", ["model_name", "model_precision"], 3497),
    ],
)
def test_a_benchmark_that_was_scored_again_is_seen_in_the_landed_rows(
    real_data: Path, snapshots: dict[str, Manifest], before: str, after: str, name: str, key: list[str], rescored: int
) -> None:
    sent = raw(real_data, before).merge(raw(real_data, after), on=key, suffixes=("_before", "_after"))
    assert int(((sent[f"{name}_before"] - sent[f"{name}_after"]).abs() > TOLERANCE).sum()) == rescored
    columns = ["fullname", "precision", "math_lvl_5"]
    older, newer = (
        pd.DataFrame(landed(snapshots[day], f"select {', '.join(columns)}"), columns=columns) for day in (before, after)
    )
    merged = older.merge(newer, on=columns[:2], suffixes=("_before", "_after"))
    assert int(((merged["math_lvl_5_before"] - merged["math_lvl_5_after"]).abs() > TOLERANCE).sum()) == rescored


def test_the_final_export_lands_its_values_as_sent(real_data: Path, snapshots: dict[str, Manifest]) -> None:
    sent = raw(real_data, "2025-03-21")
    (values,) = landed(
        snapshots["2025-03-21"],
        "select count(*), count(distinct fullname), count(*) filter (params_b <= 0), count(upload_to_hub_date),"
        " max(average), sum(ifeval), sum(mmlu_pro_raw), count(*) filter (available_on_hub)",
    )
    assert values[:4] == (
        len(sent),
        sent["model_name"].nunique(),
        int((sent["metadata_params_billions"] <= 0).sum()),
        int(sent["metadata_upload_date"].notna().sum()),
    )
    assert values[3] == 4576 - 530
    assert values[4:7] == pytest.approx(
        (
            sent["model_average_score"].max(),
            sent["evaluations_ifeval_normalized_score"].sum(),
            sent["evaluations_mmlu_pro_value"].sum(),
        )
    )
    assert values[7] == int(sent["features_is_not_available_on_hub"].sum())


def test_a_build_as_of_a_day_stands_on_the_export_of_that_day(snapshots: dict[str, Manifest]) -> None:
    landing = Landing(snapshots["2024-11-04"].folder.parent.parent)
    for as_of, day in [("2024-11-04", "2024-11-04"), ("2024-11-07", "2024-11-04"), ("2025-02-13", "2025-02-13")]:
        end = datetime.fromisoformat(f"{as_of}T23:59:59.999999+00:00")
        assert landing.selected(as_of=end) == [snapshots[day]]
    assert landing.selected(as_of=datetime(2024, 7, 12, tzinfo=UTC)) == []


@pytest.fixture(scope="module")
def final(snapshots: dict[str, Manifest], tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    """A warehouse of the last export alone."""
    folder = tmp_path_factory.mktemp("final")
    warehouse.build(folder, [snapshots["2025-03-21"]])
    opened = warehouse.Warehouse.open(folder)
    yield opened
    opened.close()


def test_the_best_model_that_people_call_8_b_is_no_packed_14_b(real_data: Path, final: warehouse.Warehouse) -> None:
    best = final.sql_frame(
        "select model_id, evaluations.score from core.evaluations join core.models using (model_id)"
        " where nominal_b <= 8 order by evaluations.score desc limit 1"
    )
    assert best["model_id"][0] == "Xiaojian9992024/Qwen2.5-Dyanka-7B-Preview"
    sent = raw(real_data, "2025-03-21").set_index("model_name")
    assert best["score"][0] == sent.loc[best["model_id"][0], "model_average_score"]
    assert round(best["score"][0], 2) == 37.30
    smaller = sent[sent["metadata_params_billions"].between(0.1, 8.5) & ~sent["features_is_flagged"]]
    better = smaller[smaller["model_average_score"] > best["score"][0]].index
    sizes = final.sql_frame("select model_id, nominal_b from core.models").set_index("model_id")["nominal_b"]
    assert (sizes[better.unique()] > 8).all()  # all of these are larger than the board says


def test_no_quantized_copy_of_phi_4_is_below_14_b(final: warehouse.Warehouse) -> None:
    copies = final.sql_frame(
        "select model_id, parameters_b from core.models where model_id in"
        " ('unsloth/phi-4-bnb-4bit', 'unsloth/phi-4-unsloth-bnb-4bit', 'unsloth/phi-4', 'microsoft/phi-4') order by 1"
    )
    assert copies["parameters_b"].tolist() == [14.66] * 4
