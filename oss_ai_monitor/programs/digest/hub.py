"""Sentences about the Hub: what is new and used, what is built upon, what rose, and what its listings show changed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...perspectives.changes.texts import value_text
from ...perspectives.phrases import between, counted, enumerated, growth_text
from .marks import FAMILY, OWNER, linked, name_text, plain
from .sentence import Bar, Days, Sentence, downloads_bars, downloads_text, figures, tuples

HUB = "hub"
FEWEST = 10
"""Repositories of one owner that changed together, from which they are a sentence of their own."""
FEWEST_OWNERS = 3
"""Owners who built upon one base, from which it says something."""

SURGE, MOST_OF_A_RISE = 0.1, 0.5
"""A rise of a tenth is a surge; where five owners hold more than half of it, this is said."""
ASIDE = "apart from quantized copies and from repositories that have neither counted weights nor a licence nor a like"
ONE_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
"""A declared base that is one repository."""


@dataclass(frozen=True)
class Kind:
    """How a kind of change is spoken of: of one model, of several, and how much it is news beside the downloads."""

    one: str
    several: str
    news: float
    is_declared: bool = False
    """Whether something stands in the place of something else."""


KINDS = {
    "licence": Kind("declares another licence", "declare another licence", 1.5, is_declared=True),
    "gating": Kind("has other terms of access", "have other terms of access", 1.0, is_declared=True),
    "base": Kind("declares another base model", "declare another base model", 0.0, is_declared=True),
    "gone": Kind("is gone from the Hub", "are gone from the Hub", 1.5),
    "back": Kind("is back on the Hub", "are back on the Hub", 0.5),
    "renamed": Kind("has another name", "have other names", 0.0),
    "parameters": Kind(
        "has files with another number of parameters", "have files with another number of parameters", -1.5,
        is_declared=True,
    ),
    "task": Kind("declares another task", "declare another task", -1.5, is_declared=True),
}  # fmt: skip


def hub_sentences(days: Days, subjects: set[str]) -> Iterator[Sentence]:
    """Yield the sentences about the Hub; `subjects` are the kinds of changes that there are."""
    if HUB not in days.datasets.names:
        return
    yield from _appeared(days)
    yield from _built_upon(days)
    yield from _rose(days)
    for kind in KINDS:
        if kind in subjects:
            yield from _changed(days, kind)


def _appeared(days: Days) -> Iterator[Sentence]:
    rows, query = days.ask("digest_appeared")
    used = rows[rows["downloads_30d"] > 0]  # the query leaves out some, and counts them
    if used.empty:
        return
    first = used.iloc[0]
    models, usual = int(first["models_in_all"]), first["models_usually"] if days.is_whole(HUB) else None
    as_of = date_text(days.datasets.bounds(HUB)[1])
    compared = accounts = ""
    if usual is not None and pd.notna(usual) and usual > 0:
        compared = (
            f", {_against(models / usual - 1)} in a usual week ({number_text(usual)}, the median of eight before)"
        )
        accounts = _few_accounts(first, models, usual, "models", "of the eight before")
    others = [f"{linked(row.model_id)} ({number_text(row.downloads_30d)})" for row in tuples(used[1:3])]
    others_text = f", ahead of {enumerated(others)}" if others else ""
    yield Sentence(
        "appeared",
        f"{counted(models, 'model')} appeared on the Hub{compared}, of those that it lists on {as_of}.{accounts} "
        f"The most used, {ASIDE}: {linked(first['model_id'])} with "
        f"{number_text(first['downloads_30d'])} downloads in the 30 days before that day{others_text}.",
        query,
        figures({
            "models that appeared": (models, "models"),
            "models in a usual week": (usual, "models"),
            f"downloads of {name_text(first['model_id'])}": (first["downloads_30d"], "downloads in 30 days"),
        }),
        days.view("model-types", HUB, weeks_before=8, unit="week", text_generation="no"),
        "Downloads in 30 days of the most used new models",
        downloads_bars(used),
        tuple(used["model_id"]),
        news=math.log10(first["downloads_30d"] + 1) + 1.5,
        counts="appeared",
    )  # fmt: skip


def _built_upon(days: Days) -> Iterator[Sentence]:
    rows, query = days.ask("digest_bases")
    if rows.empty or (rows["owners"] - rows["owners_usually"].fillna(0)).iloc[0] < FEWEST_OWNERS:
        return
    first = rows.iloc[0]
    usual = None if pd.isna(first["owners_usually"]) or not days.is_whole(HUB) else float(first["owners_usually"])
    kinds = [
        counted(int(first[column]), noun)
        for column, noun in (("adapters", "adapter"), ("quantized", "quantized copy"))
        if first[column]
    ]
    kinds = [kind.replace("copys", "copies") for kind in kinds]
    among = f", among them {enumerated(kinds)}" if kinds else ""
    others = [
        f"{linked(row.base_model_id, FAMILY)} ({counted(row.owners, 'owner')}"
        f"{'' if usual is None else f', usually {_median_text(row.owners_usually)}'})"
        for row in tuples(rows[1:3])
    ]
    others_text = f" Then {'follow' if len(others) > 1 else 'follows'} {enumerated(others)}." if others else ""
    base, owners = name_text(first["base_model_id"]), number_text(first["owners"])
    shown = linked(first["base_model_id"], FAMILY)
    begin = (
        f"More owners built upon {shown} than upon any other base: {owners}"
        if usual is None
        else f"{owners} owners built upon {shown}, where {_median_text(usual)} do in a usual week (the median of eight "
        "before): the greatest rise of all bases"
    )
    yield Sentence(
        "built upon",
        f"{begin}. They made {counted(int(first['models']), 'new model')}{among}; "
        f"{number_text(first['models_in_all'])} new models name a base.{others_text}",
        query,
        figures({
            f"owners with new models on {base}": (first["owners"], "owners"),
            "owners in a usual week": (usual, "owners"),
            f"new models on {base}": (first["models"], "models"),
            "new models that name a base": (first["models_in_all"], "models"),
        }),
        {"family": str(first["base_model_id"])},
        "Owners with new models on each base" if usual is None else "Owners with new models on each base, in this week "
        "and in a usual one",
        tuple(
            bar
            for row in tuples(rows)
            for bar in (
                Bar(name_text(row.base_model_id), float(row.owners), number_text(row.owners)),
                *([] if usual is None else
                  [Bar("usual week", float(row.owners_usually), _median_text(row.owners_usually), True)]),
            )
        ),
        tuple(rows["base_model_id"]),
        news=3.0 + math.log10(first["owners"] - (usual or 0)),
        counts="appeared",
    )  # fmt: skip


def _rose(days: Days) -> Iterator[Sentence]:
    rows, query = days.ask("digest_movers")
    if rows.empty:
        return
    first = rows.iloc[0]
    total, before = first["gained_in_all"], first["gained_before_in_all"]
    all_models = (
        f" All {number_text(first['models_in_all'])} models that are followed together: {number_text(total)}, "
        f"{_against(total / before - 1)} in the mean week of these three."
        if before
        else ""
    )
    if before:
        all_models += _few_accounts(first, total, before, "new downloads", "of these three")
    others = [f"{linked(row.model_id)} ({growth_text(row.growth)})" for row in tuples(rows[1:3])]
    others_text = f" Behind it: {enumerated(others)}." if others else ""
    yield Sentence(
        "rose",
        f"{linked(first['model_id'])} rose most, of models with {number_text(first['least_gained'])} new downloads "
        f"or more: {number_text(first['gained'])} in this week against {number_text(first['gained_before'])}, the mean "
        f"of the three weeks before ({growth_text(first['growth'])}).{others_text}{all_models}",
        query,
        figures({
            f"new downloads of {name_text(first['model_id'])}": (first["gained"], "downloads"),
            "mean of the three weeks before": (first["gained_before"], "downloads"),
            "new downloads of all models": (total, "downloads"),
        }),
        days.view("adoption", HUB, weeks_before=8, unit="week"),
        "New downloads of the week, and in the mean of three before",
        tuple(
            bar
            for row in tuples(rows)
            for bar in (
                Bar(name_text(row.model_id), float(row.gained), number_text(row.gained)),
                Bar("three weeks before, mean", float(row.gained_before), number_text(row.gained_before), True),
            )
        ),
        tuple(rows["model_id"]),
        news=math.log10(first["gained"] + 1) + 0.5,
    )  # fmt: skip


def _changed(days: Days, kind: str) -> Iterator[Sentence]:
    """Yield what changed in a kind, and where one owner changed most repositories at once, unless that is said."""
    rows, query = days.ask("digest_changes", kind=kind, fewest=1)
    if rows.empty:
        return
    is_one_edit = 1 < rows.iloc[0]["models"] == rows.iloc[0]["models_in_all"]
    yield _of_owner(days, kind, rows, query) if is_one_edit else _of_kind(days, kind, rows, query)
    edits, query = days.ask("digest_changes", kind=kind, fewest=FEWEST)
    if len(edits) and not (rows.iloc[0]["models"] > 1 and rows.iloc[0]["owner"] == edits.iloc[0]["owner"]):
        yield _of_owner(days, kind, edits, query)


def _of_kind(days: Days, kind: str, rows: pd.DataFrame, query: Any) -> Sentence:
    phrases, first = KINDS[kind], rows.iloc[0]
    models = int(first["models_in_all"])
    if models == 1:
        text = f"{linked(first['model_id'])} {phrases.one}{_replaced(kind, first)}{_used(first)}, {_when(first)}."
    else:
        first_time = int(first["first_in_all"]) if phrases.is_declared else 0
        some = "all" if first_time == models else number_text(first_time)
        remark = f", {some} of them where none was declared" if first_time else ""
        most = _line(first)
        owners = int(first["owners_in_all"])
        of_owners = linked(first["owner"], OWNER) if owners == 1 else counted(owners, "owner")
        whose = "" if owners == models else f" of {of_owners}"
        text = (
            f"{counted(models, 'model')}{whose} "
            f"{phrases.several}{remark}. "
            f"The most used{' that had one' if first_time and pd.notna(first['before']) else ''}: "
            f"{most}{_replaced(kind, first)}{_used(first)}, {_when(first)}."
        )
    return Sentence(
        kind,
        text,
        query,
        figures({
            f"models that {phrases.several}": (models, "models"),
            "downloads of the most used": (first["downloads_30d"], "downloads in 30 days"),
        }),
        days.view("changes", HUB, unit="day", kinds=kind),
        "Downloads in 30 days of the most used of them",
        downloads_bars(rows.assign(line=[plain(_line(row)) for _, row in rows.iterrows()]), "line"),
        tuple(rows["model_id"]),
        news=phrases.news + _weight(first["downloads_30d"]),
        counts=kind,
    )  # fmt: skip


def _of_owner(days: Days, kind: str, rows: pd.DataFrame, query: Any) -> Sentence:
    phrases, first = KINDS[kind], rows.iloc[0]
    return Sentence(
        f"{kind} of one owner",
        f"{counted(int(first['models']), 'repository').replace('repositorys', 'repositories')} of "
        f"{linked(first['owner'], OWNER)} {phrases.several} at once{_replaced(kind, first)}, {_when(first)}; the most "
        f"used of them is {linked(first['model_id'])}, and together they have "
        f"{number_text(0 if pd.isna(first['downloads_30d']) else first['downloads_30d'])} downloads in 30 days.",
        query,
        figures({
            "repositories that changed together": (first["models"], "repositories"),
            "their downloads": (first["downloads_30d"], "downloads in 30 days"),
        }),
        days.view("changes", HUB, unit="day", kinds=kind, owners=str(first["owner"]).replace(",", "%2C")),
        "Repositories of one owner that changed together",
        tuple(Bar(name_text(row.owner), float(row.models), number_text(row.models)) for row in tuples(rows)),
        tuple(rows["model_id"]),
        news=max(0.0, phrases.news) + 1.5 + math.log10(first["models"]) + 0.3 * _weight(first["downloads_30d"]),
    )  # fmt: skip


def _median_text(number: float) -> str:
    """Return a median of counts, which may lie between two: 16.5."""
    return f"{number:,.1f}".removesuffix(".0")


def _few_accounts(row: Any, total: float, usual: float, noun: str, before: str) -> str:
    """Return a sentence where five owners hold more than half of a surge; empty where they do not."""
    rise, owners, rises = total - usual, row["risen_owners"], row["owner_rises"]
    if rise < SURGE * usual or owners is None or sum(rises) <= MOST_OF_A_RISE * rise:
        return ""
    share = "all" if sum(rises) >= rise else f"{sum(rises) / rise:.0%}"
    who = f"{len(owners)} accounts hold" if len(owners) > 1 else "One account holds"
    second = f", {linked(owners[1], OWNER)} {number_text(rises[1])}" if len(owners) > 1 else ""
    return (
        f" {who} {share} of this rise: {linked(owners[0], OWNER)} has {number_text(rises[0])} {noun} more than in its "
        f"mean week {before}{second}."
    )


def _against(growth: float) -> str:
    """Return a relative change as the beginning of a comparison: 12% more than, about as many as."""
    if abs(growth) < 0.005:
        return "about as many as"
    if growth >= 9:
        return f"{number_text(growth + 1)} times as many as"
    return f"{abs(growth):.0%} {'more' if growth > 0 else 'fewer'} than"


def _line(row: Any) -> str:
    if row["models"] > 1:
        return f"{number_text(row['models'])} repositories of {linked(row['owner'], OWNER)}"
    return linked(row["model_id"])


def _replaced(kind: str, row: Any) -> str:
    if kind == "renamed":
        return "" if row["models"] > 1 else f", formerly {linked(row['before'])}"
    if not KINDS[kind].is_declared:
        return ""
    before, after = (_value(kind, row[name]) for name in ("before", "after"))
    return f", {after} instead of {before}"


def _value(kind: str, value: Any) -> str:
    text = value_text(kind, value)
    return linked(text, FAMILY) if kind == "base" and ONE_NAME.fullmatch(text) else name_text(text)


def _used(row: Any) -> str:
    return downloads_text(row["downloads_30d"])


def _when(row: Any) -> str:
    return (
        f"between {date_text(row['since'])} and {date_text(row['day'])}"
        if pd.notna(row["since"])
        else (f"on {between(row['day'], row['day'])}")
    )


def _weight(downloads: Any) -> float:
    return 0.0 if pd.isna(downloads) else math.log10(float(downloads) + 1)
