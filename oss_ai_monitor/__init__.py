"""Keeps what the places of open-source AI said, day by day, in one DuckDB file, and shows it."""

__version__ = "0.1.0"
