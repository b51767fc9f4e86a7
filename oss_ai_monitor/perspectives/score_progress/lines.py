"""The lines of score progress: the best so far, trends, medians and quartiles."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...charts import Band, Path, date_text, ends, milliseconds, open_rows, trend
from ..copies import with_notes
from ..selection import Selection

PALE = 0.35
GAP = np.array([np.nan])
RUNNING, MEDIAN = "best so far", "median, quartiles"
SUMMARY = {RUNNING: "#8E6BD8", MEDIAN: "#8E6BD8"}  # a violet that no type has
SPREAD = (  # column, word, pixels
    ("lower_quartile", "lower quartile", 1.0),
    ("upper_quartile", "upper quartile", 1.0),
    ("median", "median", 2.5),
)


def best_so_far(records: pd.DataFrame, selection: Selection, original_of: Mapping[str, str]) -> list[Path]:
    """Return the best score so far as steps to the end of the range, one for each record, named after its holder."""
    start, end = milliseconds(selection.dates[:1]), ends(selection.dates[1:], "day")
    days = np.maximum(milliseconds(records["appeared_on"]), start)
    lefts, rights = days, np.append(days, end)[1:]
    score = records["score"].to_numpy("float64")
    previous_scores = np.append(score[:1], score[:-1])
    holders = [holder(record, original_of) for record in records.to_dict("records")]
    return [
        Path(f"{RUNNING}, {name}", RUNNING, np.array([left, left, right]), np.array([low, high, high]), wide=2.2)
        for name, left, right, low, high in zip(holders, lefts, rights, previous_scores, score, strict=True)
    ]


def holder(record: dict[Hashable, Any], original_of: Mapping[str, str]) -> str:
    """Return the holder of a record, whose copy it is, and its day: tin/model (5 Feb 2024)."""
    return with_notes(record["model_id"], original_of, date_text(record["appeared_on"]))


def best_models(answer: pd.DataFrame) -> pd.DataFrame:
    rows = answer[answer["score"].notna()]
    return rows.assign(date=rows["appeared_on"], alpha=np.where(open_rows(rows), PALE, 0.9))


def trends_of(best: pd.DataFrame) -> list[Path]:
    """Return a smooth trend of each type over its complete periods, if there are at least eight."""
    kind, x, y = best["type"].to_numpy(object), milliseconds(best["appeared_on"]), best["score"].to_numpy("float64")
    is_complete = ~open_rows(best)
    kind, x, y = kind[is_complete], x[is_complete], y[is_complete]
    lines = {name: trend(x[kind == name], y[kind == name]) for name in dict.fromkeys(kind)}
    return [Path(str(name), str(name), *line) for name, line in lines.items() if len(line[0])]


def spread_of(models: pd.DataFrame, unit: str) -> tuple[list[Path], Band]:
    """Return median and quartiles as steps over the periods, with gaps where there are fewer than ten models."""
    rows = models.drop_duplicates("period")
    rows = rows[rows["median"].notna()]
    left, right = milliseconds(rows["period"]), ends(rows["period"], unit)
    runs = np.split(np.arange(len(rows)), np.flatnonzero(left[1:] > right[:-1]) + 1) if len(rows) else []
    x = [np.column_stack([left[at], right[at]]).ravel() for at in runs]
    y = {column: [np.repeat(rows[column].to_numpy("float64")[at], 2) for at in runs] for column, *_ in SPREAD}
    columns_to_draw = SPREAD if unit != "day" else [("median", "median", 1.2)]  # quartiles by day are hard to read
    broken = [part for corners in x for part in (corners, corners[-1:])]
    lines = [
        Path(f"{word} of all models", MEDIAN, _joined(broken), _joined([p for c in y[column] for p in (c, GAP)]), wide)
        for column, word, wide in columns_to_draw
    ]
    # between runs of periods the band has no height
    around = [part for corners in x for part in (corners[:1], corners, corners[-1:])]
    low, high = (
        [
            part
            for corners, middle in zip(y[edge], y["median"], strict=True)
            for part in (middle[:1], corners, middle[-1:])
        ]
        for edge in ("lower_quartile", "upper_quartile")
    )
    return lines, Band(MEDIAN, _joined(around), _joined(low), _joined(high))


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.array([])
