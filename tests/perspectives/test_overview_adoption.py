"""The overview's mover of the week and change of share of the year, from tables written by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor.perspectives.overview_adoption import adoption_tiles
from oss_ai_monitor.perspectives.tile import Link
from oss_ai_monitor.warehouse import Warehouse, sql_folder

BEFORE, LAST = dt.date(2025, 10, 12), dt.date(2026, 10, 12)
# model, new downloads of the seven days, mean of the three before, share of the largest day
MOVES = [
    ("tin/steady", 5_000, 4_900.0, 0.2),
    ("tin/riser", 3_000, 1_200.0, 0.3),
    ("tin/one-day", 9_000, 1_000.0, 0.51),
    ("tin/faller", 1_500, 5_000.0, 0.2),
    ("tin/small", 999, 10.0, 0.2),
    ("tin/new", 8_000, None, 0.2),
]
# day, architecture, downloads in 30 days
SUMS = [
    (LAST, "Llama", 300), (LAST, "Qwen", 500), (LAST, "Unknown", 200),
    (BEFORE, "Llama", 600), (BEFORE, "Qwen", 300), (BEFORE, "Unknown", 100),
    (dt.date(2025, 10, 13), "Llama", 1), (dt.date(2025, 10, 13), "Qwen", 999),
]  # fmt: skip


class Tables:
    """Answers the query as a warehouse does, from tables of its own."""

    def __init__(self) -> None:
        self.db = duckdb.connect()
        self.db.execute(
            "create schema core; create schema marts;"
            " create table core.adoption_days (day date);"
            " create table marts.adoption_movers (series_id int, model_id varchar, last_on date, gained bigint,"
            " gained_before double, most_in_a_day double, growth double);"
            " create table marts.adoption_by_day (day date, dimension varchar, member varchar, downloads_30d bigint)"
        )

    def query(self, name: str) -> pd.DataFrame:
        return self.db.execute((sql_folder() / "queries" / f"{name}.sql").read_text(encoding="utf-8")).df()

    def add(self, days: list[dt.date], moves: list[tuple[Any, ...]], sums: list[tuple[Any, ...]]) -> None:
        for day in days:
            self.db.execute("insert into core.adoption_days values (?)", [day])
        for number, (model, gained, before, largest) in enumerate(moves):
            growth = gained / before - 1 if before else None
            self.db.execute(
                "insert into marts.adoption_movers values (?, ?, ?, ?, ?, ?, ?)",
                [number, model, LAST, gained, before, largest, growth],
            )
        for day, member, downloads in sums:
            self.db.execute(
                "insert into marts.adoption_by_day"
                " values ($day, 'architecture', $member, $n), ($day, 'all', 'all', $n)",
                {"day": day, "member": member, "n": downloads},
            )

    def tiles(self) -> list[tuple[str, str, str]]:
        tiles = adoption_tiles(cast("Warehouse", self), "Hub")
        assert all(tile.link == Link("adoption", "hub") for tile in tiles)
        return [(tile.title, tile.figure, tile.sentence) for tile in tiles]


@pytest.fixture
def tables() -> Iterator[Tables]:
    tables = Tables()
    yield tables
    tables.db.close()


def test_the_mover_and_the_change_of_share_are_named_with_their_measures(tables: Tables) -> None:
    tables.add([BEFORE, dt.date(2025, 10, 13), LAST], MOVES, SUMS)
    assert tables.tiles() == [
        (
            "Moved most this week · Hub", "+150%",
            "tin/riser: 3,000 new downloads in the week to 12 Oct 2026, 1,200 a week in the three before. "
            "Of models with 1,000 or more, without weeks made by one day.",
        ),
        (
            "Largest change of share in a year · Hub", "−30.0 points",
            "Llama: from 60.0% to 30.0% of all downloads in 30 days, 12 Oct 2025 to 12 Oct 2026. "
            "Among architectures, in percentage points.",
        ),
    ]  # fmt: skip
    assert adoption_tiles(cast("Warehouse", tables), "Hub")[0].model == "tin/riser"


def test_where_ten_models_have_ten_thousand_downloads_a_week_no_smaller_one_counts(tables: Tables) -> None:
    large = [(f"tin/large-{n}", 10_000 + n, 9_000.0, 0.2) for n in range(9)]
    tables.add([dt.date(2026, 9, 1), LAST], [*MOVES, *large, ("tin/loser", 10_000, 40_000.0, 0.2)], [])
    figure, sentence = tables.tiles()[0][1:]
    assert figure == "−75%"
    assert sentence.startswith("tin/loser: 10,000 new downloads")
    assert "Of models with 10,000 or more" in sentence


def test_a_short_history_says_what_is_missing(tables: Tables) -> None:
    assert tables.tiles() == []
    tables.add([LAST], [], [(LAST, "Llama", 5)])
    assert tables.tiles() == []
    tables.add([dt.date(2026, 10, 1)], [], [(dt.date(2026, 10, 1), "Llama", 5)])
    since = "The history of listings begins on 1 Oct 2026:"
    assert [(figure, sentence) for _, figure, sentence in tables.tiles()] == [
        ("–", f"{since} four weeks are needed to compare."),
        ("–", f"{since} a year is needed to compare."),
    ]


def test_a_year_without_a_listing_at_its_beginning_is_not_compared(tables: Tables) -> None:
    long_ago = dt.date(2025, 8, 1)
    tables.add([long_ago, LAST], [], [(long_ago, "Llama", 5), (LAST, "Qwen", 5)])
    assert [sentence for _, _, sentence in tables.tiles()] == [
        "No model with 1,000 new downloads in seven days compares.",
        "No listing of a year before is kept.",
    ]
