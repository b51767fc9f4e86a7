"""One module per place that data comes from; each yields tables in the shape that sql/0_landing declares."""

from oss_ai_monitor.sources.table import Progress, SourceError, Table, Unreachable, connection

__all__ = ["Progress", "SourceError", "Table", "Unreachable", "connection"]
