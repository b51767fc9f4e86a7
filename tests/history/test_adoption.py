"""The history of adoption says what the simulator's own books say, whatever happened to it on the way."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oss_ai_monitor import crawl_plan, warehouse
from oss_ai_monitor.history import (
    RetentionRule,
    catch_up,
    catch_up_access,
    catch_up_changes,
    comparison,
    recorded_days,
    superfluous,
    thin,
)
from oss_ai_monitor.landing import AlreadyLanded, Landing, NothingNew
from oss_ai_monitor.sources import live
from oss_ai_monitor.sources.live import answer
from tests.conftest import land_rows
from tests.hub_server import Hub
from tests.hub_world import World
from tests.oracle.days import FIRST, Day, Repository, days

GAPS = {12, 13, 14, 40, 71}
"""Days of the ninety on which nobody asked the Hub."""


FIGURES = """
with moves as (
    select adopted.model_id, adoption.* from core.adoption join core.adopted using (series_id)
),
axis as (
    select series_id, model_id, day, since, stretch
    from (select distinct series_id, model_id from moves) cross join core.adoption_days as days
    where days.day >= (select max(day) - 400 from core.adoption_days)
)
select axis.model_id, axis.day, downloads_30d, downloads_all_time, likes,
    case when moves.day = axis.day then gained when axis.since is not null then 0 end as gained
from axis
asof join moves on moves.series_id = axis.series_id and moves.stretch = axis.stretch and moves.day <= axis.day
where change != 'gone'
order by axis.model_id, axis.series_id, axis.day
"""
"""Figures on every kept day of the last 400; where they did not move, those of the kept day before."""


@pytest.fixture(scope="module")
def books() -> list[Day]:
    """Ninety days of the community, those without a listing left out."""
    return [day for n, day in enumerate(itertools.islice(days(200), 90)) if n not in GAPS]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, books: list[Day]) -> Iterator[warehouse.Warehouse]:
    """As refreshes live them: each day the Hub is asked and its listing kept, older ones are thinned; then a build."""
    folder = tmp_path_factory.mktemp("lived")
    landing = Landing(folder / "landing")
    with Hub(World()) as hub, pytest.MonkeyPatch.context() as patched:

        class SkewedClock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
                assert hub.clock
                return hub.clock

        patched.setattr(answer, "datetime", SkewedClock)  # a Hub whose clock is days away from ours is not believed
        for day in books:
            hub.clock = datetime(day.on.year, day.on.month, day.on.day, 6, tzinfo=UTC)
            hub.world.hold(_hub_item(repository) for repository in day.listed)
            for table in crawl_plan.listings(landing, live.Session(hub.url), is_full=True):
                with contextlib.suppress(AlreadyLanded, NothingNew):  # of who is absent
                    landing.land(table)
            recorded, messages = catch_up(landing)
            assert (len(recorded), messages) == (1, [])
            catch_up_access(landing)
            thin(landing, RetentionRule(3, 2, 1))
    warehouse.build(folder, landing.selected())
    opened = warehouse.Warehouse.open(folder)
    yield opened
    opened.close()


def _hub_item(repository: Repository) -> dict[str, Any]:
    """A repository as the Hub shows it."""
    return {
        "_id": repository.hub_id,
        "id": repository.name,
        "modelId": repository.name,
        "createdAt": "2026-08-01T00:00:00.000Z",
        "downloads": repository.downloads_30d,
        "downloadsAllTime": repository.downloads_all_time,
        "likes": repository.likes,
    }


def landed(folder: Path) -> list[tuple[Any, ...]]:
    """Every row of a history, in order."""
    with duckdb.connect() as db:
        return db.execute(
            "select * from read_parquet($paths) order by day, series_id",
            {
                "paths": [
                    str(path) for run in Landing(folder / "landing").manifests("hub_adoption") for path in run.paths
                ]
            },
        ).fetchall()


def test_every_day_is_kept_with_what_happened_on_it(lived: warehouse.Warehouse, books: list[Day]) -> None:
    table = lived.sql_frame("from core.adoption_days order by day").to_dict("records")
    assert [row["day"].date() for row in table] == [day.on for day in books]
    names: dict[str, str] = {}
    seen_ids: set[str] = set()
    for previous, day, row in zip([None, *books], books, table, strict=False):
        current = {repository.hub_id: repository for repository in day.listed}
        earlier = {repository.hub_id: repository for repository in previous.listed} if previous else {}
        pairs = [(earlier[hub_id], current[hub_id]) for hub_id in current.keys() & earlier.keys()]
        gains = [new.downloads_all_time - old.downloads_all_time for old, new in pairs]
        assert row["listed"] == len(current)
        assert row["downloads_30d"] == sum(repository.downloads_30d for repository in day.listed)
        assert row["downloads_all_time"] == sum(repository.downloads_all_time for repository in day.listed)
        assert row["likes"] == sum(repository.likes for repository in day.listed)
        assert row["first_seen"] == len(current.keys() - seen_ids)
        assert row["back"] == len((current.keys() & seen_ids) - earlier.keys())
        assert row["gone"] == len(earlier.keys() - current.keys())
        assert row["renamed"] == sum(names.get(hub_id, new.name) != new.name for hub_id, new in current.items())
        assert row["moved"] == sum(_figures(old) != _figures(new) for old, new in pairs)
        if previous:
            assert row["days"] == (day.on - previous.on).days
            assert row["gained"] == sum(max(more, 0) for more in gains)
            assert (row["rolled_back"], row["lost"]) == (sum(m < 0 for m in gains), -sum(min(m, 0) for m in gains))
        seen_ids |= current.keys()
        names |= {hub_id: new.name for hub_id, new in current.items()}


def test_days_are_flagged_as_the_books_have_them(lived: warehouse.Warehouse, books: list[Day]) -> None:
    table = lived.sql_frame("from core.adoption_days order by day").set_index("day")
    table.index = table.index.date
    alone = [day for before, day in itertools.pairwise(books) if (day.on - before.on).days == 1]
    assert [day.on for day in alone if table["is_stalled"][day.on]] == [day.on for day in alone if day.is_stalled]
    assert [day.on for day in alone if table["is_rollback"][day.on]] == [day.on for day in alone if day.rolled_back]
    spikes = [(day - FIRST).days for day in table.index[table["is_spike"]]]
    assert spikes == [20, 51, 82]


def test_every_figure_of_every_model_is_the_books(lived: warehouse.Warehouse, books: list[Day]) -> None:
    latest = {repository.hub_id: repository.name for day in books for repository in day.listed}
    table = lived.sql_frame(FIGURES)
    actual = {
        (row.day.date(), row.model_id, int(row.downloads_30d), int(row.downloads_all_time), int(row.likes))
        for row in table.itertuples()
    }
    expected = {
        (day.on, latest[repository.hub_id], *_figures(repository)) for day in books for repository in day.listed
    }
    assert actual == expected
    assert len(table) == sum(len(day.listed) for day in books)


@pytest.mark.parametrize("dimension", ["all", "architecture", "region", "licence", "relation", "library", "task"])
def test_what_is_summed_adds_up_to_the_days(lived: warehouse.Warehouse, dimension: str) -> None:
    summed = lived.sql_frame(
        f"""
        select day, sum(models) as listed, sum(downloads_30d) as downloads_30d,
            sum(downloads_all_time) as downloads_all_time, sum(likes) as likes, sum(gained) as gained
        from marts.adoption_by_day where dimension = '{dimension}' group by day order by day
        """
    )
    days_ = lived.sql_frame("from core.adoption_days order by day")
    for name in ("listed", "downloads_30d", "downloads_all_time", "likes", "gained"):
        assert summed[name].fillna(-1).tolist() == days_[name].fillna(-1).tolist(), name


def test_days_on_which_counters_stand_still_are_marked(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    everyday = 3_000
    gains = {12: [0] * 3 + [everyday] * 5, 13: [2 * everyday] * 3 + [everyday] * 5}  # three of eight, made up next day
    gains |= {16: [300] * 8, 19: [1_500] * 8, 20: [4_500] * 8}  # far too little; a half, made up next day
    totals = [1_000_000] * 8
    for n in range(24):
        totals = [total + gain for total, gain in zip(totals, gains.get(n, [everyday] * 8), strict=True)]
        listed = [
            Repository(f"{number:024x}", f"a/m{number}", 90_000 + (n - 1 if n == 12 and number < 3 else n), total, 5)
            for number, total in enumerate(totals)
        ]
        landing.land(Day(date(2026, 3, 1 + n), listed).table())
    catch_up(landing)
    warehouse.build(tmp_path, landing.selected())
    opened = warehouse.Warehouse.open(tmp_path)
    flags = opened.sql_frame("select day(day) - 1 as n, is_stalled, is_partly_frozen, is_dip from core.adoption_days")
    opened.close()
    assert flags.set_index("n").query("is_stalled").index.tolist() == [16]
    assert flags.set_index("n").query("is_partly_frozen").index.tolist() == [12]
    assert flags.set_index("n").query("is_dip").index.tolist() == [12, 19]


def test_a_removed_repository_is_gone_since_its_first_absence(lived: warehouse.Warehouse, books: list[Day]) -> None:
    table = lived.sql_frame("select model_id, gone_on from core.adopted where not is_listed")
    last: dict[str, tuple[date, str]] = {}
    for day in books:
        last |= {repository.hub_id: (day.on, repository.name) for repository in day.listed}
    following = {before.on: day.on for before, day in itertools.pairwise(books)}
    expected = {name: following[on] for on, name in last.values() if on in following}
    assert dict(zip(table["model_id"], table["gone_on"].dt.date, strict=True)) == expected


def test_a_rebuild_gives_the_same_history(tmp_path: Path, books: list[Day]) -> None:
    landing = Landing(tmp_path / "landing")
    for day in books[:20]:
        landing.land(day.table())
        catch_up(landing)
    first = landed(tmp_path)
    shutil.rmtree(tmp_path / "landing" / "hub_adoption")
    recorded, messages = catch_up(landing)
    assert (len(recorded), messages) == (20, [])
    assert landed(tmp_path) == first
    assert catch_up(landing) == ([], [])


def test_a_killed_keeping_leaves_nothing_and_is_made_up_for(
    tmp_path: Path, books: list[Day], monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = Landing(tmp_path / "landing")
    for day in books[:3]:
        landing.land(day.table())
    with monkeypatch.context() as broken:
        broken.setattr(comparison, "_COMPARED", "select nonsense")
        with pytest.raises(duckdb.Error):
            catch_up(landing)
    assert landing.manifests("hub_adoption") == []
    if os.name == "posix":
        child = os.fork()
        if not child:
            monkeypatch.setattr(comparison, "compare", lambda *_: os._exit(9))
            catch_up(landing)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert [run.as_of.date() for run in catch_up(landing)[0]] == [day.on for day in books[:3]]


def test_a_fragment_of_a_listing_is_no_removal_of_the_rest(tmp_path: Path, books: list[Day]) -> None:
    landing = Landing(tmp_path / "landing")
    landing.land(books[0].table())
    fragment = Day(books[1].on, books[1].listed[:30])
    landing.land(fragment.table())
    recorded, messages = catch_up(landing)
    assert len(recorded) == 1
    assert "30 models where the kept day before it has 200" in messages[0]


def test_the_first_listing_of_a_day_stands_for_it(tmp_path: Path, books: list[Day]) -> None:
    landing = Landing(tmp_path / "landing")
    landing.land(books[0].table())
    catch_up(landing)
    landing.land(Day(books[0].on, books[1].listed).table())
    assert catch_up(landing) == ([], [])


def test_days_before_the_first_are_a_stretch_of_their_own(tmp_path: Path, books: list[Day]) -> None:
    landing = Landing(tmp_path / "landing")
    for day in (books[3], books[4], books[0], books[1]):
        landing.land(day.table())
        catch_up(landing)
    actual = recorded_days(landing, is_simulated=True)
    assert [(day.on, day.since) for day in actual] == [
        (books[0].on, None), (books[1].on, books[0].on), (books[3].on, None), (books[4].on, books[3].on)
    ]  # fmt: skip
    landing.land(Day(books[3].on, books[2].listed).table())
    assert catch_up(landing)[1] == []
    warehouse.build(tmp_path, landing.selected())
    opened = warehouse.Warehouse.open(tmp_path)
    table = opened.sql_frame("select stretch, gained is null as opens from core.adoption_days order by day")
    opened.close()
    assert table.to_numpy().tolist() == [[1, True], [1, False], [2, True], [2, False]]


def test_a_day_between_two_kept_ones_stays_a_gap(tmp_path: Path, books: list[Day]) -> None:
    landing = Landing(tmp_path / "landing")
    for day in (books[0], books[2], books[1]):
        landing.land(day.table())
        recorded, messages = catch_up(landing)
    assert recorded == []
    assert f"{books[1].on} lies between {books[0].on} and {books[2].on}" in messages[0]


def test_an_unknown_figure_is_not_zero(tmp_path: Path) -> None:
    def listing(on: int, *rows: tuple[str, int | None, int | None]) -> None:
        items = [
            {"id": name, "downloads": month, "downloads_all_time": all_time, "likes": 1}
            for name, month, all_time in rows
        ]
        land_rows(tmp_path, "hub_listing", items, as_of=datetime(2026, 1, on, tzinfo=UTC))
        catch_up(Landing(tmp_path / "landing"))

    listing(1, ("a/a", 5, None), ("a/b", 5, 70))
    listing(2, ("a/a", 6, 900), ("a/b", None, 75))
    listing(3, ("a/a", 6, 905), ("a/b", 2, 75))
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    opened = warehouse.Warehouse.open(tmp_path)
    table = opened.sql_frame(FIGURES)
    opened.close()
    rows = table[["downloads_30d", "downloads_all_time", "gained"]].astype(object).where(table.notna(), None)
    assert rows.to_numpy().tolist() == [
        [5, None, None], [6, 900, None], [6, 905, 5],
        [5, 70, None], [None, 75, None], [2, 75, None],
    ]  # fmt: skip


def test_names_without_an_id_of_the_hub_are_series_too(tmp_path: Path, books: list[Day]) -> None:
    landing = Landing(tmp_path / "landing")
    landing.land(books[0].table(with_hub_id=False))
    landing.land(books[1].table())
    landing.land(books[2].table(with_hub_id=False))
    catch_up(landing)
    rows = landed(tmp_path)
    changes = {(row[0], row[4]) for row in rows if row[3]}
    assert (books[1].on, "gone") in changes
    first = [row for row in rows if row[0] == books[2].on and row[4] == "first"]
    assert len(first) == len(books[2].appeared) + len(books[2].renamed)


def test_what_may_go_goes_by_the_rule_alone(tmp_path: Path, books: list[Day]) -> None:
    landing = Landing(tmp_path / "landing")
    for day in books[:30]:
        landing.land(day.table())
    assert superfluous(landing, RetentionRule(1, 0, 0)) == []  # none of them is in the history yet
    catch_up(landing)
    assert superfluous(landing, RetentionRule(1, 0, 0)) == []  # nor in that of access
    catch_up_access(landing)
    assert superfluous(landing, RetentionRule(1, 0, 0)) == []  # nor compared with each other
    catch_up_changes(landing)
    removed = thin(landing, RetentionRule.parse("4d 2w 2m"))
    remaining_days = [run.as_of.date() for run in landing.manifests("hub_listing")]
    assert [(on - FIRST).days for on in remaining_days] == [0, 21, 28, 29, 30, 31, 32]
    assert len(removed) + len(remaining_days) == 30
    assert thin(landing, RetentionRule.parse("4d 2w 2m")) == []
    assert not [*(tmp_path / "landing" / "hub_listing").glob(".removed-*")]


@pytest.mark.parametrize("text", ["", "8", "0d", "d8", "8d 3y", "8w"])
def test_a_rule_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no rule"):
        RetentionRule.parse(text)


def _figures(repository: Any) -> tuple[int, int, int]:
    return repository.downloads_30d, repository.downloads_all_time, repository.likes
