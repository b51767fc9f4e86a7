"""The glossary: terms with their meanings, and how they are marked on the page."""

from __future__ import annotations

import csv
import functools
import html
import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Term:
    """A term with its other forms, the controls that it explains (by the start of their labels), and its meaning."""

    term: str
    also: tuple[str, ...]
    labels: tuple[str, ...]
    meaning: str


@functools.cache
def terms() -> tuple[Term, ...]:
    """Return every term in alphabetical order."""
    with (Path(__file__).parent / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    split = [{name: tuple(filter(None, row[name].split("|"))) for name in ("also", "labels")} for row in rows]
    return tuple(
        Term(row["term"], parts["also"], parts["labels"], row["meaning"])
        for row, parts in zip(rows, split, strict=True)
    )


@functools.cache
def meanings() -> dict[str, str]:
    """Return the meaning of each form of a term, in lower case."""
    return {form.lower(): term.meaning for term in terms() for form in (term.term, *term.also)}


@functools.cache
def for_the_browser() -> str:
    """Return JSON: the meanings, and the index of the meaning for each form and for each label of a control."""
    forms = {form.lower(): n for n, term in enumerate(terms()) for form in (term.term, *term.also)}
    labels = {label: n for n, term in enumerate(terms()) for label in term.labels}
    return json.dumps({"meanings": [term.meaning for term in terms()], "forms": forms, "labels": labels})


def explained(text: str) -> str:
    """Return a text as HTML, with the first occurrence of each term marked; the browser shows the meaning."""
    safe, marked = html.escape(" ".join(text.split())), set[str]()

    def mark(match: re.Match[str]) -> str:
        meaning = meanings()[match[0].lower()]
        if meaning in marked:
            return match[0]
        marked.add(meaning)
        return f'<abbr tabindex="0">{match[0]}</abbr>'

    return _forms().sub(mark, safe)


@functools.cache
def _forms() -> re.Pattern[str]:
    """Return a pattern for any form of any term as a whole word, the longest first; not inside a name or a path."""
    forms = sorted(map(html.escape, meanings()), key=len, reverse=True)
    return re.compile(rf"(?<![\w/&.-])(?:{'|'.join(map(re.escape, forms))})(?![\w/-])", re.IGNORECASE)
