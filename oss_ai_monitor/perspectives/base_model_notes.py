"""What stands around the ladders in words: which bases can be chosen, and what the charts leave out."""

from __future__ import annotations

from itertools import count

import pandas as pd

from ..charts import number_text
from .phrases import counted

MANY = 12  # ladders beyond which colours come twice and a chart is hard to read
FEW = 10  # derivatives below which a base's ladder says more about the lineage that is declared than about the base


def usual(bases: pd.DataFrame) -> pd.DataFrame:
    """The bases that are chosen at first, as far as they can be."""
    return bases[bases["is_default"] & bases["unavailable"].isna()]


def missing(bases: pd.DataFrame) -> pd.DataFrame:
    """Those that would be chosen at first, and cannot be."""
    return bases[bases["is_default"] & bases["unavailable"].notna()] if len(bases) else bases


def places(boards: list[list[str]]) -> dict[str, int]:
    """A place among the looks for each usual base: the same on every leaderboard, and none twice on any of them."""
    by_name: dict[str, int] = {}
    for name in dict.fromkeys(name for names in boards for name in names):
        occupied = {by_name[other] for names in boards if name in names for other in names if other in by_name}
        by_name[name] = next(n for n in count() if n not in occupied)
    return by_name


def labels(bases: pd.DataFrame) -> dict[str, str]:
    """Label to id of every base, those that can be chosen first; the label of any other says why it cannot be."""
    can, cannot = bases[bases["unavailable"].isna()], bases[bases["unavailable"].notna()]
    reasons = {"no evaluation of its own on this leaderboard": "no own evaluation here"}
    explained = [
        f"{label} ({reasons.get(why, why)})" for label, why in zip(cannot["label"], cannot["unavailable"], strict=True)
    ]
    return dict(zip([*can["label"], *explained], [*can["base_model_id"], *cannot["base_model_id"]], strict=True))


def off_the_ladder(bases: pd.DataFrame, rows: pd.DataFrame, below: int) -> list[str]:
    """The derivatives that the ladder alone does not draw; `below` are those further down than it goes."""
    parts = [
        (int(bases["before_release"].sum()), "dated before the base's release: in the table, not drawn"),
        (int(bases["undated"].sum()), "undated: in the table, not drawn"),
        (below, "further below the base than the picture goes"),
    ]
    notes = [f"{counted(n, 'derivative')} {what}" for n, what in parts if n]
    if len(rows) < (derivatives := int(bases["derivatives"].sum())):
        sampled = (
            f"{number_text(len(rows))} of {number_text(derivatives)} derivatives are drawn and in the table of models: "
            "all rungs, the owners' own, and an even sample of the others; figures are over all"
        )
        notes.insert(0, sampled)
    return notes


def left_out(bases: pd.DataFrame, summary: pd.DataFrame, offered: pd.DataFrame) -> list[str]:
    """What no chart counts of the chosen bases, and what makes the ladders hard to read."""
    resized = "grown or pruned (beyond 0.8 to 1.25 of the base's size)"
    parts = [
        ("hidden_merges", "merge", "left out"),
        ("hidden_resized", "derivative", f"{resized} left out"),
        ("resized", "derivative", f"{resized}: counted, a switch leaves them out"),
        ("hidden_by_size", "derivative", "of other sizes left out"),
        ("hidden_by_date", "derivative", "outside the chosen dates left out"),
        ("instruct_undeclared", "owner's instruct model", "without a declared base, so no derivative here"),
    ]
    notes = [f"{counted(n, noun)} {what}" for column, noun, what in parts if (n := int(bases[column].sum()))]
    few = summary[summary["derivatives"] < FEW]
    if len(few):
        names = ", ".join(f"{base} {n}" for base, n in zip(few["base"], few["derivatives"], strict=True))
        notes.append(f"only declared base models count, and few declare these: {names}")
    absent = missing(offered)["label"].tolist() if len(offered) else []
    if absent:
        notes.append(f"usual bases without an own evaluation here: {', '.join(absent)}")
    if len(bases) > MANY:
        notes.append(f"{len(bases)} base models at once are hard to tell apart: colours come twice, markers tell them")
    return notes
