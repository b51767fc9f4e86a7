"""A simulated community around real releases: the offline default, and data of any size for scale and load.

Puts an invented community (`community.py`) into each landed shape. The same seed gives the same rows in the same order.
Real ids are those of real releases; all scores are simulated.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.sources.simulated.adoption import Adoption
from oss_ai_monitor.sources.simulated.benchmarks import entries
from oss_ai_monitor.sources.simulated.boards import CLOSED_ON, TYPES, Evaluation, evaluations
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
from oss_ai_monitor.sources.simulated.facts import Seeds, index_of, kinds_of, seconds
from oss_ai_monitor.sources.simulated.hub import is_detailed, items, listing_order
from oss_ai_monitor.sources.simulated.scores import BENCHMARKS
from oss_ai_monitor.sources.simulated.vocabulary import OTHER
from oss_ai_monitor.sources.table import Table, connection

MODELS = 20_000
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
VERSION = 3
"""Part of the fingerprint; raise it when the same seed gives other rows."""
_TEXT = (
    *("eval_name", "precision", "type", "weight_type", "architecture", "model", "fullname", "model_sha", "hub_license"),
    *("date", "upload_to_hub_date", "submission_date", "base_model"),
)
_FLAGS = (
    *("available_on_hub", "merged", "moe", "flagged", "merged_inverted", "moe_inverted", "flagged_inverted"),
    *("chat_template", "official_providers"),
)
_NOTES = [
    "An invented community: owners, derivatives, dates, downloads and all scores are simulated.",
    "Ids of real releases and base models stand for these, with made-up figures.",
]


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
        yield _table(invented, f"leaderboard_{board}", models, count, _board(board, submitted))
    listed, adoption = listing_order(invented), Adoption(invented)
    yield _table(invented, "hub_listing", models, count, items(adoption, listed, is_detail=False))
    yield _table(invented, "hub_details", models, count, items(adoption, listed[is_detailed(listed)], is_detail=True))
    yield _table(invented, "hub_commits", models, count, commits(invented, listed[listed % 4 == 1]))
    yield _table(invented, "hub_benchmarks", models, count, entries(invented))


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
) -> Table:
    board = source.removeprefix("leaderboard_")
    is_board = board in CLOSED_ON
    parameters = f"models={models}&evaluations={count}&seed={invented.seed}&as_of={invented.as_of:%Y-%m-%d}"
    address = f"simulated:{source}?version={VERSION}&{parameters}"
    facts = b"".join(path.read_bytes() for path in sorted(invented.seeds.folder.glob("*.csv")))
    sent = "inverted" if board == "v1" else "as sent"
    return Table(
        source=source,
        addresses=(address,),
        fingerprint=hashlib.sha256(address.encode() + facts).hexdigest(),
        relations=relations,
        as_of=datetime.fromisoformat(CLOSED_ON[board]).replace(tzinfo=UTC) if is_board else invented.as_of,
        as_of_rule="simulated",
        polarity={"flagged": sent, "moe": sent, "merged": sent} if is_board else None,
        notes=list(_NOTES),
        is_simulated=True,
        seed=invented.seed,
    )


def _board(board: str, submitted: list[Evaluation]) -> Iterator[duckdb.DuckDBPyRelation]:
    """Yield a board's rows with the booleans of its archive, which are inverted on v1."""
    is_v1 = board == "v1"
    link = '<a target="_blank" href="https://huggingface.co/{0}">{0}</a>'
    names = [e.fullname.replace("<", "&lt;").replace('"', "&quot;") for e in submitted]
    columns: dict[str, list[object]] = {
        "eval_name": [e.eval_name for e in submitted],
        "precision": [e.precision for e in submitted],
        "type": [TYPES[e.type] for e in submitted],
        "weight_type": [e.weight_type for e in submitted],
        "architecture": [e.architecture for e in submitted],
        "model": ["<p>Baseline</p>" if e.model < 0 else link.format(n) for e, n in zip(submitted, names, strict=True)],
        "fullname": [e.fullname for e in submitted],
        "model_sha": [e.revision for e in submitted],
        "average": [e.score for e in submitted],
        "hub_license": [e.license for e in submitted],
        "hub_likes": [e.likes for e in submitted],
        "params_b": [e.parameters_b for e in submitted],
        "available_on_hub": [e.available for e in submitted],
        "merged": [(e.type == "merge") != is_v1 for e in submitted],
        "moe": [e.moe != is_v1 for e in submitted],
        "flagged": [e.flagged != is_v1 for e in submitted],
        "merged_inverted": [is_v1] * len(submitted),
        "moe_inverted": [is_v1] * len(submitted),
        "flagged_inverted": [is_v1] * len(submitted),
    }
    if is_v1:
        columns["date"] = [
            f"{e.submitted_on}T{e.model % 24:02d}:{e.model % 60:02d}:00Z" if e.submitted_on else "" for e in submitted
        ]
    columns["chat_template"] = [e.chat_template for e in submitted]
    if not is_v1:
        columns["co2_cost_kg"] = [round(0.2 + max(e.parameters_b, 0) * 0.13, 6) for e in submitted]
        columns["official_providers"] = [e.official for e in submitted]
        columns["upload_to_hub_date"] = [e.uploaded_on and str(e.uploaded_on) for e in submitted]
        columns["submission_date"] = [e.submitted_on and str(e.submitted_on) for e in submitted]
        columns["generation"] = [0 if e.base_model == e.fullname else 1 for e in submitted]
        columns["base_model"] = [e.base_model for e in submitted]
    for i, benchmark in enumerate(BENCHMARKS[board]):
        columns[benchmark] = [e.scores[i] for e in submitted]
    for i, benchmark in enumerate(() if is_v1 else BENCHMARKS[board]):
        columns[f"{benchmark}_raw"] = [round(0.1 + e.scores[i] / 125, 6) for e in submitted]
    types = dict.fromkeys(_TEXT, "varchar") | dict.fromkeys(_FLAGS, "boolean")
    types |= {"hub_likes": "bigint", "generation": "bigint"}
    frame = pd.DataFrame(  # object columns keep None apart from NaN
        {name: pd.Series(values, dtype=object if name in types else None) for name, values in columns.items()}
    )
    frame.insert(0, "row_number", np.arange(1, len(submitted) + 1, dtype=np.int64))
    db = connection()
    db.register("submitted", frame)
    # the boards have no NULL numbers: restore the NaN that pandas turned into NULL
    cast = [
        f"{name}::{types[name]} as {name}" if name in types else f"coalesce({name}::double, 'nan'::double) as {name}"
        for name in columns
    ]
    yield db.sql(f"select row_number, {', '.join(cast)}, null::json as extra from submitted")
