"""Nodes of sqlglot's syntax trees."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

Node = Any  # their base class has another name in each version
Kind = Any


def call(name: str, *arguments: Node) -> exp.Anonymous:
    """Return a call of a function that is written as it is."""
    return exp.Anonymous(this=name, expressions=list(arguments))
