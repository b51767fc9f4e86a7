"""What every picture of a perspective stands on: snapshot, rules, filters, and what was left out."""

from __future__ import annotations

from ..plots import date_text, number_text
from .perspective import Perspective


def stands_on(perspective: Perspective) -> str:
    """What every picture of a dataset stands on, and what the dataset leaves out."""
    filters = perspective.filters
    about = filters.about
    parts = [
        f"Snapshot {about['as_of'].date()}",
        ", ".join([f"{number_text(about['models'])} models", *filters.left_out()]),
        "dated by: " + ", ".join(f"{rule} {number_text(n)}" for rule, n in filters.rules().items()),
    ]
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


def looks_at(perspective: Perspective) -> str:
    """The filters and own choices of a perspective, in words."""
    filters = perspective.filters
    start, end = filters.dates
    said = [f"{date_text(start)} to {date_text(end)}", f"by {filters.unit}"]
    said.append(f"size (B parameters) {', '.join(filters.sizes)}" if filters.sizes else "all sizes")
    if filters.has_scores:
        said.append(filters.score_name)
    else:
        switches = {
            "text generation only": filters.text_generation,
            "without quantized and adapters": filters.hide_derived,
            "downloaded in 30 days": filters.downloaded,
        }
        said += [name for name, is_on in switches.items() if is_on]
    differs = perspective.address()
    said += [
        f"{label}: {_chosen(perspective, name)}" for name, label in perspective.controls().items() if name in differs
    ]
    return "; ".join(said)


def _chosen(perspective: Perspective, name: str) -> str:
    """An own parameter as a reader knows it: by its label where it has one."""
    value, parameter = getattr(perspective, name), perspective.param[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    labels = {choice: label for label, choice in (getattr(parameter, "names", None) or {}).items()}
    if isinstance(value, list):
        return ", ".join(str(labels.get(one, one)) for one in value) or "none"
    return str(labels.get(value, value))
