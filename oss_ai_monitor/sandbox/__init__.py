"""Questions in SQL from visitors: each runs in one confined process of its own, and comes back bounded or refused.

Knows DuckDB and the operating system's limits; nothing of perspectives or pages.
"""

from .examples import Example, examples
from .literals import fill_parameters, literal
from .results import Column, Result
from .runner import Limits, Refused, Sandbox
from .worker import Refusal, single_statement

__all__ = [
    "Column",
    "Example",
    "Limits",
    "Refusal",
    "Refused",
    "Result",
    "Sandbox",
    "examples",
    "fill_parameters",
    "literal",
    "single_statement",
]
