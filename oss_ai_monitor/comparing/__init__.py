"""Then and now: why a number differs between two snapshots, step by step, with the models behind each step.

Knows the warehouse and nothing of who asks.
"""

from .choosing import UnknownFigure, offered
from .comparison import (
    MEANINGS,
    MOST_DETAILS,
    MOST_ROWS,
    Comparison,
    ExplainedStep,
    compare,
    compare_days,
)
from .details import Row
from .ends import End, NoEnd, end_of, end_on, ends, ends_beside, ends_on, older_rules_of, opened, refuse_order
from .figures import Figure
from .texts import (
    as_json,
    counted_rows,
    day_text,
    end_labels,
    is_of_one_day,
    markdown,
    notes,
    one_day_text,
    plain,
    row_text,
    sentence,
)

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
    "end_labels",
    "end_of",
    "end_on",
    "ends",
    "ends_beside",
    "ends_on",
    "is_of_one_day",
    "markdown",
    "notes",
    "offered",
    "older_rules_of",
    "one_day_text",
    "opened",
    "plain",
    "refuse_order",
    "row_text",
    "sentence",
]
