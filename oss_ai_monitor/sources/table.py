"""What every source yields, and how it says no. Knows nothing of landing."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb

Progress = Callable[[int, int | None], None]
"""Called with the rows done and the rows expected (None where nobody knows)."""


class SourceError(Exception):
    """The input cannot be read; the message names the file, the line or column, what was expected and what to do."""


class Unreachable(SourceError):
    """A source's host refuses, cannot be resolved or stays silent."""


@dataclass
class Table:
    """One snapshot of one source, in the shape that sql/0_landing declares.

    What is known only after reading (`as_of`, `as_of_rule`, `polarity`, `notes`, `left_out`) is right once `relations`
    is exhausted. `as_of` is UTC; its rule is one of given, latest date in the data, date in the file name, file time,
    fetched, simulated. `polarity` holds "as sent" or "inverted" for flagged, moe and merged.
    Each relation is to be written before the next one is asked for: it may be gone then.
    """

    source: str
    addresses: tuple[str, ...]
    fingerprint: str
    relations: Iterator[duckdb.DuckDBPyRelation]
    revision: str | None = None
    as_of: datetime | None = None
    as_of_rule: str = "unknown"
    polarity: dict[str, str] | None = None
    notes: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    is_simulated: bool = False
    seed: int | None = None


def connection() -> duckdb.DuckDBPyConnection:
    """An empty database in memory that spills to disk, fetches no extension and speaks UTC."""
    db = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": "1GB",
            "temp_directory": str(Path(tempfile.gettempdir()) / f"oss-ai-monitor-{uuid4().hex}"),
        }
    )
    db.execute("set timezone = 'UTC'; set enable_progress_bar = false")
    return db
