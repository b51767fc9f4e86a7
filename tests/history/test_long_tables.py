"""Recording the days of a long table at once gives what recording them one after the other gives."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor.history import DailyFigures, Figures, NotRecorded, record, record_days, recorded_days, recording
from oss_ai_monitor.landing import Landing, LandingError, batch
from tests.conftest import land_rows

FIRST = date(2024, 5, 1)
SELECT = """
    select {day} n, model_id, hub_id, downloads_30d, downloads_all_time, likes, last_modified,
    from read_parquet($paths) {where}
"""
Row = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """Where the table of a test comes from."""

    source: str = "table"
    addresses: tuple[str, ...] = ("table.parquet",)
    fingerprint: str = "0"
    revision: str | None = None
    as_of_rule: str = "day in the data"
    is_simulated: bool = False
    seed: int | None = None


def row(day: date, name: str, downloads: int | None, **others: Any) -> Row:
    empty = dict.fromkeys(("hub_id", "downloads_all_time", "likes", "last_modified"))
    return {"day": day, "model_id": name, "downloads_30d": downloads, **empty, **others}


def written(path: Path, rows: list[Row]) -> Path:
    """Write the rows in their order, numbered by it."""
    frame = pd.DataFrame(rows)
    kinds = {
        "hub_id": "varchar", "downloads_30d": "bigint", "downloads_all_time": "bigint", "likes": "bigint",
        "last_modified": "timestamp",
    }  # fmt: skip
    casts = ", ".join(f"{name}::{kind} as {name}" for name, kind in kinds.items())
    with duckdb.connect() as db:
        db.register("rows_sent", frame.astype(dict.fromkeys(kinds, "object")))
        select = f"select day::date as day, row_number() over () as n, model_id, {casts} from rows_sent"
        db.sql(select).write_parquet(str(path))
    return path


def table(path: Path) -> DailyFigures:
    return DailyFigures(SELECT.format(day="day,", where=""), (path,), Origin())


def record_singly(landing: Landing, path: Path) -> None:
    """Record each day of a table alone, oldest first."""
    with duckdb.connect() as db:
        days = db.execute("select distinct day from read_parquet($path) order by day", {"path": str(path)}).fetchall()
    for (day,) in days:
        select = SELECT.format(day="", where=f"where day = date '{day}'")
        figures = Figures(select, (path,), Origin(), datetime.combine(day, time(), UTC))
        try:
            record(landing, figures)
        except NotRecorded:
            continue


def landed(landing: Landing) -> list[tuple[Any, ...]]:
    """Every row of a history, in the order of files and rows."""
    rows: list[tuple[Any, ...]] = []
    with duckdb.connect() as db:
        for run in sorted(landing.manifests("hub_adoption"), key=lambda run: run.as_of):
            rows += db.execute("from read_parquet($paths)", {"paths": [str(path) for path in run.paths]}).fetchall()
    return rows


def community(seed: int, days: int) -> list[Row]:
    """Few names and ids that are combined in every way: renames, names taken over, ids that come and go, absences,
    repeated rows, unknown figures and days without rows."""
    rng = random.Random(seed)
    with_ids = rng.choice([0, 0.5, 0.9, 1])
    ids = {number: f"{number:024x}" for number in range(24)}
    names = {number: f"o/m{number}" for number in range(24)}
    present = set(range(16))
    rows: list[Row] = []
    for on in range(days):
        if rng.random() < 0.15:
            continue
        for _ in range(rng.randrange(4)):
            number = rng.randrange(24)
            names[number] = f"o/m{rng.randrange(28)}"
            if rng.random() < 0.3:
                ids[number] = f"{rng.randrange(40):024x}"
            present ^= {rng.randrange(24)}
        size = rng.choice([0.3, 1, 1, 1, 1, 1])
        for number in sorted(present):
            if rng.random() > size:
                continue
            figures = [None if rng.random() < 0.1 else rng.randrange(4) * 10 for _ in range(3)]
            repeats = 1 + (rng.random() < 0.1)
            rows += [
                row(
                    FIRST + timedelta(days=on), names[number], figures[0],
                    hub_id=ids[number] if rng.random() < with_ids else None,
                    downloads_all_time=figures[1], likes=figures[2],
                    last_modified=rng.choice([None, datetime(2024, 1, rng.randrange(1, 9))]),
                )
                for _ in range(repeats)
            ]  # fmt: skip
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_all_days_at_once_are_all_days_one_by_one(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "FRAME_EVERY", 4)
    path = written(tmp_path / "table.parquet", community(seed, 11))
    record_singly(Landing(tmp_path / "singly"), path)
    outcome = record_days(Landing(tmp_path / "at once"), table(path))
    assert landed(Landing(tmp_path / "at once")) == landed(Landing(tmp_path / "singly"))
    assert len(outcome.recorded) == len(recorded_days(Landing(tmp_path / "singly"), is_simulated=False))
    monkeypatch.setattr(recording, "ROWS_AT_ONCE", 60)
    record_days(Landing(tmp_path / "in pieces"), table(path))
    assert landed(Landing(tmp_path / "in pieces")) == landed(Landing(tmp_path / "singly"))


def test_a_second_part_of_a_table_goes_on_with_the_same_series(tmp_path: Path) -> None:
    rows = [row(FIRST + timedelta(days=on), name, on) for on in range(6) for name in ("a/a", "a/b")]
    landing = Landing(tmp_path / "parts")
    record_days(landing, table(written(tmp_path / "first.parquet", rows[:6])))
    outcome = record_days(landing, table(written(tmp_path / "all.parquet", rows)))
    assert ([day.on for day in outcome.already], len(outcome.recorded)) == (
        [FIRST + timedelta(days=n) for n in range(3)],
        3,
    )
    record_days(Landing(tmp_path / "whole"), table(tmp_path / "all.parquet"))
    assert landed(landing) == landed(Landing(tmp_path / "whole"))


def test_days_before_recorded_ones_have_the_names_of_their_time(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    ids = {"hub_id": "a" * 24}
    later = [row(FIRST + timedelta(days=10 + on), "a/new", 5, **ids) for on in range(2)]
    record_days(landing, table(written(tmp_path / "later.parquet", later)))
    earlier = [row(FIRST + timedelta(days=on), name, 5, **ids) for on, name in enumerate(("a/old", "a/old", "a/mid"))]
    record_days(landing, table(written(tmp_path / "earlier.parquet", earlier)))
    rows = [(line[0].day, line[3], line[4], line[5], line[6]) for line in landed(landing) if line[3]]
    assert rows == [
        (1, 1, "first", "a/old", "a" * 24), (3, 1, "same", "a/mid", None), (11, 1, "first", "a/new", "a" * 24)
    ]  # fmt: skip
    renamed = [line[13]["renamed"] for line in landed(landing) if not line[3]]
    assert renamed == [0, 0, 1, 0, 0]


def test_days_between_two_recorded_ones_are_refused(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    ends = [row(FIRST + timedelta(days=on), "a/a", 5) for on in (0, 4)]
    record_days(landing, table(written(tmp_path / "ends.parquet", ends)))
    inside = [row(FIRST + timedelta(days=on), "a/a", 5) for on in (1, 2, 6)]
    outcome = record_days(landing, table(written(tmp_path / "inside.parquet", inside)))
    assert [run.as_of.date() for run in outcome.recorded] == [FIRST + timedelta(days=6)]
    assert outcome.refused == {
        FIRST + timedelta(days=on): f"table of {FIRST + timedelta(days=on)} lies between {FIRST} and "
        f"{FIRST + timedelta(days=4)}, which counts since then"
        for on in (1, 2)
    }


def test_days_recorded_before_an_interruption_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "table.parquet", [row(FIRST + timedelta(days=on), "a/a", on) for on in range(9)])
    landing = Landing(tmp_path / "landing")
    monkeypatch.setattr(batch, "GROUP", 2)
    if os.name == "posix":
        child = os.fork()
        if not child:
            record_days(landing, table(path), lambda done, *_: os._exit(9) if done == 7 else None)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert len(recorded_days(landing, is_simulated=False)) == 6  # three groups of two

    def interrupt(done: int, *_: object) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record_days(landing, table(path), interrupt)
    assert len(recorded_days(landing, is_simulated=False)) == (7 if os.name == "posix" else 1)
    record_days(landing, table(path))
    record_days(Landing(tmp_path / "whole"), table(path))
    assert landed(landing) == landed(Landing(tmp_path / "whole"))
    assert [*(tmp_path / "landing" / "hub_adoption").glob(".partial-*")] == []


def test_a_file_that_cannot_be_read_records_nothing(tmp_path: Path) -> None:
    (tmp_path / "table.parquet").write_bytes(b"PAR1")
    with pytest.raises(NotRecorded, match="cannot be read"):
        record_days(Landing(tmp_path / "landing"), table(tmp_path / "table.parquet"))
    assert Landing(tmp_path / "landing").manifests() == []


def test_simulated_days_do_not_join_real_data_that_lands_meanwhile(tmp_path: Path) -> None:
    path = written(tmp_path / "table.parquet", [row(FIRST + timedelta(days=on), "a/a", on) for on in range(3)])
    figures = DailyFigures(SELECT.format(day="day,", where=""), (path,), Origin(is_simulated=True))

    def land_real(done: int, *_: object) -> None:
        if done == 1:
            land_rows(tmp_path, "hub_listing", [{"id": "a/a"}], as_of=datetime(2024, 5, 1, tzinfo=UTC))

    with pytest.raises(LandingError, match="simulated data never joins it"):
        record_days(Landing(tmp_path / "landing"), figures, land_real)
    assert Landing(tmp_path / "landing").manifests("hub_adoption") == []
