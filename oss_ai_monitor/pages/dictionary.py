"""The comments of tables as a page shows them, to readers who have never heard of a grain."""

from __future__ import annotations

import re

_GRAIN = re.compile(r"Grain: ([a-z0-9_, ]+)\.$")


def readable(comment: str) -> str:
    """The comment of a table, its grain in plain words: no two rows have the same values in these columns."""
    return _GRAIN.sub(lambda match: f"One row for each {match[1].replace(', ', ' and ')}.", comment)
