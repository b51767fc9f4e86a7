"""The most declared training data, counted by hand, with pandas over the simulator's rows, and by published figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.licences.view import Licences
from oss_ai_monitor.warehouse import Warehouse

LISTED = [
    {"id": "tin/one", "tags": ["dataset:glue", "dataset:squad"], "downloads": 10},
    {"id": "tin/two", "tags": ["dataset:nyu-mll/glue", "dataset:glue"], "downloads": 1},  # one dataset under two names
    {"id": "tin/three", "tags": ["dataset:NYU-MLL/GLUE", "base_model:finetune:tin/one"], "downloads": 0},
    {"id": "tin/four", "tags": ["dataset:Open-Orca/OpenOrca"], "downloads": 5},
    {"id": "tin/five", "tags": ["dataset:open-orca/openorca", "dataset:imagefolder"], "downloads": 0},
    {"id": "tin/six", "tags": ["dataset:Open-Orca/OpenOrca"], "downloads": 0},
    {"id": "tin/seven", "tags": ["dataset:generator"], "downloads": 4},  # a loader is no dataset
    {"id": "tin/eight", "tags": [], "downloads": 0},
]


def view_of(warehouse: Warehouse, **choices: str) -> Licences:
    filters = Filters(warehouse)
    filters.param.update(dataset="hub", text_generation=False)
    view = Licences(warehouse, filters, **choices)
    view.open()
    assert view.state == "ready", view.reason
    return view


def test_datasets_count_under_one_name(warehouse_of: Callable[..., Warehouse]) -> None:
    listed = [{"created_at": "2024-04-03", "pipeline_tag": "text-generation", **row} for row in LISTED]
    view = view_of(warehouse_of(hub_listing=listed))
    rows = view.table(view.charts[-1])
    assert list(zip(rows["data_id"], rows["type"], rows["models"], rows["data_models"], strict=True)) == [
        ("Open-Orca/OpenOrca", "none declared", 3, 3),
        ("nyu-mll/glue", "finetune", 1, 3),
        ("nyu-mll/glue", "none declared", 2, 3),
        ("rajpurkar/squad", "none declared", 1, 1),
    ]
    names = dict(zip(rows["data_id"], rows["also_declared_as"], strict=True))
    assert names == {
        "Open-Orca/OpenOrca": "open-orca/openorca", "nyu-mll/glue": "glue, NYU-MLL/GLUE", "rajpurkar/squad": "squad"
    }  # fmt: skip
    assert view.charts[-1].caption.endswith("75.0% of 8 models name any.")
    view.weight = "downloads"
    rows = view.table(view.charts[-1])
    assert list(zip(rows["data_id"], rows["type"], rows["downloads"], strict=True)) == [
        ("nyu-mll/glue", "none declared", 11), ("rajpurkar/squad", "none declared", 10),
        ("Open-Orca/OpenOrca", "none declared", 5),
    ]  # fmt: skip
    assert view.charts[-1].caption.endswith("80.0% of 20 downloads in 30 days are of models that name any.")


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], community: Path) -> Warehouse:
    return open_warehouse(community)


def test_the_simulated_listing_counted_without_our_sql(opened: Warehouse, community: Path) -> None:
    parts = [str(part) for part in (community / "landing" / "hub_listing").glob("*/part-*.parquet")]
    with duckdb.connect() as db:
        landed = db.execute("select id, tags from read_parquet($parts)", {"parts": parts}).fetchall()
    pairs = {
        (name.lower(), tag.removeprefix("dataset:").strip())
        for name, tags in landed
        for tag in (json.loads(tags) if isinstance(tags, str) else tags or [])
        if tag.startswith("dataset:")
    }
    declared = Counter(data_id for _, data_id in pairs if data_id)
    view = view_of(opened)
    rows = view.table(view.charts[-1]).drop_duplicates("data_id")
    assert dict(zip(rows["data_id"], rows["data_models"], strict=True)) == dict(declared.most_common(30))
