"""The models of the most active authors: the sentence about them, their lines and the texts of the hover."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...charts import Path, Span, date_text, milliseconds, number_text
from ...plurals import counted
from ..selection import Selection

A_DAY = 86_400_000.0  # milliseconds


def most_active(answer: pd.DataFrame, selection: Selection, by: str) -> str:
    """Return a sentence about the most active authors and what they publish; `by` is owners or contributors."""
    if answer.empty:
        return "Nobody's model appeared in this range."
    first, top = answer.iloc[0], answer[answer["is_top"]]
    authors = top["author"].nunique()
    start, end = selection.dates
    share = (
        f"published {number_text(first['of_the_ten'])} of {counted(first['total'], f'new {selection.task_text}model')} "
        f"({first['of_the_ten'] / first['total']:.0%}) from {date_text(start)} to {date_text(end)}"
    )
    if authors == 1:
        summary = f"Only {first['author']} {share}."
    else:
        number = "ten" if authors == 10 else number_text(authors)
        ties = " (ties at ten are all counted)" if authors > 10 else ""
        summary = f"The {number} most active {by}{ties} {share}; {_leaders(top)}."
    best = best_of(answer, selection)
    if best is None:
        return summary
    description = {1: "these models", 2: "the models of both"}.get(authors) or f"the models of all {number}"
    score = f"The best {selection.score_name} among {description}"
    return f"{summary} {score}: {best['score']:.1f} points, by {best['model_id']}."


def best_of(answer: pd.DataFrame, selection: Selection) -> pd.Series | None:
    """Return the best model of the most active authors; None where there are no scores."""
    top = answer[answer["is_top"]]
    if not selection.has_scores or top["score"].isna().all():
        return None
    best: pd.Series = top.loc[top["score"] == top["score"].max()].sort_values("model_id").iloc[-1]
    return best


def hatched_ranges(rows: pd.DataFrame, span: Span) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the ranges at both ends of the axis whose periods are incomplete, or lack submissions."""
    if rows.empty:
        return None
    until = milliseconds(rows["hatched_until"].iloc[:1]) + A_DAY
    since = milliseconds(rows["hatched_from"].iloc[:1])
    left, right = np.append(span.left, since), np.append(until, span.right)
    is_finite = np.isfinite(left) & np.isfinite(right)
    return left[is_finite], right[is_finite]


def _leaders(top: pd.DataFrame) -> str:
    """Return who has most models, one or several."""
    first = top[top["rank"] == 1]
    names, models = list(dict.fromkeys(first["author"])), number_text(first["author_models"].iloc[0])
    if len(names) == 1:
        return f"{names[0]} has most, {models}"
    if len(names) > 3:
        return f"{len(names)} have most, {models} each"
    return f"{', '.join(names[:-1])} and {names[-1]} have most, {models} each"


def joined_lines(scored: pd.DataFrame) -> list[Path]:
    """Return a line through the scores of each author, in the order of time."""
    author, x, y = scored["author"].to_numpy(object), milliseconds(scored["date"]), scored["score"].to_numpy("float64")
    return [Path(name, name, x[author == name], y[author == name], 1.2) for name in dict.fromkeys(author)]


def with_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the texts of scores and dates for the hover."""
    scores = [f"{score:.1f}" if pd.notna(score) else "none" for score in rows["score"]]
    return rows.assign(score_text=scores, submitted_text=[date_text(day) for day in rows["submitted_on"]])
