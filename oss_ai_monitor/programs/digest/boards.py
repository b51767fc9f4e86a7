"""Sentences about leaderboards: who took the first place, records, evaluations that were rescored, and new ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...pages.tables import are_rows_withheld
from ...perspectives.copies import originals
from ...perspectives.phrases import enumerated
from ...plurals import counted, verb_after
from .marks import linked, name_text
from .sentence import Bar, Days, Query, Sentence, figures, size_text, tuples

USUAL_GAP = 31
"""Days between two snapshots, up to which what differs between them is news of the later one's week."""
OF_ALL = ("average", "score")
"""The scores that stand for a whole leaderboard."""
FEWEST_MODELS = 50
"""Models of a leaderboard from which a place among them says something."""
LEAST_SHARE = 0.01
"""Share of the evaluations from which it says something that they were rescored."""
MOST_BENCHMARKS = 4
"""Benchmarks that a sentence names."""


def board_sentences(days: Days, dataset: str, subjects: set[str]) -> Iterator[Sentence]:
    """Yield the sentences about a leaderboard; `subjects` are those that there is something about."""
    if dataset not in days.datasets.names:
        return
    label = str(days.datasets.rows_by_name[dataset]["label"])
    names_models = not are_rows_withheld()
    if "first place" in subjects and names_models:
        yield from _first_places(days, dataset, label)
    if "record" in subjects and names_models:
        yield from _records(days, dataset, label)
    if "rescored" in subjects:
        yield from _rescored(days, dataset, label)
    if "submitted" in subjects and names_models:
        yield from _submitted(days, dataset, label)


def _first_places(days: Days, dataset: str, label: str) -> Iterator[Sentence]:
    rows, query = days.ask("digest_first_places", dataset=dataset)
    for _, of_day in rows.groupby("day", sort=True):
        first = of_day.iloc[0]
        is_average = first["benchmark"] in OF_ALL
        place = f"the first place of {label}" if is_average else f"the first place of {label} on {first['label']}"
        text = (
            f"{linked(first['model_id'])}{size_text(first['parameters_b'])} has {place}, with "
            f"{first['score']:.2f} points, where {linked(first['model_before'])} had it with "
            f"{first['score_before']:.2f}: it changed between {date_text(first['since'])} and "
            f"{date_text(first['day'])}."
        )
        others = [f"{row.label} ({linked(row.model_id)}, {row.score:.2f})" for row in tuples(of_day[1:])]
        if others:
            text += f" First on {'single' if is_average else 'other'} benchmarks are now: {_listed(others)}."
        gap = (first["day"] - first["since"]).days
        yield Sentence(
            "first place",
            text,
            query,
            figures({
                "score of the first": (first["score"], "points of 100"),
                "score of the first before": (first["score_before"], "points of 100"),
            }),
            days.view("changes", dataset, unit="day", kinds="first place"),
            "Scores of the first places, now and before",
            tuple(
                bar
                for row in tuples(of_day)
                for bar in now_and_before(
                    f"{row.label}: {name_text(row.model_id)}", row.score,
                    f"before: {name_text(row.model_before)}", row.score_before,
                )
            )[: 2 * MOST_BENCHMARKS],
            tuple(dict.fromkeys([*of_day["model_id"], *of_day["model_before"].dropna()])),
            news=(9.5 if is_average else 6.0) - (0 if gap <= USUAL_GAP else 2.5),
        )  # fmt: skip


def _records(days: Days, dataset: str, label: str) -> Iterator[Sentence]:
    rows, query = days.ask("digest_records", dataset=dataset)
    rows = rows.sort_values(["after"], ascending=False, kind="stable").drop_duplicates("benchmark")
    rows = rows.sort_values("benchmark", key=lambda names: names != "average", kind="stable")
    if rows.empty:
        return
    first = rows.iloc[0]
    subject = label if first["benchmark"] in OF_ALL else f"{first['label']} of {label}"
    before = "" if pd.isna(first["before"]) else f" after {first['before']:.2f}"
    original_of = originals(days.warehouse)
    others = [
        f"{row.label} ({linked(row.model_id)}{_copy_note(row.model_id, original_of)}, {row.after:.2f})"
        for row in tuples(rows[1:])
    ]
    others_text = f" The same is so of {_listed(others)}." if others else ""
    yield Sentence(
        "record",
        f"{linked(first['model_id'])}{size_text(first['parameters_b'])}{_copy_note(first['model_id'], original_of)}, "
        f"which appeared on {date_text(first['day'])}, scores more on {subject} than every model that appeared before "
        f"it: {first['after']:.2f} points{before}, by today's evaluations.{others_text}",
        query,
        figures({
            "record": (first["after"], "points of 100"),
            "record before": (first["before"], "points of 100"),
            "records in all": (first["records_in_all"], "records"),
        }),
        days.view("changes", dataset, unit="day", kinds="record"),
        "Records and those before them",
        tuple(
            bar
            for row in tuples(rows[:MOST_BENCHMARKS])
            for bar in now_and_before(f"{row.label}: {name_text(row.model_id)}", row.after, "before", row.before)
        ),
        tuple(dict.fromkeys(rows["model_id"])),
        news=8.0 if first["benchmark"] == "average" else 5.5,
    )  # fmt: skip


def _copy_note(model_id: object, original_of: Mapping[str, str]) -> str:
    original = original_of.get(str(model_id))
    return f", a copy of {original}" if original else ""


def _rescored(days: Days, dataset: str, label: str) -> Iterator[Sentence]:
    rows, query = days.ask("digest_rescored", dataset=dataset)
    for _, of_day in rows.groupby("day", sort=True):
        yield _rescored_on(days, dataset, label, of_day, query)


def _rescored_on(days: Days, dataset: str, label: str, rows: pd.DataFrame, query: Query) -> Sentence:
    first = rows.iloc[0]
    share = first["rescored"] / first["evaluations"]
    change = f"{abs(first['median_change']):.2f} points {'up' if first['median_change'] > 0 else 'down'}"
    on = "" if days.datasets.rows_by_name[dataset]["kind"] == "benchmark" else f" on {first['label']}"
    others = [f"{row.label} ({number_text(row.rescored)})" for row in tuples(rows[1:]) if row.benchmark != "average"]
    others_text = f" It changed scores on {enumerated(others)}, too." if others else ""
    gap = (first["day"] - first["since"]).days
    return Sentence(
        "rescored",
        f"{label} changed its scores{on} between {date_text(first['since'])} and "
        f"{date_text(first['day'])}: {number_text(first['rescored'])} of the "
        f"{counted(first['evaluations'], 'evaluation')} that it had already ({share:.0%}) "
        f"{verb_after(first['rescored'], 'has', 'have')} another one, in the median {change}, and "
        f"{number_text(first['raised'])} of them a higher one.{others_text}",
        query,
        figures({
            "evaluations with another score": (first["rescored"], "evaluations"),
            "evaluations in both snapshots": (first["evaluations"], "evaluations"),
            "median change": (first["median_change"], "points of 100"),
            "evaluations with a higher score": (first["raised"], "evaluations"),
        }),
        days.view("changes", dataset, unit="day", kinds="rescored"),
        "Evaluations with another score than before",
        tuple(Bar(str(row.label), float(row.rescored), number_text(row.rescored)) for row in tuples(rows)),
        news=1.0 + 3.0 * share + math.log10(first["rescored"]) - (0 if gap <= USUAL_GAP else 2.5)
        - (0 if share >= LEAST_SHARE else 1.5),
    )  # fmt: skip


def _submitted(days: Days, dataset: str, label: str) -> Iterator[Sentence]:
    rows, query = days.ask("digest_submitted", dataset=dataset)
    if rows.empty:
        return
    first: Any = rows.iloc[0]
    models, place = int(first["models_in_all"]), int(first["place"])
    as_of = date_text(days.datasets.bounds(dataset)[1])
    submitted = f"{counted(int(first['evaluations_in_all']), 'evaluation')} of {counted(models, 'model')}"
    opened_on, settled_on = first["opened_on"], first["settled_on"]
    is_before = pd.notna(opened_on) and days.end < opened_on.date()
    when = f"before it opened on {date_text(opened_on)}" if is_before else "in this week"
    of_models = f"{submitted}, submitted to {label} {when}, had a score by {as_of}"
    if pd.notna(settled_on) and days.end > settled_on.date():
        of_models += "; others may still have waited for theirs"
    has_places = first["models_until_then"] >= FEWEST_MODELS
    of_all = (
        f", place {number_text(place)} of the {number_text(first['models_until_then'])} models with a score that were "
        "submitted until then"
        if has_places
        else ""
    )
    news = (3.5 if place == 1 else 2.0 if place <= 3 else 0.8 if place <= 10 else -1.5) if has_places else -2.0
    others = [f"{linked(row.model_id)} ({row.score:.2f})" for row in tuples(rows[1:3])]
    others_text = f", ahead of {enumerated(others)}" if others else ""
    yield Sentence(
        "submitted",
        f"{of_models}. The best of them is {linked(first['model_id'])}{size_text(first['parameters_b'])} with "
        f"{first['score']:.2f} points{of_all}{others_text}.",
        query,
        figures({
            "evaluations submitted": (first["evaluations_in_all"], "evaluations"),
            "score of the best": (first["score"], "points of 100"),
            "place of the best": (place if has_places else None, "place"),
        }),
        days.view("score-progress", dataset, weeks_before=8, unit="week"),
        "Scores of the best models that were submitted",
        tuple(Bar(name_text(row.model_id), float(row.score), f"{row.score:.2f}") for row in tuples(rows)),
        tuple(rows["model_id"]),
        view_text="Score progress until then, by the day of appearing",
        news=3.0 + 0.5 * math.log10(models) + (-2.5 if is_before else news),
        counts="submitted",
    )  # fmt: skip


def now_and_before(label: str, score: Any, label_before: str, score_before: Any) -> tuple[Bar, ...]:
    """Return a bar for a score, and one for what stood in its place, if anything did."""
    now = Bar(label, float(score), f"{score:.2f}")
    return (
        (now,) if pd.isna(score_before) else (now, Bar(label_before, float(score_before), f"{score_before:.2f}", True))
    )


def _listed(texts: list[str]) -> str:
    """Return some texts, and how many more there are."""
    more = [f"{number_text(len(texts) - MOST_BENCHMARKS)} more"] if len(texts) > MOST_BENCHMARKS else []
    return enumerated([*texts[:MOST_BENCHMARKS], *more])
