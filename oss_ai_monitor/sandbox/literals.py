"""Bound values written out: a query of ours, with its parameters filled in, for a reader to run and change."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

PARTS = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(?P<name>\w+)""", re.DOTALL | re.VERBOSE
)


def fill_parameters(select: str, bound: Mapping[str, Any]) -> str:
    """The select with literals in place of its parameters; those in comments and texts stay as they are.

    Raises KeyError for a parameter without a value, TypeError for a value that is no date, number, text or list.
    """

    def fill(found: re.Match[str]) -> str:
        name = found["name"]
        return found[0] if name is None else literal(bound[name])

    return PARTS.sub(fill, select)


def literal(value: Any) -> str:
    """A value as DuckDB reads it back. Raises TypeError for a kind that none of our queries binds."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"
    if isinstance(value, float):
        return f"({value!r}::double)" if math.isfinite(value) else f"'{value}'::double"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, dt.datetime):
        if value.tzinfo:
            return f"timestamptz '{value.isoformat(sep=' ')}'"
        return f"timestamp '{value.isoformat(sep=' ')}'"
    if isinstance(value, dt.date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]" if value else "[]::varchar[]"
    raise TypeError(f"no literal for a {type(value).__name__}: {value!r}")
