"""CSV without formulas: a text that begins like a formula is prefixed with ', so that no spreadsheet runs it."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

_ENDS = re.compile(r"[\r\n\0]+")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # full-width ones too


def csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV; texts and column names that begin like a formula are prefixed with '."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype.kind not in "iufbM":
            safe[column] = safe[column].map(harmless)
    return safe.rename(columns=harmless).to_csv(index=False, date_format="%Y-%m-%d")


def harmless(value: Any) -> Any:
    """Return a text that stays in its cell: the writer does not quote a carriage return, which would end the row."""
    if not isinstance(value, str):
        return value
    quoted = f"'{value}" if value.startswith(DANGEROUS) else value
    return _ENDS.sub(" ", quoted)
