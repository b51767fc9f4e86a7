"""The recorded history of a simulated community is what its books say, to the unit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources.simulated.adoption import DAYS, FROZEN, PARTLY_FROZEN, ROLLED_BACK
from oss_ai_monitor.sources.simulated.lives import SPIKES
from tests.conftest import COMMUNITY_SEED, TWO_YEARS_MODELS
from tests.oracle.adoption import FIGURES, AdoptionBooks, adoption_books, sums_by_day, weekly


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], warehouse.Warehouse], two_years: Path) -> warehouse.Warehouse:
    return open_warehouse(two_years)


@pytest.fixture(scope="module")
def books() -> AdoptionBooks:
    return adoption_books(TWO_YEARS_MODELS, COMMUNITY_SEED, daily=DAYS)


def test_every_day_adds_up(opened: warehouse.Warehouse, books: AdoptionBooks) -> None:
    days = opened.sql_frame("from core.adoption_days order by day")
    expected = sums_by_day(books)
    assert days["day"].tolist() == expected["day"].tolist()
    assert days["listed"].tolist() == expected["models"].tolist()
    for name in (*FIGURES, "gained"):
        assert days[name].fillna(-1).tolist() == expected[name].fillna(-1).tolist(), name
    assert days["stretch"].unique().tolist() == [1]
    assert days["renamed"].sum() == len(books.former)


def test_days_are_flagged_for_what_happened_on_them(opened: warehouse.Warehouse, books: AdoptionBooks) -> None:
    days = opened.sql_frame("from core.adoption_days order by day").set_index("day")
    last = len(books.days) - 1

    def recorded(before: tuple[int, ...]) -> set[pd.Timestamp]:
        return {pd.Timestamp(books.days[last - n]) for n in before if books.is_kept[last - n]}

    def flagged(name: str) -> set[pd.Timestamp]:
        return set(days.index[days[name]])

    alone = {day for day in recorded(FROZEN) if days["days"][day] == 1}
    assert alone
    assert alone <= flagged("is_stalled")
    assert flagged("is_rollback") == recorded((ROLLED_BACK,))
    assert recorded(SPIKES) <= flagged("is_spike")
    assert recorded(PARTLY_FROZEN) <= flagged("is_partly_frozen")


def test_every_week_of_every_model_is_in_the_books(
    opened: warehouse.Warehouse, two_years: Path, books: AdoptionBooks
) -> None:
    selected = Landing(two_years / "landing").selected()
    paths = [str(path) for run in selected if run.source == "hub_adoption_weeks" for path in run.paths]
    with duckdb.connect() as db:
        landed = db.execute("from read_parquet($paths)", {"paths": paths}).df()
    names = opened.sql_frame("select series_id, model_id from core.adopted")
    actual = landed.merge(names, on="series_id").sort_values(["model_id", "week"]).reset_index(drop=True)
    expected = weekly(books).frame().sort_values(["model_id", "week"]).reset_index(drop=True)
    assert actual["model_id"].tolist() == expected["model_id"].tolist()
    for name in ("week", *FIGURES, "gained", "is_spread", "is_listed"):
        same = (actual[name] == expected[name]) | (actual[name].isna() & expected[name].isna())
        assert same.all(), (name, actual[~same].head(), expected[~same].head())


def test_a_renamed_model_is_one_series(opened: warehouse.Warehouse, books: AdoptionBooks) -> None:
    renamed = opened.sql_frame("select model_id, names from core.adopted where names > 1")
    recorded_under_both = {
        name for name, (_, on) in books.former.items()
        if any(books.is_listed[i, books.models.index(name)] and books.days[i] < on for i in books.recorded)
    }  # fmt: skip
    assert set(renamed["model_id"]) == recorded_under_both
    assert set(renamed["names"]) == {2}


def test_ingest_lands_the_history_up_to_the_listing(tmp_path: Path) -> None:
    command = ["--warehouse", str(tmp_path), "ingest", "simulated", "--models", "1000"]
    result = CliRunner().invoke(main, [*command, "--days", "100"], catch_exceptions=False)
    extent = "100 days: the last 60 one by one, of those before them the Sundays; 3 of them have no listing"
    assert f"63 days from 2026-07-26 to 2026-11-01 are kept ({extent})" in result.stderr
    runs = Landing(tmp_path / "landing").manifests("hub_adoption")
    assert {run.is_simulated for run in runs} == {True}
    assert max(run.as_of for run in runs) == Landing(tmp_path / "landing").manifests("hub_listing")[0].as_of
    repeated = CliRunner().invoke(main, [*command, "--days", "100"], catch_exceptions=False)
    assert repeated.stderr.splitlines()[-1] == "nothing new has landed"
    assert len(Landing(tmp_path / "landing").manifests("hub_adoption")) == len(runs)
    other = CliRunner().invoke(main, [*command, "--days", "100", "--seed", "2"], catch_exceptions=False)
    assert f"attention: {len(runs)} of its days are kept already, from other listings" in other.stderr


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (2, "hub_adoption: 2 days from 2026-10-31 to 2026-11-01 are kept (2 days; each of them has a listing)"),
        (30, "hub_adoption: 30 days from 2026-10-03 to 2026-11-01 are kept (30 days; each of them has a listing)"),
        (40, "hub_adoption: 39 days from 2026-09-23 to 2026-11-01 are kept (40 days; 1 of them has no listing)"),
        (50, "hub_adoption: 47 days from 2026-09-13 to 2026-11-01 are kept (50 days; 3 of them have no listing)"),
    ],
)
def test_ingest_says_on_how_many_days_there_is_no_listing(tmp_path: Path, days: int, message: str) -> None:
    command = ["--warehouse", str(tmp_path), "ingest", "simulated", "--models", "1000", "--days", str(days)]
    assert message in CliRunner().invoke(main, command, catch_exceptions=False).stderr.splitlines()


def test_a_day_on_which_less_changed_than_on_another_needs_no_attention(tmp_path: Path) -> None:
    command = ["--warehouse", str(tmp_path), "ingest", "simulated", "--models", "1000", "--days", "30"]
    CliRunner().invoke(main, command, catch_exceptions=False)
    runs = Landing(tmp_path / "landing").manifests("hub_adoption")
    assert max(run.rows for run in runs) > 2 * runs[-1].rows
    status = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "status"], catch_exceptions=False)
    assert "a build shows the latest" not in status.stdout


def test_days_belong_to_the_simulated_community(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "ingest", "archive", "--days", "9"])
    assert result.exit_code == 2
    assert "belong to 'simulated'" in result.stderr
