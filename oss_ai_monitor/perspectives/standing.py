"""What every picture of a perspective stands on: snapshot, rules, and what was left out."""

from __future__ import annotations

from ..plots import date_text, number_text
from .perspective import Perspective


def stands_on(perspective: Perspective) -> str:
    """What every picture of a dataset stands on, and what the dataset leaves out."""
    filters = perspective.filters
    about = filters.about
    rules = filters.rules()
    dated = ", ".join(f"{number_text(n)} {rule}" for rule, n in rules.items())
    parts = [
        f"Snapshot {about['as_of'].date()}",
        f"{number_text(about['models'])} models: {number_text(about['dated'])} dated ({dated}), "
        f"{number_text(about['undated'])} undated and not drawn",
    ]
    parts += filters.left_out()
    if filters.has_scores:
        parts += [
            f"{number_text(about['folded'])} repeated evaluations folded",
            f"{number_text(about['flagged'])} flagged left out",
        ]
    if filters.kind == "leaderboard":
        parts += [
            f"still filling: younger than {number_text(about['lag_days'])} days at {date_text(about['as_of'])}",
            "self-submitted models, not a sample",
        ]
    if filters.kind == "benchmark":
        parts.append("few models, reported by whoever wished to; pending results are not merged yet and set no record")
    if perspective.left_out_text:
        parts.append(perspective.left_out_text)
    return " · ".join(parts)
