"""The digest of a week: up to ten generated sentences about what changed, each with its query."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from ..charts import date_text
from ..pages.tables import are_rows_withheld
from ..perspectives.changes.sources import LABELS
from ..perspectives.changes.texts import change_text
from ..perspectives.phrases import between, counted
from ..warehouse import Warehouse

MOST = 10
"""Sentences of a digest."""
QUERY = "changes_lines"
OF_BOARDS, OF_HUB = (
    ("rescored", "first place", "record"),
    tuple(kind for kind in LABELS if kind not in ("rescored", "first place", "record")),
)
COUNTED = {  # kind → what is counted, and what became of it
    "rescored": ("score", "changed"),
    "first place": ("first place", "changed"),
    "record": ("record", "fell"),
    "licence": ("model", "declared another licence"),
    "gating": ("model", "changed their access"),
    "base": ("model", "declared another base model"),
    "parameters": ("model", "got another number of parameters"),
    "task": ("model", "declared another task"),
    "renamed": ("model", "got another name"),
    "gone": ("model", "went from the Hub"),
    "back": ("model", "came back to the Hub"),
    "appeared": ("model", "appeared on the Hub"),
}
ALL = 1_000_000
"""More lines than a week has."""
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MARKED = re.compile(r"([\\`*_\[\]#|<>~])")


@dataclass(frozen=True)
class Sentence:
    """A sentence with numbers, the query behind it and what is bound to that."""

    text: str
    query: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Digest:
    """What changed in a week, or why there is nothing to say."""

    week: str
    start: dt.date
    end: dt.date
    sentences: tuple[Sentence, ...]
    note: str

    @property
    def title(self) -> str:
        return f"Week {self.week}: {between(self.start, self.end)}"

    def markdown(self) -> str:
        """Return it as Markdown; names that strangers chose mark nothing up."""
        lines = ["- " + _MARKED.sub(r"\\\1", one.text) for one in self.sentences]
        return "\n".join([f"# {self.title}", "", *lines, *([""] if lines else []), self.note, ""])

    def html(self) -> str:
        """Return it as a part of a page."""
        items = "".join(f"<li>{html.escape(one.text)}</li>\n" for one in self.sentences)
        listed = f"<ul>\n{items}</ul>\n" if items else ""
        return f"<h1>{html.escape(self.title)}</h1>\n{listed}<p>{html.escape(self.note)}</p>\n"

    def json(self) -> str:
        """Return it with the query and the parameters of each sentence."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False, indent=1, default=str) + "\n"


def week_dates(week: str) -> tuple[dt.date, dt.date]:
    """Return the Monday and the Sunday of an ISO week such as 2024-W45. Raises ValueError."""
    match = _WEEK.fullmatch(week)
    if not match:
        raise ValueError(f"'{week[:40]}' is no week; expected a year and a week of ISO 8601, such as 2024-W45")
    monday = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
    return monday, monday + dt.timedelta(days=6)


def digest(warehouse: Warehouse, week: str) -> Digest:
    """Return the digest of an ISO week. Raises ValueError for a text that is no week."""
    start, end = week_dates(week)
    names = [str(name) for name in warehouse.query("datasets")["dataset"]]
    sentences: list[Sentence] = []
    for dataset in names:
        kinds = OF_HUB if dataset == "hub" else () if are_rows_withheld() else OF_BOARDS
        for kind in kinds:
            sentences += _sentence(warehouse, dataset, kind, start, end)
    order = [*OF_BOARDS, *OF_HUB]
    sentences.sort(key=lambda one: order.index(_kind_of(one)))
    chosen = tuple(sentences[:MOST])
    return Digest(week, start, end, chosen, _note(warehouse, start, end, is_empty=not chosen))


def _sentence(warehouse: Warehouse, dataset: str, kind: str, start: dt.date, end: dt.date) -> Iterator[Sentence]:
    """Yield the sentence about the changes of a kind in a week; none where there are none."""
    parameters: dict[str, Any] = {
        "dataset": dataset, "start": start, "end": end, "kinds": [kind], "with_new": kind == "appeared",
        "owners": [], "families": [], "licences": [], "text": "", "most": ALL,
    }  # fmt: skip
    lines = warehouse.query(QUERY, **parameters)
    lines = lines[lines["kind"] == kind]  # new models come besides the kinds that are asked for
    if lines.empty:
        return
    of_average = lines["subject_text"].str.startswith("the average")
    first = lines[~of_average].iloc[0] if kind == "rescored" and not of_average.all() else lines.iloc[0]
    text = f"{change_text(first)} ({date_text(first['day'])})."
    if len(lines) > 1:
        most = "one of them"
        if first["models"] > 1:
            most = "most at once"
        elif pd.notna(first["downloads_30d"]):
            most = "the most used"
        total = counted(int(lines["models"].sum()), COUNTED[kind][0])
        where = "" if dataset == "hub" else f" on {dataset}"
        text = f"{total} {COUNTED[kind][1]}{where}; {most}: {text}"
    yield Sentence(text, QUERY, parameters)


def _kind_of(sentence: Sentence) -> str:
    return str(sentence.parameters["kinds"][0])


def _note(warehouse: Warehouse, start: dt.date, end: dt.date, *, is_empty: bool) -> str:
    """Return on what it stands, and that there is nothing to say where it is so."""
    reach = warehouse.query("changes_reach", dataset="hub", start=start, end=end).iloc[0]
    simulated = "Simulated data, no statement about the world. " if warehouse.is_simulated else ""
    last = reach["last_on"]
    basis = (
        "No two full listings of the Hub are compared yet."
        if pd.isna(last)
        else f"Listings of the Hub are compared from {between(reach['first_on'], last)}."
    )
    emptiness = "Nothing is known to have changed in this week. " if is_empty else ""
    return f"{simulated}{emptiness}{basis}"
