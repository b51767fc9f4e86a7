"""Counts with their nouns in texts. Knows nothing of the other modules."""

from __future__ import annotations

_SIBILANTS = ("s", "x", "z", "ch", "sh")


def counted(number: float, noun: str) -> str:
    """Return a number with its noun: 1 run, 1,200 runs, 2 repositories, 3 launches."""
    return f"{number:,.0f} {noun_after(number, noun)}"


def noun_after(number: float, noun: str) -> str:
    """Return a noun, which is given in the singular, as it stands after a number."""
    if number == 1:
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(_SIBILANTS) else f"{noun}s"


def verb_after(number: float, singular: str, plural: str) -> str:
    """Return a verb as it stands after a number with its noun: 1 row holds, 2 rows hold."""
    return singular if number == 1 else plural
