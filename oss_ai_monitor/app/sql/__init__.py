"""The SQL room: visitors' own questions, asked in confined processes, with their answers as table, chart and files."""

from .room import Sql

__all__ = ["Sql"]
