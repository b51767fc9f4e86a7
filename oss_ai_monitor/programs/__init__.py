"""Answers for programs: tables behind charts as CSV and JSON, and badges, by address. Knows nothing of the server."""

from .badges import NoBadge, badge
from .series import KINDS, open_series
from .tables import FORMATS, InvalidRequest, NoTable, NotComputed, Table, open_table

__all__ = [
    "FORMATS",
    "KINDS",
    "InvalidRequest",
    "NoBadge",
    "NoTable",
    "NotComputed",
    "Table",
    "badge",
    "open_series",
    "open_table",
]
