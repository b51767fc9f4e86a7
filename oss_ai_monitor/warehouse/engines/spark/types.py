"""DuckDB's types as Spark names them, for files that one of both has written and the other reads."""

from __future__ import annotations

import re
from collections.abc import Mapping

TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double",
    "FLOAT": "float",
    "HUGEINT": "bigint",
    "INTEGER": "int",
    "JSON": "string",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp_ntz",
    "TINYINT": "tinyint",
    "UBIGINT": "decimal(20, 0)",
    "UINTEGER": "bigint",
    "USMALLINT": "int",
    "UTINYINT": "smallint",
    "VARCHAR": "string",
    '"NULL"': "int",
}


def schema(columns: Mapping[str, str]) -> str:
    """Return the columns of a relation, with their types in DuckDB, as Spark declares them."""
    return ", ".join(f"`{name}` {spark_type(kind)}" for name, kind in columns.items())


def spark_type(kind: str) -> str:
    """Return the type of Spark that holds the values of a type of DuckDB. Raises ValueError for others."""
    if kind.endswith("[]"):
        return f"array<{spark_type(kind[:-2])}>"
    if kind.startswith("STRUCT("):
        return f"struct<{', '.join(f'{_name(field)}: {spark_type(of)}' for field, of in _fields(kind[7:-1]))}>"
    if kind.startswith("MAP("):
        key, value = (part for _, part in _fields(f"key {kind[4:-1]}".replace(", ", ", value ", 1)))
        return f"map<{spark_type(key)}, {spark_type(value)}>"
    if kind.startswith("DECIMAL("):
        return kind.lower()
    if kind not in TYPES:
        raise ValueError(f"no type of Spark holds {kind}")
    return TYPES[kind]


def exported(columns: Mapping[str, str]) -> str:
    """Return what DuckDB selects of a relation for Spark: Parquet has no whole numbers of 128 bits."""
    casts = {"HUGEINT": "::bigint", '"NULL"': "::int"}
    return ", ".join(f'"{name}"{casts.get(kind, "")} as "{name}"' for name, kind in columns.items())


def _name(field: str) -> str:
    return f"`{field}`"


def _fields(text: str) -> list[tuple[str, str]]:
    """Return the names and types of "a INTEGER, b STRUCT(c VARCHAR, d DATE)[]"."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    fields = []
    for part in parts:
        match = re.match(r'\s*("(?:[^"]|"")+"|\w+)\s+(.*)', part, re.DOTALL)
        assert match, part
        fields.append((match[1].strip('"'), match[2].strip()))
    return fields
