"""What relations says: its sentence, captions and warnings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...charts import number_text
from ...plurals import counted
from ..phrases import enumerated, of_type, one_sentence
from .correlations import interval
from .variables import FEWEST, NUMBERS

HARDLY = 0.1  # a correlation below it, or one whose interval holds 0, is called none to speak of
WEAK = 0.2  # a correlation below it is called weak
MEASURES = {"spearman": "Spearman's rank correlation", "pearson": "Pearson's correlation"}
MOST_ON_ONE_LINE = 8
"""Variables up to which a cell has room for its interval on one line."""
MATRIX_DETAILS = (
    "All evaluated models that meet the other choices count, whatever the dates. "
    "Each cell is over the models of which both are known, so numbers of models differ: below its correlation a cell "
    "has the 95% interval, and the number of models after n. Where they have no room beside each other, the matrix can "
    "be scrolled sideways. "
    f"Cells of fewer than {FEWEST} models are pale; blank ones have too few different values. "
    "Spearman's correlation is over ranks, ties at their mean; its interval is Bonett and Wright's, Pearson's is "
    "Fisher's. Pearson's takes likes, downloads, commits, contributors, descendants and spans as logarithms of one "
    "more, parameters as logarithms, and everything else as it is. With this many cells some differ from zero by "
    "chance. The best models are chosen by the score that is set on the left."
)
POINTS_DETAILS = (
    "Axes of likes, downloads, commits, contributors, descendants and spans are logarithmic, with a place for 0; that "
    "of parameters is logarithmic. A click on a point opens its model."
)


def sources_text(kind: str, hub_day: str) -> str:
    """Return of which day likes and downloads are; `hub_day` is that of the Hub's listing, empty without one."""
    likes = " Likes are the leaderboard's own, of its last day" if kind == "leaderboard" else " Likes are the Hub's"
    listing = f" of {hub_day}" if hub_day else ""
    return (
        f"{likes}; downloads, descendants and declared data are known of models that the Hub's answers{listing} name."
    )


def cell(correlations: pd.DataFrame, one: str, other: str) -> pd.Series | None:
    """Return the row of two variables, in either order; None where there is none."""
    pair = {one, other}
    rows = correlations[
        [{*names} == pair for names in zip(correlations["variable"], correlations["other"], strict=True)]
    ]
    return rows.iloc[0] if len(rows) else None


def figures(correlation: float, n: int, *, is_rank: bool = True) -> str:
    """Return a correlation with its interval and number of models as text."""
    low, high = interval(correlation, n, is_rank=is_rank)
    limits = f"95% interval {signed(low)} to {signed(high)}, " if np.isfinite(low) else ""
    return f"{signed(correlation)} ({limits}{counted(n, 'model')})"


def signed(number: float) -> str:
    """Return a correlation as text; empty where there is none."""
    return f"{number:.2f}".replace("-0.00", "0.00").replace("-", "−") if np.isfinite(number) else ""


def cell_lines(correlation: float, low: float, high: float, n: int, *, is_narrow: bool) -> str:
    """Return what stands in a cell, on lines: the correlation, its interval, n; empty where there is no correlation."""
    if not np.isfinite(correlation):
        return ""
    space = "\n" if is_narrow else " "
    limits = f"{signed(low)} to{space}{signed(high)}" if np.isfinite(low) else f"no{space}interval"
    return f"{signed(correlation)}\n{limits}\nn {number_text(n)}"


def _is_clear(row: pd.Series) -> bool:
    """Whether a rank correlation is worth speaking of."""
    return bool(abs(row["spearman"]) >= HARDLY and not row["low"] <= 0 <= row["high"])


def _goes(name: str, score: str, row: pd.Series) -> str:
    """Return how a variable goes with a score, in words."""
    verb = "goes" if name in ("age", "licence declared", "data declared", "span of commits") else "go"
    if not _is_clear(row):
        hardly = verb.replace("go", "hardly go", 1)
        return f"{name} {hardly} with the {score}"
    weakly = " weakly" if abs(row["spearman"]) < WEAK else ""
    return f"{name} {verb}{weakly} with {'higher' if row['spearman'] > 0 else 'lower'} {score}s"


NOTHING_GOES = "no variable clearly goes with the score, apart from other scores"


def which_models(types: Sequence[str], architectures: Sequence[str], sizes: str) -> str:
    """Return text after "models" about the chosen types, architectures and sizes; empty where there is none."""
    parts = [of_type(types[0]) if len(types) == 1 else f"of the types {enumerated(types)}"] if types else []
    if architectures:
        plural = "s" if len(architectures) > 1 else ""
        parts.append(f"with the architecture{plural} {enumerated(architectures)}")
    if sizes:
        parts.append(sizes.strip())
    return f" {enumerated(parts)}" if parts else ""


def sentence(correlations: pd.DataFrame, score: str, score_name: str, models: str) -> str:
    """Return whether likes go with the score, and which other variable that is no score goes with it most."""
    rows = [cell(correlations, score, name) for name in NUMBERS]
    enough = [row for row in rows if row is not None and row["n"] >= FEWEST and np.isfinite(row["spearman"])]
    by_name = {row["variable"] if row["variable"] != score else row["other"]: row for row in enough}
    if not by_name:
        return f"Too little is known of {models} to say what goes with what."
    parts = []
    if (likes := by_name.pop("likes", None)) is not None:
        text = _goes("likes", score_name, likes)
        parts.append(f"{text}: rank correlation {figures(likes['spearman'], int(likes['n']))}")
    by_name = {name: row for name, row in by_name.items() if _is_clear(row)}
    if not by_name:
        parts.append("no other variable clearly goes with it, apart from scores" if parts else NOTHING_GOES)
    else:
        name = max(by_name, key=lambda each: abs(by_name[each]["spearman"]))
        row, most = by_name[name], ", the strongest link of a variable other than likes and scores"
        text = _goes(name, score_name, row)
        parts.append(f"{text}{most if parts else ''}: {figures(row['spearman'], int(row['n']))}")
    return f"Of {models}, {'; '.join(parts)}."


def warning(score: str, variables: Sequence[str], *, is_best: bool, has_sizes: bool) -> str:
    """Return a warning where the models were chosen by one of the variables; empty where they were not."""
    chosen_by = [score] * is_best + ["parameters"] * (has_sizes and "parameters" in variables)
    if not chosen_by:
        return ""
    return (
        f"beware: these models were chosen by {enumerated(chosen_by)}, which cuts the range of that variable and of "
        "those that go with it; their correlations here say nothing of all models, and may even change their sign"
    )


def matrix_caption(measure: str, models: str, warning_text: str) -> str:
    """Return what a cell is, and over which models."""
    text = (
        f"{MEASURES[measure]} of two variables over {models}, with its 95% interval and the number n of models of "
        "which both are known; a click on a cell draws its models below"
    )
    return one_sentence(text, warning_text)


def points_caption(row: pd.Series | None, drawn: int, warning_text: str) -> str:
    """Return the correlations of the two variables of the scatter."""
    if row is None or not np.isfinite(row["spearman"]):
        return f"A point is one of {counted(drawn, 'model')}; one of the two is the same for all: no correlation."
    n = int(row["n"])
    return one_sentence(
        f"A point is one of {counted(n, 'model')}; Spearman's rank correlation is {figures(row['spearman'], n)}, "
        f"Pearson's {figures(row['pearson'], n, is_rank=False)}",
        warning_text,
    )


def unknown(values: pd.DataFrame) -> list[str]:
    """Return of how many models each variable is not known, those that are known of none together."""
    missing = values.isna().sum()
    never = [str(name) for name in missing.index if missing[name] == len(values)]
    notes = [
        f"{name} not known of {counted(number, 'model')}"
        for name, number in missing.items()
        if 0 < number < len(values)
    ]
    return [*notes, *([f"not known of any of these models: {', '.join(never)}"] if never and len(values) else [])]


def sampled(drawn: int, models: int) -> list[str]:
    """Return that only a sample of the models is compared, if it is."""
    if drawn >= models:
        return []
    return [f"{number_text(drawn)} of {number_text(models)} models are compared, an even sample"]
