"""Changes between snapshots: recorded when they land, right to the unit, and there when listings are removed."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli.simulating import record_simulated
from oss_ai_monitor.history import RetentionRule, catch_up, catch_up_access, catch_up_changes, superfluous, thin
from oss_ai_monitor.history.board_changes import TOLERANCE
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import archive, simulated
from tests.conftest import COMMUNITY_SEED, TWO_YEARS_MODELS, land_rows
from tests.oracle.adoption import adoption_books
from tests.oracle.changes import DeclaredDay, declared_days, expected_changes
from tests.oracle.fact_changes import final_facts, simulated_changes

DAYS = 45
SCORES = {
    "2024": ("fullname", "model_sha", "precision", "math_lvl_5", "average", "submission_date"),
    "2025": (
        "model_name", "model_sha", "model_precision", "evaluations_math_normalized_score", "model_average_score",
        "metadata_submission_date",
    ),
}  # fmt: skip
Row = tuple[Any, ...]


def record(landing: Landing) -> None:
    catch_up(landing)
    catch_up_access(landing)
    _, messages = catch_up_changes(landing)
    assert messages == []


def built(folder: Path) -> warehouse.Warehouse:
    warehouse.build(folder, Landing(folder / "landing").selected())
    return warehouse.Warehouse.open(folder)


def changes(folder: Path, *kinds: str) -> set[Row]:
    """The rows of core.changes without those of leaderboards: day, model, kind, before, after, whether confirmed."""
    opened = built(folder)
    try:
        frame = opened.sql_frame("select day, model_id, kind, before, after, is_confirmed from core.changes")
    finally:
        opened.close()
    frame = frame[frame["kind"].isin(kinds)] if kinds else frame[~frame["kind"].isin(["record", "rescored"])]
    return {
        (row.day.date(), row.model_id, row.kind, _text(row.before), _text(row.after), row.is_confirmed)
        for row in named(frame)
    }


def named(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, with its columns as attributes."""
    return iter(frame.itertuples())


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


@pytest.fixture(scope="module")
def declared() -> list[DeclaredDay]:
    return list(declared_days(DAYS))


@pytest.fixture(scope="module")
def lived(declared: list[DeclaredDay], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The days of a simulated community landed one after the other, each recorded as it lands."""
    folder = tmp_path_factory.mktemp("declared")
    landing = Landing(folder / "landing")
    for one in declared:
        landing.land(one.table())
        record(landing)
    return folder


@pytest.mark.slow
def test_what_simulated_repositories_declare_and_who_comes_and_goes_is_what_the_books_say(
    lived: Path, declared: list[DeclaredDay]
) -> None:
    expected = expected_changes(declared)
    assert {kind for _, _, kind, *_ in expected} == {
        "appeared", "gone", "renamed", "licence", "gating", "base", "parameters", "task",
    }  # fmt: skip
    assert len(expected) > 500
    assert changes(lived) == expected


@pytest.mark.slow
def test_changes_remain_when_the_listings_are_removed(lived: Path, declared: list[DeclaredDay]) -> None:
    landing = Landing(lived / "landing")
    removed = thin(landing, RetentionRule(2, 0, 0))
    assert len(removed) == DAYS - 2
    record(landing)
    assert changes(lived) == expected_changes(declared)


@pytest.mark.slow
@pytest.mark.parametrize("is_dated", [True, False])
def test_listings_that_landed_before_are_compared_at_once_with_or_without_dates_of_commits(
    declared: list[DeclaredDay], tmp_path: Path, is_dated: bool
) -> None:
    landing = Landing(tmp_path / "landing")
    for one in declared[:12]:
        landing.land(one.table(is_dated=is_dated))
    assert superfluous(landing, RetentionRule(1, 0, 0)) == [], "none goes before it is compared"
    record(landing)
    assert changes(tmp_path) == expected_changes(declared[:12])
    assert catch_up_changes(landing) == ([], [])


def test_what_the_invented_community_declares_anew_is_what_its_books_say(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    for table in simulated.tables(models=3_000, seed=5):
        if table.source == "hub_listing":
            landing.land(table)
    for _ in range(2):  # the second time nothing is new
        record_simulated(landing, 3_000, 5, days=100, notify=lambda _: None)
    record(landing)
    expected = simulated_changes(3_000, 5, days=100, daily=60)
    facts = ("licence", "gating", "base", "parameters", "task")
    assert {kind for _, _, kind, *_ in expected} == set(facts)
    assert all(after for _, _, kind, _, after, _ in expected if kind != "gating")
    assert changes(tmp_path, *facts) == expected
    opened = built(tmp_path)
    frame = opened.sql_frame("select model_id, license, gated, pipeline_tag from core.models where is_listed")
    opened.close()
    today = {
        row.model_id: {"licence": row.license, "gating": row.gated, "task": row.pipeline_tag} for row in named(frame)
    }
    compared = 0
    for (name, kind), value in final_facts(expected).items():
        if name in today and kind in today[name]:
            assert _text(today[name][kind]) == value, (name, kind)
            compared += 1
    assert compared > 20, "what is declared last is what the listing of today says"


@pytest.mark.slow
def test_two_simulated_years_of_coming_and_going_are_what_the_books_say(two_years: Path) -> None:
    books = adoption_books(TWO_YEARS_MODELS, COMMUNITY_SEED, daily=730)
    expected: set[Row] = set()
    for position, name in enumerate(books.models):
        on = [row for row in books.recorded if books.is_listed[row, position]]
        first = on[0]
        if first > books.recorded[0]:
            expected.add((books.days[first], name, "appeared"))
        steps = [
            (later, bool(books.is_listed[later, position]))
            for earlier, later in pairwise(row for row in books.recorded if row >= first)
            if books.is_listed[earlier, position] != books.is_listed[later, position]
        ]
        n = 0
        while n < len(steps):
            day, is_back = steps[n]
            following = books.recorded[books.recorded.index(day) + 1 :]
            if n + 1 < len(steps) and following and steps[n + 1][0] == following[0]:
                n += 2  # missing from one listing, or in one only
                continue
            expected.add((books.days[day], name, "back" if is_back else "gone"))
            n += 1
        if name in books.former and (since := books.former[name][1]) > books.days[first]:
            seen = next((row for row in on if books.days[row] >= since), None)
            if seen is not None:
                expected.add((books.days[seen], name, "renamed"))
    opened = warehouse.Warehouse.open(two_years)
    try:
        frame = opened.sql_frame("select day, model_id, kind from core.changes where kind in"
                                 " ('appeared', 'gone', 'back', 'renamed')")  # fmt: skip
    finally:
        opened.close()
    actual = {(row.day.date(), row.model_id, row.kind) for row in named(frame)}
    assert len(actual) == len(frame)
    assert {kind for _, _, kind in actual} == {"appeared", "gone", "back", "renamed"}
    assert actual == expected


@pytest.fixture(scope="module")
def boards(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    """The six dated exports of v2, landed out of order, recorded in between and at the end."""
    folder = tmp_path_factory.mktemp("boards")
    landing = Landing(folder / "landing")
    paths = sorted((real_data / "leaderboard_snapshots").glob("*.csv.gz"))
    for position in (0, 2, 4, 1, 3, 5):
        (table,) = archive.read([paths[position]], as_of=moment_of(paths[position]))
        landing.land(table)
        if position in (2, 4):
            record(landing)
    record(landing)
    opened = built(folder)
    yield opened
    opened.close()


def moment_of(path: Path) -> datetime:
    day = path.name.removeprefix("huggingface_v2_").removesuffix(".csv.gz")
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "compared", "rescored", "by_best"),
    [("2024-11-04", "2024-11-08", 1729, 1214, 1198), ("2025-02-13", "2025-02-14", 3827, 3497, 3476)],
)
def test_the_real_rescorings_of_math_are_counted_by_evaluation_and_by_model(
    real_data: Path, boards: warehouse.Warehouse, before: str, after: str, compared: int, rescored: int, by_best: int
) -> None:
    name, revision, precision, math, average, submitted = SCORES[after[:4]]
    older, newer = (
        pd.read_csv(real_data / f"leaderboard_snapshots/huggingface_v2_{day}.csv.gz") for day in (before, after)
    )
    pairs = older.merge(newer, on=[name, revision, precision], suffixes=("_before", "_after"))
    differs = (pairs[f"{math}_before"] - pairs[f"{math}_after"]).abs() > TOLERANCE
    best = [
        frame.sort_values([average, submitted], ascending=False, kind="stable").drop_duplicates(name)
        for frame in (older, newer)
    ]
    both = best[0].merge(best[1], on=name, suffixes=("_before", "_after"))
    moved = set(both[(both[f"{math}_before"] - both[f"{math}_after"]).abs() > TOLERANCE][name])
    assert (len(pairs), int(differs.sum())) == (compared, rescored)
    (row,) = boards.sql_frame(
        "select evaluations, rescored, models_by_best from core.rescorings"
        f" where day = date '{after}' and benchmark = 'math_lvl_5'"
    ).itertuples(index=False)
    assert tuple(row) == (compared, rescored, by_best)
    of_models = boards.sql_frame(
        f"select model_id, before, after from core.changes where day = date '{after}' and subject = 'v2 math_lvl_5'"
        " and kind = 'rescored'"
    )
    assert len(of_models) == by_best
    assert set(of_models["model_id"]) <= moved
    assert len(moved) - by_best <= 2, "ties in the average alone decide otherwise"


def test_first_places_change_from_snapshot_to_snapshot(boards: warehouse.Warehouse) -> None:
    rows = boards.sql_frame(
        "select day, before, after from core.changes where kind = 'first place' and subject = 'v2 average' order by day"
    )
    assert [(f"{row.day:%Y-%m-%d}", row.before, row.after) for row in named(rows)] == [
        ("2024-11-04", "Qwen/Qwen2-72B-Instruct", "dfurman/CalmeRys-78B-Orpo-v0.1"),
        ("2025-02-13", "dfurman/CalmeRys-78B-Orpo-v0.1", "MaziyarPanahi/calme-3.2-instruct-78b"),
    ]


def listing(folder: Path, on: int, *rows: dict[str, Any]) -> None:
    """Land a full listing of a day of May 2026, and record it."""
    items = [{"downloads": 1, "likes": on, "gated": "false"} | row for row in rows]
    land_rows(folder, "hub_listing", items, as_of=datetime(2026, 5, on, 6, tzinfo=UTC))
    record(Landing(folder / "landing"))


def test_a_change_that_only_the_latest_listing_shows_is_not_confirmed(tmp_path: Path) -> None:
    for on, gated in ((1, "false"), (2, "auto"), (3, "false"), (4, "manual"), (5, "manual"), (6, "auto")):
        listing(tmp_path, on, {"id": "tin/one", "gated": gated}, {"id": "tin/two"})
    assert {(day.day, *row) for day, *row in changes(tmp_path)} == {
        (4, "tin/one", "gating", "false", "manual", True),
        (6, "tin/one", "gating", "manual", "auto", False),
    }


def test_what_a_listing_does_not_send_is_no_change(tmp_path: Path) -> None:
    listing(tmp_path, 1, {"id": "tin/one", "tags": ["license:mit"], "gated": None})
    listing(tmp_path, 2, {"id": "tin/one", "tags": ["license:mit"], "pipeline_tag": "fill-mask"})
    listing(tmp_path, 3, {"id": "tin/one", "tags": ["license:other"], "card_data": '{"license_name": "own"}'})
    listing(tmp_path, 4, {"id": "tin/one", "tags": ["license:other"], "card_data": '{"license_name": "other-own"}'})
    assert {(day.day, *row) for day, *row in changes(tmp_path)} == {
        (3, "tin/one", "licence", "mit", "other", True),
        (4, "tin/one", "licence", "own", "other-own", False),
    }


def test_many_edits_of_one_owner_are_one_line_with_their_number(tmp_path: Path) -> None:
    names = [f"tin/{n}" for n in range(12)] + ["zinc/one"]
    for on, licence in ((1, "mit"), (2, "apache-2.0"), (3, "apache-2.0")):
        rows = [{"id": name, "tags": [f"license:{licence}"], "downloads": n} for n, name in enumerate(names, 1)]
        listing(tmp_path, on, *rows)
    opened = built(tmp_path)
    choices: dict[str, Any] = {name: [] for name in ("kinds", "owners", "families", "licences")}
    answer = opened.query(
        "changes_lines", dataset="hub", start="2026-05-01", end="2026-05-03", text="", with_new=False, most=9, **choices
    )
    opened.close()
    lines = [(row.owner, row.model_id, row.models, row.before, row.after, row.downloads_30d) for row in named(answer)]
    assert lines == [
        ("tin", "tin/11", 12, "mit", "apache-2.0", 78),
        ("zinc", "zinc/one", 1, "mit", "apache-2.0", 13),
    ]


def benchmark(folder: Path, on: int, *entries: tuple[str, str, float, int | None, str]) -> None:
    """Land entries of official benchmarks as of a day of May 2026: board, model, score, pull request, file."""
    rows = [
        {"benchmark_id": board, "model_id": model, "value": value, "pull_request": pending, "filename": file}
        for board, model, value, pending, file in entries
    ]
    land_rows(folder, "hub_benchmarks", rows, as_of=datetime(2026, 5, on, 6, tzinfo=UTC))
    _, messages = catch_up_changes(Landing(folder / "landing"))
    assert messages == []


def test_official_benchmarks_are_compared_board_by_board(tmp_path: Path) -> None:
    """Worked by hand: on one board one entry of two of a model is rescored and another model takes the first place; on
    the other a pending result is above all, which changes nothing, and a board that only one snapshot has is none."""
    benchmark(
        tmp_path, 1,
        ("cais/hle", "tin/one", 20.0, None, "a"), ("cais/hle", "tin/one", 25.0, None, "b"),
        ("cais/hle", "tin/two", 22.0, None, "c"), ("ai/math", "tin/one", 50.0, None, "d"),
        ("ai/math", "tin/two", 40.0, None, "e"), ("ai/gone", "tin/two", 40.0, None, "f"),
    )  # fmt: skip
    benchmark(
        tmp_path, 2,
        ("cais/hle", "tin/one", 20.004, None, "a"), ("cais/hle", "tin/one", 21.0, None, "b"),
        ("cais/hle", "tin/two", 22.0, None, "c"), ("ai/math", "tin/one", 50.0, None, "d"),
        ("ai/math", "tin/two", 99.0, 7, "g"), ("ai/math", "tin/two", 40.0, None, "e"),
    )  # fmt: skip
    opened = built(tmp_path)
    columns = "strftime(day, '%d') as day, model_id, kind, subject, before, after"
    rows = opened.sql_frame(f"select {columns} from core.changes where kind in ('rescored', 'first place')")
    assert sorted(map(tuple, rows.to_numpy().tolist())) == [
        ("02", "tin/one", "rescored", "cais/hle average", "25.00", "21.00"),
        ("02", "tin/two", "first place", "cais/hle average", "tin/one", "tin/two"),
    ]
    compared = opened.sql_frame("select leaderboard from core.changes_compared order by leaderboard")
    assert compared["leaderboard"].tolist() == ["ai/math", "cais/hle"]
    (first,) = opened.sql_frame("from core.first_places").itertuples()
    assert (first.leaderboard, first.model_id, first.score, first.model_before, first.score_before) == (
        "cais/hle", "tin/two", 22.0, "tin/one", 25.0,
    )  # fmt: skip
    (rescored,) = opened.sql_frame("from core.rescorings").itertuples()
    assert (rescored.evaluations, rescored.rescored, rescored.raised) == (3, 1, 0)
    opened.close()


def test_of_several_snapshots_of_a_day_the_last_is_compared(tmp_path: Path) -> None:
    for hour, holder in ((1, "tin/one"), (6, "tin/two"), (12, "tin/one"), (36, "tin/two")):
        rows = [
            {"benchmark_id": "cais/hle", "model_id": name, "value": 30.0 if name == holder else 20.0, "filename": name}
            for name in ("tin/one", "tin/two")
        ]
        moment = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=hour)
        land_rows(tmp_path, "hub_benchmarks", [*rows, {"notes": str(hour)}], as_of=moment)
        catch_up_changes(Landing(tmp_path / "landing"))
    opened = built(tmp_path)
    rows = opened.sql_frame("select strftime(day, '%d') as day, model_id from core.changes where kind = 'first place'")
    assert rows.to_numpy().tolist() == [["02", "tin/two"]]
    opened.close()


def test_another_base_of_which_the_text_has_the_same_hash_is_a_change(tmp_path: Path) -> None:
    """Texts that differ in two signs, eight apart, may have the same hash in DuckDB."""
    signs = string.ascii_letters + string.digits
    tags = [f"base_model:tin/{one}xxxxxxx{two}" for one in signs for two in signs]
    alike = (
        "select list(tag order by tag) as tags from (select unnest(?) as tag) group by hash(tag) having count(*) > 1"
    )
    first, second, *_ = duckdb.execute(alike, [tags]).fetchall()[0][0]
    for on, tag in ((1, first), (2, second), (3, second)):
        listing(tmp_path, on, {"id": "tin/one", "tags": [tag]}, {"id": "tin/two"})
        built(tmp_path).close()
    before, after = (tag.removeprefix("base_model:") for tag in (first, second))
    assert {(day.day, *row) for day, *row in changes(tmp_path)} == {(2, "tin/one", "base", before, after, True)}
    opened = warehouse.Warehouse.open(tmp_path)
    bases = opened.sql_frame("select base_model_id from core.base_models where model_id = 'tin/one'")
    opened.close()
    assert bases["base_model_id"].tolist() == [after]
