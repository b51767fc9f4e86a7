"""Then and now: why a number differs between two snapshots, step by step, with the models behind each step.

Knows the warehouse and nothing of who asks.
"""

from .comparison import (
    MEANINGS,
    MOST_DETAILS,
    MOST_ROWS,
    Comparison,
    ExplainedStep,
    UnknownFigure,
    compare,
    compare_days,
    offered,
)
from .details import Row
from .ends import End, NoEnd, end_of, end_on, ends, ends_beside, ends_on, older_rules_of, opened
from .figures import Figure
from .texts import as_json, counted_rows, day_text, markdown, notes, plain, row_text, sentence

__all__ = [
    "MEANINGS",
    "MOST_DETAILS",
    "MOST_ROWS",
    "Comparison",
    "End",
    "ExplainedStep",
    "Figure",
    "NoEnd",
    "Row",
    "UnknownFigure",
    "as_json",
    "compare",
    "compare_days",
    "counted_rows",
    "day_text",
    "end_of",
    "end_on",
    "ends",
    "ends_beside",
    "ends_on",
    "markdown",
    "notes",
    "offered",
    "older_rules_of",
    "opened",
    "plain",
    "row_text",
    "sentence",
]
