"""Words that a reader may not know: what they mean, and where they stand on the page."""

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
    """A word, other forms of it, the controls that it explains (by how their labels begin), and what it means."""

    term: str
    also: tuple[str, ...]
    labels: tuple[str, ...]
    meaning: str


@functools.cache
def terms() -> tuple[Term, ...]:
    """Every term, in the order of the alphabet."""
    with (Path(__file__).parent / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    split = [{name: tuple(filter(None, row[name].split("|"))) for name in ("also", "labels")} for row in rows]
    return tuple(
        Term(row["term"], parts["also"], parts["labels"], row["meaning"])
        for row, parts in zip(rows, split, strict=True)
    )


@functools.cache
def meanings() -> dict[str, str]:
    """What each form of a term means, by its lower case."""
    return {form.lower(): term.meaning for term in terms() for form in (term.term, *term.also)}


@functools.cache
def for_the_browser() -> str:
    """JSON: the meanings, and by form and by label of a control which of them it has."""
    forms = {form.lower(): n for n, term in enumerate(terms()) for form in (term.term, *term.also)}
    labels = {label: n for n, term in enumerate(terms()) for label in term.labels}
    return json.dumps({"meanings": [term.meaning for term in terms()], "forms": forms, "labels": labels})


def explained(text: str) -> str:
    """HTML of a text as it is, its terms marked where they first stand; the browser knows what they mean."""
    safe, marked = html.escape(" ".join(text.split())), set[str]()

    def mark(match: re.Match[str]) -> str:
        meaning = meanings()[match[0].lower()]
        if meaning in marked:
            return match[0]
        marked.add(meaning)
        return f"<abbr>{match[0]}</abbr>"

    return _forms().sub(mark, safe)


@functools.cache
def _forms() -> re.Pattern[str]:
    """Any form of any term as a word of its own, the longest first; not inside a name or a path."""
    forms = sorted(map(html.escape, meanings()), key=len, reverse=True)
    return re.compile(rf"(?<![\w/&.-])(?:{'|'.join(map(re.escape, forms))})(?![\w/-])", re.IGNORECASE)
