"""Comments of tables for readers who do not know the word grain."""

from __future__ import annotations

import re

_GRAIN = re.compile(r"Grain: ([a-z0-9_, ]+)\.$")


def readable(comment: str) -> str:
    """Return the comment of a table with its grain as a sentence: one row for each combination of these columns."""
    return _GRAIN.sub(lambda match: f"One row for each {match[1].replace(', ', ' and ')}.", comment)
