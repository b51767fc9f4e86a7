"""Adoption: the lines are those of the listings, what is not known is a gap, and one listing shows what it can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.adoption.view import Adoption
from oss_ai_monitor.perspectives.phrases import short_change
from oss_ai_monitor.warehouse import Warehouse, build, sql_folder
from tests.adoption_world import BURST, FAMILIES, GAP, LAST, AdoptionWorld, adoption_world

WarehouseOf = Callable[..., Warehouse]
BASE, TUNE = "tin/Base-7B", "lead/Tune-7B"


@pytest.fixture(scope="module")
def world() -> AdoptionWorld:
    return adoption_world()


@pytest.fixture(scope="module")
def history(open_warehouse: Callable[[Path], Warehouse], adoption_history: Path) -> Warehouse:
    return open_warehouse(adoption_history)


def opened(warehouse: Warehouse, unit: str = "week", **choices: Any) -> Adoption:
    filters = Filters(warehouse)
    filters.param.update(dataset="hub", unit=unit)
    perspective = Adoption(warehouse, filters, **choices)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def chart(perspective: Adoption, key: str) -> Any:
    return next(chart for chart in perspective.charts if chart.key == key)


def offered(perspective: Adoption) -> list[str]:
    return [chart.key for chart in perspective.charts if chart.is_offered and not chart.is_empty]


def test_lines_are_the_last_listing_of_each_week_and_go_to_the_end_of_the_history(
    history: Warehouse, world: AdoptionWorld
) -> None:
    perspective = opened(history, members=[BASE])
    assert perspective.selection.dates == (world.listings[0], LAST)
    sundays = [day for day in world.listings if day.isoweekday() == 7]
    assert perspective.answer["downloads_30d"].tolist() == [world.month.at[day, BASE] for day in sundays]
    path = chart(perspective, "lines").columns["lines"]
    assert path["name"] == [BASE]
    assert path["ys"][0].tolist() == perspective.answer["downloads_30d"].tolist()


def test_new_downloads_of_a_gap_are_spread_evenly_and_marked(history: Warehouse, world: AdoptionWorld) -> None:
    perspective = opened(history, "day", members=[BASE], measure="gained")
    recent = [day for day in world.listings if day > LAST - dt.timedelta(days=30)]
    rows = perspective.answer.assign(day=perspective.answer["period"].dt.date).set_index("day")
    for before, day in pairwise(recent):
        gain, span = world.all_time.at[day, BASE] - world.all_time.at[before, BASE], (day - before).days
        of_days = rows.loc[[before + dt.timedelta(days=n) for n in range(1, span + 1)]]
        assert of_days["gained"].sum() == gain
        assert of_days["gained"].max() - of_days["gained"].min() <= 1
        assert of_days["is_spread"].tolist() == [span > 1] * span
        assert of_days["downloads_30d"].notna().tolist() == [False] * (span - 1) + [True]
    assert "no listing" in rows["marks"].loc[LAST - dt.timedelta(days=GAP + 1)]
    assert "new downloads of a gap spread evenly" in perspective.left_out_text


def test_the_age_of_a_line_counts_from_its_appearing(history: Warehouse, world: AdoptionWorld) -> None:
    perspective = opened(history, members=["many/m3-7B"], axis="age", measure="downloads_all_time", log=True)
    assert "by-age" in offered(perspective)
    assert "lines" not in offered(perspective)
    points = chart(perspective, "by-age").columns["points"]
    created = world.created["many/m3-7B"]
    first = next(day for day in world.listings if day >= created)
    assert points["period"][0] == (first - created).days
    assert points["amount"][0] == world.all_time.at[first, "many/m3-7B"]
    assert points["y"][0] == pytest.approx(np.log10(points["amount"][0]))


def test_the_ten_most_used_are_shown_until_others_are_chosen(history: Warehouse, world: AdoptionWorld) -> None:
    perspective = opened(history)
    latest = world.month.loc[LAST].sort_values(ascending=False)
    assert perspective.shown_members() == list(latest.index[:10])
    assert perspective.search("members", "BASE") == [BASE]
    perspective.members = [TUNE, BASE]
    assert set(perspective.answer["member"]) == {TUNE, BASE}
    assert perspective.to_query()["members"] == "lead/Tune-7B,tin/Base-7B"


def test_chosen_names_that_a_grouping_lacks_are_dropped_with_a_notice(history: Warehouse) -> None:
    perspective = opened(history)
    notices = perspective.from_query({"by": "family", "members": "tin/Base-7B,lead/Tune-7B", "measure": "likes"})
    assert notices == ["Not among the families here, so left out: lead/Tune-7B."]
    assert (perspective.by, perspective.members, perspective.measure) == ("family", [BASE], "likes")
    perspective.by = "owner"
    assert perspective.members == []


def test_a_family_is_its_base_and_all_that_descends_from_it(history: Warehouse, world: AdoptionWorld) -> None:
    perspective = opened(history, by="family", members=[BASE])
    assert perspective.answer["downloads_30d"].iloc[-1] == world.month.loc[LAST, list(FAMILIES[BASE])].sum()
    rows = perspective.rows_of("families")
    for base, members in FAMILIES.items():
        of_family = rows[rows["family"] == base]
        before = world.month.loc[LAST - dt.timedelta(days=364), list(members)].sum()
        assert of_family["family_before"].iloc[0] == before
        assert of_family["share"].sum() == pytest.approx(1)
        by_relation = dict(zip(of_family["relation"], of_family["downloads_30d"], strict=True))
        assert by_relation == {relation: world.month.at[LAST, name] for name, relation in members.items()}


def test_the_sentence_names_the_most_used_the_fastest_and_the_family_that_grew_most(
    history: Warehouse, world: AdoptionWorld
) -> None:
    perspective = opened(history)
    used = world.month.loc[LAST].idxmax()
    year_before = LAST - dt.timedelta(days=364)
    growth = {
        base: world.month.loc[LAST, list(members)].sum() - world.month.loc[year_before, list(members)].sum()
        for base, members in FAMILIES.items()
    }
    grown = max(growth, key=lambda base: growth[base])
    text = perspective.answer_text
    assert text.startswith(
        f"Most used model: {used}, {world.month.at[LAST, used]:,} downloads in the 30 days to 25 Oct 2026"
    )
    assert f"{TUNE} rose most" in text
    assert f"the family that grew most in a year is that of {grown}" in text or growth[grown] <= 0
    assert perspective.answer_models[:2] == [used, TUNE]


def test_without_the_counter_of_all_time_new_downloads_are_unknown_and_levels_are_drawn(
    world: AdoptionWorld, tmp_path: Any
) -> None:
    short = AdoptionWorld(world.days, world.created, world.new, world.likes, world.listings[-45:-25])
    short.land(tmp_path, has_all_time=False)
    build(tmp_path, Landing(tmp_path / "landing").selected())
    warehouse = Warehouse.open(tmp_path)
    for by, member in (("model", BASE), ("owner", "tin"), ("family", BASE), ("relation", "none declared")):
        for unit in ("day", "week"):
            perspective = opened(warehouse, unit, by=by, members=[member], measure="gained")
            assert perspective.answer["gained"].isna().all(), (by, unit)
            assert "new downloads are unknown" in perspective.left_out_text
            perspective.measure = "downloads_30d"
            assert "lines" in offered(perspective), (by, unit)
    assert "movers" not in offered(perspective)
    assert "relative" not in offered(perspective)
    warehouse.close()


LISTED = [
    {"id": "tin/one-7B", "created_at": "2024-04-03", "downloads": 900, "likes": 3, "tags": []},
    {
        "id": "tin/two-7B", "created_at": "2024-05-01", "downloads": 70, "likes": 8,
        "tags": ["base_model:finetune:tin/one-7B"],
    },
    {"id": "lead/three-7B", "created_at": "2024-05-02", "downloads": 5, "likes": 0, "tags": []},
]  # fmt: skip


@pytest.mark.parametrize("dataset", ["hub", "v1"])
def test_one_listing_shows_levels_families_and_attention_and_says_what_is_missing(
    warehouse_of: WarehouseOf, dataset: str
) -> None:
    board = [{"fullname": "tin/one-7B", "average": 40.0}, {"fullname": "tin/two-7B", "average": 50.0}]
    warehouse = warehouse_of(hub_listing=LISTED, leaderboard_v1=board)
    filters = Filters(warehouse)
    filters.dataset = dataset
    perspective = Adoption(warehouse, filters)
    perspective.open()
    assert offered(perspective) == ["levels", "families", "attention"]
    assert perspective.answer_text.startswith("Most used model: tin/one-7B, 900 downloads in the 30 days to ")
    assert perspective.answer_text.endswith("gains need several weeks of listings.")
    assert chart(perspective, "levels").columns["rows"]["value"].tolist() == [900, 70, 5]
    families = perspective.table(chart(perspective, "families"))
    assert families[["family", "relation", "downloads_30d"]].to_numpy().tolist() == [
        ["tin/one-7B", "base", 900], ["tin/one-7B", "finetune", 70],
    ]  # fmt: skip
    assert "in both top lists: 3 of 10" in chart(perspective, "attention").caption
    assert list(perspective.controls()) == ["by", "measure", "members", "most"]
    assert bool(perspective.scores_from) == (dataset == "v1")
    perspective.by = "owner"
    assert pd.Series(chart(perspective, "levels").columns["rows"]["name"]).tolist() == ["tin", "lead"]


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        (
            "gained",
            "New downloads are not known: they are the difference of two listings, and this warehouse has one",
        ),
        (
            "downloads_all_time",
            "Downloads of all time are not known: no listing in this warehouse states the downloads of all time",
        ),
    ],
)
def test_a_measure_that_is_not_known_says_why_and_downloads_are_drawn(
    warehouse_of: WarehouseOf, measure: str, reason: str
) -> None:
    perspective = opened(warehouse_of(hub_listing=LISTED), measure=measure)
    levels = chart(perspective, "levels")
    assert levels.caption.startswith(f"{reason}; drawn instead are the downloads in 30 days, as listed on ")
    assert levels.title == "Downloads in 30 days of the ten most used models"
    assert levels.columns["rows"]["value"].tolist() == [row["downloads"] for row in LISTED if row["downloads"]]
    perspective.measure = "likes"
    assert perspective.state == "ready"


def test_the_sentence_says_what_was_chosen(history: Warehouse, world: AdoptionWorld) -> None:
    latest = world.month.loc[LAST]
    perspective = opened(history, members=["small/one-0.5B"])
    assert perspective.answer_text.startswith(
        f"The chosen model: small/one-0.5B, {latest['small/one-0.5B']:,} downloads in the 30 days to 25 Oct 2026"
    )
    perspective.members = [BASE, TUNE]
    most = latest[[BASE, TUNE]].idxmax()
    assert perspective.answer_text.startswith(f"Most used of the chosen models: {most}, {latest[most]:,} downloads")


def test_movers_that_are_left_out_are_named(history: Warehouse) -> None:
    movers = chart(opened(history), "movers")
    share = history.sql_frame(f"select most_in_a_day from marts.adoption_movers where model_id = '{BURST}'").iloc[0, 0]
    assert movers.details.endswith(f" Left out: {BURST} ({share:.0%} of its week in one day).")


def test_left_out_movers_are_cut_and_hold_no_hidden_signs(history: Warehouse) -> None:
    texts = opened(history).texts
    texts.rows["bursts"] = pd.DataFrame({"model_id": ["evil/\u202e\n<b>" + "x" * 300], "most_in_a_day": [0.62]})
    assert texts.bursts() == f" Left out: evil/ <b>{'x' * 91} (62% of its week in one day)."


def test_families_that_grew_most_have_what_they_gained_behind_their_names(history: Warehouse) -> None:
    perspective = opened(history, families="growth")
    grown = perspective.rows_of("families").drop_duplicates("family")
    assert grown["change"].is_monotonic_decreasing
    labels = chart(perspective, "families").options["y-range"]["factors"][::-1]
    assert [label.rpartition(" (")[2] for label in labels] == [f"{short_change(n)})" for n in grown["change"]]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (0, "+0"), (999, "+999"), (1_234, "+1.2 k"), (-56_789, "−57 k"), (1_500_000, "+1.5 M"),
        (-123_456_789, "−123 M"),
    ],
)  # fmt: skip
def test_a_change_is_short(change: int, text: str) -> None:
    assert short_change(change) == text


def test_dates_of_the_past_are_named_with_both_weeks(history: Warehouse) -> None:
    filters = Filters(history)
    filters.param.update(dataset="hub", unit="week", dates=(dt.date(2025, 8, 1), dt.date(2026, 8, 16)))
    perspective = Adoption(history, filters)
    perspective.open()
    assert "grew most between the weeks of 11 Aug 2025 and 10 Aug 2026 is that of" in perspective.answer_text
    assert "in the week of 10 Aug 2026" in chart(perspective, "families").caption


@pytest.mark.parametrize(("opens", "before"), [(1, dt.date(2025, 1, 6)), (2, dt.date(2025, 6, 2)), (3, None)])
def test_families_grow_within_one_stretch_of_listings(opens: int, before: dt.date | None) -> None:
    """Three weeks within a year; a new stretch opens with one of them."""
    weeks = [dt.date(2025, 1, 6), dt.date(2025, 6, 2), dt.date(2025, 12, 29)]
    with duckdb.connect() as db:
        db.execute("create schema core; create schema marts; create table core.adoption_days (day date, stretch int)")
        db.execute(
            "create table marts.adoption_by_family_and_week"
            " (family varchar, relation varchar, week date, models int, downloads_30d bigint)"
        )
        for n, week in enumerate(weeks, 1):
            days = {"day": week + dt.timedelta(days=6), "stretch": 2 if n >= opens else 1}
            db.execute("insert into core.adoption_days values ($day, $stretch)", days)
            sums = {"week": week, "n": 100 * n}
            db.execute("insert into marts.adoption_by_family_and_week values ('tin/a', 'base', $week, 1, $n)", sums)
        select = (sql_folder() / "queries" / "adoption_families.sql").read_text(encoding="utf-8")
        rows = db.execute(select, {"end": dt.date(2026, 1, 4), "families": "growth"}).df()
    assert [None if pd.isna(day) else day.date() for day in rows["week_before"]] == [before]
    assert [None if pd.isna(change) else change for change in rows["change"]] == [{1: 200, 2: 100}.get(opens)]


# meta-llama is of the United States, Qwen of China; nobody reviewed tin
OF_REGIONS = [
    {"id": "meta-llama/a", "created_at": "2024-04-03", "downloads": 100, "likes": 3, "tags": []},
    {"id": "Qwen/b", "created_at": "2024-04-03", "downloads": 50, "likes": 1, "tags": []},
    {"id": "tin/c", "created_at": "2024-04-03", "downloads": 250, "likes": 1, "tags": []},
    {"id": "tin/unknown", "created_at": "2024-04-03", "downloads": 9_000, "likes": None, "tags": []},
    {"id": "tin/not-counted", "created_at": "2024-04-03", "downloads": None, "likes": 9_000, "tags": []},
]


def test_regions_have_names_and_addresses_their_codes(warehouse_of: WarehouseOf) -> None:
    perspective = opened(warehouse_of(hub_listing=OF_REGIONS[:3]), by="region")
    assert perspective.answer_text.startswith("Most used region: United States, 100 downloads in the 30 days to ")
    assert "(apart from it: “not reviewed” with 62% of all downloads)" in perspective.answer_text
    assert perspective.search("members", "united") == ["United States"]
    assert perspective.search("members", "nowhere") == []
    perspective.members = ["United States", "China"]
    assert pd.Series(chart(perspective, "levels").columns["rows"]["name"]).tolist() == ["United States", "China"]
    assert perspective.to_query()["members"] == "us,china"
    assert perspective.from_query({"by": "region", "members": "china,mars"}) == [
        "Not among the regions here, so left out: mars."
    ]
    assert perspective.members == ["China"]


def test_unknown_likes_and_downloads_are_not_zero(warehouse_of: WarehouseOf) -> None:
    perspective = opened(warehouse_of(hub_listing=OF_REGIONS))
    assert perspective.rows_of("attention")["model_id"].tolist() == ["tin/c", "meta-llama/a", "Qwen/b"]
    assert perspective.rows_of("agreement")["models"].iloc[0] == 3
    assert "2 listed models of unknown likes or downloads" in perspective.left_out_of(chart(perspective, "attention"))
