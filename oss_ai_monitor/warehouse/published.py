"""A generation that was published, or that a follower received: the mark inside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from .checksums import checksum_of, connect

NOT_IN_A_COPY = "the rows of leaderboards are not in a published copy"
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


def copy_of(generation: Path, mark: dict[str, Any]) -> dict[str, str] | None:
    """Return who published a copy, as what and when, with a sentence for readers; None where it was built here.

    The publisher is the address that is followed; "" for a folder, of which readers see no path, and for a file that no
    follower fetched.
    """
    if not mark:
        return None
    checksum = checksum_of(generation)
    publisher = checksum.origin if checksum and "://" in checksum.origin else ""
    moment = _moment(mark.get("published_at"))
    published = f"of what {publisher} published" if publisher else "of what was published elsewhere"
    on = datetime.fromisoformat(moment) if moment else None
    day = f" on {on.day} {on:%b %Y}" if on else ""
    return {
        "publisher": publisher,
        "publication": str(mark.get("id", ""))[:100],
        "published_at": moment,
        "notice": f"A copy {published}{day}. Rows of leaderboards may not be passed on, and are not in it.",
    }


def _moment(text: object) -> str:
    """Return a moment as UTC in ISO 8601; "" for what is none, since others write the mark."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""
