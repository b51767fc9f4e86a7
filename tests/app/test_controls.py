"""Controls are chosen by what a parameter is for, not by how much a dataset happens to offer."""

from __future__ import annotations

from collections.abc import Callable

import panel_material_ui as pmui

from oss_ai_monitor import warehouse
from oss_ai_monitor.app import controls
from oss_ai_monitor.charts import DATES_OF_ITS_OWN
from oss_ai_monitor.perspectives import BaseModels, Filters, Overview, ScoreProgress


def test_few_bases_are_still_a_list_that_can_grey_out(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    small_warehouse = warehouse_of(
        hub_benchmarks=[
            {"benchmark_id": "lab/math", "model_id": "base/one", "value": 40.0},
            {"benchmark_id": "lab/math", "model_id": "kid/one", "value": 50.0},
        ],
        hub_listing=[
            {"id": "base/one", "created_at": "2024-02-01"},
            {"id": "kid/one", "created_at": "2024-03-01", "tags": ["base_model:finetune:base/one"]},
        ],
    )
    filters = Filters(small_warehouse)
    filters.dataset = "lab/math"
    bases = BaseModels(small_warehouse, filters)
    bases.open()
    assert bases.bases == ["base/one"]
    assert isinstance(controls.for_perspective(bases)[0], pmui.MultiChoice)


def test_where_there_is_nothing_to_choose_there_is_no_control(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    small_warehouse = warehouse_of(
        hub_listing=[{"id": "tin/one", "created_at": "2024-02-01"}],
        leaderboard_v1=[{"fullname": "tin/one", "average": 40.0, "date": "2024-02-05T00:00:00Z"}],
    )
    filters = Filters(small_warehouse)
    filters.dataset = "hub"
    progress = ScoreProgress(small_warehouse, filters)
    types = controls.for_perspective(progress)[list(progress.controls()).index("types")]
    assert not types.visible
    filters.dataset = "v1"
    assert types.visible


def test_a_range_of_one_day_is_a_range(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    rows = [{"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-0{n}-05T00:00:00Z"} for n in range(2, 6)]
    filters = Filters(warehouse_of(leaderboard_v1=rows))
    assert filters.from_query({"dataset": "v1", "from": "2024-03-05", "to": "2024-03-05"}) == []
    assert [str(day) for day in filters.dates] == ["2024-03-05", "2024-03-05"]
    assert "backwards" in filters.from_query({"dataset": "v1", "from": "2024-03-06", "to": "2024-03-05"})[0]


def test_what_is_left_out_adds_up_and_the_switches_say_the_same(
    warehouse_of: Callable[..., warehouse.Warehouse],
) -> None:
    listed = [
        {"id": f"tin/{n}", "created_at": f"2024-0{n}-01", "pipeline_tag": "text-generation" if n % 2 else "fill-mask"}
        for n in range(2, 7)
    ]
    filters = Filters(warehouse_of(hub_listing=[*listed, {"id": "tin/floor", "created_at": "2022-03-02T23:29:04Z"}]))
    assert filters.from_query({"dataset": "hub", "from": "2024-03-01", "to": "2024-06-15"}) == []
    hidden = filters.selection.hidden()
    assert (hidden["models"], hidden["remaining"], hidden["in_range"], hidden["text_generation"]) == (6, 2, 2, 4)
    filters.text_generation = False
    hidden = filters.selection.hidden()
    assert (hidden["remaining"], hidden["in_range"], hidden["text_generation"]) == (6, 4, 4)  # what it would hide
    assert filters.selection.left_out() == ["1 dated outside the range", "1 undated and not drawn"]
    assert filters.selection.left_out(DATES_OF_ITS_OWN) == []
    filters.text_generation = True
    assert filters.selection.left_out() == ["4 hidden by the filters (4 by text generation only alone)"]
    overview = Overview(filters.warehouse, filters)
    overview.open()
    assert (overview.tiles[0].figure, overview.tiles[0].sentence) == ("2", "2 dated, 0 undated.")
    hides = [switch.label for switch in controls.shared(filters).select(pmui.Switch)]
    assert hides[:2] == ["Text generation only (hides 4)", "Hide quantized and adapters (would hide 0)"]
