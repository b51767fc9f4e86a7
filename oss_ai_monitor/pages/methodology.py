"""Paragraphs about how things are counted, which may be quoted, with today's numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ..charts import date_text, number_text
from ..perspectives import Datasets, Selection
from ..plurals import counted, verb_after

UNDATED = {  # rule → why such a model has no day
    "undated: createdAt floor": "the Hub gave every repository from before 2 March 2022 that same day",
    "undated: upload floor": "their leaderboard has that same day for them",
    "undated: createdAt after its snapshot": "they are said to be younger than the listing that holds them",
    "undated: createdAt before the Hub kept it": "they are said to be older than the Hub's record of such days",
    "undated: late board": "Open LLM Leaderboard v1 evaluated old models too before November 2023, so that being "
    "submitted then says nothing",
    "undated: older than its class": "they are dated more than 35 days before their architecture existed",
    "undated: older than its base": "they are dated more than 35 days before the release that they are made from",
    "undated: scored before its date": "they were scored before the only day that is claimed for them",
    "undated: no date": "no source gives one",
}


def paragraphs(datasets: Datasets) -> list[tuple[str, str]]:
    """Return a heading and a paragraph for each kind of number."""
    rows: list[dict[str, Any]] = datasets.table.to_dict("records")  # type: ignore[assignment]
    large = [row for row in rows if row["kind"] != "benchmark"]
    boards = [row for row in rows if row["kind"] == "leaderboard"]
    texts = [
        ("Models", f"A model is a repository on the Hugging Face Hub. {_joined(map(_counts, large))}"),
        ("Models that filters hide", _hidden(datasets)),
        (
            "Evaluations left out",
            "On a leaderboard the best evaluation that is not flagged stands for its model. "
            + _joined(
                f"{row['label']}: flagged and left out {_n(row['flagged'])}, repeated, so that the best of "
                f"their model counts, {_n(row['folded'])}"
                for row in boards
            ),
        ),
        (
            "New models",
            "A model is new in the day, week or month in which it appeared: on its curated release date, else on "
            "the day of its release if its repository was created before, else when its repository was created, "
            "else when it was uploaded, else when it was first submitted. Nothing is older than its architecture or "
            "than the release that it is made from, nor younger than its first score. Times are UTC, weeks start on "
            "Monday, and an axis ends with its data, not with today.",
        ),
        ("Models without a date", _undated(datasets)),
        (
            "Periods that take no part",
            "A period that the data or the chosen dates cut is incomplete. It is hatched, and takes no part in "
            f"changes and trends. {_joined(map(_unsettled, boards))}",
        ),
        (
            "Shares",
            "A share is of all new models of its period under the chosen filters. Periods with fewer than 20 models "
            "are pale, for a single model moves their shares by 5 points or more.",
        ),
        (
            "Scores and records",
            "A score is a leaderboard's own, in points of 100. A record is a score above all of models that appeared "
            "before; pending results set none. Scores of different leaderboards never meet in one average or on one "
            "axis. Models are submitted by whoever wishes to: they are no sample of all models.",
        ),
        (
            "Derivatives and ladders",
            "A derivative names its base, directly or through others; a name alone proves nothing. Where the "
            "release has another model of the derivative's own size or generation, that one is its base. What it "
            "gained is its score less the base's own on the same leaderboard.",
        ),
        (
            "Adoption",
            "Downloads and likes are those of the Hub's listings, one on each recorded day. New downloads are the "
            "difference of the counter of all time between two listings: a decrease counts as none, and where days "
            "lack a listing, the difference is spread evenly over them and marked. Days on which counters stand still, "
            "wholly or partly, are taken back, or jump are marked too. Sums by owner and by family are of models that "
            "ever had ten downloads in 30 days, fifty of all time, or a like, and of the 5,000 most used owners and "
            "families; there a model that descends from several first bases counts in the family of each.",
        ),
        (
            "Movers and relative adoption",
            "A model moved by its new downloads of seven days against the mean of the three times seven days before, "
            "if it had at least 10,000 of them, or 1,000 where fewer than ten models have as many; a model that fell "
            "may have had them before. A rise with more than half of the week in one day is left out. Relative "
            "adoption is its downloads of all time at an age over the median of the ten most downloaded models of the "
            "same size whose downloads at that age are known.",
        ),
        (
            "Endurance",
            "A release is followed from its first reading with at least 100 downloads in 30 days, and falls in the "
            "first of two weeks running in which its downloads are below a tenth of its own peak so far. Survival is "
            "Kaplan and Meier's estimate with Greenwood's bands; who was seen only later is at risk only from then on. "
            "The half-life of a launch is the number of days until half of the downloads of its first 180 days had "
            "come.",
        ),
        (
            "Concentration and regions",
            "Downloads of 30 days of all models whose downloads are known are compared, also of those without any. The "
            "Gini coefficient is 0 where all have as many and 1 where one has all; the HHI is the sum of squared "
            "shares in percent. A download counts once, in the family of the nearest first base. Regions are the seat "
            "of the owner by a reviewed list with sources; persons are individuals, and owners whom nobody reviewed "
            "are no region.",
        ),
        (
            "Licences and openness",
            "A licence is the one that is declared, and has a class: permissive, copyleft, OpenRAIL, community, "
            "non-commercial, other, or unknown where none is declared. A derivative's licence is compared with that of "
            "each listed base that it names. Declared openness counts five parts: open weights, an open licence, "
            "training data, a paper, a base; what no source that could state it says is not known, and counts as "
            "neither yes nor no. It is what is declared at the snapshot; none of it is legal advice.",
        ),
        (
            "Trends",
            "A trend is a LOWESS curve over at least eight complete periods, drawn over the points and never instead "
            "of them, and never beyond them.",
        ),
    ]
    return [(title, words) for title, words in texts if words]


def _counts(row: dict[str, Any]) -> str:
    return (
        f"{row['label']} shows {_n(row['models'])} of them as of {date_text(row['as_of'])}: {_n(row['dated'])} with a "
        f"day on which they appeared, {_n(row['undated'])} without, which are in totals and on no time axis"
    )


def _unsettled(row: dict[str, Any]) -> str:
    if pd.isna(row["settled_on"]):
        return f"How long a model takes from appearing to being submitted cannot be measured on {row['label']}"
    days, settled = counted(row["lag_days"], "day"), date_text(row["settled_on"])
    state = (
        "is still filling" if row["awaits_late_submissions"] else "misses its late submissions, and will not get them"
    )
    return (
        f"On {row['label']} 95% of the models were submitted within {days} after they appeared: what ends after "
        f"{settled} {state}"
    )


def _undated(datasets: Datasets) -> str:
    """Return the reasons why models have no day, with counts; an empty string if all have one."""
    rules = datasets.warehouse.query("method")
    counts = rules[rules["decision"] == "When a model appeared"].set_index("rule")["counted"]
    reasons = [f"{_n(counts[rule])} because {reason}" for rule, reason in UNDATED.items() if rule in counts.index]
    return (
        f"Of all models that any source names, these have no day to be trusted: {'; '.join(reasons)}."
        if reasons
        else ""
    )


def _hidden(datasets: Datasets) -> str:
    """Return how many models each switch of the Hub hides by default, for all dates; "" without a listing."""
    if "hub" not in datasets.names:
        return ""
    row = Selection.defaults(datasets, "hub").hidden()
    hidden = verb_after(
        row["text_generation"], "is hidden because it does not generate", "are hidden because they do not generate"
    )
    return (
        f"Of {counted(row['models'], 'model')} on the Hub, whatever their dates, the page counts "
        f"{_n(row['remaining'])} when it opens: {_n(row['text_generation'])} {hidden} text. Its switches hide "
        f"quantized copies and adapters ({_n(row['hide_derived'])} more) and what had no download in 30 days "
        f"({_n(row['downloaded'])})."
    )


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(f"{sentence}." for sentence in sentences)


_n = number_text
