"""Concentration: whose models are used, counted by hand on small warehouses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.charts import Chart
from oss_ai_monitor.history import catch_up, write_weeks
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.concentration.view import Concentration
from oss_ai_monitor.perspectives.provenance import how_counted
from oss_ai_monitor.warehouse import Warehouse, build, name_hash
from tests.conftest import land_rows

WarehouseOf = Callable[..., Warehouse]


def listed(name: str, downloads: int, *bases: str) -> dict[str, Any]:
    tags = [f"base_model:{base}" for base in bases]
    return {"id": name, "downloads": downloads, "created_at": "2024-04-03", "tags": tags}


# meta-llama is of the United States, Qwen of China, TheBloke a person; nobody reviewed tin and lead.
LISTED = [
    listed("meta-llama/base", 600),
    listed("Qwen/base", 200),
    listed("TheBloke/copy", 100, "meta-llama/base"),
    listed("tin/copy-of-copy", 60, "TheBloke/copy"),
    listed("tin/merge", 40, "Qwen/base", "tin/copy-of-copy"),  # nearest root: Qwen/base
    listed("lead/gone", 0, "nobody/unlisted"),
    listed("lead/ring-b", 0, "lead/ring-a"),
    listed("lead/ring-a", 0, "lead/ring-b"),
]


def view_of(warehouse: Warehouse, **choices: Any) -> Concentration:
    view = Concentration(warehouse, Filters(warehouse), **choices)
    view.open()
    return view


def chart_of(view: Concentration, key: str) -> Chart:
    return next(chart for chart in view.charts if chart.key == key)


def members(view: Concentration) -> list[tuple[str, int, int, float]]:
    rows = view.answer[["member", "models", "downloads", "share"]]
    return [(row.member, row.models, row.downloads, round(row.share, 4)) for row in rows.itertuples()]


@pytest.fixture(scope="module")
def small(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    boards = [{"fullname": name, "average": 40.0} for name in ("meta-llama/base", "tin/merge", "tin/only-here")]
    return warehouse_of(hub_listing=LISTED, leaderboard_v2=boards)


def on(small: Warehouse, dataset: str, **choices: Any) -> Concentration:
    filters = Filters(small)
    filters.dataset = dataset
    view = Concentration(small, filters, **choices)
    view.open()
    return view


def test_models_are_compared_with_all_downloads(small: Warehouse) -> None:
    view = on(small, "hub")
    assert members(view) == [
        ("meta-llama/base", 1, 600, 0.6), ("Qwen/base", 1, 200, 0.2), ("TheBloke/copy", 1, 100, 0.1),
        ("tin/copy-of-copy", 1, 60, 0.06), ("tin/merge", 1, 40, 0.04),
    ]  # fmt: skip
    # Gini: 2 (4 × 40 + 5 × 60 + 6 × 100 + 7 × 200 + 8 × 600) ÷ (8 × 1,000) − 9 ÷ 8; HHI: 60² + 20² + 10² + 6² + 4²
    assert view.answer_text == (
        "meta-llama/base has 60% of all downloads; 38% of 8 models have none (1,000 downloads in the 30 days before "
        "15 Jun 2024). The Gini coefficient is 0.6900 of 1, and the Herfindahl-Hirschman index (HHI) 4,152 of 10,000: "
        "both are highest where one has all."
    )
    assert view.answer_models == ["meta-llama/base"]


def test_the_switch_says_what_it_changes(small: Warehouse) -> None:
    view = on(small, "hub", without_largest=True)
    assert view.answer_text == (
        "Without meta-llama/base (60% of all downloads), Qwen/base has 50% of the other downloads; 43% of 7 models "
        "have none (400 downloads in the 30 days before 15 Jun 2024). The Gini coefficient is 0.6143 of 1, and the "
        "Herfindahl-Hirschman index (HHI) 3,450 of 10,000: both are highest where one has all. With that model they "
        "are 0.6900 and 4,152."
    )
    assert view.answer_models == ["meta-llama/base", "Qwen/base"]
    lorenz = chart_of(view, "lorenz")
    assert lorenz.columns["lines"]["name"] == ["if all had as many", "all models", "without largest"]


def test_a_download_counts_for_one_family(small: Warehouse) -> None:
    view = on(small, "hub", level="family")
    assert members(view) == [("meta-llama/base", 3, 760, 0.76), ("Qwen/base", 2, 240, 0.24)]
    families = small.sql_frame("from marts.concentration where dataset = 'hub' and level = 'family'")
    assert families["members"].tolist() == [4, 4]  # the base that is not listed, and the ring
    without = on(small, "hub", level="family", without_largest=True)
    assert members(without) == [("Qwen/base", 2, 240, 0.6), ("meta-llama/base", 2, 160, 0.4)]


def test_what_nobody_reviewed_is_no_region_and_is_not_spread(small: Warehouse) -> None:
    view = on(small, "hub", level="region")
    assert members(view) == [
        ("us", 1, 600, 0.6), ("china", 1, 200, 0.2), ("individuals", 1, 100, 0.1), ("not reviewed", 5, 100, 0.1)
    ]  # fmt: skip
    assert view.answer_text == (
        "Of 1,000 downloads in the 30 days before 15 Jun 2024, by the seat of the owner: United States 60%, China 20% "
        "and individuals 10%; 10% belong to owners whom nobody reviewed, and say nothing of any region."
    )
    rows = chart_of(view, "most-downloaded").columns["rows"]
    assert rows["name"] == ["United States", "China", "individuals", "not reviewed"]
    assert [chart.key for chart in view.charts if chart.is_offered] == ["most-downloaded", "lorenz"]
    figures = small.sql_frame(
        "select members, downloads from marts.concentration"
        " where dataset = 'hub' and level = 'region' and not is_without_largest"
    )
    assert figures.to_numpy().tolist() == [[3, 900]]


def test_the_switch_says_what_it_changes_for_regions(small: Warehouse) -> None:
    view = on(small, "hub", level="region", without_largest=True)
    assert view.answer_text == (
        "Without meta-llama/base (60% of all downloads), of 400 downloads in the 30 days before 15 Jun 2024, by the "
        "seat of the owner: China 50% and individuals 25%; 25% belong to owners whom nobody reviewed, and say nothing "
        "of any region. With it: United States 60%, China 20% and individuals 10%."
    )


def test_a_largest_model_that_is_left_out_by_request_has_no_name(tmp_path: Path) -> None:
    (tmp_path / "left_out.csv").write_text(f"hash,extent\n{name_hash('meta-llama')},everywhere\n", encoding="utf-8")
    land_rows(tmp_path, "hub_listing", LISTED)
    build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = Warehouse.open(tmp_path)
    for level in ("model", "region"):
        view = on(opened, "hub", level=level, without_largest=True)
        assert view.figures["largest_model"].isna().all()
        assert view.answer_text.startswith("Without the most downloaded model, ")
        assert "None" not in view.answer_text
        assert view.answer_models == (["Qwen/base"] if level == "model" else [])
    opened.close()


def test_a_leaderboard_compares_its_models_whose_downloads_are_known(small: Warehouse) -> None:
    view = on(small, "v2", scope="evaluated")
    assert members(view) == [("meta-llama/base", 1, 600, 0.9375), ("tin/merge", 1, 40, 0.0625)]
    assert view.left_out_text == "1 model whose downloads are not known"
    assert view.answer_text.startswith(
        "meta-llama/base has 94% of the downloads of the 2 evaluated models whose downloads are known; 0% of 2 models"
    )
    assert on(small, "v2", scope="evaluated", level="family").answer["member"].tolist() == [
        "meta-llama/base",
        "Qwen/base",
    ]


def test_all_of_the_hub_is_compared_where_a_leaderboard_is_chosen(small: Warehouse) -> None:
    view = on(small, "v2")
    assert view.answer_text == on(small, "hub").answer_text
    assert view.scores_from == "Models of the Hugging Face Hub, listing of 15 Jun 2024"
    assert "scope" in view.controls()
    assert "scope" not in on(small, "hub").controls()


def test_only_the_dataset_and_its_own_choices_have_a_control(small: Warehouse) -> None:
    view = on(small, "hub")
    shared = ("dates", "unit", "sizes", "at_most_b", "benchmark", "text_generation", "downloaded", "show_events")
    assert [name for name in shared if view.uses(name)] == []
    for chart in view.charts:
        assert how_counted(view, chart).keys() <= {"Rules", "Left out", "Data"}
        assert how_counted(view, chart).get("Rules", []) == []


def test_a_single_day_is_rows_and_has_no_chart_over_time(small: Warehouse) -> None:
    view = on(small, "hub")
    rows = chart_of(view, "most-downloaded").columns["rows"]
    assert list(zip(rows["name"], [round(value, 2) for value in rows["value"]], strict=True)) == [
        ("meta-llama/base", 0.6), ("Qwen/base", 0.2), ("TheBloke/copy", 0.1), ("tin/copy-of-copy", 0.06),
        ("tin/merge", 0.04),
    ]  # fmt: skip
    assert [chart.key for chart in view.charts if chart.is_offered] == ["most-downloaded", "first-ranks", "lorenz"]


def test_the_first_ones_are_told_with_their_shares(small: Warehouse) -> None:
    assert chart_of(on(small, "hub"), "first-ranks").caption == "Share of all downloads that the first model has: 60%."


def test_without_a_download_the_reason_is_said(warehouse_of: WarehouseOf) -> None:
    unused = warehouse_of(hub_listing=[listed("tin/a", 0), listed("tin/b", 0)])
    for level in ("model", "owner", "family", "region"):
        for is_without in (False, True):
            view = view_of(unused, level=level, without_largest=is_without)
            assert view.state == "empty"
            assert view.reason == "None of these models had a download in the 30 days before 15 Jun 2024."


def test_without_the_only_model_nothing_is_left(warehouse_of: WarehouseOf) -> None:
    view = view_of(warehouse_of(hub_listing=[listed("tin/a", 7)]), without_largest=True)
    assert view.answer_text == "No model but tin/a had a download in the 30 days before 15 Jun 2024."


def test_without_a_listing_no_downloads_are_known(warehouse_of: WarehouseOf) -> None:
    view = view_of(warehouse_of(leaderboard_v2=[{"fullname": "tin/a", "average": 40.0}]))
    assert view.state == "empty"
    assert view.answer_text == (
        "The downloads of these models are not known: no listing of the Hub that names them has landed."
    )


def test_months_are_compared_by_their_last_complete_week(tmp_path: Path) -> None:
    """Three Sundays and a Monday: May is its last Sunday, June its last; July has no complete week."""
    days = {(5, 5): (100, 100), (5, 26): (300, 100), (6, 30): (100, 300), (7, 1): (900, 100)}
    for (month, day), (of_us, of_china) in days.items():
        rows = [listed("meta-llama/base", of_us), listed("Qwen/base", of_china), listed("tin/never-used", 0)]
        land_rows(tmp_path, "hub_listing", rows, as_of=dt.datetime(2024, month, day, 12, tzinfo=dt.UTC))
        catch_up(Landing(tmp_path / "landing"))
    write_weeks(Landing(tmp_path / "landing"))
    build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = Warehouse.open(tmp_path)
    view = view_of(opened, level="region")
    cells = [(f"{row.day:%d %b}", row.member, row.downloads) for row in view.answer.itertuples()]
    assert not chart_of(view, "most-downloaded").is_offered
    assert chart_of(view, "most-downloaded-by-day").is_offered
    assert cells == [
        ("26 May", "us", 300), ("30 Jun", "us", 100), ("01 Jul", "us", 900),
        ("26 May", "china", 100), ("30 Jun", "china", 300), ("01 Jul", "china", 100),
        ("01 Jul", "not reviewed", 0),
    ]  # fmt: skip
    shares = [(f"{row.day:%d %b}", row.part, row.share) for row in view.days.itertuples()]
    assert shares == [
        ("26 May", "us", 0.75), ("26 May", "china", 0.25), ("30 Jun", "china", 0.75), ("30 Jun", "us", 0.25)
    ]  # fmt: skip
    view.level = "model"
    tops = view.days[view.days["part"] == "most downloaded"]
    assert tops[["share", "members", "gini"]].to_numpy().tolist() == [[0.75, 2, 0.25], [0.75, 2, 0.25]]
    assert view.figures["members"].tolist() == [3, 2]
    assert "month by month" in chart_of(view, "over-time").caption
    drawn = [pd.Timestamp(x, unit="ms") for x in sorted(set(chart_of(view, "over-time").columns["points"]["at"]))]
    assert [f"{day:%d %b}" for day in drawn] == ["26 May", "30 Jun"]
    opened.close()


def test_months_of_listings_with_other_models_are_not_compared(tmp_path: Path) -> None:
    """A listing with a thousand models more than the one before opens a stretch of its own."""
    more = [listed(f"tin/model-{n}", 1) for n in range(1_010)]
    for (month, day), others in {(5, 26): [], (6, 30): more, (7, 1): more}.items():
        rows = [listed("meta-llama/base", 300 + month), listed("Qwen/base", 100), *others]
        land_rows(tmp_path, "hub_listing", rows, as_of=dt.datetime(2024, month, day, 12, tzinfo=dt.UTC))
        catch_up(Landing(tmp_path / "landing"))
    write_weeks(Landing(tmp_path / "landing"))
    build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = Warehouse.open(tmp_path)
    view = view_of(opened)
    assert {f"{day:%d %b}" for day in view.days["day"]} == {"30 Jun"}
    assert chart_of(view, "over-time").caption.endswith(
        "Left out: 1 month before 30 Jun 2024, from listings of other models, which cannot be compared."
    )
    opened.close()
