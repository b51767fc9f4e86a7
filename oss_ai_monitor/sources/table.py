"""The table that every source yields, and the exceptions of sources. Knows nothing of landing."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import duckdb

from ..progress_bars import hide_progress_bar

FAULTS = (duckdb.Error, UnicodeDecodeError)
"""What DuckDB raises; UnicodeDecodeError because it may cut the text in a message in the middle of a character."""


READERS = {
    "leaderboard_v1": 1,
    "leaderboard_v2": 1,
    "hub_listing": 1,
    "hub_details": 1,
}
"""Source → version of its reader; `rereading` knows what a version reads that earlier ones did not."""


class Progress(Protocol):
    """Called with the rows done, the rows expected (None if unknown), and a detail to display."""

    def __call__(self, done: int, expected: int | None, detail: str = "", /) -> None: ...


class SourceError(Exception):
    """The input cannot be read; the message names the file, the line or column, what was expected and what to do."""


class Unreachable(SourceError):
    """A source's host refuses, cannot be resolved or stays silent."""


@dataclass
class Table:
    """One snapshot of one source, in the shape that sql/0_landing declares.

    `as_of`, `as_of_rule`, `polarity`, `notes` and `left_out` are final once `relations` is exhausted. `as_of` is UTC;
    its rule is one of given, latest date in the data, date in the file name, file time, fetched, simulated. `polarity`
    holds "as sent" or "inverted" for flagged, moe and merged. Write each relation before asking for the next one, which
    may overwrite it. `resume_state` can be stored as JSON.
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
    """The question to a live source: an interrupted run with the same question is continued. None: it is dropped."""
    resume_state: dict[str, Any] | None = None
    """The state of the source after the relation that was yielded last; before the first one, the state of the
    interrupted run that is continued."""
    landed: list[Path] = field(default_factory=list)
    """The parts that the interrupted run has landed."""
    adds_to: str | None = None
    """The source to whose latest whole run this adds; None if this replaces everything that landed before."""
    may_be_empty: bool = False
    """Whether a table without rows is valid."""

    @property
    def reader_version(self) -> int:
        """Version of the source's reader, raised when it reads more from the same input."""
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
    db.execute("set timezone = 'UTC'")
    hide_progress_bar(db)
    return db
