"""Answers for programs: the table behind a chart as CSV and as JSON, by address. Knows nothing of the server."""

from .tables import FORMATS, InvalidRequest, NoTable, NotComputed, Table, open_table

__all__ = ["FORMATS", "InvalidRequest", "NoTable", "NotComputed", "Table", "open_table"]
