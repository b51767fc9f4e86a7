"""Then and now: why a number differs between two snapshots, step by step, with the models behind each step.

Knows the warehouse and nothing of who asks.
"""

from .choosing import UnknownFigure, figure_of, offered
from .comparison import MOST_DETAILS, MOST_OF_ONE, MOST_ROWS, Comparison, compare, compare_days, rules_of
from .details import Row
from .ends import End, NoEnd, end_of, end_on, ends, ends_beside, ends_on, folder_of, opened, refuse_order
from .explained import ExplainedStep
from .figures import Figure
from .labels import MEANINGS
from .models import figure_select
from .older import Older, older_rules_of
from .older_rules import OlderRules
from .texts import (
    OLDER_END,
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
    "MOST_OF_ONE",
    "MOST_ROWS",
    "OLDER_END",
    "Comparison",
    "End",
    "ExplainedStep",
    "Figure",
    "NoEnd",
    "Older",
    "OlderRules",
    "Row",
    "UnknownFigure",
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
    "figure_of",
    "figure_select",
    "folder_of",
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
    "rules_of",
    "sentence",
]
