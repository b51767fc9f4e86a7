"""Visitors' SQL: each query runs in a confined process of its own, and its answer is bounded or refused.

Knows DuckDB and the operating system's limits, and nothing about perspectives or pages.
"""

from .examples import Example, examples
from .literals import fill_parameters, literal
from .results import Column, Result
from .runner import Limits, Refused, Running, Sandbox
from .statements import Refusal, single_statement

__all__ = [
    "Column",
    "Example",
    "Limits",
    "Refusal",
    "Refused",
    "Result",
    "Running",
    "Sandbox",
    "examples",
    "fill_parameters",
    "literal",
    "single_statement",
]
