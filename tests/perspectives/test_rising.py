"""Rising and falling: one measure with one window, whichever view speaks of it, and no owner decides it alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Architectures, Filters, Overview, Perspective, Releases
from oss_ai_monitor.perspectives.rising import Rising
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows

# The listing is of Saturday 15 June 2024: the windows are 11 March to 9 June 2024, and 11 December 2023 to 10 March.
BEFORE, LAST = ("2024-01-10", "2024-03-10"), ("2024-03-11", "2024-06-09")
OUTSIDE = ("2023-12-10", "2024-06-10")


def models(owner: str, architecture: str, days: tuple[str, ...], each: int = 1) -> Iterator[dict[str, Any]]:
    for day in days:
        for n in range(each):
            yield {
                "id": f"{owner}/{architecture}-{day}-{n}", "created_at": f"{day} 09:00:00", "tags": [architecture],
                "pipeline_tag": "text-generation",
            }  # fmt: skip


def community() -> Iterator[dict[str, Any]]:
    """Twenty owners with two models each before, half of them Llama, and after, a quarter Llama; and a prolific one."""
    for n in range(20):
        yield from models(f"owner-{n}", "llama" if n < 10 else "mistral", BEFORE)
        yield from models(f"owner-{n}", "llama" if n < 5 else "mistral", LAST)
        yield from models(f"owner-{n}", "llama", OUTSIDE, each=9)
    yield from models("prolific", "phi", LAST, each=200)


@pytest.fixture(scope="module")
def listing(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    return warehouse_of(hub_listing=list(community()))


def view_of(perspective: type[Perspective], warehouse: Warehouse, **choices: Any) -> Perspective:
    filters = Filters(warehouse)
    filters.param.update(dates=(dt.date(2024, 5, 1), dt.date(2024, 6, 15)), unit="week")
    opened = perspective(warehouse, filters, **choices)
    opened.open()
    assert opened.state in ("ready", "empty"), opened.reason
    return opened


def test_an_owner_counts_ten_models_at_most_and_both_windows_are_whole_weeks(listing: Warehouse) -> None:
    rows = Rising(listing, view_of(Architectures, listing).selection).rows.set_index("architecture")
    assert rows["share_before"].fillna(0).to_dict() == pytest.approx({"Llama": 20 / 40, "Mistral": 20 / 40, "Phi": 0})
    assert rows["share"].to_dict() == pytest.approx({"Llama": 10 / 50, "Mistral": 30 / 50, "Phi": 10 / 50})
    assert rows["models"].to_dict() == {"Llama": 10, "Mistral": 30, "Phi": 400}
    assert rows["owners"].to_dict() == {"Llama": 5, "Mistral": 15, "Phi": 1}


def test_overview_architectures_and_releases_say_the_same(listing: Warehouse) -> None:
    sentence = (
        "Phi rose most (20 points up, to 20% of new models) and Llama fell most (30 points down, to 20% of new models) "
        "in the 13 weeks from 11 Mar 2024 to 9 Jun 2024 against the 13 before (440 new text-generation "
        "models by 21 owners)."
    )
    assert view_of(Architectures, listing).answer_text == sentence
    assert view_of(Architectures, listing, architectures=["Mistral"]).answer_text.startswith(
        "Mistral rose most (10 points up, to 60% of new models) in the 13 weeks"
    )
    assert view_of(Releases, listing).answer_text.endswith(sentence)
    tile = view_of(Overview, listing).tiles[4]
    assert (tile.title, tile.figure, tile.sentence) == (
        "Leading architecture · Hub",
        "Mistral",
        "60% of 440 new text-generation models by 21 owners, 11 Mar 2024 to 9 Jun 2024; 10 points up against the 13 "
        "weeks before.",
    )


def test_too_few_owners_make_no_headline(tmp_path: Path) -> None:
    rows = [row for row in community() if row["id"].split("/")[0] != "owner-0"]
    land_rows(tmp_path, "hub_listing", rows)
    build(tmp_path, Landing(tmp_path / "landing").selected())
    warehouse = Warehouse.open(tmp_path)
    assert view_of(Architectures, warehouse).answer_text == (
        "Too few owners to say what rises: 20 with new models from 11 Mar 2024 to 9 Jun 2024, 19 in the 13 weeks "
        "before, and 20 are needed."
    )
    assert view_of(Overview, warehouse).tiles[4].figure == "–"
    warehouse.close()


@pytest.mark.parametrize("dataset", ["hub", "v1", "v2"])
def test_counting_every_model_in_pandas_gives_the_same_shares(community: Path, dataset: str) -> None:
    warehouse = Warehouse.open(community)
    filters = Filters(warehouse)
    filters.dataset = dataset
    filters.param.update(text_generation=False)
    end = filters.dates[1] - dt.timedelta(days=200)
    filters.dates = (filters.dates[0], end)
    every = warehouse.sql_frame("select * from marts.models where dataset = $dataset", {"dataset": dataset})
    appeared = pd.to_datetime(every["appeared_on"])
    monday = pd.Timestamp(end + dt.timedelta(days=1))
    monday -= pd.Timedelta(days=monday.weekday())
    expected = {}
    for column, weeks in (("share", 0), ("share_before", 13)):
        window_end = monday - pd.Timedelta(weeks=weeks)
        window = every[(appeared < window_end) & (appeared >= window_end - pd.Timedelta(weeks=13))]
        weight = (10 / window.groupby("owner")["owner"].transform("size")).clip(upper=1)
        expected[column] = weight.groupby(window["architecture"]).sum() / weight.sum()
    rows = Rising(warehouse, filters.selection).rows.set_index("architecture")
    assert len(rows) > 3
    for column, shares in expected.items():
        assert rows[column].fillna(0).to_dict() == pytest.approx(shares.reindex(rows.index).fillna(0).to_dict())
    warehouse.close()
