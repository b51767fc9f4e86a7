"""Lands the data of one size: `python -P benchmarks/land.py KEY FOLDER`.

It runs with the oldest tree that is compared: newer ones read what older ones landed, not the other way round.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from oss_ai_monitor.landing import AlreadyLanded, Landing
from oss_ai_monitor.sources import archive, hub, simulated
from oss_ai_monitor.sources.table import Table

REAL = Path(__file__).parents[2] / "shared" / "data" / "hub"
BOARDS = [
    REAL / "datasets" / board / "data" / "train-00000-of-00001.parquet"
    for board in ("open-llm-leaderboard-old/contents", "open-llm-leaderboard/contents")
]
LISTING = REAL / "api" / "models_listing_2024-07-11.jsonl.gz"
TABLES: dict[str, Callable[[], Iterator[Table]]] = {
    "small": lambda: simulated.tables(7_000, 1, evaluations=6_000),
    "listing": lambda: chain(archive.read(BOARDS), hub.read([LISTING])),
    "simulated": lambda: simulated.tables(3_000_000, 1, evaluations=500_000),
}


def land(key: str, folder: Path) -> None:
    """Land the tables that have not landed yet."""
    landing = Landing(folder)
    for table in TABLES[key]():
        try:
            landing.land(table)
        except AlreadyLanded:
            continue


if __name__ == "__main__":
    land(sys.argv[1], Path(sys.argv[2]))
