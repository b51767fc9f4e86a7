"""The simulator's own books: what any right warehouse must find in an invented community, counted without any SQL."""

from datetime import datetime
from pathlib import Path

from oss_ai_monitor.sources import simulated
from tests.oracle.books import Books, books_of


def books(
    models: int = simulated.MODELS,
    seed: int = 1,
    *,
    evaluations: int | None = None,
    as_of: datetime = simulated.AS_OF,
    seeds: Path | None = None,
) -> Books:
    """Return what must come out of `simulated.tables` with the same arguments; for up to 200,000 models."""
    community = simulated.community(models, seed, evaluations=evaluations, as_of=as_of, seeds=seeds)
    count = simulated.evaluations_of(models, evaluations)
    return books_of(community, {board: simulated.submissions(community, board, count) for board in ("v1", "v2")})
