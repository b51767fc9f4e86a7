"""The history that the benchmarks compute is what the recorder makes of the same listings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from benchmarks import history as benchmark
from oss_ai_monitor import history
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import simulated

COUNT, DAILY = 130, 75
WEEKS = "hub_adoption_weeks"
FIGURES = ["downloads_30d", "downloads_all_time", "likes"]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Landing:
    folder = Landing(tmp_path_factory.mktemp("landing"))
    for table in simulated.tables(1_000, 1):
        if table.source == benchmark.LISTING:
            folder.land(table)
    benchmark.land(folder, COUNT, DAILY)
    return folder


def runs(landing: Landing, source: str = history.SOURCE) -> pd.DataFrame:
    """Return the rows of all runs of a source, in the order in which they landed."""
    paths = [str(path) for run in landing.selected() if run.source == source for path in run.paths]
    with duckdb.connect() as db:
        return db.execute(
            "select * exclude (filename) from read_parquet($paths, filename = true)", {"paths": paths}
        ).df()


def listings(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the listing of each day, as its changes and those of the days before it say."""
    names: dict[int, tuple[str, str]] = {}
    shown: dict[int, list[int]] = {}
    parts = []
    for day, changes in rows[rows["series_id"] > 0].groupby("day", sort=True):
        for row in changes.to_dict("records"):
            series = row["series_id"]
            if row["change"] == "first":
                names[series] = row["model_id"], row["hub_id"]
            if row["change"] == "gone":
                del shown[series]
            else:
                shown[series] = [row[name] for name in FIGURES]
        part = pd.DataFrame.from_dict(shown, orient="index", columns=FIGURES)
        part["day"] = day
        part["model_id"] = [names[series][0] for series in shown]
        part["hub_id"] = [names[series][1] for series in shown]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def test_the_recorder_makes_the_same_of_the_same_listings(landing: Landing, tmp_path: Path) -> None:
    computed = runs(landing)
    path = tmp_path / "listings.parquet"
    table = listings(computed)
    with duckdb.connect() as db:
        db.register("listings", table)
        db.execute(f"copy (select * replace (day::date as day) from listings) to '{path}' (format parquet)")
    select = """
        select
            day, row_number() over () as n, model_id, hub_id, downloads_30d, downloads_all_time, likes,
            null::timestamp as last_modified,
        from read_parquet($paths)
    """
    again = Landing(tmp_path / "landing")
    origin = landing.latest(benchmark.LISTING)
    assert origin is not None
    outcome = history.record_days(again, history.DailyFigures(select, (path,), origin))
    assert not outcome.refused
    assert {"first", "moved", "gone", "back", "same"} <= set(computed["change"])
    pd.testing.assert_frame_equal(runs(again), computed)
    history.write_weeks(again)
    weeks, expected = runs(landing, WEEKS), runs(again, WEEKS)
    assert [len(run.parts) for run in landing.manifests(WEEKS)] == [len(run.parts) for run in again.manifests(WEEKS)]
    pd.testing.assert_frame_equal(weeks.drop(columns="gained"), expected.drop(columns="gained"))
    is_compared = weeks["gained"].notna()  # not in the week in which a model appears or leaves
    assert is_compared.mean() > 0.9
    assert (weeks["gained"] == expected["gained"])[is_compared].mean() > 0.99


def test_the_last_day_is_that_of_the_listing_and_some_have_none(landing: Landing) -> None:
    days = history.recorded_days(landing, is_simulated=True)
    assert days[-1].on == date(2026, 11, 1)
    assert len(days) == 8 + DAILY - sum(before < DAILY for before in benchmark.MISSING)
    assert days[-1].run.as_of == datetime(2026, 11, 1, tzinfo=UTC)
