"""Texts of the finder: which model is best under the choices, whether it leads clearly, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...plurals import counted
from .. import regions
from ..copies import with_notes
from ..phrases import decimal_text, enumerated
from ..selection import Selection

CONTAMINATION = (
    "A leaderboard does not see whether a model was trained on its questions: what it flagged is left out, other such "
    "models may be among the best."
)
MEMORY = (
    "Memory is from parameters × bits a weight ÷ 8, for the weights alone: running a model takes more. The sizes of "
    "files, of GGUF ones too, have not landed: the Hub names them only in a further answer about each model."
)
SIZES = (
    "A size is in doubt where a claim about it is rejected, or where the model scores over two points more than every "
    "model of up to eight times its size (of up to twice where its size is a whole number that may be read out of its "
    "name)."
)
NOMINAL = (
    "A limit on sizes is by the size as people call it: the number in a name where it is within a quarter of the "
    "parameters, else the number in most names of models of nearly as many parameters, else the rounded parameters."
)
CUT_OFF = "This leaderboard cuts sizes off: 3 stands for 3 to 4."
SEEN = (
    "A model counts from the day when it appeared; an undated one from the day of its first submission, for it was "
    "there by then."
)
SAME = "Repositories with the same score on every benchmark are one candidate, the earliest."
NAMED, NAME_LENGTH = 3, 96
"""Chosen base models that the sentence names, and the most characters of a name: an address may hold any text."""
USUALLY_DIFFER = "repeated evaluations of a model differ in the median"
UNKNOWN_DOWNLOADS = "unknown downloads"
REASONS = {
    "later": "seen after {end}, or on no known day",
    "hidden": "hidden by the choices",
    UNKNOWN_DOWNLOADS: "whose downloads in the 30 days{listing} are not known",
    "doubted": "whose size is in doubt: a switch shows them",
    "copy": "with the same score on every benchmark as an earlier candidate",
    "pending": "with a pending result only",
}


def conditions(selection: Selection, choices: dict[str, Any]) -> str:
    """Return the choices as text after "model", with a leading space; empty where there is none."""
    parts = [selection.of_these_sizes.strip(), _licences(choices["licenses"])]
    if choices["memory_gb"] is not None:
        parts.append(f"with weights of at most {decimal_text(choices['memory_gb'])} GB at {choices['bits']} bits each")
    if choices["downloads_at_least"] is not None:
        downloads = counted(choices["downloads_at_least"], "download")
        parts.append(f"with at least {downloads} in the 30 days{listing_text(selection)}")
    if choices["regions"]:
        places = {**regions.LABELS, "us": "the United States"}
        parts.append(f"of owners from {_either([places[name] for name in choices['regions']])}")
    if choices["organisations"]:
        parts.append("of an organisation")
    if choices["without_merges"]:
        parts.append("that is no merge")
    if choices["bases"]:
        also = "and" if choices["without_merges"] else "that"
        parts.append(f"{also} descends from {_either(_short_list(choices['bases']))}")
    return "".join(f" {part}" for part in parts if part)


def listing_text(selection: Selection) -> str:
    """Return before which listing of the Hub downloads were counted, with a leading space; empty without one."""
    about = selection.datasets.rows_by_name.get("hub")
    return f" before the listing of {date_text(about['as_of'].date())}" if about else ""


def _licences(classes: list[str]) -> str:
    if not classes:
        return ""
    if classes == ["unknown"]:
        return "without a declared licence"
    article = "an" if len(classes) == 1 and classes[0][0] in "aeioO" else "a"
    return f"under {article} {_either(classes)} licence"


def _short_list(names: list[str]) -> list[str]:
    """Return the first names, not longer than an id can be, and how many there are besides."""
    first = [name[:NAME_LENGTH] for name in names[:NAMED]]
    return [*first, counted(len(names) - NAMED, "other")] if len(names) > NAMED else first


def _either(names: list[str]) -> str:
    return " or ".join(enumerated(names).rsplit(" and ", 1)) if len(names) > 1 else names[0]


def sentence(
    answer: pd.DataFrame,
    selection: Selection,
    choices: dict[str, Any],
    reasons: pd.DataFrame,
    original_of: Mapping[str, str],
) -> str:
    """Return the best candidate, its runner-up, and whether the lead is larger than the spread of evaluations.

    With downloads chosen, of how many scored models these are not known: one of them may be better.
    """
    text = _best_text(answer, selection, choices, original_of)
    unknown = int(reasons.loc[reasons["reason"] == UNKNOWN_DOWNLOADS, "models"].sum())
    if choices["downloads_at_least"] is None or not unknown:
        return text
    verb = "is" if unknown == 1 else "are"
    return (
        f"Among models whose downloads are known, {text[0].lower()}{text[1:]} "
        f"{counted(unknown, 'scored model')} whose downloads are not known {verb} left out."
    )


def _best_text(
    answer: pd.DataFrame, selection: Selection, choices: dict[str, Any], original_of: Mapping[str, str]
) -> str:
    which = f"open model{conditions(selection, choices)}"
    by = f"seen by {date_text(selection.dates[1])}"
    if answer.empty:
        return f"No {which} {by} has this score."
    best = answer.iloc[0]
    text = f"The best {which} {by} is {_model_text(best, selection, original_of, selection.score_name)}"
    if len(answer) == 1:
        return f"{text}; there is no other candidate.{_warning(best)}"
    second = answer.iloc[1]
    digits = _digits(second["distance"], best["spread"])
    lead = f"{second['distance']:.{digits}f} ahead of the runner-up {_model_text(second, selection, original_of)}"
    return f"{text}, {lead}{_verdict(answer, digits)}.{_warning(best)}"


def _digits(lead: float, spread: float) -> int:
    """Return as many decimals, from two to four, as tell a lead from the spread that it is compared with."""
    return next((n for n in (2, 3, 4) if pd.isna(spread) or f"{lead:.{n}f}" != f"{spread:.{n}f}"), 4)


def _verdict(answer: pd.DataFrame, digits: int = 2) -> str:
    """Return whether the best ties with its runner-up, or how its lead compares with repeated evaluations."""
    best, ties = answer.iloc[0], int(answer["is_tie"].sum())
    if pd.isna(best["spread"]):
        return ": whether that is a clear lead is not known, for no model was evaluated twice"
    spread = f"{best['spread']:.{digits}f} points"
    of_its_own = best["spread"] > best["typical_spread"]
    differ = f"its {counted(best['evaluations'], 'evaluation')} differ" if of_its_own else USUALLY_DIFFER
    if not ties:
        return f", no tie, for that is more than the {spread} by which {differ}"
    more = f", and {counted(ties - 1, 'other')} as close" if ties > 1 else ""
    return f": a tie, for {differ} by {spread}{more}"


def _model_text(row: pd.Series, selection: Selection, original_of: Mapping[str, str], score_name: str = "") -> str:
    size = f"{decimal_text(row['parameters_b'], 3)} B" if pd.notna(row["parameters_b"]) else "size not known"
    if selection.at_most_b is not None and row["parameters_b"] > selection.at_most_b:
        nominal = decimal_text(row["nominal_b"])
        if f"{nominal}b" in str(row["model_id"]).lower():
            size += f", {nominal} B by name"
        elif row["nominal_b"] == round(row["parameters_b"]):
            size += f", rounded {nominal} B"
        else:
            size += f", called {nominal} B as others of its size"
    license_text = f"licence {row['license']}" if pd.notna(row["license"]) else "no licence declared"
    score = f"{score_name} {row['score']:.1f}" if score_name else f"{row['score']:.1f}"
    return with_notes(row["model_id"], original_of, score, size, license_text)


def empty_reason(selection: Selection, choices: dict[str, Any]) -> str:
    """Return that no model meets the choices, and which of them could be taken away."""
    names = {
        "sizes": bool(selection.sizes) or selection.at_most_b is not None,
        "licences": bool(choices["licenses"]),
        "downloads": choices["downloads_at_least"] is not None,
        "memory": choices["memory_gb"] is not None,
        "regions": bool(choices["regions"]),
        "organisations only": choices["organisations"],
        "without merges": choices["without_merges"],
        "base models": bool(choices["bases"]),
    }
    chosen = [name for name, is_chosen in names.items() if is_chosen]
    text = f"No scored model was seen by {date_text(selection.dates[1])} that meets these choices."
    return f"{text} Widen or remove one of them: {enumerated(chosen)}." if chosen else text


def _warning(best: pd.Series) -> str:
    """Return that the best one descends from a model under stricter terms, if it does."""
    if not best["has_stricter_ancestor"]:
        return ""
    return f" It descends from a model with stricter terms ({best['strictest_class']})."


def left_out(reasons: pd.DataFrame, selection: Selection) -> list[str]:
    """Return notes about the scored models that are no candidates, and about candidates that have no size."""
    models = dict(zip(reasons["reason"], reasons["models"].astype(int), strict=True))
    words = {"end": date_text(selection.dates[1]), "listing": listing_text(selection)}
    notes = [
        f"{counted(models[reason], 'scored model')} {text.format(**words)}"
        for reason, text in REASONS.items()
        if models.get(reason)
    ]
    unsized = int(reasons.loc[reasons["reason"] == "candidate", "unsized"].sum())
    return [*notes, f"{counted(unsized, 'candidate')} without a size: on no frontier"] if unsized else notes


def memory_text(row: pd.Series) -> str:
    """Return how much memory the weights of a candidate take, and from what that is computed."""
    return (
        f"{decimal_text(row['memory_gb'], 3)} GB from {row['memory_rule']}" if pd.notna(row["memory_gb"]) else "unknown"
    )


def candidates_caption(answer: pd.DataFrame, shown: int) -> str:
    """Return what the dots and bars are."""
    if answer.empty:
        return "No candidate."
    total = int(answer["candidates"].iloc[0])
    which = f"The {number_text(shown)} best of {counted(total, 'candidate')}" if total > shown else "All candidates"
    return (
        f"{which}; a bar is how far repeated evaluations of a model differ, and where the score of one lies right of "
        "the line, the best one does not lead it clearly."
    )
