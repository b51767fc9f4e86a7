"""Tables as CSV that no spreadsheet runs: strangers' text that begins like a formula is quoted with '."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

_ENDS = re.compile(r"[\r\n\0]+")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # wide ones too


def csv(frame: pd.DataFrame) -> str:
    """The table as CSV; a text or a column's name that begins like a formula is quoted with '."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype.kind not in "iufbM":
            safe[column] = safe[column].map(_harmless)
    return safe.rename(columns=_harmless).to_csv(index=False, date_format="%Y-%m-%d")


def _harmless(value: Any) -> Any:
    """A text that stays in its cell: a bare carriage return is not quoted by the writer, and would end the row."""
    if not isinstance(value, str):
        return value
    quoted = f"'{value}" if value.startswith(DANGEROUS) else value
    return _ENDS.sub(" ", quoted)
