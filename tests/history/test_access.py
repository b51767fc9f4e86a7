"""Access by day: recorded from each full listing, it stays when the listing goes, and is what the books say."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.history import (
    RetentionRule,
    catch_up,
    catch_up_access,
    catch_up_changes,
    record_days,
    recorded_days,
    thin,
)
from oss_ai_monitor.history.figures import DailyFigures
from oss_ai_monitor.landing import Landing, back_up, restore
from tests.conftest import COMMUNITY_SEED, TWO_YEARS_MODELS, land_rows
from tests.oracle.access import access_books
from tests.oracle.adoption import adoption_books
from tests.oracle.days import days

Listed = tuple[str, str | None, int | None]
Sums = dict[tuple[int, str | None], tuple[int, int | None]]


def listing(folder: Path, on: int, *rows: Listed, **options: Any) -> None:
    """Land a full listing of a day of May 2026, from names, access and downloads."""
    items = [{"id": name, "gated": gated, "downloads": downloads, "likes": on} for name, gated, downloads in rows]
    land_rows(folder, "hub_listing", items, as_of=datetime(2026, 5, on, 6, tzinfo=UTC), **options)


def many(count: int, gated: int = 0) -> list[Listed]:
    """Models with one download each, the first ones of which are gated."""
    return [(f"tin/{n}", "auto" if n < gated else "false", 1) for n in range(count)]


def sums(folder: Path) -> Sums:
    """What has landed: by day of the month and access as sent, models and downloads."""
    paths = [str(path) for run in Landing(folder / "landing").manifests("hub_access") for path in run.paths]
    if not paths:
        return {}
    with duckdb.connect() as db:
        rows = db.execute(
            "select day(day), gated, models, downloads_30d from read_parquet($p)", {"p": paths}
        ).fetchall()
    return {(day, gated): (models, downloads) for day, gated, models, downloads in rows}


def recorded(folder: Path) -> list[int]:
    """Record what has landed, and return the days of access that are new."""
    landing = Landing(folder / "landing")
    catch_up(landing)
    return [run.as_of.day for run in catch_up_access(landing)[0]]


def frame(folder: Path) -> list[tuple[Any, ...]]:
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = warehouse.Warehouse.open(folder)
    try:
        rows = opened.sql_frame("select day(day) as d, access, models, listed, stretch from core.access_by_day")
    finally:
        opened.close()
    return list(rows.itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def two_years_opened(open_warehouse: Callable[[Path], warehouse.Warehouse], two_years: Path) -> warehouse.Warehouse:
    return open_warehouse(two_years)


def test_two_years_of_access_are_what_the_books_say_to_the_unit(two_years_opened: warehouse.Warehouse) -> None:
    books = adoption_books(TWO_YEARS_MODELS, COMMUNITY_SEED, daily=730)
    expected = access_books(books, TWO_YEARS_MODELS, COMMUNITY_SEED)
    rows = two_years_opened.sql_frame("select day, access, models, downloads_30d from core.access_by_day")
    actual = {
        (day.date(), access): (models, downloads)
        for day, access, models, downloads in rows.itertuples(index=False, name=None)
    }
    assert actual == expected
    gated = {day: sum(expected.get((day, name), (0, 0))[0] for name in ("auto", "manual")) for day, _ in expected}
    shares = [gated[day] / books.is_listed[books.position(day)].sum() for day in (min(gated), max(gated))]
    assert shares[1] > shares[0] + 0.01, "some models became gated, or there would be nothing to see"


def test_the_last_day_is_what_the_listing_shows(two_years_opened: warehouse.Warehouse) -> None:
    last = two_years_opened.sql_frame(
        "select access, models, downloads_30d as downloads from core.access_by_day"
        " where day = (select max(day) from core.access_by_day) order by access"
    )
    shown = two_years_opened.sql_frame(
        "select access, sum(models)::bigint as models, sum(downloads)::bigint as downloads from marts.licence_counts"
        " where dataset = 'hub' group by access order by access"
    )
    assert last.to_numpy().tolist() == shown.to_numpy().tolist()


def test_each_listing_is_summed_by_access_and_a_repeated_model_counts_once(tmp_path: Path) -> None:
    listing(tmp_path, 4, ("a/one", "false", 7), ("a/two", "auto", 30), ("a/two", "auto", 50), ("a/three", None, None))
    listing(tmp_path, 6, ("a/one", "manual", 8), ("a/two", "auto", 60), ("a/three", "false", -3))
    assert recorded(tmp_path) == [4, 6]
    assert sums(tmp_path) == {
        (4, "false"): (1, 7), (4, "auto"): (1, 50), (4, None): (1, None),
        (6, "manual"): (1, 8), (6, "auto"): (1, 60), (6, "false"): (1, 0),
    }  # fmt: skip
    assert recorded(tmp_path) == []


def test_a_model_under_two_names_counts_once(tmp_path: Path) -> None:
    rows = [
        {"id": name, "gated": gated, "downloads": downloads, "extra": '{"_id": "0123456789abcdef01234567"}'}
        for name, gated, downloads in (("a/old", "false", 3), ("a/new", "auto", 4))
    ]
    rows += [{"id": name, "gated": "false", "downloads": 1} for name in ("a/x", "a/y")]
    land_rows(tmp_path, "hub_listing", rows, as_of=datetime(2026, 5, 4, tzinfo=UTC))
    recorded(tmp_path)
    assert sums(tmp_path) == {(4, "auto"): (1, 4), (4, "false"): (2, 2)}
    (day,) = recorded_days(Landing(tmp_path / "landing"), is_simulated=False)
    assert day.run.rows == 1 + 3, "adoption counts the same three models"


def test_listings_that_landed_before_there_was_this_history_are_recorded_at_once(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    for day in range(1, 11):
        listing(tmp_path, day, *many(20, gated=day))
    catch_up(landing)
    assert [run.as_of.day for run in catch_up_access(landing)[0]] == list(range(1, 11))
    assert [sums(tmp_path)[day, "auto"] for day in range(1, 11)] == [(day, day) for day in range(1, 11)]
    assert catch_up_access(landing) == ([], [])


def test_a_day_is_recorded_whatever_lies_around_it(tmp_path: Path) -> None:
    for day in (2, 6, 4):
        listing(tmp_path, day, *many(5))
        assert recorded(tmp_path) == [day]
    assert [day.on.day for day in recorded_days(Landing(tmp_path / "landing"), is_simulated=False)] == [2, 6]


def test_a_part_of_a_listing_is_no_drop(tmp_path: Path) -> None:
    listing(tmp_path, 1, *many(100, gated=10))
    listing(tmp_path, 2, *many(49, gated=10))
    listing(tmp_path, 3, *many(50, gated=10))
    landing = Landing(tmp_path / "landing")
    _, of_adoption = catch_up(landing)
    runs, of_access = catch_up_access(landing)
    assert [run.as_of.day for run in runs] == [1, 3]
    assert len(of_adoption) == 1
    assert of_access == [], "the history of adoption has said why"


def test_a_part_of_a_listing_is_refused_on_a_day_that_others_recorded_too(tmp_path: Path) -> None:
    class Origin:
        source, addresses, fingerprint = "adoption", ("somebody's table",), "a"
        revision, as_of_rule, is_simulated, seed = None, "in the table", False, None

    path = tmp_path / "table.parquet"
    with duckdb.connect() as db:
        db.execute(
            f"copy (select date '2026-05-01' as day, i as n, 'tin/' || i as id from range(100) r(i)) to '{path}'"
        )
    select = (
        "select day, n, id as model_id, null::varchar as hub_id, 1 as downloads_30d, 1 as downloads_all_time,"
        " 0 as likes, null::timestamp as last_modified from read_parquet($paths)"
    )
    landing = Landing(tmp_path / "landing")
    record_days(landing, DailyFigures(select, (path,), Origin()))
    assert landing.manifests("hub_access") == [], "what is no listing of our own says nothing of access"
    listing(tmp_path, 1, *many(20))
    assert catch_up(landing) == ([], [])
    runs, messages = catch_up_access(landing)
    assert runs == []
    assert messages == [
        "hub_listing of 2026-05-01 holds 20 models where the history of adoption has 100: no full listing, so the "
        "history of access leaves that day a gap"
    ]


def test_a_much_larger_listing_opens_a_stretch(tmp_path: Path) -> None:
    for day, count in ((1, 100), (2, 150), (3, 1_400), (4, 1_500)):
        listing(tmp_path, day, *many(count, gated=10))
    recorded(tmp_path)
    assert [row for row in frame(tmp_path) if row[1] == "auto"] == [
        (1, "auto", 10, 100, 1), (2, "auto", 10, 150, 1), (3, "auto", 10, 1_400, 2), (4, "auto", 10, 1_500, 2)
    ]  # fmt: skip
    opened = warehouse.Warehouse.open(tmp_path)
    drawn = opened.query("licences_access", dataset="hub")
    opened.close()
    assert sorted(day.day for day in drawn["day"].unique()) == [3, 4]


def test_the_days_remain_when_their_listings_are_removed(tmp_path: Path) -> None:
    for day in range(1, 9):
        listing(tmp_path, day, *many(10, gated=day))
    recorded(tmp_path)
    landing = Landing(tmp_path / "landing")
    catch_up_changes(landing)
    assert len(thin(landing, RetentionRule.parse("2d"))) == 6
    assert [row[2] for row in frame(tmp_path) if row[1] == "auto"] == list(range(1, 9))
    assert recorded(tmp_path) == []


def test_no_listing_is_removed_whose_access_is_not_recorded(tmp_path: Path) -> None:
    for day in range(1, 9):
        listing(tmp_path, day, *many(10))
    landing = Landing(tmp_path / "landing")
    catch_up(landing)
    catch_up_changes(landing)
    assert thin(landing, RetentionRule.parse("2d")) == []
    runs, _ = catch_up_access(landing)
    shutil.rmtree(runs[0].folder)
    assert [run.as_of.day for run in thin(landing, RetentionRule.parse("2d"))] == [2, 3, 4, 5, 6]


def test_a_damaged_day_is_noticed_set_aside_and_recorded_again(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        listing(tmp_path, day, *many(10, gated=day))
    recorded(tmp_path)
    before = sums(tmp_path)
    run = Landing(tmp_path / "landing").manifests("hub_access")[1]
    run.paths[0].chmod(0o644)
    run.paths[0].write_bytes(b"nothing")
    result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "check", "--set-aside"])
    assert result.exit_code == 1
    assert "hub_access: set aside" in result.stderr
    assert len(Landing(tmp_path / "landing").manifests("hub_access")) == 2, "no other day counts from it"
    assert recorded(tmp_path) == [2]
    assert sums(tmp_path) == before


def test_a_backup_holds_the_days(tmp_path: Path) -> None:
    for day in (1, 2):
        listing(tmp_path / "here", day, *many(10, gated=day))
    recorded(tmp_path / "here")
    back_up(Landing(tmp_path / "here" / "landing"), tmp_path / "copy.tar", lambda _: None)
    restore(Landing(tmp_path / "there" / "landing"), tmp_path / "copy.tar", on_run=lambda _: None)
    assert sums(tmp_path / "there") == sums(tmp_path / "here") != {}


def test_what_is_recorded_names_nobody(tmp_path: Path) -> None:
    listing(tmp_path, 1, ("somebody/model", "auto", 5), ("tin/model", "false", 6))
    recorded(tmp_path)
    (run,) = Landing(tmp_path / "landing").manifests("hub_access")
    with duckdb.connect() as db:
        columns = db.sql(f"from read_parquet('{run.paths[0]}')").columns
    assert columns == ["day", "gated", "models", "downloads_30d"]


def test_the_clock_of_a_day_ahead_does_not_keep_that_day_from_being_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing(tmp_path, 1, *many(10))
    recorded(tmp_path)
    landing = Landing(tmp_path / "landing")
    with monkeypatch.context() as ahead:
        ahead.setattr("oss_ai_monitor.landing.manifest.Manifest.is_ahead", lambda run: run.source == "hub_access")
        assert [run.as_of.day for run in (catch_up(landing)[0], catch_up_access(landing)[0])[1]] == [1]
    assert len(list((landing.folder / "hub_access").glob(".damaged-*"))) == 1


def test_an_interrupted_recording_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (1, 2, 3):
        listing(tmp_path, day, *many(10, gated=day))
    landing = Landing(tmp_path / "landing")
    catch_up(landing)
    with monkeypatch.context() as broken:
        broken.setattr("oss_ai_monitor.landing.run.Run.copy", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            catch_up_access(landing)
    assert sums(tmp_path) == {}
    assert recorded(tmp_path) == [1, 2, 3]


def test_ingest_says_what_it_records(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    for day in itertools.islice(days(30), 3):
        landing.land(day.table())
    catch_up(landing)
    command = ["--warehouse", str(tmp_path), "ingest", "simulated", "--models", "1000", "--days", "1"]
    result = CliRunner().invoke(main, command, catch_exceptions=False)
    lines = [line for line in result.stderr.splitlines() if line.startswith("hub_access")]
    assert len(lines) == 1
    assert "kept" in lines[0]
