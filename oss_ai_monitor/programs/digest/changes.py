"""Sentences about what two listings of the Hub show changed: licences, access, names, and what is gone or back."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...perspectives.changes.texts import value_text
from ...perspectives.phrases import between
from ...plurals import counted
from .marks import FAMILY, OWNER, linked, name_text, plain
from .sentence import Bar, Days, Sentence, downloads_bars, downloads_text, figures, tuples

HUB = "hub"
FEWEST = 10
"""Repositories of one owner that changed together, from which they are a sentence of their own."""
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
    "gating": Kind("changed its terms of access", "changed their terms of access", 1.0, is_declared=True),
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


def changes(days: Days, subjects: set[str]) -> Iterator[Sentence]:
    """Yield the sentences about changes; `subjects` are the kinds of changes that there are."""
    for kind in KINDS:
        if kind in subjects:
            yield from _changed(days, kind)


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
        f"{counted(int(first['models']), 'repository')} of "
        f"{linked(first['owner'], OWNER)} {phrases.several} at once{_replaced(kind, first)}, {_when(first)}; the most "
        f"used of them is {linked(first['model_id'])}, and together they have "
        f"{counted(0 if pd.isna(first['downloads_30d']) else first['downloads_30d'], 'download')} in 30 days.",
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
