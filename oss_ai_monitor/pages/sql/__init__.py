"""The SQL page: visitors' own questions, asked in confined processes, with their answers as table, chart and files."""

from .page import SqlPage

__all__ = ["SqlPage"]
