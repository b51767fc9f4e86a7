"""Endurance equals pandas over the raw weeks of invented releases, and says what is missing where little has landed."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.endurance import charts as shaped
from oss_ai_monitor.perspectives.endurance.survival import at
from oss_ai_monitor.perspectives.endurance.view import Endurance
from oss_ai_monitor.warehouse import Warehouse, build, sql_folder
from tests.conftest import Rows, land_rows

MONDAY, WEEK = dt.date(2024, 1, 1), dt.timedelta(days=7)
WEEKS = [MONDAY + n * WEEK for n in range(80)]
LAST = WEEKS[-1] + dt.timedelta(days=6)
GAP = WEEKS[50:53]  # no listing
UNCOUNTED = {25, 31, 62}  # the counter of all time is not known at the end of their first week
LICENCES = ("mit", "llama3", "cc-by-nc-4.0")


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def invented(number: int = 90, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Releases with their days, and their raw weeks: launches decay, plateau, revive; some leave, some come late."""
    rng = np.random.default_rng(seed)
    releases, weeks = [], []
    for n in range(1, number + 1):
        born = MONDAY + dt.timedelta(days=int(rng.integers(-100, 450)))
        removed = int(rng.integers(12, 40)) if n % 11 == 0 else None  # weeks after its birth
        scale, decay = float(rng.choice([4, 60, 900])), float(rng.choice([0.0, 0.05, 0.2]))
        revival = int(rng.integers(15, 40)) if n % 7 == 0 else None
        first = max(monday(born), MONDAY) + (3 if n % 13 == 0 else n % 17 == 0) * WEEK
        first = GAP[-1] + WEEK if first in GAP else first  # nobody saw it in the gap
        gains: list[int] = []
        left = None
        week = monday(born)
        while week <= WEEKS[-1]:
            age = (week - monday(born)).days // 7
            if removed is not None and age == removed and week >= WEEKS[5]:
                left = week + dt.timedelta(days=2)
                break
            boost = 20 if revival is not None and age >= revival else 1
            gains.append(int(rng.poisson(7 * scale * boost * math.exp(-decay * age))))
            if week >= first:
                is_gap = week in GAP
                is_uncounted = n in UNCOUNTED and week == first
                weeks.append(
                    {
                        "series_id": n,
                        "week": week,
                        "downloads_30d": None if is_gap else sum(gains[-4:]),
                        "downloads_all_time": None if is_gap or is_uncounted else sum(gains),
                        "likes": 1,
                        "gained": gains[-1] // 2 if is_uncounted else None if week == first else gains[-1],
                        "is_spread": is_gap,
                        "is_listed": True,
                    }
                )
            week += WEEK
        if left and GAP[0] <= left < GAP[-1] + WEEK:
            left = GAP[-1] + WEEK  # nobody saw it in the gap
        releases.append({"series_id": n, "born": born, "first": first, "gone": left, "model_id": f"tin/release-{n}"})
    return pd.DataFrame(releases), pd.DataFrame(weeks)


def history(releases: pd.DataFrame) -> Rows:
    """The days of the history of adoption that say who is in it, by which name, and since when."""
    rows: Rows = []
    for release in releases.to_dict("records"):
        day = max(release["first"], release["born"])
        rows.append({"day": day, "series_id": release["series_id"], "change": "first", "model_id": release["model_id"]})
        last = release["gone"] or LAST
        rows.append({"day": last, "series_id": release["series_id"], "change": "gone" if release["gone"] else "moved"})
    for day in sorted({row["day"] for row in rows}):
        rows.append({"day": day, "series_id": 0, "change": "day"})
    return [{"is_frame": False, **row} for row in rows]


def listed(releases: pd.DataFrame, **more: Any) -> Rows:
    return [
        {
            "id": release["model_id"], "created_at": f"{release['born']} 09:00:00", "pipeline_tag": "text-generation",
            "tags": [f"license:{LICENCES[release['series_id'] % 3]}"], **more,
        }
        for release in releases.to_dict("records")
    ]  # fmt: skip


RELEASES, RAW = invented()


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("endurance")
    as_of = dt.datetime.combine(LAST, dt.time(12), dt.UTC)
    derivatives = [
        {"id": "tin/late-derivative", "created_at": f"{RELEASES['born'][11] + dt.timedelta(days=95)} 09:00:00",
         "pipeline_tag": "text-generation", "tags": ["base_model:tin/release-12", "base_model:finetune:tin/release-12"]}
    ]  # fmt: skip
    land_rows(folder, "hub_listing", listed(RELEASES) + derivatives, as_of=as_of)
    land_rows(folder, "hub_adoption", history(RELEASES), as_of=as_of)
    land_rows(folder, "hub_adoption_weeks", RAW.astype(object).where(RAW.notna(), None).to_dict("records"), as_of=as_of)
    build(folder, Landing(folder / "landing").selected())
    warehouse = Warehouse.open(folder)
    yield warehouse
    warehouse.close()


def opened(warehouse: Warehouse, **choices: Any) -> Endurance:
    filters = Filters(warehouse)
    filters.dataset = "hub"
    filters.param.update(dates=(dt.date(2023, 1, 1), LAST), unit="month")
    perspective = Endurance(warehouse, filters)
    perspective.param.update(**choices)
    perspective.open()
    return perspective


def expected_lifetimes() -> pd.DataFrame:
    """Worked out from the raw weeks, release by release, as the method says it."""
    with_listing = sorted(set(WEEKS) - set(GAP))
    rows = []
    for release in RELEASES.to_dict("records"):
        weeks = RAW[(RAW["series_id"] == release["series_id"]) & RAW["downloads_30d"].notna()].sort_values("week")
        born = release["born"]
        due = max(monday(born + dt.timedelta(days=29)), release["first"], MONDAY)
        entry = next((week for week in with_listing if week >= due), None)
        figures = dict(zip(weeks["week"], weeks["downloads_30d"].astype(int), strict=True))
        if entry is None or figures.get(entry, 0) < 100:
            continue
        weeks_of_it = [week for week in with_listing if week in figures]
        event, end = "followed", weeks_of_it[-2]
        if release["gone"]:
            event, end = "removed", monday(release["gone"])
        for this, following in itertools.pairwise(weeks_of_it):
            peak = max(figures[week] for week in weeks_of_it if week <= this)
            if this > entry and figures[this] < peak / 10 and figures[following] < peak / 10:
                event, end = "fell", this
                break
        is_from_birth = (entry + dt.timedelta(days=6) - born).days <= 42
        ages = [(week - monday(born)).days // 7 for week in (entry, end)]
        rows.append((release["series_id"], is_from_birth, *ages, event))
    return pd.DataFrame(rows, columns=["series_id", "is_from_birth", "entry", "duration", "event"])


def test_lifetimes_equal_what_pandas_reads_in_the_raw_weeks(followed: Warehouse) -> None:
    lifetimes = followed.sql_frame(
        "select series_id, is_from_birth, entry, duration, event from marts.lifetimes"
        " where dataset = 'hub' order by all"
    )
    expected = expected_lifetimes()
    assert set(expected["event"]) == {"fell", "followed", "removed"}
    assert set(expected["is_from_birth"]) == {True, False}
    assert lifetimes.astype(object).to_numpy().tolist() == expected.astype(object).to_numpy().tolist()


def test_survival_is_that_of_these_lifetimes(followed: Warehouse) -> None:
    perspective = opened(followed)
    expected = expected_lifetimes()
    expected = expected[expected["duration"] > expected["entry"]]
    survival, first = Fraction(1), 6  # with ten at risk, as it happens, from the start
    for week in range(1, 27):
        at_risk = expected[(expected["entry"] < week) & (expected["duration"] >= week)]
        fell = at_risk[(at_risk["duration"] == week) & (at_risk["event"] == "fell")]
        if len(at_risk) >= 10 or week > first:
            survival *= 1 - Fraction(len(fell), len(at_risk) or 1)
    table = perspective.table(perspective.charts[0])
    half_a_year = at(table, 26)
    assert half_a_year is not None
    assert half_a_year["survival"] == pytest.approx(float(survival))
    verdict = "Yes, the median release keeps" if survival > Fraction(1, 2) else "No, the median release does not keep"
    assert perspective.answer_text.startswith(f"{verdict} a tenth of its peak after six months: of {len(expected)} ")
    assert f"{float(survival):.0%} (" in perspective.answer_text
    removed = (expected["event"] == "removed").sum()
    assert f"{removed} left the Hub before" in perspective.charts[0].caption


def test_groups_are_compared_and_add_up(followed: Warehouse) -> None:
    perspective = opened(followed, by="licence")
    assert perspective.answer["releases"].sum() == len(expected_lifetimes())
    assert set(perspective.answer["member"]) == {"permissive", "community", "non-commercial"}
    assert "(log-rank test)" in perspective.charts[0].caption
    perspective.by = "owner"
    assert set(perspective.answer["member"]) == {"not reviewed"}
    perspective.by = "seen"
    assert set(perspective.answer["member"]) == {"seen from birth", "seen only later"}


@pytest.mark.parametrize(("threshold", "least"), [("tenth", None), ("any", 1)])
def test_retention_equals_pandas(followed: Warehouse, threshold: str, least: int | None) -> None:
    perspective = opened(followed, threshold=threshold)
    rows = perspective.answer_of(perspective.charts[1])
    with_listing = sorted(set(WEEKS) - set(GAP))
    counted: dict[tuple[dt.date, int], list[int]] = {}
    ids = expected_lifetimes().query("is_from_birth")["series_id"]
    for release in RELEASES[RELEASES["series_id"].isin(ids)].to_dict("records"):
        weeks = RAW[(RAW["series_id"] == release["series_id"]) & RAW["downloads_30d"].notna()]
        figures = dict(zip(weeks["week"], weeks["downloads_30d"].astype(int), strict=True))
        for month in range(1, 37):
            due = monday(release["born"] + dt.timedelta(days=30 * month - 1))
            read = next((week for week in with_listing if due <= week <= due + WEEK), None)
            if read is None:
                continue
            peak = max(figure for week, figure in figures.items() if week <= read)
            figure = figures.get(read, 0)
            is_in_use = figure >= least if least else figure > 0 and figure >= peak / 10
            cell = counted.setdefault((release["born"].replace(day=1), month), [0, 0])
            cell[0] += 1
            cell[1] += is_in_use
    columns = ["released_in", "months_since", "releases", "still_in_use"]
    got = {(row[0].date(), int(row[1])): [int(row[2]), int(row[3])] for row in rows[columns].to_numpy()}
    assert got == counted
    cohorts = rows.groupby("released_in")["releases"].max()
    is_whole = rows["releases"] == rows["released_in"].map(cohorts)
    assert not rows.loc[~is_whole, "is_complete"].any()
    assert rows["is_complete"].any()


def test_a_share_of_fewer_than_ten_releases_is_not_drawn() -> None:
    rows = pd.DataFrame(
        {
            "released_in": pd.to_datetime(["2024-01-01"] * 3),
            "months_since": [1, 2, 3],
            "releases": [25, 10, 4],
            "still_in_use": [20, 5, 3],
            "share": [0.8, 0.5, 0.75],
            "cohort": [25] * 3,
            "is_complete": [True, False, False],
        }
    )
    cells, months, cohorts = shaped.cells(rows)
    assert (months, cohorts) == (["1", "2", "3"], ["Jan 2024: 25"])
    assert cells["text"].tolist() == ["80%", "50%", "n=4"]
    assert cells["share"].isna().tolist() == [False, False, True]
    assert cells["shown"].tolist() == ["80%", "50%", "not shown: fewer than 10 releases"]
    assert cells["releases"].tolist() == [25, 10, 4]  # which the tooltip has


def test_a_new_derivative_is_a_threshold_of_its_own(followed: Warehouse) -> None:
    perspective = opened(followed, threshold="derivatives")
    rows = perspective.answer_of(perspective.charts[1])
    ids = expected_lifetimes().query("is_from_birth")["series_id"].tolist()
    cells = rows[rows["still_in_use"] > 0]
    if 12 in ids:  # its derivative appeared on day 95: in its fourth month of thirty days
        assert cells[["months_since", "still_in_use"]].to_numpy().tolist() == [[4, 1]]
    else:
        assert cells.empty


def expected_launches() -> pd.DataFrame:
    rows = []
    ids = expected_lifetimes().query("is_from_birth")["series_id"]
    for release in RELEASES[RELEASES["series_id"].isin(ids)].to_dict("records"):
        weeks = RAW[RAW["series_id"] == release["series_id"]].set_index("week")
        first_weeks = [monday(release["born"]) + n * WEEK for n in range(27)]
        days = np.array([7 - release["born"].weekday(), *[7] * 26])
        missing = [week for week in first_weeks if week not in weeks.index]
        if missing not in ([], first_weeks[:1]) or pd.isna(weeks.loc[first_weeks[len(missing)], "downloads_all_time"]):
            continue
        so_far = float(weeks.loc[first_weeks[len(missing)], "downloads_all_time"])
        opening = so_far * days[:2] / days[:2].sum() if missing else [so_far]
        gained = np.array([*opening, *weeks.loc[first_weeks[len(missing) + 1 :], "gained"]], dtype="float64")
        daily = np.repeat(gained / days, days)[:180].cumsum()  # by days
        half = int(np.argmax(daily >= daily[-1] / 2 - 1e-9)) + 1
        best = int(np.argmax(gained[:26])) + 1
        rows.append((release["model_id"], gained[:26].sum(), best, half, gained[:26]))
    return pd.DataFrame(rows, columns=["model_id", "downloads", "best", "half", "gained"])


def test_launch_curves_and_half_lives_equal_pandas(followed: Warehouse) -> None:
    expected = expected_launches()
    launches = followed.sql_frame(
        "select model_id, downloads_26_weeks, best_week, half_life_days from marts.launches"
        " join marts.lifetimes using (series_id) where dataset = 'hub' order by series_id"
    )
    assert launches["model_id"].tolist() == expected["model_id"].tolist()
    np.testing.assert_allclose(launches["downloads_26_weeks"], expected["downloads"], rtol=1e-12)
    assert launches["best_week"].tolist() == expected["best"].tolist()
    assert launches["half_life_days"].tolist() == expected["half"].tolist()
    late = set(RELEASES.loc[RELEASES["first"] > RELEASES["born"].map(monday), "model_id"])
    assert late & set(launches["model_id"]), "one was first listed in its second week"
    large = expected[expected["downloads"] >= 1_000]
    assert len(large) >= 10
    name = large["model_id"].iloc[0]
    perspective = opened(followed, releases=[name])
    rows = perspective.answer_of(perspective.charts[2])
    shares = np.array([gained / gained.sum() for gained in large["gained"]])
    of_all = rows[~rows["is_named"]]
    np.testing.assert_allclose(of_all["share"], np.quantile(shares, 0.5, axis=0), rtol=1e-9)
    np.testing.assert_allclose(of_all["share_low"], np.quantile(shares, 0.25, axis=0), rtol=1e-9)
    np.testing.assert_allclose(rows.loc[rows["name"] == name, "share"], shares[0], rtol=1e-9)
    assert of_all["half_life_days"].iloc[0] == np.median(large["half"])
    assert f"by day {large['half'].iloc[0]} for {name}" in perspective.charts[3].caption
    best = perspective.answer_of(perspective.charts[4]).set_index("week")["launches"]
    assert best.to_dict() == large["best"].value_counts().to_dict()
    assert perspective.search("releases", "RELEASE-")[0] == expected.sort_values("downloads")["model_id"].iloc[-1]
    assert perspective.to_query() == {"releases": name}
    notices = perspective.from_query({"releases": f"{name},<b>nobody</b>/x"})
    assert (perspective.releases, len(notices)) == ([name], 1)
    assert notices[0] == "Without a launch that was followed, so left out: <b>nobody</b>/x."


@pytest.mark.parametrize(
    "filters",
    [{}, {"sizes": ["unknown"]}, {"hide_derived": True}, {"text_generation": True}, {"releases": ["tin/release-1"]}],
)
def test_stored_quartiles_are_those_that_would_be_computed(followed: Warehouse, filters: dict[str, Any]) -> None:
    bound = {
        "dataset": "hub", "start": dt.date(2000, 1, 1), "end": dt.date(2100, 1, 1), "sizes": [], "at_most_b": None,
        "text_generation": False, "hide_derived": False, "releases": [], **filters,
    }  # fmt: skip
    select = (sql_folder() / "queries" / "endurance_launches.sql").read_text(encoding="utf-8")
    stored = "from marts.launch_quartiles\n    where "
    assert stored in select
    computed = followed.sql_frame(select.replace(stored, f"{stored}false and "), bound)
    pd.testing.assert_frame_equal(followed.sql_frame(select, bound), computed)
    (rows,) = followed.sql_frame("select count(*) from marts.launch_quartiles where size = 'all'").iloc[0]
    assert rows >= 26


def test_turnover_equals_sets_of_the_raw_weeks(followed: Warehouse) -> None:
    perspective = opened(followed)
    rows = perspective.answer_of(perspective.charts[5])
    read = RAW[RAW["downloads_30d"].notna()].assign(month=lambda raw: [
        (week + dt.timedelta(days=6)).replace(day=1) for week in raw["week"]
    ])  # fmt: skip
    tops: dict[dt.date, set[int]] = {}
    for month, part in read.groupby("month"):
        last = part[part["week"] == part["week"].max()]
        top = last.sort_values(["downloads_30d", "series_id"], ascending=[False, True]).head(100)
        tops[month] = set(top["series_id"])  # type: ignore[index]
    months = sorted(tops)
    assert [month.date() for month in rows["month"]] == months
    expected = [len(tops[a] & tops[b]) / len(tops[a] | tops[b]) for a, b in itertools.pairwise(months)]
    np.testing.assert_allclose(rows["jaccard"].iloc[1:], expected)
    assert pd.isna(rows["jaccard"].iloc[0])


def test_one_landed_day_says_what_is_missing_and_when_it_will_speak(warehouse_of: Callable[..., Warehouse]) -> None:
    day = dt.date(2024, 7, 11)
    releases = RELEASES.head(3).assign(first=day, gone=None)
    rows = [row for row in history(releases) if row["day"] == day]
    perspective = opened(warehouse_of(hub_listing=listed(releases), hub_adoption=rows))
    assert perspective.state == "empty"
    assert perspective.reason.startswith(
        "One day of the Hub has landed (11 Jul 2024): it does not say how downloads change."
    )
    assert "six weeks after the first listing" in perspective.reason


def test_filters_that_leave_nothing_say_so(followed: Warehouse) -> None:
    filters = Filters(followed)
    filters.param.update(dataset="hub", sizes=["3–9"])
    perspective = Endurance(followed, filters)
    perspective.open()
    assert perspective.state in ("ready", "empty")
    assert len(perspective.answer) == 0
    assert perspective.answer_text == "Not known: no release that meets these filters has been followed yet."
