"""Nodes of sqlglot's syntax trees."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

Node = Any  # their base class has another name in each version
Kind = Any


class AsWritten(DuckDB):  # type: ignore[misc]  # of an extra: without types
    """DuckDB's dialect, with the indexes of lists as they are written.

    sqlglot would take 1 from those alone of which it can tell that they are whole numbers.
    """

    INDEX_OFFSET = 0


def call(name: str, *arguments: Node) -> exp.Anonymous:
    """Return a call of a function that is written as it is."""
    return exp.Anonymous(this=name, expressions=list(arguments))
