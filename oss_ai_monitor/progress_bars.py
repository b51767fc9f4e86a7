"""DuckDB's own progress bar, which has no place among the lines of a log."""

from __future__ import annotations

import duckdb


def hide_progress_bar(db: duckdb.DuckDBPyConnection) -> None:
    """Switch the progress bar of a connection off, where it is on.

    In a notebook without ipywidgets it is off, and DuckDB refuses to be told so.
    """
    ((is_on,),) = db.execute("select current_setting('enable_progress_bar')").fetchall()
    if is_on:
        db.execute("set enable_progress_bar = false")
