"""Sentences about the Hub: what is new and used, what is built upon, what rose, and what changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...perspectives.phrases import enumerated, growth_text
from ...plurals import counted, verb_after
from .changes import HUB, changes
from .marks import FAMILY, OWNER, linked, name_text
from .sentence import Bar, Days, Sentence, downloads_bars, figures, tuples

FEWEST_OWNERS = 3
"""Owners who built upon one base, from which it says something."""

SURGE, MOST_OF_A_RISE = 0.1, 0.5
"""A rise of a tenth is a surge; where five owners hold more than half of it, this is said."""
ASIDE = "apart from quantized copies and from repositories that have neither counted weights nor a licence nor a like"


def hub_sentences(days: Days, subjects: set[str]) -> Iterator[Sentence]:
    """Yield the sentences about the Hub; `subjects` are the kinds of changes that there are."""
    if HUB not in days.datasets.names:
        return
    yield from _appeared(days)
    yield from _built_upon(days)
    yield from _rose(days)
    yield from changes(days, subjects)


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
        f"{counted(first['downloads_30d'], 'download')} in the 30 days before that day{others_text}.",
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
    among = f", among them {enumerated(kinds)}" if kinds else ""
    others = [
        f"{linked(row.base_model_id, FAMILY)} ({counted(row.owners, 'owner')}"
        f"{'' if usual is None else f', usually {_median_text(row.owners_usually)}'})"
        for row in tuples(rows[1:3])
    ]
    others_text = f" Then {'follow' if len(others) > 1 else 'follows'} {enumerated(others)}." if others else ""
    base, owners = name_text(first["base_model_id"]), number_text(first["owners"])
    linked_base, in_all = linked(first["base_model_id"], FAMILY), int(first["models_in_all"])
    begin = (
        f"More owners built upon {linked_base} than upon any other base: {owners}"
        if usual is None
        else f"{counted(first['owners'], 'owner')} built upon {linked_base}, where {_median_text(usual)} do in a usual "
        "week (the median of eight before): the greatest rise of all bases"
    )
    yield Sentence(
        "built upon",
        f"{begin}. They made {counted(int(first['models']), 'new model')}{among}; "
        f"{counted(in_all, 'new model')} {verb_after(in_all, 'names', 'name')} a base.{others_text}",
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
        f"{linked(first['model_id'])} rose most, of models with {counted(first['least_gained'], 'new download')} "
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
