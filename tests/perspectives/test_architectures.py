"""Architectures: each change is against the right period, the mean is nobody's choice, and a gap is never a zero."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from oss_ai_monitor.perspectives import Architectures, Filters
from oss_ai_monitor.warehouse import Warehouse

# Models by architecture (as a tag names it) and day; the listing is of Saturday 15 June 2024.
COMMUNITY = {
    "llama": {"2024-05-06": 4, "2024-05-13": 2, "2024-05-20": 8, "2024-05-27": 8, "2024-06-10": 5},
    "mistral": {"2024-05-20": 2, "2024-05-27": 1},
    "bert": {"2024-05-06": 3},
    None: {"2024-05-06": 1},
}


@pytest.fixture(scope="module")
def listing(warehouse_of: Callable[..., Warehouse]) -> Warehouse:
    rows: list[dict[str, Any]] = []
    for name, days in COMMUNITY.items():
        for day, number in days.items():
            tags = [name] if name else []
            rows += [
                {
                    "id": f"tin/{name}-{day}-{n}",
                    "created_at": f"{day} 09:00:00",
                    "pipeline_tag": "text-generation",
                    "tags": tags,
                }
                for n in range(number)
            ]
    return warehouse_of(hub_listing=rows)


def opened(warehouse: Warehouse, unit: str = "week", **choices: Any) -> Architectures:
    filters = Filters(warehouse)
    filters.param.update(dates=(dt.date(2024, 5, 6), dt.date(2024, 6, 15)), unit=unit)
    perspective = Architectures(warehouse, filters)
    perspective.param.update(**choices)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def column(perspective: Architectures, architecture: str, name: str) -> list[float | None]:
    rows = perspective.answer[perspective.answer["architecture"] == architecture]
    return [None if pd.isna(value) else round(float(value), 3) for value in rows[name]]


def test_change_is_against_the_period_before_and_the_first_and_the_open_have_none(listing: Warehouse) -> None:
    perspective = opened(listing)
    assert column(perspective, "Llama", "models") == [4, 2, 8, 8, 0, 5]
    assert column(perspective, "Llama", "change") == [None, -2, 6, 0, -8, None]


def test_a_ratio_with_a_zero_is_a_gap(listing: Warehouse) -> None:
    perspective = opened(listing)
    assert column(perspective, "Llama", "log2_change") == [None, -1, 2, 0, None, None]
    assert column(perspective, "Mistral", "log2_change") == [None, None, None, -1, None, None]


def test_a_day_is_compared_with_the_same_weekday_a_week_before(listing: Warehouse) -> None:
    perspective = opened(listing, unit="day")
    llama = perspective.answer[perspective.answer["architecture"] == "Llama"].set_index("period")
    assert [llama.loc[f"2024-05-{day}", "change"] for day in (13, 14, 20, 27)] == [-2, 0, 6, 0]
    assert llama["change"].isna().sum() == 7 + 1  # the first week has nothing before it, the last day is open


def test_the_mean_is_over_the_named_that_have_appeared_whatever_is_chosen(listing: Warehouse) -> None:
    everyone, one = opened(listing), opened(listing, architectures=["Mistral", "Other"])
    means = [4, 2, 5, 4.5, 0, 2.5]
    assert column(everyone, "Llama", "mean") == means
    assert column(one, "Mistral", "mean") == means
    assert column(one, "Mistral", "above_mean") == [None, None, -3, -3.5, 0, None]
    assert column(everyone, "Llama", "above_mean") == [0, 0, 3, 3.5, 0, None]
    assert column(everyone, "Llama", "log2_above_mean")[2] == round(math.log2(8 / 5), 3)


def test_the_named_come_first_and_other_and_unknown_can_be_chosen(listing: Warehouse) -> None:
    perspective = opened(listing)
    assert list(perspective.answer["architecture"].unique()) == ["Llama", "Mistral", "Other"]
    assert perspective.param["architectures"].objects == ["Llama", "Mistral", "Other", "Unknown"]
    assert perspective.left_out(perspective.answer) == ["Unknown (1 model) not drawn"]
    perspective.architectures = ["Unknown", "Other"]
    assert column(perspective, "Other", "models") == [3, 0, 0, 0, 0, 0]
    assert column(perspective, "Unknown", "models") == [1, 0, 0, 0, 0, 0]
    assert perspective.left_out(perspective.answer) == [
        "30 models of the other named architectures (2 in all) not drawn"
    ]


def test_panels_share_one_figure_one_scale_and_one_range_of_dates(listing: Warehouse) -> None:
    grid = opened(listing).charts[0]
    assert grid.columns["panels"]["title"] == ["Llama (27)", "Mistral (3)", "Other (3)"]
    assert grid.options["y-ticker"]["ticks"] == [-10, -5, 0, 5, 10]
    assert grid.options["y-axis"]["axis_label"] == "change (models)"
    ends = [grid.options["dates"][end] / 1000 for end in ("start", "end")]
    assert [dt.datetime.fromtimestamp(end, dt.UTC).date() for end in ends] == [
        dt.date(2024, 5, 6),
        dt.date(2024, 6, 17),
    ]
    assert list(grid.columns["filling"]["x0"]) == [dt.datetime(2024, 6, 10, tzinfo=dt.UTC).timestamp() * 1000]


def test_both_comparisons_are_drawn_at_once(listing: Warehouse) -> None:
    perspective = opened(listing)
    against_before, against_mean, _ = perspective.charts
    assert [chart.title for chart in (against_before, against_mean)] == [
        "Change in new models against the week before",
        "New models against the mean of the named architectures",
    ]
    cells = against_mean.columns["cells"]
    llama = cells["value"][cells["panel"] == 0]
    assert llama[:5].tolist() == [0, 0, 3, 3.5, 0]


@pytest.mark.parametrize("architectures", [[], ["Mistral"]])
def test_shares_are_of_all_new_models_and_what_is_not_drawn_is_a_band(
    listing: Warehouse, architectures: list[str]
) -> None:
    perspective = opened(listing, architectures=architectures)
    bars = perspective.charts[2].columns["bars"]
    shares = {
        (str(pd.Timestamp(period, unit="ms").date()), name): round(share, 3)
        for period, name, share in zip(bars["period"], bars["architecture"], bars["share"], strict=True)
    }
    assert shares["2024-05-20", "Mistral"] == 0.2
    assert shares["2024-05-27", "Mistral"] == round(1 / 9, 3)
    if architectures:
        assert shares["2024-05-20", "not drawn"] == 0.8
    else:
        assert shares["2024-05-06", "Llama"] == 0.5
        assert shares["2024-05-06", "Other"] == 0.375
        assert shares["2024-05-06", "not drawn"] == 0.125  # the unknown one
    table = perspective.table(perspective.charts[2]).set_index(["period", "architecture"])
    assert round(table.loc[(pd.Timestamp("2024-05-27"), "Mistral"), "share"], 3) == round(1 / 9, 3)


def test_more_chosen_than_there_is_room_for_is_said() -> None:
    answer = pd.DataFrame({"architecture": [f"a{n}" for n in range(14)], "period": 0, "architecture_models": 1})
    answer = answer.assign(other_models=0, unknown_models=0, total=14, named=14)
    notes = Architectures.left_out(Architectures.__new__(Architectures), answer)
    assert notes[-1] == "2 of the 14 chosen architectures not drawn: there is room for 12"


def test_the_measure_and_the_choice_are_in_the_address(listing: Warehouse) -> None:
    perspective = opened(listing, architectures=["Other"], scale="ratio")
    assert perspective.to_query() == {"architectures": "Other", "scale": "ratio"}
    again = opened(listing)
    assert again.from_query({**perspective.to_query(), "scale": "log"}) == [
        "Architectures has no scale “log”: it is left out."
    ]
    assert (again.architectures, again.scale) == (["Other"], "difference")
