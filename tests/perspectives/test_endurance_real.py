"""Lifetimes of one real corner of the Hub equal what pandas reads in its raw days."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from oss_ai_monitor import history, warehouse
from oss_ai_monitor.landing import Landing

WEEK = dt.timedelta(days=7)
SERIES = "adoption/transformersjs_feature_extraction_2024-05-08_2025-08-31.parquet"
SELECT = """
select
    day, row_number() over (partition by day order by id) as n, id as model_id, null::varchar as hub_id,
    downloads as downloads_30d, null::bigint as downloads_all_time, likes, null::timestamp as last_modified,
from (select day, id, max(downloads) as downloads, max(likes) as likes from read_parquet($paths) group by day, id)
"""


@dataclass(frozen=True)
class Origin:
    source: str = "adoption"
    addresses: tuple[str, ...] = ("a file",)
    fingerprint: str = "corner"
    revision: str | None = None
    as_of_rule: str = "given"
    is_simulated: bool = False
    seed: int | None = None


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def expected(raw: pd.DataFrame) -> list[tuple[str, dt.date, int, int, str]]:
    """No other source names these: the day of a release is the first that lists it, shortly after one that does not."""
    days = sorted(raw["day"].unique())
    before = dict(itertools.pairwise(reversed(days)))
    last_week = monday(days[-1]) if days[-1].weekday() == 6 else monday(days[-1]) - WEEK
    listing_of = {monday(day): day for day in days if monday(day) <= last_week}  # the last one of each week
    rows = []
    for name, part in raw.groupby("model_id"):
        figures = dict(zip(part["day"], part["downloads"], strict=True))
        born, last = min(figures), max(figures)
        if born not in before or (born - before[born]).days > 10:
            continue
        by_week = {week: figures[day] for week, day in listing_of.items() if day in figures}
        due = monday(born + dt.timedelta(days=29))
        entry = next((week for week in sorted(listing_of) if week >= due), None)
        if entry is None or by_week.get(entry, 0) < 100:
            continue
        weeks = [week for week in sorted(by_week) if week >= monday(born)]
        event, end = "followed", weeks[-2]
        absent = [day for day in days if day > last]
        if len(absent) > 1:
            event, end = "removed", monday(absent[0])
        for week, following in itertools.pairwise(weeks):
            peak = max(by_week[earlier] for earlier in weeks if earlier <= week)
            if week > entry and max(by_week[week], by_week[following]) * 10 < peak:
                event, end = "fell", week
                break
        rows.append((str(name), born, *[(week - monday(born)).days // 7 for week in (entry, end)], event))
    return sorted(rows)


def test_lifetimes_of_a_real_corner_equal_pandas(real_data: Path, tmp_path: Path) -> None:
    path = real_data / SERIES
    landing = Landing(tmp_path / "landing")
    history.record_days(landing, history.DailyFigures(SELECT, (path,), Origin()))
    history.write_weeks(landing)
    warehouse.build(tmp_path, landing.selected())
    with duckdb.connect() as db:
        raw = db.execute("select day, id as model_id, downloads from read_parquet($path)", {"path": str(path)}).df()
    raw = raw.assign(day=raw["day"].dt.date).groupby(["day", "model_id"], as_index=False)["downloads"].max()
    opened = warehouse.Warehouse.open(tmp_path)
    lifetimes = opened.sql_frame(
        "select model_id, appeared_on, entry, duration, event from marts.lifetimes where dataset = 'hub' order by all"
    )
    opened.close()
    rows = [(name, day.date(), entry, end, event) for name, day, entry, end, event in lifetimes.to_numpy().tolist()]
    assert len(rows) >= 10
    assert rows == expected(raw)
