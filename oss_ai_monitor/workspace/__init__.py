"""Questions in SQL from visitors: each runs in one confined process of its own, and comes back bounded or refused.

Knows DuckDB and the operating system's limits; nothing of perspectives or pages.
"""

from .asking import Limits, Refused, Workspace
from .confined import Refusal, question
from .examples import Example, examples
from .literals import filled, literal
from .results import Column, Result

__all__ = [
    "Column",
    "Example",
    "Limits",
    "Refusal",
    "Refused",
    "Result",
    "Workspace",
    "examples",
    "filled",
    "literal",
    "question",
]
