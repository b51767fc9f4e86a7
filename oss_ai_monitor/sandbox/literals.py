"""Literals in place of parameters: one of our queries with its values filled in, for a reader to run and change."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

TOKENS = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(?P<name>\w+)""", re.DOTALL | re.VERBOSE
)


def fill_parameters(select: str, values: Mapping[str, Any]) -> str:
    """Return the select with literals in place of its parameters; comments and strings stay as they are.

    Raises KeyError for a parameter without a value, TypeError for a value that is no date, number, text or list.
    """

    def fill(token: re.Match[str]) -> str:
        name = token["name"]
        return token[0] if name is None else literal(values[name])

    return TOKENS.sub(fill, select)


def literal(value: Any) -> str:
    """Return a value as a DuckDB literal. Raises TypeError for a type that none of our queries binds."""
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
        # cast and not ::, for an index may follow
        return f"[{', '.join(map(literal, value))}]" if value else "cast([] as varchar[])"
    raise TypeError(f"no literal for a {type(value).__name__}: {value!r}")
