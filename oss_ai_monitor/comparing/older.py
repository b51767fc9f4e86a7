"""What a generation says that older rules built of the same snapshots: of this version's tables, or of earlier ones.

Tables of another shape are read column by column, of what a figure needs alone; where one of them is not there, the
reason is said instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from ..warehouse import SHAPE, Damaged, Outdated, Warehouse, connect, generation_identities
from .details import Facts, facts_of
from .ends import folder_of
from .figures import AVERAGE, Figure
from .models import models_of

UNREADABLE = (duckdb.Error, Damaged, Outdated, OSError)
NAME_HASH = "hash(lower(model_id), reverse(lower(model_id)))"
"""What the macro hash_of_name gives, which generations of earlier versions have not."""
COLUMNS: Mapping[str, str] = {
    "score": "if(type = 'pending', null, {score})",
    "evaluation_hash": "0",
    "nominal_b": "nominal_b",
    "downloads_30d": "downloads_30d",
    "is_dated": "appeared_on is not null",
    "is_fine_tuned": "coalesce(type in ('fine-tuned', 'finetune'), false)",
    "is_permissive": "coalesce(license_class = 'permissive', false)",
    "is_merge": "coalesce(is_merge, false)",
    "is_derived": "coalesce(is_derived, false)",
    "is_text_generation": "coalesce(is_text_generation, false)",
    "is_gated": "coalesce(access in ('auto', 'manual'), false)",
}
"""Column of compared_models → how it is read of marts.models, whose columns may be fewer in an earlier shape."""


class NotReadable(Exception):
    """A generation cannot say the figure; the message is for readers."""


@dataclass(frozen=True)
class Older:
    """A generation of the same snapshots that other rules built: its file, their version, the number of its shape."""

    path: Path
    rules: str
    shape: int


def older_rules_of(warehouse: Warehouse) -> Older | None:
    """Return the newest generation beside an open one that other rules built of its snapshots; None if none is."""
    identity = warehouse.identity
    if identity is None:
        return None
    others = [
        (path.name, Older(path, other.rules, other.shape))
        for other, path in generation_identities(folder_of(warehouse))
        if other.snapshot_id == identity.snapshot_id and other.rules_that_build != identity.rules_that_build
    ]
    return max(others, key=lambda one: one[0], default=("", None))[1]


def older_models(older: Older, dataset: str, figure: Figure) -> pd.DataFrame:
    """Return the rows that `models_of` returns, of a generation of older rules. Raises NotReadable, with the reason."""
    if older.shape == SHAPE:
        try:
            with closing(Warehouse(older.path)) as opened:
                return _of_dataset(models_of(opened, dataset, figure), dataset)
        except UNREADABLE:  # read as one of another shape
            pass
    with _connected(older) as db:
        score = "score" if figure.benchmark == AVERAGE else f"scores[{_score_index(db, dataset, figure)}]"
        relation = "marts.models" if figure.benchmark == AVERAGE else "marts.evaluated_models"
        columns = "".join(f", {COLUMNS[name].format(score=score)} as {name}" for name in figure.columns)
        return _of_dataset(
            db.execute(
                f"select {NAME_HASH} as name_hash{columns} from {relation} where dataset = $dataset order by name_hash",
                {"dataset": dataset},
            ).df(),
            dataset,
        )


def older_facts(older: Older, dataset: str, names: np.ndarray) -> dict[int, Facts]:
    """Return what an older generation holds of a few models by the hashes of their names; none where it cannot say."""
    try:
        with closing(Warehouse(older.path)) as opened:
            return dict(facts_of(opened, dataset, [int(name) for name in names]))
    except UNREADABLE:
        return {}


@contextmanager
def _connected(older: Older) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file by itself. Raises NotReadable for what it lacks."""
    try:
        with connect(older.path, read_only=True) as db:
            yield db
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        lacking = " ".join(str(error).partition("\n")[0].split())[:120]
        raise NotReadable(f"its tables, of shape {older.shape}, lack what the figure reads ({lacking})") from error
    except (duckdb.Error, OSError) as error:
        raise NotReadable("its file cannot be read") from error


def _score_index(db: duckdb.DuckDBPyConnection, dataset: str, figure: Figure) -> int:
    """Return where the score of a benchmark stands in a list of scores, from 1: the mean is the first."""
    rows: list[Any] = db.execute(
        "select rank from core.benchmarks where leaderboard = $dataset and benchmark = $benchmark",
        {"dataset": dataset, "benchmark": figure.benchmark},
    ).fetchall()
    if not rows:
        raise NotReadable(f"its rules have no benchmark {figure.benchmark}")
    return int(rows[0][0]) + 1


def _of_dataset(rows: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Return the rows. Raises NotReadable where there are none: then the generation has no such dataset."""
    if rows.empty:
        raise NotReadable(f"it has no dataset {dataset}")
    return rows
