"""Official benchmarks of an invented community: few models on each; entries are verified, merged or pending."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.sources.simulated.community import MERGE, QUANTIZED, Community, Ints
from oss_ai_monitor.sources.simulated.facts import DAY, seconds
from oss_ai_monitor.sources.table import connection

BENCHMARKS = {
    "sim-benchmarks/Riddles": (35, 8.0),
    "sim-benchmarks/Proofs": (22, -6.0),
    "sim-benchmarks/Recipes": (6, 30.0),
}
"""Id → the number of models on it, and how many points easier than the average it is."""
OPENED_ON = "2024-06-01"


def entries(community: Community) -> Iterator[duckdb.DuckDBPyRelation]:
    """Yield the entries of all benchmarks: a third verified, some pending, some undated, one model twice on each."""
    rows = []
    for number, (benchmark, (models, ease)) in enumerate(BENCHMARKS.items()):
        rng = np.random.default_rng([community.seed, 6, number])
        chosen = _choose_models(rng, community, models)
        years = (np.maximum(community.created[chosen], seconds("2023-01-01")) - seconds("2023-01-01")) / (365.25 * DAY)
        size = np.log2(np.nan_to_num(community.size[chosen], nan=1.0) + 1)
        values = np.clip(18 + ease + 11 * years + 3 * size + rng.normal(0, 6, len(chosen)), 1, 97).round(1)
        evaluated = np.maximum(
            community.available()[chosen] + rng.integers(0, 60, len(chosen)) * DAY, seconds(OPENED_ON)
        )
        for position, (name, value, evaluated_at) in enumerate(
            zip(community.names(chosen), values.tolist(), evaluated.tolist(), strict=True)
        ):
            is_late = evaluated_at > community.as_of.timestamp()
            day = None if position % 9 == 4 or is_late else datetime.fromtimestamp(evaluated_at, UTC).date().isoformat()
            entry = (benchmark, name, value, position % 3 == 0, 40 + position if position % 7 == 5 else None, day)
            rows.append((*entry, "no-tools" if position % 4 == 0 else None))
            if position == 0:  # another run of the same model, pending and better: the merged one stands for it
                rows.append((benchmark, name, min(value + 2.5, 99.0), False, 7, day, "with tools <b>and</b> `marks`"))
    rows.sort(key=lambda row: (row[0], -row[2], row[1]))
    names = ("benchmark_id", "model_id", "value", "verified", "pull_request", "evaluated_on", "notes")
    frame = pd.DataFrame(rows, columns=list(names))
    for name in ("benchmark_id", "model_id", "evaluated_on", "notes", "pull_request"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    frame.insert(0, "row_number", np.arange(1, len(rows) + 1))
    db = connection()
    db.register("reported", frame)
    yield db.sql(
        """
        select
            row_number,
            benchmark_id::varchar as benchmark_id,
            row_number() over (partition by benchmark_id order by row_number) as rank,
            model_id::varchar as model_id,
            value::double as value,
            verified,
            pull_request::bigint as pull_request,
            '.eval_results/' || lower(split_part(benchmark_id, '/', 2)) || '-' || row_number || '.yaml' as filename,
            'https://huggingface.co/' || model_id as source_url,
            'model card' as source_name,
            notes::varchar as notes,
            split_part(model_id, '/', 1) as author,
            evaluated_on::varchar as evaluated_on,
            'default' as task_id,
            null::json as extra,
        from reported
        order by row_number
        """
    )


def _choose_models(rng: np.random.Generator, community: Community, models: int) -> Ints:
    """Choose listed and dated real releases, some of their derivatives, and other models."""
    is_eligible = (
        community.is_text & community.listed & (community.created >= seconds("2023-06-01")) & ~np.isnan(community.size)
    )
    is_eligible &= (community.relation != QUANTIZED) & (community.relation != MERGE)
    real = np.array(
        [i for i, name in community.ids.items() if is_eligible[i] and not name.startswith("sim-")], dtype=np.int64
    )
    is_eligible[list(community.ids)] = False
    releases = rng.choice(real, min(len(real), models // 2), replace=False)
    derivatives = np.flatnonzero(is_eligible & np.isin(community.parents[:, 0], releases))
    derivatives = rng.choice(derivatives, min(len(derivatives), models // 3), replace=False)
    is_eligible[derivatives] = False
    others = rng.choice(np.flatnonzero(is_eligible), models - len(releases) - len(derivatives), replace=False)
    return np.sort(np.concatenate([releases, derivatives, others]))
