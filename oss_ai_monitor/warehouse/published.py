"""A generation that was published, or that a follower received: the mark inside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from .checksums import connect

MARK = "publication"  # a macro: it returns, as JSON, what is published and what is not in it


def mark_published(generation: Path, notice: str) -> None:
    """Write into a generation that nobody reads yet what it is, as JSON."""
    with connect(generation, read_only=False) as db:
        text = notice.replace("'", "''")
        db.execute(f"create or replace macro {MARK}() as '{text}'")
        db.execute("checkpoint")


def publication(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the mark of an open generation; {} where it was built here."""
    try:
        text = db.execute(f"select {MARK}()").fetchall()[0][0]
        mark = json.loads(text)
    except (duckdb.Error, TypeError, ValueError, RecursionError):
        return {}
    return mark if isinstance(mark, dict) else {}
