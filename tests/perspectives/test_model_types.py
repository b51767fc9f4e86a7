"""Model types: shares are of all models; choosing types draws fewer of them and changes no number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.app.controls import Controls
from oss_ai_monitor.charts import NOT_DRAWN
from oss_ai_monitor.perspectives import Filters, ModelTypes
from oss_ai_monitor.perspectives.phrases import NO_RELATIONS
from oss_ai_monitor.warehouse import Warehouse

KINDS = {"chat": "💬 chat models", "merge": "🤝 base merges and moerges", "pretrained": "🟢 pretrained"}
COUNTS = {  # month → type → models
    "2024-02": {"chat": 30, "merge": 10, "pretrained": 10},
    "2024-03": {"chat": 20, "merge": 20, "pretrained": 10},
    "2024-04": {"chat": 10, "merge": 30, "pretrained": 10},
    "2024-05": {"chat": 10, "merge": 30},
}


@pytest.fixture(scope="module")
def board(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(leaderboard_v1=list(rows()))


def rows() -> Iterator[dict[str, Any]]:
    for month, by_type in COUNTS.items():
        for kind, models in by_type.items():
            for n in range(models):
                yield {
                    "fullname": f"{kind}/{month}-{n}", "type": KINDS[kind], "average": 40.0 + n, "params_b": 7.0,
                    "architecture": "LlamaForCausalLM", "date": f"{month}-05T00:00:00Z",
                }  # fmt: skip


def opened(board: Warehouse, *types: str) -> ModelTypes:
    filters = Filters(board)
    filters.dataset = "v1"
    filters.param.update(dates=(dt.date(2024, 2, 1), dt.date(2024, 5, 31)), unit="month")
    perspective = ModelTypes(board, filters)
    perspective.types = list(types)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def shares(perspective: ModelTypes) -> dict[str, dict[str, float]]:
    frame = perspective.table(perspective.charts[1])
    months = pd.to_datetime(frame["period"]).dt.strftime("%Y-%m")
    return {
        month: dict(zip(part["type"], part["share"], strict=True)) for month, part in frame.groupby(months.to_numpy())
    }


def test_shares_are_of_all_models(board: Warehouse) -> None:
    expected = {
        month: {kind: by_type.get(kind, 0) / sum(by_type.values()) for kind in KINDS}
        for month, by_type in COUNTS.items()
    }
    assert shares(opened(board)) == expected


@pytest.mark.parametrize("types", [["chat"], ["merge"], ["chat", "merge"], ["pretrained"]])
def test_choosing_types_changes_no_number_and_the_rest_is_one_band(board: Warehouse, types: list[str]) -> None:
    every, some = shares(opened(board)), shares(opened(board, *types))
    for month, by_type in some.items():
        assert by_type.keys() == {*types, NOT_DRAWN}
        assert {kind: by_type[kind] for kind in types} == {kind: every[month][kind] for kind in types}
        assert sum(by_type.values()) == pytest.approx(1)
    bars = opened(board, *types).charts[0].columns["bars"]
    totals = dict(zip(bars["period"], bars["total"], strict=True))
    assert list(totals.values()) == [sum(by_type.values()) for by_type in COUNTS.values()]
    assert max(alpha for name, alpha in zip(bars["type"], bars["alpha"], strict=True) if name == NOT_DRAWN) < 0.3


def test_the_sentence_speaks_of_what_is_chosen_against_all(board: Warehouse) -> None:
    all_models = "190 new models in complete months (1 Feb 2024 to 31 May 2024)"
    assert opened(board).answer_text == (
        f"{all_models}, 47% of type merge: 20% in the first third of the range, 75% in the last."
    )
    assert opened(board, "chat").answer_text == (
        f"{all_models}, 37% of type chat: 60% in the first third of the range, 25% in the last; "
        "more than half in 1 of 4 months, first in February 2024."
    )
    assert opened(board, "merge").answer_text == (
        f"{all_models}, 47% of type merge: 20% in the first third of the range, 75% in the last; "
        "more than half in 2 of 4 months, first in April 2024 and in each since."
    )
    assert opened(board, "chat", "pretrained").answer_text == (
        f"{all_models}, 53% of the types chat and pretrained: 80% in the first third of the range, 25% in the last; "
        "more than half in 2 of 4 months, first in February 2024."
    )


CUTS = {"task": "pipeline_tag", "library": "library_name", "licence": "license_class", "type": "relation"}


@pytest.mark.parametrize("weight", ["models", "downloads"])
@pytest.mark.parametrize("by", CUTS)
def test_on_the_hub_models_are_cut_and_weighted_as_counting_in_pandas_does(
    community: Path, by: str, weight: str
) -> None:
    warehouse = Warehouse.open(community)
    filters = Filters(warehouse)
    filters.param.update(dataset="hub", text_generation=by == "task", unit="month")  # tasks are counted all the same
    start, end = map(pd.Timestamp, filters.dates)
    perspective = ModelTypes(warehouse, filters, by=by, weight=weight)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    every = warehouse.sql_frame("select *, appeared_at::date as day from core.models where is_listed")
    every = every[pd.to_datetime(every["day"]).between(start, end)]
    names = every[CUTS[by]].fillna("unknown")
    amount = every["downloads_30d"].fillna(0) if weight == "downloads" else pd.Series(1, every.index)
    sums = amount.groupby(names).sum()
    if by in ("task", "library"):
        named = sums[sums.index != "unknown"].sort_values(ascending=False, kind="stable").index[:9]
        sums = sums.groupby(lambda name: name if name in {*named, "unknown"} else "other").sum()
    table = perspective.table(perspective.charts[0])
    assert table.groupby("type")[weight].sum().to_dict() == sums.astype(int).to_dict()
    if weight == "downloads":
        assert "downloads of new models in complete months" in perspective.answer_text
    first = next(name for name in sums.index if sums[name] and name not in ("other", "unknown"))
    before = perspective.charts[0].options["colours"]
    perspective.types = [first]
    assert set(perspective.table(perspective.charts[0])["type"]) == {first, NOT_DRAWN}
    assert perspective.table(perspective.charts[0])[weight].sum() == sums.sum()
    after = perspective.charts[0].options["colours"]
    colour_before = dict(zip(before["factors"], before["palette"], strict=True)).get(first)
    assert colour_before in (None, dict(zip(after["factors"], after["palette"], strict=True))[first])
    warehouse.close()


def test_a_share_of_downloads_is_told_without_the_most_used_model(warehouse_of: Callable[..., Warehouse]) -> None:
    listing = [
        {"id": "tin/giant", "created_at": "2024-04-03", "pipeline_tag": "fill-mask", "downloads": 900},
        {"id": "tin/small", "created_at": "2024-04-04", "pipeline_tag": "fill-mask", "downloads": 50},
        {"id": "tin/other", "created_at": "2024-05-05", "pipeline_tag": "translation", "downloads": 50},
        {
            "id": "tin/late",
            "created_at": "2024-06-05",
            "pipeline_tag": "fill-mask",
            "downloads": 5_000,
        },  # of an open month
    ]
    warehouse = warehouse_of(hub_listing=listing)
    filters = Filters(warehouse)
    filters.param.update(dataset="hub", unit="month", dates=(dt.date(2024, 4, 1), dt.date(2024, 6, 15)))
    perspective = ModelTypes(warehouse, filters, by="task", weight="downloads")
    perspective.open()
    assert perspective.answer_text.startswith(
        "1,000 downloads of new models in complete months (1 Apr 2024 to 31 May 2024), 95% of the task fill-mask "
        "(50% without tin/giant, the most used): 100% in the first third of the range, 0% in the last"
    )
    assert perspective.answer_models == ["tin/giant"]
    perspective.types = ["translation"]
    assert "5% of the task translation (50% without tin/giant, the most used)" in perspective.answer_text
    perspective.weight = "models"
    assert "tin/giant" not in perspective.answer_text
    assert perspective.answer_models == []


def test_a_leaderboard_has_types_only(board: Warehouse) -> None:
    perspective = opened(board)
    every = shares(perspective)
    perspective.param.update(by="task", weight="downloads")
    assert shares(perspective) == every
    assert list(perspective.controls()) == ["types"]


@pytest.mark.parametrize(
    ("tags", "is_said"),
    [
        (["base_model:tin/base"], True),
        (["base_model:tin/base", "base_model:quantized:tin/base"], False),
        ([], False),
    ],
)
def test_a_listing_without_relations_says_so(
    warehouse_of: Callable[..., Warehouse], tags: list[str], is_said: bool
) -> None:
    listing = [{"id": f"tin/{n}", "created_at": "2024-04-03", "tags": tags} for n in range(3)]
    warehouse = warehouse_of(hub_listing=[*listing, {"id": "tin/base", "created_at": "2024-04-01", "tags": []}])
    filters = Filters(warehouse)
    filters.text_generation = False
    perspective = ModelTypes(warehouse, filters)
    perspective.open()
    assert (NO_RELATIONS in perspective.charts[0].caption) == is_said
    note = Controls(filters).notes["shared.hide_derived"]
    assert note == (
        "(hides nothing: this listing does not say which models these are)"
        if is_said
        else f"(would hide {3 if tags else 0})"
    )
