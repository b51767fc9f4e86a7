"""Profiles as plain text for a terminal; control characters are escaped by who prints it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ..charts import date_text
from .profile import Cell, Fact, Link, Profile, Section

WIDEST = 44
"""Characters of a cell; a longer one is cut."""


def as_text(profile: Profile, fact: str = "") -> str:
    """Return a profile as text, or one fact of it with its rule and the claims that are not believed.

    Raises KeyError where there is no such fact.
    """
    if fact:
        single = profile.fact(fact)
        if single is None:
            raise KeyError(fact)
        return "\n".join([profile.name, *_fact(single)])
    return "\n".join(_lines(profile))


def _lines(profile: Profile) -> Iterator[str]:
    yield profile.title
    yield from (_line(notice) for notice in profile.notices)
    yield _line(profile.sentence)
    if profile.facts:
        yield from ("", "Facts")
        for fact in profile.facts:
            yield from _fact(fact)
    for section in profile.sections:
        yield from ("", section.title)
        yield from (f"  {_line(sentence)}" for sentence in section.sentences)
        yield from _table(section)
    if profile.missing:
        yield from ("", "What is not known")
        yield from (f"  {_line(sentence)}" for sentence in profile.missing)
    yield from ("", _line(profile.citation))
    if profile.hub_address:
        yield profile.hub_address


def _fact(fact: Fact) -> Iterator[str]:
    yield f"  {_line(fact.label)}: {_line(fact.value)}"
    if fact.explanation:
        yield f"      {_line(fact.explanation)}"
    if fact.rule:
        yield f"      rule: {_line(fact.rule)}"
    if fact.source:
        yield f"      source: {_line(fact.source)}" + (f", snapshot of {fact.snapshot}" if fact.snapshot else "")
    for claim in fact.claims:
        yield _line(f"not believed: {claim.text}", "      ")


def _table(section: Section) -> Iterator[str]:
    if not section.rows:
        return
    rows: Sequence[Sequence[str]] = [section.columns, *([_cell(cell) for cell in row] for row in section.rows)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(section.columns))]
    for row in rows:
        yield "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case Link():
            return _cut(cell.name)
        case dt.date():
            return date_text(cell)
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.6g}"
    return _cut(_line(cell))


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _line(text: str, indent: str = "") -> str:
    return indent + " ".join(text.split())
