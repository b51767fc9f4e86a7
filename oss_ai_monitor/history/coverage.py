"""How much of the Hub a long table covers: its ids beside those of the newest full listing."""

from dataclasses import dataclass

from oss_ai_monitor.landing import Landing, Manifest, verify
from oss_ai_monitor.patterns import pattern

from . import scratch
from .adoption import LISTING
from .figures import DailyFigures


@dataclass(frozen=True)
class Coverage:
    """Ids of a table, how many of them the newest full listing has, and how many that listing has in all."""

    ids: int
    listed: int
    listing: int
    run: Manifest


def coverage(landing: Landing, figures: DailyFigures) -> Coverage | None:
    """Compare the ids of a table with the newest full listing; None if no listing has landed. Raises Damaged."""
    run = landing.latest(LISTING)
    if run is None:
        return None
    verify([run])
    with scratch.connection() as db:
        ((ids, listed, listing),) = db.execute(
            f"""
            with listed as (
                select distinct trim(id) as model_id from read_parquet($listing)
            ),
            sent as (
                select distinct model_id from ({figures.select})
            )
            select
                (select count(*) from sent),
                (select count(*) from sent semi join listed using (model_id)),
                (select count(*) from listed)
            """,
            {"listing": [pattern(path) for path in run.paths], "paths": [pattern(path) for path in figures.paths]},
        ).fetchall()
    return Coverage(ids, listed, listing, run)
