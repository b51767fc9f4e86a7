"""The overview's mover of the week and change of share of the year, from tables written by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli.landing import keep_history
from oss_ai_monitor.cli.simulating import record_simulated
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives.overview.adoption import adoption_tiles
from oss_ai_monitor.perspectives.tile import Link
from oss_ai_monitor.sources import simulated
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
            " create table core.adoption_days (day date, stretch int);"
            " create table marts.adoption_movers (series_id int, model_id varchar, last_on date, gained bigint,"
            " gained_before double, most_in_a_day double, growth double, least_gained int);"
            " create table marts.adoption_by_day (day date, dimension varchar, member varchar, downloads_30d bigint)"
        )

    def query(self, name: str) -> pd.DataFrame:
        return self.db.execute((sql_folder() / "queries" / f"{name}.sql").read_text(encoding="utf-8")).df()

    def add(
        self, days: list[dt.date], moves: list[tuple[Any, ...]], sums: list[tuple[Any, ...]],
        opens: dt.date = dt.date.max,
    ) -> None:  # fmt: skip
        """Add days, of which a second stretch begins with `opens`, with moves and sums."""
        for day in days:
            self.db.execute("insert into core.adoption_days values (?, ?)", [day, 2 if day >= opens else 1])
        least = 10_000 if sum(gained >= 10_000 for _, gained, _, _ in moves) >= 10 else 1_000
        for number, (model, gained, before, largest) in enumerate(moves):
            growth = gained / before - 1 if before else None
            self.db.execute(
                "insert into marts.adoption_movers values (?, ?, ?, ?, ?, ?, ?, ?)",
                [number, model, LAST, gained, before, largest, growth, least],
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
        return [(tile.title, tile.figure, tile.full_sentence) for tile in tiles]


@pytest.fixture
def tables() -> Iterator[Tables]:
    tables = Tables()
    yield tables
    tables.db.close()


def test_the_mover_and_the_change_of_share_are_named_with_their_measures(tables: Tables) -> None:
    tables.add([BEFORE, dt.date(2025, 10, 13), LAST], MOVES, SUMS)
    assert tables.tiles() == [
        (
            "Moved most in the last week of data · Hub", "+150%",
            "tin/riser: 3,000 new downloads in the week to 12 Oct 2026, 1,200 a week in the three before. "
            "Models count that had at least 1,000 new downloads in that week or, if they fell, a week before. A model "
            "that rose does not count if more than half of its week came in one day.",
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
    assert "Models count that had at least 10,000 new downloads" in sentence


def test_a_fall_counts_from_the_week_before_it(tables: Tables) -> None:
    tables.add(
        [dt.date(2026, 9, 1), LAST], [*MOVES, ("tin/fallen", 10, 8_000.0, 0.9), ("tin/tiny", 0, 900.0, None)], []
    )
    assert tables.tiles()[0][1:] == (
        "+150%",
        "tin/riser: 3,000 new downloads in the week to 12 Oct 2026, 1,200 a week in the three before. Models count "
        "that had at least 1,000 new downloads in that week or, if they fell, a week before. A model that rose does "
        "not count if more than half of its week came in one day.",
    )
    tables.db.execute("delete from marts.adoption_movers where model_id = 'tin/riser'")
    facts = tables.query("overview_adoption").iloc[0]
    assert (facts["model_id"], facts["gained"]) == ("tin/fallen", 10)


def test_days_of_two_stretches_are_not_compared(tables: Tables) -> None:
    tables.add([BEFORE, LAST], MOVES, SUMS, opens=dt.date(2026, 1, 1))
    assert tables.tiles()[1][1:] == ("–", "No listing of a year before that compares is kept.")


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
        "No model with 1,000 new downloads in seven days can be compared.",
        "No listing of a year before that compares is kept.",
    ]


def levels(moves: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the figures of each repository that is there on a day: those of its last move until then."""
    last = moves[moves["day"] <= pd.Timestamp(day)].groupby("series_id").last()
    return last[last["change"] != "gone"]


def test_both_tiles_equal_pandas_over_two_landed_years(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    for table in simulated.tables(models=1_000, seed=3):
        landing.land(table)
    record_simulated(landing, 1_000, 3, 400)
    keep_history(landing)
    warehouse.build(tmp_path, landing.selected())
    with duckdb.connect() as db:
        files = [str(path) for path in (tmp_path / "landing" / "hub_adoption").glob("*/*.parquet")]
        columns = "series_id, day, change, model_id, downloads_30d, downloads_all_time"
        select = f"select {columns} from read_parquet($files) where series_id > 0 order by series_id, day"
        moves = db.execute(select, {"files": files}).df()
    opened = Warehouse.open(tmp_path)
    moved, shifted = adoption_tiles(opened, "Hub")
    facts = opened.query("overview_adoption").iloc[0]
    architectures = opened.sql_frame("select model_id, architecture from core.models").set_index("model_id")
    opened.close()
    last = moves["day"].max().date()
    names = moves.dropna(subset=["model_id"]).groupby("series_id")["model_id"].last()

    totals = [levels(moves, last - dt.timedelta(days=7 * n))["downloads_all_time"] for n in range(5)]
    weeks = pd.DataFrame({n: totals[n] - totals[n + 1] for n in range(4)}).dropna()
    assert facts["floor"] == (10_000 if (weeks[0] >= 10_000).sum() >= 10 else 1_000)
    before = weeks[[1, 2, 3]].sum(axis=1) / 3
    weeks = weeks[(before > 0) & (np.where(weeks[0] > before, weeks[0], before) >= facts["floor"])]
    growth = weeks[0] / (weeks[[1, 2, 3]].sum(axis=1) / 3) - 1
    growth.index = growth.index.map(names)
    assert growth[moved.model] == pytest.approx(facts["growth"], abs=1e-4)
    assert int(facts["gained"]) == int(weeks.set_axis(growth.index)[0][moved.model])

    shares = []
    for day in (last, facts["day_before"].date()):
        figures = levels(moves, day)["downloads_30d"]
        groups = names.reindex(figures.index).map(architectures["architecture"])
        shares.append(figures.groupby(groups.to_numpy()).sum() / figures.sum())
    changes = shares[0].sub(shares[1], fill_value=0).drop(["Other", "Unknown", "Rare"], errors="ignore")
    largest = changes.abs().idxmax()
    assert shifted.sentence.startswith(f"{largest}: from ")
    assert facts["share"] - facts["share_before"] == pytest.approx(changes.to_dict()[largest])
