"""The overview: six sentences, each naming its dataset and leading to what is behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from oss_ai_monitor.perspectives import Filters, Overview
from oss_ai_monitor.perspectives.tile import Link
from oss_ai_monitor.warehouse import Warehouse

WarehouseOf = Callable[..., Warehouse]
AS_OF = datetime(2024, 6, 15, 12, tzinfo=UTC)


def evaluated(model: str, score: float, date: str, **more: Any) -> dict[str, Any]:
    common = {"type": "🔶 fine-tuned", "architecture": "LlamaForCausalLM", "params_b": 70.0}
    return {"fullname": model, "average": score, "date": f"{date}T00:00:00Z", **common, **more}


def board() -> list[dict[str, Any]]:
    """Eight models: two, one, three and two a month from February on, and one of the time before."""
    small = {"params_b": 8.03, "architecture": "MistralForCausalLM"}
    return [
        evaluated("tin/a", 40.0, "2024-02-05"),
        evaluated("tin/b", 42.0, "2024-02-06"),
        evaluated("tin/c", 50.0, "2024-03-05"),
        evaluated("tin/d_*bold*", 61.5, "2024-04-05"),
        evaluated("tin/e", 55.0, "2024-04-06", **small),
        evaluated("tin/f", 54.0, "2024-04-07", **small),
        evaluated("tin/g", 41.0, "2024-05-05"),
        evaluated("tin/h", 41.0, "2024-05-06", **small),
        evaluated("tin/old", 39.0, "2023-10-01"),
    ]


def opened(warehouse: Warehouse, dataset: str = "v1", *, text_generation: bool = True) -> Overview:
    filters = Filters(warehouse)
    filters.param.update(dataset=dataset, text_generation=text_generation)
    filters.param.update(dates=(dt.date(2024, 2, 1), dt.date(2024, 6, 15)), unit="month")
    overview = Overview(warehouse, filters, today=dt.date(2024, 6, 25))
    overview.open()
    assert overview.state in ("ready", "empty"), overview.reason
    return overview


def texts_of(overview: Overview) -> list[tuple[str, str, str]]:
    return [(tile.title, tile.figure, tile.sentence) for tile in overview.tiles]


def test_six_tiles_each_a_sentence(warehouse_of: WarehouseOf) -> None:
    overview = opened(warehouse_of(leaderboard_v1=board()))
    assert texts_of(overview) == [
        ("Models tracked · v1", "9", "8 dated, 1 undated."),
        ("New in the last complete month · v1", "2", "May 2024: as many as the median of the three months before."),
        (
            "Best open model · v1",
            "61.5",
            "tin/d_*bold* (5 Apr 2024); no dated model of 15 Jun 2023 or before to compare with.",
        ),
        ("Best at ≤ 8 B · v1", "55.0", "tin/e, 8.0 B, 89% of the best (6.5 points less)."),
        (
            "Leading architecture · v1",
            "–",
            "Too few owners to say what rises: 1 with new models from 11 Mar 2024 to 9 Jun 2024, 1 in the 13 weeks "
            "before, and 20 are needed.",
        ),
        ("Age of the data · v1", "Archive", "v1 closed 26 Jun 2024, snapshot of 15 Jun 2024."),
    ]
    slugs = ["model-types", "model-types", "score-progress", "score-progress", "architectures", "method"]
    links = [Link(slug, "v1") for slug in slugs]
    links[3] = Link("score-progress", "v1", {"at_most": "8"})
    assert [tile.link for tile in overview.tiles] == links


def test_on_the_hub_the_best_comes_from_a_leaderboard_and_says_so(warehouse_of: WarehouseOf) -> None:
    listing = [
        {"id": "tin/a", "created_at": "2024-02-05 10:00:00", "pipeline_tag": "text-generation"},
        {"id": "tin/z", "created_at": "2024-05-05 10:00:00", "pipeline_tag": "text-generation"},
        {"id": "tin/floor", "created_at": "2022-03-02 23:29:04", "pipeline_tag": "text-generation"},
        {"id": "tin/picture", "created_at": "2024-05-05 10:00:00", "pipeline_tag": "image-to-text"},
    ]
    warehouse = warehouse_of(leaderboard_v1=board(), hub_listing=listing)
    overview = opened(warehouse, "hub")
    tiles = texts_of(overview)
    assert tiles[0] == ("Models tracked · Hub", "3", "Text-generation models only: 2 dated, 1 undated.")
    assert tiles[1][2].startswith("May 2024, text-generation models"), "the model of another task does not count"
    assert overview.answer_text.startswith("Hugging Face Hub: 2 new text-generation models from ")
    every = opened(warehouse, "hub", text_generation=False)
    assert texts_of(every)[0] == ("Models tracked · Hub", "4", "3 dated, 1 undated.")
    assert every.answer_text.startswith("Hugging Face Hub: 3 new models from ")
    assert tiles[2][:2] == ("Best open model · v1", "61.5")
    assert overview.tiles[2].link == Link("score-progress", "v1")
    assert tiles[5] == (
        "Age of the data · Hub",
        "10 days",
        "v1 closed 26 Jun 2024, snapshot of 15 Jun 2024; Hub listing 10 days old.",
    )


def test_the_gain_of_twelve_months_is_over_the_best_before(warehouse_of: WarehouseOf) -> None:
    rows = [{"id": "tin/early", "created_at": "2023-05-01 10:00:00"}]
    models = [evaluated("tin/early", 50.0, "2024-05-01"), evaluated("tin/late", 54.3, "2024-05-01")]
    overview = opened(warehouse_of(leaderboard_v1=models, hub_listing=rows))
    assert texts_of(overview)[2][1:] == (
        "54.3",
        "tin/late (1 May 2024), 4.3 points up in the twelve months to 15 Jun 2024.",
    )


def test_sizes_hold_for_every_tile(warehouse_of: WarehouseOf) -> None:
    overview = opened(warehouse_of(leaderboard_v1=board()))
    overview.filters.sizes = ["3–9"]
    assert [tile.figure for tile in overview.tiles] == ["3", "1", "55.0", "55.0", "–", "Archive"]
    overview.filters.param.update(sizes=[], at_most_b=8.0)  # 8.03 B is called 8 B
    assert [tile.figure for tile in overview.tiles] == ["3", "1", "55.0", "55.0", "–", "Archive"]
    overview.filters.at_most_b = 7.9
    assert [tile.figure for tile in overview.tiles] == ["0", "–", "–", "–", "–", "Archive"]
    overview.filters.at_most_b = None
    overview.filters.sizes = ["> 80"]
    assert [tile.figure for tile in overview.tiles] == ["0", "–", "–", "–", "–", "Archive"]
    assert overview.tiles[2].sentence == "No evaluated model meets these filters."


def test_an_undated_model_is_the_best_of_no_earlier_day(warehouse_of: WarehouseOf) -> None:
    """On a day before the end of the data nobody knows whether it was there."""
    undated = evaluated("tin/undated", 77.3, "2023-10-01", params_b=7.0)
    overview = opened(warehouse_of(leaderboard_v1=[*board(), undated]))
    assert texts_of(overview)[2][1:] == ("77.3", "tin/undated (undated).")
    assert texts_of(overview)[3][1] == "77.3"
    overview.filters.dates = (dt.date(2024, 2, 1), dt.date(2024, 3, 31))
    assert [text[1] for text in texts_of(overview)[2:4]] == ["50.0", "–"]
