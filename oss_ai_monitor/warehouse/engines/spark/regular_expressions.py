"""Regular expressions of DuckDB, which are RE2's, written for Java, where some signs mean something else."""

from __future__ import annotations

import re

PIECES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$|\(\?i\)|.", re.DOTALL)
"""An escape, a class of characters, an end, a flag, or any other character."""


def for_java(pattern: str) -> str:
    """Return a pattern that matches in Java what this one matches in RE2.

    `$` is the end of the text only, not also a line feed before it; `.` is every character but a line feed, carriage
    returns too; `(?i)` is without regard to the case of any letter, not of those of ASCII alone.
    """
    written = {"$": r"\z", ".": r"[^\n]", "(?i)": "(?iu)"}
    return "".join(written.get(piece, piece) for piece in PIECES.findall(pattern))
