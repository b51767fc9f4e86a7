"""The texts around the ladders: which bases can be chosen, and what the charts leave out."""

from __future__ import annotations

from itertools import count

import pandas as pd

from ...charts import number_text
from ...plurals import counted
from ..phrases import of_unknown_base

MAX_LADDERS = 12  # with more ladders colours repeat, and the chart is hard to read
MIN_DERIVATIVES = 10  # with fewer, a ladder says little about the base: few declare it


def defaults(bases: pd.DataFrame) -> pd.DataFrame:
    """Return the bases that are chosen by default and available."""
    return bases[bases["is_default"] & bases["unavailable"].isna()]


def missing(bases: pd.DataFrame) -> pd.DataFrame:
    """Return the bases that would be chosen by default, but are not available."""
    return bases[bases["is_default"] & bases["unavailable"].notna()] if len(bases) else bases


def style_indices(boards: list[list[str]]) -> dict[str, int]:
    """Return the index of a style for each default base: the same on every leaderboard, and unique on each."""
    by_name: dict[str, int] = {}
    for name in dict.fromkeys(name for names in boards for name in names):
        used_indices = {by_name[other] for names in boards if name in names for other in names if other in by_name}
        by_name[name] = next(n for n in count() if n not in used_indices)
    return by_name


def labels(bases: pd.DataFrame) -> dict[str, str]:
    """Return label → id of every base, the available ones first; the label of any other says why it is not."""
    available, unavailable = bases[bases["unavailable"].isna()], bases[bases["unavailable"].notna()]
    reasons = {"no evaluation of its own on this leaderboard": "no own evaluation here"}
    unavailable_labels = [
        f"{label} ({reasons.get(reason, reason)})"
        for label, reason in zip(unavailable["label"], unavailable["unavailable"], strict=True)
    ]
    return dict(
        zip(
            [*available["label"], *unavailable_labels],
            [*available["base_model_id"], *unavailable["base_model_id"]],
            strict=True,
        )
    )


def off_the_ladder(bases: pd.DataFrame, rows: pd.DataFrame, below: int) -> list[str]:
    """Return notes about the derivatives that only the ladder omits; `below` of them lie under its lower edge."""
    parts = [
        (int(bases["before_release"].sum()), "dated before the base's release: in the table, not drawn"),
        (int(bases["undated"].sum()), "undated: in the table, not drawn"),
        (below, "below the lower edge of the chart"),
    ]
    notes = [f"{counted(n, 'derivative')} {description}" for n, description in parts if n]
    if len(rows) < (derivatives := int(bases["derivatives"].sum())):
        sampled = (
            f"{number_text(len(rows))} of {number_text(derivatives)} derivatives are drawn and in the table of models: "
            "all rungs, the owners' own, and an even sample of the others; figures are over all"
        )
        notes.insert(0, sampled)
    return notes


def left_out(bases: pd.DataFrame, summary: pd.DataFrame, offered: pd.DataFrame) -> list[str]:
    """Return notes about what no chart counts of the chosen bases, and what makes the ladders hard to read."""
    resized = "grown or pruned (beyond 0.8 to 1.25 of the base's size)"
    parts = [
        ("hidden_merges", "merge", "left out"),
        ("hidden_resized", "derivative", f"{resized} left out: a switch counts them"),
        ("resized", "derivative", f"{resized}: counted, a switch leaves them out"),
        ("hidden_by_size", "derivative", "of other sizes left out"),
        ("hidden_by_date", "derivative", "outside the chosen dates left out"),
        ("instruct_undeclared", "owner's instruct model", "without a declared base, so no derivative here"),
    ]
    notes = [
        f"{counted(n, noun)} {description}" for column, noun, description in parts if (n := int(bases[column].sum()))
    ]
    notes += of_unknown_base(int(offered["models_of_unknown_base"].iloc[0])) if len(offered) else []
    sparse = summary[summary["derivatives"] < MIN_DERIVATIVES]
    if len(sparse):
        counts = zip(sparse["base"], sparse["derivatives"], strict=True)
        names = ", ".join(f"{base} {n or 'none'}" for base, n in counts)
        notes.append(f"only declared base models count, and few declare these: {names}")
    absent = missing(offered)["label"].tolist() if len(offered) else []
    if absent:
        notes.append(f"usual bases without an own evaluation here: {', '.join(absent)}")
    if len(bases) > MAX_LADDERS:
        notes.append(f"{len(bases)} base models at once are hard to tell apart: colours repeat, with other markers")
    return notes


def days_after_release(days: float) -> str:
    """Return how long after its base's release a derivative appeared, in words."""
    return "on the day of its release" if days < 1 else f"{counted(round(days), 'day')} after its release"
