"""The SQL page: visitors' queries, run in confined processes, with answers as table, chart and files."""

from .page import SqlPage

__all__ = ["SqlPage"]
