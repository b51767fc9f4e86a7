"""The evaluations of a board in the shape of its archive."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.sources.simulated.boards import TYPES, Evaluation
from oss_ai_monitor.sources.simulated.scores import BENCHMARKS
from oss_ai_monitor.sources.table import connection

_TEXT = (
    *("eval_name", "precision", "type", "weight_type", "architecture", "model", "fullname", "model_sha", "hub_license"),
    *("date", "upload_to_hub_date", "submission_date", "base_model"),
)
_FLAGS = (
    *("available_on_hub", "merged", "moe", "flagged", "merged_inverted", "moe_inverted", "flagged_inverted"),
    *("chat_template", "official_providers"),
)


def archive(board: str, submitted: list[Evaluation]) -> Iterator[duckdb.DuckDBPyRelation]:
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
