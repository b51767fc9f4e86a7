"""What three years of listings take on the disk, and how soon one member's series is there."""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path

import duckdb

from oss_ai_monitor.history import SOURCE
from oss_ai_monitor.history.weeks import SOURCE as WEEKS
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.warehouse import Warehouse, current

from .table import Results

QUERIES = {
    "a model by week": ("weekly_downloads", "model", "model_id"),
    "a model by day": ("model_adoption", "model", "model_id"),
    "an owner": ("weekly_downloads_of_owner", "owner", "owner"),
    "a family": ("weekly_downloads_of_family", "family", "model_id"),
}
"""The queries of pages, the dimension of marts.adoption_members of whom they ask, and the parameter that names it."""
PLACES = [1, 3, 10, 30, 100, 300, 1_000, 3_000]
"""Of each dimension, the members at these places by downloads."""
READ = "select week, downloads_30d, gained from read_parquet($paths) where series_id = $series order by week"


def measure(folder: Path, key: tuple[str, str], results: Results) -> None:
    """Add the sizes of a warehouse with a history, and times of series, first after opening it and then again."""
    landing = Landing(folder / "landing")
    selected = [run for run in landing.selected() if run.source in (SOURCE, WEEKS)]
    megabytes = sum(part.bytes for run in selected for part in run.parts) / 1e6
    results.add("Size of the history in Parquet, MB", key, megabytes)
    results.add("Size of the file, MB", key, current(folder).stat().st_size / 1e6)
    for title, (query, dimension, parameter) in QUERIES.items():
        names = _members(folder, dimension)
        for name in names:
            with _opened(folder) as warehouse:
                results.add(f"Series of {title}, first, ms", key, _ms(warehouse, query, {parameter: name}))
        with _opened(folder) as warehouse:
            for name in [*names[-1:], *names[:-1]]:
                ms = _ms(warehouse, query, {parameter: name})
                if name != names[-1]:  # the one that was asked first
                    results.add(f"Series of {title}, later, ms", key, ms)
    paths = [pattern(path) for run in selected if run.source == WEEKS for path in run.paths]
    choice = random.Random(1)
    with duckdb.connect() as db:
        ((most,),) = db.execute("select max(series_id) from read_parquet($paths)", {"paths": paths}).fetchall()
        for _ in range(20):
            bound = {"paths": paths, "series": choice.randint(1, most)}
            started_at = time.perf_counter()
            db.execute(READ, bound).fetchall()
            results.add("Series of any model, in Parquet, ms", key, 1000 * (time.perf_counter() - started_at))


def _members(folder: Path, dimension: str) -> list[str]:
    with _opened(folder) as warehouse:
        rows = warehouse.sql_frame(
            "select member from marts.adoption_members where dimension = $dimension and list_contains($places, place)"
            " order by place",
            {"dimension": dimension, "places": PLACES},
        )
    return list(rows["member"])


def _opened(folder: Path) -> closing[Warehouse]:
    return closing(Warehouse.open(folder))


def _ms(warehouse: Warehouse, query: str, parameters: dict[str, str]) -> float:
    started_at = time.perf_counter()
    warehouse.query(query, **parameters)
    return 1000 * (time.perf_counter() - started_at)
