"""Controls are chosen by what a parameter is for, not by how much a dataset happens to offer."""

from __future__ import annotations

from collections.abc import Callable

import panel_material_ui as pmui

from oss_ai_monitor import warehouse
from oss_ai_monitor.app import controls
from oss_ai_monitor.perspectives import BaseModels, Filters


def test_few_bases_are_still_a_list_that_can_grey_out(warehouse_of: Callable[..., warehouse.Warehouse]) -> None:
    made = warehouse_of(
        hub_benchmarks=[
            {"benchmark_id": "lab/math", "model_id": "base/one", "value": 40.0},
            {"benchmark_id": "lab/math", "model_id": "kid/one", "value": 50.0},
        ],
        hub_listing=[
            {"id": "base/one", "created_at": "2024-02-01"},
            {"id": "kid/one", "created_at": "2024-03-01", "tags": ["base_model:finetune:base/one"]},
        ],
    )
    filters = Filters(made)
    filters.dataset = "lab/math"
    bases = BaseModels(made, filters)
    bases.open()
    assert bases.bases == ["base/one"]
    assert isinstance(controls.own(bases)[0], pmui.MultiChoice)
