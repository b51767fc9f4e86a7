"""The digest of one week: the sentences that are most news, and what they stand on."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, replace

import pandas as pd

from ...charts import date_text
from ...perspectives import Datasets, address, snapshot_of
from ...perspectives.phrases import between
from ...plurals import counted
from ...warehouse import Warehouse
from .boards import board_sentences
from .changes import HUB
from .hub import hub_sentences
from .marks import only_pages
from .sentence import Bar, Days, Sentence
from .weeks import week_dates

MOST = 10
"""Sentences of a digest."""
LEAST_NEWS = 2.0
"""What is less news than this is left out."""
DATED = (
    "New models are dated by their release where it is known, else by the day on which their repository was made, "
    "which may be days before others could read it."
)
_NO_KEY = re.compile(r"[^a-z0-9]+")
NO_NEWS = "There is nothing to say of this week."


@dataclass(frozen=True)
class Digest:
    """What is news of a week, or that there is nothing to say."""

    week: str
    start: dt.date
    end: dt.date
    sentences: tuple[Sentence, ...]
    notes: tuple[str, ...]
    snapshot: str
    updated: dt.datetime
    """The end of the week, or where the data end before it, their moment."""
    is_simulated: bool

    @property
    def title(self) -> str:
        """The week and its days."""
        return f"Week {self.week}: {between(self.start, self.end)}"

    @property
    def summary(self) -> str:
        """The first sentence, or that there is nothing to say."""
        return self.sentences[0].text if self.sentences else NO_NEWS


def digest(warehouse: Warehouse, week: str) -> Digest:
    """Return the digest of an ISO week. Raises ValueError for a text that is no week."""
    start, end = week_dates(week)
    days = Days(warehouse, Datasets(warehouse), start, end)
    rows, _ = days.ask("digest_subjects")
    subjects: dict[str, set[str]] = {}
    for row in rows.itertuples():
        subjects.setdefault(str(row.leaderboard) or HUB, set()).add(str(row.subject))
    sentences = list(hub_sentences(days, subjects.get(HUB, set())))
    for dataset in days.datasets.boards:
        sentences += board_sentences(days, dataset, subjects.get(dataset, set()))
    sentences.sort(key=lambda one: -one.news)
    greatest = [one for one in sentences[:MOST] if one.news >= LEAST_NEWS]
    pages = days.pages(" ".join(one.marked for one in greatest))
    chosen = with_keys([
        _with_disputes(days, replace(one, marked=only_pages(one.marked, pages))) for one in greatest
    ])  # fmt: skip
    notes = _notes(days, is_empty=not chosen)
    if any(one.subject == "appeared" for one in chosen):
        notes.append(DATED)
    if lesser := len(sentences) - len(chosen):
        are = "is" if lesser == 1 else "are"
        notes.append(f"{counted(lesser, 'lesser piece')} of news, of few downloads or models, {are} left out.")
    return Digest(
        week, start, end, chosen, tuple(notes), snapshot_of(warehouse),
        _updated(days), warehouse.is_simulated,
    )  # fmt: skip


def with_keys(sentences: list[Sentence]) -> tuple[Sentence, ...]:
    """Return sentences with a key each, such as rescored-v2, and with a bar to draw where their rows have none."""
    with_key, used = [], Counter[str]()
    for one in sentences:
        dataset = one.view.get(address.DATASET, HUB)
        words = one.subject if dataset == HUB else f"{one.subject} {dataset}"
        key = _NO_KEY.sub("-", words.lower()).strip("-")
        used[key] += 1
        bars = one.bars or tuple(Bar(figure.label, figure.value, "") for figure in one.figures[:1])
        with_key.append(replace(one, key=key if used[key] == 1 else f"{key}-{used[key]}", bars=bars))
    return tuple(with_key)


def _with_disputes(days: Days, sentence: Sentence) -> Sentence:
    """Return a sentence with the claims that are not believed, about the models that it names and those it counts."""
    if sentence.models:
        count, query = days.disputes(sentence.models)
        sentence = replace(sentence, disputes=count, disputes_query=query if count else None)
    if sentence.counts:
        count, query = days.disputes_counted(sentence.counts, sentence.view.get(address.DATASET, HUB))
        sentence = replace(sentence, disputes_counted=count, counted_query=query if count else None)
    return sentence


def _updated(days: Days) -> dt.datetime:
    """Return when the digest was last different: a week that is over does not change its date."""
    last = max(days.datasets.bounds(dataset)[1] for dataset in days.datasets.names)
    return dt.datetime.combine(min(last, days.end + dt.timedelta(days=1)), dt.time(), dt.UTC)


def _notes(days: Days, *, is_empty: bool) -> list[str]:
    """Return what it stands on, and what is not known of this week."""
    notes = ["Simulated data, no statement about the world."] if days.warehouse.is_simulated else []
    if is_empty:
        notes.append(NO_NEWS)
    if HUB not in days.datasets.names:
        return [*notes, "No listing of the Hub has landed."]
    as_of = days.datasets.bounds(HUB)[1]
    if as_of < days.start:
        return [*notes, f"Nothing is known of the Hub in this week: its last listing is of {date_text(as_of)}."]
    if as_of < days.end:
        notes.append(f"The listing of the Hub is of {date_text(as_of)}: the week goes on after it.")
    reach = days.warehouse.query("changes_reach", dataset=HUB, start=days.start, end=days.end).iloc[0]
    first, last = reach["first_on"], reach["last_on"]
    if pd.isna(last) or last.date() < days.start or first.date() >= days.end:
        others = "" if pd.isna(last) else f"; those from {between(first, last)} are"
        notes.append(
            "What went, came back or was declared anew in this week is not known: no two listings of the Hub are "
            f"compared in it{others}."
        )
    return notes
