"""What gain says: its sentence, the captions of its charts, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...charts import number_text
from ...plurals import counted
from ..phrases import enumerated
from .sources import FEWEST, MOST_NAMES

MOST_ROWS = 25
FEWEST_OWNERS = 3  # of the pairs of a row that is drawn, unless rows are owners
NOUNS = {"kind": "kind", "base": "base", "training data": "dataset", "owner": "owner", "size": "size"}
PLURALS = NOUNS | {"base": "bases", "kind": "kinds", "training data": "datasets", "owner": "owners", "size": "sizes"}
BASES = {"declared": "the base that they declare", "pretrained": "their nearest pretrained ancestor"}
NO_PAIR = {"declared": "the base that it declares", "pretrained": "a pretrained ancestor"}
REASONS = {
    "no base": "without a declared base model",
    "base not known": "of unknown base: not in the Hub's listing",
    "several bases": "with several declared bases",
    "base not evaluated": "whose base is not evaluated here",
    "disputed base": "with a declared base that the other facts do not allow",
    "re-sized": "grown or pruned: beyond 0.8 to 1.25 of the base's size",
    "no score": "without a score on this benchmark, or whose base has none",
}
PRETRAINED_REASONS = {
    "several bases": "with several pretrained ancestors at the same distance",
    "base not evaluated": "without an ancestor that is evaluated here as pretrained",
}
GAINS_DETAILS = (
    "All evaluated models count, whatever the dates. "
    "A dot is the median, its line holds the middle half. Both scores are the best of their repository on the same "
    "leaderboard; base and derivative may have been evaluated with different precision or prompts. Only what was "
    "submitted has a score, so these are no random sample. Rows of which one owner has more than half the pairs are "
    "grey: they may show the habits of that owner. The table adds the mean, and the 95% interval of the median: the "
    "gains at the places (n ∓ 1.96 √n) ÷ 2, in order."
)
DATA_DETAILS = (
    " Datasets are those that tags and model cards name, without loaders such as generator. A model that names several "
    "counts for each of them."
)
PRETRAINED_DETAILS = (
    " Pretrained is what was submitted as such and is no merge; a few submissions say so of a fine-tuned model."
)
CONTRAST_DETAILS = (
    f"Models count whose base has at least {FEWEST} other derivatives here that do not declare the dataset. The base "
    "is all that they share: method, other data and owner may differ, and models that declare nothing may have been "
    "trained on it, too. Rows of fewer than three owners are grey."
)
PAIRS_DETAILS = (
    "The base's own score is part of both numbers: a base that was measured too low by chance gives high gains, and "
    "one that was measured too high gives low ones. So the points would fall to the right a little even if nothing "
    f"were gained. The line joins the medians of all pairs in bands of five points with at least {FEWEST} pairs. A "
    "click on a point opens its model."
)


def points(gain: float) -> str:
    """Return a gain as text: +0.2, −1.3."""
    return f"{gain:+.2f}".replace("-", "−")


def drawn(answer: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows that are drawn, highest median first: those with enough pairs, of many those with most."""
    rows = answer[(answer["pairs"] >= FEWEST) & ((answer["owners"] >= FEWEST_OWNERS) | (by == "owner"))]
    if by in ("base", "owner", "training data"):
        rows = rows.head(MOST_ROWS)
    return rows.sort_values(["median_gain", "name"], ascending=[False, True], kind="stable")


def comparable(answer: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the drawn rows whose highest and lowest a sentence names: not those that one owner decides."""
    rows = drawn(answer, by)
    return rows[(rows["name"] != "none declared") & (~is_of_one_owner(rows) | (by == "owner"))]


def is_of_one_owner(rows: pd.DataFrame) -> pd.Series:
    """Return which rows have more than half of their pairs from one owner."""
    return rows["pairs_of_one_owner"] * 2 > rows["pairs"]


def compared(counts: pd.DataFrame) -> pd.Series | None:
    """Return the figures over all pairs; None where there is no pair."""
    rows = counts[counts["reason"] == "compared"]
    return rows.iloc[0] if len(rows) else None


def sentence(answer: pd.DataFrame, counts: pd.DataFrame, by: str, basis: str) -> str:
    """Return what derivatives gain, and with which name the highest and the lowest median go."""
    total = compared(counts)
    if total is None:
        return f"No model of these sizes can be compared with {NO_PAIR[basis]}."
    text = (
        f"Of {counted(total['models'], 'model')} compared with {BASES[basis]}, {total['share_above']:.1%} score above "
        f"it; the median gain is {points(total['median_gain'])} points."
    )
    rows = comparable(answer, by)
    if len(rows) < 2:
        return text
    first, last = rows.iloc[0], rows.iloc[-1]
    owners = "" if by == "owner" else f" by at least {FEWEST_OWNERS} owners, none of whom has more than half"
    which = f"{len(rows)} {PLURALS[by]} that are drawn and have at least {FEWEST} pairs{owners}"
    return (
        f"{text} Of the {which}, {first['name']} goes with the highest median ({points(first['median_gain'])}, "
        f"{counted(first['pairs'], 'pair')}), {last['name']} with the lowest ({points(last['median_gain'])}, "
        f"{number_text(last['pairs'])})."
    )


def left_out(counts: pd.DataFrame, basis: str) -> list[str]:
    """Return how many evaluated models make no pair, by reason."""
    texts = REASONS | (PRETRAINED_REASONS if basis == "pretrained" else {})
    number: Mapping[str, int] = dict(zip(counts["reason"], counts["models"], strict=True))
    return [f"{counted(number[reason], 'model')} {text}" for reason, text in texts.items() if number.get(reason)]


def not_drawn(answer: pd.DataFrame, by: str) -> list[str]:
    """Return how many names have too few pairs to be drawn, or are not among those with most."""
    is_sparse = answer["pairs"] < FEWEST
    sparse = int(is_sparse.sum())
    of_few_owners = 0 if by == "owner" else int((~is_sparse & (answer["owners"] < FEWEST_OWNERS)).sum())
    more = len(answer) - sparse - of_few_owners - len(drawn(answer, by))
    notes = [
        (sparse, f"fewer than {FEWEST} pairs each"),
        (of_few_owners, f"pairs of fewer than {FEWEST_OWNERS} owners each"),
        (more, f"fewer pairs than the {MOST_ROWS} that are drawn"),
    ]
    noun = NOUNS[by]
    texts = [f"{counted(n, noun)} with {text}: in the table only" for n, text in notes if n]
    others = int(answer["all_names"].iloc[0]) - len(answer) if len(answer) >= MOST_NAMES else 0
    return [*texts, *([f"{counted(others, 'other ' + noun)}: not in the table"] if others else [])]


def gains_caption(counts: pd.DataFrame, basis: str) -> str:
    """Return what a row is, and of how many models."""
    total = compared(counts)
    number = 0 if total is None else int(total["models"])
    return (
        f"How many points of 100 derivatives score above {BASES[basis]}: {number_text(number)} of "
        f"{counted(counts['models'].sum(), 'evaluated model')} make such a pair; behind each name, its number of "
        "pairs; a click on a row draws its pairs alone."
    )


def contrast_caption(rows: pd.DataFrame) -> str:
    """Return what the contrast compares."""
    return (
        "Gain of the models that declare a dataset, less the median gain of the other models of the same base that do "
        f"not: {counted(len(rows), 'dataset')} with at least {FEWEST} such models; it says what goes with a dataset, "
        "not what it does."
    )


def pairs_caption(pairs: pd.DataFrame, names: list[str]) -> str:
    """Return which pairs are drawn."""
    number = int(pairs["all_pairs"].iloc[0]) if len(pairs) else 0
    of = f" of {enumerated(names)}" if names else ""
    sample = f", an even sample of {number_text(len(pairs))} of them" if number > len(pairs) else ""
    return f"A point is one of {counted(number, 'pair')}{of}{sample}: what it gained, over its base's own score"


def weak_and_strong(bands: pd.DataFrame) -> str:
    """Return the median gain over the weaker and over the stronger bases; empty where bands are too few."""
    bands = bands[bands["pairs"] >= FEWEST]
    if len(bands) < 2:
        return ""
    ends = [bands.iloc[0], bands.iloc[-1]]
    texts = [
        f"{points(row['median_gain'])} over bases of {row['band']:.0f} to {row['band'] + 5:.0f} points "
        f"({counted(row['pairs'], 'pair')})"
        for row in ends
        if np.isfinite(row["median_gain"])
    ]
    return f"over all pairs the median gain is {enumerated(texts)}" if len(texts) == 2 else ""
