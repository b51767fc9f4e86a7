"""The weekly series equal what plain Python reads from the simulator's own days, whenever they were landed."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock, Timeout

from oss_ai_monitor.history import catch_up, recorded_days, week_series, weeks, write_weeks
from oss_ai_monitor.landing import Landing, check
from tests.oracle.days import Day, Repository, days

FIRST = date(2026, 3, 4)
GAPS = {5, 12, 13, 14, 40, *range(50, 75), 90}
"""Days on which nobody asked the Hub: a Sunday and Monday, some days of a week, more than three whole weeks."""


@pytest.fixture(scope="module")
def books() -> list[Day]:
    return [day for n, day in enumerate(itertools.islice(days(60, seed=3, first=FIRST), 135)) if n not in GAPS]


def landed(folder: Path, books: Iterable[Day]) -> Landing:
    """Land the listings of some days, and record them."""
    landing = Landing(folder / "landing")
    for day in books:
        landing.land(day.table())
    catch_up(landing)
    return landing


def series(landing: Landing) -> dict[tuple[str, date], tuple[Any, ...]]:
    """The current weekly rows by the Hub's own id and week."""
    with duckdb.connect() as db:
        rows = db.execute(
            """
            with ids as (
                select series_id, arg_max(hub_id, day) filter (hub_id is not null) as hub_id
                from read_parquet($days) group by series_id
            )
            select hub_id, week, downloads_30d, downloads_all_time, likes, gained, is_spread, is_listed
            from read_parquet($weeks) join ids using (series_id)
            """,
            {
                "days": [str(path) for run in landing.manifests("hub_adoption") for path in run.paths],
                "weeks": [str(path) for run in landing.selected() if run.source == weeks.SOURCE for path in run.paths],
            },
        ).fetchall()
    by_key = {(row[0], row[1]): row[2:] for row in rows}
    assert len(by_key) == len(rows)
    return by_key


def expected(books: list[Day]) -> dict[tuple[str, date], tuple[Any, ...]]:
    """The same from the days themselves: one repository and one week at a time."""
    listed = [{repository.hub_id: repository for repository in day.listed} for day in books]
    new: dict[tuple[str, date], int] = {}
    compared: dict[tuple[str, date], bool] = {}
    for (earlier, before), (day, now) in itertools.pairwise(zip(books, listed, strict=True)):
        span = (day.on - earlier.on).days
        for hub_id in now.keys() & before.keys():
            gain = max(now[hub_id].downloads_all_time - before[hub_id].downloads_all_time, 0)
            for n in range(1, span + 1):
                week = weeks.monday(earlier.on + timedelta(days=n))
                new[hub_id, week] = new.get((hub_id, week), 0) + gain * n // span - gain * (n - 1) // span
                compared[hub_id, week] = compared.get((hub_id, week), False) or span > 1
    rows: dict[tuple[str, date], tuple[Any, ...]] = {}
    passed: set[str] = set()
    week = weeks.monday(books[0].on)
    last: dict[str, Repository] = {}
    while week + timedelta(days=6) <= books[-1].on:
        in_week = [now for day, now in zip(books, listed, strict=True) if weeks.monday(day.on) == week]
        for now in in_week:
            passed |= {hub_id for hub_id, repository in now.items() if _passes(repository)}
        at_first, last = last, in_week[-1] if in_week else last
        spread = any(is_spread for (_, of_week), is_spread in compared.items() if of_week == week)
        for hub_id in passed & {hub_id for now in [at_first, *in_week] for hub_id in now}:
            repository = last.get(hub_id) if in_week else None
            figures = (
                (repository.downloads_30d, repository.downloads_all_time, repository.likes)
                if repository
                else (None, None, None)
            )
            rows[hub_id, week] = (*figures, new.get((hub_id, week)), spread, hub_id in last)
        week += timedelta(weeks=1)
    return rows


def _passes(repository: Repository) -> bool:
    return (
        repository.downloads_30d >= week_series.LEAST_DOWNLOADS_30D
        or repository.downloads_all_time >= week_series.LEAST_DOWNLOADS_ALL_TIME
        or repository.likes >= week_series.LEAST_LIKES
    )


def test_each_week_has_its_last_figures_and_its_share_of_the_gain(tmp_path: Path, books: list[Day]) -> None:
    landing = landed(tmp_path, books)
    write_weeks(landing)
    rows, reference = series(landing), expected(books)
    assert rows.keys() == reference.keys()
    differing = {key: (rows[key], reference[key]) for key in rows if rows[key] != reference[key]}
    assert not differing
    assert any(row[0] is None and row[3] for row in rows.values()), "weeks without a listing have a share of its gain"
    assert not write_weeks(landing), "nothing is written twice"


def test_weeks_are_the_same_whether_they_were_written_one_by_one_or_together(tmp_path: Path, books: list[Day]) -> None:
    one_by_one = Landing(tmp_path / "one by one" / "landing")
    for day in books:
        one_by_one.land(day.table())
        catch_up(one_by_one)
        write_weeks(one_by_one)
    assert series(one_by_one) == expected(books)
    runs = [run for run in one_by_one.selected() if run.source == weeks.SOURCE]
    assert len(runs) < len(weeks.complete_weeks(recorded_days(one_by_one, is_simulated=True)))
    assert len(one_by_one.manifests(weeks.SOURCE)) > len(runs), "superseded ones remain for builds of earlier times"


def test_days_that_are_added_before_give_new_weeks(tmp_path: Path, books: list[Day]) -> None:
    landing = landed(tmp_path, books[70:])
    write_weeks(landing)
    assert series(landing) == expected(books[70:])
    for day in books[:60]:
        landing.land(day.table())
    catch_up(landing)
    write_weeks(landing)
    rows = series(landing)
    first_of_later = weeks.monday(books[70].on)
    later = {key: row for key, row in expected(books[70:]).items() if key[1] >= first_of_later}
    differing = {key for key, row in later.items() if rows[key] != row and key[1] > first_of_later}
    assert not differing
    assert {key: row for key, row in rows.items() if key[1] < weeks.monday(books[59].on)} == {
        key: row for key, row in expected(books[:60]).items() if key[1] < weeks.monday(books[59].on)
    }


def test_nothing_is_gained_where_the_figure_of_all_time_is_unknown(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    for n in range(10):
        table = Day(FIRST + timedelta(days=n), [Repository("a1" * 12, "tin/kettle", 40 + n, 90, 0)]).table()
        without = (relation.select("* replace (null::bigint as downloads_all_time)") for relation in table.relations)
        landing.land(dataclasses.replace(table, relations=without))
    catch_up(landing)
    write_weeks(landing)
    assert series(landing) == {("a1" * 12, date(2026, 3, 2)): (44, None, 0, None, False, True)}


def test_weeks_whose_days_are_set_aside_come_back_with_them(tmp_path: Path, books: list[Day]) -> None:
    landing = landed(tmp_path, books[:32])
    write_weeks(landing)
    runs = landing.manifests(weeks.SOURCE)
    days_aside = [run.folder for run in landing.manifests("hub_adoption") if run.as_of.date() >= books[20].on]
    for folder in days_aside:
        folder.rename(folder.with_name(f".damaged-{folder.name}"))
    write_weeks(landing)
    assert series(landing) == expected(books[:20])
    assert 0 < len(landing.manifests(weeks.SOURCE)) < len(runs)
    for folder in days_aside:
        folder.with_name(f".damaged-{folder.name}").rename(folder)
    assert not write_weeks(landing), "what was there is not written again"
    assert landing.manifests(weeks.SOURCE) == runs
    assert series(landing) == expected(books[:32])


def test_where_every_day_is_set_aside_no_week_is_visible_and_check_says_so(tmp_path: Path, books: list[Day]) -> None:
    landing = landed(tmp_path, books[:90])
    weeks.write_weeks(landing, recorded_days(landing, is_simulated=True)[:40])
    write_weeks(landing)
    runs = landing.manifests(weeks.SOURCE)
    assert any(run.supersedes for run in runs)
    aside = [run.folder for run in landing.manifests("hub_adoption")]
    for folder in aside:
        folder.rename(folder.with_name(f".damaged-{folder.name}"))
    assert not write_weeks(landing)
    assert landing.manifests(weeks.SOURCE) == []
    remarks = [remark for remark in check(landing) if isinstance(remark, str) and weeks.SOURCE in remark]
    assert len(remarks) == len(runs)
    assert all("is computed from days that were set aside; no reader sees it" in remark for remark in remarks)
    for folder in aside:
        folder.with_name(f".damaged-{folder.name}").rename(folder)
    assert not write_weeks(landing), "what was there is not written again"
    assert landing.manifests(weeks.SOURCE) == runs
    assert not [remark for remark in check(landing) if isinstance(remark, str)]


def test_no_day_is_recorded_while_weeks_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landing = Landing(tmp_path / "landing")

    def locked(*_: Any) -> list[Any]:
        with pytest.raises(Timeout), FileLock(landing.folder / "hub_adoption" / ".history.lock", timeout=0):
            pass
        return []

    monkeypatch.setattr(weeks, "write_weeks", locked)
    assert write_weeks(landing) == []
