"""What every source yields, and how it says no. Knows nothing of landing."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import duckdb

FAULTS = (duckdb.Error, UnicodeDecodeError)
"""What DuckDB raises: it cuts what it cites of a text, at times in the middle of a letter, which is then no UTF-8."""


READERS = {
    "leaderboard_v1": 1,
    "leaderboard_v2": 1,
    "hub_listing": 1,
    "hub_details": 1,
}
"""Source → version of its reader; `reading_again` says what one tells that those before it did not."""


class Progress(Protocol):
    """Called with the rows done, the rows expected (None where nobody knows), and what else a watcher wants to know."""

    def __call__(self, done: int, expected: int | None, told: str = "", /) -> None: ...


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
    Each relation is to be written before the next one is asked for: it may be gone then. `stands` can be kept as JSON.
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
    question: str | None = None
    """What a live source is asked: a run that broke off goes on where the same is asked again. None: it is dropped."""
    stands: dict[str, Any] | None = None
    """Where the source stands once a relation has been given; what is found here before the first one is where a
    run that broke off stood."""
    landed: list[Path] = field(default_factory=list)
    """The parts that such a run has landed already."""
    adds_to: str | None = None
    """The source whose latest whole run this adds to; None for what replaces all that was landed before."""
    may_be_empty: bool = False
    """Whether no rows at all is an answer."""

    @property
    def reader_version(self) -> int:
        """How its source is read, counted up where a reader learns to tell more of the same input."""
        return READERS.get(self.source, 0)


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
