"""What must come out of the real data; skipped, saying so, where it is absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sandbox import examples
from oss_ai_monitor.sources import archive, hub
from oss_ai_monitor.sources.table import Table

Built = Callable[..., warehouse.Warehouse]
V1 = "hub/datasets/open-llm-leaderboard-old/contents/data/train-00000-of-00001.parquet"
V2 = "hub/datasets/open-llm-leaderboard/contents/data/train-00000-of-00001.parquet"

# Of the 6,280 names in the published tool's file these thirteen repositories have two each
FOLDED = [
    "aihub-app/zyte-1.1b",
    "core-3/kuno-royale-7b",
    "eric111/catunamayo",
    "facebook/opt-125m",
    "netcat420/mfannv0.8",
    "noodlz/dolphinstar-12.5b",
    "openai-community/gpt2",
    "pinkyponky/mistral-7b-instruct-sft-tuned-v0.2",
    "sao10k/stheno-v2-delta-fp16",
    "ucla-agi/zephyr-7b-sft-full-spin-iter1",
    "vonjack/phi-3-mini-4k-instruct-llamafied",
    "yash21/tinyyi-7b-test",
    "yhyu13/lmcocktail-10.7b-v1",
]
OVER_MONTHS = {
    "The share of releases that keep a tenth of their peak, week by week",
    "How fast the downloads of a launch come: half-life and best week, by size",
}
"""Titles of the examples that ask what becomes of releases in months."""


def built(folder: Path, *tables: Table) -> warehouse.Warehouse:
    landing = Landing(folder / "landing")
    for table in tables:
        landing.land(table)
    warehouse.build(folder, landing.selected())
    return warehouse.Warehouse.open(folder)


def values(opened: warehouse.Warehouse, select: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in opened.sql_frame(select).itertuples(index=False)]


def test_the_published_tools_files(real_data: Path, tmp_path: Path) -> None:
    board = archive.read([real_data / "paper/leaderboard_2024-05-20.csv"])
    details = hub.read(
        [real_data / "paper/repo_details_2024-04-17.csv", real_data / "paper/repo_commits_2024-05-20.csv"]
    )
    opened = built(tmp_path, *board, *details)
    assert values(opened, "select repositories, models, flagged from marts.datasets where dataset = 'v1'") == [
        (6267, 6170, 105)
    ]
    assert values(opened, "select type, count(*)::int from core.evaluations group by all order by 2 desc") == [
        ("fine-tuned", 3582),
        ("chat", 1227),
        ("merge", 864),
        ("pretrained", 338),
        ("unknown", 112),
        ("continuously pretrained", 47),
    ]
    assert values(opened, "select count(*)::int from core.evaluations where model_id = 'baseline'") == [(0,)]
    folded = (
        "select lower(model_id) from core.submissions group by model_id"
        " having count(distinct coalesce(submitted_as, model_id)) > 1 order by 1"
    )
    assert [model for (model,) in values(opened, folded)] == FOLDED
    assert values(opened, "select polarity from core.snapshots where source = 'leaderboard_v1'") == [
        ("flagged inverted, moe inverted, merged inverted",)
    ]
    opened.close()


@pytest.mark.parametrize(
    ("path", "dataset", "repositories", "models"), [(V1, "v1", 6796, 6696), (V2, "v2", 3836, 3835)]
)
def test_each_archive_alone(
    real_data: Path, tmp_path: Path, path: str, dataset: str, repositories: int, models: int
) -> None:
    opened = built(tmp_path, *archive.read([real_data / path]))
    assert values(opened, "select dataset, repositories, models from marts.datasets") == [
        (dataset, repositories, models)
    ]
    assert values(opened, "select count(*)::int from core.models") == [(repositories,)]
    opened.close()


def test_the_listing_and_both_archives_together(real_community: Path) -> None:
    opened = warehouse.Warehouse.open(real_community)
    assert values(opened, "select count(*)::int, count(*) filter (is_listed)::int from core.models") == [
        (764259, 760000)
    ]
    floor = "select count(*)::int from core.models where appeared_rule = 'undated: createdAt floor'"
    assert values(opened, floor) == [(29990,)]
    totals = values(
        opened,
        "select dataset, dated, (select sum(models) from marts.models_by_day_type_architecture_and_size as m"
        " where m.dataset = d.dataset and appeared_on is not null)::int from marts.datasets as d",
    )
    assert len(totals) == 3
    assert all(dated == total_count for _, dated, total_count in totals)
    silent = {example.title for example in examples(opened.sql) if not values(opened, example.select)}
    assert silent == OVER_MONTHS, "one listing says nothing of them, and answers all others"
    opened.close()
