"""Tables as CSV that no spreadsheet runs: strangers' text that begins like a formula is quoted with '."""

from __future__ import annotations

from typing import Any

import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # wide ones too


def csv(frame: pd.DataFrame) -> str:
    """The table as CSV; a text or a column's name that begins like a formula is quoted with '."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype.kind not in "iufbM":
            safe[column] = safe[column].map(_harmless)
    return safe.rename(columns=_harmless).to_csv(index=False, date_format="%Y-%m-%d")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value
