"""Community, counted by hand: floors, bounds, months that are not over, people who are left out, closed boards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.community import charts as shaped
from oss_ai_monitor.perspectives.community import texts
from oss_ai_monitor.perspectives.community.charts import corners, gini
from oss_ai_monitor.perspectives.community.forecast import forecast
from oss_ai_monitor.perspectives.community.view import Community
from oss_ai_monitor.warehouse import Warehouse, build, name_hash
from tests.conftest import land_rows

WarehouseOf = Callable[..., Warehouse]
BOT, FLOOR = "SFconvertbot", "2022-03-02T23:29:04"


def listed(*models: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"id": name, "created_at": created} for name, created in models]


def opened(warehouse: Warehouse, start: dt.date, end: dt.date, dataset: str = "hub", **choices: Any) -> Community:
    filters = Filters(warehouse)
    filters.param.update(dataset=dataset)
    filters.param.update(dates=(start, end))
    perspective = Community(warehouse, filters, **choices)
    perspective.open()
    assert perspective.state != "error", perspective.reason
    return perspective


def frame_of(perspective: Community, key: str) -> pd.DataFrame:
    return perspective.answer_of(next(chart for chart in perspective.charts if chart.key == key))


def owners(perspective: Community) -> dict[str, tuple[int, int]]:
    rows = perspective.answer.pivot(index="period", columns="standing", values="owners")
    return {f"{period:%Y-%m}": (row["new"], row["returning"]) for period, row in rows.iterrows()}


COMMUNITY = listed(
    ("old/floor", FLOOR), ("old/first-date", "2022-04-05"),  # was there before: not new in April
    ("ann/one", "2022-04-06"), ("ann/two", "2022-04-20"),  # twice in a month is one owner
    ("ann/three", "2022-07-01"), ("bob/one", "2022-04-30"), ("bob/two", "2023-05-01"),
    ("eve/one", "2022-07-31"), ("march/one", "2022-03-15"), ("late/one", "2024-06-02"),
    ("only-floor/one", FLOOR),
)  # fmt: skip


def test_who_was_there_before_dates_were_recorded_is_not_new(warehouse_of: WarehouseOf) -> None:
    community = opened(warehouse_of(hub_listing=COMMUNITY), dt.date(2022, 3, 1), dt.date(2022, 8, 20))
    assert owners(community) == {
        "2022-03": (1, 0), "2022-04": (2, 1), "2022-05": (0, 0), "2022-06": (0, 0), "2022-07": (1, 1),
        "2022-08": (0, 0),
    }  # fmt: skip
    is_complete = community.answer.groupby("period")["is_complete"].first()
    assert is_complete.tolist() == [False, True, True, True, True, True], "March 2022 begins on its second day"
    assert "2 owners with a model from before dates were recorded" in community.left_out_text
    assert community.answer_text == (
        "In August 2022, 0 owners published a first model; of only 3 owners that began from April 2022 to July 2022, "
        "33% published again in the third, 0% in the sixth and 0% in the twelfth month after their first model."
    )


def test_owners_come_back_in_a_month_or_later(warehouse_of: WarehouseOf) -> None:
    """Ann comes back after three months, Bob after thirteen, Eve never."""
    warehouse = warehouse_of(hub_listing=COMMUNITY)
    dates = dt.date(2022, 4, 1), dt.date(2022, 7, 31)
    cells = frame_of(opened(warehouse, *dates), "retention").set_index(["joined_in", "months_since"])
    april, july = pd.Timestamp(2022, 4, 1), pd.Timestamp(2022, 7, 1)
    returned = cells["returned"]
    assert {n: returned[april, n] for n in (1, 3, 6, 12, 13)} == {1: 0, 3: 1, 6: 0, 12: 0, 13: 1}
    assert (cells["owners"][april, 1], cells["owners"][july, 1]) == (2, 1)
    later = frame_of(opened(warehouse, *dates, again="later"), "retention").set_index(["joined_in", "months_since"])
    returned = later["returned"]
    assert {n: returned[april, n] for n in (1, 3, 4, 13, 14)} == {1: 2, 3: 2, 4: 1, 13: 1, 14: 0}
    assert returned[july].sum() == 0


def test_it_says_why_it_is_not_drawn_who_publishes_again(warehouse_of: WarehouseOf) -> None:
    warehouse = warehouse_of(hub_listing=COMMUNITY)
    day = dt.date(2024, 6, 2)
    community = opened(warehouse, day, day)
    assert not next(chart for chart in community.charts if chart.key == "retention").is_offered
    reason = "who publishes again is not drawn: no owner began in these dates with a complete month after it"
    assert f"; {reason}." in community.charts[0].caption
    assert reason in community.left_out_text
    spring = opened(warehouse, dt.date(2022, 3, 1), dt.date(2022, 8, 20))
    assert reason not in spring.charts[0].caption


def test_a_month_that_is_not_over_is_in_no_share_and_in_no_forecast(warehouse_of: WarehouseOf) -> None:
    community = opened(warehouse_of(hub_listing=COMMUNITY), dt.date(2024, 1, 1), dt.date(2024, 6, 2))
    rows = community.answer[community.answer["period"] == pd.Timestamp(2024, 6, 1)]
    assert rows["owners"].tolist() == [1, 0]
    assert not rows["is_complete"].any()
    assert frame_of(community, "forecast-models")["period"].iloc[-1] == pd.Timestamp(2024, 5, 1)
    assert "In May 2024, 0 owners" in community.answer_text


COMMITS = [
    # ann alone: her first commit is in April; again alone in July
    {"model_id": "ann/one", "authors": ["ann"], "commits": 3, "first": "2022-04-06", "last": "2023-01-01"},
    {"model_id": "ann/three", "authors": ["ann", BOT], "commits": 2, "first": "2022-07-01", "last": "2022-07-09"},
    # bob and cid together from April to June: each no later than June; bob alone in May 2023
    {"model_id": "bob/one", "authors": ["bob", "cid"], "commits": 9, "first": "2022-04-30", "last": "2022-06-02"},
    {"model_id": "bob/two", "authors": ["bob"], "commits": 1, "first": "2023-05-01", "last": "2023-05-01"},
    # dan and eve in one month: that is when they joined
    {"model_id": "eve/one", "authors": ["dan", "eve"], "commits": 2, "first": "2022-07-02", "last": "2022-07-31"},
    # nobody knows when fay wrote
    {"model_id": "late/one", "authors": ["fay"], "commits": None, "first": None, "last": None},
]  # fmt: skip


def committed(rows: Iterable[dict[str, Any]] = COMMITS) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in ("model_id", "authors", "commits")},
            "first_commit_at": row["first"],
            "last_commit_at": row["last"],
        }
        for row in rows
    ]


def test_summaries_of_commits_bound_when_a_contributor_joined(warehouse_of: WarehouseOf) -> None:
    warehouse = warehouse_of(hub_listing=COMMUNITY, hub_commits=committed())
    community = opened(warehouse, dt.date(2022, 3, 1), dt.date(2023, 6, 30))
    rows = frame_of(community, "contributors")
    drawn = rows[rows["contributors"] > 0]
    assert [(f"{row.period:%Y-%m}", row.standing, row.contributors) for row in drawn.itertuples()] == [
        ("2022-04", "new", 1),
        ("2022-06", "new by then at the latest", 2),
        ("2022-07", "new", 2),
        ("2022-07", "returning, at least", 1),
        ("2023-05", "returning, at least", 1),
    ]
    shared = frame_of(community, "repositories").set_index("period")
    assert shared.loc["2022-04-01", ["repositories", "shared", "share"]].tolist() == [2, 1, 0.5]
    assert shared.loc["2022-07-01", ["repositories", "shared"]].tolist() == [2, 1]
    assert "contributors are known of 5 of 11 models only" in community.left_out_text
    assert "1 contributor to repositories whose commits have no date" in community.left_out_text
    table = frame_of(community, "lorenz")
    people = table[table["kind"] == "contributors"]
    assert list(zip(people["models"], people["authors"], strict=True)) == [(1, 4), (2, 2)]


def test_without_commits_it_says_that_there_are_no_contributors(warehouse_of: WarehouseOf) -> None:
    community = opened(warehouse_of(hub_listing=COMMUNITY), dt.date(2022, 3, 1), dt.date(2022, 8, 20))
    offered = {chart.key for chart in community.charts if chart.is_offered}
    assert {"owners", "retention", "lorenz"} <= offered
    assert not {"contributors", "repositories"} & offered
    assert "contributors are not drawn: no commits of these models have landed" in community.left_out_text


def test_a_lorenz_curve_and_its_gini_coefficient_equal_a_table_worked_by_hand() -> None:
    """Three owners with 1, 1 and 4 models: G = 2 × (1 + 2 + 12) ÷ (3 × 6) − 4 ÷ 3 = 1/3."""
    rows = pd.DataFrame(
        {"kind": "owners", "models": [1, 4], "authors": [2, 1], "author_share": [2 / 3, 1], "model_share": [1 / 3, 1]}
    )
    assert gini(rows) == pytest.approx(1 / 3)
    curve = corners(rows)
    curve = curve[curve["curve"] == "owners"]
    assert curve["percent"].tolist() == pytest.approx([0, 200 / 3, 100])
    assert curve["share"].tolist() == pytest.approx([0, 1 / 3, 1])


def monthly(months: int, each: Callable[[int], int], start: str = "2022-04-01") -> list[dict[str, Any]]:
    """Models of so many months: in each of them as many owners, with one model each."""
    starts = pd.date_range(start, periods=months, freq="MS")
    return listed(
        *(
            (f"owner-{month}-{n}/model", f"{begin + pd.Timedelta(days=n % 27):%Y-%m-%d}")
            for month, begin in enumerate(starts)
            for n in range(each(month))
        )
    )


def test_a_forecast_is_drawn_with_its_back_test(warehouse_of: WarehouseOf) -> None:
    rows = monthly(27, lambda month: 4 + month)  # to June 2024, of which a day has passed
    rows += listed(("more/one", "2024-06-28"))
    community = opened(warehouse_of(hub_listing=rows), dt.date(2022, 4, 1), dt.date(2024, 6, 28))
    chart = next(chart for chart in community.charts if chart.key == "forecast-models")
    table = community.table(chart)
    assert table["is_forecast"].sum() == 12
    assert table.loc[~table["is_forecast"], "models"].tolist() == [4 + month for month in range(26)]
    ahead = table[table["is_forecast"]]
    assert ahead["period"].tolist() == pd.date_range("2024-06-01", periods=12, freq="MS").tolist()
    assert ahead["models"].iloc[0] == pytest.approx(30, abs=1.5)
    assert set(ahead["method"]) == {"exponential smoothing"}
    assert not table.isna().any().any()
    counts = table[~table["is_forecast"]]
    for end in ("low", "high", "outer_low", "outer_high"):
        assert counts[end].tolist() == counts["models"].tolist()
    # the listing is of June 2024, over 60 days ago
    start = "As of the listing of 15 Jun 2024, had it gone on as in the 26 complete months before: about "
    assert chart.caption.startswith(start)
    six = f", about {ahead['models'].head(6).sum():,.0f} in all in the six months from June 2024; by"
    assert six in chart.caption
    assert "better than seasonal naive" in chart.caption
    assert "of the counts lay in the 80% intervals" in chart.caption
    assert "Back-test: at the start of each of the last 8 months" in chart.details
    assert "None of more than 8 months ahead could be compared yet." in chart.details
    assert "MASE 1, 3 and 6 months ahead" in chart.details
    community.horizon = "3"
    assert community.table(chart)["is_forecast"].sum() == 3
    assert "August 2024" in chart.caption
    assert "in all in the three months from June 2024" in chart.caption


def test_a_forecast_of_fresh_data_is_of_the_months_to_come() -> None:
    series = pd.DataFrame({"period": pd.date_range("2022-01-01", periods=30, freq="MS"), "owners": range(30, 60)})
    ahead = forecast(series["owners"].tolist())
    caption = texts.forecast_caption(ahead, "owners", shaped.with_forecast(series, "owners", ahead, 12))
    assert caption.startswith("If it goes on as in 30 months so far: about ")
    assert "in all in the six months from July 2024; by" in caption


def test_of_few_owners_shares_have_no_decimals() -> None:
    def sentence_of(owners: int, returned: int) -> str:
        rows = {"joined_in": pd.Timestamp(2024, 1, 1), "months_since": [3], "owners": owners, "returned": returned}
        return texts.returning_text(pd.DataFrame(rows), "in")

    assert (
        sentence_of(99, 5)
        == "of only 99 owners that began in January 2024, 5% published again in the third month after their first model"
    )
    assert sentence_of(1000, 51).startswith("of 1,000 owners that began in January 2024, 5.1% published again")


def test_where_smoothing_is_no_better_than_naive_it_says_so(warehouse_of: WarehouseOf) -> None:
    season = [3, 20, 5, 14, 4, 9, 25, 3, 15, 6, 8, 30]
    rows = monthly(27, lambda month: season[month % 12] + month // 12)
    community = opened(warehouse_of(hub_listing=rows), dt.date(2022, 4, 1), dt.date(2024, 6, 1))
    chart = next(chart for chart in community.charts if chart.key == "forecast-owners")
    assert "exponential smoothing was not better than naive" in chart.caption
    assert "by seasonal naive" in chart.caption


def test_of_a_few_months_it_says_how_many_a_forecast_needs(warehouse_of: WarehouseOf) -> None:
    rows = monthly(12, lambda month: 4 + month, "2023-01-01")
    community = opened(warehouse_of(hub_listing=rows), dt.date(2023, 1, 1), dt.date(2023, 12, 11))
    assert "no forecast: it needs 24 complete months, and there are 17" in community.left_out_text
    assert not any(chart.is_offered for chart in community.charts if chart.key.startswith("forecast"))


def test_of_a_closed_leaderboard_nothing_is_forecast(community: Path) -> None:
    with closing(Warehouse.open(community)) as warehouse:
        for dataset, closed_on in (("v1", "26 Jun 2024"), ("v2", "13 Mar 2025")):
            filters = Filters(warehouse)
            filters.param.update(dataset=dataset)
            perspective = Community(warehouse, filters)
            perspective.open()
            assert f"no forecast: the leaderboard closed on {closed_on}" in perspective.left_out_text
            assert (
                f" published a first model with a result on Open LLM Leaderboard {dataset}" in perspective.answer_text
            )
            assert f"no forecast: the leaderboard closed on {closed_on}" in perspective.charts[0].caption
            assert list(perspective.controls()) == ["again"]


def test_people_who_are_left_out_are_counted_and_not_named(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", COMMUNITY)
    land_rows(tmp_path, "hub_commits", committed())
    dates = dt.date(2022, 3, 1), dt.date(2023, 6, 30)

    def frames() -> list[pd.DataFrame]:
        build(tmp_path, Landing(tmp_path / "landing").selected())
        with closing(Warehouse.open(tmp_path)) as warehouse:
            perspective = opened(warehouse, *dates)
            assert "ann" not in " ".join([perspective.answer_text, perspective.left_out_text]).split()
            return [perspective.answer_of(chart) for chart in perspective.charts]

    before = frames()
    lines = ["hash,extent", f"{name_hash('ann')},everywhere", f"{name_hash('bob')},everywhere", ""]
    (tmp_path / "left_out.csv").write_text("\n".join(lines), encoding="utf-8")
    for one, other in zip(before, frames(), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_the_filters_of_models_do_not_act_on_people(warehouse_of: WarehouseOf) -> None:
    community = opened(warehouse_of(hub_listing=COMMUNITY), dt.date(2022, 3, 1), dt.date(2022, 8, 20))
    before = community.answer
    community.filters.param.update(sizes=["3–9"], text_generation=True, unit="week")
    assert community.answer is before
    used = ("dataset", "dates", "unit", "sizes", "text_generation", "show_events")
    assert [name for name in used if community.uses(name)] == ["dataset", "dates"]


def test_a_fan_draws_both_intervals_and_says_them(community: Path) -> None:
    with closing(Warehouse.open(community)) as warehouse:
        filters = Filters(warehouse)
        filters.param.update(dataset="hub")
        perspective = Community(warehouse, filters)
        perspective.open()
        fan = next(chart for chart in perspective.charts if chart.key == "forecast-models")
        assert len(fan.columns["bands"]["xs"]) == 2
        narrow, wide = fan.columns["bands"]["ys"]
        assert np.ptp(narrow) < np.ptp(wide)
        assert fan.columns["lines"]["name"] == ["counted", "forecast"]
        assert "80% " in fan.description()
        assert "95% " in fan.description()
