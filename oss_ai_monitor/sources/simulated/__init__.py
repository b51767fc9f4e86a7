"""A simulated community around real releases: the offline default, and data of any size for scale and load.

Puts an invented community (`community.py`) into each landed shape. The same seed gives the same rows in the same order.
Real ids are those of real releases; all scores are simulated.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np

from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources.simulated.adoption import DAILY, DAYS, SELECT, Adoption
from oss_ai_monitor.sources.simulated.archives import archive
from oss_ai_monitor.sources.simulated.benchmarks import entries
from oss_ai_monitor.sources.simulated.boards import CLOSED_ON, Evaluation, evaluations
from oss_ai_monitor.sources.simulated.commits import commits
from oss_ai_monitor.sources.simulated.community import (
    CREATED_AT_FLOOR,
    Community,
    architectures,
    declare,
    moments,
    owners,
)
from oss_ai_monitor.sources.simulated.explicit import add_explicit, explicit_models
from oss_ai_monitor.sources.simulated.fact_changes import fact_changes
from oss_ai_monitor.sources.simulated.facts import Seeds, index_of, kinds_of, seconds
from oss_ai_monitor.sources.simulated.hub import is_detailed, items, listing_order
from oss_ai_monitor.sources.simulated.vocabulary import OTHER
from oss_ai_monitor.sources.table import Table

MODELS = 20_000
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
VERSION = 3
"""Part of the fingerprint; raise it when the same seed gives other rows."""
_NOTES = [
    "An invented community: owners, derivatives, dates, downloads and all scores are simulated.",
    "Ids of real releases and base models stand for these, with made-up figures.",
]


@dataclass(frozen=True)
class History:
    """Listings of many days as one long table: a select over the Parquet files `paths` of day, n, model_id, hub_id,
    downloads_30d, downloads_all_time, likes and last_modified."""

    paths: tuple[Path, ...]
    select: str
    days: int
    addresses: tuple[str, ...]
    fingerprint: str
    seed: int
    notes: tuple[str, ...]
    changes: Table
    """What the listings show to be declared anew."""
    source: str = "hub_listing"
    revision: str | None = None
    as_of_rule: str = "simulated"
    is_simulated: bool = True


def tables(
    models: int = MODELS,
    seed: int = 1,
    *,
    evaluations: int | None = None,
    as_of: datetime = AS_OF,
    seeds: Path | None = None,
) -> Iterator[Table]:
    """Yield the two boards, the Hub's listing, details, commits and official benchmarks of one invented community.

    `models` repositories are in the listing (1,000 to 3,000,000), about `evaluations` of them on each board (by
    default 3 in 20, at most 5,000). `seeds` is the folder of the curated facts, by default the project's own.
    """
    invented = community(models, seed, evaluations=evaluations, as_of=as_of, seeds=seeds)
    count = evaluations_of(models, evaluations)
    for board in ("v1", "v2"):
        submitted = submissions(invented, board, count)
        yield _table(invented, f"leaderboard_{board}", models, count, archive(board, submitted))
    listed, adoption = listing_order(invented), Adoption(invented)
    yield _table(invented, "hub_listing", models, count, items(adoption, listed, is_detail=False))
    yield _table(invented, "hub_details", models, count, items(adoption, listed[is_detailed(listed)], is_detail=True))
    yield _table(invented, "hub_commits", models, count, commits(invented, listed[listed % 4 == 1]))
    yield _table(invented, "hub_benchmarks", models, count, entries(invented))


@contextmanager
def history(
    models: int = MODELS,
    seed: int = 1,
    *,
    evaluations: int | None = None,
    as_of: datetime = AS_OF,
    seeds: Path | None = None,
    days: int = DAYS,
    daily: int = DAILY,
) -> Iterator[History]:
    """Write the listings of the community of `tables` on days up to `as_of`; the files last as long as the context.

    There is one for each of the last `daily` of `days`, and for each Sunday before them, except where days are missing.
    """
    invented = community(models, seed, evaluations=evaluations, as_of=as_of, seeds=seeds)
    adoption = Adoption(invented)
    recorded = adoption.days(days, daily)
    more = f"&days={days}&daily={daily}"
    address, fingerprint = _identity(invented, "hub_adoption", models, evaluations_of(models, evaluations), more)
    with tempfile.TemporaryDirectory(prefix="oss-ai-monitor-") as folder:
        paths = adoption.write(Path(folder), recorded)
        changes = _table(
            invented,
            "hub_fact_changes",
            models,
            evaluations_of(models, evaluations),
            fact_changes(adoption, recorded),
            more,
        )
        changes.adds_to = "hub_fact_changes"
        notes = (_NOTES[0], _extent(days, daily, adoption.missing(days, daily)))
        yield History(paths, SELECT, len(recorded), (address,), fingerprint, seed, notes, changes)


def _extent(days: int, daily: int, missing: int) -> str:
    """Return on which days there are listings, and on how many of these there is none."""
    sundays = f": the last {daily} one by one, of those before them the Sundays" if days > daily else ""
    lack = (
        f"{missing} of them {verb_after(missing, 'has', 'have')} no listing"
        if missing
        else "each of them has a listing"
    )
    return f"{counted(days, 'day')}{sundays}; {lack}"


def evaluations_of(models: int, requested: int | None) -> int:
    """Return how many models a board evaluates."""
    return min(models * 3 // 20, 5000) if requested is None else requested


def community(
    models: int = MODELS,
    seed: int = 1,
    *,
    evaluations: int | None = None,
    as_of: datetime = AS_OF,
    seeds: Path | None = None,
) -> Community:
    """Return a community with `models` listed repositories, and a few more that have been removed from the listing."""
    if as_of < datetime(2025, 4, 1, tzinfo=UTC):
        raise ValueError(f"as of {as_of:%Y-%m-%d} the boards were still open; ask for 2025-04-01 or later")
    facts = Seeds(seeds)
    kinds = kinds_of(facts)
    explicit = explicit_models(facts, kinds, as_of)
    rng = np.random.default_rng([seed, 1])
    removed = max(evaluations_of(models, evaluations) // 12, 8)
    bulk = models - sum(model.listed for model in explicit)
    if bulk < 500:
        raise ValueError(
            f"{models} models are too few: the real ones and the traps are {models - bulk}; ask for 1000 at least"
        )
    total, last, at_floor = bulk + removed, int(as_of.timestamp()), bulk // 25
    created = np.concatenate(
        [
            CREATED_AT_FLOOR + (rng.random(at_floor) < 0.74).astype(np.int64),
            moments(rng, bulk - at_floor, seconds("2022-03-03"), last),
            moments(rng, removed, seconds("2023-06-01"), seconds("2025-02-20")),
        ]
    )
    kind = architectures(rng, created, kinds)
    first_other = len(kinds) - len(OTHER) - 1
    kind[bulk:] = np.where(kind[bulk:] >= first_other, index_of(kinds, "llama"), kind[bulk:])
    undated = rng.random(total) < 0.0015
    undated[bulk:] = False
    invented = Community(
        seed=seed,
        as_of=as_of,
        kinds=kinds,
        seeds=facts,
        created=created,
        owner=owners(rng, created, total),
        kind=kind,
        relation=np.zeros(total, dtype=np.int64),
        old_form=np.zeros(total, dtype=bool),
        parents=np.full((total, 2), -1, dtype=np.int64),
        size=np.full(total, np.nan),
        listed=np.arange(total) < bulk,
        is_text=kind < first_other,
    )
    add_explicit(invented, explicit)
    declare(rng, invented, bulk, removed)
    invented.created[:total][undated] = -1
    return invented


def submissions(invented: Community, board: str, count: int) -> list[Evaluation]:
    """Every evaluation of a board, in the order of its archive."""
    return evaluations(invented, board, count)


def _table(
    invented: Community,
    source: str,
    models: int,
    count: int,
    relations: Iterator[duckdb.DuckDBPyRelation],
    more: str = "",
) -> Table:
    board = source.removeprefix("leaderboard_")
    is_board = board in CLOSED_ON
    address, fingerprint = _identity(invented, source, models, count, more)
    sent = "inverted" if board == "v1" else "as sent"
    return Table(
        source=source,
        addresses=(address,),
        fingerprint=fingerprint,
        relations=relations,
        as_of=datetime.fromisoformat(CLOSED_ON[board]).replace(tzinfo=UTC) if is_board else invented.as_of,
        as_of_rule="simulated",
        polarity={"flagged": sent, "moe": sent, "merged": sent} if is_board else None,
        notes=list(_NOTES),
        is_simulated=True,
        seed=invented.seed,
    )


def _identity(invented: Community, source: str, models: int, count: int, more: str = "") -> tuple[str, str]:
    """Return the address of a simulated source, which has its parameters, and its fingerprint."""
    parameters = f"models={models}&evaluations={count}&seed={invented.seed}&as_of={invented.as_of:%Y-%m-%d}{more}"
    address = f"simulated:{source}?version={VERSION}&{parameters}"
    facts = b"".join(path.read_bytes() for path in sorted(invented.seeds.folder.glob("*.csv")))
    return address, hashlib.sha256(address.encode() + facts).hexdigest()
