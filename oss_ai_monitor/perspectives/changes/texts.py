"""Sentences of changes: what happened to the most used model, what each kind means, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...plurals import counted
from ..copies import with_notes
from ..phrases import between, enumerated
from .sources import LABELS

NONE = "none"
OF_A_FACT = ("licence", "gating", "base", "parameters", "task")
"""Kinds that are changes of something that is declared."""
NOUNS = {
    "licence": "licence",
    "gating": "access",
    "base": "base model",
    "parameters": "number of parameters",
    "task": "task",
}
GATING = {"false": "open", "auto": "gated (terms to agree to)", "manual": "gated (the owner decides)"}
LONGEST = 80
ALONE = "Other kinds of change cannot be seen yet: only one snapshot of each source has landed."
DETAILS = (
    "A change stands on the day of the listing or snapshot that shows it first, so it happened between that day and "
    "the one before. What a repository declares, and that it is gone or back, counts once two listings in a row show "
    "it. Parameters are those that the Hub counts in the files, so packed weights count less. Scores are the same up "
    "to 0.005 points of 100. A record belongs to the day on which its model appeared, by today's evaluations."
)


def value_text(kind: str, value: Any) -> str:
    """Return what a repository declared in words; none for nothing."""
    if value is None or pd.isna(value) or not str(value):
        return NONE
    text = str(value)
    if kind == "gating":
        return GATING.get(text, text)
    if kind == "parameters" and text.isdigit():
        return f"{int(text):,}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def change_text(row: Any, original_of: Mapping[str, str]) -> str:
    """Return one line of changes in words, without its day: a/b: licence from none to mit.

    Of a record or a first place it says whose copy the model is, where it is one.
    """
    name = str(row.model_id)
    before, after = value_text(row.kind, row.before), value_text(row.kind, row.after)
    if row.models > 1 and row.kind != "rescored":
        name = f"{number_text(row.models)} repositories of {row.owner}"
    elif row.models > 1:
        name = f"{number_text(row.models)} models"
    match row.kind:
        case "appeared" | "gone" | "back":
            return f"{name}: {row.kind}"
        case "renamed":
            return f"{name}: renamed" + ("" if row.models > 1 else f" from {before}")
        case "rescored":
            scores = "" if row.models > 1 else f" from {before} to {after}"
            return f"{name}: rescored on {row.subject_text}{scores}"
        case "record":
            name = with_notes(name, original_of)
            return f"{name}: record on {row.subject_text}, {after}" + (f" after {before}" if before != NONE else "")
        case "first place":
            name = with_notes(name, original_of)
            return f"{name}: first place on {row.subject_text}" + (f" after {before}" if before != NONE else "")
    if row.kind == "gating":
        return f"{name}: {NOUNS[row.kind]}, {after} instead of {before}"
    return f"{name}: {NOUNS[row.kind]} from {before} to {after}"


def sentence(
    by_kind: pd.DataFrame,
    lines: pd.DataFrame,
    dates: tuple[Any, Any],
    reach: Mapping[str, Any],
    original_of: Mapping[str, str],
) -> str:
    """Return how many changes there were, of which kinds, and the one of the most used model."""
    is_compared = _is_compared(reach)
    counts = by_kind.groupby("kind", sort=False)["changes"].sum()
    counts = counts[counts > 0].sort_values(ascending=False, kind="stable")
    if counts.empty or lines.empty:
        if not is_compared:
            return "No change can be seen yet: only one snapshot of each source has landed."
        return f"Nothing of these kinds changed from {between(*dates)}, as far as snapshots are compared."
    kinds = [_counted(str(kind), int(n)) for kind, n in counts.head(3).items()]
    more = f" and {number_text(int(counts[3:].sum()))} of other kinds" if len(counts) > 3 else ""
    first = lines.iloc[0]
    listed = ", ".join(kinds) + more if more else enumerated(kinds)
    most = (
        f" The most used: {change_text(first, original_of)} ({date_text(first['day'])})."
        if pd.notna(first["downloads_30d"])
        else ""
    )
    alone = "" if is_compared else f" {ALONE}"
    return f"{counted(int(counts.sum()), 'change')} from {between(*dates)}: {listed}.{most}{alone}"


def _counted(kind: str, n: int) -> str:
    """Return so many changes of a kind in words: “3 of licence”, “2 records”, “5 gone”."""
    if kind in OF_A_FACT:
        return f"{number_text(n)} of {LABELS[kind]}"
    return counted(n, LABELS[kind]) if kind in ("record", "first place") else f"{number_text(n)} {LABELS[kind]}"


def _is_compared(reach: Mapping[str, Any]) -> bool:
    """Return whether any two snapshots of one source are compared."""
    return bool(reach["compared_days"] or reach["declared_days"] or reach["board_pairs"])


def left_out(reach: Mapping[str, Any]) -> list[str]:
    """Return what is not compared, and what waits for a second listing."""
    notes = []
    if reach["unconfirmed"]:
        notes.append(f"{counted(int(reach['unconfirmed']), 'change')} that only the latest listing shows")
    if not reach["declared_days"]:
        notes.append("licence, access, base model, parameters and task: no two full listings are compared")
    if not reach["board_pairs"]:
        notes.append("rescored and first place: no two snapshots of a leaderboard are compared")
    if not reach["compared_days"]:
        notes.append("appeared, gone, back and renamed: no two full listings are compared")
    return notes


def empty_reason(reach: Mapping[str, Any], dates: tuple[Any, Any]) -> str:
    """Return why nothing is shown, and what to do about it."""
    if not _is_compared(reach):
        return (
            "Changes are what differs between two snapshots of a source. "
            "They come with the next full listing of the Hub."
        )
    days = int(reach["compared_days"])
    compared = f" {counted(days, 'listing')} up to {date_text(reach['last_on'])} are compared." if days else ""
    return f"Nothing of these kinds changed from {between(*dates)}.{compared} Widen the dates, or choose other kinds."
